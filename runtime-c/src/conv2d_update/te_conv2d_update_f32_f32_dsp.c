/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the weights of a convolution of fp32: the gradient of each output channel is summed into a scratch row and consumed at once;
 * where there is one pixel and one tap, as in a dense layer, each product is. Weights and inputs are finite, which the tests before an
 * update see to (te_guard.h): so where decay is 0 a gradient of 0 leaves a weight as it is. */
#include "te_dsp_dw.h"
#include "te_dsp_step.h"
#include "te_kernels.h"
#include "te_math.h"
#include "te_one_product.h"
#include "te_update.h"

static void te_update_dense(const te_conv2d_update *s, float *w, const float *dy, const float *x, float rate)
{
    te_dsp_step_run run;
    int32_t count = 0;
    run.x = x;
    run.length = 4 * s->in_c;
    for (int32_t oc = 0; oc < s->out_c; oc++, w += s->in_c) {
        const float g = rate * dy[oc];
        if (g != 0.0f) {
            run.w[count] = w;
            run.g[count] = g;
            count++;
            if (count == TE_DSP_STEP) {
                te_dsp_step(&run, TE_DSP_STEP);
                count = 0;
            }
        }
    }
    for (int32_t i = 0; i < count; i++) {
        run.w[0] = run.w[i];
        run.g[0] = run.g[i];
        te_dsp_step(&run, 1);
    }
}

void te_conv2d_update_f32_f32_dsp(const te_conv2d_update *s, float *w, const float *dy, const float *x, const float *lr,
                                  const uint32_t *random, int8_t *residual, float *velocity, float *row)
{
    const int32_t taps = s->kernel_h * s->kernel_w * s->in_c;
    const float rate = *lr * s->rate;
    const float shrink = rate * s->decay;
    (void)random;
    (void)residual;
    if (te_is_one_product(s, velocity)) {
        if (te_float_bits(shrink) == 0) {
            te_update_dense(s, w, dy, x, rate);
        } else {
            te_step_by_products(s, w, dy, x, rate, shrink);
        }
        return;
    }
    for (int32_t oc = 0; oc < s->out_c; oc++, w += taps) {
        te_dsp_dw_row(s, dy, x, oc, row);
        for (int32_t i = 0; i < taps; i++) {
            w[i] -= rate * te_direction(row[i], velocity, oc * taps + i, s->momentum) + shrink * w[i];
        }
    }
}
