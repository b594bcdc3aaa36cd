/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bucket arithmetic of quantize(), lquantize() and llquantize(), and its parameters' limits. Rules: dif.h.
 */
#ifndef _DTK_QUANT_H
#define _DTK_QUANT_H

#include "os.h"
#include <dtrace/uapi.h>

#define DTK_QUANT_MAXBUCKETS	65536u	/* of one element */

/* Context of all: any. The agg's parameters were accepted by dtk_quant_check(). */
u32 dtk_quantize(s64 value);
u32 dtk_lquantize(const struct dtrace_agg *agg, s64 value);
u32 dtk_llquantize(const struct dtrace_agg *agg, s64 value);

/**
 * dtk_quant_check - are function, parameters and data size of an aggregation sound?
 * Context: any. Return: NULL, or the reason why not.
 */
const char *dtk_quant_check(const struct dtrace_agg *agg);

#endif /* _DTK_QUANT_H */
