/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the weights of a convolution: the gradient of each output channel is summed into a scratch row and consumed at
 * once. */
#include "te_kernels.h"

#define TE_X_CODES 0
#include "te_conv2d_dw.h"
#include "te_one_product.h"
#include "te_update.h"

void te_conv2d_update_f32_f32_ref(const te_conv2d_update *s, float *w, const float *dy, const float *x, const float *lr,
                                  const uint32_t *random, int8_t *residual, float *velocity, float *row)
{
    const int32_t taps = s->kernel_h * s->kernel_w * (s->in_c / s->groups);
    const float rate = *lr * s->rate;
    const float shrink = rate * s->decay;
    (void)random;
    (void)residual;
    if (te_is_one_product(s, velocity)) {
        te_step_by_products(s, w, dy, x, rate, shrink);
        return;
    }
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        te_conv2d_dw_row(s, dy, x, oc, row);
        for (int32_t i = 0; i < taps; i++) {
            const int32_t at = oc * taps + i;
            w[at] -= rate * te_direction(row[i], velocity, at, s->momentum) + shrink * w[at];
        }
    }
}
