// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owners of the sockets that were there before tracing: whoever has one open. Entry point: tcpp_scan_sockets().
 * Context: process.
 */
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/magic.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "tcp.h"

static int look_at_file(const void *arg, struct file *file, unsigned int fd)
{
	const struct task_struct *task = arg;
	struct inode *inode = file_inode(file);
	struct tcpp_owner owner = { 0 };
	struct sock *sk;
	u64 cookie;

	if (!S_ISSOCK(inode->i_mode) || inode->i_sb->s_magic != SOCKFS_MAGIC)
		return 0;
	/* Lives as long as the file, which is open. */
	sk = READ_ONCE(SOCKET_I(inode)->sk);
	if (!sk || (sk->sk_family != AF_INET && sk->sk_family != AF_INET6) ||
	    sk->sk_type != SOCK_STREAM || !tcpp_fill_is_tcp(sk))
		return 0;
	cookie = tcpp_fill_cookie(sk);
	/* A parent comes before its children. */
	if (tcpp_owner_find(cookie, &owner))
		return 0;
	owner.pid = task->tgid;
	owner.flags = tcpp_owner_guess_active(sk) ? TCPP_OWNER_ACTIVE : 0;
	tcpp_owner_note(cookie, &owner);
	return 0;
}

void tcpp_scan_sockets(void)
{
	struct task_struct *task;

	rcu_read_lock();
	for_each_process(task) {
		task_lock(task);
		if (task->files)
			iterate_fd(task->files, 0, look_at_file, task);
		task_unlock(task);
	}
	rcu_read_unlock();
}
