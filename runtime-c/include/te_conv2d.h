/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of any kernel, stride, padding, dilation and group. A sum runs over kernel row, kernel column, input channel, in
 * this order; padding is left out. in_per_group is in_c / groups; a depthwise kernel passes 1, so that the loop over it goes. */
#ifndef TE_CONV2D_H
#define TE_CONV2D_H

#define TE_LAYER te_conv2d
#include "te_inline_body.h"
#include "te_layer.h"
#include "te_window.h"

TE_INLINE_BODY void te_conv2d_forward(const te_conv2d *s, int32_t in_per_group, const te_x *x, const te_w *w,
                                      const te_sum *b, const float *scale, te_x *y, uint8_t *mask)
{
    const int32_t out_per_group = s->out_c / s->groups;
    int32_t out = 0;
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
                for (int32_t oc = 0; oc < s->out_c; oc++, out++) {
                    te_sum sum = te_sum_start(b, oc);
                    for (int32_t kh = rows.first; kh < rows.end; kh++) {
                        /* an index, since a pointer must not step past the end behind the last tap */
                        int32_t x_at =
                            ((n * s->in_h + top + kh * s->dilation_h) * s->in_w + left + columns.first * s->dilation_w)
                                * s->in_c
                            + oc / out_per_group * in_per_group;
                        const te_w *w_tap = &w[((oc * s->kernel_h + kh) * s->kernel_w + columns.first) * in_per_group];
                        for (int32_t kw = columns.first; kw < columns.end; kw++) {
                            for (int32_t c = 0; c < in_per_group; c++) {
                                sum += te_product(x[x_at + c], s->x_zero, *w_tap++);
                            }
                            x_at += s->dilation_w * s->in_c;
                        }
                    }
                    te_store_sum(s, sum, b, scale, oc, y, mask, out);
                }
            }
        }
    }
}

#endif
