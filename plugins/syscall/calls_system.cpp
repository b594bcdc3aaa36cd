// SPDX-License-Identifier: MIT
// System calls on the machine as a whole: names, modules, keys, tracing; those whose implementation
// is gone; and what certain commands make of a call's parameters. The language is that of
// calls.hpp.
#include "calls.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr CallText kCalls[] = {
    {"uname", "name:>*utsname"},
    {"sysinfo", "info:>*sysinfo"},
    {"syslog", "type:syslog_action buf:ptr len:int"},
    {"sethostname", "name:buf(len) len:int"},
    {"setdomainname", "name:buf(len) len:int"},
    {"sysfs", "option:int arg1:hex arg2:hex"},
    {"getrandom", "ubuf:>buf(ret) len:size flags:getrandom_flags"},
    {"reboot", "magic1:reboot_magic magic2:reboot_magic2 cmd:reboot_cmd arg:ptr"},
    {"kexec_load", "entry:ptr nr_segments:ulong segments:ptr flags:kexec_flags"},
    {"kexec_file_load",
     "kernel_fd:fd initrd_fd:fd cmdline_len:ulong cmdline_ptr:str flags:kexec_file_flags"},
    {"init_module", "umod:ptr len:ulong uargs:str"},
    {"finit_module", "fd:fd uargs:str flags:module_init_flags"},
    {"delete_module", "name_user:str flags:open_bits"},
    {"iopl", "level:int"},
    {"ioperm", "from:hex num:ulong turn_on:int"},
    {"modify_ldt", "func:int ptr:ptr bytecount:ulong"},
    {"set_thread_area", "u_info:ptr"},
    {"get_thread_area", "u_info:ptr"},
    {"add_key", "_type:str _description:str _payload:buf(plen) plen:size ringid:key_serial"},
    {"request_key", "_type:str _description:str _callout_info:str destringid:key_serial"},
    {"keyctl", "option:keyctl_op arg2:hex arg3:hex arg4:hex arg5:hex"},
    {"bpf", "cmd:bpf_cmd uattr:ptr size:uint"},
    {"perf_event_open",
     "attr_uptr:*perf_event_attr pid:pid cpu:int group_fd:fd flags:perf_open_flags", "fd"},
    // Nothing is behind these any more.
    {"_sysctl", "args:ptr"},
    {"create_module", "name:ptr size:size"},
    {"get_kernel_syms", "table:ptr"},
    {"query_module", "name:ptr which:int buf:ptr bufsize:size ret:ptr"},
    {"nfsservctl", "cmd:int argp:ptr resp:ptr"},
    {"getpmsg", ""},
    {"putpmsg", ""},
    {"afs_syscall", ""},
    {"tuxcall", ""},
    {"security", ""},
    {"vserver", ""},
};

