/* SPDX-License-Identifier: MIT */
/*
 * The tcp provider: what args[] of its probes show, names of states and flags. Most members come from what the
 * provider's module hands over (kproviders/tcp/tcp_segment.h, the same layout); what only a socket of the kernel
 * knows is read from there, when a program asks for it.
 */
inline int TH_FIN = 0x01;
inline int TH_SYN = 0x02;
inline int TH_RST = 0x04;
inline int TH_PUSH = 0x08;
inline int TH_ACK = 0x10;
inline int TH_URG = 0x20;
inline int TH_ECE = 0x40;
inline int TH_CWR = 0x80;

/* tcps_state; the numbers are Linux's. Sockets are never idle in the sense of other systems. */
inline int TCP_STATE_IDLE = 0;
inline int TCP_STATE_ESTABLISHED = 1;
inline int TCP_STATE_SYN_SENT = 2;
inline int TCP_STATE_SYN_RECEIVED = 3;
inline int TCP_STATE_FIN_WAIT_1 = 4;
inline int TCP_STATE_FIN_WAIT_2 = 5;
inline int TCP_STATE_TIME_WAIT = 6;
inline int TCP_STATE_CLOSED = 7;
inline int TCP_STATE_CLOSE_WAIT = 8;
inline int TCP_STATE_LAST_ACK = 9;
inline int TCP_STATE_LISTEN = 10;
inline int TCP_STATE_CLOSING = 11;
inline int TCP_STATE_BOUND = 13;

inline string tcp_state_string[int32_t state] =
    state == TCP_STATE_ESTABLISHED ? "state-established" :
    state == TCP_STATE_CLOSED ? "state-closed" :
    state == TCP_STATE_LISTEN ? "state-listen" :
    state == TCP_STATE_SYN_SENT ? "state-syn-sent" :
    state == TCP_STATE_SYN_RECEIVED || state == 12 ? "state-syn-received" :
    state == TCP_STATE_CLOSE_WAIT ? "state-close-wait" :
    state == TCP_STATE_FIN_WAIT_1 ? "state-fin-wait-1" :
    state == TCP_STATE_FIN_WAIT_2 ? "state-fin-wait-2" :
    state == TCP_STATE_CLOSING ? "state-closing" :
    state == TCP_STATE_LAST_ACK ? "state-last-ack" :
    state == TCP_STATE_TIME_WAIT ? "state-time-wait" :
    state == TCP_STATE_BOUND ? "state-bound" :
    state == TCP_STATE_IDLE ? "state-idle" :
    "<unknown>";

typedef long zoneid_t;

struct dtrace_tcp_segment {
	uint64_t skb;
	uint64_t sock;
	struct tcp_sock *tp;
	struct tcphdr *th;
	uint64_t cookie;
	int32_t pid;
	uint32_t netns;
	uint8_t laddr[16];
	uint8_t raddr[16];
	uint16_t lport;
	uint16_t rport;
	uint8_t version;
	uint8_t is_sent;
	uint8_t is_local;
	uint8_t is_active;
	int32_t state;
	int32_t old_state;
	uint32_t iss;
	uint32_t irs;
	uint32_t snd_nxt;
	uint32_t rcv_nxt;
	uint32_t seq;
	uint32_t ack;
	uint32_t length;
	uint16_t window;
	uint16_t checksum;
	uint16_t urgent;
	uint8_t hdr_size;
	uint8_t flags;
	uint32_t is_retransmit;
	uint32_t hz;
};

inline string __tcp_laddr[struct dtrace_tcp_segment *S] =
    S->version == 6 ? inet_ntop(AF_INET6, &S->laddr[0]) : inet_ntop(AF_INET, &S->laddr[0]);
inline string __tcp_raddr[struct dtrace_tcp_segment *S] =
    S->version == 6 ? inet_ntop(AF_INET6, &S->raddr[0]) : inet_ntop(AF_INET, &S->raddr[0]);

