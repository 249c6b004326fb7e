/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* 1x1 convolution of codes with 5 to 8 channels. */
#include "te_dsp_pointwise.h"

te_dsp_pairs_of te_dsp_pairs_4;

void te_pointwise8_conv2d_i8_dsp_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const uint32_t *w,
                                      int8_t *y, uint32_t *scratch)
{
    te_dsp_pointwise(te_dsp_pairs_4, s, r, x, w, y, scratch);
}

void te_pointwise8_conv2d_i8_dsp(const te_conv2d *s, const int8_t *x, const uint32_t *w, int8_t *y, uint32_t *scratch)
{
    const te_row_range all = te_dsp_whole(s);
    te_pointwise8_conv2d_i8_dsp_rows(s, &all, x, w, y, scratch);
}
