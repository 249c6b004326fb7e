/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes to codes of another quantization: clamp(round((x - x_zero) * multiplier) + y_zero). y may be x. */
#include "te_kernels.h"
#include "te_math.h"

void te_quantize_i8_i8_ref(const te_rescale *s, const int8_t *x, int8_t *y, uint8_t *mask)
{
    for (int32_t i = 0; i < s->count; i++) {
        te_store_i8(&y[i], mask, i, te_scale(x[i] - s->x_zero, s->multiplier) + s->y_zero, s->y_min, s->y_max);
    }
}
