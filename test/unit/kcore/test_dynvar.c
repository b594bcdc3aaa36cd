// SPDX-License-Identifier: MIT
/*
 * Thread-local and associative variables: who owns an element, space that runs out and grows, freed references that wait
 * for the cleaner, and what programs may write to.
 */
#include "storage_fixture.h"
#include "dynvar.h"

enum { GLOBAL, GLOBAL_TEXT, SELF, SELF_TEXT, ARRAY, ARRAY_TEXT, SELF_ARRAY, SELF_2, SELF_3, SELF_4, SELF_SAME, NR_VARS };

static struct dtrace_var vars[NR_VARS] = {
	[GLOBAL] = { .kind = DTRACE_VAR_GLOBAL, .size = 8, .init = 7 },
	[GLOBAL_TEXT] = { .kind = DTRACE_VAR_GLOBAL, .flags = DTRACE_VAR_BYREF, .size = 64 },
	[SELF] = { .kind = DTRACE_VAR_THREAD, .size = 8 },
	[SELF_TEXT] = { .kind = DTRACE_VAR_THREAD, .flags = DTRACE_VAR_BYREF, .size = 64 },
	[ARRAY] = { .kind = DTRACE_VAR_ASSOC, .size = 8, .shape = 1 },
	[ARRAY_TEXT] = { .kind = DTRACE_VAR_ASSOC, .flags = DTRACE_VAR_BYREF, .size = 64, .shape = 2 },
	[SELF_ARRAY] = { .kind = DTRACE_VAR_TASSOC, .size = 8, .shape = 1 },
	[SELF_2] = { .kind = DTRACE_VAR_THREAD, .size = 8 },
	[SELF_3] = { .kind = DTRACE_VAR_THREAD, .size = 8 },
	[SELF_4] = { .kind = DTRACE_VAR_THREAD, .size = 8 },
	[SELF_SAME] = { .kind = DTRACE_VAR_THREAD, .size = 8 },	/* wants the slot of SELF */
};

#define CALL(name, ...) call(dtk_subr_##name, (u64[5]){ __VA_ARGS__ })

static u64 call(dtk_subr_fn fn, const u64 *a)
{
	return fn(a[0], a[1], a[2], a[3], a[4]);
}

static int begin(u64 dynvarsize)
{
	open_state();
	request.vars = vars;
	request.nr_vars = NR_VARS;
	request.opt.dynvarsize = dynvarsize;
	int err = dtk_vars_init(&state->vars, &request);

	run_on(0);
	return err;
}

static void end(void)
{
	shim_run_pending();
	dtk_vars_exit(&state->vars);
	close_state();
}

/* Waiting for the CPUs makes them forget the consumer they ran last. */
static void clean(void)
{
	dtk_vars_clean(&state->vars);
	run_on(0);
}

static u64 key_of(u64 value)
{
	*(u64 *)frame() = value;
	return addr(frame());
}

static void owners(void)
{
	static struct task_struct other = { .start_time = 5 }, *first;

	begin(1 << 20);
	first = shim.task;
	CHECK_EQ(CALL(GVAR_LD, GLOBAL), 7, "a global begins with its value");
	CHECK_EQ(CALL(TVAR_LD, SELF), 0, "a thread-local begins with 0");
	CALL(TVAR_ST, SELF, 11);
	CALL(TAVAR_ST, SELF_ARRAY, key_of(3), 1, 12);
	run_on(1);
	CHECK_EQ(CALL(TVAR_LD, SELF), 11, "it is the same on another CPU");
	shim.task = &other;
	CHECK_EQ(CALL(TVAR_LD, SELF), 0, "another thread has its own");
	CHECK_EQ(CALL(TAVAR_LD, SELF_ARRAY, key_of(3), 1), 0, "of an array, too");
	CALL(TVAR_ST, SELF, 22);
	shim.task = first;
	CHECK_EQ(CALL(TVAR_LD, SELF), 11, "the first one's is untouched");
	first->start_time++;
	CHECK_EQ(CALL(TVAR_LD, SELF), 0, "a new thread at the same address inherits nothing");
	first->start_time--;
	shim.context = 2;
	CHECK_EQ(CALL(TVAR_LD, SELF), 0, "an interrupt does not see the interrupted thread's");
	CALL(TVAR_ST, SELF, 33);
	run_on(0);
	CHECK_EQ(CALL(TVAR_LD, SELF), 0, "the same interrupt on another CPU has its own");
	shim.context = 0;
	CHECK_EQ(CALL(TVAR_LD, SELF), 11, "the thread's is as it was");
	CALL(TVAR_ST, SELF, 0);
	CHECK_EQ(CALL(TVAR_LD, SELF), 0, "0 frees it");
	end();
}

