/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Clamp of codes. y may be x. */
#include "te_kernels.h"
#include "te_math.h"

void te_clamp_i8_ref(const te_clamp *s, const int8_t *x, int8_t *y, uint8_t *mask)
{
    for (int32_t i = 0; i < s->count; i++) {
        te_store_i8(&y[i], mask, i, x[i], s->min, s->max);
    }
}
