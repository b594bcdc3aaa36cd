/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: walking from a dentry to the root of its mount namespace. The kernel keeps struct mount to itself
 * (fs/mount.h); its first members, up to the struct vfsmount that everyone points to, have not changed since 3.3.
 * Nothing here follows a pointer: it only says at which addresses they are. Included by os.h and by the shim.
 */
#ifndef _DTK_COMPAT_MOUNT_H
#define _DTK_COMPAT_MOUNT_H

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/path.h>

/* Head of the kernel's struct mount. */
struct dtc_mount_head {
	void *hash_next;
	void *hash_pprev;
	u64 parent;		/* address of the struct mount that this one is mounted in */
	u64 mountpoint;		/* dentry there */
	struct vfsmount mnt;
};

#define DTC_DENTRY_PARENT	offsetof(struct dentry, d_parent)
#define DTC_DENTRY_NAME		offsetof(struct dentry, d_name.name)
#define DTC_DENTRY_LEN		offsetof(struct dentry, d_name.len)
#define DTC_DENTRY_INODE	offsetof(struct dentry, d_inode)
#define DTC_DENTRY_SB		offsetof(struct dentry, d_sb)
#define DTC_INODE_INO		offsetof(struct inode, i_ino)
#define DTC_SB_FLAGS		offsetof(struct super_block, s_flags)
#define DTC_SB_TYPE		offsetof(struct super_block, s_type)
#define DTC_FSTYPE_NAME		offsetof(struct file_system_type, name)
#define DTC_SB_NOUSER		SB_NOUSER
#define DTC_VFSMOUNT_ROOT	offsetof(struct vfsmount, mnt_root)

/* Addresses of the running thread's working and root directory (struct path); 0 = it has none any more. */
static __always_inline u64 dtc_current_cwd(void)
{
	struct fs_struct *fs = READ_ONCE(current->fs);

	return fs ? (u64)(uintptr_t)&fs->pwd : 0;
}

static __always_inline u64 dtc_current_root(void)
{
	struct fs_struct *fs = READ_ONCE(current->fs);

	return fs ? (u64)(uintptr_t)&fs->root : 0;
}

#endif /* _DTK_COMPAT_MOUNT_H */
