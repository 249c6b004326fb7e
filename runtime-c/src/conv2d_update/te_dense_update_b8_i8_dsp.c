/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the weights of a dense layer from the gradient of one sample in int8: each sum is one product. Behind a ReLU most gradients
 * and inputs are zero; an output channel whose gradient is has nothing to do, nor has a weight whose input is. */
#include "te_kernels.h"

#include "te_dsp_block_step.h"

/* Inputs that a group of weights reads. */
typedef struct te_inputs {
    uint32_t live; /* bits of those that are not 0 */
    int32_t largest;
} te_inputs;

static te_inputs te_inputs_of(const int32_t *inputs, int32_t count)
{
    te_inputs of = {0, 0};
    for (int32_t i = 0; i < count; i++) {
        const int32_t size = inputs[i] < 0 ? -inputs[i] : inputs[i];
        of.live |= (size != 0 ? 1u : 0u) << i;
        of.largest = size > of.largest ? size : of.largest;
    }
    return of;
}

/* Stochastic steps alone. */
TE_APART void te_dense_lean(const te_block_conv2d_update *s, const te_block_step *b, int8_t *w, const int8_t *dy,
                            const int32_t *inputs, te_inputs *groups)
{
    for (int32_t first = 0; first < s->in_c; first += TE_GROUP) {
        const int32_t rest = s->in_c - first;
        groups[first / TE_GROUP] = te_inputs_of(&inputs[first], rest < TE_GROUP ? rest : TE_GROUP);
    }
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        const int32_t g = dy[oc] * (1 << s->guard), size = g < 0 ? -g : g, at = oc * s->in_c;
        if (size == 0) {
            continue;
        }
        const te_dsp_channel c = {b->unit, -(b->rate * b->step[oc])};
        const uint32_t channel = te_random_at(b->key, (uint32_t)at);
        for (int32_t first = 0; first < s->in_c; first += TE_GROUP) {
            const te_inputs *const group = &groups[first / TE_GROUP];
            const int32_t k = te_dsp_rarity(&c, size * group->largest);
            const uint32_t seed = te_group_seed(channel, first);
            const uint32_t candidates = te_dsp_candidates(seed, k, group->live);
            if (candidates != 0) {
                te_dsp_step_group(&c, &w[at + first], &inputs[first], g, k, candidates, seed);
            }
        }
    }
}

void te_dense_update_b8_i8_dsp(const te_block_conv2d_update *s, int8_t *w, const int8_t *dy, const int8_t *x,
                               const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
                               const float *step, int32_t *row)
{
    const int32_t in_c = s->in_c, top = te_block_dw_top(s, dy);
    const te_block_step b = te_block_step_of(s, top, lr, random, residual, velocity, step);
    int32_t *const inputs = row, *const rest = row + in_c;
    for (int32_t i = 0; i < in_c; i++) {
        inputs[i] = x[i] - s->x_zero;
    }
    if (te_block_step_is_lean(s, &b) != 0) {
        te_dense_lean(s, &b, w, dy + 1, inputs, (te_inputs *)rest);
        return;
    }
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        const int32_t g = dy[1 + oc] * (1 << s->guard);
        for (int32_t i = 0; i < in_c; i++) {
            rest[i] = g * inputs[i];
        }
        te_block_step_seldom(s, &b, w, rest, oc);
    }
}
