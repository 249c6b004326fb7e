/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of the weights of a convolution as a tensor, for updates that need it whole. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_conv2d_dw.h"

void te_conv2d_dw_f32_f32_ref(const te_conv2d_update *s, const float *dy, const float *x, float *dw)
{
    const int32_t taps = s->kernel_h * s->kernel_w * (s->in_c / s->groups);
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        te_conv2d_dw_row(s, dy, x, oc, &dw[oc * taps]);
    }
}
