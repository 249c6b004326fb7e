/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The weight gradient of a convolution from a gradient in blocks of int16, in fp32; scale[oc] is that of the gradient. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 16
#include "te_block_conv2d.h"

void te_conv2d_dw_b16_i8_ref(const te_block_conv2d_update *s, const int16_t *dy, const int8_t *x, const float *scale,
                             float *dw, int64_t *row)
{
    te_block_conv2d_dw(s, dy, x, scale, dw, row);
}
