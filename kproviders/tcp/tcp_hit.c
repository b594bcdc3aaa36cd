// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segments sent and received. Entry points: tcpp_hit_*(), called at the entry of the kernel's functions.
 * Context: probe context; built without ftrace hooks.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kprobes.h>
#include <linux/tcp.h>
#include <net/inet_timewait_sock.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/route.h>
#include <net/tcp.h>
#include <uapi/linux/bpf.h>
#include "tcp.h"

void tcpp_fire(enum tcpp_probe probe, struct dtrace_tcp_segment *seg, struct pt_regs *regs,
	       u32 flags)
{
	struct dtrace_firing firing = DTRACE_FIRING_INIT;

	if (!tcpp_is_armed(probe))
		return;
	seg->hz = HZ;
	firing.arg[0] = (uintptr_t)seg;
	firing.arg[1] = seg->cookie;
	firing.arg[2] = seg->pid;
	firing.arg[3] = seg->state;
	firing.arg[4] = seg->old_state;
	firing.regs = regs;
	firing.flags = flags;
	dtrace_fire(tcpp.probe[probe], &firing);
}
NOKPROBE_SYMBOL(tcpp_fire);

static bool is_syn(const struct tcphdr *th)
{
	return th->syn && !th->ack && !th->rst;
}
NOKPROBE_SYMBOL(is_syn);

/*
 * What came last for a connection without a full socket, or is answered without it. The answer follows in the same
 * softirq and does not say whose it is; a listener may get the same segment again.
 */
struct seen {
	const struct task_struct *task;
	const struct sk_buff *syn;
	unsigned long time;
	struct dtrace_tcp_segment seg;
};
static DEFINE_PER_CPU(struct seen, last_seen);

void tcpp_hit_seen(const struct dtrace_tcp_segment *seg, const struct sk_buff *skb)
{
	struct seen *seen = this_cpu_ptr(&last_seen);

	seen->task = current;
	seen->syn = seg->state == TCP_TIME_WAIT && is_syn(tcp_hdr(skb)) ? skb : NULL;
	seen->time = jiffies;
	seen->seg = *seg;
}
NOKPROBE_SYMBOL(tcpp_hit_seen);

static void forget_seen(void)
{
	this_cpu_ptr(&last_seen)->task = NULL;
}
NOKPROBE_SYMBOL(forget_seen);

static bool was_seen(const struct sock *sk, const struct sk_buff *skb)
{
	struct seen *seen = this_cpu_ptr(&last_seen);
	const struct tcphdr *th = tcp_hdr(skb);

	if (sk->sk_state != TCP_LISTEN || seen->syn != skb || seen->task != current)
		return false;
	seen->syn = NULL;
	/* Or another packet at the same address? */
	return jiffies - seen->time <= 1 && ntohl(th->seq) == seen->seg.seq &&
	       ntohs(th->source) == seen->seg.rport && ntohs(th->dest) == seen->seg.lport;
}
NOKPROBE_SYMBOL(was_seen);

/* An answer goes out: does it belong to what was seen? */
static void fill_answer(struct dtrace_tcp_segment *seg)
{
	struct seen *seen = this_cpu_ptr(&last_seen);
	const struct dtrace_tcp_segment *of = &seen->seg;

	if (seen->task != current || jiffies - seen->time > 1 || of->lport != seg->lport ||
	    of->rport != seg->rport || of->version != seg->version ||
	    memcmp(of->laddr, seg->laddr, sizeof(seg->laddr)) ||
	    memcmp(of->raddr, seg->raddr, sizeof(seg->raddr)))
		return;
	seen->task = NULL;
	seg->sock = of->sock;
	seg->cookie = of->cookie;
	seg->pid = of->pid;
	seg->is_active = of->is_active;
	seg->state = of->state;
	seg->iss = of->iss;
	seg->irs = of->irs;
	seg->snd_nxt = of->snd_nxt;
	seg->rcv_nxt = of->rcv_nxt;
	/* Their end is over now. */
	if (of->state == TCP_FIN_WAIT2 && of->flags & TCPHDR_FIN && seg->ack == of->rcv_nxt + 1)
		seg->state = TCP_TIME_WAIT;
}
NOKPROBE_SYMBOL(fill_answer);

/* ---- sent ---- */

static void fire_sent(struct dtrace_tcp_segment *seg, struct pt_regs *regs, u32 flags)
{
	if (seg->tp && seg->state == TCP_SYN_SENT && !seg->is_retransmit &&
	    (seg->flags & (TCPHDR_SYN | TCPHDR_ACK)) == TCPHDR_SYN)
		tcpp_fire(TCPP_CONNECT_REQUEST, seg, regs, flags);
	tcpp_fire(TCPP_SEND, seg, regs, flags);
}
NOKPROBE_SYMBOL(fire_sent);

static bool is_send_wanted(const struct sock *sk)
{
	return tcpp_fill_is_tcp(sk) && (tcpp_is_armed(TCPP_SEND) || sk->sk_state == TCP_SYN_SENT);
}
NOKPROBE_SYMBOL(is_send_wanted);

