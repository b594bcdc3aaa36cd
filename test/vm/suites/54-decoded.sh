# SPDX-License-Identifier: MIT
# The plugins fbt, instr and profile: what their lines and fields say about calls that are known.
# Limit: 300 s
. "$DTRACE_SUITES/check.bash"

hostname="cat /etc/hostname"

# ---- fbt
capture dtrace -n 'fbt::vfs_read:,fbt::do_sys_openat2:,fbt::getname_kernel:entry /pid == $target/' \
  -c 'cat /etc/hostname /no/such/file'
check_output "a function has its arguments by name and type" \
  'vfs_read\(file=0xffff[0-9a-f]{12}, buf=0x[0-9a-f]+, count=[0-9]+, pos=0x[0-9a-f]+\)' printf '%s' "$seen"
check_output "a result is a number of its type" '= [0-9]+ from vfs_read\+0x[0-9a-f]+' printf '%s' "$seen"
check_output "an error has its name" \
  '= -2 ENOENT \(No such file or directory\) from do_sys_openat2\+0x' printf '%s' "$seen"
check_output "signed arguments are signed" 'do_sys_openat2\(dfd=-100, ' printf '%s' "$seen"
check_equal "nothing is missing" 0 "$(printf '%s\n' "$seen" | grep -cE 'cannot record|=\?')"
check_output "an error in a pointer has its name" 'ERR_PTR\(-2 ENOENT' \
  dtrace -n 'fbt::do_filp_open:return /pid == $target && args[1] != 0/ { trace(args); }' -c 'cat /no/such/file'
check_output "kernel text is shown as text" 'open_exec\(name="/' \
  dtrace -n 'fbt::open_exec:entry,fbt::getname_kernel:entry' -c 'sh -c /bin/true'
check_output "a jump that leaves the function is said to be one" \
  'goes on in vmlinux`[a-z_.0-9]+, from [a-z_0-9]+\+0x' dtrace -Z -c "$hostname" -n \
  'fbt::vfs_open:return,fbt::inode_permission:return,fbt::getname_flags:return,fbt::vfs_getattr:return /pid == $target/'
check_output "structures on demand" 'vfs_open\(path=0x[0-9a-f]+ \{ \.mnt = 0x[0-9a-f]+, \.dentry = 0x' \
  dtrace -x plugin.fbt.structs=1 -n 'fbt::vfs_open:entry /pid == $target/' -c "$hostname"
capture dtrace --json -n 'fbt::vfs_read: /pid == $target/' -c "$hostname"
check_output "fields are typed" '"args":\{"file":"0x[0-9a-f]+","buf":"0x[0-9a-f]+","count":[0-9]+,' printf '%s' "$seen"
check_output "results too" '"args":\{"offset":[0-9]+,"result":[0-9]+\}' printf '%s' "$seen"

# ---- instr
capture dtrace -n 'instr::do_sys_openat2: /pid == $target/' -c "$hostname"
check_output "instructions are disassembled" 'do_sys_openat2\+0x[0-9a-f]+  push %r' printf '%s' "$seen"
check_output "calls name their function" 'call vmlinux`do_filp_open' printf '%s' "$seen"
check_output "branches say what they do" 'j[a-z]+ vmlinux`do_sys_openat2\+0x[0-9a-f]+  taken' printf '%s' "$seen"
check_output "or do not" 'j[a-z]+ vmlinux`do_sys_openat2\+0x[0-9a-f]+  not taken' printf '%s' "$seen"
check_output "returns say where to" 'ret.*-> vmlinux`__x64_sys_open' printf '%s' "$seen"
check_output "memory operands have their address" 'mov .*\(%r[a-z0-9]+\).*  at 0xffff' printf '%s' "$seen"
# The probe's own name says the same: je-4e is a je, taken or not as arg3 says.
wrong=$(printf '%s\n' "$seen" | awk '{ split($3, p, /[:-]/) } p[2] ~ /^j[a-z]+$/ && $5 != p[2]' | wc -l)
check_equal "mnemonics are those of the probes" 0 "$wrong"
check_output "Intel's syntax on demand" 'mov rdi, r|mov r[a-z0-9]+, r' \
  dtrace -x plugin.instr.syntax=intel -n 'instr::do_sys_openat2:mov* /pid == $target/' -c "$hostname"
check_output "a call through a register says where to" 'call .*-> [a-z0-9_]+`[a-z0-9_]*read_iter \(%r' \
  dtrace -n 'instr::vfs_read:call* /pid == $target/' -c "$hostname"
capture dtrace --json -n 'instr::do_sys_openat2:j* /pid == $target/' -c "$hostname"
check_output "fields of a branch" '"mnemonic":"j[a-z]+","target":"0x[0-9a-f]+","target_symbol":"vmlinux`[^"]+","taken":(true|false)' \
  printf '%s' "$seen"
check_equal "all of them" 0 "$(printf '%s\n' "$seen" | grep '"record"' | grep -cv '"taken"')"

# ---- profile
capture dtrace -x switchrate=10hz -n 'profile-97' -c "$DTRACE_PROGRAMS/reader 300000"
check_output "samples of the kernel have symbols" 'kernel vmlinux`[a-z0-9_.]+\+0x[0-9a-f]+  [a-z]' printf '%s' "$seen"
check_output "samples of programs too" 'user +[a-z0-9_.+-]+`' printf '%s' "$seen"
check_output "fields of a sample" '"args":\{"mode":"kernel","address":"0x[0-9a-f]+","symbol":"[^"]+","pid":' \
  dtrace --json -n 'profile-97' -c 'sleep 0.3'
capture dtrace -n 'tick-50ms' -c 'sleep 0.3'
check_output "a tick says nothing" ':tick-50ms *$' printf '%s' "$(printf '%s\n' "$seen" | grep tick-50ms | tail -n 1)"
