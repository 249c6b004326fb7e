/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of an average pool: every tap of a window inside the input gets its share. */
#include "te_kernels.h"
#include "te_window.h"

void te_average_pool2d_dx_f32_ref(const te_pool2d *s, const float *dy, float *dx)
{
    const int32_t count = s->batch * s->in_h * s->in_w * s->channels;
    for (int32_t i = 0; i < count; i++) {
        dx[i] = 0.0f;
    }
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++) {
            const te_span rows = te_window(oh * s->stride_h - s->pad_top, s->dilation_h, s->kernel_h, s->in_h);
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const te_span columns = te_window(ow * s->stride_w - s->pad_left, s->dilation_w, s->kernel_w, s->in_w);
                const float *from = &dy[((n * s->out_h + oh) * s->out_w + ow) * s->channels];
                const int32_t taps = s->count_include_pad != 0
                                         ? s->kernel_h * s->kernel_w
                                         : (rows.end - rows.first) * (columns.end - columns.first);
                for (int32_t kh = rows.first; kh < rows.end; kh++) {
                    for (int32_t kw = columns.first; kw < columns.end; kw++) {
                        const int32_t ih = oh * s->stride_h - s->pad_top + kh * s->dilation_h;
                        const int32_t iw = ow * s->stride_w - s->pad_left + kw * s->dilation_w;
                        float *to = &dx[((n * s->in_h + ih) * s->in_w + iw) * s->channels];
                        for (int32_t c = 0; c < s->channels; c++) {
                            to[c] += from[c] / (float)taps;
                        }
                    }
                }
            }
        }
    }
}
