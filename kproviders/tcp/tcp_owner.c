// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose connection is it, and who opened it? Most segments are handled where any process may be running, so this
 * is noted where the owner itself runs and looked up by the connection's cookie. Entry points:
 * tcpp_owner_*(). Context: hit.
 *
 * The table is an array of lines of eight words; a word holds a whole entry, so that it is read and written at
 * once without a lock. A full line forgets one of its entries.
 */
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <net/inet_connection_sock.h>
#include <net/inet_hashtables.h>
#include <net/tcp.h>
#include "tcp.h"

#define LINE_BITS	13
#define LINE_WORDS	8
#define PID_BITS	22
#define FLAG_BITS	3
#define COOKIE_SHIFT	(PID_BITS + FLAG_BITS)

/* PID_MAX_LIMIT on 64-bit kernels. */
static_assert(PID_MAX_LIMIT <= BIT(PID_BITS));

static u64 *table;

int tcpp_owner_init(void)
{
	table = kvcalloc((1u << LINE_BITS) * LINE_WORDS, sizeof(*table), GFP_KERNEL);
	return table ? 0 : -ENOMEM;
}

void tcpp_owner_exit(void)
{
	kvfree(table);
}

u32 tcpp_owner_count(void)
{
	u32 i, nr = 0;

	for (i = 0; i < (1u << LINE_BITS) * LINE_WORDS; i++)
		nr += READ_ONCE(table[i]) != 0;
	return nr;
}

static u64 *line_of(u64 cookie)
{
	return table + hash_64(cookie, LINE_BITS) * LINE_WORDS;
}
NOKPROBE_SYMBOL(line_of);

static u64 *find(u64 cookie)
{
	u64 *line = line_of(cookie);
	u32 i;

	for (i = 0; i < LINE_WORDS; i++) {
		u64 word = READ_ONCE(line[i]);

		if (word && word >> COOKIE_SHIFT == (cookie << COOKIE_SHIFT) >> COOKIE_SHIFT)
			return &line[i];
	}
	return NULL;
}
NOKPROBE_SYMBOL(find);

bool tcpp_owner_find(u64 cookie, struct tcpp_owner *owner)
{
	u64 *at = cookie ? find(cookie) : NULL;
	u64 word;

	if (!at)
		return false;
	word = READ_ONCE(*at);
	owner->pid = word & (BIT(PID_BITS) - 1);
	owner->flags = word >> PID_BITS & (BIT(FLAG_BITS) - 1);
	return true;
}
NOKPROBE_SYMBOL(tcpp_owner_find);

void tcpp_owner_note(u64 cookie, const struct tcpp_owner *owner)
{
	u64 word = cookie << COOKIE_SHIFT | (u64)owner->flags << PID_BITS | owner->pid;
	u64 *line = line_of(cookie), *at;
	u32 i;

	if (!cookie)
		return;
	at = find(cookie);
	for (i = 0; i < LINE_WORDS && !at; i++) {
		if (!READ_ONCE(line[i]))
			at = &line[i];
	}
	/* Cookies count up: this is a different one each time. */
	if (!at)
		at = &line[cookie % LINE_WORDS];
	WRITE_ONCE(*at, word);
}
NOKPROBE_SYMBOL(tcpp_owner_note);

/*
 * A port chosen by connect() leaves a mark in the bucket of those who share it; one chosen by bind() one in the socket,
 * which children of a listener do not have. The bucket may go away while we look.
 */
bool tcpp_owner_guess_active(const struct sock *sk)
{
	const struct inet_bind_bucket *bucket = READ_ONCE(inet_csk(sk)->icsk_bind_hash);
	signed char fastreuse;

	if (sk->sk_state == TCP_LISTEN)
		return false;
	if (sk->sk_state == TCP_SYN_SENT || sk->sk_userlocks & SOCK_BINDPORT_LOCK)
		return true;
	return bucket && !get_kernel_nofault(fastreuse, &bucket->fastreuse) && fastreuse < 0;
}
NOKPROBE_SYMBOL(tcpp_owner_guess_active);

struct tcpp_owner tcpp_owner_of(struct sock *sk)
{
	bool is_owner = in_task() && !(current->flags & PF_KTHREAD);
	u64 cookie = tcpp_fill_cookie(sk);
	struct tcpp_owner owner = { 0 };

	if (!tcpp_owner_find(cookie, &owner)) {
		if (tcpp_owner_guess_active(sk))
			owner.flags = TCPP_OWNER_ACTIVE;
		if (is_owner) {
			owner.pid = current->tgid;
			tcpp_owner_note(cookie, &owner);
		}
	} else if (is_owner && owner.pid != current->tgid) {
		owner.pid = current->tgid;
		tcpp_owner_note(cookie, &owner);
	}
	return owner;
}
NOKPROBE_SYMBOL(tcpp_owner_of);

void tcpp_owner_inherit(u64 child, struct sock *listener)
{
	struct tcpp_owner owner, old;

	if (tcpp_owner_find(child, &old))
		return;
	owner = tcpp_owner_of(listener);
	owner.flags = 0;
	tcpp_owner_note(child, &owner);
}
NOKPROBE_SYMBOL(tcpp_owner_inherit);
