/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Product of two int8 tensors, broadcast: the exact integer product is rescaled and rounded once. y may be a. */
#include "te_kernels.h"
#include "te_broadcast.h"
#include "te_math.h"

void te_mul_i8_ref(const te_binary *s, const int8_t *a, const int8_t *b, int8_t *y, uint8_t *mask)
{
    TE_EACH_PAIR(s, at, i)
    {
        const int32_t product = (a[at.a] - s->a_zero) * (b[at.b] - s->b_zero);
        te_store_i8(&y[i], mask, i, te_scale(product, s->scale) + s->y_zero, s->y_min, s->y_max);
    }
}
