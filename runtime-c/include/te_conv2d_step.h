/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the int8 weights of a convolution: the gradient of each output channel is summed into a scratch row and consumed
 * at once. */
#ifndef TE_CONV2D_STEP_H
#define TE_CONV2D_STEP_H

#include "te_inline_body.h"
#include "te_conv2d_dw.h"
#include "te_step_group.h"

/* A file that sums rows in a way of its own says by which function, and what type the operand then has. */
#ifndef TE_STEP_DW_ROW
#define TE_STEP_DW_ROW te_conv2d_dw_row
typedef te_x te_step_x;
#endif

TE_INLINE_BODY void te_conv2d_step_i8(const te_conv2d_update *s, int8_t *w, const float *dy, const te_step_x *x,
                                      const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
                                      const float *step, float *row)
{
    const int32_t taps = s->kernel_h * s->kernel_w * (s->in_c / s->groups);
    const float rate = *lr * s->rate;
    const float shrink = rate * s->decay;
    const uint32_t key = te_random_key(random, (uint32_t)s->tensor);
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        TE_STEP_DW_ROW(s, dy, x, oc, row);
        for (int32_t first = 0; first < taps; first += TE_GROUP) {
            const int32_t at = oc * taps + first, count = taps - first < TE_GROUP ? taps - first : TE_GROUP;
            float *const delta = &row[first];
            for (int32_t i = 0; i < count; i++) {
                const float gradient = TE_X_CODES ? row[first + i] * s->x_scale : row[first + i];
                const float direction = te_direction(gradient, velocity, at + i, s->momentum);
                delta[i] = te_delta(rate * step[oc], direction, shrink, (float)w[at + i]);
            }
            te_step_group(&w[at], residual == NULL ? NULL : &residual[at], delta, count, s->rule, key, oc * taps,
                          first);
        }
    }
}

#endif
