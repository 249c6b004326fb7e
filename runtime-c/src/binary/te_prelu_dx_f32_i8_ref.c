/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a leaky rectifier of codes: dy, below 0 times the real slope. dx may be dy. */
#include "te_kernels.h"
#include "te_broadcast.h"
#include "te_math.h"

void te_prelu_dx_f32_i8_ref(const te_binary *s, const float *dy, const int8_t *x, const int8_t *slope, float *dx)
{
    TE_EACH_PAIR(s, at, i)
    {
        dx[i] = x[at.a] < s->a_zero ? te_limit(dy[i] * ((float)(slope[at.b] - s->b_zero) * s->b_scale)) : dy[i];
    }
}
