# SPDX-License-Identifier: MIT
# The instr provider: every instruction of a function, its arguments, several owners of one place, refusals.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"

dtest_load
unload_dtrace
checksum() { awk '$1 == "checksum" { print $2 }' /proc/dtest; }

# All instructions of a function whose result depends on each of them.
echo mix 20000 > /proc/dtest
wanted=$(checksum)
echo mix 1 > /proc/dtest
before=$(called mix)
dtrace -q -n 'instr:dtest_calls:dtest_mix: { @[arg1, probename] = count(); } END { printa("%x %s %@d\n", @); }' \
  -c "$(calls mix 20000)" > mix.out 2> mix.err
check_equal "with all its instructions instrumented a function computes what it did" "$wanted" "$(checksum)"
check_equal "it was called as often as asked" 20000 $(($(called mix) - before))
check_equal "nothing was lost" "" "$(cat mix.err)"
check_between "nearly a hundred instructions were instrumented" 90 400 "$(grep -c . mix.out)"
check_equal "the first one ran once for each call" 20000 "$(sort -k1,1 mix.out | awk '$1 == "0" { print $3 }')"
check_equal "as did each instruction up to the first jump" "" "$(awk '
  NF == 3 { at[++n] = strtonum("0x" $1); hits[n] = $3; name[n] = $2 }
  END { for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (at[j] < at[i]) {
          t = at[i]; at[i] = at[j]; at[j] = t; t = hits[i]; hits[i] = hits[j]; hits[j] = t; t = name[i]; name[i] = name[j]; name[j] = t }
        for (i = 1; i <= n && name[i] !~ /^j/; i++) if (hits[i] != 20000) print name[i], hits[i] }' mix.out)"
check_equal "the returns' executions add up to the calls" 20000 \
  "$(awk '$2 ~ /^ret/ { sum += $3 } END { print sum }' mix.out)"
for name in adc sbb cmovs js ja pushf popf push pop jae bswap xadd loop rep_movs lock_add lea calli; do
  check "there was a probe on $name" grep -qE " $name[a-z]*-[0-9a-f]+ " mix.out
done
dtrace -q -n 'instr:dtest_calls:dtest_mix:, fbt:dtest_calls:dtest_mix:, instr:dtest_calls:mix_helper: { @[probeprov] = count(); }' \
  -c 'sh -c "echo mix 20000 > /proc/dtest"' > both.out 2>&1
check_equal "so it does with fbt and instr at once" "$wanted" "$(checksum)"
echo mix 60000 > /proc/dtest
wanted=$(checksum)
echo mix 1 > /proc/dtest
taskset 1 sh -c 'echo mix 60000 > /proc/dtest' &
taskset 2 sh -c 'echo mix 60000 > /proc/dtest' &
for _ in 1 2 3 4 5; do
  dtrace -q -n 'instr:dtest_calls:dtest_mix:, fbt:dtest_calls:dtest_mix: { @ = count(); } tick-100ms { exit(0); }' > out 2>&1
done
wait
check_equal "so it does after probes came and went while it ran on two CPUs" "$wanted" "$(checksum)"

# Branches: taken and not taken add up, and agree with what the module counted.
odd=$(called odd) even=$(called even)
dtrace -q -n 'instr::dtest_branch:j* { @[probename, arg3] = count(); } END { printa("%s %d %@d\n", @); }' \
  -c "$(calls branch 1001)" > branch.out
check_equal "a conditional jump is taken for even numbers" $(($(called even) - even)) \
  "$(awk 'NF == 3 && $2 == 1 { print $3 }' branch.out | sort -u)"
check_equal "and not taken for odd ones" $(($(called odd) - odd)) \
  "$(awk 'NF == 3 && $2 == 0 { print $3 }' branch.out | sort -u)"
dtrace -q -n 'instr::do_sys_openat2:j* { @[probename, arg3] = count(); @all[probename] = count(); }
  fbt::do_sys_openat2:entry { @calls = count(); }
  END { printa("taken %s %d %@d\n", @); printa("all %s %@d\n", @all); printa("calls %@d\n", @calls); }' \
  -c 'sh -c "for i in 1 2 3 4 5 6 7 8 9 10; do cat /etc/hostname /no/such/file; done"' > openat.out 2> /dev/null
