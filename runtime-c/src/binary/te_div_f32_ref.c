/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Quotient of two fp32 tensors, broadcast, clamped. y may be a. */
#include "te_kernels.h"
#include "te_broadcast.h"
#include "te_math.h"

void te_div_f32_ref(const te_binary *s, const float *a, const float *b, float *y, uint8_t *mask)
{
    TE_EACH_PAIR(s, at, i)
    {
        te_store_f32(&y[i], mask, i, a[at.a] / b[at.b], s->f_min, s->f_max);
    }
}
