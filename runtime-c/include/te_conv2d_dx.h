/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a convolution to its input: the transposed convolution. An element of dx sums over output row, output column,
 * output channel, in this order. Where w holds codes, scale[oc] makes them real. */
#ifndef TE_CONV2D_DX_H
#define TE_CONV2D_DX_H

#include "te_inline_body.h"
#include "te_math.h"
#include "te_operand.h"
#include "te_shapes.h"
#include "te_window.h"

TE_INLINE_BODY void te_conv2d_dx(const te_conv2d *s, const float *dy, const te_w *w, const float *scale, float *dx)
{
    const int32_t in_per_group = s->in_c / s->groups;
    const int32_t out_per_group = s->out_c / s->groups;
    const int32_t count = s->batch * s->in_h * s->in_w * s->in_c;
    for (int32_t i = 0; i < count; i++) {
        dx[i] = 0.0f;
    }
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++) {
            const te_span rows = te_window(oh * s->stride_h - s->pad_top, s->dilation_h, s->kernel_h, s->in_h);
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const te_span columns = te_window(ow * s->stride_w - s->pad_left, s->dilation_w, s->kernel_w, s->in_w);
                for (int32_t oc = 0; oc < s->out_c; oc++) {
                    const int32_t out = ((n * s->out_h + oh) * s->out_w + ow) * s->out_c + oc;
                    const float g = TE_W_CODES ? dy[out] * scale[oc] : dy[out];
                    if (g == 0.0f) {
                        continue; /* masked elements are common */
                    }
                    for (int32_t kh = rows.first; kh < rows.end; kh++) {
                        for (int32_t kw = columns.first; kw < columns.end; kw++) {
                            const int32_t ih = oh * s->stride_h - s->pad_top + kh * s->dilation_h;
                            const int32_t iw = ow * s->stride_w - s->pad_left + kw * s->dilation_w;
                            float *to =
                                &dx[((n * s->in_h + ih) * s->in_w + iw) * s->in_c + oc / out_per_group * in_per_group];
                            const te_w *from = &w[((oc * s->kernel_h + kh) * s->kernel_w + kw) * in_per_group];
                            for (int32_t c = 0; c < in_per_group; c++) {
                                to[c] += g * (float)from[c];
                            }
                        }
                    }
                }
            }
        }
    }
    te_limit_all(dx, count);
}

#endif
