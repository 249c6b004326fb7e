/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* CELU: x, below 0 alpha*(exp(x/alpha) - 1). y may be x. */
#include "te_kernels.h"
#include "te_unary.h"

void te_celu_f32_ref(const te_unary *s, const float *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = x[i];
        y[i] = v < 0.0f ? s->alpha * te_expm1f(v / s->alpha) : v;
    }
}