/* Elements in the table, those without a value included. */
static u32 nr_elements(void)
{
	const struct dtk_dynvars *dyn = state->vars.dyn;
	const struct dtk_dyn *elem;
	u32 nr = 0, i;

	for (i = 0; i <= dyn->bucket_mask; i++)
		for (elem = (void *)dyn->buckets[i].word; elem; elem = elem->next)
			nr++;
	return nr;
}

static void values_at_hand(void)
{
	static struct task_struct threads[3000];
	struct task_struct *first;
	u32 i, nr_wrong = 0;

	begin(1 << 20);
	CHECK_EQ(SELF_SAME % DTK_DYN_KEPT, SELF % DTK_DYN_KEPT, "two variables want one slot");
	first = shim.task;
	CALL(TVAR_ST, SELF, 1);
	CALL(TVAR_ST, SELF, 0);
	CHECK_EQ(CALL(TVAR_LD, SELF), 0, "set to 0 it reads as 0");
	CHECK_EQ(nr_elements(), 1, "and its place is ready for the next value");
	CALL(TVAR_ST, SELF, 2);
	run_on(1);
	CHECK_EQ(CALL(TVAR_LD, SELF), 2, "the thread takes it along to another CPU");
	CALL(TVAR_ST, SELF, 3);
	run_on(0);
	CHECK_EQ(CALL(TVAR_LD, SELF), 3, "and back");
	CALL(TVAR_ST, SELF, 0);
	run_on(1);
	shim.task = &threads[0];
	CALL(TVAR_ST, SELF, 4);
	shim.task = first;
	CHECK_EQ(CALL(TVAR_LD, SELF), 0, "CPU 1 lets go of what is not its own, and nothing is freed");
	CALL(TVAR_ST, SELF, 5);
	run_on(0);
	shim.task = &threads[0];
	CHECK_EQ(CALL(TVAR_LD, SELF), 4, "each thread has its own everywhere");
	CALL(TVAR_ST, SELF, 0);
	shim.task = first;
	CHECK_EQ(CALL(TVAR_LD, SELF), 5, "the other thread's 0 changes nothing");
	CALL(TVAR_ST, SELF, 0);
	shim.task = &threads[1];
	CHECK_EQ(CALL(TVAR_LD, SELF), 0, "a thread without a value reads 0");
	CALL(TVAR_ST, SELF, 6);
	CHECK_EQ(nr_elements(), 1, "it wants the slot: places without a value are freed");

	/* Threads that come and go on two CPUs, with variables that want the same slot and others. */
	for (i = 0; i < 3000; i++) {
		run_on(i & 1);
		shim.task = &threads[i];
		CALL(TVAR_ST, SELF, i + 1);
		CALL(TVAR_ST, SELF_SAME, i + 2);
		CALL(TVAR_ST, SELF_3, i + 3);
		run_on(i >> 1 & 1);
		nr_wrong += CALL(TVAR_LD, SELF) != i + 1 || CALL(TVAR_LD, SELF_SAME) != i + 2;
		if (i % 3)
			CALL(TVAR_ST, SELF, 0);
		CALL(TVAR_FREE, SELF_3);
	}
	for (i = 0; i < 3000; i++) {
		run_on(i % 5 & 1);
		shim.task = &threads[i];
		nr_wrong += CALL(TVAR_LD, SELF) != (i % 3 ? 0 : i + 1) || CALL(TVAR_LD, SELF_SAME) != i + 2 ||
			    CALL(TVAR_LD, SELF_3);
		CALL(TVAR_ST, SELF, 0);
		CALL(TVAR_ST, SELF_SAME, 0);
	}
	CHECK_EQ(nr_wrong, 0, "3000 threads: all values are right");
	CHECK(nr_elements() <= 2 * DTK_DYN_KEPT, "%u places are kept in the end", nr_elements());
	shim.task = first;
	end();
}

