// SPDX-License-Identifier: MIT
// Names of flags and commands of calls on processes and threads.
#include <asm/prctl.h>
#include <linux/futex.h>
#include <linux/kcmp.h>
#include <linux/membarrier.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/wait.h>

#include "names.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr Name kClone[] = {DT_NAME(CLONE_VM),
                           DT_NAME(CLONE_FS),
                           DT_NAME(CLONE_FILES),
                           DT_NAME(CLONE_SIGHAND),
                           DT_NAME(CLONE_PIDFD),
                           DT_NAME(CLONE_PTRACE),
                           DT_NAME(CLONE_VFORK),
                           DT_NAME(CLONE_PARENT),
                           DT_NAME(CLONE_THREAD),
                           DT_NAME(CLONE_NEWNS),
                           DT_NAME(CLONE_SYSVSEM),
                           DT_NAME(CLONE_SETTLS),
                           DT_NAME(CLONE_PARENT_SETTID),
                           DT_NAME(CLONE_CHILD_CLEARTID),
                           DT_NAME(CLONE_DETACHED),
                           DT_NAME(CLONE_UNTRACED),
                           DT_NAME(CLONE_CHILD_SETTID),
                           DT_NAME(CLONE_NEWCGROUP),
                           DT_NAME(CLONE_NEWUTS),
                           DT_NAME(CLONE_NEWIPC),
                           DT_NAME(CLONE_NEWUSER),
                           DT_NAME(CLONE_NEWPID),
                           DT_NAME(CLONE_NEWNET),
                           DT_NAME(CLONE_IO),
                           {CLONE_NEWTIME, "CLONE_NEWTIME"},
                           {CLONE_CLEAR_SIGHAND, "CLONE_CLEAR_SIGHAND"},
                           {CLONE_INTO_CGROUP, "CLONE_INTO_CGROUP"}};
constexpr Name kWait[] = {{WNOHANG, "WNOHANG"},   {WUNTRACED, "WUNTRACED"}, DT_NAME(WEXITED),
                          DT_NAME(WCONTINUED),    DT_NAME(WNOWAIT),         DT_NAME(__WNOTHREAD),
                          {0x40000000, "__WALL"}, {0x80000000, "__WCLONE"}};
constexpr Name kWaitId[] = {DT_NAME(P_ALL), DT_NAME(P_PID), DT_NAME(P_PGID), DT_NAME(P_PIDFD)};
constexpr Name kPrctl[] = {DT_NAME(PR_SET_PDEATHSIG),
                           DT_NAME(PR_GET_PDEATHSIG),
                           DT_NAME(PR_GET_DUMPABLE),
                           DT_NAME(PR_SET_DUMPABLE),
                           DT_NAME(PR_GET_UNALIGN),
                           DT_NAME(PR_SET_UNALIGN),
                           DT_NAME(PR_GET_KEEPCAPS),
                           DT_NAME(PR_SET_KEEPCAPS),
                           DT_NAME(PR_GET_TIMING),
                           DT_NAME(PR_SET_TIMING),
                           DT_NAME(PR_SET_NAME),
                           DT_NAME(PR_GET_NAME),
                           DT_NAME(PR_GET_SECCOMP),
                           DT_NAME(PR_SET_SECCOMP),
                           DT_NAME(PR_CAPBSET_READ),
                           DT_NAME(PR_CAPBSET_DROP),
                           DT_NAME(PR_GET_TSC),
                           DT_NAME(PR_SET_TSC),
                           DT_NAME(PR_GET_SECUREBITS),
                           DT_NAME(PR_SET_SECUREBITS),
                           DT_NAME(PR_SET_TIMERSLACK),
                           DT_NAME(PR_GET_TIMERSLACK),
                           DT_NAME(PR_TASK_PERF_EVENTS_DISABLE),
                           DT_NAME(PR_TASK_PERF_EVENTS_ENABLE),
                           DT_NAME(PR_MCE_KILL),
                           DT_NAME(PR_MCE_KILL_GET),
                           DT_NAME(PR_SET_MM),
                           DT_NAME(PR_SET_CHILD_SUBREAPER),
                           DT_NAME(PR_GET_CHILD_SUBREAPER),
                           DT_NAME(PR_SET_NO_NEW_PRIVS),
                           DT_NAME(PR_GET_NO_NEW_PRIVS),
                           DT_NAME(PR_GET_TID_ADDRESS),
                           DT_NAME(PR_SET_THP_DISABLE),
                           DT_NAME(PR_GET_THP_DISABLE),
                           DT_NAME(PR_CAP_AMBIENT),
                           DT_NAME(PR_GET_SPECULATION_CTRL),
                           DT_NAME(PR_SET_SPECULATION_CTRL),
                           DT_NAME(PR_SET_IO_FLUSHER),
                           DT_NAME(PR_GET_IO_FLUSHER),
                           DT_NAME(PR_SET_SYSCALL_USER_DISPATCH),
                           {62, "PR_SCHED_CORE"},
                           DT_NAME(PR_SET_PTRACER),
                           {0x53564d41, "PR_SET_VMA"}};
