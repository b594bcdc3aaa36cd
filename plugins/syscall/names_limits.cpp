// SPDX-License-Identifier: MIT
// Names of limits, priorities, scheduling policies and capabilities.
#include <linux/capability.h>
#include <sched.h>
#include <sys/resource.h>

#include "names.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr Name kLimits[] = {
    DT_NAME(RLIMIT_CPU),      DT_NAME(RLIMIT_FSIZE),  DT_NAME(RLIMIT_DATA),
    DT_NAME(RLIMIT_STACK),    DT_NAME(RLIMIT_CORE),   DT_NAME(RLIMIT_RSS),
    DT_NAME(RLIMIT_NPROC),    DT_NAME(RLIMIT_NOFILE), DT_NAME(RLIMIT_MEMLOCK),
    DT_NAME(RLIMIT_AS),       DT_NAME(RLIMIT_LOCKS),  DT_NAME(RLIMIT_SIGPENDING),
    DT_NAME(RLIMIT_MSGQUEUE), DT_NAME(RLIMIT_NICE),   DT_NAME(RLIMIT_RTPRIO),
    DT_NAME(RLIMIT_RTTIME)};
constexpr Name kUsage[] = {DT_NAME(RUSAGE_SELF),
                           DT_NAME(RUSAGE_CHILDREN),
                           {static_cast<uint64_t>(-2), "RUSAGE_BOTH"},
                           DT_NAME(RUSAGE_THREAD)};
constexpr Name kPriority[] = {DT_NAME(PRIO_PROCESS), DT_NAME(PRIO_PGRP), DT_NAME(PRIO_USER)};
constexpr Name kPolicies[] = {{0, "SCHED_OTHER"},   {1, "SCHED_FIFO"}, {2, "SCHED_RR"},
                              {3, "SCHED_BATCH"},   {4, "SCHED_ISO"},  {5, "SCHED_IDLE"},
                              {6, "SCHED_DEADLINE"}};
constexpr Names kPolicyNames{"sched_policy_base", "SCHED_", NamesKind::Enum, kPolicies};
constexpr Name kPolicyFlags[] = {{0x40000000, "SCHED_RESET_ON_FORK"}};
constexpr Name kSchedFlags[] = {
    {1, "SCHED_FLAG_RESET_ON_FORK"},    {2, "SCHED_FLAG_RECLAIM"},
    {4, "SCHED_FLAG_DL_OVERRUN"},       {8, "SCHED_FLAG_KEEP_POLICY"},
    {0x10, "SCHED_FLAG_KEEP_PARAMS"},   {0x20, "SCHED_FLAG_UTIL_CLAMP_MIN"},
    {0x40, "SCHED_FLAG_UTIL_CLAMP_MAX"}};
constexpr Name kIoprioWhich[] = {
    {1, "IOPRIO_WHO_PROCESS"}, {2, "IOPRIO_WHO_PGRP"}, {3, "IOPRIO_WHO_USER"}};
constexpr Name kIoprioClass[] = {{0, "IOPRIO_CLASS_NONE"},
                                 {1, "IOPRIO_CLASS_RT"},
                                 {2, "IOPRIO_CLASS_BE"},
                                 {3, "IOPRIO_CLASS_IDLE"}};
constexpr Name kCapabilities[] = {DT_NAME(CAP_CHOWN),
                                  DT_NAME(CAP_DAC_OVERRIDE),
                                  DT_NAME(CAP_DAC_READ_SEARCH),
                                  DT_NAME(CAP_FOWNER),
                                  DT_NAME(CAP_FSETID),
                                  DT_NAME(CAP_KILL),
                                  DT_NAME(CAP_SETGID),
                                  DT_NAME(CAP_SETUID),
                                  DT_NAME(CAP_SETPCAP),
                                  DT_NAME(CAP_LINUX_IMMUTABLE),
                                  DT_NAME(CAP_NET_BIND_SERVICE),
                                  DT_NAME(CAP_NET_BROADCAST),
                                  DT_NAME(CAP_NET_ADMIN),
                                  DT_NAME(CAP_NET_RAW),
                                  DT_NAME(CAP_IPC_LOCK),
                                  DT_NAME(CAP_IPC_OWNER),
                                  DT_NAME(CAP_SYS_MODULE),
                                  DT_NAME(CAP_SYS_RAWIO),
                                  DT_NAME(CAP_SYS_CHROOT),
                                  DT_NAME(CAP_SYS_PTRACE),
                                  DT_NAME(CAP_SYS_PACCT),
                                  DT_NAME(CAP_SYS_ADMIN),
                                  DT_NAME(CAP_SYS_BOOT),
                                  DT_NAME(CAP_SYS_NICE),
                                  DT_NAME(CAP_SYS_RESOURCE),
                                  DT_NAME(CAP_SYS_TIME),
                                  DT_NAME(CAP_SYS_TTY_CONFIG),
                                  DT_NAME(CAP_MKNOD),
                                  DT_NAME(CAP_LEASE),
                                  DT_NAME(CAP_AUDIT_WRITE),
                                  DT_NAME(CAP_AUDIT_CONTROL),
                                  DT_NAME(CAP_SETFCAP),
                                  DT_NAME(CAP_MAC_OVERRIDE),
                                  DT_NAME(CAP_MAC_ADMIN),
                                  DT_NAME(CAP_SYSLOG),
                                  DT_NAME(CAP_WAKE_ALARM),
                                  DT_NAME(CAP_BLOCK_SUSPEND),
                                  DT_NAME(CAP_AUDIT_READ),
                                  DT_NAME(CAP_PERFMON),
                                  DT_NAME(CAP_BPF),
                                  DT_NAME(CAP_CHECKPOINT_RESTORE)};
constexpr Name kCapVersion[] = {{0x19980330, "_LINUX_CAPABILITY_VERSION_1"},
                                {0x20071026, "_LINUX_CAPABILITY_VERSION_2"},
                                {0x20080522, "_LINUX_CAPABILITY_VERSION_3"}};

constexpr auto kFlags = NamesKind::Flags;
constexpr auto kEnum = NamesKind::Enum;
constexpr Names kTables[] = {
    {"rlimit_resource", "RLIMIT_", kEnum, kLimits},
    {"rusage_who", "RUSAGE_", kEnum, kUsage},
    {"priority_which", "PRIO_", kEnum, kPriority},
    {"sched_policy", "SCHED_", kFlags, kPolicyFlags, 0xffff, &kPolicyNames},
    {"sched_attr_flags", "SCHED_FLAG_", kFlags, kSchedFlags},
    {"ioprio_which", "IOPRIO_WHO_", kEnum, kIoprioWhich},
    {"ioprio_class", "IOPRIO_CLASS_", kEnum, kIoprioClass},
    {"capability", "CAP_", kEnum, kCapabilities},
    {"cap_version", "_LINUX_CAPABILITY_VERSION_", kEnum, kCapVersion},
};

}  // namespace

std::span<const Names> names_of_limits() { return kTables; }

}  // namespace dt::plugins::syscall
