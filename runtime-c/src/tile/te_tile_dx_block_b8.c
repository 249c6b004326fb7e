/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The definition of a block of the gradient of a convolution to its input, for kernels that meet what they are not made for. */
#include "te_tile_b8.h"

void te_tile_dx_block(const te_block_conv2d *s, const te_row_range *r, const int8_t *dy, const int8_t *w,
                      const int16_t *factor, int32_t block, int8_t *dx, te_wide *row)
{
    const int32_t blocks = s->in_w / s->in_pixels, dx_row = block / blocks, n = dx_row / s->in_h;
    const int32_t first = (block - dx_row * blocks) * s->in_pixels;
    const te_span made = {first, first + s->in_pixels};
    te_block_conv2d_dx_block(s, r->x_ring, dy, w, NULL, NULL, factor, n, dx_row - n * s->in_h, made, dx, row);
}