/* What is kept for nothing is no reason for a drop. */
static void kept_when_short(void)
{
	u32 nr = 0;

	begin(8192);
	CALL(TVAR_ST, SELF, 1);
	CALL(TVAR_ST, SELF_2, 1);
	while (!counters(0)->dyn_drops && nr < 1000)
		CALL(AVAR_ST, ARRAY, key_of(++nr), 1, nr);
	CALL(TVAR_ST, SELF, 0);
	CALL(TVAR_ST, SELF_2, 0);
	CALL(AVAR_ST, ARRAY, key_of(nr), 1, nr);
	CALL(AVAR_ST, ARRAY, key_of(nr + 1), 1, nr + 1);
	CHECK_EQ(CALL(AVAR_LD, ARRAY, key_of(nr), 1), nr, "the first place is found");
	CHECK_EQ(CALL(AVAR_LD, ARRAY, key_of(nr + 1), 1), nr + 1, "the second too");
	CHECK_EQ(counters(0)->dyn_drops, 1, "no further drop");
	CALL(TVAR_ST, SELF, 1);
	CHECK_EQ(counters(0)->dyn_drops, 2, "now there is no place");
	CHECK_EQ(CALL(TVAR_LD, SELF), 0, "what was dropped reads as 0");
	end();
}

static void strings_as_keys(void)
{
	begin(1 << 20);
	memset(frame(), 0, 64);
	strscpy((char *)frame(), "key", 4);
	CHECK_EQ(CALL(AVAR_REF, ARRAY_TEXT, addr(frame()), 2, 0), 0, "nothing there, nothing made");
	u64 ref = CALL(AVAR_REF, ARRAY_TEXT, addr(frame()), 2, 1);
	CHECK(ref && dtk_vars_is_storage(&state->vars, ref, 64), "made, and a program may write to it");
	CHECK(!dtk_vars_is_storage(&state->vars, ref - (1 << 30), 8), "not far in front of it");
	memset(frame() + 8, 0xaa, 24);
	CHECK_EQ(CALL(AVAR_REF, ARRAY_TEXT, addr(frame()), 2, 0), ref, "bytes behind the NUL's word do not count");
	frame()[0] = 'K';
	CHECK_EQ(CALL(AVAR_REF, ARRAY_TEXT, addr(frame()), 2, 0), 0, "another string is another element");
	end();
}

static void headers_are_out_of_reach(void)
{
	struct dtk_dynvars *dyn;
	u32 i;

	begin(1 << 20);
	dyn = state->vars.dyn;
	CALL(TVAR_ST, SELF, 1);
	for (i = 0; i < dyn->headers.nr; i++)
		CHECK(!dtk_vars_is_storage(&state->vars, addr(dyn->headers.extent[i].base), 8),
		      "headers of elements are no storage");
	CHECK(!dtk_vars_is_storage(&state->vars, addr(dyn->values.extent[0].base), dyn->values.extent[0].size + 1),
	      "no range that leaves the storage");
	CHECK(!dtk_vars_is_storage(&state->vars, addr(state->vars.ref_base), ~0ull), "no range that wraps around");
	end();
}

static void space(void)
{
	u32 nr = 0, nr_wrong = 0, i;

	begin(65536);
	while (!counters(0)->dyn_drops && nr < 100000) {
		CALL(AVAR_ST, ARRAY, key_of(++nr), 1, nr);
		shim_run_pending();
	}
	CHECK(nr > 300 && nr < 2000, "64 KiB hold %u elements", nr - 1);
	CHECK_EQ(CALL(AVAR_LD, ARRAY, key_of(nr), 1), 0, "a dropped element reads as 0");
	CHECK_EQ(CALL(AVAR_LD, ARRAY, key_of(1), 1), 1, "the others are there");
	CALL(AVAR_ST, ARRAY, key_of(1), 1, 0);
	CALL(AVAR_ST, ARRAY, key_of(nr), 1, nr);
	CHECK_EQ(CALL(AVAR_LD, ARRAY, key_of(nr), 1), nr, "a freed value's place is used at once");
	CALL(AVAR_ST, ARRAY, key_of(2), 1, 0);
	run_on(1);
	CALL(AVAR_ST, ARRAY, key_of(nr + 1), 1, 5);
	CHECK_EQ(CALL(AVAR_LD, ARRAY, key_of(nr + 1), 1), 5, "another CPU finds free places, too");
	CHECK_EQ(counters(0)->dyn_drops + counters(1)->dyn_drops, 1, "and no other drop is counted");
	for (i = 3; i < nr; i++)
		nr_wrong += CALL(AVAR_LD, ARRAY, key_of(i), 1) != i;
	CHECK_EQ(nr_wrong, 0, "all other elements are as they were");
	end();
}

