/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Maximum of int8; quantization passes through, padding never wins. */
#include "te_kernels.h"
#include "te_window.h"

void te_max_pool2d_i8_ref(const te_pool2d *s, const int8_t *x, int8_t *y)
{
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
                int8_t *to = &y[((n * s->out_h + oh) * s->out_w + ow) * s->channels];
                for (int32_t c = 0; c < s->channels; c++) {
                    int8_t max = (int8_t)s->y_min;
                    for (int32_t kh = rows.first; kh < rows.end; kh++) {
                        for (int32_t kw = columns.first; kw < columns.end; kw++) {
                            const int8_t tap = x[((n * s->in_h + top + kh * s->dilation_h) * s->in_w + left + kw * s->dilation_w) * s->channels + c];
                            max = tap > max ? tap : max;
                        }
                    }
                    to[c] = max;
                }
            }
        }
    }
}
