/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the weights of a convolution from a gradient in blocks of int16: the gradient of each output channel is summed
 * into a scratch row and consumed at once. step[oc] includes the scale of the gradient. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 16
#include "te_block_conv2d.h"

void te_conv2d_update_b16_i8_ref(const te_block_conv2d_update *s, int8_t *w, const int16_t *dy, const int8_t *x,
                                 const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
                                 const float *step, int64_t *row)
{
    te_block_conv2d_step(s, w, dy, x, lr, random, residual, velocity, step, row);
}