check_equal "taken and not taken of do_sys_openat2 add up to the executions" "" "$(awk '
  $1 == "taken" { sum[$2] += $4 } $1 == "all" { all[$2] = $3 }
  END { for (n in all) if (all[n] != sum[n]) print n, all[n], sum[n]; if (length(all) < 3) print "too few" }' openat.out)"
check_between "the first jump of it runs once for each call" 1 100000 "$(awk '
  $1 == "calls" { calls = $2 } $1 == "all" { n[$3]++ } END { print n[calls] + 0 }' openat.out)"

# Arguments. Where the kernel has landing pads for indirect branches, a function's first four bytes are one.
traced=$(($(dtrace -l -n 'instr::dtest_leaf:nop*' | awk -F- '/ nop-/ { print "0x" $NF }' | sort | tail -n 1)))
nop=nop-$traced inc=inc-$((traced + 5))
base=$(address_of dtest_leaf)
check_output "arg0 is the address, arg1 the offset, arg4 the length" "^5 $((traced + 5)) 1 1" \
  dtrace -q -n "instr::dtest_leaf:$nop { this->at = arg0; printf(\"%d \", arg4 ); }
    instr::dtest_leaf:$inc { printf(\"%d %d %d\", arg1, arg0 - arg1 == $base, probefunc == \"dtest_leaf\"); }" -c "$(calls leaf 1)"
check_output "arg2 of a call is its target" 'dtest_twin' \
  dtrace -q -n 'instr::dtest_call_twin_one:call* { printf("%a\n", arg2); }' -c "$(calls twin1 1)"
check_output "of an indirect call too" 'mix_helper' \
  dtrace -q -n 'instr::dtest_mix:call* { @[func(arg2)] = count(); }' -c "$(calls mix 10)"
check_output "arg2 of a return is where it goes to" 'dtest_calls.calls_write' \
  dtrace -q -n 'instr::dtest_ten:ret* { printf("%a\n", arg2); }' -c "$(calls ten 1)"
check_output "arg2 of a tail jump is its target" 'dtest_tail_target' \
  dtrace -q -n 'instr::dtest_tail:jmp* { printf("%a %d\n", arg2, arg3); }' -c "$(calls tail 1)"
check_output "arg2 of another instruction is the address of its operand" 'dtest_calls.mix_cell 0$' \
  dtrace -q -n 'instr::dtest_mix:add* /arg2 == '"$(address_of mix_cell)"'/ { printf("%a %d", arg2, arg3); exit(0); }' \
  -c "$(calls mix 10)"
check_output "uregs[] are the registers before the instruction" '^77 [0-9a-f]+ 1$' \
  dtrace -q -n 'instr::dtest_leaf:'"$inc"' /uregs[R_RDI] == 77/ {
    printf("%d %x %d", uregs[R_RDI], uregs[R_RSP], uregs[R_RIP] == arg0); }' -c "$(calls leaf 100)"

# One address, many owners.
dtrace -q -n 'BEGIN { printf("ready\n"); } fbt::dtest_leaf:entry { @ = count(); } END { printa("%@d\n", @); }' > one.out 2>&1 &
one=$!
dtrace -q -n 'BEGIN { printf("ready\n"); } instr::dtest_leaf:'"$nop"' { @ = count(); } END { printa("%@d\n", @); }' > two.out 2>&1 &
two=$!
wait_until 10 grep -q ready one.out
wait_until 10 grep -q ready two.out
insmod "$dtest_modules/dtest_hook.ko" addr="$(printf '0x%x' $(($(address_of dtest_leaf) + traced)))"
check_output "three owners of one address" '(fbt|instr),(fbt|instr),dtest +dtest_calls:dtest_leaf:entry' \
  grep dtest_leaf:entry /proc/dtrace/fbt
echo leaf 1000 > /proc/dtest
check_equal "the third party is called" 1000 "$(cat /sys/module/dtest_hook/parameters/hits)"
kill "$one"
wait "$one"
echo leaf 100 > /proc/dtest
check_equal "when fbt has left, the third party is still called" 1100 "$(cat /sys/module/dtest_hook/parameters/hits)"
rmmod dtest_hook
echo leaf 10 > /proc/dtest
kill "$two"
wait "$two"
check_equal "fbt saw what was called while it was there" 1000 "$(tail -n 2 one.out | tr -d ' \n')"
check_equal "instr saw all of it" 1110 "$(tail -n 2 two.out | tr -d ' \n')"
check "nobody is there then" wait_until 10 nothing_armed
check_output "which the file shows" ' - +dtest_calls:dtest_leaf:entry' grep dtest_leaf:entry /proc/dtrace/fbt
ret=$(dtrace -l -n 'instr::dtest_leaf:ret*' | awk '/ret-/ { print $NF }' | head -n 1)
at=$(printf '0x%x' $(($(address_of dtest_leaf) + 0x${ret#ret-})))
insmod "$dtest_modules/dtest_hook.ko" addr="$at"
check_output "fbt, instr and others on one return: all of them fire" '^500 500$' \
  dtrace -q -n "fbt::dtest_leaf:return { @r = count(); } instr::dtest_leaf:$ret { @i = count(); }
    END { printa(\"%@d\", @r); printa(\" %@d\\n\", @i); }" -c "$(calls leaf 500)"
check_equal "others, too" 500 "$(cat /sys/module/dtest_hook/parameters/hits)"
echo leaf 5 > /proc/dtest
check_equal "and alone" 505 "$(cat /sys/module/dtest_hook/parameters/hits)"
rmmod dtest_hook
insmod "$dtest_modules/dtest_hook.ko" addr="$(printf '0x%x' $(($(address_of dtest_leaf) + 1)))"
check_output "a hook in the middle of an instruction is refused" 'first byte|middle|instruction' \
  cat /sys/module/dtest_hook/parameters/refused
rmmod dtest_hook
insmod "$dtest_modules/dtest_hook.ko" addr="$(address_of jiffies)"
check_output "so is one in data" 'text' cat /sys/module/dtest_hook/parameters/refused
rmmod dtest_hook

# Interrupts.
before=$(called timer)
check_output "every instruction of a timer's function counts right" '^2001 2001$' \
  dtrace -q -n 'int n, m; instr::dtest_timer: { this->all = 1; }
    instr::dtest_timer:'"$nop"' { n++; } instr::dtest_timer:'"$inc"' { m++; } END { printf("%d %d", n, m); }' \
  -c 'sh -c "echo timer 2000 > /proc/dtest; sleep 0.8"'
before=$(called nmi)
dtrace -q -n 'instr::dtest_nmi: { @[probename] = count(); } END { printa("%s %@d\n", @); }' \
  -c 'sh -c "for i in 1 2 3 4 5; do echo l > /proc/sysrq-trigger; sleep 0.05; done"' > nmi.out 2>&1
check_equal "so do those of a non-maskable interrupt's" $(($(called nmi) - before)) \
  "$(awk 'NF == 2 { print $2 }' nmi.out | sort -u)"

# Listing and refusals.
check_output "a function's instructions are listed" "dtest_leaf $nop.*dtest_leaf ret-" \
  sh -c "dtrace -l -n 'instr:dtest_calls:dtest_leaf:' | tr '\n' ' '"
check_equal "a plain listing has none of a function that nobody asked for" 0 \
  "$(dtrace -l | awk '$2 == "instr" && $4 == "vfs_llseek"' | wc -l)"
check_fails "all instructions of the kernel are too many" 'instr:::.*too many' dtrace -n 'instr:::'
check "and nothing was armed for that" nothing_armed
check_fails "all moves of the kernel too" 'too many' dtrace -n 'instr:::mov*'
check "and nothing was armed for those" nothing_armed
check_fails "an offset in the middle of an instruction is refused" 'instr::dtest_leaf:nop-1.*lists' dtrace -n 'instr::dtest_leaf:nop-1'
check_fails "data has no instructions" 'jiffies is data' dtrace -n 'instr::jiffies:'
check_fails "noinstr functions are refused with the reason" 'noinstr' dtrace -n 'instr::do_syscall_64:'
check_output "/proc/dtrace/instr has its heading" '^ *index +hits +late +address +op +len +modrm +owners +name' head -n 1 /proc/dtrace/instr
check_output "and lines with hits, address, first byte, length, owners and name" \
  " f{8}[0-9a-f]{8} 0f +5 +2 - +dtest_calls:dtest_mix:$nop" grep "dtest_mix:$nop" /proc/dtrace/instr
check "everything is disarmed" wait_until 10 nothing_armed
check "and can be unloaded" unload_dtrace
rmmod dtest_calls
