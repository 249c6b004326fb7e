/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The weight gradient of a convolution from a gradient in blocks of int16, in fp32; scale[oc] is that of the gradient. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 16
#include "te_block_conv2d.h"

void te_conv2d_dw_b16_i8_ref(const te_block_conv2d_update *s, const int16_t *dy, const int8_t *x, const float *scale, float *dw, int64_t *row)
{
    const int32_t top = te_block_largest(te_exponents(dy, s->batch * s->out_h * s->out_w * s->out_c), s->batch * s->out_h);
    const float unit = s->x_scale * te_power(top - s->guard);
    const int32_t taps = s->kernel_h * s->kernel_w * (s->in_c / s->groups);
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        te_block_conv2d_dw(s, dy, x, oc, top, row);
        for (int32_t i = 0; i < taps; i++) {
            dw[oc * taps + i] = (float)row[i] * unit * (scale == NULL ? 1.0f : scale[oc]);
        }
    }
}
