/* SPDX-License-Identifier: MIT */
/*
 * The whole core in user space, for tests in C++: a consumer from its request to its data. core_bridge.c has the
 * kernel's side, with a BPF runtime that calls back.
 */
#ifndef DT_TEST_CORE_BRIDGE_H
#define DT_TEST_CORE_BRIDGE_H

#include <dtrace/uapi.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Runs a linked program: the immediate of a call is an index for bridge_call(). Set before use. */
typedef uint32_t (*bridge_runtime)(const struct bpf_insn *insns, uint32_t nr, uint64_t context);
extern bridge_runtime bridge_run;
uint64_t bridge_call(int32_t imm, const uint64_t args[5]);

struct bridge_data {
	const uint8_t *data;
	uint64_t size;
};

bool bridge_init(void);
void bridge_exit(void);

/* One consumer; 0 or a negative errno. bad_insn as the ioctl gives it, log NUL-terminated. */
struct dtk_state;
int bridge_enable(const struct dtrace_enable *enable, struct dtk_state **state, uint32_t *bad_insn, char *log,
		  size_t log_size);
/* Fires BEGIN. */
int bridge_go(struct dtk_state *state);
struct bridge_data bridge_records(struct dtk_state *state);
struct bridge_data bridge_aggs(struct dtk_state *state);
void bridge_status(struct dtk_state *state, struct dtrace_status *status);
/* Closes it and lets everything behind run. */
void bridge_close(struct dtk_state *state);

/* The n-th allocation from now on fails. How many there have been. */
void bridge_fail_at(unsigned long n);
unsigned long bridge_nr_allocs(void);
long bridge_nr_live(void);

#ifdef __cplusplus
}
#endif

#endif /* DT_TEST_CORE_BRIDGE_H */
