/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of fp32: y = clamp(b + sum of x * w). */
#include "te_kernels.h"

#define TE_X_CODES 0
#define TE_W_CODES 0
#include "te_conv2d.h"

void te_depthwise_conv2d_f32_ref_rows(const te_conv2d *s, const te_row_range *r, const float *x, const float *w,
                                      const float *b, float *y, uint8_t *mask)
{
    te_conv2d_rows(s, r, 1, x, w, b, NULL, NULL, NULL, y, mask);
}

void te_depthwise_conv2d_f32_ref(const te_conv2d *s, const float *x, const float *w, const float *b, float *y,
                                 uint8_t *mask)
{
    const te_row_range all = te_conv2d_whole(s);
    te_depthwise_conv2d_f32_ref_rows(s, &all, x, w, b, y, mask);
}
