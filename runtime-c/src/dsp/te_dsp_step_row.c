/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A stochastic step of the int8 weights of one output channel. The largest delta of a group is that of its largest sum, since rounding
 * keeps the order, so only candidates are computed in fp32. */
#include "te_dsp_step_row.h"

#include "te_step_group.h"

/* The largest magnitude of up to TE_GROUP sums. */
static int32_t te_largest_sum(const int32_t *sums, int32_t count)
{
    int32_t most = 0, least = 0;
    for (int32_t i = 0; i < count; i++) {
        most = sums[i] > most ? sums[i] : most;
        least = sums[i] < least ? sums[i] : least;
    }
    return most > -least ? most : -least;
}

void te_dsp_step_row(int8_t *w, const int32_t *sums, int32_t count, float unit, float minus_step, uint32_t key,
                     uint32_t at)
{
    for (int32_t first = 0; first < count; first += TE_GROUP) {
        const int32_t some = count - first < TE_GROUP ? count - first : TE_GROUP;
        const int32_t largest = te_largest_sum(&sums[first], some);
        if (largest == 0) {
            continue; /* many sums of masked gradients are zero */
        }
        const float top = te_limited_step(minus_step * ((float)largest * unit));
        const int32_t k = te_rarity(top < 0.0f ? -top : top);
        const uint32_t seed = te_random_at(key, at + (uint32_t)first);
        uint32_t candidates = te_candidates(seed, k, 0xffffffffu >> (TE_GROUP - some));
        for (int32_t i = first; candidates != 0; i++, candidates >>= 1) {
            if ((candidates & 1u) != 0 && sums[i] != 0) {
                const float delta = te_limited_step(minus_step * ((float)sums[i] * unit));
                w[i] = te_stepped(w[i], delta, k, te_group_word(seed, (uint32_t)(i - first)));
            }
        }
    }
}
