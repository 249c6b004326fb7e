/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A leaky rectifier with slopes as an operand, broadcast. y may be x. */
#include "te_kernels.h"
#include "te_broadcast.h"
#include "te_math.h"

void te_prelu_f32_ref(const te_binary *s, const float *x, const float *slope, float *y, uint8_t *mask)
{
    int32_t i = 0;
    for (int32_t row = 0; row < te_pair_rows(s); row++) {
        const te_pair at = te_pair_row(s, row);
        for (int32_t c = 0; c < s->d3; c++, i++) {
            const float v = x[at.a + c * s->a3];
            te_store_f32(y, mask, i, v < 0.0f ? v * slope[at.b + c * s->b3] : v, s->f_min, s->f_max);
        }
    }
}
