// SPDX-License-Identifier: MIT
// Names of flags and commands of calls on open files.
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/falloc.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "names.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr Name kWhence[] = {DT_NAME(SEEK_SET), DT_NAME(SEEK_CUR), DT_NAME(SEEK_END),
                            DT_NAME(SEEK_DATA), DT_NAME(SEEK_HOLE)};
constexpr Name kFcntl[] = {DT_NAME(F_DUPFD),
                           DT_NAME(F_GETFD),
                           DT_NAME(F_SETFD),
                           DT_NAME(F_GETFL),
                           DT_NAME(F_SETFL),
                           DT_NAME(F_GETLK),
                           DT_NAME(F_SETLK),
                           DT_NAME(F_SETLKW),
                           DT_NAME(F_SETOWN),
                           DT_NAME(F_GETOWN),
                           DT_NAME(F_SETSIG),
                           DT_NAME(F_GETSIG),
                           DT_NAME(F_SETOWN_EX),
                           DT_NAME(F_GETOWN_EX),
                           {17, "F_GETOWNER_UIDS"},
                           DT_NAME(F_OFD_GETLK),
                           DT_NAME(F_OFD_SETLK),
                           DT_NAME(F_OFD_SETLKW),
                           DT_NAME(F_SETLEASE),
                           DT_NAME(F_GETLEASE),
                           DT_NAME(F_NOTIFY),
                           DT_NAME(F_DUPFD_CLOEXEC),
                           DT_NAME(F_SETPIPE_SZ),
                           DT_NAME(F_GETPIPE_SZ),
                           DT_NAME(F_ADD_SEALS),
                           DT_NAME(F_GET_SEALS),
                           DT_NAME(F_GET_RW_HINT),
                           DT_NAME(F_SET_RW_HINT),
                           DT_NAME(F_GET_FILE_RW_HINT),
                           DT_NAME(F_SET_FILE_RW_HINT)};
constexpr Name kFdFlags[] = {DT_NAME(FD_CLOEXEC)};
constexpr Name kSeals[] = {DT_NAME(F_SEAL_SEAL),          DT_NAME(F_SEAL_SHRINK),
                           DT_NAME(F_SEAL_GROW),          DT_NAME(F_SEAL_WRITE),
                           {0x10, "F_SEAL_FUTURE_WRITE"}, {0x20, "F_SEAL_EXEC"}};
constexpr Name kLockTypes[] = {DT_NAME(F_RDLCK), DT_NAME(F_WRLCK), DT_NAME(F_UNLCK)};
constexpr Name kFlock[] = {DT_NAME(LOCK_SH), DT_NAME(LOCK_EX), DT_NAME(LOCK_UN), DT_NAME(LOCK_NB)};
constexpr Name kCloseRange[] = {DT_NAME(CLOSE_RANGE_UNSHARE), DT_NAME(CLOSE_RANGE_CLOEXEC)};
constexpr Name kRwf[] = {DT_NAME(RWF_HIPRI), DT_NAME(RWF_DSYNC), DT_NAME(RWF_SYNC),
                         DT_NAME(RWF_NOWAIT), DT_NAME(RWF_APPEND)};
constexpr Name kSyncRange[] = {DT_NAME(SYNC_FILE_RANGE_WAIT_BEFORE), DT_NAME(SYNC_FILE_RANGE_WRITE),
                               DT_NAME(SYNC_FILE_RANGE_WAIT_AFTER)};
constexpr Name kFallocate[] = {DT_NAME(FALLOC_FL_KEEP_SIZE),     DT_NAME(FALLOC_FL_PUNCH_HOLE),
                               DT_NAME(FALLOC_FL_NO_HIDE_STALE), DT_NAME(FALLOC_FL_COLLAPSE_RANGE),
                               DT_NAME(FALLOC_FL_ZERO_RANGE),    DT_NAME(FALLOC_FL_INSERT_RANGE),
                               DT_NAME(FALLOC_FL_UNSHARE_RANGE)};
constexpr Name kFadvice[] = {DT_NAME(POSIX_FADV_NORMAL),     DT_NAME(POSIX_FADV_RANDOM),
                             DT_NAME(POSIX_FADV_SEQUENTIAL), DT_NAME(POSIX_FADV_WILLNEED),
                             DT_NAME(POSIX_FADV_DONTNEED),   DT_NAME(POSIX_FADV_NOREUSE)};
constexpr Name kSplice[] = {DT_NAME(SPLICE_F_MOVE), DT_NAME(SPLICE_F_NONBLOCK),
                            DT_NAME(SPLICE_F_MORE), DT_NAME(SPLICE_F_GIFT)};
constexpr Name kPoll[] = {DT_NAME(POLLIN),     DT_NAME(POLLPRI),    DT_NAME(POLLOUT),
                          DT_NAME(POLLRDNORM), DT_NAME(POLLWRNORM), DT_NAME(POLLRDBAND),
                          DT_NAME(POLLWRBAND), DT_NAME(POLLERR),    DT_NAME(POLLHUP),
                          DT_NAME(POLLNVAL),   DT_NAME(POLLMSG),    DT_NAME(POLLRDHUP)};
