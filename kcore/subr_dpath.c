// SPDX-License-Identifier: GPL-2.0-only
/*
 * Path names of kernel objects: dtk_dpath() and the subroutine d_path().
 *
 * Probe context may interrupt a holder of rename_lock, so dentries and mounts are walked without any lock, through
 * loads that may fault. A rename in the middle of the walk may give a mixture of old and new name, never a crash.
 */
#include "dpath.h"
#include "safemem.h"
#include "subr.h"

#define MAX_STEPS	4096	/* components and mounts; a walk in circles ends here */

/* A name being written from the end of its area to the front. */
struct name_out {
	u8 *dst;
	u64 at;			/* first byte written */
};

static bool load_word(struct dtk_mstate *ms, u64 addr, u64 *word)
{
	return dtk_safe_read(ms, word, addr, sizeof(*word));
}

static void prepend(struct name_out *out, u8 c)
{
	if (out->at)
		out->dst[--out->at] = c;
}

/* len bytes of kernel memory in front of what is there, as many as fit. */
static bool prepend_bytes(struct dtk_mstate *ms, struct name_out *out, u64 addr, u64 len)
{
	u64 skip = len > out->at ? len - out->at : 0;

	out->at -= len - skip;
	return dtk_safe_read(ms, out->dst + out->at, addr + skip, len - skip);
}
NOKPROBE_SYMBOL(prepend_bytes);

static bool prepend_dentry_name(struct dtk_mstate *ms, struct name_out *out, u64 dentry)
{
	u64 name;
	u32 len;

	return dtk_safe_read(ms, &len, dentry + DTC_DENTRY_LEN, sizeof(len)) &&
	       load_word(ms, dentry + DTC_DENTRY_NAME, &name) &&
	       prepend_bytes(ms, out, name, len & 0xffff);
}
NOKPROBE_SYMBOL(prepend_dentry_name);

static void prepend_dec(struct name_out *out, u64 value)
{
	do {
		prepend(out, '0' + value % 10);
		value /= 10;
	} while (value);
}
NOKPROBE_SYMBOL(prepend_dec);

/*
 * A file of a file system that nobody mounts: pipe:[inode], socket:[inode], anon_inode:name.
 */
static bool prepend_pseudo(struct dtk_mstate *ms, struct name_out *out, u64 dentry, u64 sb)
{
	struct dtk_reader fs;
	u64 type, name, inode, ino, len;
	u32 name_len;
	bool is_socket;

	if (!dtk_safe_read(ms, &name_len, dentry + DTC_DENTRY_LEN, sizeof(name_len)) ||
	    !load_word(ms, sb + DTC_SB_TYPE, &type) || !load_word(ms, type + DTC_FSTYPE_NAME, &name) ||
	    !load_word(ms, dentry + DTC_DENTRY_INODE, &inode) ||
	    !load_word(ms, inode + DTC_INODE_INO, &ino))
		return false;
	dtk_reader_init(&fs, ms, name);
	len = dtk_reader_len(&fs);
	/* sockfs is called socket; the name in the dentry is the protocol's. */
	is_socket = len == 6 && dtk_reader_at(&fs, 0) == 's' && dtk_reader_at(&fs, 3) == 'k';
	if (name_len && !is_socket) {
		if (!prepend_dentry_name(ms, out, dentry))
			return false;
	} else {
		prepend(out, ']');
		prepend_dec(out, ino);
		prepend(out, '[');
	}
	prepend(out, ':');
	/* pipefs, anon_inodefs */
	if (len > 2 && dtk_reader_at(&fs, len - 2) == 'f' && dtk_reader_at(&fs, len - 1) == 's')
		len -= 2;
	if (is_socket) {
		prepend(out, 't');
		prepend(out, 'e');
	}
	return prepend_bytes(ms, out, name, len);
}
NOKPROBE_SYMBOL(prepend_pseudo);

/* Components up to the root of the namespace. */
static bool prepend_path(struct dtk_mstate *ms, struct name_out *out, u64 vfsmount, u64 dentry)
{
	u64 mount = vfsmount - offsetof(struct dtc_mount_head, mnt);
	u64 root, parent;
	u32 step;

	for (step = 0; step < MAX_STEPS; step++) {
		if (!load_word(ms, mount + offsetof(struct dtc_mount_head, mnt) + DTC_VFSMOUNT_ROOT, &root) ||
		    !load_word(ms, dentry + DTC_DENTRY_PARENT, &parent))
			return false;
		if (dentry == root || dentry == parent) {
			u64 up;

			if (!load_word(ms, mount + offsetof(struct dtc_mount_head, parent), &up))
				return false;
			if (up == mount || dentry != root)
				break;
			if (!load_word(ms, mount + offsetof(struct dtc_mount_head, mountpoint), &dentry))
				return false;
			mount = up;
			continue;
		}
		if (!prepend_dentry_name(ms, out, dentry))
			return false;
		prepend(out, '/');
		dentry = parent;
	}
	return true;
}
NOKPROBE_SYMBOL(prepend_path);

bool dtk_dpath(struct dtk_mstate *ms, u8 *dst, u64 cap, u64 path)
{
	struct name_out out = { .dst = dst, .at = cap - 1 };
	u64 vfsmount, dentry, sb, flags, len, i;
	bool is_ok;

	if (!load_word(ms, path + offsetof(struct path, mnt), &vfsmount) ||
	    !load_word(ms, path + offsetof(struct path, dentry), &dentry) ||
	    !load_word(ms, dentry + DTC_DENTRY_SB, &sb) || !load_word(ms, sb + DTC_SB_FLAGS, &flags))
		return false;
	if (flags & DTC_SB_NOUSER)
		is_ok = prepend_pseudo(ms, &out, dentry, sb);
	else
		is_ok = prepend_path(ms, &out, vfsmount, dentry);
	if (!is_ok)
		return false;
	if (out.at == cap - 1)
		prepend(&out, '/');
	len = cap - 1 - out.at;
	for (i = 0; i < len; i++)
		dst[i] = dst[out.at + i];
	do {
		dst[i++] = 0;
	} while (i < cap && (i & 7));
	return true;
}
NOKPROBE_SYMBOL(dtk_dpath);

u64 dtk_subr_D_PATH(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 cap = a2 < ms->strsize ? a2 : ms->strsize;

	return dtk_dpath(ms, (u8 *)(uintptr_t)a1, cap, a3) ? a1 : 0;
}
NOKPROBE_SYMBOL(dtk_subr_D_PATH);
