/* SPDX-License-Identifier: MIT */
/* For test_syscall_table: read by gen_calls.awk only, never compiled. */
asmlinkage long sys_read(unsigned int fd, char __user *buf, size_t count);
asmlinkage long sys_newstat(const char __user *filename,
			    struct stat __user *statbuf); /* over two lines */
#ifdef CONFIG_ODD
asmlinkage long sys_rt_sigaction(int,
				 const struct sigaction __user *,
				 struct sigaction __user *,
				 size_t);
#else
asmlinkage long sys_rt_sigaction(int wrong);
#endif
asmlinkage long sys_umount(char __user *name, int flags);
asmlinkage long sys_oldumount(char __user *name);
asmlinkage long sys_later(unsigned flags, const char __user *const __user *argv, unsigned *, u64 fds[2],
			  enum kind, compat_arg_u64(len));
asmlinkage long compat_sys_test_stat64(const char __user *, struct stat64 __user *);
asmlinkage long sys_ni_syscall(void);
