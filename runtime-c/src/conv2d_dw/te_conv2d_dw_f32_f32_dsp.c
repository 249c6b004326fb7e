/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of the weights of a convolution of fp32 as a tensor, for updates that need it whole. */
#include "te_dsp_dw.h"
#include "te_kernels.h"

void te_conv2d_dw_f32_f32_dsp(const te_conv2d_update *s, const float *dy, const float *x, float *dw)
{
    const int32_t taps = s->kernel_h * s->kernel_w * s->in_c;
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        te_dsp_dw_row(s, dy, x, oc, &dw[oc * taps]);
    }
}
