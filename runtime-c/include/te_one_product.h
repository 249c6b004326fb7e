/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The step of a dense layer of fp32 by one sample: the gradient of a weight is one product, and without a velocity nobody else reads it.
 * The rate is multiplied by the gradient of the output, once for all its weights: w -= (rate * dy) * x. Where that factor is 0 and nothing
 * decays, the weights are not touched. */
#ifndef TE_ONE_PRODUCT_H
#define TE_ONE_PRODUCT_H

#include "te_shapes.h"

static inline int32_t te_is_one_product(const te_conv2d_update *s, const float *velocity)
{
    return velocity == NULL && s->groups == 1 && s->pad_top == 0 && s->pad_left == 0
           && s->batch * s->in_h * s->in_w * s->out_h * s->out_w * s->kernel_h * s->kernel_w == 1;
}

static inline void te_step_by_products(const te_conv2d_update *s, float *w, const float *dy, const float *x, float rate,
                                       float shrink)
{
    for (int32_t oc = 0; oc < s->out_c; oc++, w += s->in_c) {
        const float g = rate * dy[oc];
        for (int32_t i = 0; (g != 0.0f || shrink != 0.0f) && i < s->in_c; i++) {
            w[i] -= g * x[i] + shrink * w[i];
        }
    }
}

#endif
