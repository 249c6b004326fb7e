/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A stochastic step of the int8 weights of one output channel. */
#include "te_dsp_step_row.h"

#include "te_inline_body.h"

TE_APART void te_step_far(int8_t *w, float delta, uint32_t key, uint32_t at)
{
    te_step_i8(w, NULL, delta, TE_RULE_STOCHASTIC, key, at);
}

void te_dsp_step_row(int8_t *w, const int32_t *sums, int32_t count, float unit, float minus_step, uint32_t key,
                     uint32_t at)
{
    const uint32_t other = key * 0x85ebca6bu + 0xc2b2ae35u;
    for (int32_t i = 0; i < count; i++) {
        if (sums[i] == 0) {
            continue; /* nothing changes, and many sums of masked gradients are zero */
        }
        const float delta = minus_step * ((float)sums[i] * unit);
        if (delta > -64.0f && delta < 64.0f) {
            const int32_t steps = te_dsp_whole_steps(delta, te_mix(te_mix(at + (uint32_t)i + key) ^ other));
            if (steps != 0) {
                const int32_t v = w[i] + steps;
                w[i] = (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v);
            }
        } else {
            te_step_far(&w[i], delta, key, at + (uint32_t)i);
        }
    }
}
