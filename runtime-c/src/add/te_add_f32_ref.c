/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sum of two fp32 tensors, clamped. y may be a. */
#include "te_kernels.h"
#include "te_math.h"

void te_add_f32_ref(const te_add *s, const float *a, const float *b, float *y, uint8_t *mask)
{
    for (int32_t i = 0; i < s->count; i++) {
        te_store_f32(y, mask, i, a[i] + b[i], s->f_min, s->f_max);
    }
}
