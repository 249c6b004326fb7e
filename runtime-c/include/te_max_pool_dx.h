/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a max pool: the first maximum of a window, in order of row and column, gets it. Codes compare as reals. */
#ifndef TE_MAX_POOL_DX_H
#define TE_MAX_POOL_DX_H

#include "te_operand.h"
#include "te_shapes.h"
#include "te_window.h"

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
                            const int32_t i = ((n * s->in_h + top + kh * s->dilation_h) * s->in_w + left + kw * s->dilation_w) * s->channels + c;
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