constexpr Name kDumpable[] = {
    {0, "SUID_DUMP_DISABLE"}, {1, "SUID_DUMP_USER"}, {2, "SUID_DUMP_ROOT"}};
constexpr Name kArchPrctl[] = {DT_NAME(ARCH_SET_GS),
                               DT_NAME(ARCH_SET_FS),
                               DT_NAME(ARCH_GET_FS),
                               DT_NAME(ARCH_GET_GS),
                               DT_NAME(ARCH_GET_CPUID),
                               DT_NAME(ARCH_SET_CPUID),
                               DT_NAME(ARCH_MAP_VDSO_X32),
                               DT_NAME(ARCH_MAP_VDSO_32),
                               DT_NAME(ARCH_MAP_VDSO_64),
                               {0x1021, "ARCH_GET_XCOMP_SUPP"},
                               {0x1022, "ARCH_GET_XCOMP_PERM"},
                               {0x1023, "ARCH_REQ_XCOMP_PERM"}};
constexpr Name kPtrace[] = {
    DT_NAME(PTRACE_TRACEME),     DT_NAME(PTRACE_PEEKTEXT),   DT_NAME(PTRACE_PEEKDATA),
    DT_NAME(PTRACE_PEEKUSR),     DT_NAME(PTRACE_POKETEXT),   DT_NAME(PTRACE_POKEDATA),
    DT_NAME(PTRACE_POKEUSR),     DT_NAME(PTRACE_CONT),       DT_NAME(PTRACE_KILL),
    DT_NAME(PTRACE_SINGLESTEP),  {12, "PTRACE_GETREGS"},     {13, "PTRACE_SETREGS"},
    {14, "PTRACE_GETFPREGS"},    {15, "PTRACE_SETFPREGS"},   DT_NAME(PTRACE_ATTACH),
    DT_NAME(PTRACE_DETACH),      DT_NAME(PTRACE_SYSCALL),    DT_NAME(PTRACE_SETOPTIONS),
    DT_NAME(PTRACE_GETEVENTMSG), DT_NAME(PTRACE_GETSIGINFO), DT_NAME(PTRACE_SETSIGINFO),
    DT_NAME(PTRACE_GETREGSET),   DT_NAME(PTRACE_SETREGSET),  DT_NAME(PTRACE_SEIZE),
    DT_NAME(PTRACE_INTERRUPT),   DT_NAME(PTRACE_LISTEN),     DT_NAME(PTRACE_PEEKSIGINFO),
    DT_NAME(PTRACE_GETSIGMASK),  DT_NAME(PTRACE_SETSIGMASK), DT_NAME(PTRACE_GET_SYSCALL_INFO)};
constexpr Name kKcmp[] = {DT_NAME(KCMP_FILE),    DT_NAME(KCMP_VM),       DT_NAME(KCMP_FILES),
                          DT_NAME(KCMP_FS),      DT_NAME(KCMP_SIGHAND),  DT_NAME(KCMP_IO),
                          DT_NAME(KCMP_SYSVSEM), DT_NAME(KCMP_EPOLL_TFD)};
constexpr Name kSeccomp[] = {DT_NAME(SECCOMP_SET_MODE_STRICT), DT_NAME(SECCOMP_SET_MODE_FILTER),
                             DT_NAME(SECCOMP_GET_ACTION_AVAIL), DT_NAME(SECCOMP_GET_NOTIF_SIZES)};
constexpr Name kSeccompFlags[] = {
    DT_NAME(SECCOMP_FILTER_FLAG_TSYNC), DT_NAME(SECCOMP_FILTER_FLAG_LOG),
    DT_NAME(SECCOMP_FILTER_FLAG_SPEC_ALLOW), DT_NAME(SECCOMP_FILTER_FLAG_NEW_LISTENER),
    DT_NAME(SECCOMP_FILTER_FLAG_TSYNC_ESRCH)};
constexpr Name kPersonalities[] = {{0, "PER_LINUX"}, {8, "PER_LINUX32"}};
constexpr Names kPersonalityNames{"personality_base", "PER_", NamesKind::Enum, kPersonalities};
constexpr Name kPersonality[] = {{0x20000, "UNAME26"},
                                 {0x40000, "ADDR_NO_RANDOMIZE"},
                                 {0x80000, "FDPIC_FUNCPTRS"},
                                 {0x100000, "MMAP_PAGE_ZERO"},
                                 {0x200000, "ADDR_COMPAT_LAYOUT"},
                                 {0x400000, "READ_IMPLIES_EXEC"},
                                 {0x800000, "ADDR_LIMIT_32BIT"},
                                 {0x1000000, "SHORT_INODE"},
                                 {0x2000000, "WHOLE_SECONDS"},
                                 {0x4000000, "STICKY_TIMEOUTS"},
                                 {0x8000000, "ADDR_LIMIT_3GB"}};