constexpr VariantText kVariants[] = {
    {"fcntl", "cmd", "F_GETFD", "fd:fd cmd:fcntl_cmd", "fd_flags"},
    {"fcntl", "cmd", "F_GETFL", "fd:fd cmd:fcntl_cmd", "file_flags"},
    {"fcntl", "cmd", "F_GETOWN F_GETPIPE_SZ F_GETLEASE F_GETSIG", "fd:fd cmd:fcntl_cmd"},
    {"fcntl", "cmd", "F_GET_SEALS", "fd:fd cmd:fcntl_cmd", "seals"},
    {"fcntl", "cmd", "F_DUPFD F_DUPFD_CLOEXEC", "fd:fd cmd:fcntl_cmd arg:int", "fd"},
    {"fcntl", "cmd", "F_SETFD", "fd:fd cmd:fcntl_cmd arg:fd_flags"},
    {"fcntl", "cmd", "F_SETFL", "fd:fd cmd:fcntl_cmd arg:open_flags"},
    {"fcntl", "cmd", "F_ADD_SEALS", "fd:fd cmd:fcntl_cmd arg:seals"},
    {"fcntl", "cmd", "F_SETOWN F_SETPIPE_SZ", "fd:fd cmd:fcntl_cmd arg:int"},
    {"fcntl", "cmd", "F_SETSIG", "fd:fd cmd:fcntl_cmd arg:signal"},
    {"fcntl", "cmd", "F_SETLEASE", "fd:fd cmd:fcntl_cmd arg:lock_type"},
    {"fcntl", "cmd", "F_SETLK F_SETLKW F_OFD_SETLK F_OFD_SETLKW",
     "fd:fd cmd:fcntl_cmd arg:*flock_set"},
    {"fcntl", "cmd", "F_GETLK F_OFD_GETLK", "fd:fd cmd:fcntl_cmd arg:<>*flock"},
    {"ioctl", "cmd", "TIOCGWINSZ", "fd:fd cmd:ioctl_cmd arg:>*winsize"},
    {"ioctl", "cmd", "TIOCSWINSZ", "fd:fd cmd:ioctl_cmd arg:*winsize"},
    {"ioctl", "cmd", "FIONREAD TIOCGPGRP TIOCGSID TIOCGPTN TIOCOUTQ",
     "fd:fd cmd:ioctl_cmd arg:>int[1]"},
    {"ioctl", "cmd", "FIONBIO FIOASYNC TIOCSPGRP TIOCSPTLCK", "fd:fd cmd:ioctl_cmd arg:int[1]"},
    {"ioctl", "cmd", "FIOCLEX FIONCLEX TIOCNOTTY TIOCEXCL TIOCNXCL", "fd:fd cmd:ioctl_cmd"},
    {"ioctl", "cmd", "TIOCSCTTY TCSBRK TCXONC TCFLSH", "fd:fd cmd:ioctl_cmd arg:int"},
    {"ioctl", "cmd", "FICLONE", "fd:fd cmd:ioctl_cmd arg:fd"},
    {"prctl", "option", "PR_SET_DUMPABLE", "option:prctl_option value:dumpable"},
    {"prctl", "option", "PR_GET_DUMPABLE", "option:prctl_option", "dumpable"},
    {"prctl", "option", "PR_SET_NAME", "option:prctl_option name:str"},
    {"prctl", "option", "PR_GET_NAME", "option:prctl_option name:>str"},
    {"prctl", "option", "PR_SET_PDEATHSIG", "option:prctl_option sig:signal"},
    {"prctl", "option", "PR_GET_PDEATHSIG PR_GET_CHILD_SUBREAPER",
     "option:prctl_option value:>int[1]"},
    {"prctl", "option", "PR_SET_KEEPCAPS PR_SET_CHILD_SUBREAPER PR_SET_TIMERSLACK",
     "option:prctl_option value:long"},
    {"prctl", "option", "PR_GET_KEEPCAPS PR_GET_SECCOMP PR_GET_TIMERSLACK PR_GET_SECUREBITS",
     "option:prctl_option"},
    {"prctl", "option", "PR_SET_NO_NEW_PRIVS",
     "option:prctl_option arg2:long arg3:long arg4:long arg5:long"},
    {"prctl", "option", "PR_GET_NO_NEW_PRIVS",
     "option:prctl_option arg2:long arg3:long arg4:long arg5:long"},
    {"prctl", "option", "PR_CAPBSET_READ PR_CAPBSET_DROP", "option:prctl_option cap:capability"},
    {"arch_prctl", "option", "ARCH_GET_FS ARCH_GET_GS", "option:arch_prctl_option arg2:>ptr[1]"},
    {"futex", "op",
     "FUTEX_WAIT FUTEX_WAIT_PRIVATE FUTEX_LOCK_PI FUTEX_LOCK_PI_PRIVATE FUTEX_LOCK_PI2 "
     "FUTEX_LOCK_PI2_PRIVATE",
     "uaddr:ptr op:futex_op val:uint utime:*timespec"},
    {"futex", "op",
     "FUTEX_WAIT_BITSET FUTEX_WAIT_BITSET_PRIVATE FUTEX_WAIT_BITSET_CLOCK "
     "FUTEX_WAIT_BITSET_PRIVATE_CLOCK",
     "uaddr:ptr op:futex_op val:uint utime:*timespec uaddr2:ptr val3:futex_bitset"},
    {"futex", "op", "FUTEX_WAKE FUTEX_WAKE_PRIVATE", "uaddr:ptr op:futex_op val:uint"},
    {"futex", "op", "FUTEX_WAKE_BITSET FUTEX_WAKE_BITSET_PRIVATE",
     "uaddr:ptr op:futex_op val:uint utime:hidden uaddr2:hidden val3:futex_bitset"},
    {"futex", "op",
     "FUTEX_UNLOCK_PI FUTEX_UNLOCK_PI_PRIVATE FUTEX_TRYLOCK_PI FUTEX_TRYLOCK_PI_PRIVATE",
     "uaddr:ptr op:futex_op"},
    {"futex", "op", "FUTEX_REQUEUE FUTEX_REQUEUE_PRIVATE",
     "uaddr:ptr op:futex_op val:uint val2:uint uaddr2:ptr"},
    {"futex", "op", "FUTEX_CMP_REQUEUE FUTEX_CMP_REQUEUE_PRIVATE",
     "uaddr:ptr op:futex_op val:uint val2:uint uaddr2:ptr val3:uint"},
    {"setsockopt", "level", "SOL_SOCKET",
     "fd:fd level:sockopt_level optname:so_option optval:sockopt_value(optlen) optlen:int"},
    {"setsockopt", "level", "SOL_IP",
     "fd:fd level:sockopt_level optname:ip_option optval:sockopt_value(optlen) optlen:int"},
    {"setsockopt", "level", "SOL_IPV6",
     "fd:fd level:sockopt_level optname:ipv6_option optval:sockopt_value(optlen) optlen:int"},
    {"setsockopt", "level", "SOL_TCP",
     "fd:fd level:sockopt_level optname:tcp_option optval:sockopt_value(optlen) optlen:int"},
    {"getsockopt", "level", "SOL_SOCKET",
     "fd:fd level:sockopt_level optname:so_option optval:>sockopt_value(*optlen) optlen:<>uint[1]"},
    {"getsockopt", "level", "SOL_IP",
     "fd:fd level:sockopt_level optname:ip_option optval:>sockopt_value(*optlen) optlen:<>uint[1]"},
    {"getsockopt", "level", "SOL_IPV6",
     "fd:fd level:sockopt_level optname:ipv6_option optval:>sockopt_value(*optlen) "
     "optlen:<>uint[1]"},
    {"getsockopt", "level", "SOL_TCP",
     "fd:fd level:sockopt_level optname:tcp_option optval:>sockopt_value(*optlen) "
     "optlen:<>uint[1]"},
};

