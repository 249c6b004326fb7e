/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The extreme over folded dimensions, and its gradient. The file that includes this says which: TE_LARGEST is 1 for the maximum and
 * 0 for the minimum. Codes compare as reals, so quantization passes through. */
#ifndef TE_REDUCE_EXTREME_H
#define TE_REDUCE_EXTREME_H

#include "te_inline_body.h"
#include "te_operand.h"
#include "te_shapes.h"

static inline int te_is_number(te_x x)
{
#if TE_X_CODES
    (void)x;
    return 1;
#else
    return x == x;
#endif
}

/* The more extreme of the two. NaN is more extreme than every number, so that it is never hidden. */
static inline te_x te_further(te_x extreme, te_x x)
{
#if TE_LARGEST
    return x > extreme || !te_is_number(x) ? x : extreme;
#else
    return x < extreme || !te_is_number(x) ? x : extreme;
#endif
}

TE_INLINE_BODY te_x te_extreme(const te_reduce *s, const te_x *from)
{
    te_x extreme = from[0];
    for (int32_t f0 = 0; f0 < s->fold0; f0++) {
        for (int32_t f1 = 0; f1 < s->fold1; f1++) {
            extreme = te_further(extreme, from[f0 * s->fold0_step + f1 * s->fold1_step]);
        }
    }
    return extreme;
}

TE_INLINE_BODY void te_reduce_extreme(const te_reduce *s, const te_x *x, te_x *y)
{
    for (int32_t k0 = 0, i = 0; k0 < s->keep0; k0++) {
        for (int32_t k1 = 0; k1 < s->keep1; k1++, i++) {
            y[i] = te_extreme(s, &x[k0 * s->keep0_step + k1 * s->keep1_step]);
        }
    }
}

/* Equal extremes share the gradient evenly. */
TE_INLINE_BODY void te_reduce_extreme_dx(const te_reduce *s, const float *dy, const te_x *x, float *dx)
{
    for (int32_t k0 = 0, i = 0; k0 < s->keep0; k0++) {
        for (int32_t k1 = 0; k1 < s->keep1; k1++, i++) {
            const int32_t first = k0 * s->keep0_step + k1 * s->keep1_step;
            const te_x extreme = te_extreme(s, &x[first]);
            int32_t equal = 0;
            for (int32_t f0 = 0; f0 < s->fold0; f0++) {
                for (int32_t f1 = 0; f1 < s->fold1; f1++) {
                    const int32_t at = first + f0 * s->fold0_step + f1 * s->fold1_step;
                    const int is_equal = te_is_number(extreme) ? x[at] == extreme : !te_is_number(x[at]);
                    dx[at] = is_equal ? 1.0f : 0.0f;
                    equal += is_equal;
                }
            }
            const float share = dy[i] / (float)equal;
            for (int32_t f0 = 0; f0 < s->fold0; f0++) {
                for (int32_t f1 = 0; f1 < s->fold1; f1++) {
                    const int32_t at = first + f0 * s->fold0_step + f1 * s->fold1_step;
                    dx[at] = dx[at] > 0.0f ? share : 0.0f;
                }
            }
        }
    }
}

#endif
