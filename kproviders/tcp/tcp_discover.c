// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which probes the tcp provider has: those whose functions this kernel has, with the arguments that we need. Entry
 * points: tcpp_discover_*(). Context: process.
 */
#include <linux/err.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include "tcp.h"

static char *without = "";
module_param(without, charp, 0444);
MODULE_PARM_DESC(without, "kernel functions not to use, separated by commas: their probes are not offered");

#define HAS(role)	BIT(TCPP_ROLE_##role)

const struct tcpp_place_info tcpp_places[TCPP_NR_PLACES] = {
	[TCPP_QUEUE_XMIT] = { { "ip_queue_xmit" }, tcpp_hit_queue_xmit, HAS(SOCK) | HAS(SKB) },
	[TCPP_SYNACK] = { { "ip_build_and_send_pkt" }, tcpp_hit_synack,
			  HAS(SOCK) | HAS(SKB) | HAS(FROM) | HAS(TO) },
	[TCPP_REPLY] = { { "ip_send_unicast_reply" }, tcpp_hit_reply,
			 HAS(SOCK) | HAS(SKB) | HAS(REPLY) },
	[TCPP_XMIT6] = { { "ip6_xmit" }, tcpp_hit_xmit6, HAS(SOCK) | HAS(SKB) | HAS(FLOW6),
			 TCPP_IPV6 },
	[TCPP_RCV] = { { "tcp_v4_do_rcv" }, tcpp_hit_rcv, HAS(SOCK) | HAS(SKB) },
	[TCPP_RCV6] = { { "tcp_v6_do_rcv" }, tcpp_hit_rcv6, HAS(SOCK) | HAS(SKB), TCPP_IPV6 },
	[TCPP_CHECK_REQ] = { { "tcp_check_req" }, tcpp_hit_check_req,
			     HAS(SOCK) | HAS(SKB) | HAS(REQUEST) | HAS(BOOL) },
	[TCPP_TIMEWAIT] = { { "tcp_timewait_state_process" }, tcpp_hit_timewait,
			    HAS(TIMEWAIT) | HAS(SKB) },
	[TCPP_SEND_RESET] = { { "tcp_v4_send_reset" }, tcpp_hit_send_reset, HAS(SOCK) | HAS(SKB) },
	[TCPP_SEND_RESET6] = { { "tcp_v6_send_reset" }, tcpp_hit_send_reset, HAS(SOCK) | HAS(SKB),
			       TCPP_IPV6 },
	[TCPP_INIT_TRANSFER] = { { "tcp_init_transfer" }, tcpp_hit_init_transfer,
				 HAS(SOCK) | HAS(SKB) | HAS(INT) },
	[TCPP_RESET] = { { "tcp_reset" }, tcpp_hit_reset, HAS(SOCK) | HAS(SKB) },
	[TCPP_CLONE] = { { "inet_csk_clone_lock" }, tcpp_hit_clone, HAS(SOCK) | HAS(REQUEST) },
	[TCPP_CONNECT] = { { "tcp_connect" }, tcpp_hit_connect, HAS(SOCK) },
	[TCPP_TW_START] = { { "inet_twsk_hashdance_schedule", "inet_twsk_hashdance" },
			    tcpp_hit_tw_start, HAS(TIMEWAIT) | HAS(SOCK) },
	[TCPP_TW_SCHEDULE] = { { "__inet_twsk_schedule" }, tcpp_hit_tw_schedule,
			       HAS(TIMEWAIT) | HAS(BOOL) },
	[TCPP_TW_KILL] = { { "inet_twsk_kill" }, tcpp_hit_tw_kill, HAS(TIMEWAIT) },
	[TCPP_LISTEN] = { { "inet_csk_listen_start" }, tcpp_hit_user, HAS(SOCK), TCPP_OWNER },
	[TCPP_GRAFT] = { { "security_sock_graft" }, tcpp_hit_user, HAS(SOCK), TCPP_OWNER },
	[TCPP_SENDMSG] = { { "tcp_sendmsg" }, tcpp_hit_user, HAS(SOCK), TCPP_OWNER },
};

#define AT(place)	BIT(TCPP_##place)
#define ANSWERED	(AT(CHECK_REQ) | AT(TIMEWAIT) | AT(SEND_RESET) | AT(SEND_RESET6))
#define OWNERS		(AT(LISTEN) | AT(GRAFT) | AT(SENDMSG) | AT(CONNECT) | AT(CLONE))

