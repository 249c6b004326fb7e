/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The maximum of a window and its gradient. Codes compare as reals, so quantization passes through. */
#ifndef TE_MAX_POOL_H
#define TE_MAX_POOL_H

#include "te_inline_body.h"
#include "te_operand.h"
#include "te_shapes.h"
#include "te_window.h"

/* The larger of the two. A tap that is not a number is larger than every number, so that a maximum never hides it. */
static inline te_x te_larger(te_x max, te_x tap)
{
#if TE_X_CODES
    return tap > max ? tap : max;
#else
    return tap > max || tap != tap ? tap : max;
#endif
}

/* The start of a maximum: the least value, so padding never wins. */
static inline te_x te_least(const te_pool2d *s)
{
#if TE_X_CODES
    return (te_x)s->y_min;
#else
    (void)s;
    return -3.402823466e+38f;
#endif
}

TE_INLINE_BODY void te_max_pool2d(const te_pool2d *s, const te_x *x, te_x *y)
{
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
                te_x *to = &y[((n * s->out_h + oh) * s->out_w + ow) * s->channels];
                for (int32_t c = 0; c < s->channels; c++) {
                    te_x max = te_least(s);
                    for (int32_t kh = rows.first; kh < rows.end; kh++) {
                        for (int32_t kw = columns.first; kw < columns.end; kw++) {
                            const te_x tap =
                                x[((n * s->in_h + top + kh * s->dilation_h) * s->in_w + left + kw * s->dilation_w)
                                      * s->channels
                                  + c];
                            max = te_larger(max, tap);
                        }
                    }
                    to[c] = max;
                }
            }
        }
    }
}

/* The first maximum of a window, in order of row and column, gets its gradient. */
static inline void te_max_pool2d_dx(const te_pool2d *s, const float *dy, const te_x *x, float *dx)
{
    const int32_t count = s->batch * s->in_h * s->in_w * s->channels;
    for (int32_t i = 0; i < count; i++) {
        dx[i] = 0.0f;
    }
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
                const float *from = &dy[((n * s->out_h + oh) * s->out_w + ow) * s->channels];
                for (int32_t c = 0; c < s->channels; c++) {
                    int32_t first = -1;
                    for (int32_t kh = rows.first; kh < rows.end; kh++) {
                        for (int32_t kw = columns.first; kw < columns.end; kw++) {
                            const int32_t i =
                                ((n * s->in_h + top + kh * s->dilation_h) * s->in_w + left + kw * s->dilation_w)
                                    * s->channels
                                + c;
                            first = first < 0 || x[i] > x[first] ? i : first;
                        }
                    }
                    if (first >= 0) {
                        dx[first] += from[c];
                    }
                }
            }
        }
    }
}

#endif
