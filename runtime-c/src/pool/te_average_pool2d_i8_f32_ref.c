/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Average of the real values of int8, not rounded to a code. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_pool.h"

void te_average_pool2d_i8_f32_ref_rows(const te_pool2d *s, const te_row_range *r, const int8_t *x, float *y)
{
    te_average_pool2d_rows(s, r, x, y);
}

void te_average_pool2d_i8_f32_ref(const te_pool2d *s, const int8_t *x, float *y)
{
    const te_row_range all = te_pool2d_whole(s);
    te_average_pool2d_i8_f32_ref_rows(s, &all, x, y);
}
