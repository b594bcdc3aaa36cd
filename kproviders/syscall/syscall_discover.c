// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which probes the syscall provider has. One pair for each name in the system call tables, made at
 * load; the same name in the 64-bit and the 32-bit table is the same probe. Other names of a call
 * (stat64, newuname) are made when a script spells one out. Entry points: sysc_discover_*().
 * Process context, under the core's mutex.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "syscall.h"

/*
 * Module part of the names: calls that 64-bit programs have, and those that only 32-bit programs
 * have.
 */
#define MOD_X64		"vmlinux"
#define MOD_IA32	"ia32"

static const char *const side_names[2] = { "entry", "return" };

static int create_probe(struct sysc_probe *p, const char *mod, const char *func, u32 flags)
{
	p->probe = dtrace_probe_create(sysc.handle, mod, func, side_names[p->is_return], flags, p);
	if (IS_ERR(p->probe)) {
		int err = PTR_ERR(p->probe);

		p->probe = NULL;
		return err;
	}
	return 0;
}

int sysc_discover_init(void)
{
	sysc.probes = kvcalloc(sysc_nr_calls * 2, sizeof(*sysc.probes), GFP_KERNEL);
	return sysc.probes ? 0 : -ENOMEM;
}

void sysc_discover_exit(void)
{
	kvfree(sysc.probes);
}

int sysc_discover_create(void)
{
	unsigned int i;

	for (i = 0; i < sysc_nr_calls * 2; i++) {
		const struct sysc_call *call = &sysc_calls[i / 2];
		struct sysc_probe *p = &sysc.probes[i];
		int err;

		p->call = call;
		p->head = p;
		p->is_return = i % 2;
		err = create_probe(p, call->nr_x64 >= 0 ? MOD_X64 : MOD_IA32, call->name, 0);
		if (err)
			return err;
	}
	return 0;
}

static int create_alias(const struct sysc_call *call, bool is_return, const char *alias)
{
	struct sysc_probe *head = &sysc.probes[(call - sysc_calls) * 2 + is_return], *last, *p;
	int err;

	/* The core may ask before the call's own probe has been made. */
	if (!head->head ||
	    dtrace_probe_lookup(sysc.handle, MOD_X64, alias, side_names[is_return]))
		return 0;
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return -ENOMEM;
	p->call = call;
	p->head = head;
	p->is_return = is_return;
	p->is_alias = true;
	err = create_probe(p, MOD_X64, alias, DTRACE_PROBE_ALIAS);
	if (err) {
		kfree(p);
		return err == -EEXIST ? 0 : err;
	}
	for (last = head; last->next; last = last->next)
		;
	/*
	 * Pairs with the READ_ONCE in fire_chain(): the member is complete before it can be seen.
	 */
	smp_store_release(&last->next, p);
	sysc_attach_update(head);
	return 0;
}

int sysc_discover_provide(void *arg, const struct dtrace_probedesc *desc)
{
	const struct sysc_call *call;
	int is_alias, err;

	if (IS_ERR_OR_NULL(sysc.handle))
		return 0;
	call = sysc_table_find(desc->func, &is_alias);
	if (!call || !is_alias)
		return 0;
	err = create_alias(call, false, desc->func);
	return err ?: create_alias(call, true, desc->func);
}

int sysc_discover_argdesc(void *arg, struct dtrace_probe *probe, struct dtrace_argdesc *desc)
{
	const struct sysc_probe *p = dtrace_probe_priv(probe);

	if (p->is_return) {
		desc->nr_args = 2;
		strscpy(desc->native, "long", sizeof(desc->native));
	} else {
		desc->nr_args = sysc_table_type(p->call, desc->index, desc->native,
						sizeof(desc->native));
	}
	if (desc->index >= desc->nr_args)
		return -ENOENT;
	desc->mapping = desc->index;
	return 0;
}

void sysc_discover_destroy(void *arg, struct dtrace_probe *probe, void *priv)
{
	struct sysc_probe *p = priv;

	/* A hit may have the chain in hand without having reached dtrace_fire() yet. */
	sysc_attach_sync();
	if (p->is_alias)
		kfree(p);
}
