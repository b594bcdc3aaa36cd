// SPDX-License-Identifier: MIT
// System calls on memory: mappings, keys, policies; System V and POSIX IPC. The language is that of
// calls.hpp.
#include "calls.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr CallText kCalls[] = {
    {"mmap", "addr:ptr len:size prot:mmap_prot flags:mmap_flags fd:fd off:hex", "ptr"},
    {"munmap", "addr:ptr len:size"},
    {"mprotect", "start:ptr len:size prot:mmap_prot"},
    {"pkey_mprotect", "start:ptr len:size prot:mmap_prot pkey:int"},
    {"pkey_alloc", "flags:hex32 init_val:pkey_rights"},
    {"pkey_free", "pkey:int"},
    {"brk", "brk:ptr", "ptr"},
    {"mremap", "addr:ptr old_len:size new_len:size flags:mremap_flags new_addr:mremap_addr(flags)",
     "ptr"},
    {"remap_file_pages", "start:ptr size:size prot:mmap_prot pgoff:ulong flags:mmap_flags"},
    {"msync", "start:ptr len:size flags:msync_flags"},
    {"mincore", "start:ptr len:size vec:ptr"},
    {"madvise", "start:ptr len_in:size behavior:madvice"},
    {"process_madvise", "pidfd:fd vec:iovec_plain[vlen] vlen:size behavior:madvice flags:hex32"},
    {"mlock", "start:ptr len:size"},
    {"mlock2", "start:ptr len:size flags:mlock_flags"},
    {"munlock", "start:ptr len:size"},
    {"mlockall", "flags:mlockall_flags"},
    {"munlockall", ""},
    {"memfd_create", "uname:str flags:memfd_flags", "fd"},
    {"memfd_secret", "flags:open_bits", "fd"},
    {"process_vm_readv",
     "pid:pid lvec:iovec_plain[liovcnt] liovcnt:ulong rvec:iovec_plain[riovcnt] riovcnt:ulong "
     "flags:hex"},
    {"process_vm_writev",
     "pid:pid lvec:iovec_plain[liovcnt] liovcnt:ulong rvec:iovec_plain[riovcnt] riovcnt:ulong "
     "flags:hex"},
    {"mbind", "start:ptr len:ulong mode:mempolicy_mode nmask:ptr maxnode:ulong flags:mbind_flags"},
    {"set_mempolicy", "mode:mempolicy_mode nmask:ptr maxnode:ulong"},
    {"get_mempolicy",
     "policy:>*mempolicy_mode nmask:ptr maxnode:ulong addr:ptr flags:mempolicy_get"},
    {"set_mempolicy_home_node", "start:ptr len:ulong home_node:ulong flags:hex"},
    {"migrate_pages", "pid:pid maxnode:ulong old_nodes:ptr new_nodes:ptr"},
    {"move_pages", "pid:pid nr_pages:ulong pages:ptr nodes:ptr status:ptr flags:mbind_flags"},
    // IPC.
    {"shmget", "key:ipc_key size:size shmflg:shmget_flags"},
    {"shmat", "shmid:int shmaddr:ptr shmflg:shmat_flags", "ptr"},
    {"shmdt", "shmaddr:ptr"},
    {"shmctl", "shmid:int cmd:ipc_cmd buf:ptr"},
    {"semget", "key:ipc_key nsems:int semflg:ipc_get_flags"},
    {"semop", "semid:int tsops:sembuf[nsops] nsops:uint"},
    {"semtimedop", "semid:int tsops:sembuf[nsops] nsops:uint timeout:*timespec"},
    {"semctl", "semid:int semnum:int cmd:ipc_cmd arg:hex"},
    {"msgget", "key:ipc_key msgflg:ipc_get_flags"},
    {"msgsnd", "msqid:int msgp:msgbuf(msgsz) msgsz:size msgflg:msg_ipc_flags"},
    {"msgrcv", "msqid:int msgp:>msgbuf(ret) msgsz:size msgtyp:long msgflg:msg_ipc_flags"},
    {"msgctl", "msqid:int cmd:ipc_cmd buf:ptr"},
    {"mq_open", "name:path oflag:open_flags mode:open_mode(oflag) attr:*mq_attr", "fd"},
    {"mq_unlink", "name:path"},
    {"mq_timedsend",
     "mqdes:fd msg_ptr:buf(msg_len) msg_len:size msg_prio:uint abs_timeout:*timespec"},
    {"mq_timedreceive",
     "mqdes:fd msg_ptr:>buf(ret) msg_len:size msg_prio:>uint[1] abs_timeout:*timespec"},
    {"mq_notify", "mqdes:fd notification:*sigevent"},
    {"mq_getsetattr", "mqdes:fd mqstat:*mq_attr omqstat:>*mq_attr"},
};

}  // namespace

std::span<const CallText> calls_of_memory() { return kCalls; }

}  // namespace dt::plugins::syscall
