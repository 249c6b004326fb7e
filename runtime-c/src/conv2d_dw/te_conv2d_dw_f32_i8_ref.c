/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of the weights of a convolution of codes as a tensor, for updates that need it whole. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_conv2d_dw.h"

void te_conv2d_dw_f32_i8_ref(const te_conv2d_update *s, const float *dy, const int8_t *x, float *dw)
{
    const int32_t taps = s->kernel_h * s->kernel_w * (s->in_c / s->groups);
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        float *row = &dw[oc * taps];
        te_conv2d_dw_row(s, dy, x, oc, row);
        for (int32_t i = 0; i < taps; i++) {
            row[i] *= s->x_scale;
        }
    }
}
