// SPDX-License-Identifier: MIT
// Names of flags of mounts, swap, quotas and file systems.
#include <linux/landlock.h>
#include <linux/magic.h>
#include <linux/mount.h>

#include "names.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr Name kMount[] = {
    DT_NAME(MS_RDONLY),      DT_NAME(MS_NOSUID),    DT_NAME(MS_NODEV),      DT_NAME(MS_NOEXEC),
    DT_NAME(MS_SYNCHRONOUS), DT_NAME(MS_REMOUNT),   DT_NAME(MS_MANDLOCK),   DT_NAME(MS_DIRSYNC),
    DT_NAME(MS_NOSYMFOLLOW), DT_NAME(MS_NOATIME),   DT_NAME(MS_NODIRATIME), DT_NAME(MS_BIND),
    DT_NAME(MS_MOVE),        DT_NAME(MS_REC),       DT_NAME(MS_SILENT),     DT_NAME(MS_POSIXACL),
    DT_NAME(MS_UNBINDABLE),  DT_NAME(MS_PRIVATE),   DT_NAME(MS_SLAVE),      DT_NAME(MS_SHARED),
    DT_NAME(MS_RELATIME),    DT_NAME(MS_KERNMOUNT), DT_NAME(MS_I_VERSION),  DT_NAME(MS_STRICTATIME),
    DT_NAME(MS_LAZYTIME)};
constexpr Name kUmount[] = {
    {1, "MNT_FORCE"}, {2, "MNT_DETACH"}, {4, "MNT_EXPIRE"}, {8, "UMOUNT_NOFOLLOW"}};
constexpr Name kFsopen[] = {DT_NAME(FSOPEN_CLOEXEC)};
constexpr Name kFsconfig[] = {DT_NAME(FSCONFIG_SET_FLAG),       DT_NAME(FSCONFIG_SET_STRING),
                              DT_NAME(FSCONFIG_SET_BINARY),     DT_NAME(FSCONFIG_SET_PATH),
                              DT_NAME(FSCONFIG_SET_PATH_EMPTY), DT_NAME(FSCONFIG_SET_FD),
                              DT_NAME(FSCONFIG_CMD_CREATE),     DT_NAME(FSCONFIG_CMD_RECONFIGURE)};
constexpr Name kFsmount[] = {DT_NAME(FSMOUNT_CLOEXEC)};
constexpr Name kMountAttrs[] = {
    DT_NAME(MOUNT_ATTR_RDONLY),     DT_NAME(MOUNT_ATTR_NOSUID),  DT_NAME(MOUNT_ATTR_NODEV),
    DT_NAME(MOUNT_ATTR_NOEXEC),     DT_NAME(MOUNT_ATTR_NOATIME), DT_NAME(MOUNT_ATTR_STRICTATIME),
    DT_NAME(MOUNT_ATTR_NODIRATIME), DT_NAME(MOUNT_ATTR_IDMAP),   DT_NAME(MOUNT_ATTR_NOSYMFOLLOW)};
constexpr Name kFspick[] = {DT_NAME(FSPICK_CLOEXEC), DT_NAME(FSPICK_SYMLINK_NOFOLLOW),
                            DT_NAME(FSPICK_NO_AUTOMOUNT), DT_NAME(FSPICK_EMPTY_PATH)};
constexpr Name kOpenTree[] = {{02000000, "OPEN_TREE_CLOEXEC"}, {1, "OPEN_TREE_CLONE"},
                              {0x100, "AT_SYMLINK_NOFOLLOW"},  {0x800, "AT_NO_AUTOMOUNT"},
                              {0x1000, "AT_EMPTY_PATH"},       {0x8000, "AT_RECURSIVE"}};
constexpr Name kMoveMount[] = {DT_NAME(MOVE_MOUNT_F_SYMLINKS),   DT_NAME(MOVE_MOUNT_F_AUTOMOUNTS),
                               DT_NAME(MOVE_MOUNT_F_EMPTY_PATH), DT_NAME(MOVE_MOUNT_T_SYMLINKS),
                               DT_NAME(MOVE_MOUNT_T_AUTOMOUNTS), DT_NAME(MOVE_MOUNT_T_EMPTY_PATH)};
constexpr Name kSwap[] = {{0x8000, "SWAP_FLAG_PREFER"}, {0x10000, "SWAP_FLAG_DISCARD"}};
constexpr Name kQuota[] = {
    {0x800001, "Q_SYNC"},     {0x800002, "Q_QUOTAON"},  {0x800003, "Q_QUOTAOFF"},
    {0x800004, "Q_GETFMT"},   {0x800005, "Q_GETINFO"},  {0x800006, "Q_SETINFO"},
    {0x800007, "Q_GETQUOTA"}, {0x800008, "Q_SETQUOTA"}, {0x800009, "Q_GETNEXTQUOTA"}};
