/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a minimum over some dimensions of codes. */
#include "te_kernels.h"

#define TE_X_CODES 1
#define TE_LARGEST 0
#include "te_reduce_extreme.h"

void te_reduce_min_dx_f32_i8_ref(const te_reduce *s, const float *dy, const int8_t *x, float *dx)
{
    te_reduce_extreme_dx(s, dy, x, dx);
}
