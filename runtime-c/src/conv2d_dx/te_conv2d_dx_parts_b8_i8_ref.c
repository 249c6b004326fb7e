/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a convolution to its input from a gradient in blocks of int8, with weights in two arrays: a convolution of integers. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_block_conv2d.h"

void te_conv2d_dx_parts_b8_i8_ref_rows(const te_block_conv2d *s, const te_row_range *r, const int8_t *dy,
                                       const int8_t *w, const int8_t *part, const int16_t *channels,
                                       const int16_t *factor, int8_t *dx, int32_t *row)
{
    te_block_conv2d_dx_rows(s, r, dy, w, part, channels, factor, dx, row);
}

void te_conv2d_dx_parts_b8_i8_ref(const te_block_conv2d *s, const int8_t *dy, const int8_t *w, const int8_t *part,
                                  const int16_t *channels, const int16_t *factor, int8_t *dx, int32_t *row)
{
    const te_row_range all = te_block_conv2d_dx_whole(s);
    te_conv2d_dx_parts_b8_i8_ref_rows(s, &all, dy, w, part, channels, factor, dx, row);
}
