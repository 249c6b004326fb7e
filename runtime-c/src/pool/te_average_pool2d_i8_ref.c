/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Average of int8: the mean of the real values, divided by the scale of the result and rounded half to even. */
#include "te_kernels.h"
#include "te_math.h"

#define TE_X_CODES 1
#include "te_pool.h"

void te_average_pool2d_i8_ref(const te_pool2d *s, const int8_t *x, int8_t *y)
{
    for (int32_t n = 0; n < s->batch; n++) {
        for (int32_t oh = 0; oh < s->out_h; oh++) {
            const int32_t top = oh * s->stride_h - s->pad_top;
            const te_span rows = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
            for (int32_t ow = 0; ow < s->out_w; ow++) {
                const int32_t left = ow * s->stride_w - s->pad_left;
                const te_span columns = te_window(left, s->dilation_w, s->kernel_w, s->in_w);
                const int32_t at = ((n * s->in_h + top) * s->in_w + left) * s->channels;
                int8_t *to = &y[((n * s->out_h + oh) * s->out_w + ow) * s->channels];
                for (int32_t c = 0; c < s->channels; c++) {
                    const float mean = te_window_mean(s, x, rows, columns, at + c);
                    te_store_i8(to, NULL, c, te_round_clamped(mean / s->y_scale, -1000.0f, 1000.0f) + s->y_zero,
                                s->y_min, s->y_max);
                }
            }
        }
    }
}
