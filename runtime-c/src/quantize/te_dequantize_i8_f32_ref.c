/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes to real values. */
#include "te_kernels.h"

void te_dequantize_i8_f32_ref(const te_affine *s, const int8_t *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        y[i] = (float)(x[i] - s->zero) * s->scale;
    }
}
