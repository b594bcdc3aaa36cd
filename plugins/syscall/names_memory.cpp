// SPDX-License-Identifier: MIT
// Names of flags of memory mappings, memory policies, shared memory and message queues.
#include <linux/memfd.h>
#include <linux/mempolicy.h>
#include <linux/mman.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "names.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr Name kProt[] = {DT_NAME(PROT_NONE), DT_NAME(PROT_READ),      DT_NAME(PROT_WRITE),
                          DT_NAME(PROT_EXEC), DT_NAME(PROT_GROWSDOWN), DT_NAME(PROT_GROWSUP)};
constexpr Name kMapTypes[] = {DT_NAME(MAP_FILE), DT_NAME(MAP_SHARED), DT_NAME(MAP_PRIVATE),
                              DT_NAME(MAP_SHARED_VALIDATE)};
constexpr Names kMapTypeNames{"mmap_type", "MAP_", NamesKind::Enum, kMapTypes};
constexpr Name kMap[] = {DT_NAME(MAP_FIXED),
                         DT_NAME(MAP_ANONYMOUS),
                         {0x40, "MAP_32BIT"},
                         DT_NAME(MAP_NORESERVE),
                         DT_NAME(MAP_POPULATE),
                         DT_NAME(MAP_NONBLOCK),
                         DT_NAME(MAP_GROWSDOWN),
                         DT_NAME(MAP_DENYWRITE),
                         DT_NAME(MAP_EXECUTABLE),
                         DT_NAME(MAP_LOCKED),
                         DT_NAME(MAP_STACK),
                         DT_NAME(MAP_HUGETLB),
                         DT_NAME(MAP_SYNC),
                         DT_NAME(MAP_FIXED_NOREPLACE),
                         {21u << 26, "21<<MAP_HUGE_SHIFT"},
                         {30u << 26, "30<<MAP_HUGE_SHIFT"}};
constexpr Name kMremap[] = {DT_NAME(MREMAP_MAYMOVE), DT_NAME(MREMAP_FIXED),
                            DT_NAME(MREMAP_DONTUNMAP)};
constexpr Name kMsync[] = {DT_NAME(MS_ASYNC), DT_NAME(MS_INVALIDATE), DT_NAME(MS_SYNC)};
constexpr Name kMadvice[] = {
    DT_NAME(MADV_NORMAL),         DT_NAME(MADV_RANDOM),       DT_NAME(MADV_SEQUENTIAL),
    DT_NAME(MADV_WILLNEED),       DT_NAME(MADV_DONTNEED),     DT_NAME(MADV_FREE),
    DT_NAME(MADV_REMOVE),         DT_NAME(MADV_DONTFORK),     DT_NAME(MADV_DOFORK),
    DT_NAME(MADV_MERGEABLE),      DT_NAME(MADV_UNMERGEABLE),  DT_NAME(MADV_HUGEPAGE),
    DT_NAME(MADV_NOHUGEPAGE),     DT_NAME(MADV_DONTDUMP),     DT_NAME(MADV_DODUMP),
    DT_NAME(MADV_WIPEONFORK),     DT_NAME(MADV_KEEPONFORK),   DT_NAME(MADV_COLD),
    DT_NAME(MADV_PAGEOUT),        {22, "MADV_POPULATE_READ"}, {23, "MADV_POPULATE_WRITE"},
    {24, "MADV_DONTNEED_LOCKED"}, {25, "MADV_COLLAPSE"},      DT_NAME(MADV_HWPOISON)};
constexpr Name kMlock2[] = {{1, "MLOCK_ONFAULT"}};
constexpr Name kMlockall[] = {DT_NAME(MCL_CURRENT), DT_NAME(MCL_FUTURE), DT_NAME(MCL_ONFAULT)};
constexpr Name kMemfd[] = {DT_NAME(MFD_CLOEXEC),
                           DT_NAME(MFD_ALLOW_SEALING),
                           DT_NAME(MFD_HUGETLB),
                           {8, "MFD_NOEXEC_SEAL"},
                           {16, "MFD_EXEC"}};
constexpr Name kPkey[] = {{1, "PKEY_DISABLE_ACCESS"}, {2, "PKEY_DISABLE_WRITE"}};
constexpr Name kPolicy[] = {DT_NAME(MPOL_DEFAULT), DT_NAME(MPOL_PREFERRED),
                            DT_NAME(MPOL_BIND),    DT_NAME(MPOL_INTERLEAVE),
                            DT_NAME(MPOL_LOCAL),   DT_NAME(MPOL_PREFERRED_MANY)};
