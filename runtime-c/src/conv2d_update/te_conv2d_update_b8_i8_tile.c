/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the weights of a convolution of one group from a gradient in blocks of int8. */
#include "te_kernels.h"

#include "te_tile_update_b8.h"

#include "te_tile_products.h"

void te_conv2d_update_b8_i8_tile(const te_block_conv2d_update *s, int8_t *w, const int8_t *dy, const int8_t *x,
                                 const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
                                 const float *step, int32_t *row)
{
    te_tile_update_channels(s, w, dy, x, lr, random, residual, velocity, step, row, TE_TILE, te_tile_fours);
}
