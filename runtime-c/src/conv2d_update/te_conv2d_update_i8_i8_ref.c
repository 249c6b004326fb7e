/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the int8 weights of a convolution of codes: the gradient of each output channel is summed into a scratch row and
 * consumed at once. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_conv2d_step.h"

void te_conv2d_update_i8_i8_ref(const te_conv2d_update *s, int8_t *w, const float *dy, const int8_t *x, const float *lr,
                                const uint32_t *random, int8_t *residual, float *velocity, const float *step,
                                float *row)
{
    te_conv2d_step_i8(s, w, dy, x, lr, random, residual, velocity, step, row);
}
