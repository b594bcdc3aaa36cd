// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bucket arithmetic of quantize(), lquantize() and llquantize().
 *
 * Entry points: see quant.h. Pure arithmetic without any kernel call; used in probe context. The consumer draws by
 * the same rules, which dif.h states.
 */
#include "quant.h"

/* Parameters of lquantize and llquantize by name. */
enum { LQ_BASE, LQ_LIMIT, LQ_STEP };
enum { LLQ_FACTOR, LLQ_LOW, LLQ_HIGH, LLQ_STEPS };

static u64 magnitude(s64 value)
{
	return value < 0 ? 0 - (u64)value : (u64)value;
}

u32 dtk_quantize(s64 value)
{
	u32 bits;

	if (!value)
		return DTRACE_QUANTIZE_ZERO;
	bits = 64 - __builtin_clzll(magnitude(value));
	if (value > 0)
		return DTRACE_QUANTIZE_ZERO + bits;
	return bits > DTRACE_QUANTIZE_ZERO ? 0 : DTRACE_QUANTIZE_ZERO - bits;
}
NOKPROBE_SYMBOL(dtk_quantize);

/* Distances are unsigned: limit - base may not fit a signed number. */
static u64 lq_levels(const struct dtrace_agg *agg)
{
	return ((u64)agg->param[LQ_LIMIT] - (u64)agg->param[LQ_BASE]) / (u64)agg->param[LQ_STEP];
}

u32 dtk_lquantize(const struct dtrace_agg *agg, s64 value)
{
	if (value < agg->param[LQ_BASE])
		return 0;
	if (value >= agg->param[LQ_LIMIT])
		return agg->data_size / 8 - 1;
	return 1 + ((u64)value - (u64)agg->param[LQ_BASE]) / (u64)agg->param[LQ_STEP];
}
NOKPROBE_SYMBOL(dtk_lquantize);

/* Buckets for one power of the factor. */
static u64 llq_per_power(const struct dtrace_agg *agg)
{
	u64 steps = agg->param[LLQ_STEPS];

	return steps - steps / (u64)agg->param[LLQ_FACTOR];
}

u32 dtk_llquantize(const struct dtrace_agg *agg, s64 value)
{
	u64 factor = agg->param[LLQ_FACTOR];
	u64 steps = agg->param[LLQ_STEPS];
	s64 low = agg->param[LLQ_LOW];
	s64 high = agg->param[LLQ_HIGH];
	u32 center = (agg->data_size / 8 - 1) / 2;
	u64 per_power = llq_per_power(agg);
	u64 v = magnitude(value);
	u64 from = 1, next, width, i;
	s64 m;

	for (m = 0; m < low; m++)
		from *= factor;
	if (v < from)
		return center;
	next = from * factor;
	while (m <= high && v >= next) {
		from = next;
		m++;
		if (m <= high)
			next = from * factor;
	}
	if (m > high) {
		i = center - 1;
	} else {
		width = next / steps;
		i = (v - from) / (width ? width : 1);
		if (i >= per_power)
			i = per_power - 1;
		i += (u64)(m - low) * per_power;
	}
	return value > 0 ? center + 1 + i : center - 1 - i;
}
NOKPROBE_SYMBOL(dtk_llquantize);

static const char *check_lquantize(const struct dtrace_agg *agg, u64 *nr)
{
	if (agg->param[LQ_STEP] <= 0)
		return "lquantize: step is not positive";
	if (agg->param[LQ_BASE] >= agg->param[LQ_LIMIT])
		return "lquantize: base is not below limit";
	if (lq_levels(agg) > DTK_QUANT_MAXBUCKETS - 2)
		return "lquantize: too many levels";
	*nr = lq_levels(agg) + 2;
	return NULL;
}

static const char *check_llquantize(const struct dtrace_agg *agg, u64 *nr)
{
	s64 factor = agg->param[LLQ_FACTOR];
	s64 low = agg->param[LLQ_LOW];
	s64 high = agg->param[LLQ_HIGH];
	s64 steps = agg->param[LLQ_STEPS];
	u64 power = 1;
	s64 m;

	if (factor < 2 || factor > U32_MAX)
		return "llquantize: factor is out of range";
	if (low < 0 || high < low)
		return "llquantize: powers are out of order";
	if (steps < factor || steps > DTK_QUANT_MAXBUCKETS || steps % factor)
		return "llquantize: steps are no multiple of the factor";
	for (m = 0; m <= high; m++) {
		if (power > U64_MAX / factor)
			return "llquantize: highest power does not fit 64 bits";
		power *= factor;
	}
	*nr = 2 * ((u64)(high - low + 1) * llq_per_power(agg) + 1) + 1;
	if (*nr > DTK_QUANT_MAXBUCKETS)
		return "llquantize: too many buckets";
	return NULL;
}

const char *dtk_quant_check(const struct dtrace_agg *agg)
{
	const char *why = NULL;
	u64 nr = 1;

	switch (agg->func) {
	case DTRACE_AGG_COUNT:
	case DTRACE_AGG_SUM:
	case DTRACE_AGG_MIN:
	case DTRACE_AGG_MAX:
		break;
	case DTRACE_AGG_AVG:
		nr = 2;
		break;
	case DTRACE_AGG_STDDEV:
		nr = 4;
		break;
	case DTRACE_AGG_QUANTIZE:
		nr = DTRACE_QUANTIZE_NBUCKETS;
		break;
	case DTRACE_AGG_LQUANTIZE:
		why = check_lquantize(agg, &nr);
		break;
	case DTRACE_AGG_LLQUANTIZE:
		why = check_llquantize(agg, &nr);
		break;
	default:
		return "unknown aggregating function";
	}
	if (!why && agg->data_size != nr * 8)
		why = "data size does not fit the function";
	return why;
}
