/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a 1x1 convolution to its input from a gradient in blocks of int8. */
#include "te_kernels.h"

#include "te_mve_turned_channels.h"

#include "te_dsp_pointwise_dx.h"

void te_pointwise_dx_b8_i8_mve_rows(const te_block_conv2d *s, const te_row_range *r, const int8_t *dy, const int8_t *w,
                                    const int16_t *factor, int8_t *dx, int32_t *row)
{
    te_dsp_pointwise_dx(s, r, dy, w, NULL, NULL, factor, dx, row);
}

void te_pointwise_dx_b8_i8_mve(const te_block_conv2d *s, const int8_t *dy, const int8_t *w, const int16_t *factor,
                               int8_t *dx, int32_t *row)
{
    const te_row_range all = te_block_conv2d_dx_whole(s);
    te_pointwise_dx_b8_i8_mve_rows(s, &all, dy, w, factor, dx, row);
}
