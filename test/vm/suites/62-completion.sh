# SPDX-License-Identifier: MIT
# bash completion: what the shell would offer, asked the way the shell asks.
. "$DTRACE_SUITES/check.bash"

compopt() { :; }  # only allowed while the shell completes
. "$DTRACE_SUITES/../../../packaging/completion.bash"

# offers WORD...: the last word is to be completed; words are what the shell makes of the line, ":" and "::" too.
offers() {
  local word
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE= COMPREPLY=()
  for word; do
    case $word in
      : | :: | ::: | =) COMP_LINE+=$word ;;
      *) case $COMP_LINE in
           '' | *: | *=) COMP_LINE+=$word ;;
           *) COMP_LINE+=" $word" ;;
         esac ;;
    esac
  done
  # A name in front of a separator belongs to it.
  COMP_POINT=${#COMP_LINE}
  _dtrace
  printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' ' | sed 's/ $//'
}

check_equal "subcommands" "providers" "$(offers dtrace prov)"
check_equal "they take --json" "--json" "$(offers dtrace doctor --)"
check_equal "long options" "--session --set" "$(offers dtrace --se)"
check_equal "providers" "profile" "$(offers dtrace -P prof)"
check_output "sessions" 'syscall-latency.*syscalls' offers dtrace --session sysc
check_equal "parameters of a session" "min=" "$(offers dtrace --session slow-syscalls --set mi)"
check_equal "options of -x" "strip strsize" "$(offers dtrace -x str)"
check_equal "policies" "switch" "$(offers dtrace -B s)"
check_equal "providers begin descriptions" "syscall:" "$(offers dtrace -n sys)"
check_equal "so do the command's own probes" "BEGIN" "$(offers dtrace -n BE)"
check_equal "probes by function" "openat2: openat:" "$(offers dtrace -n syscall :: openat)"
check_equal "their names" "entry" "$(offers dtrace -n syscall :: openat : ent)"
check_equal "inside quotes, where the shell takes no : for a separator" "syscall::openat2: syscall::openat:" \
  "$(offers dtrace -n "'syscall::openat")"
check_equal "probes without a function" "END" "$(offers dtrace -n dtrace ::: EN)"
check "what was listed is kept" test -s ~/.cache/dtrace/probes-"$(uname -r)"-syscall
started=$(date +%s%N)
offers dtrace -n syscall :: re > many
check_between "the next time takes no second (in ms)" 0 1000 $((($(date +%s%N) - started) / 1000000))
check_output "and offers many" 'read:.*rename:' cat many
# Every option that it offers exists.
for name in $_dtrace_settings; do
  dtrace -x "$name" -V 2>&1 | grep -q 'unknown\|invalid option' && echo "$name"
done > wrong
check_equal "every -x option is known" "" "$(cat wrong)"
for option in $_dtrace_options; do
  case $option in --*) dtrace --help | grep -q -- "$option" || [ "$option" = --version ] || echo "$option" ;; esac
done > wrong
check_equal "every long option stands in --help" "" "$(grep -v -- '--help' wrong)"
rm -r ~/.cache/dtrace
