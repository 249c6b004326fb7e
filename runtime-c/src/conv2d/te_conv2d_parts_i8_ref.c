/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of codes with weights in two arrays: y = clamp(round(sum * multiplier[oc]) + y_zero), sum = b + sum of (x - x_zero) * w. */
#include "te_kernels.h"

#define TE_X_CODES 1
#define TE_W_CODES 1
#include "te_conv2d.h"

void te_conv2d_parts_i8_ref_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,
                                 const int32_t *b, const int8_t *part, const float *multiplier, const int16_t *channels,
                                 int8_t *y, uint8_t *mask)
{
    te_conv2d_rows(s, r, s->in_c, x, w, b, part, multiplier, channels, y, mask);
}

void te_conv2d_parts_i8_ref(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b, const int8_t *part,
                            const float *multiplier, const int16_t *channels, int8_t *y, uint8_t *mask)
{
    const te_row_range all = te_conv2d_whole(s);
    te_conv2d_parts_i8_ref_rows(s, &all, x, w, b, part, multiplier, channels, y, mask);
}
