/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Hard swish: x * max(0, min(1, alpha*x + beta)). y may be x. */
#include "te_kernels.h"
#include "te_unary.h"

void te_hard_swish_f32_ref(const te_unary *s, const float *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = x[i];
        y[i] = v * te_hard_sigmoidf(v, s->alpha, s->beta);
    }
}
