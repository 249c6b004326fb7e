/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a convolution of one group to its input from a gradient in blocks of int8. */
#include "te_kernels.h"

#include "te_tile_b8.h"

#include "te_tile_dx.h"

void te_conv2d_dx_b8_i8_tile_rows(const te_block_conv2d *s, const te_row_range *r, const int8_t *dy, const int8_t *w,
                                  const int16_t *factor, int8_t *dx, int32_t *row)
{
    te_tile_dx_rows(s, r, dy, w, factor, dx, row);
}

void te_conv2d_dx_b8_i8_tile(const te_block_conv2d *s, const int8_t *dy, const int8_t *w, const int16_t *factor,
                             int8_t *dx, int32_t *row)
{
    const te_row_range all = te_block_conv2d_dx_whole(s);
    te_conv2d_dx_b8_i8_tile_rows(s, &all, dy, w, factor, dx, row);
}
