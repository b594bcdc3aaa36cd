// SPDX-License-Identifier: GPL-2.0-only
/*
 * Filling a struct dtrace_tcp_segment: first the connection, then the segment. Entry points: tcpp_fill_*().
 * Context: hit. The sockets and packets given are those of a hooked function's arguments, so they are
 * alive; a socket may be locked by us or not, and one value may be newer than another.
 */
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kprobes.h>
#include <linux/netdevice.h>
#include <linux/sock_diag.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/inet_timewait_sock.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include "tcp.h"

bool tcpp_fill_is_tcp(const struct sock *sk)
{
	return sk && sk->sk_protocol == IPPROTO_TCP;
}
NOKPROBE_SYMBOL(tcpp_fill_is_tcp);

u64 tcpp_fill_cookie(struct sock *sk)
{
	u64 cookie = atomic64_read(&sk->sk_cookie);
	u32 words[2];

	if (likely(cookie))
		return cookie;
	sock_diag_save_cookie(sk, words);
	return words[0] | (u64)words[1] << 32;
}
NOKPROBE_SYMBOL(tcpp_fill_cookie);

static bool is_loopback_v4(__be32 addr)
{
	return (addr & htonl(0xff000000)) == htonl(0x7f000000);
}
NOKPROBE_SYMBOL(is_loopback_v4);

void tcpp_fill_v4(struct dtrace_tcp_segment *seg, __be32 local, __be32 remote)
{
	memcpy(seg->laddr, &local, sizeof(local));
	memcpy(seg->raddr, &remote, sizeof(remote));
	seg->version = 4;
	if (is_loopback_v4(remote) || (local == remote && local))
		seg->is_local = 1;
}
NOKPROBE_SYMBOL(tcpp_fill_v4);

/* An address that stands for an IPv4 one is shown as that. */
void tcpp_fill_v6(struct dtrace_tcp_segment *seg, const struct in6_addr *local,
		  const struct in6_addr *remote)
{
	if (ipv6_addr_v4mapped(remote) || ipv6_addr_v4mapped(local)) {
		tcpp_fill_v4(seg, local->s6_addr32[3], remote->s6_addr32[3]);
		return;
	}
	memcpy(seg->laddr, local, sizeof(*local));
	memcpy(seg->raddr, remote, sizeof(*remote));
	seg->version = 6;
	if (ipv6_addr_loopback(remote) ||
	    (ipv6_addr_equal(local, remote) && !ipv6_addr_any(local)))
		seg->is_local = 1;
}
NOKPROBE_SYMBOL(tcpp_fill_v6);

/* Where its packets go. Preemption is off, so the route outlives this. */
static bool leaves_by_loopback(const struct sock *sk)
{
	const struct dst_entry *dst = rcu_dereference_raw(sk->sk_dst_cache);

	return dst && dst->dev && dst->dev->flags & IFF_LOOPBACK;
}
NOKPROBE_SYMBOL(leaves_by_loopback);

void tcpp_fill_sock(struct dtrace_tcp_segment *seg, struct sock *sk)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct tcpp_owner owner = tcpp_owner_of(sk);

	seg->sock = (uintptr_t)sk;
	seg->tp = tcp_sk(sk);
	seg->cookie = tcpp_fill_cookie(sk);
	seg->pid = owner.pid;
	seg->is_active = sk->sk_state != TCP_LISTEN && owner.flags & TCPP_OWNER_ACTIVE;
	seg->netns = sock_net(sk)->ns.inum;
	seg->state = sk->sk_state;
	seg->lport = inet->inet_sport ? ntohs(inet->inet_sport) : inet->inet_num;
	seg->rport = ntohs(inet->inet_dport);
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6)
		tcpp_fill_v6(seg, &sk->sk_v6_rcv_saddr, &sk->sk_v6_daddr);
	else
#endif
		tcpp_fill_v4(seg, inet->inet_saddr ?: inet->inet_rcv_saddr, inet->inet_daddr);
	if (!seg->is_local)
		seg->is_local = leaves_by_loopback(sk);
}
NOKPROBE_SYMBOL(tcpp_fill_sock);

void tcpp_fill_request(struct dtrace_tcp_segment *seg, struct request_sock *req)
{
	const struct inet_request_sock *ireq = inet_rsk(req);
	struct sock *sk = req_to_sk(req);
	struct tcpp_owner owner = { 0 };

	seg->sock = (uintptr_t)sk;
	seg->cookie = tcpp_fill_cookie(sk);
	tcpp_owner_find(seg->cookie, &owner);
	seg->pid = owner.pid;
	seg->netns = sock_net(sk)->ns.inum;
	seg->state = TCP_SYN_RECV;
	seg->lport = ireq->ir_num;
	seg->rport = ntohs(ireq->ir_rmt_port);
	seg->iss = tcp_rsk(req)->snt_isn;
	seg->irs = tcp_rsk(req)->rcv_isn;
	seg->snd_nxt = seg->iss + 1;
	seg->rcv_nxt = tcp_rsk(req)->rcv_nxt;
#if IS_ENABLED(CONFIG_IPV6)
	if (ireq->ireq_family == AF_INET6)
		tcpp_fill_v6(seg, &ireq->ir_v6_loc_addr, &ireq->ir_v6_rmt_addr);
	else
#endif
		tcpp_fill_v4(seg, ireq->ir_loc_addr, ireq->ir_rmt_addr);
}
NOKPROBE_SYMBOL(tcpp_fill_request);

