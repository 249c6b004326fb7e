/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of leaky relu, from its operand. dx may be dy. */
#include "te_kernels.h"

void te_leaky_relu_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx)
{
    for (int32_t i = 0; i < s->count; i++) {
        dx[i] = dy[i] * (x[i] < 0.0f ? s->alpha : 1.0f);
    }
}
