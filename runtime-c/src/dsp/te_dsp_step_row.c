/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A stochastic step of the int8 weights of one output channel, a group after the other. */
#include "te_dsp_step_row.h"

#include "te_dsp_gradient.h"
#include "te_inline_body.h"

/* The largest magnitude exactly, where te_dsp_largest, which takes -x - 1 for -x, leaves k open. */
TE_APART int32_t te_largest_sum(const int32_t *sums, int32_t count)
{
    int32_t most = 0, least = 0;
    for (int32_t i = 0; i < count; i++) {
        most = sums[i] > most ? sums[i] : most;
        least = sums[i] < least ? sums[i] : least;
    }
    return most > -least ? most : -least;
}

void te_dsp_step_row(const te_dsp_channel *c, int8_t *w, const int32_t *sums, int32_t count, uint32_t key, uint32_t at)
{
    const uint32_t channel = te_random_at(key, at);
    for (int32_t first = 0; first < count; first += TE_GROUP) {
        const int32_t some = count - first < TE_GROUP ? count - first : TE_GROUP;
        const int32_t below = (int32_t)te_dsp_largest(&sums[first], some, NULL, 0);
        int32_t k = te_dsp_rarity(c, below + 1);
        if (k != te_dsp_rarity(c, below)) {
            k = te_dsp_rarity(c, te_largest_sum(&sums[first], some));
        }
        const uint32_t seed = te_group_seed(channel, first);
        const uint32_t candidates = te_dsp_candidates(seed, k, 0xffffffffu >> (TE_GROUP - some));
        if (candidates != 0) {
            te_dsp_step_group(c, &w[first], &sums[first], 1, k, candidates, seed);
        }
    }
}