void tcpp_fill_timewait(struct dtrace_tcp_segment *seg, struct inet_timewait_sock *tw)
{
	const struct tcp_timewait_sock *tcptw = tcp_twsk((struct sock *)tw);
	struct sock *sk = (struct sock *)tw;
	struct tcpp_owner owner = { 0 };

	seg->sock = (uintptr_t)tw;
	seg->cookie = tcpp_fill_cookie(sk);
	tcpp_owner_find(seg->cookie, &owner);
	seg->pid = owner.pid;
	seg->is_active = owner.flags & TCPP_OWNER_ACTIVE ? 1 : 0;
	seg->netns = twsk_net(tw)->ns.inum;
	seg->state = tw->tw_substate;
	seg->lport = ntohs(tw->tw_sport);
	seg->rport = ntohs(tw->tw_dport);
	seg->snd_nxt = tcptw->tw_snd_nxt;
	seg->rcv_nxt = tcptw->tw_rcv_nxt;
#if IS_ENABLED(CONFIG_IPV6)
	if (tw->tw_family == AF_INET6)
		tcpp_fill_v6(seg, &tw->tw_v6_rcv_saddr, &tw->tw_v6_daddr);
	else
#endif
		tcpp_fill_v4(seg, tw->tw_rcv_saddr, tw->tw_daddr);
}
NOKPROBE_SYMBOL(tcpp_fill_timewait);

void tcpp_fill_any(struct dtrace_tcp_segment *seg, struct sock *sk)
{
	if (sk->sk_state == TCP_TIME_WAIT)
		tcpp_fill_timewait(seg, inet_twsk(sk));
	else if (sk->sk_state == TCP_NEW_SYN_RECV)
		tcpp_fill_request(seg, inet_reqsk(sk));
	else
		tcpp_fill_sock(seg, sk);
}
NOKPROBE_SYMBOL(tcpp_fill_any);

/* There is only the packet that came in. */
void tcpp_fill_none(struct dtrace_tcp_segment *seg, const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	seg->state = TCP_CLOSE;
	if (dst && dst->dev)
		seg->netns = dev_net(dst->dev)->ns.inum;
}
NOKPROBE_SYMBOL(tcpp_fill_none);

void tcpp_fill_header(struct dtrace_tcp_segment *seg, const struct tcphdr *th, u32 length)
{
	seg->th = th;
	seg->seq = ntohl(th->seq);
	seg->ack = ntohl(th->ack_seq);
	seg->length = length;
	seg->window = ntohs(th->window);
	seg->checksum = ntohs((__force __be16)th->check);
	seg->urgent = ntohs(th->urg_ptr);
	seg->hdr_size = th->doff * 4;
	seg->flags = ((const u8 *)th)[13];
}
NOKPROBE_SYMBOL(tcpp_fill_header);

void tcpp_fill_received(struct dtrace_tcp_segment *seg, const struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);

	seg->skb = (uintptr_t)skb;
	/* The header may have been pulled already. */
	tcpp_fill_header(seg, th, skb->len - skb_transport_offset(skb));
	seg->lport = ntohs(th->dest);
	seg->rport = ntohs(th->source);
	if (skb->protocol == htons(ETH_P_IPV6))
		tcpp_fill_v6(seg, &ipv6_hdr(skb)->daddr, &ipv6_hdr(skb)->saddr);
	else
		tcpp_fill_v4(seg, ip_hdr(skb)->daddr, ip_hdr(skb)->saddr);
	if (skb->skb_iif == LOOPBACK_IFINDEX)
		seg->is_local = 1;
}
NOKPROBE_SYMBOL(tcpp_fill_received);

/* The caller knows the addresses: there is no IP header yet. */
void tcpp_fill_sent(struct dtrace_tcp_segment *seg, const struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);

	seg->skb = (uintptr_t)skb;
	seg->is_sent = 1;
	tcpp_fill_header(seg, th, skb->len);
	seg->lport = ntohs(th->source);
	seg->rport = ntohs(th->dest);
	if (seg->tp && (seg->flags & (TCPHDR_SYN | TCPHDR_FIN) || seg->length > seg->hdr_size))
		seg->is_retransmit = before(seg->seq, READ_ONCE(seg->tp->snd_nxt));
}
NOKPROBE_SYMBOL(tcpp_fill_sent);

/* From a segment received to the reset that the kernel is about to answer it with. */
void tcpp_fill_refusal(struct dtrace_tcp_segment *seg)
{
	u32 seq = seg->seq + seg->length - seg->hdr_size;

	if (seg->flags & TCPHDR_SYN)
		seq++;
	if (seg->flags & TCPHDR_FIN)
		seq++;
	seg->skb = 0;
	seg->th = NULL;
	seg->is_sent = 1;
	seg->seq = 0;
	seg->ack = seq;
	seg->hdr_size = sizeof(struct tcphdr);
	seg->length = sizeof(struct tcphdr);
	seg->flags = TCPHDR_RST | TCPHDR_ACK;
	seg->window = 0;
	seg->checksum = 0;
	seg->urgent = 0;
}
NOKPROBE_SYMBOL(tcpp_fill_refusal);
