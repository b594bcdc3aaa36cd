// SPDX-License-Identifier: MIT
// Names of commands and flags of calls on the machine as a whole.
#include <linux/bpf.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/random.h>
#include <linux/reboot.h>

#include "names.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr Name kSyslog[] = {{0, "SYSLOG_ACTION_CLOSE"},         {1, "SYSLOG_ACTION_OPEN"},
                            {2, "SYSLOG_ACTION_READ"},          {3, "SYSLOG_ACTION_READ_ALL"},
                            {4, "SYSLOG_ACTION_READ_CLEAR"},    {5, "SYSLOG_ACTION_CLEAR"},
                            {6, "SYSLOG_ACTION_CONSOLE_OFF"},   {7, "SYSLOG_ACTION_CONSOLE_ON"},
                            {8, "SYSLOG_ACTION_CONSOLE_LEVEL"}, {9, "SYSLOG_ACTION_SIZE_UNREAD"},
                            {10, "SYSLOG_ACTION_SIZE_BUFFER"}};
constexpr Name kRandom[] = {DT_NAME(GRND_NONBLOCK), DT_NAME(GRND_RANDOM), DT_NAME(GRND_INSECURE)};
constexpr Name kMagic1[] = {DT_NAME(LINUX_REBOOT_MAGIC1)};
constexpr Name kMagic2[] = {DT_NAME(LINUX_REBOOT_MAGIC2), DT_NAME(LINUX_REBOOT_MAGIC2A),
                            DT_NAME(LINUX_REBOOT_MAGIC2B), DT_NAME(LINUX_REBOOT_MAGIC2C)};
constexpr Name kReboot[] = {
    DT_NAME(LINUX_REBOOT_CMD_RESTART),    DT_NAME(LINUX_REBOOT_CMD_HALT),
    DT_NAME(LINUX_REBOOT_CMD_CAD_ON),     DT_NAME(LINUX_REBOOT_CMD_CAD_OFF),
    DT_NAME(LINUX_REBOOT_CMD_POWER_OFF),  DT_NAME(LINUX_REBOOT_CMD_RESTART2),
    DT_NAME(LINUX_REBOOT_CMD_SW_SUSPEND), DT_NAME(LINUX_REBOOT_CMD_KEXEC)};
constexpr Name kKexec[] = {DT_NAME(KEXEC_ON_CRASH), DT_NAME(KEXEC_PRESERVE_CONTEXT)};
constexpr Name kKexecFile[] = {DT_NAME(KEXEC_FILE_UNLOAD), DT_NAME(KEXEC_FILE_ON_CRASH),
                               DT_NAME(KEXEC_FILE_NO_INITRAMFS)};
constexpr Name kModuleInit[] = {{1, "MODULE_INIT_IGNORE_MODVERSIONS"},
                                {2, "MODULE_INIT_IGNORE_VERMAGIC"},
                                {4, "MODULE_INIT_COMPRESSED_FILE"}};
constexpr Name kKeySerials[] = {
    DT_NAME(KEY_SPEC_THREAD_KEYRING),       DT_NAME(KEY_SPEC_PROCESS_KEYRING),
    DT_NAME(KEY_SPEC_SESSION_KEYRING),      DT_NAME(KEY_SPEC_USER_KEYRING),
    DT_NAME(KEY_SPEC_USER_SESSION_KEYRING), DT_NAME(KEY_SPEC_GROUP_KEYRING),
    DT_NAME(KEY_SPEC_REQKEY_AUTH_KEY),      DT_NAME(KEY_SPEC_REQUESTOR_KEYRING)};
constexpr Name kKeyctl[] = {DT_NAME(KEYCTL_GET_KEYRING_ID),
                            DT_NAME(KEYCTL_JOIN_SESSION_KEYRING),
                            DT_NAME(KEYCTL_UPDATE),
                            DT_NAME(KEYCTL_REVOKE),
                            DT_NAME(KEYCTL_CHOWN),
                            DT_NAME(KEYCTL_SETPERM),
                            DT_NAME(KEYCTL_DESCRIBE),
                            DT_NAME(KEYCTL_CLEAR),
                            DT_NAME(KEYCTL_LINK),
                            DT_NAME(KEYCTL_UNLINK),
                            DT_NAME(KEYCTL_SEARCH),
                            DT_NAME(KEYCTL_READ),
                            DT_NAME(KEYCTL_INSTANTIATE),
                            DT_NAME(KEYCTL_NEGATE),
                            DT_NAME(KEYCTL_SET_REQKEY_KEYRING),
                            DT_NAME(KEYCTL_SET_TIMEOUT),
                            DT_NAME(KEYCTL_ASSUME_AUTHORITY),
                            DT_NAME(KEYCTL_GET_SECURITY),
                            DT_NAME(KEYCTL_SESSION_TO_PARENT),
                            DT_NAME(KEYCTL_REJECT),
                            DT_NAME(KEYCTL_INSTANTIATE_IOV),
                            DT_NAME(KEYCTL_INVALIDATE),
                            DT_NAME(KEYCTL_GET_PERSISTENT),
                            DT_NAME(KEYCTL_DH_COMPUTE),
                            DT_NAME(KEYCTL_RESTRICT_KEYRING),
                            DT_NAME(KEYCTL_MOVE),
                            DT_NAME(KEYCTL_CAPABILITIES)};
