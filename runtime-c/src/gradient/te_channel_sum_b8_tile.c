/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The sum of a block gradient of int8 over all rows, channel by channel: the gradient of a bias. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_tile_rows.h"

void te_channel_sum_b8_tile(const te_block_rows *s, const int8_t *x, const float *scale, float *sum)
{
    te_tile_channel_sum(s, x, scale, sum);
}
