/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* GELU: x times the normal distribution function of x. y may be x. */
#include "te_kernels.h"
#include "te_unary.h"

void te_gelu_f32_ref(const te_unary *s, const float *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = x[i];
        y[i] = v * te_normal_cdff(v);
    }
}
