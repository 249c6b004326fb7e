/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the int8 weights of a convolution of fp32: the gradient of each output channel is summed into a scratch row over output
 * row and column, in this order, and consumed at once. Padding contributes nothing. */
#include "te_kernels.h"
#include "te_update.h"
#include "te_window.h"

void te_conv2d_update_i8_f32_ref(const te_conv2d_update *s, int8_t *w, const float *dy, const float *x, const float *lr, const uint32_t *random,
                               int8_t *residual, float *velocity, const float *step, float *row)
{
    const int32_t in_per_group = s->in_c / s->groups;
    const int32_t out_per_group = s->out_c / s->groups;
    const int32_t taps = s->kernel_h * s->kernel_w * in_per_group;
    const float rate = *lr * s->rate;
    const float shrink = rate * s->decay;
    const uint32_t key = te_random_key(random, (uint32_t)s->tensor);
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        const int32_t base = oc * taps;
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
                            const float *from = &x[((n * s->in_h + ih) * s->in_w + iw) * s->in_c + oc / out_per_group * in_per_group];
                            float *to = &row[(kh * s->kernel_w + kw) * in_per_group];
                            for (int32_t c = 0; c < in_per_group; c++) {
                                to[c] += g * from[c];
                            }
                        }
                    }
                }
            }
        }
        for (int32_t i = 0; i < taps; i++) {
            const float direction = te_direction(row[i], velocity, base + i, s->momentum);
            const float delta = te_delta(rate * step[oc], direction, shrink, (float)w[base + i]);
            te_step_i8(&w[base + i], residual == NULL ? NULL : &residual[base + i], delta, s->rule, key, (uint32_t)(base + i));
        }
    }
}
