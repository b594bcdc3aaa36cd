# SPDX-License-Identifier: MIT
# Loading that fails: each step of each module made to fail in turn, and everything loads afterwards. Worth more with
# slub_debug=FZPU on the kernel's command line, which tells of memory that is used when it is gone.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"

unload_dtrace
$snapshot save text > /dev/null
load() { insmod "$DTRACE_MODULE_DIR/$1.ko" "${@:2}"; }

# The number of the first step that does not exist: then it loads.
steps_of() { # MODULE
  local step=1
  while [ $step -lt 40 ]; do
    if load "$1" fail_step=$step 2> load.err; then
      echo $((step - 1))
      return
    fi
    grep -q 'Cannot allocate memory' load.err || { cat load.err; return; }
    [ ! -d "/sys/module/$1" ] || { echo "step $step leaves the module"; return; }
    step=$((step + 1))
  done
}
for module in dtrace dtrace_patch dtrace_fbt dtrace_instr dtrace_profile dtrace_syscall dtrace_tcp; do
  check_between "$module: every step of loading can fail" 3 20 "$(steps_of $module)"
done
check_output "with all of them loaded after that there are probes" '[1-9]' \
  dtrace -q -n 'fbt::vfs_read:, instr::vfs_read:push*, syscall::read:, tick-1ms { @ = count(); }' -c 'head -c 1 /dev/zero'
wait_until 15 nothing_armed
check "all can be unloaded" unload_dtrace
check_output "the text is as it was" ' 0 differences' $snapshot compare text
check "a normal load works" dtrace -q -n 'fbt::vfs_write:return { exit(0); }' -c 'sh -c "echo > /dev/null"'
unload_dtrace
