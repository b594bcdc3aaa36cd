// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of state. Most come from a tracepoint; where that speaks too early, or not at all, functions are
 * hooked. Entry points: tcpp_hit_*(). Context: probe context; built without ftrace hooks.
 *
 * What one function of the kernel has to tell another a moment later is kept per CPU: both run in the same softirq.
 */
#include <linux/kprobes.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/tcp.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>
#include "tcp.h"

struct note {
	const struct task_struct *task;
	struct request_sock *req;		/* about to become a socket */
	const struct inet_timewait_sock *tw;	/* a segment came for it, */
	int substate;				/* when it was in this state */
};
static DEFINE_PER_CPU(struct note, notes);

static struct note *take_note(void)
{
	struct note *note = this_cpu_ptr(&notes);

	note->task = current;
	note->req = NULL;
	note->tw = NULL;
	return note;
}
NOKPROBE_SYMBOL(take_note);

static void fire_state(struct dtrace_tcp_segment *seg, int old_state, int new_state,
		       struct pt_regs *regs, u32 flags)
{
	seg->old_state = old_state;
	seg->state = new_state;
	tcpp_fire(TCPP_STATE_CHANGE, seg, regs, flags);
}
NOKPROBE_SYMBOL(fire_state);

/* A child before anything but its memory is its own: the request knows who it is. */
static bool fire_child(struct sock *sk)
{
	struct note *note = this_cpu_ptr(&notes);
	struct request_sock *req = note->task == current ? note->req : NULL;
	struct dtrace_tcp_segment seg = { 0 };

	if (!req)
		return false;
	note->req = NULL;
	tcpp_fill_request(&seg, req);
	seg.sock = (uintptr_t)sk;
	fire_state(&seg, TCP_LISTEN, TCP_SYN_RECV, NULL, 0);
	return true;
}
NOKPROBE_SYMBOL(fire_child);

/* Has a socket in TIME_WAIT taken over? Then the end of this one is none of the connection. */
static bool is_replaced(struct sock *sk)
{
	u64 cookie = tcpp_fill_cookie(sk);
	struct tcpp_owner owner;

	if (!tcpp_owner_find(cookie, &owner) || !(owner.flags & TCPP_OWNER_TIMEWAIT))
		return false;
	owner.flags &= ~TCPP_OWNER_TIMEWAIT;
	tcpp_owner_note(cookie, &owner);
	return true;
}
NOKPROBE_SYMBOL(is_replaced);

/* tracepoint inet_sock_set_state: sk->sk_state is the old state still */
void tcpp_hit_state(void *data, const struct sock *const_sk, int old_state, int new_state)
{
	struct sock *sk = (struct sock *)const_sk;
	struct dtrace_tcp_segment seg = { 0 };

	if (!tcpp_fill_is_tcp(sk) || old_state == new_state || !tcpp_is_armed(TCPP_STATE_CHANGE))
		return;
	if (old_state == TCP_LISTEN && new_state == TCP_SYN_RECV && fire_child(sk))
		return;
	/* Its port is not chosen yet: tcp_connect() comes later, unless there is none to choose. */
	if (old_state == TCP_CLOSE && new_state == TCP_SYN_SENT)
		return;
	if (old_state == TCP_SYN_SENT && new_state == TCP_CLOSE && !inet_sk(sk)->inet_sport)
		return;
	if (new_state == TCP_CLOSE && is_replaced(sk))
		return;
	tcpp_fill_sock(&seg, sk);
	if (new_state == TCP_LISTEN)
		seg.is_active = 0;
	fire_state(&seg, old_state, new_state, NULL, 0);
}
NOKPROBE_SYMBOL(tcpp_hit_state);

