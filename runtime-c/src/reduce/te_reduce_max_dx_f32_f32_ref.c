/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a maximum over some dimensions of fp32. */
#include "te_kernels.h"

#define TE_X_CODES 0
#define TE_LARGEST 1
#include "te_reduce_extreme.h"

void te_reduce_max_dx_f32_f32_ref(const te_reduce *s, const float *dy, const float *x, float *dx)
{
    te_reduce_extreme_dx(s, dy, x, dx);
}
