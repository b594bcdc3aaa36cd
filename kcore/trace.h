/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading the core's own log; core.h has the events and dtk_trace().
 */
#ifndef _DTK_TRACE_H
#define _DTK_TRACE_H

#include "os.h"

struct dtk_trace_entry {
	u64 number;
	u64 time;
	u64 a;
	u64 b;
	u32 event;
	u32 cpu;
};

/* Numbers of the first and last event that may still be there; oldest > newest = none. Context: any. */
u64 dtk_trace_oldest(void);
u64 dtk_trace_newest(void);
/* Return: false if the event was overwritten or is being written. Context: any. */
bool dtk_trace_read(u64 number, struct dtk_trace_entry *entry);

#endif /* _DTK_TRACE_H */
