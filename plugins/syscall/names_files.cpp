// SPDX-License-Identifier: MIT
// Names of flags of calls that open, look at and change files by name.
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/xattr.h>
#include <sys/stat.h>
#include <unistd.h>

#include "names.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr Name kOpenAccess[] = {DT_NAME(O_RDONLY), DT_NAME(O_WRONLY), DT_NAME(O_RDWR),
                                DT_NAME(O_ACCMODE)};
constexpr Names kOpenAccessNames{"open_access", "O_", NamesKind::Enum, kOpenAccess};

constexpr Name kOpenFlags[] = {DT_NAME(O_CREAT),   DT_NAME(O_EXCL),          DT_NAME(O_NOCTTY),
                               DT_NAME(O_TRUNC),   DT_NAME(O_APPEND),        DT_NAME(O_NONBLOCK),
                               DT_NAME(O_SYNC),    DT_NAME(O_DSYNC),         DT_NAME(O_ASYNC),
                               DT_NAME(O_DIRECT),  {0100000, "O_LARGEFILE"}, DT_NAME(O_NOFOLLOW),
                               DT_NAME(O_NOATIME), DT_NAME(O_CLOEXEC),       DT_NAME(O_PATH),
                               DT_NAME(O_TMPFILE), DT_NAME(O_DIRECTORY)};

constexpr Name kResolve[] = {DT_NAME(RESOLVE_NO_XDEV),     DT_NAME(RESOLVE_NO_MAGICLINKS),
                             DT_NAME(RESOLVE_NO_SYMLINKS), DT_NAME(RESOLVE_BENEATH),
                             DT_NAME(RESOLVE_IN_ROOT),     DT_NAME(RESOLVE_CACHED)};

constexpr Name kAtFlags[] = {DT_NAME(AT_SYMLINK_NOFOLLOW), {0x200, "AT_REMOVEDIR"},
                             DT_NAME(AT_SYMLINK_FOLLOW),   DT_NAME(AT_NO_AUTOMOUNT),
                             DT_NAME(AT_EMPTY_PATH),       DT_NAME(AT_RECURSIVE)};
constexpr Name kLinkatFlags[] = {DT_NAME(AT_SYMLINK_FOLLOW), DT_NAME(AT_EMPTY_PATH)};
constexpr Name kUnlinkatFlags[] = {DT_NAME(AT_REMOVEDIR)};
constexpr Name kAccessFlags[] = {DT_NAME(AT_SYMLINK_NOFOLLOW), DT_NAME(AT_EACCESS),
                                 DT_NAME(AT_EMPTY_PATH)};
constexpr Name kAccessMode[] = {DT_NAME(F_OK), DT_NAME(R_OK), DT_NAME(W_OK), DT_NAME(X_OK)};
constexpr Name kRenameFlags[] = {
    {1, "RENAME_NOREPLACE"}, {2, "RENAME_EXCHANGE"}, {4, "RENAME_WHITEOUT"}};
constexpr Name kXattrFlags[] = {DT_NAME(XATTR_CREATE), DT_NAME(XATTR_REPLACE)};

constexpr Name kStatxSync[] = {
    {0, "AT_STATX_SYNC_AS_STAT"}, {0x2000, "AT_STATX_FORCE_SYNC"}, {0x4000, "AT_STATX_DONT_SYNC"}};
constexpr Names kStatxSyncNames{"statx_sync", "AT_STATX_", NamesKind::Enum, kStatxSync};

constexpr Name kStatxMask[] = {
    {0xfff, "STATX_ALL"},      {0x7ff, "STATX_BASIC_STATS"}, {0x001, "STATX_TYPE"},
    {0x002, "STATX_MODE"},     {0x004, "STATX_NLINK"},       {0x008, "STATX_UID"},
    {0x010, "STATX_GID"},      {0x020, "STATX_ATIME"},       {0x040, "STATX_MTIME"},
    {0x080, "STATX_CTIME"},    {0x100, "STATX_INO"},         {0x200, "STATX_SIZE"},
    {0x400, "STATX_BLOCKS"},   {0x800, "STATX_BTIME"},       {0x1000, "STATX_MNT_ID"},
    {0x2000, "STATX_DIOALIGN"}};
constexpr Name kStatxAttributes[] = {
    {0x4, "STATX_ATTR_COMPRESSED"},    {0x10, "STATX_ATTR_IMMUTABLE"},
    {0x20, "STATX_ATTR_APPEND"},       {0x40, "STATX_ATTR_NODUMP"},
    {0x800, "STATX_ATTR_ENCRYPTED"},   {0x1000, "STATX_ATTR_AUTOMOUNT"},
    {0x2000, "STATX_ATTR_MOUNT_ROOT"}, {0x100000, "STATX_ATTR_VERITY"},
    {0x200000, "STATX_ATTR_DAX"}};

constexpr Name kFileTypes[] = {DT_NAME(S_IFREG), DT_NAME(S_IFDIR), DT_NAME(S_IFLNK),
                               DT_NAME(S_IFCHR), DT_NAME(S_IFBLK), DT_NAME(S_IFIFO),
                               DT_NAME(S_IFSOCK)};

constexpr Names kTables[] = {
    kOpenAccessNames,
    {"open_flags", "O_", NamesKind::Flags, kOpenFlags, O_ACCMODE, &kOpenAccessNames},
    // Where there is no access mode.
    {"open_bits", "O_", NamesKind::Flags, kOpenFlags},
    {"resolve_flags", "RESOLVE_", NamesKind::Flags, kResolve},
    {"at_flags", "AT_", NamesKind::Flags, kAtFlags},
    {"linkat_flags", "AT_", NamesKind::Flags, kLinkatFlags},
    {"unlinkat_flags", "AT_", NamesKind::Flags, kUnlinkatFlags},
    {"access_flags", "AT_", NamesKind::Flags, kAccessFlags},
    {"access_mode", "?_OK", NamesKind::Flags, kAccessMode},
    {"rename_flags", "RENAME_", NamesKind::Flags, kRenameFlags},
    {"xattr_flags", "XATTR_", NamesKind::Flags, kXattrFlags},
    {"statx_flags", "AT_", NamesKind::Flags, kAtFlags, 0x6000, &kStatxSyncNames},
    {"statx_mask", "STATX_", NamesKind::Flags, kStatxMask},
    {"statx_attributes", "STATX_ATTR_", NamesKind::Flags, kStatxAttributes},
    {"file_type", "S_IF", NamesKind::Enum, kFileTypes},
};

}  // namespace

std::span<const Names> names_of_files() { return kTables; }

}  // namespace dt::plugins::syscall