const struct tcpp_probe_info tcpp_probes[TCPP_NR_PROBES] = {
	[TCPP_CONNECT_REQUEST] = { "connect-request", AT(QUEUE_XMIT) | AT(XMIT6) },
	[TCPP_CONNECT_ESTABLISHED] = { "connect-established", AT(INIT_TRANSFER) | AT(CONNECT) },
	[TCPP_CONNECT_REFUSED] = { "connect-refused", AT(RESET) | AT(CONNECT) },
	[TCPP_ACCEPT_ESTABLISHED] = { "accept-established",
				      AT(INIT_TRANSFER) | AT(CLONE) | AT(LISTEN) | AT(GRAFT) },
	[TCPP_ACCEPT_REFUSED] = { "accept-refused", AT(SEND_RESET) | AT(SEND_RESET6) },
	[TCPP_SEND] = { "send", AT(QUEUE_XMIT) | AT(SYNACK) | AT(REPLY) | AT(XMIT6) | ANSWERED |
				OWNERS },
	[TCPP_RECEIVE] = { "receive", AT(RCV) | AT(RCV6) | ANSWERED | OWNERS },
	[TCPP_STATE_CHANGE] = { "state-change", AT(TIMEWAIT) | AT(TW_START) | AT(TW_SCHEDULE) |
						AT(TW_KILL) | OWNERS, true },
};

static bool is_unwanted(const char *name)
{
	size_t len = strlen(name);
	const char *at;

	for (at = without; at && *at; at = strchrnul(at, ',') + (*strchrnul(at, ',') == ',')) {
		if (!strncmp(at, name, len) && (!at[len] || at[len] == ','))
			return true;
	}
	return false;
}

/* One pass over the kernel's functions for all that we look for. */
static int find_functions(struct dtrace_image *image, void *unused)
{
	u32 i, p, n;

	if (image->mod)
		return 0;
	for (i = 0; i < image->nr; i++) {
		const struct dtrace_func *func = &image->func[i];
		const char *name = dtrace_func_name(image, func);

		for (p = 0; p < TCPP_NR_PLACES; p++) {
			struct tcpp_hook *hook = &tcpp.hooks[p];

			for (n = 0; n < ARRAY_SIZE(tcpp_places[p].names); n++) {
				const char *wanted = tcpp_places[p].names[n];

				if (!wanted || name[0] != wanted[0] || strcmp(name, wanted))
					continue;
				if (hook->name && strcmp(hook->name, tcpp_places[p].names[0]) == 0)
					continue;
				hook->name = wanted;
				hook->hook.func = func;
				hook->hook.addr = func->flags & DTRACE_FUNC_TRACEABLE ?
						  dtrace_func_entry(func) : func->addr;
			}
		}
	}
	return 0;
}

static int check_places(struct dtrace_image *image, void *unused)
{
	u32 p;

	if (image->mod)
		return 0;
	for (p = 0; p < TCPP_NR_PLACES; p++) {
		struct tcpp_hook *hook = &tcpp.hooks[p];
		enum dtrace_refusal refusal;

		if (hook->refusal[0])
			continue;
		if (hook->hook.func->flags & DTRACE_FUNC_TRACEABLE)
			continue;
		refusal = dtrace_hook_check(hook->hook.addr, hook->hook.func);
		if (refusal)
			snprintf(hook->refusal, sizeof(hook->refusal), "%s: %s", hook->name,
				 dtrace_refusal_text(refusal));
	}
	return 0;
}

static void bind_hook(const struct tcpp_types *types, enum tcpp_place place)
{
	struct tcpp_hook *hook = &tcpp.hooks[place];
	const struct tcpp_place_info *info = &tcpp_places[place];
	const char *why = NULL;

	hook->hook.hit = info->hit;
	hook->hook.owner = "tcp";
	if (!hook->name)
		why = "this kernel has no such function";
	else if (is_unwanted(hook->name))
		why = "excluded by the module's parameter";
	else if (IS_ERR(types))
		why = "this kernel has no type information";
	else
		why = tcpp_btf_bind(types, hook->name, info->roles, hook->at);
	if (why)
		snprintf(hook->refusal, sizeof(hook->refusal), "%s: %s",
			 hook->name ?: info->names[0], why);
}

static void find_tracepoint(struct tracepoint *tracepoint, void *unused)
{
	if (!strcmp(tracepoint->name, "inet_sock_set_state"))
		tcpp.tracepoint = tracepoint;
}

static void bind_tracepoint(const struct tcpp_types *types)
{
	const char *why;

	for_each_kernel_tracepoint(find_tracepoint, NULL);
	if (!tcpp.tracepoint)
		why = "this kernel has no such tracepoint";
	else if (is_unwanted("inet_sock_set_state"))
		why = "excluded by the module's parameter";
	else if (IS_ERR(types))
		why = "this kernel has no type information";
	else
		why = tcpp_btf_tracepoint(types);
	if (why)
		snprintf(tcpp.tracepoint_refusal, sizeof(tcpp.tracepoint_refusal),
			 "inet_sock_set_state: %s", why);
}

