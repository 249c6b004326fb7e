/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Maximum of int8; quantization passes through, padding never wins. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_max_pool.h"

void te_max_pool2d_i8_ref_rows(const te_pool2d *s, const te_row_range *r, const int8_t *x, int8_t *y)
{
    te_max_pool2d_rows(s, r, x, y);
}

void te_max_pool2d_i8_ref(const te_pool2d *s, const int8_t *x, int8_t *y)
{
    const te_row_range all = te_pool2d_whole(s);
    te_max_pool2d_i8_ref_rows(s, &all, x, y);
}
