/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a firing of the tcp provider hands to D programs: arg0 points to one of these, on the stack of the hit. The
 * translators of config/d/tcp.d read it, so its layout is declared there once more.
 */
#ifndef _TCP_SEGMENT_H
#define _TCP_SEGMENT_H

#include <linux/build_bug.h>
#include <linux/types.h>

struct tcp_sock;
struct tcphdr;

/**
 * struct dtrace_tcp_segment - a segment, or a change of state, and the connection it belongs to
 * @skb: address of the packet, 0 = none
 * @sock: address of what stands for the connection: a socket, a request (half-open), the remains of a
 *	socket in TIME_WAIT; 0 = none
 * @tp: the same if it is a full socket, else NULL
 * @th: the TCP header where the kernel has it, NULL = none
 * @cookie: number of the connection, never used again; 0 = none
 * @pid: process that owns it, 0 = not known
 * @netns: inode of its network namespace
 * @laddr, @raddr: this host's and the other's address; of an IPv4 one the first four bytes
 * @lport, @rport: in host order
 * @version: 4 or 6, as on the wire
 * @is_sent: 1 = from laddr to raddr
 * @is_local: both ends are on this host
 * @is_active: we opened it
 * @state, @old_state: the kernel's numbers
 * @iss, @irs, @snd_nxt, @rcv_nxt: of a connection without a full socket
 * @seq, @ack, @window, @checksum, @urgent: of the header, in host order; all 0 without a segment
 * @length: bytes of the segment with its header
 * @hdr_size: bytes of the header
 * @flags: TH_*
 * @is_retransmit: it was sent before
 * @hz: how many of the kernel's ticks are a second
 */
struct dtrace_tcp_segment {
	u64 skb;
	u64 sock;
	const struct tcp_sock *tp;
	const struct tcphdr *th;
	u64 cookie;
	s32 pid;
	u32 netns;
	u8 laddr[16];
	u8 raddr[16];
	u16 lport;
	u16 rport;
	u8 version;
	u8 is_sent;
	u8 is_local;
	u8 is_active;
	s32 state;
	s32 old_state;
	u32 iss;
	u32 irs;
	u32 snd_nxt;
	u32 rcv_nxt;
	u32 seq;
	u32 ack;
	u32 length;
	u16 window;
	u16 checksum;
	u16 urgent;
	u8 hdr_size;
	u8 flags;
	u32 is_retransmit;
	u32 hz;
};
static_assert(sizeof(struct dtrace_tcp_segment) == 144);

#endif /* _TCP_SEGMENT_H */
