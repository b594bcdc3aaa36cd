# SPDX-License-Identifier: GPL-2.0-only
# Makes the list of system calls from the headers of the kernel that the module is built for:
#   awk -f gen_calls.awk unistd_64.h unistd_32_ia32.h unistd_64_x32.h syscalls_64.h syscalls_32.h
#       linux/syscalls.h linux/compat.h > syscall_calls.inc
# The first three give names and numbers, the next two the function behind each number, the last two
# (and extra() below) the functions' prototypes. A file may be missing: then less is known.
# Output: SYSC_CALLS(X), one X(name, nr_x64, nr_ia32, nr_x32, types) a call; -1 = not in that table,
# types 0 = unknown. Plain POSIX awk.

function trim(s) { gsub(/[ \t\n]+/, " ", s); sub(/^ /, "", s); sub(/ $/, "", s); return s }

# "const char __user *name" -> "const char *": the last word is a name unless it is part of the
# type.
function type_of(parameter,    words, n, i, result) {
  gsub(/__user|__force/, " ", parameter)
  if (sub(/\[[^]]*\]/, "", parameter)) sub(/[A-Za-z_0-9]+[ \t]*$/, "*", parameter)
  gsub(/\*/, " * ", parameter)
  sub(/unsigned[ \t]+\*/, "unsigned int *", parameter)
  n = split(trim(parameter), words, " ")
  if (n > 1 && words[n] ~ /^[A-Za-z_]/ && words[n] !~ keyword &&
      words[n - 1] !~ /^(struct|union|enum)$/) n--
  result = words[1]
  for (i = 2; i <= n; i++)
    result = result (words[i - 1] == "*" ? "" : " ") words[i]
  if (result == "unsigned") result = "unsigned int"
  return result
}

# "asmlinkage long sys_f(int a, char __user *b)": remember types["sys_f"] = "int;char *". The first
# one counts.
function prototype(text,    name, n, parameters, i, list) {
  text = trim(text)
  if (!match(text, /(compat_)?sys_[a-z0-9_]+ ?\(/)) return
  name = substr(text, RSTART, RLENGTH - 1)
  sub(/ $/, "", name)
  text = substr(text, RSTART + RLENGTH)
  gsub(/compat_arg_u64(_dual)?\([a-z_0-9]+\)/, "u32 lo, u32 hi", text)
  sub(/\)[^)]*$/, "", text)
  if (name in types || name == "sys_ni_syscall") return
  text = trim(text)
  if (text == "void") { types[name] = ""; return }
  n = split(text, parameters, ",")
  for (i = 1; i <= n; i++) list = list (i > 1 ? ";" : "") type_of(parameters[i])
  types[name] = list
}

# Calls that the generic headers do not declare, or declare several times: those of x86.
function extra() {
  prototype("sys_arch_prctl(int option, unsigned long arg2)")
  prototype("sys_clone(unsigned long, unsigned long, int *, int *, unsigned long)")
  prototype("sys_fadvise64(int fd, loff_t offset, size_t len, int advice)")
  prototype("sys_fanotify_mark(int fanotify_fd, unsigned int flags, __u64 mask, int fd, const char *)")
  prototype("sys_ioperm(unsigned long from, unsigned long num, int turn_on)")
  prototype("sys_iopl(unsigned int level)")
  prototype("sys_mmap(unsigned long, unsigned long, unsigned long, unsigned long, unsigned long, " \
            "unsigned long)")
  prototype("sys_modify_ldt(int func, void *ptr, unsigned long bytecount)")
  prototype("sys_get_thread_area(struct user_desc *)")
  prototype("sys_set_thread_area(struct user_desc *)")
  prototype("sys_rt_sigreturn(void)")
  prototype("sys_sigreturn(void)")
  prototype("sys_sigsuspend(int, int, old_sigset_t)")
  prototype("sys_vm86(unsigned long cmd, unsigned long arg)")
  prototype("sys_vm86old(struct vm86_struct *)")
  prototype("sys_ia32_truncate64(const char *, unsigned long, unsigned long)")
  prototype("sys_ia32_ftruncate64(unsigned int fd, unsigned long, unsigned long)")
  prototype("sys_ia32_fadvise64_64(int fd, __u32, __u32, __u32, __u32, int advice)")
  prototype("compat_sys_ia32_stat64(const char *, struct stat64 *)")
  prototype("compat_sys_ia32_lstat64(const char *, struct stat64 *)")
  prototype("compat_sys_ia32_fstat64(unsigned int fd, struct stat64 *)")
  prototype("compat_sys_ia32_fstatat64(unsigned int dfd, const char *, struct stat64 *, int flag)")
}

function add(name, table, nr) {
  if (!(name in known)) { known[name] = 1; order[++nr_names] = name }
  number[table, name] = nr
  if (nr + 0 > last[table] + 0) last[table] = nr
}

# The list of types of a call, quoted, or 0.
function types_of(name,    nr, candidates, n, i, list) {
  list = "sys_" name
  if ((("x64", name) in number) && (("x64", number["x64", name]) in behind))
    list = behind["x64", number["x64", name]] " " list
  else if (!(("x64", name) in number) && (("ia32", number["ia32", name]) in behind))
    list = compat_behind[number["ia32", name]] " " behind["ia32", number["ia32", name]] " " list
  n = split(list, candidates, " ")
  for (i = 1; i <= n; i++)
    if (candidates[i] in types) return "\"" types[candidates[i]] "\""
  return "0"
}

function nr_of(table, name) { return ((table, name) in number) ? number[table, name] : -1 }

BEGIN {
  keyword = "^(char|short|int|long|unsigned|signed|void|const)$"
  last["x64"] = last["ia32"] = last["x32"] = -1
  extra()
}

FNR == 1 { declaration = ""; in_comment = 0 }

/^#define __NR_((ia32|x32)_)?syscalls[ \t]/ { next }
/^#define __NR_ia32_[a-z0-9_]+[ \t]+[0-9]+/ { add(substr($2, 11), "ia32", $3); next }
/^#define __NR_x32_[a-z0-9_]+[ \t]+[0-9]+/ { x32[substr($2, 10)] = $3; next }
/^#define __NR_[a-z0-9_]+[ \t]+[0-9]+/ { add(substr($2, 6), "x64", $3); next }

/^__SYSCALL[A-Z0-9_]*\(/ {
  n = split($0, part, /[(),][ \t]*/)
  table = FILENAME ~ /_32\.h$/ ? "ia32" : "x64"
  if (part[1] ~ /X32/) next
  behind[table, part[2]] = part[3]
  if (table == "ia32" && part[4] != "") compat_behind[part[2]] = part[4]
  next
}

{
  gsub(/\/\*[^*]*\*\//, " ")
  if (declaration == "" && $0 !~ /^asmlinkage .*sys_/) next
  declaration = declaration " " $0
  if (declaration ~ /;/) { prototype(declaration); declaration = "" }
}

END {
  if (last["x64"] < 0) { print "gen_calls.awk: no system calls found" > "/dev/stderr"; exit 1 }
  print "/* Generated by gen_calls.awk. */"
  print "#define SYSC_NR_X64\t" last["x64"] + 1
  print "#define SYSC_NR_IA32\t" last["ia32"] + 1
  print "#define SYSC_CALLS(X) \\"
  for (i = 1; i <= nr_names; i++) {
    name = order[i]
    printf "\tX(\"%s\", %d, %d, %d, %s) \\\n", name, nr_of("x64", name), nr_of("ia32", name),
      (name in x32) ? x32[name] : -1, types_of(name)
  }
  print ""
}
