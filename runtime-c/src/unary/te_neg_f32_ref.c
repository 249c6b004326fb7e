/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Negation. y may be x. */
#include "te_kernels.h"

void te_neg_f32_ref(const te_unary *s, const float *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        y[i] = -x[i];
    }
}
