/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a max pool of fp32. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_max_pool.h"

void te_max_pool2d_dx_f32_f32_ref(const te_pool2d *s, const float *dy, const float *x, float *dx)
{
    te_max_pool2d_dx(s, dy, x, dx);
}
