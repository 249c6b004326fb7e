/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Clamp of fp32. y may be x. */
#include "te_kernels.h"
#include "te_math.h"

void te_clamp_f32_ref(const te_clamp *s, const float *x, float *y, uint8_t *mask)
{
    for (int32_t i = 0; i < s->count; i++) {
        te_store_f32(&y[i], mask, i, x[i], s->f_min, s->f_max);
    }
}
