/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tcp provider: what its files share. Everything here changes under the core's mutex only; hits read armed, the
 * places of arguments and the probes.
 */
#ifndef _TCP_PROVIDER_H
#define _TCP_PROVIDER_H

#include <linux/bits.h>
#include <dtrace/patch.h>
#include <dtrace/provider.h>
#include "tcp_segment.h"

struct seq_file;
struct sk_buff;
struct sock;
struct request_sock;
struct inet_timewait_sock;
struct in6_addr;

enum tcpp_probe {
	TCPP_CONNECT_REQUEST,
	TCPP_CONNECT_ESTABLISHED,
	TCPP_CONNECT_REFUSED,
	TCPP_ACCEPT_ESTABLISHED,
	TCPP_ACCEPT_REFUSED,
	TCPP_SEND,
	TCPP_RECEIVE,
	TCPP_STATE_CHANGE,
	TCPP_NR_PROBES
};

/* What an argument of a hooked function means to us; found by its type (tcp_btf.c). */
enum tcpp_role {
	TCPP_ROLE_SOCK,		/* struct sock * */
	TCPP_ROLE_SKB,		/* struct sk_buff * */
	TCPP_ROLE_REQUEST,	/* struct request_sock * */
	TCPP_ROLE_TIMEWAIT,	/* struct inet_timewait_sock * */
	TCPP_ROLE_FLOW6,	/* struct flowi6 * */
	TCPP_ROLE_REPLY,	/* struct ip_reply_arg * */
	TCPP_ROLE_INT,		/* the first int */
	TCPP_ROLE_BOOL,		/* the first bool */
	TCPP_ROLE_FROM,		/* the first __be32 */
	TCPP_ROLE_TO,		/* the second one */
	TCPP_NR_ROLES
};

enum tcpp_place {
	TCPP_QUEUE_XMIT,
	TCPP_SYNACK,
	TCPP_REPLY,
	TCPP_XMIT6,
	TCPP_RCV,
	TCPP_RCV6,
	TCPP_CHECK_REQ,
	TCPP_TIMEWAIT,
	TCPP_SEND_RESET,
	TCPP_SEND_RESET6,
	TCPP_INIT_TRANSFER,
	TCPP_RESET,
	TCPP_CLONE,
	TCPP_CONNECT,
	TCPP_TW_START,
	TCPP_TW_SCHEDULE,
	TCPP_TW_KILL,
	TCPP_LISTEN,
	TCPP_GRAFT,
	TCPP_SENDMSG,
	TCPP_NR_PLACES
};

/**
 * struct tcpp_hook - a kernel function in which we listen
 * @hook: the engine's
 * @at: which argument has which role
 * @name: the function's name in this kernel; NULL = it has none of those known to us
 * @refusal: why it cannot be used, "" = it can
 * @is_armed: it is
 */
struct tcpp_hook {
	struct dtrace_hook hook;
	u8 at[TCPP_NR_ROLES];
	const char *name;
	char refusal[80];
	bool is_armed;
};

/**
 * struct tcpp_place_info - what is known of such a function before the kernel is looked at
 * @names: of those that may do this job in some kernel
 * @hit: to be called
 * @roles: arguments it must have, as bits
 * @kind: what is lost without it
 */
struct tcpp_place_info {
	const char *names[2];
	void (*hit)(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags);
	u32 roles;
	enum { TCPP_NEEDED, TCPP_IPV6, TCPP_OWNER } kind;
};
extern const struct tcpp_place_info tcpp_places[TCPP_NR_PLACES];

/**
 * struct tcpp_probe_info - a probe
 * @name: of it
 * @places: what it listens to, as bits
 * @is_traced: it needs the tracepoint of state changes too
 */
struct tcpp_probe_info {
	const char *name;
	u32 places;
	bool is_traced;
};
extern const struct tcpp_probe_info tcpp_probes[TCPP_NR_PROBES];

/**
 * struct tcpp - the module's state
 * @handle: our registration
 * @probe: NULL = not offered, see refusal
 * @refusal: why
 * @hooks: by enum tcpp_place
 * @tracepoint: of state changes; NULL = there is none
 * @tracepoint_refusal: why it cannot be used, "" = it can
 * @armed: probes that are armed, as bits; read by hits
 * @is_traced: we listen to the tracepoint
 * @has_ipv6: the kernel has IPv6 built in
 */
struct tcpp {
	struct dtrace_provider_handle *handle;
	struct dtrace_probe *probe[TCPP_NR_PROBES];
	char refusal[TCPP_NR_PROBES][96];
	struct tcpp_hook hooks[TCPP_NR_PLACES];
	struct tracepoint *tracepoint;
	char tracepoint_refusal[80];
	u32 armed;
	bool is_traced;
	bool has_ipv6;
};
extern struct tcpp tcpp;

static inline bool tcpp_is_armed(enum tcpp_probe probe)
{
	/* Pairs with the WRITE_ONCE in tcp_attach.c; being late is harmless. */
	return READ_ONCE(tcpp.armed) & BIT(probe);
}