typedef struct pktinfo {
	uintptr_t pkt_addr;	/* struct sk_buff */
} pktinfo_t;

typedef struct csinfo {
	uintptr_t cs_addr;	/* what stands for the connection in the kernel, mostly a struct sock */
	uint64_t cs_cid;	/* number of the connection, never used again */
	pid_t cs_pid;		/* the process that owns it, 0 = not known */
	zoneid_t cs_zoneid;	/* inode of its network namespace */
} csinfo_t;

typedef struct ipinfo {
	uint8_t ip_ver;		/* 4 or 6 */
	uint32_t ip_plength;	/* bytes behind the IP header: TCP header and data */
	string ip_saddr;
	string ip_daddr;
} ipinfo_t;

typedef struct tcpsinfo {
	uintptr_t tcps_addr;	/* struct sock */
	int tcps_local;		/* both ends are on this host */
	int tcps_active;	/* we opened it */
	uint16_t tcps_lport;
	uint16_t tcps_rport;
	string tcps_laddr;
	string tcps_raddr;
	int32_t tcps_state;	/* TCP_STATE_*, tcp_state_string[] */
	uint32_t tcps_iss;	/* our first sequence number */
	uint32_t tcps_irs;	/* theirs */
	uint32_t tcps_suna;	/* sent, not acknowledged */
	uint32_t tcps_snxt;	/* sent next */
	uint32_t tcps_rack;	/* we have acknowledged */
	uint32_t tcps_rnxt;	/* expected next */
	uint32_t tcps_swnd;	/* windows, in bytes */
	int32_t tcps_snd_ws;	/* their scale, as a shift */
	uint32_t tcps_rwnd;
	int32_t tcps_rcv_ws;
	uint32_t tcps_cwnd;	/* in bytes */
	uint32_t tcps_cwnd_ssthresh;
	uint32_t tcps_sack_fack;	/* highest sequence number acknowledged selectively */
	uint32_t tcps_sack_snxt;	/* next to be sent again */
	uint32_t tcps_rto;	/* in milliseconds */
	uint32_t tcps_mss;
	int tcps_retransmit;	/* send: this was sent before */
	uint32_t tcps_rtt;	/* in milliseconds, smoothed */
	uint32_t tcps_rtt_sd;	/* its mean deviation */
} tcpsinfo_t;

typedef struct tcplsinfo {
	int32_t tcps_state;	/* before */
} tcplsinfo_t;

typedef struct tcpinfo {
	uint16_t tcp_sport;
	uint16_t tcp_dport;
	uint32_t tcp_seq;
	uint32_t tcp_ack;
	uint8_t tcp_offset;	/* bytes of the header */
	uint8_t tcp_flags;	/* TH_* */
	uint16_t tcp_window;	/* as in the header, not scaled */
	uint16_t tcp_checksum;
	uint16_t tcp_urgent;
	struct tcphdr *tcp_hdr;	/* where the kernel has it, or NULL */
} tcpinfo_t;

translator pktinfo_t < struct dtrace_tcp_segment *S > {
	pkt_addr = S->skb;
};

translator csinfo_t < struct dtrace_tcp_segment *S > {
	cs_addr = S->sock;
	cs_cid = S->cookie;
	cs_pid = S->pid;
	cs_zoneid = S->netns;
};

translator ipinfo_t < struct dtrace_tcp_segment *S > {
	ip_ver = S->version;
	ip_plength = S->length;
	ip_saddr = S->is_sent ? __tcp_laddr[S] : __tcp_raddr[S];
	ip_daddr = S->is_sent ? __tcp_raddr[S] : __tcp_laddr[S];
};

