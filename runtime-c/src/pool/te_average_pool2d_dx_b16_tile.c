/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of an average to its input, in blocks of int16. */
#include "te_kernels.h"

#include "te_tile_b16.h"

#include "te_tile_average.h"

void te_average_pool2d_dx_b16_tile_rows(const te_block_pool2d *s, const te_row_range *r, const int16_t *dy,
                                        const int16_t *factor, int16_t *dx, int64_t *row)
{
    te_tile_average_pool2d_dx_rows(s, r, dy, factor, dx, row);
}

void te_average_pool2d_dx_b16_tile(const te_block_pool2d *s, const int16_t *dy, const int16_t *factor, int16_t *dx,
                                   int64_t *row)
{
    const te_row_range all = te_block_pool2d_dx_whole(s);
    te_average_pool2d_dx_b16_tile_rows(s, &all, dy, factor, dx, row);
}
