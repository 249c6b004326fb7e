/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of softmax from its result, int8 codes: y * (dy - sum of dy*y). dx may be dy. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_softmax_dx.h"

void te_softmax_dx_f32_i8_ref(const te_softmax *s, const float *dy, const int8_t *y, float *dx)
{
    te_softmax_dx(s, dy, y, dx);
}
