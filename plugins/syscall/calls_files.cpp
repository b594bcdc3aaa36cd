// SPDX-License-Identifier: MIT
// System calls on open files: descriptors, input and output, waiting for them. The language is that
// of calls.hpp.
#include "calls.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr CallText kCalls[] = {
    {"read", "fd:fd buf:>buf(ret) count:size"},
    {"write", "fd:fd buf:buf(count) count:size"},
    {"pread64", "fd:fd buf:>buf(ret) count:size pos:off"},
    {"pwrite64", "fd:fd buf:buf(count) count:size pos:off"},
    {"readv", "fd:fd vec:>iovec[vlen](ret) vlen:ulong"},
    {"writev", "fd:fd vec:iovec[vlen] vlen:ulong"},
    {"preadv", "fd:fd vec:>iovec[vlen](ret) vlen:ulong pos:off"},
    {"pwritev", "fd:fd vec:iovec[vlen] vlen:ulong pos:off"},
    {"preadv2", "fd:fd vec:>iovec[vlen](ret) vlen:ulong pos:off pos_high:hidden flags:rwf_flags"},
    {"pwritev2", "fd:fd vec:iovec[vlen] vlen:ulong pos:off pos_high:hidden flags:rwf_flags"},
    {"lseek", "fd:fd offset:off whence:whence", "off"},
    {"close", "fd:fd"},
    {"close_range", "first:uint last:uint flags:close_range_flags"},
    {"dup", "fildes:fd", "fd"},
    {"dup2", "oldfd:fd newfd:plain_fd", "fd"},
    {"dup3", "oldfd:fd newfd:plain_fd flags:open_bits", "fd"},
    {"pipe", "fildes:>fd[2]"},
    {"pipe2", "fildes:>fd[2] flags:open_bits"},
    {"fcntl", "fd:fd cmd:fcntl_cmd arg:hex"},
    {"ioctl", "fd:fd cmd:ioctl_cmd arg:ptr"},
    {"flock", "fd:fd cmd:flock_ops"},
    {"fsync", "fd:fd"},
    {"fdatasync", "fd:fd"},
    {"syncfs", "fd:fd"},
    {"sync", ""},
    {"sync_file_range", "fd:fd offset:off nbytes:off flags:sync_file_range_flags"},
    {"truncate", "path:path length:off"},
    {"ftruncate", "fd:fd length:off"},
    {"fallocate", "fd:fd mode:fallocate_flags offset:off len:off"},
    {"fadvise64", "fd:fd offset:off len:size advice:fadvice"},
    {"readahead", "fd:fd offset:off count:size"},
    {"getdents", "fd:fd dirent:ptr count:uint"},
    {"getdents64", "fd:fd dirent:ptr count:uint"},
    {"sendfile", "out_fd:fd in_fd:fd offset:<>*off count:size"},
    {"splice", "fd_in:fd off_in:<>*off fd_out:fd off_out:<>*off len:size flags:splice_flags"},
    {"tee", "fdin:fd fdout:fd len:size flags:splice_flags"},
    {"vmsplice", "fd:fd iov:iovec[nr_segs] nr_segs:ulong flags:splice_flags"},
    {"copy_file_range", "fd_in:fd off_in:<>*off fd_out:fd off_out:<>*off len:size flags:hex32"},
    {"select", "n:int inp:<>fd_set[n] outp:<>fd_set[n] exp:<>fd_set[n] tvp:<>*timeval"},
    {"pselect6",
     "n:int inp:<>fd_set[n] outp:<>fd_set[n] exp:<>fd_set[n] tsp:<>*timespec sig:*sigset_argpack"},
    {"poll", "ufds:<>pollfd[nfds] nfds:uint timeout_msecs:int"},
    {"ppoll",
     "ufds:<>pollfd[nfds] nfds:uint tsp:<>*timespec sigmask:sigset(sigsetsize) sigsetsize:size"},
    {"epoll_create", "size:int", "fd"},
    {"epoll_create1", "flags:epoll_create_flags", "fd"},
    {"epoll_ctl", "epfd:fd op:epoll_op fd:fd event:*epoll_event"},
    {"epoll_wait", "epfd:fd events:>epoll_event[ret] maxevents:int timeout:int"},
    {"epoll_pwait",
     "epfd:fd events:>epoll_event[ret] maxevents:int timeout:int sigmask:sigset(sigsetsize) "
     "sigsetsize:size"},
    {"epoll_pwait2",
     "epfd:fd events:>epoll_event[ret] maxevents:int timeout:*timespec "
     "sigmask:sigset(sigsetsize) sigsetsize:size"},
    {"epoll_ctl_old", "epfd:int op:int fd:int event:ptr"},
    {"epoll_wait_old", "epfd:int events:ptr maxevents:int timeout:int"},
    {"eventfd", "count:uint", "fd"},
    {"eventfd2", "count:uint flags:eventfd_flags", "fd"},
    {"signalfd", "ufd:fd user_mask:sigset(sizemask) sizemask:size", "fd"},
    {"signalfd4", "ufd:fd user_mask:sigset(sizemask) sizemask:size flags:signalfd_flags", "fd"},
    {"userfaultfd", "flags:open_bits", "fd"},
    {"inotify_init", "", "fd"},
    {"inotify_init1", "flags:inotify_init_flags", "fd"},
    {"inotify_add_watch", "fd:fd pathname:path mask:inotify_events"},
    {"inotify_rm_watch", "fd:fd wd:int"},
    {"fanotify_init", "flags:fanotify_init_flags event_f_flags:open_flags", "fd"},
    {"fanotify_mark",
     "fanotify_fd:fd flags:fanotify_mark_flags mask:fanotify_events dfd:dirfd(pathname) "
     "pathname:path"},
    {"io_setup", "nr_events:uint ctxp:<>*ptr"},
    {"io_destroy", "ctx:ptr"},
    {"io_getevents", "ctx_id:ptr min_nr:long nr:long events:ptr timeout:*timespec"},
    {"io_pgetevents", "ctx_id:ptr min_nr:long nr:long events:ptr timeout:*timespec usig:ptr"},
    {"io_submit", "ctx_id:ptr nr:long iocbpp:ptr"},
    {"io_cancel", "ctx_id:ptr iocb:ptr result:ptr"},
    {"io_uring_setup", "entries:uint params:<>*io_uring_params", "fd"},
    {"io_uring_enter",
     "fd:fd to_submit:uint min_complete:uint flags:io_uring_enter_flags argp:ptr argsz:size"},
    {"io_uring_register", "fd:fd opcode:io_uring_register_op arg:ptr nr_args:uint"},
    {"pidfd_getfd", "pidfd:fd fd:int flags:hex32", "fd"},
    {"name_to_handle_at", "dfd:dirfd(name) name:path handle:ptr mnt_id:>*int flag:at_flags"},
    {"open_by_handle_at", "mountdirfd:dirfd handle:ptr flags:open_flags", "fd"},
    {"uselib", "library:path"},
};

}  // namespace

std::span<const CallText> calls_of_files() { return kCalls; }

}  // namespace dt::plugins::syscall
