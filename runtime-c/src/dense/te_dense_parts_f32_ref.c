/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer of fp32 with weights in two arrays: y = clamp(b + sum of x * w). */
#include "te_kernels.h"

#define TE_X_CODES 0
#define TE_W_CODES 0
#include "te_dense.h"

void te_dense_parts_f32_ref(const te_dense *s, const float *x, const float *w, const float *b, const float *part,
                            float *y, uint8_t *mask)
{
    te_dense_forward(s, x, w, b, part, NULL, NULL, y, mask);
}
