/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The tests of a training step before it changes anything, so that no parameter can leave fp32. The step is a sum of products of a
 * gradient, at most TE_GRADIENT_LIMIT, and a value of the forward pass. Where no element moves a parameter by 2^103 or more, less
 * than half a unit in the last place of the largest fp32 number, no finite parameter becomes infinite. */
#ifndef TE_GUARD_H
#define TE_GUARD_H

#include <stdint.h>

#include "te_math.h"

#define TE_FLOAT_MAX 3.402823466e+38f

/* Larger values of the forward pass are refused at any rate: so the product of two and a gradient is finite. */
#define TE_VALUE_LIMIT 1099511627776.0f /* 2^40 */

/* The largest value of the forward pass that a step at this rate can take: reach / |lr|. 0 where lr is not finite, and where it
 * makes the decay of weights anything but a pull towards 0. */
static inline float te_widest(float lr, float reach, float decay)
{
    const float size = lr < 0.0f ? -lr : lr;
    const float pull = lr * decay;
    if (!(size <= TE_FLOAT_MAX) || !(pull >= 0.0f && pull <= 1.0f)) {
        return 0.0f;
    }
    const float widest = reach / (size > 1e-30f ? size : 1e-30f);
    return widest < TE_VALUE_LIMIT ? widest : TE_VALUE_LIMIT;
}

/* A step tests many values: the loop is there once. */
#ifdef __GNUC__
#define TE_ONCE static __attribute__((noinline, unused))
#else
#define TE_ONCE static inline
#endif

/* 1 where all elements are numbers from -limit to limit. */
TE_ONCE int32_t te_within(const float *x, int32_t count, float limit)
{
    return te_first_beyond(x, count, te_float_bits(limit)) == count;
}

#endif
