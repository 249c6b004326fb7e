/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Real values to codes: clamp(round(x / scale) + zero), ties to even. NaN becomes the smallest code. */
#include "te_kernels.h"
#include "te_math.h"

void te_quantize_f32_i8_ref(const te_affine *s, const float *x, int8_t *y, uint8_t *mask)
{
    for (int32_t i = 0; i < s->count; i++) {
        te_store_i8(&y[i], mask, i, te_round_clamped(x[i] / s->scale, -1000.0f, 1000.0f) + s->zero, s->min, s->max);
    }
}