/* ip_queue_xmit(sk, skb): a socket sends over IPv4 */
void tcpp_hit_queue_xmit(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	struct dtrace_tcp_segment seg = { 0 };

	if (!is_send_wanted(sk))
		return;
	tcpp_fill_sock(&seg, sk);
	tcpp_fill_sent(&seg, (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB));
	fire_sent(&seg, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_queue_xmit);

/* A listener's answer to a SYN belongs to the request, if there is one: without SYN cookies. */
static void fill_synack(struct dtrace_tcp_segment *seg, struct sock *listener,
			const struct sk_buff *skb)
{
	struct tcpp_owner owner = { 0 };
	struct sock *sk = skb->sk;

	if (!sk || sk->sk_state != TCP_NEW_SYN_RECV) {
		tcpp_fill_sock(seg, listener);
		tcpp_fill_sent(seg, skb);
		return;
	}
	tcpp_owner_inherit(tcpp_fill_cookie(sk), listener);
	tcpp_fill_request(seg, inet_reqsk(sk));
	tcpp_fill_sent(seg, skb);
	tcpp_owner_find(seg->cookie, &owner);
	seg->is_retransmit = owner.flags & TCPP_OWNER_SYNACK ? 1 : 0;
	if (!seg->is_retransmit) {
		owner.flags |= TCPP_OWNER_SYNACK;
		tcpp_owner_note(seg->cookie, &owner);
	}
}
NOKPROBE_SYMBOL(fill_synack);

/* ip_build_and_send_pkt(skb, sk, saddr, daddr): a SYN-ACK over IPv4 */
void tcpp_hit_synack(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	struct dtrace_tcp_segment seg = { 0 };

	if (!tcpp_fill_is_tcp(sk) || !tcpp_is_armed(TCPP_SEND))
		return;
	fill_synack(&seg, sk, (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB));
	tcpp_fill_v4(&seg, (__force __be32)tcpp_arg(hook, regs, TCPP_ROLE_FROM),
		     (__force __be32)tcpp_arg(hook, regs, TCPP_ROLE_TO));
	fire_sent(&seg, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_synack);

/* ip_send_unicast_reply(sk, skb, arg): an answer to skb over IPv4 without a socket; sk is the kernel's own */
void tcpp_hit_reply(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	const struct sk_buff *skb = (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB);
	const struct ip_reply_arg *reply =
		(struct ip_reply_arg *)tcpp_arg(hook, regs, TCPP_ROLE_REPLY);
	struct dtrace_tcp_segment seg = { 0 };
	const struct tcphdr *th = reply->iov[0].iov_base;

	if (!tcpp_fill_is_tcp(sk) || !tcpp_is_armed(TCPP_SEND))
		return;
	tcpp_fill_none(&seg, skb);
	tcpp_fill_v4(&seg, ip_hdr(skb)->daddr, ip_hdr(skb)->saddr);
	tcpp_fill_header(&seg, th, reply->iov[0].iov_len);
	seg.is_sent = 1;
	seg.lport = ntohs(th->source);
	seg.rport = ntohs(th->dest);
	fill_answer(&seg);
	fire_sent(&seg, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_reply);

/* ip6_xmit(sk, skb, fl6): everything over IPv6; sk is a socket, a listener, or the kernel's own */
void tcpp_hit_xmit6(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	const struct sk_buff *skb = (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB);
	const struct flowi6 *fl6 = (struct flowi6 *)tcpp_arg(hook, regs, TCPP_ROLE_FLOW6);
	struct dtrace_tcp_segment seg = { 0 };

	if (!is_send_wanted(sk))
		return;
	if (sk->sk_type == SOCK_RAW) {
		tcpp_fill_none(&seg, skb);
		tcpp_fill_sent(&seg, skb);
	} else if (sk->sk_state == TCP_LISTEN) {
		fill_synack(&seg, sk, skb);
	} else {
		tcpp_fill_sock(&seg, sk);
		tcpp_fill_sent(&seg, skb);
	}
	tcpp_fill_v6(&seg, &fl6->saddr, &fl6->daddr);
	if (sk->sk_type == SOCK_RAW)
		fill_answer(&seg);
	fire_sent(&seg, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_xmit6);

/* ---- received ---- */

static void fill_incoming(struct dtrace_tcp_segment *seg, struct sock *sk,
			  const struct sk_buff *skb)
{
	if (sk)
		tcpp_fill_any(seg, sk);
	else
		tcpp_fill_none(seg, skb);
	tcpp_fill_received(seg, skb);
}
NOKPROBE_SYMBOL(fill_incoming);

/* tcp_v4_do_rcv(sk, skb): for a socket, also of IPv6 that speaks IPv4 */
void tcpp_hit_rcv(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	const struct sk_buff *skb = (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB);
	struct dtrace_tcp_segment seg = { 0 };

	if (!tcpp_is_armed(TCPP_RECEIVE) || was_seen(sk, skb))
		return;
	fill_incoming(&seg, sk, skb);
	tcpp_fire(TCPP_RECEIVE, &seg, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_rcv);

/* tcp_v6_do_rcv(sk, skb) */
void tcpp_hit_rcv6(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	const struct sk_buff *skb = (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB);

	/* It passes these on to tcp_v4_do_rcv(). */
	if (skb->protocol != htons(ETH_P_IP))
		tcpp_hit_rcv(hook, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_rcv6);

/* tcp_check_req(sk, skb, req, fastopen): for a half-open connection */
void tcpp_hit_check_req(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	const struct sk_buff *skb = (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB);
	struct request_sock *req = (struct request_sock *)tcpp_arg(hook, regs, TCPP_ROLE_REQUEST);
	const struct tcphdr *th = tcp_hdr(skb);
	struct dtrace_tcp_segment seg = { 0 };

	/* A child's: it came through tcp_v4_do_rcv(). */
	if ((u8)tcpp_arg(hook, regs, TCPP_ROLE_BOOL))
		return;
	tcpp_owner_inherit(tcpp_fill_cookie(req_to_sk(req)), sk);
	/* Acknowledges what was never sent: goes on to the listener, through tcp_v4_do_rcv(). */
	if (th->ack && !th->rst && ntohl(th->ack_seq) != tcp_rsk(req)->snt_isn + 1)
		return;
	fill_incoming(&seg, req_to_sk(req), skb);
	tcpp_hit_seen(&seg, skb);
	tcpp_fire(TCPP_RECEIVE, &seg, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_check_req);

/* The kernel answers no others with a reset. */
static bool is_for_us(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IPV6))
		return ipv6_unicast_destination(skb);
	return skb_rtable(skb)->rt_type == RTN_LOCAL;
}
NOKPROBE_SYMBOL(is_for_us);

/* tcp_v4_send_reset(sk, skb), tcp_v6_send_reset(sk, skb): skb is answered with a reset unless it is one */
void tcpp_hit_send_reset(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	const struct sk_buff *skb = (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB);
	struct dtrace_tcp_segment seg = { 0 };

	fill_incoming(&seg, sk, skb);
	/* With a socket it has been received before; without one nobody can own the answer. */
	if (sk) {
		tcpp_hit_seen(&seg, skb);
	} else {
		tcpp_fire(TCPP_RECEIVE, &seg, regs, flags);
		forget_seen();
	}
	/* In TIME_WAIT it is no new connection, but a mistake in an old one. */
	if (!tcpp_is_armed(TCPP_ACCEPT_REFUSED) || !is_syn(tcp_hdr(skb)) ||
	    (sk ? sk->sk_state == TCP_TIME_WAIT : !is_for_us(skb)))
		return;
	tcpp_fill_refusal(&seg);
	tcpp_fire(TCPP_ACCEPT_REFUSED, &seg, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_send_reset);

/* ---- connections ---- */

/* tcp_init_transfer(sk, how, skb): a connection is established; skb is NULL for one restored from a checkpoint */
void tcpp_hit_init_transfer(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	const struct sk_buff *skb = (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB);
	int how = (int)tcpp_arg(hook, regs, TCPP_ROLE_INT);
	struct dtrace_tcp_segment seg = { 0 };
	bool is_active = how == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB;

	if (!tcpp_fill_is_tcp(sk))
		return;
	/* Both ends called connect(). */
	if (how == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB && sk->sk_socket)
		is_active = true;
	if (!tcpp_is_armed(is_active ? TCPP_CONNECT_ESTABLISHED : TCPP_ACCEPT_ESTABLISHED))
		return;
	tcpp_fill_sock(&seg, sk);
	if (skb)
		tcpp_fill_received(&seg, skb);
	/* A passive one changes its state a moment later. */
	seg.state = TCP_ESTABLISHED;
	seg.is_active = is_active;
	tcpp_fire(is_active ? TCPP_CONNECT_ESTABLISHED : TCPP_ACCEPT_ESTABLISHED, &seg, regs,
		  flags);
}
NOKPROBE_SYMBOL(tcpp_hit_init_transfer);

/* tcp_reset(sk, skb): a reset came */
void tcpp_hit_reset(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);
	struct dtrace_tcp_segment seg = { 0 };

	if (!tcpp_fill_is_tcp(sk) || sk->sk_state != TCP_SYN_SENT)
		return;
	tcpp_fill_sock(&seg, sk);
	tcpp_fill_received(&seg, (struct sk_buff *)tcpp_arg(hook, regs, TCPP_ROLE_SKB));
	tcpp_fire(TCPP_CONNECT_REFUSED, &seg, regs, flags);
}
NOKPROBE_SYMBOL(tcpp_hit_reset);

/* Somebody listens, accepts or sends: whose socket is it? */
void tcpp_hit_user(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct sock *sk = (struct sock *)tcpp_arg(hook, regs, TCPP_ROLE_SOCK);

	if (tcpp_fill_is_tcp(sk) && (sk->sk_family == AF_INET || sk->sk_family == AF_INET6))
		tcpp_owner_of(sk);
}
NOKPROBE_SYMBOL(tcpp_hit_user);