static void growth(void)
{
	u32 i, nr_lost = 0;
	u64 size;

	begin(8 << 20);
	size = state->vars.dyn->size;
	CHECK(size <= 2 * DTK_DYN_FIRSTEXTENT, "begins with %llu bytes", (unsigned long long)size);
	for (i = 1; i <= 40000; i++) {
		CALL(AVAR_ST, ARRAY, key_of(i), 1, i);
		shim_run_pending();
	}
	for (i = 1; i <= 40000; i++)
		nr_lost += CALL(AVAR_LD, ARRAY, key_of(i), 1) != i;
	CHECK_EQ(nr_lost, 0, "40,000 elements, none lost");
	CHECK(state->vars.dyn->size > size && state->vars.dyn->size <= 8 << 20, "it grew to %llu bytes",
	      (unsigned long long)state->vars.dyn->size);
	CHECK_EQ(counters(0)->dyn_drops, 0, "no drops");
	end();
}

static void references_wait(void)
{
	u64 first, second;
	unsigned long syncs;

	begin(1 << 20);
	first = CALL(TVAR_REF, SELF_TEXT, 1);
	strscpy((char *)first, "old", 4);
	CALL(TVAR_FREE, SELF_TEXT);
	CHECK_EQ(CALL(TVAR_REF, SELF_TEXT, 0), 0, "freed: gone");
	CHECK(!strcmp((char *)first, "old"), "who saw it may still look at it");
	second = CALL(TVAR_REF, SELF_TEXT, 1);
	CHECK(second != first, "its place is not used again yet");
	CALL(TVAR_FREE, SELF_TEXT);
	syncs = shim.nr_syncs;
	clean();
	CHECK(shim.nr_syncs > syncs, "the cleaner waits for the CPUs");
	syncs = shim.nr_syncs;
	clean();
	CHECK_EQ(shim.nr_syncs, syncs, "not when there is nothing to clean");
	first = CALL(TVAR_REF, SELF_TEXT, 1);
	CHECK(first && !*(char *)first, "then it is used again, and is empty");
	end();
}

static void dirty_drops(void)
{
	u32 i;

	begin(16384);
	/* Fill, free everything, and ask for more before the cleaner came. */
	for (i = 0; !counters(0)->dyn_drops && i < 1000; i++) {
		memset(frame(), 0, 32);
		*(u32 *)frame() = 0x01010101 + i * 256;
		CALL(AVAR_REF, ARRAY_TEXT, addr(frame()), 2, 1);
	}
	while (i--) {
		*(u32 *)frame() = 0x01010101 + i * 256;
		CALL(AVAR_FREE, ARRAY_TEXT, addr(frame()), 2);
	}
	CHECK_EQ(CALL(AVAR_REF, ARRAY_TEXT, addr(frame()), 2, 1), 0, "no place");
	CHECK_EQ(counters(0)->dyn_dirty_drops, 1, "because it is not cleaned yet");
	clean();
	CHECK(CALL(AVAR_REF, ARRAY_TEXT, addr(frame()), 2, 1), "cleaned: there is a place");
	end();
}

static void failing_allocations(void)
{
	unsigned long n, nr;
	long live;

	shim_reset();
	live = shim.nr_live;
	nr = shim.nr_allocs;
	CHECK(!begin(1 << 20), "storage is made");
	nr = shim.nr_allocs - nr;
	end();
	CHECK_EQ(shim.nr_live, live, "and freed");
	for (n = 1; n <= nr; n++) {
		open_state();
		shim.fail_at = n;
		request.vars = vars;
		request.nr_vars = NR_VARS;
		if (dtk_vars_init(&state->vars, &request))
			CHECK(!state->vars.vars && !state->vars.dyn, "allocation %lu fails: nothing is left", n);
		shim.fail_at = 0;
		dtk_vars_exit(&state->vars);
		close_state();
	}
	CHECK_EQ(shim.nr_live, live, "nothing stays allocated");
}

int main(void)
{
	shim_reset();
	owners();
	values_at_hand();
	kept_when_short();
	strings_as_keys();
	headers_are_out_of_reach();
	space();
	growth();
	references_wait();
	dirty_drops();
	failing_allocations();
	return check_result();
}
