/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Transposed convolution: s is the convolution whose adjoint it is, so x has the extents out_* and y has in_*. A sum
 * runs over kernel row, kernel column, channel of x, in this order. All channels have the one scale. */
#ifndef TE_CONV2D_TRANSPOSE_H
#define TE_CONV2D_TRANSPOSE_H

#define TE_LAYER te_conv2d
#include "te_inline_body.h"
#include "te_layer.h"

TE_INLINE_BODY void te_conv2d_transpose_rows(const te_conv2d *s, const te_row_range *r, const te_x *x, const te_w *w,
                                             const te_sum *b, const float *scale, te_x *y, uint8_t *mask)
{
    const int32_t y_per_group = s->in_c / s->groups;
    const int32_t x_per_group = s->out_c / s->groups;
    const int32_t w_step = s->kernel_h * s->kernel_w * y_per_group;
    const int32_t y_row = s->in_w * s->in_c;
    for (int32_t row = r->first; row < r->end; row++) {
        const int32_t n = row / s->in_h;
        const int32_t h = row - n * s->in_h;
        te_x *to = &y[row % r->y_ring * y_row];
        int32_t bit = row * y_row;
        for (int32_t v = 0; v < s->in_w; v++) {
            for (int32_t oc = 0; oc < s->in_c; oc++, bit++) {
                const int32_t first = oc / y_per_group * x_per_group;
                te_sum sum = te_sum_start(b, oc);
                for (int32_t kh = 0; kh < s->kernel_h; kh++) {
                    const int32_t top = h + s->pad_top - kh * s->dilation_h;
                    if (top < 0 || top % s->stride_h != 0 || top / s->stride_h >= s->out_h) {
                        continue;
                    }
                    const int32_t x_at_row = (n * s->out_h + top / s->stride_h) % r->x_ring;
                    for (int32_t kw = 0; kw < s->kernel_w; kw++) {
                        const int32_t left = v + s->pad_left - kw * s->dilation_w;
                        if (left < 0 || left % s->stride_w != 0 || left / s->stride_w >= s->out_w) {
                            continue;
                        }
                        const te_x *x_pixel = &x[(x_at_row * s->out_w + left / s->stride_w) * s->out_c + first];
                        const te_w *w_tap =
                            &w[((first * s->kernel_h + kh) * s->kernel_w + kw) * y_per_group + oc % y_per_group];
                        for (int32_t c = 0; c < x_per_group; c++) {
                            sum += te_product(x_pixel[c], s->x_zero, w_tap[c * w_step]);
                        }
                    }
                }
                te_store_sum(s, sum, b, scale, 0, to++, mask, bit);
            }
        }
    }
}

/* All rows of all images. */
static inline te_row_range te_conv2d_transpose_whole(const te_conv2d *s)
{
    const te_row_range all = {0, s->batch * s->in_h, s->batch * s->out_h, s->batch * s->in_h};
    return all;
}

#endif