/* Value of the argument that has a role. Context: hit at a function's entry. */
static __always_inline unsigned long tcpp_arg(const struct dtrace_hook *hook,
					      const struct pt_regs *regs, enum tcpp_role role)
{
	switch (container_of(hook, struct tcpp_hook, hook)->at[role]) {
	case 0:
		return regs->di;
	case 1:
		return regs->si;
	case 2:
		return regs->dx;
	case 3:
		return regs->cx;
	case 4:
		return regs->r8;
	case 5:
		return regs->r9;
	default:
		/* On the stack, above the return address. */
		return READ_ONCE(((const unsigned long *)regs->sp)
				 [container_of(hook, struct tcpp_hook, hook)->at[role] - 5]);
	}
}

/* tcp_btf.c: do the kernel's functions have the arguments that we need? Context: process. */
struct tcpp_types;
struct tcpp_types *tcpp_btf_open(void);
void tcpp_btf_close(struct tcpp_types *types);
/* Fills hook->at. Return: NULL, or what does not fit. */
const char *tcpp_btf_bind(const struct tcpp_types *types, const char *name, u32 roles, u8 *at);
/* Is the tracepoint's callback what we think? Return: as above. */
const char *tcpp_btf_tracepoint(const struct tcpp_types *types);

/* tcp_discover.c: what probes there are. See struct dtrace_provider_ops for the ops. */
void tcpp_discover_hooks(void);
int tcpp_discover_create(void);
int tcpp_discover_argdesc(void *arg, struct dtrace_probe *probe, struct dtrace_argdesc *desc);
void tcpp_discover_show(struct seq_file *m);

/* tcp_attach.c: how one is armed. */
int tcpp_attach_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr);
void tcpp_attach_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr);

/* tcp_hit.c, tcp_hit_state.c: in probe context. */
#define TCPP_HIT(name)	void tcpp_hit_##name(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
TCPP_HIT(queue_xmit);
TCPP_HIT(synack);
TCPP_HIT(reply);
TCPP_HIT(xmit6);
TCPP_HIT(rcv);
TCPP_HIT(rcv6);
TCPP_HIT(check_req);
TCPP_HIT(timewait);
TCPP_HIT(send_reset);
TCPP_HIT(init_transfer);
TCPP_HIT(reset);
TCPP_HIT(clone);
TCPP_HIT(connect);
TCPP_HIT(tw_start);
TCPP_HIT(tw_schedule);
TCPP_HIT(tw_kill);
TCPP_HIT(user);
void tcpp_hit_state(void *data, const struct sock *sk, int old_state, int new_state);
/* This came for a connection without a full socket. */
void tcpp_hit_seen(const struct dtrace_tcp_segment *seg, const struct sk_buff *skb);
void tcpp_fire(enum tcpp_probe probe, struct dtrace_tcp_segment *seg, struct pt_regs *regs,
	       u32 flags);

/* tcp_fill.c: what is known of a connection and of a segment. Context: hit. */
bool tcpp_fill_is_tcp(const struct sock *sk);
void tcpp_fill_sock(struct dtrace_tcp_segment *seg, struct sock *sk);
void tcpp_fill_request(struct dtrace_tcp_segment *seg, struct request_sock *req);
void tcpp_fill_timewait(struct dtrace_tcp_segment *seg, struct inet_timewait_sock *tw);
void tcpp_fill_any(struct dtrace_tcp_segment *seg, struct sock *sk);
void tcpp_fill_none(struct dtrace_tcp_segment *seg, const struct sk_buff *skb);
void tcpp_fill_header(struct dtrace_tcp_segment *seg, const struct tcphdr *th, u32 length);
void tcpp_fill_received(struct dtrace_tcp_segment *seg, const struct sk_buff *skb);
void tcpp_fill_sent(struct dtrace_tcp_segment *seg, const struct sk_buff *skb);
void tcpp_fill_v4(struct dtrace_tcp_segment *seg, __be32 local, __be32 remote);
void tcpp_fill_v6(struct dtrace_tcp_segment *seg, const struct in6_addr *local,
		  const struct in6_addr *remote);
void tcpp_fill_refusal(struct dtrace_tcp_segment *seg);
/* The number of a connection, made if it has none yet. */
u64 tcpp_fill_cookie(struct sock *sk);

/* tcp_owner.c: whose connection is it? By cookie, in a table that forgets the oldest. Context: any. */
#define TCPP_OWNER_ACTIVE	0x1u	/* we opened it */
#define TCPP_OWNER_TIMEWAIT	0x2u	/* its socket gives way to one in TIME_WAIT */
#define TCPP_OWNER_SYNACK	0x4u	/* a SYN-ACK was sent for it */
struct tcpp_owner {
	u32 pid;
	u32 flags;
};
int tcpp_owner_init(void);
void tcpp_owner_exit(void);
u32 tcpp_owner_count(void);
/* Return: is anything known of it? */
bool tcpp_owner_find(u64 cookie, struct tcpp_owner *owner);
void tcpp_owner_note(u64 cookie, const struct tcpp_owner *owner);
/* Somebody uses a full socket: in process context that is its owner. */
struct tcpp_owner tcpp_owner_of(struct sock *sk);
/* A child takes over from its listener. */
void tcpp_owner_inherit(u64 child, struct sock *listener);
bool tcpp_owner_guess_active(const struct sock *sk);

/* tcp_scan.c: who owns the sockets that there are? Context: process, may sleep. */
void tcpp_scan_sockets(void);

#endif /* _TCP_PROVIDER_H */
