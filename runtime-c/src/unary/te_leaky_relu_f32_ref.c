/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Leaky ReLU: x, below 0 alpha*x. y may be x. */
#include "te_kernels.h"

void te_leaky_relu_f32_ref(const te_unary *s, const float *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = x[i];
        y[i] = v < 0.0f ? s->alpha * v : v;
    }
}