constexpr Name kEpollCreate[] = {DT_NAME(EPOLL_CLOEXEC)};
constexpr Name kEpollOp[] = {DT_NAME(EPOLL_CTL_ADD), DT_NAME(EPOLL_CTL_DEL),
                             DT_NAME(EPOLL_CTL_MOD)};
constexpr Name kEpollEvents[] = {
    DT_NAME(EPOLLIN),     DT_NAME(EPOLLPRI),     DT_NAME(EPOLLOUT),    DT_NAME(EPOLLRDNORM),
    DT_NAME(EPOLLRDBAND), DT_NAME(EPOLLWRNORM),  DT_NAME(EPOLLWRBAND), DT_NAME(EPOLLMSG),
    DT_NAME(EPOLLERR),    DT_NAME(EPOLLHUP),     DT_NAME(EPOLLRDHUP),  DT_NAME(EPOLLEXCLUSIVE),
    DT_NAME(EPOLLWAKEUP), DT_NAME(EPOLLONESHOT), {1u << 31, "EPOLLET"}};
constexpr Name kEventfd[] = {DT_NAME(EFD_SEMAPHORE), DT_NAME(EFD_CLOEXEC), DT_NAME(EFD_NONBLOCK)};
constexpr Name kSignalfd[] = {DT_NAME(SFD_CLOEXEC), DT_NAME(SFD_NONBLOCK)};
constexpr Name kInotifyInit[] = {DT_NAME(IN_CLOEXEC), DT_NAME(IN_NONBLOCK)};
constexpr Name kInotify[] = {
    DT_NAME(IN_ACCESS),      DT_NAME(IN_MODIFY),        DT_NAME(IN_ATTRIB),
    DT_NAME(IN_CLOSE_WRITE), DT_NAME(IN_CLOSE_NOWRITE), DT_NAME(IN_OPEN),
    DT_NAME(IN_MOVED_FROM),  DT_NAME(IN_MOVED_TO),      DT_NAME(IN_CREATE),
    DT_NAME(IN_DELETE),      DT_NAME(IN_DELETE_SELF),   DT_NAME(IN_MOVE_SELF),
    DT_NAME(IN_UNMOUNT),     DT_NAME(IN_Q_OVERFLOW),    DT_NAME(IN_IGNORED),
    DT_NAME(IN_ONLYDIR),     DT_NAME(IN_DONT_FOLLOW),   DT_NAME(IN_EXCL_UNLINK),
    DT_NAME(IN_MASK_CREATE), DT_NAME(IN_MASK_ADD),      DT_NAME(IN_ISDIR),
    {1u << 31, "IN_ONESHOT"}};
constexpr Name kFanotifyClass[] = {DT_NAME(FAN_CLASS_NOTIF), DT_NAME(FAN_CLASS_CONTENT),
                                   DT_NAME(FAN_CLASS_PRE_CONTENT)};
constexpr Names kFanotifyClassNames{"fanotify_class", "FAN_CLASS_", NamesKind::Enum,
                                    kFanotifyClass};
constexpr Name kFanotifyInit[] = {
    DT_NAME(FAN_CLOEXEC),         DT_NAME(FAN_NONBLOCK),       DT_NAME(FAN_UNLIMITED_QUEUE),
    DT_NAME(FAN_UNLIMITED_MARKS), DT_NAME(FAN_ENABLE_AUDIT),   DT_NAME(FAN_REPORT_TID),
    DT_NAME(FAN_REPORT_FID),      DT_NAME(FAN_REPORT_DIR_FID), DT_NAME(FAN_REPORT_NAME)};
constexpr Name kFanotifyMark[] = {
    DT_NAME(FAN_MARK_ADD),          DT_NAME(FAN_MARK_REMOVE),
    DT_NAME(FAN_MARK_DONT_FOLLOW),  DT_NAME(FAN_MARK_ONLYDIR),
    DT_NAME(FAN_MARK_MOUNT),        DT_NAME(FAN_MARK_FILESYSTEM),
    DT_NAME(FAN_MARK_IGNORED_MASK), DT_NAME(FAN_MARK_IGNORED_SURV_MODIFY),
    DT_NAME(FAN_MARK_FLUSH)};
constexpr Name kFanotifyEvents[] = {
    DT_NAME(FAN_ACCESS),    DT_NAME(FAN_MODIFY),        DT_NAME(FAN_ATTRIB),
    DT_NAME(FAN_CLOSE),     DT_NAME(FAN_CLOSE_WRITE),   DT_NAME(FAN_CLOSE_NOWRITE),
    DT_NAME(FAN_OPEN),      DT_NAME(FAN_MOVED_FROM),    DT_NAME(FAN_MOVED_TO),
    DT_NAME(FAN_CREATE),    DT_NAME(FAN_DELETE),        DT_NAME(FAN_DELETE_SELF),
    DT_NAME(FAN_MOVE_SELF), DT_NAME(FAN_OPEN_EXEC),     DT_NAME(FAN_Q_OVERFLOW),
    DT_NAME(FAN_OPEN_PERM), DT_NAME(FAN_ACCESS_PERM),   DT_NAME(FAN_OPEN_EXEC_PERM),
    DT_NAME(FAN_ONDIR),     DT_NAME(FAN_EVENT_ON_CHILD)};
