/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* SiLU: x/(1 + exp(-x)). y may be x. */
#include "te_kernels.h"
#include "te_unary.h"

void te_silu_f32_ref(const te_unary *s, const float *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = x[i];
        y[i] = v * te_sigmoidf(v);
    }
}
