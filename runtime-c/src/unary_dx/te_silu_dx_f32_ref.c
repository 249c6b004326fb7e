/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of SiLU, from its operand. dx may be dy. */
#include "te_kernels.h"
#include "te_unary.h"

void te_silu_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float g = te_sigmoidf(x[i]);
        dx[i] = dy[i] * (g + x[i] * g * (1.0f - g));
    }
}