constexpr Name kUringSetup[] = {
    {0x1, "IORING_SETUP_IOPOLL"},           {0x2, "IORING_SETUP_SQPOLL"},
    {0x4, "IORING_SETUP_SQ_AFF"},           {0x8, "IORING_SETUP_CQSIZE"},
    {0x10, "IORING_SETUP_CLAMP"},           {0x20, "IORING_SETUP_ATTACH_WQ"},
    {0x40, "IORING_SETUP_R_DISABLED"},      {0x80, "IORING_SETUP_SUBMIT_ALL"},
    {0x100, "IORING_SETUP_COOP_TASKRUN"},   {0x200, "IORING_SETUP_TASKRUN_FLAG"},
    {0x400, "IORING_SETUP_SQE128"},         {0x800, "IORING_SETUP_CQE32"},
    {0x1000, "IORING_SETUP_SINGLE_ISSUER"}, {0x2000, "IORING_SETUP_DEFER_TASKRUN"}};
constexpr Name kUringEnter[] = {{0x1, "IORING_ENTER_GETEVENTS"},
                                {0x2, "IORING_ENTER_SQ_WAKEUP"},
                                {0x4, "IORING_ENTER_SQ_WAIT"},
                                {0x8, "IORING_ENTER_EXT_ARG"},
                                {0x10, "IORING_ENTER_REGISTERED_RING"}};
constexpr Name kUringRegister[] = {
    {0, "IORING_REGISTER_BUFFERS"},        {1, "IORING_UNREGISTER_BUFFERS"},
    {2, "IORING_REGISTER_FILES"},          {3, "IORING_UNREGISTER_FILES"},
    {4, "IORING_REGISTER_EVENTFD"},        {5, "IORING_UNREGISTER_EVENTFD"},
    {6, "IORING_REGISTER_FILES_UPDATE"},   {7, "IORING_REGISTER_EVENTFD_ASYNC"},
    {8, "IORING_REGISTER_PROBE"},          {9, "IORING_REGISTER_PERSONALITY"},
    {10, "IORING_UNREGISTER_PERSONALITY"}, {11, "IORING_REGISTER_RESTRICTIONS"},
    {12, "IORING_REGISTER_ENABLE_RINGS"}};

constexpr auto kFlags = NamesKind::Flags;
constexpr auto kEnum = NamesKind::Enum;
constexpr Names kTables[] = {
    {"whence", "SEEK_", kEnum, kWhence},
    {"fcntl_cmd", "F_", kEnum, kFcntl},
    {"fd_flags", "FD_", kFlags, kFdFlags},
    {"seals", "F_SEAL_", kFlags, kSeals},
    {"lock_type", "F_", kEnum, kLockTypes},
    {"flock_ops", "LOCK_", kFlags, kFlock},
    {"close_range_flags", "CLOSE_RANGE_", kFlags, kCloseRange},
    {"rwf_flags", "RWF_", kFlags, kRwf},
    {"sync_file_range_flags", "SYNC_FILE_RANGE_", kFlags, kSyncRange},
    {"fallocate_flags", "FALLOC_FL_", kFlags, kFallocate},
    {"fadvice", "POSIX_FADV_", kEnum, kFadvice},
    {"splice_flags", "SPLICE_F_", kFlags, kSplice},
    {"poll_events", "POLL", kFlags, kPoll},
    {"epoll_create_flags", "EPOLL_", kFlags, kEpollCreate},
    {"epoll_op", "EPOLL_CTL_", kEnum, kEpollOp},
    {"epoll_events", "EPOLL", kFlags, kEpollEvents},
    {"eventfd_flags", "EFD_", kFlags, kEventfd},
    {"signalfd_flags", "SFD_", kFlags, kSignalfd},
    {"inotify_init_flags", "IN_", kFlags, kInotifyInit},
    {"inotify_events", "IN_", kFlags, kInotify},
    {"fanotify_init_flags", "FAN_", kFlags, kFanotifyInit, 0xc, &kFanotifyClassNames},
    {"fanotify_mark_flags", "FAN_MARK_", kFlags, kFanotifyMark},
    {"fanotify_events", "FAN_", kFlags, kFanotifyEvents},
    {"io_uring_setup_flags", "IORING_SETUP_", kFlags, kUringSetup},
    {"io_uring_enter_flags", "IORING_ENTER_", kFlags, kUringEnter},
    {"io_uring_register_op", "IORING_REGISTER_", kEnum, kUringRegister},
};

}  // namespace

std::span<const Names> names_of_descriptors() { return kTables; }

}  // namespace dt::plugins::syscall
