# SPDX-License-Identifier: MIT
# Init text: the kernel's tables keep entries for it when it is gone, and nothing is read there. Also the edges of a
# module's text, in front of which nothing is mapped.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"

unload_dtrace
[ ! -d /sys/module/dtest_init ] || rmmod dtest_init
# Those of the distribution that have a jump label in init text; what a kernel lacks is left out.
zoo='cifs target_core_mod md_mod tpm xt_IDLETIMER xfs btrfs'
load_zoo() { for module in $zoo; do modprobe -q "$module"; done; true; }
unload_zoo() { for module in $zoo; do modprobe -q -r "$module"; done; true; }
insmod_init() { insmod "$dtest_modules/dtest_init.ko"; }
run_init() { cat /sys/module/dtest_init/parameters/run; }
in_guest_text() { # ADDRESS: how many bytes /proc/dtrace/text gives there
  dd if=/proc/dtrace/text bs=64 count=1 iflag=skip_bytes skip=$(($1 - 0xffffffff80000000)) 2> /dev/null | wc -c
}
refusal_at() { # ADDRESS: why somebody's hook is refused there
  insmod "$dtest_modules/dtest_hook.ko" addr="$1" && cat /sys/module/dtest_hook/parameters/refused
  rmmod dtest_hook
}

check "a module with everything in its init text loads before the engine" insmod_init
wanted=$(run_init)
load_zoo
printf '# %s modules are loaded\n' "$(lsmod | wc -l)"
check "the engine loads after it" dtrace -q -n 'fbt:dtest_init:: { @ = count(); } tick-10ms { exit(0); }'
for when in before after; do
  check_output "loaded $when the engine: every instruction of its text can be traced" '[1-9]' \
    dtrace -q -n 'instr:dtest_init::, fbt:dtest_init:: { @ = count(); }' -c 'cat /sys/module/dtest_init/parameters/run'
  check "loaded $when: its results were the same" test "${seen%%$'\n'*}" = "$wanted"
  check_output "loaded $when: the first byte of its text as well" ' *2$' \
    dtrace -q -n 'instr:dtest_init:dtest_init_first:mov*-0 { @ = count(); }' \
    -c 'sh -c "for i in 1 2; do cat /sys/module/dtest_init/parameters/run; done"'
  check_equal "loaded $when: there is no probe in its init text" "" \
    "$(dtrace -l -n 'fbt:dtest_init::, instr:dtest_init::' | grep -E ' passing|dtest_init_init')"
  check_output "loaded $when: everything can be traced beside it" '[1-9]' \
    dtrace -q -n 'fbt:::return { @ = count(); } tick-100ms { exit(0); }'
  if [ "$when" = before ]; then
    rmmod dtest_init
    unload_zoo
    load_zoo
    check "it loads again while everything is traced" \
      dtrace -q -n 'fbt:::return { @ = count(); } tick-1s { exit(0); }' -c "insmod $dtest_modules/dtest_init.ko"
    # The last to be loaded: nobody else's text has come to lie there.
    check_equal "nothing is read where its init text was" 0 \
      "$(in_guest_text "$(cat /sys/module/dtest_init/sections/.init.text)")"
  fi
done

address=$(address_of _sinittext)
check_output "a hook in the kernel's own init text is refused" 'is not in the text of the kernel' refusal_at "$address"
check_equal "and nothing is read there" 0 "$(in_guest_text "$address")"
check_between "its text that stays can be read" 1 64 "$(in_guest_text "$(address_of vfs_read)")"
check_output "the address behind the last of the text is refused" 'is not in the text of the kernel' \
  refusal_at "$(address_of _etext)"

# One CPU writes no lock prefixes; they come back with the second, unless somebody has a breakpoint there.
if [ "$(cat /sys/devices/system/cpu/online)" = 0 ] && [ -w /sys/devices/system/cpu/cpu1/online ]; then
  dtrace -q -n 'instr::fget*: { @ = count(); } tick-500ms { exit(0); }' > /dev/null &
  sleep 3
  echo 1 > /sys/devices/system/cpu/cpu1/online
  wait
  wait_until 15 nothing_armed
  check_equal "no lock prefix is missing when a second CPU has come" 0 "$(dtrace -l -n 'instr::fget*:' | grep -c ' ds_')"
fi
rmmod dtest_init
unload_zoo
unload_dtrace