constexpr Names kPolicyNames{"mempolicy_policy", "MPOL_", NamesKind::Enum, kPolicy};
constexpr Name kPolicyFlags[] = {{1 << 15, "MPOL_F_STATIC_NODES"},
                                 {1 << 14, "MPOL_F_RELATIVE_NODES"},
                                 {1 << 13, "MPOL_F_NUMA_BALANCING"}};
constexpr Name kPolicyGet[] = {DT_NAME(MPOL_F_NODE), DT_NAME(MPOL_F_ADDR),
                               DT_NAME(MPOL_F_MEMS_ALLOWED)};
constexpr Name kMbind[] = {DT_NAME(MPOL_MF_STRICT), DT_NAME(MPOL_MF_MOVE),
                           DT_NAME(MPOL_MF_MOVE_ALL)};

constexpr Name kIpcKey[] = {DT_NAME(IPC_PRIVATE)};
constexpr Name kIpcGet[] = {DT_NAME(IPC_CREAT), DT_NAME(IPC_EXCL), DT_NAME(IPC_NOWAIT)};
constexpr Name kShmGet[] = {DT_NAME(IPC_CREAT), DT_NAME(IPC_EXCL), DT_NAME(SHM_HUGETLB),
                            DT_NAME(SHM_NORESERVE)};
constexpr Name kShmat[] = {DT_NAME(SHM_RDONLY), DT_NAME(SHM_RND), DT_NAME(SHM_REMAP),
                           DT_NAME(SHM_EXEC)};
constexpr Name kIpcCmd[] = {DT_NAME(IPC_RMID),
                            DT_NAME(IPC_SET),
                            DT_NAME(IPC_STAT),
                            DT_NAME(IPC_INFO),
                            {11, "MSG_STAT/SHM_LOCK/GETPID"},
                            {12, "MSG_INFO/SHM_UNLOCK/GETVAL"},
                            DT_NAME(GETALL),
                            DT_NAME(GETNCNT),
                            DT_NAME(GETZCNT),
                            DT_NAME(SETVAL),
                            DT_NAME(SETALL),
                            DT_NAME(SEM_STAT),
                            DT_NAME(SEM_INFO)};
constexpr Name kMsgIpc[] = {
    DT_NAME(MSG_NOERROR), DT_NAME(MSG_EXCEPT), DT_NAME(IPC_NOWAIT), {040000, "MSG_COPY"}};
constexpr Name kSemOps[] = {DT_NAME(SEM_UNDO), DT_NAME(IPC_NOWAIT)};

constexpr auto kFlags = NamesKind::Flags;
constexpr auto kEnum = NamesKind::Enum;
constexpr Names kTables[] = {
    {"mmap_prot", "PROT_", kFlags, kProt},
    {"mmap_flags", "MAP_", kFlags, kMap, 0xf, &kMapTypeNames},
    {"mremap_flags", "MREMAP_", kFlags, kMremap},
    {"msync_flags", "MS_", kFlags, kMsync},
    {"madvice", "MADV_", kEnum, kMadvice},
    {"mlock_flags", "MLOCK_", kFlags, kMlock2},
    {"mlockall_flags", "MCL_", kFlags, kMlockall},
    {"memfd_flags", "MFD_", kFlags, kMemfd},
    {"pkey_rights", "PKEY_", kFlags, kPkey},
    {"mempolicy_mode", "MPOL_", kFlags, kPolicyFlags, 0xff, &kPolicyNames},
    {"mempolicy_get", "MPOL_F_", kFlags, kPolicyGet},
    {"mbind_flags", "MPOL_MF_", kFlags, kMbind},
    {"ipc_private", "IPC_", kEnum, kIpcKey},
    {"ipc_get_bits", "IPC_", kFlags, kIpcGet},
    {"shmget_bits", "SHM_", kFlags, kShmGet},
    {"shmat_flags", "SHM_", kFlags, kShmat},
    {"ipc_cmd", "IPC_", kEnum, kIpcCmd},
    {"msg_ipc_flags", "MSG_", kFlags, kMsgIpc},
    {"sem_op_flags", "SEM_", kFlags, kSemOps},
};

}  // namespace

std::span<const Names> names_of_memory() { return kTables; }

}  // namespace dt::plugins::syscall
