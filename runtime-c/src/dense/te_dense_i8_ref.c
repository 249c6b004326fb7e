/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer of codes: y = clamp(round(sum * multiplier[oc]) + y_zero), sum = b + sum of (x - x_zero) * w. */
#include "te_kernels.h"

#define TE_X_CODES 1
#define TE_W_CODES 1
#include "te_dense.h"

void te_dense_i8_ref(const te_dense *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier,
                     int8_t *y, uint8_t *mask)
{
    te_dense_forward(s, x, w, b, NULL, multiplier, NULL, y, mask);
}