constexpr Name kMagic[] = {{EXT4_SUPER_MAGIC, "EXT2_SUPER_MAGIC"},
                           DT_NAME(TMPFS_MAGIC),
                           DT_NAME(PROC_SUPER_MAGIC),
                           DT_NAME(SYSFS_MAGIC),
                           DT_NAME(OVERLAYFS_SUPER_MAGIC),
                           DT_NAME(XFS_SUPER_MAGIC),
                           DT_NAME(BTRFS_SUPER_MAGIC),
                           DT_NAME(V9FS_MAGIC),
                           DT_NAME(NFS_SUPER_MAGIC),
                           DT_NAME(DEVPTS_SUPER_MAGIC),
                           DT_NAME(DEBUGFS_MAGIC),
                           DT_NAME(TRACEFS_MAGIC),
                           DT_NAME(CGROUP_SUPER_MAGIC),
                           DT_NAME(CGROUP2_SUPER_MAGIC),
                           DT_NAME(PIPEFS_MAGIC),
                           DT_NAME(SOCKFS_MAGIC),
                           DT_NAME(RAMFS_MAGIC),
                           DT_NAME(SQUASHFS_MAGIC),
                           DT_NAME(ISOFS_SUPER_MAGIC),
                           DT_NAME(MSDOS_SUPER_MAGIC),
                           DT_NAME(FUSE_SUPER_MAGIC),
                           DT_NAME(HUGETLBFS_MAGIC),
                           DT_NAME(SECURITYFS_MAGIC),
                           DT_NAME(BPF_FS_MAGIC),
                           DT_NAME(NSFS_MAGIC),
                           DT_NAME(ANON_INODE_FS_MAGIC),
                           DT_NAME(EFIVARFS_MAGIC),
                           DT_NAME(F2FS_SUPER_MAGIC),
                           {0xff534d42, "CIFS_SUPER_MAGIC"}};
constexpr Name kStatfsFlags[] = {
    {1, "ST_RDONLY"},        {2, "ST_NOSUID"},      {4, "ST_NODEV"},         {8, "ST_NOEXEC"},
    {16, "ST_SYNCHRONOUS"},  {0x20, "ST_VALID"},    {64, "ST_MANDLOCK"},     {1024, "ST_NOATIME"},
    {2048, "ST_NODIRATIME"}, {4096, "ST_RELATIME"}, {8192, "ST_NOSYMFOLLOW"}};
constexpr Name kLandlock[] = {{1, "LANDLOCK_CREATE_RULESET_VERSION"}};
constexpr Name kLandlockRule[] = {DT_NAME(LANDLOCK_RULE_PATH_BENEATH)};
constexpr Name kLandlockAccess[] = {
    DT_NAME(LANDLOCK_ACCESS_FS_EXECUTE),     DT_NAME(LANDLOCK_ACCESS_FS_WRITE_FILE),
    DT_NAME(LANDLOCK_ACCESS_FS_READ_FILE),   DT_NAME(LANDLOCK_ACCESS_FS_READ_DIR),
    DT_NAME(LANDLOCK_ACCESS_FS_REMOVE_DIR),  DT_NAME(LANDLOCK_ACCESS_FS_REMOVE_FILE),
    DT_NAME(LANDLOCK_ACCESS_FS_MAKE_CHAR),   DT_NAME(LANDLOCK_ACCESS_FS_MAKE_DIR),
    DT_NAME(LANDLOCK_ACCESS_FS_MAKE_REG),    DT_NAME(LANDLOCK_ACCESS_FS_MAKE_SOCK),
    DT_NAME(LANDLOCK_ACCESS_FS_MAKE_FIFO),   DT_NAME(LANDLOCK_ACCESS_FS_MAKE_BLOCK),
    DT_NAME(LANDLOCK_ACCESS_FS_MAKE_SYM),    {1 << 13, "LANDLOCK_ACCESS_FS_REFER"},
    {1 << 14, "LANDLOCK_ACCESS_FS_TRUNCATE"}};

constexpr auto kFlags = NamesKind::Flags;
constexpr auto kEnum = NamesKind::Enum;
constexpr Names kTables[] = {
    {"mount_flags", "MS_", kFlags, kMount},
    {"umount_flags", "MNT_", kFlags, kUmount},
    {"fsopen_flags", "FSOPEN_", kFlags, kFsopen},
    {"fsconfig_cmd", "FSCONFIG_", kEnum, kFsconfig},
    {"fsmount_flags", "FSMOUNT_", kFlags, kFsmount},
    {"mount_attrs", "MOUNT_ATTR_", kFlags, kMountAttrs},
    {"fspick_flags", "FSPICK_", kFlags, kFspick},
    {"open_tree_flags", "OPEN_TREE_", kFlags, kOpenTree},
    {"move_mount_flags", "MOVE_MOUNT_", kFlags, kMoveMount},
    {"swap_flags", "SWAP_FLAG_", kFlags, kSwap},
    {"quota_commands", "Q_", kEnum, kQuota},
    {"fs_magic", "SUPER_MAGIC", kEnum, kMagic},
    {"statfs_flags", "ST_", kFlags, kStatfsFlags},
    {"landlock_flags", "LANDLOCK_", kFlags, kLandlock},
    {"landlock_rule", "LANDLOCK_RULE_", kEnum, kLandlockRule},
    {"landlock_access", "LANDLOCK_ACCESS_FS_", kFlags, kLandlockAccess},
};

}  // namespace

std::span<const Names> names_of_mounts() { return kTables; }

}  // namespace dt::plugins::syscall
