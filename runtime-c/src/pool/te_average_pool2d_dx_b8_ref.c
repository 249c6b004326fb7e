/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of an average to its input, in blocks of int8. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_block_rows.h"

void te_average_pool2d_dx_b8_ref_rows(const te_block_pool2d *s, const te_row_range *r, const int8_t *dy,
                                      const int16_t *factor, int8_t *dx, int32_t *row)
{
    te_block_average_pool2d_dx_rows(s, r, dy, factor, dx, row);
}

void te_average_pool2d_dx_b8_ref(const te_block_pool2d *s, const int8_t *dy, const int16_t *factor, int8_t *dx,
                                 int32_t *row)
{
    const te_row_range all = te_block_pool2d_dx_whole(s);
    te_average_pool2d_dx_b8_ref_rows(s, &all, dy, factor, dx, row);
}
