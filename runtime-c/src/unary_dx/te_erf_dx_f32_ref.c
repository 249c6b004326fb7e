/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of erf, from its operand. dx may be dy. */
#include "te_kernels.h"
#include "te_math.h"

void te_erf_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = x[i];
        dx[i] = dy[i] * (1.12837917f * te_expf(-v * v));
    }
}
