/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Maximum of fp32; padding never wins. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_max_pool.h"

void te_max_pool2d_f32_ref_rows(const te_pool2d *s, const te_row_range *r, const float *x, float *y)
{
    te_max_pool2d_rows(s, r, x, y);
}

void te_max_pool2d_f32_ref(const te_pool2d *s, const float *x, float *y)
{
    const te_row_range all = te_pool2d_whole(s);
    te_max_pool2d_f32_ref_rows(s, &all, x, y);
}