constexpr Name kRseq[] = {{1, "RSEQ_FLAG_UNREGISTER"}};
constexpr Name kMembarrier[] = {DT_NAME(MEMBARRIER_CMD_QUERY),
                                DT_NAME(MEMBARRIER_CMD_GLOBAL),
                                DT_NAME(MEMBARRIER_CMD_GLOBAL_EXPEDITED),
                                DT_NAME(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED),
                                DT_NAME(MEMBARRIER_CMD_PRIVATE_EXPEDITED),
                                DT_NAME(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED),
                                DT_NAME(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE),
                                DT_NAME(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE),
                                DT_NAME(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ),
                                DT_NAME(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ)};
constexpr Name kMembarrierFlags[] = {{1, "MEMBARRIER_CMD_FLAG_CPU"}};

// An operation, then |FUTEX_PRIVATE_FLAG and |FUTEX_CLOCK_REALTIME by their short names.
constexpr Name kFutex[] = {
    DT_NAME(FUTEX_WAIT),
    DT_NAME(FUTEX_WAKE),
    DT_NAME(FUTEX_FD),
    DT_NAME(FUTEX_REQUEUE),
    DT_NAME(FUTEX_CMP_REQUEUE),
    DT_NAME(FUTEX_WAKE_OP),
    DT_NAME(FUTEX_LOCK_PI),
    DT_NAME(FUTEX_UNLOCK_PI),
    DT_NAME(FUTEX_TRYLOCK_PI),
    DT_NAME(FUTEX_WAIT_BITSET),
    DT_NAME(FUTEX_WAKE_BITSET),
    DT_NAME(FUTEX_WAIT_REQUEUE_PI),
    DT_NAME(FUTEX_CMP_REQUEUE_PI),
    DT_NAME(FUTEX_LOCK_PI2),
    DT_NAME(FUTEX_WAIT_PRIVATE),
    DT_NAME(FUTEX_WAKE_PRIVATE),
    DT_NAME(FUTEX_REQUEUE_PRIVATE),
    DT_NAME(FUTEX_CMP_REQUEUE_PRIVATE),
    DT_NAME(FUTEX_WAKE_OP_PRIVATE),
    DT_NAME(FUTEX_LOCK_PI_PRIVATE),
    DT_NAME(FUTEX_UNLOCK_PI_PRIVATE),
    DT_NAME(FUTEX_TRYLOCK_PI_PRIVATE),
    DT_NAME(FUTEX_WAIT_BITSET_PRIVATE),
    DT_NAME(FUTEX_WAKE_BITSET_PRIVATE),
    DT_NAME(FUTEX_WAIT_REQUEUE_PI_PRIVATE),
    DT_NAME(FUTEX_CMP_REQUEUE_PI_PRIVATE),
    DT_NAME(FUTEX_LOCK_PI2_PRIVATE),
    {FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, "FUTEX_WAIT_BITSET|FUTEX_CLOCK_REALTIME"},
    {FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME,
     "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME"}};
constexpr Name kBitset[] = {DT_NAME(FUTEX_BITSET_MATCH_ANY)};

constexpr auto kFlags = NamesKind::Flags;
constexpr auto kEnum = NamesKind::Enum;
constexpr Names kTables[] = {
    {"clone_bits", "CLONE_", kFlags, kClone},
    {"wait_options", "W", kFlags, kWait},
    {"wait_id_type", "P_", kEnum, kWaitId},
    {"prctl_option", "PR_", kEnum, kPrctl},
    {"dumpable", "SUID_DUMP_", kEnum, kDumpable},
    {"arch_prctl_option", "ARCH_", kEnum, kArchPrctl},
    {"ptrace_request", "PTRACE_", kEnum, kPtrace},
    {"kcmp_type", "KCMP_", kEnum, kKcmp},
    {"seccomp_op", "SECCOMP_", kEnum, kSeccomp},
    {"seccomp_flags", "SECCOMP_FILTER_FLAG_", kFlags, kSeccompFlags},
    {"personality_flags", "PER_", kFlags, kPersonality, 0xff, &kPersonalityNames},
    {"rseq_flags", "RSEQ_FLAG_", kFlags, kRseq},
    {"membarrier_cmd", "MEMBARRIER_CMD_", kFlags, kMembarrier},
    {"membarrier_flags", "MEMBARRIER_CMD_FLAG_", kFlags, kMembarrierFlags},
    {"futex_op", "FUTEX_", kEnum, kFutex},
    {"futex_bitset_any", "FUTEX_", kEnum, kBitset},
};

}  // namespace

std::span<const Names> names_of_processes() { return kTables; }

}  // namespace dt::plugins::syscall
