/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the int8 weights of a convolution of codes from a real gradient: the operand as real steps from its zero point waits in
 * scratch, and the gradient of each output channel is summed behind it and consumed at once. */
#include "te_dsp_dw.h"
#include "te_kernels.h"

#define TE_X_CODES 1
#define TE_STEP_DW_ROW te_dsp_dw_row
typedef float te_step_x;
#include "te_conv2d_step.h"

void te_conv2d_update_i8_i8_dsp(const te_conv2d_update *s, int8_t *w, const float *dy, const int8_t *x, const float *lr,
                                const uint32_t *random, int8_t *residual, float *velocity, const float *step,
                                float *scratch)
{
    const int32_t count = s->batch * s->in_h * s->in_w * s->in_c;
    for (int32_t i = 0; i < count; i++) {
        scratch[i] = te_x_steps(x[i], s->x_zero);
    }
    te_conv2d_step_i8(s, w, dy, scratch, lr, random, residual, velocity, step, scratch + count);
}
