/* SPDX-License-Identifier: MIT */
/*
 * Flags of open(2) and of block requests, and the open files of the current process: fds[fd].
 */
inline int O_RDONLY = 0;
inline int O_WRONLY = 1;
inline int O_RDWR = 2;
inline int O_ACCMODE = 3;
inline int O_CREAT = 0100;
inline int O_EXCL = 0200;
inline int O_NOCTTY = 0400;
inline int O_TRUNC = 01000;
inline int O_APPEND = 02000;
inline int O_NONBLOCK = 04000;
inline int O_NDELAY = 04000;
inline int O_DSYNC = 010000;
inline int O_ASYNC = 020000;
inline int O_DIRECT = 040000;
inline int O_LARGEFILE = 0100000;
inline int O_DIRECTORY = 0200000;
inline int O_NOFOLLOW = 0400000;
inline int O_NOATIME = 01000000;
inline int O_CLOEXEC = 02000000;
inline int O_SYNC = 04010000;
inline int O_RSYNC = 04010000;
inline int O_PATH = 010000000;
inline int O_TMPFILE = 020200000;

inline int B_READ = 0;
inline int B_WRITE = 1;
inline int B_BUSY = 2;
inline int B_PHYS = 4;
inline int B_ASYNC = 8;
inline int B_ERROR = 16;
inline int B_PAGEIO = 32;

typedef struct fileinfo {
	string fi_name;		/* last part of the path */
	string fi_dirname;	/* the rest of it */
	string fi_pathname;
	loff_t fi_offset;
	string fi_fs;		/* type of the file system */
	string fi_mount;	/* where it is mounted */
	int fi_oflags;		/* O_* */
} fileinfo_t;

translator fileinfo_t < struct file *F > {
	fi_name = F == NULL ? "<none>" : stringof(F->f_path.dentry->d_name.name);
	fi_dirname = F == NULL ? "<none>" : dirname(d_path(&F->f_path));
	fi_pathname = F == NULL ? "<none>" : d_path(&F->f_path);
	fi_offset = F == NULL ? 0 : F->f_pos;
	fi_fs = F == NULL ? "<none>" : stringof(F->f_inode->i_sb->s_type->name);
	fi_mount = F == NULL ? "<none>" : stringof(F->f_path.mnt->mnt_root->d_name.name);
	fi_oflags = F == NULL ? 0 : (int)F->f_flags;
};

inline fileinfo_t fds[int fd] = xlate <fileinfo_t> (
    fd >= 0 && fd < (int)curthread->files->fdt->max_fds ? curthread->files->fdt->fd[fd] : NULL);
