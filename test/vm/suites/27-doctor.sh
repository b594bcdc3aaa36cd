# SPDX-License-Identifier: MIT
# dtrace doctor: a line for everything, problems have a remedy, the exit status says whether there are any; without
# root and without modules too.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"
unload_dtrace

unprivileged() { setpriv --reuid 65534 --clear-groups "$@"; }
release=$(uname -r)
modules=$DTRACE_BUILD_DIR/modules/$release

# Before anything is loaded, by somebody who may not load it.
capture unprivileged "$(command -v dtrace)" doctor
report=$seen
check_equal "another user gets a status that tells of problems" 1 "$seen_status"
for line in 'problem +root +no, user 65534: run dtrace with sudo' 'unknown +dtrace +only root can' \
  '(ok|unknown) +kernel symbols' 'ok +modules +/' 'ok +provider files' 'ok +kernel types' 'ok +D libraries'; do
  check_output "another user reads: ${line//+/}" "$line" printf '%s\n' "$report"
done
check_equal "and nothing was loaded" "" "$(ls /sys/module | grep '^dtrace')"

capture dtrace doctor
report=$seen status=$seen_status
for what in kernel 'kernel config' root 'module loading' modules ftrace kprobes 'bpf jit' nmi lockdown 'secure boot' \
  'kernel types' 'module types' 'kernel symbols' 'provider files' 'D libraries' sessions dtrace 'provider profile' \
  'provider syscall' 'plugin syscall'; do
  check_output "doctor says ok about: $what" "ok +$what " printf '%s\n' "$report"
done
check_equal "the exit status tells of problems" "$(grep -q '^problem ' <<< "$report" && echo 1 || echo 0)" "$status"
check_equal "every line has a verdict" 0 "$(grep -vcE '^(ok|problem|unknown) +[^ ]' <<< "$report")"
check_output "features are reported" '(ok +features|problem +feature) ' printf '%s\n' "$report"
dtrace doctor --json > report.json
check_equal "--json says the same" "$(grep -c . <<< "$report")" \
  "$(python3 -c 'import json; print(sum("verdict" in json.loads(line) for line in open("report.json")))')"

# A module for another kernel is noticed without being loaded.
mkdir other
sed "s/vermagic=$release/vermagic=$(tr 0-9 9 <<< "$release")/" "$modules/dtrace.ko" > other/dtrace.ko
check_fails "modules for another kernel are a problem" 'problem +modules +other/dtrace.ko is for kernel 9' \
  env DTRACE_MODULE_DIR=other dtrace doctor
# One of another build than the loaded one, too.
sed -E "s/srcversion=[0-9A-F]{5}/srcversion=00000/" "$modules/dtrace.ko" > other/dtrace.ko
check_fails "a loaded module of another build is a problem" 'problem +loaded modules +dtrace is not the one of other' \
  env DTRACE_MODULE_DIR=other dtrace doctor

# Signatures are looked for where the kernel wants them.
printf '~Module signature appended~\n' | cat "$modules/dtrace.ko" - > other/dtrace.ko
check_output "a signature is seen" 'ok +modules +other, signed' \
  sh -c 'DTRACE_MODULE_DIR=other dtrace doctor || true'

# Switches.
unload_dtrace
sysctl -q kernel.ftrace_enabled=0
check_fails "ftrace that is off is a problem" 'problem +ftrace .*: sysctl kernel.ftrace_enabled=1' dtrace doctor
for probe in fbt::vfs_read:entry fbt::vfs_read:return 'instr::vfs_read:push*'; do
  check_fails "what to do is said by $probe" 'could not enable.*hint: .*: sysctl kernel.ftrace_enabled=1' \
    dtrace -n "$probe { @ = count(); }"
done
sysctl -q kernel.ftrace_enabled=1
check_output "then all of them can be enabled" '[1-9]' \
  dtrace -q -n 'fbt::vfs_read:, instr::vfs_read:push* { @ = count(); }' -c 'head -c 1 /dev/zero'
check_fails "the tracer cannot be switched off behind our back" '' sh -c 'echo 0 > /proc/sys/kernel/ftrace_enabled'
# With the last user of the function tracer the kernel checks that nothing is left of any.
check "all can be unloaded" unload_dtrace
sysctl -q kernel.ftrace_enabled=0
check_fails "loaded while it is off" 'kernel.ftrace_enabled=1' dtrace -n 'fbt::vfs_read:return { @ = count(); }'
check "all can be unloaded then too" unload_dtrace
sysctl -q kernel.ftrace_enabled=1
check_output "and loaded again" '[1-9]' dtrace -q -n 'fbt::vfs_read: { @ = count(); }' -c 'head -c 1 /dev/zero'
check "and unloaded again" unload_dtrace
sysctl -q net.core.bpf_jit_enable=0 2> /dev/null &&
  check_fails "so is an interpreter" 'problem +bpf jit .*: sysctl net.core.bpf_jit_enable=1' dtrace doctor
sysctl -q net.core.bpf_jit_enable=1 2> /dev/null

# Configuration: files of the user's own.
config=$HOME/.config/dtrace
mkdir -p "$config/providers.d" "$config/sessions" "$config/d"
printf 'name: broken\nmodule: [\n' > "$config/providers.d/broken.yaml"
printf 'name: absent\nmodule: dtrace_absent\nplugin: absent\n' > "$config/providers.d/absent.yaml"
printf 'what: ever\n' > "$config/sessions/odd.yaml"
printf 'inline int odd = nothing_of_that_name;\n' > "$config/d/odd.d"
capture dtrace doctor
report=$seen
for line in 'problem +provider file .*broken.yaml:' 'problem +provider absent +no module dtrace_absent' \
  'problem +plugin absent +.*absent' 'problem +session odd +.*odd.yaml:1:' 'problem +D library +.*odd.d: '; do
  check_output "doctor finds: ${line//+/}" "$line" printf '%s\n' "$report"
done
check_output "what is in order stays ok" 'ok +provider syscall' printf '%s\n' "$report"
rm -r "$config"
