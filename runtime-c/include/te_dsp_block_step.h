/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The step of the int8 weights of one output channel of a 1x1 layer from its sums of mantissas. */
#ifndef TE_DSP_BLOCK_STEP_H
#define TE_DSP_BLOCK_STEP_H

#include "te_dsp_gradient.h"
#include "te_dsp_step_row.h"

/* The stochastic rule alone: a sum of 0 leaves the weight as it is. */
static inline int32_t te_block_step_is_lean(const te_block_conv2d_update *s, const te_block_step *b)
{
    return s->rule == TE_RULE_STOCHASTIC && b->residual == NULL && b->velocity == NULL && b->shrink == 0.0f;
}

TE_APART void te_block_step_seldom(const te_block_conv2d_update *s, const te_block_step *b, int8_t *w,
                                   const int32_t *sums, int32_t oc)
{
    te_block_step_channel(s, b, w, sums, oc);
}

static inline void te_block_step_row(const te_block_conv2d_update *s, const te_block_step *b, int8_t *w,
                                     const int32_t *sums, int32_t oc)
{
    if (te_block_step_is_lean(s, b) != 0) {
        const int32_t first = oc * s->in_c;
        const te_dsp_channel c = {b->unit, -(b->rate * b->step[oc])};
        te_dsp_step_row(&c, &w[first], sums, s->in_c, b->key, (uint32_t)first);
    } else {
        te_block_step_seldom(s, b, w, sums, oc);
    }
}

#endif