// Calls that only 32-bit programs have: what has the same meaning there as in the 64-bit call.
// Structures of theirs are not looked into.
constexpr CallText kIa32[] = {
    {"mmap2", "addr:ptr len:size prot:mmap_prot flags:mmap_flags fd:fd pgoff:hex", "ptr"},
    {"_llseek", "fd:fd offset_high:hex offset_low:hex result:>*off whence:whence"},
    {"waitpid", "pid:pid stat_addr:>*wait_status options:wait_options", "pid"},
    {"umount", "name:path"},
    {"nice", "increment:int"},
    {"signal", "sig:signal handler:ptr", "ptr"},
    {"sigaction", "sig:signal act:ptr oact:ptr"},
    {"sigprocmask", "how:sigprocmask_how nset:ptr oset:ptr"},
    {"sgetmask", "", "hex"},
    {"ssetmask", "newmask:hex32", "hex"},
    {"sigreturn", "", "long"},
    {"socketcall", "call:socketcall args:ptr"},
    {"ipc", "call:uint first:int second:hex third:hex ptr:ptr fifth:hex"},
    {"_newselect", "n:int inp:ptr outp:ptr exp:ptr tvp:ptr"},
    {"ugetrlimit", "resource:rlimit_resource rlim:ptr"},
    {"truncate64", "path:path length_low:hex32 length_high:hex32"},
    {"ftruncate64", "fd:fd length_low:hex32 length_high:hex32"},
    {"stat64", "filename:path statbuf:ptr"},
    {"lstat64", "filename:path statbuf:ptr"},
    {"fstat64", "fd:fd statbuf:ptr"},
    {"fstatat64", "dfd:dirfd(filename) filename:path statbuf:ptr flag:at_flags"},
    {"statfs64", "pathname:path sz:size buf:ptr"},
    {"fstatfs64", "fd:fd sz:size buf:ptr"},
    {"chown32", "filename:path user:uid group:uid"},
    {"lchown32", "filename:path user:uid group:uid"},
    {"fchown32", "fd:fd user:uid group:uid"},
    {"getuid32", "", "uid"},
    {"getgid32", "", "uid"},
    {"geteuid32", "", "uid"},
    {"getegid32", "", "uid"},
    {"setuid32", "uid:uid"},
    {"setgid32", "gid:uid"},
    {"fcntl64", "fd:fd cmd:fcntl_cmd arg:hex32"},
    {"clock_gettime64", "which_clock:clockid tp:>*timespec"},
    {"clock_nanosleep_time64", "which_clock:clockid flags:timer_flags rqtp:*timespec rmtp:ptr"},
    {"futex_time64", "uaddr:ptr op:futex_op val:uint utime:ptr uaddr2:ptr val3:hex32"},
    {"utimensat_time64", "dfd:dirfd(filename) filename:path t:utimes[2] flags:at_flags"},
};

}  // namespace

std::span<const CallText> calls_of_system() { return kCalls; }

std::span<const CallText> calls_of_ia32() { return kIa32; }

std::span<const VariantText> variants_of_calls() { return kVariants; }

}  // namespace dt::plugins::syscall
