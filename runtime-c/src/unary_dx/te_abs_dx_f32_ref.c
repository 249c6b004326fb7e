/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of abs, from its operand. dx may be dy. */
#include "te_kernels.h"

void te_abs_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = x[i];
        dx[i] = dy[i] * (v > 0.0f ? 1.0f : v < 0.0f ? -1.0f : 0.0f);
    }
}
