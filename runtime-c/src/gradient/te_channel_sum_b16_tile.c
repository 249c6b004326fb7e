/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The sum of a block gradient of int16 over all rows, channel by channel: the gradient of a bias. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 16
#include "te_tile_rows.h"

void te_channel_sum_b16_tile(const te_block_rows *s, const int16_t *x, const float *scale, float *sum)
{
    te_tile_channel_sum(s, x, scale, sum);
}
