/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of the weights of one output channel of a convolution: a row of [kernel_h][kernel_w][in_c/groups] sums over image,
 * output row and output column, in this order. Padding contributes nothing. The caller makes a tensor or a step of the
 * weights from the row. */
#ifndef TE_CONV2D_DW_H
#define TE_CONV2D_DW_H

#include "te_operand.h"
#include "te_shapes.h"
#include "te_window.h"

/* Where x holds codes, the row still lacks x_scale. */
static inline void te_conv2d_dw_row(const te_conv2d_update *s, const float *dy, const te_x *x, int32_t oc, float *row)
{
    const int32_t in_per_group = s->in_c / s->groups;
    const int32_t out_per_group = s->out_c / s->groups;
    const int32_t taps = s->kernel_h * s->kernel_w * in_per_group;
    for (int32_t i = 0; i < taps; i++) {
        row[i] = 0.0f;
    }
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++) {
            const te_span rows = te_window(oh * s->stride_h - s->pad_top, s->dilation_h, s->kernel_h, s->in_h);
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const te_span columns = te_window(ow * s->stride_w - s->pad_left, s->dilation_w, s->kernel_w, s->in_w);
                const float g = dy[((n * s->out_h + oh) * s->out_w + ow) * s->out_c + oc];
                if (g == 0.0f) {
                    continue; /* masked elements are common */
                }
                for (int32_t kh = rows.first; kh < rows.end; kh++) {
                    for (int32_t kw = columns.first; kw < columns.end; kw++) {
                        const int32_t ih = oh * s->stride_h - s->pad_top + kh * s->dilation_h;
                        const int32_t iw = ow * s->stride_w - s->pad_left + kw * s->dilation_w;
                        const te_x *from =
                            &x[((n * s->in_h + ih) * s->in_w + iw) * s->in_c + oc / out_per_group * in_per_group];
                        float *to = &row[(kh * s->kernel_w + kw) * in_per_group];
                        for (int32_t c = 0; c < in_per_group; c++) {
                            to[c] += g * te_x_steps(from[c], s->x_zero);
                        }
                    }
                }
            }
        }
    }
}

#endif
