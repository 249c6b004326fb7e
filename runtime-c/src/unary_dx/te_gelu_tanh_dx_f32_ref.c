/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of gelu tanh, from its operand. dx may be dy. */
#include "te_kernels.h"
#include "te_unary.h"

void te_gelu_tanh_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx)
{
    for (int32_t i = 0; i < s->count; i++) {
        dx[i] = dy[i] * te_d_gelu_tanh(x[i]);
    }
}
