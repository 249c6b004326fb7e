/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the weights of a convolution from a gradient in blocks of int8: the gradient of each output channel is summed
 * into a scratch row and consumed at once. step[oc] includes the scale of the gradient. */
#include "te_kernels.h"

#define TE_BLOCK_BITS 8
#include "te_block_conv2d.h"
#include "te_update.h"

void te_conv2d_update_b8_i8_ref(const te_block_conv2d_update *s, int8_t *w, const int8_t *dy, const int8_t *x, const float *lr, const uint32_t *random,
    int8_t *residual, float *velocity, const float *step, int32_t *row)
{
    const int32_t top = te_block_largest(te_exponents(dy, s->batch * s->out_h * s->out_w * s->out_c), s->batch * s->out_h);
    const float unit = s->x_scale * te_power(top - s->guard);
    const int32_t taps = s->kernel_h * s->kernel_w * (s->in_c / s->groups);
    const float rate = *lr * s->rate;
    const float shrink = rate * s->decay;
    const uint32_t key = te_random_key(random, (uint32_t)s->tensor);
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        te_block_conv2d_dw(s, dy, x, oc, top, row);
        for (int32_t i = 0; i < taps; i++) {
            const int32_t at = oc * taps + i;
            const float direction = te_direction((float)row[i] * unit, velocity, at, s->momentum);
            const float delta = te_delta(rate * step[oc], direction, shrink, (float)w[at]);
            te_step_i8(&w[at], residual == NULL ? NULL : &residual[at], delta, s->rule, key, (uint32_t)at);
        }
    }
}
