/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The definition of a block of the gradient of a convolution to its input, for kernels that meet what they are not made for. */
#include "te_dsp_gradient.h"

void te_dsp_dx_block(const te_block_conv2d *s, int32_t ring, const int8_t *dy, const int8_t *w, const int8_t *part,
                     const int16_t *channels, const int16_t *factor, int32_t dx_row, te_span made, int8_t *dx,
                     int32_t *row)
{
    const int32_t n = dx_row / s->in_h;
    te_block_conv2d_dx_block(s, ring, dy, w, part, channels, factor, n, dx_row - n * s->in_h, made, dx, row);
}
