/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Square root. y may be x. */
#include "te_kernels.h"
#include "te_math.h"

void te_sqrt_f32_ref(const te_unary *s, const float *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        y[i] = te_sqrtf(x[i]);
    }
}
