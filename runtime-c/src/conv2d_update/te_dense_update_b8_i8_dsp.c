/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the weights of a dense layer from the gradient of one sample in int8: each sum is one product. Behind a ReLU most gradients
 * are zero, and an output channel whose gradient is has nothing to do. */
#include "te_kernels.h"

#include "te_dsp_block_step.h"

void te_dense_update_b8_i8_dsp(const te_block_conv2d_update *s, int8_t *w, const int8_t *dy, const int8_t *x,
                               const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
                               const float *step, int32_t *row)
{
    const int32_t in_c = s->in_c, top = te_block_dw_top(s, dy);
    const te_block_step rule = te_block_step_of(s, top, lr, random, residual, velocity, step);
    int32_t *const inputs = row + in_c;
    for (int32_t i = 0; i < in_c; i++) {
        inputs[i] = x[i] - s->x_zero;
    }
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        const int32_t g = dy[1 + oc] * (1 << s->guard);
        if (g != 0 || te_block_step_is_lean(s, &rule) == 0) {
            for (int32_t i = 0; i < in_c; i++) {
                row[i] = g * inputs[i];
            }
            te_block_step_row(s, &rule, w, row, oc);
        }
    }
}