/* Is IPv6 a part of this kernel? Without it, or as a module, nothing of it is seen, which costs no probe. */
static bool has_ipv6(void)
{
	u32 p;

	for (p = 0; p < TCPP_NR_PLACES; p++) {
		if (tcpp_places[p].kind == TCPP_IPV6 && tcpp.hooks[p].name)
			return true;
	}
	return false;
}

static bool is_lost_with(enum tcpp_place place)
{
	return tcpp_places[place].kind == TCPP_NEEDED ||
	       (tcpp_places[place].kind == TCPP_IPV6 && tcpp.has_ipv6);
}

void tcpp_discover_hooks(void)
{
	struct tcpp_types *types = tcpp_btf_open();
	u32 i, p;

	dtrace_images_walk(find_functions, NULL);
	tcpp.has_ipv6 = has_ipv6();
	for (p = 0; p < TCPP_NR_PLACES; p++)
		bind_hook(types, p);
	bind_tracepoint(types);
	if (!IS_ERR(types))
		tcpp_btf_close(types);
	dtrace_images_walk(check_places, NULL);
	for (i = 0; i < TCPP_NR_PROBES; i++) {
		if (tcpp_probes[i].is_traced && tcpp.tracepoint_refusal[0])
			strscpy(tcpp.refusal[i], tcpp.tracepoint_refusal, sizeof(tcpp.refusal[i]));
		for (p = 0; p < TCPP_NR_PLACES; p++) {
			if (tcpp_probes[i].places & BIT(p) && tcpp.hooks[p].refusal[0] &&
			    is_lost_with(p))
				strscpy(tcpp.refusal[i], tcpp.hooks[p].refusal,
					sizeof(tcpp.refusal[i]));
		}
	}
}

/* Module part: all of this is in the kernel's image. */
int tcpp_discover_create(void)
{
	unsigned long i;

	for (i = 0; i < TCPP_NR_PROBES; i++) {
		struct dtrace_probe *probe;

		if (tcpp.refusal[i][0])
			continue;
		probe = dtrace_probe_create(tcpp.handle, "vmlinux", "", tcpp_probes[i].name, 0,
					    (void *)i);
		if (IS_ERR(probe))
			return PTR_ERR(probe);
		tcpp.probe[i] = probe;
	}
	return 0;
}

int tcpp_discover_argdesc(void *arg, struct dtrace_probe *probe, struct dtrace_argdesc *desc)
{
	static const char *const shown[] = { "pktinfo_t *", "csinfo_t *", "ipinfo_t *",
					     "tcpsinfo_t *", "tcpinfo_t *", "tcplsinfo_t *" };
	bool is_state = (unsigned long)dtrace_probe_priv(probe) == TCPP_STATE_CHANGE;

	desc->nr_args = is_state ? 6 : 5;
	if (desc->index >= desc->nr_args)
		return -ENOENT;
	/* A change of state has no segment. */
	if (is_state && desc->index % 2 == 0) {
		desc->mapping = 5;
		strscpy(desc->native, "void *", sizeof(desc->native));
		return 0;
	}
	desc->mapping = 0;
	strscpy(desc->native, "struct dtrace_tcp_segment *", sizeof(desc->native));
	strscpy(desc->xlate, shown[desc->index], sizeof(desc->xlate));
	return 0;
}

/* Lines of /proc/dtrace/stats; dtrace doctor reads those that begin with "feature". */
void tcpp_discover_show(struct seq_file *m)
{
	u32 i, p, nr_armed = 0;

	for (p = 0; p < TCPP_NR_PLACES; p++)
		nr_armed += tcpp.hooks[p].is_armed;
	seq_printf(m, "tcp: functions hooked %u, tracepoint %s, connections with a known owner %u\n",
		   nr_armed, tcpp.is_traced ? "on" : "off", tcpp_owner_count());
	for (i = 0; i < TCPP_NR_PROBES; i++) {
		if (tcpp.refusal[i][0])
			seq_printf(m, "feature tcp:::%s: off (%s)\n", tcpp_probes[i].name,
				   tcpp.refusal[i]);
	}
	if (!tcpp.has_ipv6)
		seq_puts(m, "feature tcp over IPv6: off (it is no part of the kernel's image)\n");
	for (p = 0; p < TCPP_NR_PLACES; p++) {
		if (tcpp_places[p].kind == TCPP_OWNER && tcpp.hooks[p].refusal[0])
			seq_printf(m, "feature some owners of tcp connections: off (%s)\n",
				   tcpp.hooks[p].refusal);
	}
}
