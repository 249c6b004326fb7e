/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sum of two fp32 tensors, broadcast, clamped. y may be a. */
#include "te_kernels.h"
#include "te_broadcast.h"
#include "te_math.h"

void te_add_f32_ref(const te_binary *s, const float *a, const float *b, float *y, uint8_t *mask)
{
    int32_t i = 0;
    for (int32_t row = 0; row < te_pair_rows(s); row++) {
        const te_pair at = te_pair_row(s, row);
        for (int32_t c = 0; c < s->d3; c++, i++) {
            te_store_f32(y, mask, i, a[at.a + c * s->a3] + b[at.b + c * s->b3], s->f_min, s->f_max);
        }
    }
}
