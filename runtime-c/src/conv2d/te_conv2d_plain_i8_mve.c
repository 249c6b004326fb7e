/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of codes whose weights or biases train, or whose results have a mask: a call makes the first sums. */
#include "te_kernels.h"
#include "te_mve_conv2d.h"
#include "te_mve_first_sums.h"

void te_conv2d_plain_i8_mve_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,
                                 const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask, int32_t *scratch)
{
    te_mve_layer l = te_mve_conv2d_layer(s, w, multiplier);
    te_mve_first_sums(&l, s->x_zero, b, scratch);
    l.first = scratch;
    te_mve_conv2d(&l, s, r, x, y, mask, (int8_t *)(scratch + s->out_c));
}

void te_conv2d_plain_i8_mve(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b,
                            const float *multiplier, int8_t *y, uint8_t *mask, int32_t *scratch)
{
    const te_row_range all = te_dsp_whole(s);
    te_conv2d_plain_i8_mve_rows(s, &all, x, w, b, multiplier, y, mask, scratch);
}
