/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a max pool of fp32. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_max_pool.h"

void te_max_pool2d_dx_f32_f32_ref_rows(const te_pool2d *s, const te_row_range *r, const float *dy, const float *x,
                                       float *dx)
{
    te_max_pool2d_dx_rows(s, r, dy, x, dx);
}

void te_max_pool2d_dx_f32_f32_ref(const te_pool2d *s, const float *dy, const float *x, float *dx)
{
    const te_row_range all = te_pool2d_dx_whole(s);
    te_max_pool2d_dx_f32_f32_ref_rows(s, &all, dy, x, dx);
}
