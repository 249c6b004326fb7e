/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The step of the int8 weights of one output channel of a 1x1 layer from its sums of mantissas. */
#ifndef TE_DSP_BLOCK_STEP_H
#define TE_DSP_BLOCK_STEP_H

#include "te_dsp_gradient.h"
#include "te_dsp_step_row.h"

/* What the steps of a call share. */
typedef struct te_block_step {
    const float *step; /* of a code, for each output channel */
    float unit;        /* of a sum */
    float rate, shrink;
    uint32_t key;
    int32_t is_lean; /* the stochastic rule alone: a sum of 0 leaves the weight as it is */
    int8_t *residual;
    float *velocity;
} te_block_step;

/* top: the exponent to which mantissas are aligned, but for the guard bits. */
static inline te_block_step te_block_step_of(const te_block_conv2d_update *s, int32_t top, const float *lr,
                                             const uint32_t *random, int8_t *residual, float *velocity,
                                             const float *step)
{
    const float rate = *lr * s->rate, shrink = rate * s->decay;
    const te_block_step b = {step,
                             s->x_scale * te_power(top - s->guard),
                             rate,
                             shrink,
                             te_random_key(random, (uint32_t)s->tensor),
                             s->rule == TE_RULE_STOCHASTIC && residual == NULL && velocity == NULL && shrink == 0.0f,
                             residual,
                             velocity};
    return b;
}

/* Any other rule for the weights first .. of an output channel. */
TE_APART void te_block_step_seldom(const te_block_conv2d_update *s, const te_block_step *b, int8_t *w,
                                   const int32_t *sums, int32_t first, float step)
{
    for (int32_t i = 0; i < s->in_c; i++) {
        const int32_t at = first + i;
        const float direction = te_direction((float)sums[i] * b->unit, b->velocity, at, s->momentum);
        const float delta = te_delta(step, direction, b->shrink, (float)w[at]);
        te_step_i8(&w[at], b->residual == NULL ? NULL : &b->residual[at], delta, s->rule, b->key, (uint32_t)at);
    }
}

static inline void te_block_step_row(const te_block_conv2d_update *s, const te_block_step *b, int8_t *w,
                                     const int32_t *sums, int32_t oc)
{
    const int32_t first = oc * s->in_c;
    const float step = b->rate * b->step[oc];
    if (b->is_lean != 0) {
        te_dsp_step_row(&w[first], sums, s->in_c, b->unit, -step, b->key, (uint32_t)first);
    } else {
        te_block_step_seldom(s, b, w, sums, first, step);
    }
}

#endif