constexpr Name kBpf[] = {DT_NAME(BPF_MAP_CREATE),        DT_NAME(BPF_MAP_LOOKUP_ELEM),
                         DT_NAME(BPF_MAP_UPDATE_ELEM),   DT_NAME(BPF_MAP_DELETE_ELEM),
                         DT_NAME(BPF_MAP_GET_NEXT_KEY),  DT_NAME(BPF_PROG_LOAD),
                         DT_NAME(BPF_OBJ_PIN),           DT_NAME(BPF_OBJ_GET),
                         DT_NAME(BPF_PROG_ATTACH),       DT_NAME(BPF_PROG_DETACH),
                         DT_NAME(BPF_PROG_TEST_RUN),     DT_NAME(BPF_PROG_GET_NEXT_ID),
                         DT_NAME(BPF_MAP_GET_NEXT_ID),   DT_NAME(BPF_PROG_GET_FD_BY_ID),
                         DT_NAME(BPF_MAP_GET_FD_BY_ID),  DT_NAME(BPF_OBJ_GET_INFO_BY_FD),
                         DT_NAME(BPF_PROG_QUERY),        DT_NAME(BPF_RAW_TRACEPOINT_OPEN),
                         DT_NAME(BPF_BTF_LOAD),          DT_NAME(BPF_BTF_GET_FD_BY_ID),
                         DT_NAME(BPF_TASK_FD_QUERY),     DT_NAME(BPF_MAP_LOOKUP_AND_DELETE_ELEM),
                         DT_NAME(BPF_MAP_FREEZE),        DT_NAME(BPF_BTF_GET_NEXT_ID),
                         DT_NAME(BPF_MAP_LOOKUP_BATCH),  DT_NAME(BPF_MAP_LOOKUP_AND_DELETE_BATCH),
                         DT_NAME(BPF_MAP_UPDATE_BATCH),  DT_NAME(BPF_MAP_DELETE_BATCH),
                         DT_NAME(BPF_LINK_CREATE),       DT_NAME(BPF_LINK_UPDATE),
                         DT_NAME(BPF_LINK_GET_FD_BY_ID), DT_NAME(BPF_LINK_GET_NEXT_ID),
                         DT_NAME(BPF_ENABLE_STATS),      DT_NAME(BPF_ITER_CREATE),
                         DT_NAME(BPF_LINK_DETACH),       DT_NAME(BPF_PROG_BIND_MAP)};
constexpr Name kPerfTypes[] = {DT_NAME(PERF_TYPE_HARDWARE),   DT_NAME(PERF_TYPE_SOFTWARE),
                               DT_NAME(PERF_TYPE_TRACEPOINT), DT_NAME(PERF_TYPE_HW_CACHE),
                               DT_NAME(PERF_TYPE_RAW),        DT_NAME(PERF_TYPE_BREAKPOINT)};
constexpr Name kPerfOpen[] = {DT_NAME(PERF_FLAG_FD_NO_GROUP), DT_NAME(PERF_FLAG_FD_OUTPUT),
                              DT_NAME(PERF_FLAG_PID_CGROUP), DT_NAME(PERF_FLAG_FD_CLOEXEC)};

constexpr auto kFlags = NamesKind::Flags;
constexpr auto kEnum = NamesKind::Enum;
constexpr Names kTables[] = {
    {"syslog_action", "SYSLOG_ACTION_", kEnum, kSyslog},
    {"getrandom_flags", "GRND_", kFlags, kRandom},
    {"reboot_magic", "LINUX_REBOOT_MAGIC_", kEnum, kMagic1},
    {"reboot_magic2", "LINUX_REBOOT_MAGIC_", kEnum, kMagic2},
    {"reboot_cmd", "LINUX_REBOOT_CMD_", kEnum, kReboot},
    {"kexec_flags", "KEXEC_", kFlags, kKexec},
    {"kexec_file_flags", "KEXEC_FILE_", kFlags, kKexecFile},
    {"module_init_flags", "MODULE_INIT_", kFlags, kModuleInit},
    {"key_serials", "KEY_SPEC_", kEnum, kKeySerials},
    {"keyctl_op", "KEYCTL_", kEnum, kKeyctl},
    {"bpf_cmd", "BPF_", kEnum, kBpf},
    {"perf_type", "PERF_TYPE_", kEnum, kPerfTypes},
    {"perf_open_flags", "PERF_FLAG_", kFlags, kPerfOpen},
};

}  // namespace

std::span<const Names> names_of_system() { return kTables; }

}  // namespace dt::plugins::syscall