/* tcp_connect(sk): the first SYN is about to be sent */
void tcpp_hit_connect(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	struct dtrace_tcp_segment seg = { 0 };

	if (!tcpp_fill_is_tcp(sk))
		return;
	/* A socket may connect again after it was disconnected: ask afresh. */
	if (in_task() && !(current->flags & PF_KTHREAD)) {
		struct tcpp_owner owner = { .pid = current->tgid, .flags = TCPP_OWNER_ACTIVE };

		tcpp_owner_note(tcpp_fill_cookie(sk), &owner);
	}
	if (!tcpp_is_armed(TCPP_STATE_CHANGE))
		return;
	tcpp_fill_sock(&seg, sk);
	seg.is_active = 1;
	fire_state(&seg, TCP_CLOSE, TCP_SYN_SENT, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_connect);

/* inet_csk_clone_lock(sk, req): a child is made of a listener */
void tcpp_hit_clone(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	struct request_sock *req = (struct request_sock *)tcpp_arg(hook, regs, TCPP_ROLE_REQUEST);

	if (!tcpp_fill_is_tcp(sk))
		return;
	/* The child will have the request's cookie. */
	tcpp_owner_inherit(tcpp_fill_cookie(req_to_sk(req)), sk);
	take_note()->req = req;
}
NOKPROBE_SYMBOL(tcpp_hit_clone);

/* ---- TIME_WAIT, and FIN_WAIT2 of sockets that nobody has open: what is left of them is another object ---- */

/* "TCP" or "TCPv6"; others have such remains, too. */
static bool is_tcp_timewait(const struct inet_timewait_sock *tw)
{
	const char *name = tw->tw_prot->name;

	return name[0] == 'T' && name[1] == 'C' && name[2] == 'P';
}
NOKPROBE_SYMBOL(is_tcp_timewait);

/* inet_twsk_hashdance(tw, sk): tw takes the place of sk */
void tcpp_hit_tw_start(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)tcpp_arg(hook, regs, TCPP_ROLE_TIMEWAIT);
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	struct dtrace_tcp_segment seg = { 0 };
	struct tcpp_owner owner;

	if (!tcpp_fill_is_tcp(sk))
		return;
	tcpp_fill_sock(&seg, sk);
	/* It may have had none when tw was made of it. */
	atomic64_cmpxchg(&tw->tw_cookie, 0, seg.cookie);
	owner.pid = seg.pid;
	owner.flags = TCPP_OWNER_TIMEWAIT | (seg.is_active ? TCPP_OWNER_ACTIVE : 0);
	tcpp_owner_note(seg.cookie, &owner);
	if (tw->tw_substate != sk->sk_state)
		fire_state(&seg, sk->sk_state, tw->tw_substate, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_tw_start);

/* tcp_timewait_state_process(tw, skb): a segment came for it */
void tcpp_hit_timewait(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)tcpp_arg(hook, regs, TCPP_ROLE_TIMEWAIT);
	const struct sk_buff *skb = (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB);
	struct dtrace_tcp_segment seg = { 0 };
	struct note *note;

	tcpp_fill_timewait(&seg, tw);
	tcpp_fill_received(&seg, skb);
	tcpp_hit_seen(&seg, skb);
	tcpp_fire(TCPP_RECEIVE, &seg, regs, flags);
	note = take_note();
	note->tw = tw;
	note->substate = tw->tw_substate;
}
NOKPROBE_SYMBOL(tcpp_hit_timewait);

/* __inet_twsk_schedule(tw, timeo, rearm): it begins to wait, or once more */
void tcpp_hit_tw_schedule(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)tcpp_arg(hook, regs, TCPP_ROLE_TIMEWAIT);
	struct note *note = this_cpu_ptr(&notes);
	struct dtrace_tcp_segment seg = { 0 };

	if (!(u8)tcpp_arg(hook, regs, TCPP_ROLE_BOOL) || note->task != current || note->tw != tw ||
	    note->substate == tw->tw_substate)
		return;
	tcpp_fill_timewait(&seg, tw);
	fire_state(&seg, note->substate, tw->tw_substate, regs, flags);
	note->tw = NULL;
}
NOKPROBE_SYMBOL(tcpp_hit_tw_schedule);

/* inet_twsk_kill(tw): its time is over, or its port is needed */
void tcpp_hit_tw_kill(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)tcpp_arg(hook, regs, TCPP_ROLE_TIMEWAIT);
	struct dtrace_tcp_segment seg = { 0 };

	if (!is_tcp_timewait(tw))
		return;
	tcpp_fill_timewait(&seg, tw);
	fire_state(&seg, tw->tw_substate, TCP_CLOSE, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_tw_kill);