translator tcpinfo_t < struct dtrace_tcp_segment *S > {
	tcp_sport = S->is_sent ? S->lport : S->rport;
	tcp_dport = S->is_sent ? S->rport : S->lport;
	tcp_seq = S->seq;
	tcp_ack = S->ack;
	tcp_offset = S->hdr_size;
	tcp_flags = S->flags;
	tcp_window = S->window;
	tcp_checksum = S->checksum;
	tcp_urgent = S->urgent;
	tcp_hdr = S->th;
};

translator tcplsinfo_t < struct dtrace_tcp_segment *S > {
	tcps_state = S->old_state;
};

/*
 * Linux keeps neither first sequence number: both follow from how much was acknowledged and received since. That count
 * begins with our SYN if we opened the connection, behind it if they did. The congestion window is counted in segments
 * there, 0x7fffffff stands for no threshold; the retransmission timeout in ticks; the times in microseconds, scaled.
 */
translator tcpsinfo_t < struct dtrace_tcp_segment *S > {
	tcps_addr = S->sock;
	tcps_local = S->is_local;
	tcps_active = S->is_active;
	tcps_lport = S->lport;
	tcps_rport = S->rport;
	tcps_laddr = __tcp_laddr[S];
	tcps_raddr = __tcp_raddr[S];
	tcps_state = S->state;
	tcps_iss = S->tp == NULL ? S->iss : S->tp->snd_una == 0 ? 0 :
	    S->tp->snd_una - (uint32_t)S->tp->bytes_acked - (S->is_active ? 0 : 1);
	tcps_irs = S->tp == NULL ? S->irs : S->tp->rcv_nxt == 0 ? 0 :
	    S->tp->rcv_nxt - (uint32_t)S->tp->bytes_received - 1;
	tcps_suna = S->tp == NULL ? S->iss : S->tp->snd_una;
	tcps_snxt = S->tp == NULL ? S->snd_nxt : S->tp->snd_nxt;
	tcps_rack = S->tp == NULL ? S->rcv_nxt : S->tp->rcv_wup;
	tcps_rnxt = S->tp == NULL ? S->rcv_nxt : S->tp->rcv_nxt;
	tcps_swnd = S->tp == NULL ? 0 : S->tp->snd_wnd;
	tcps_snd_ws = S->tp == NULL ? 0 : S->tp->rx_opt.snd_wscale;
	tcps_rwnd = S->tp == NULL ? 0 : S->tp->rcv_wnd;
	tcps_rcv_ws = S->tp == NULL ? 0 : S->tp->rx_opt.rcv_wscale;
	tcps_cwnd = S->tp == NULL ? 0 : S->tp->snd_cwnd * S->tp->mss_cache;
	tcps_cwnd_ssthresh = S->tp == NULL ? 0 : S->tp->snd_ssthresh >= 0x7fffffff ? 0x7fffffff :
	    S->tp->snd_ssthresh * S->tp->mss_cache;
	tcps_sack_fack = S->tp == NULL ? 0 : S->tp->sacked_out == 0 ? S->tp->snd_una :
	    S->tp->highest_sack == NULL ? S->tp->snd_nxt :
	    ((struct tcp_skb_cb *)&S->tp->highest_sack->cb[0])->seq;
	tcps_sack_snxt = S->tp == NULL ? 0 : S->tp->retransmit_skb_hint == NULL ? S->tp->snd_una :
	    ((struct tcp_skb_cb *)&S->tp->retransmit_skb_hint->cb[0])->seq;
	tcps_rto = S->tp == NULL ? 0 :
	    ((struct inet_connection_sock *)S->tp)->icsk_rto * 1000 / S->hz;
	tcps_mss = S->tp == NULL ? 0 : S->tp->mss_cache;
	tcps_retransmit = S->is_retransmit;
	tcps_rtt = S->tp == NULL ? 0 : (S->tp->srtt_us >> 3) / 1000;
	tcps_rtt_sd = S->tp == NULL ? 0 : S->tp->srtt_us == 0 ? 0 : (S->tp->mdev_us >> 2) / 1000;
};
