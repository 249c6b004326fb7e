/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a leaky rectifier: dy, below 0 times the slope. dx may be dy. */
#include "te_kernels.h"
#include "te_broadcast.h"
#include "te_math.h"

void te_prelu_dx_f32_ref(const te_binary *s, const float *dy, const float *x, const float *slope, float *dx)
{
    TE_EACH_PAIR(s, at, i)
    {
        dx[i] = x[at.a] < 0.0f ? te_limit(dy[i] * slope[at.b]) : dy[i];
    }
}
