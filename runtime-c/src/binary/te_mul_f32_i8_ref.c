/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Product of an fp32 tensor and the real values of int8 codes (gradients of a product of codes), broadcast. y may be a. */
#include "te_kernels.h"
#include "te_broadcast.h"
#include "te_math.h"

void te_mul_f32_i8_ref(const te_binary *s, const float *a, const int8_t *b, float *y, uint8_t *mask)
{
    TE_EACH_PAIR(s, at, i)
    {
        te_store_f32(&y[i], mask, i, a[at.a] * ((float)(b[at.b] - s->b_zero) * s->b_scale), s->f_min, s->f_max);
    }
}
