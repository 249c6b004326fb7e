/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a max pool of int8. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_max_pool.h"

void te_max_pool2d_dx_f32_i8_ref_rows(const te_pool2d *s, const te_row_range *r, const float *dy, const int8_t *x,
                                      float *dx)
{
    te_max_pool2d_dx_rows(s, r, dy, x, dx);
}

void te_max_pool2d_dx_f32_i8_ref(const te_pool2d *s, const float *dy, const int8_t *x, float *dx)
{
    const te_row_range all = te_pool2d_dx_whole(s);
    te_max_pool2d_dx_f32_i8_ref_rows(s, &all, dy, x, dx);
}
