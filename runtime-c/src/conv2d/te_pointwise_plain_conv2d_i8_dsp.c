/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* 1x1 convolution of codes, stride 1, whose weights train and so are not packed. */
#include "te_kernels.h"

#include "te_dsp_pointwise_plain.h"

void te_pointwise_plain_conv2d_i8_dsp_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,
                                           const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask,
                                           uint32_t *scratch)
{
    te_plain_rows(s, r, x, w, b, NULL, multiplier, NULL, y, mask, scratch);
}

void te_pointwise_plain_conv2d_i8_dsp(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b,
                                      const float *multiplier, int8_t *y, uint8_t *mask, uint32_t *scratch)
{
    const te_row_range all = te_dsp_whole(s);
    te_pointwise_plain_conv2d_i8_dsp_rows(s, &all, x, w, b, multiplier, y, mask, scratch);
}
