/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of sqrt, from its result. dx may be dy. */
#include "te_kernels.h"
#include "te_math.h"

void te_sqrt_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx)
{
    for (int32_t i = 0; i < s->count; i++) {
        dx[i] = te_limit(dy[i] * (0.5f / y[i]));
    }
}
