/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Stochastic steps of a row of weights, a group after the other. A step compares parts, |delta| * 2^(24 + k) rounded down, with a random
 * number. Two products of 15 and 16 bits bound the parts, from below and from above, with all roundings of the definition, which are at
 * most 2^-21 of them; where both give the same step it is that, and only elsewhere, one time in thousands, fp32 decides. */
#include "te_tile_step.h"
#include "te_inline_body.h"
#include "te_step_group.h"

enum { TE_STEP_SUM_BITS = 15, TE_STEP_FACTOR_BITS = 16, TE_STEP_FAR = 6 /* of 64 codes and more */ };

/* How the parts of a group are bounded: sum >> right << left, times factor, >> down. */
typedef struct te_tile_parts {
    uint32_t factor;
    int32_t left, right, down; /* down: -1 where fp32 must decide */
} te_tile_parts;

static inline float te_tile_delta(const te_tile_step *t, int32_t sum)
{
    return te_limited_step(t->minus_step * ((float)sum * t->unit));
}

/* largest: the largest magnitude of a sum in the group, not 0; size: that of its delta. */
static inline te_tile_parts te_tile_parts_of(const te_tile_step *t, uint32_t largest, float size, int32_t k)
{
    const uint32_t product = te_float_bits(t->unit * t->minus_step) & 0x7fffffffu;
    te_tile_parts parts = {((product & 0x7fffffu) | 0x800000u) >> (24 - TE_STEP_FACTOR_BITS), 0, 0, -1};
    while (largest << parts.left >> (TE_STEP_SUM_BITS - 1) == 0) {
        parts.left++;
    }
    while (largest >> parts.right >> TE_STEP_SUM_BITS != 0) {
        parts.right++;
    }
    const int32_t down = 118 - (int32_t)(product >> 23) - k + parts.left - parts.right;
    if (product >= 0x00800000u && product < 0x7f800000u && down >= 0 && down < 24 && size < (float)(1 << TE_STEP_FAR)) {
        parts.down = down;
    }
    return parts;
}

/* The candidates of a group take their steps. */
TE_APART void te_tile_step_candidates(const te_tile_step *t, const te_tile_parts *parts, int32_t first,
                                      uint32_t candidates, int32_t k, uint32_t seed)
{
    const int32_t *sums = t->sums + first * t->apart;
    int8_t *w = t->w + first;
    const uint32_t factor = parts->factor, turned = te_float_bits(t->minus_step) >> 31;
    for (uint32_t i = 0; candidates != 0; i++, candidates >>= 1, w++) {
        const int32_t sum = *sums;
        sums += t->apart;
        if ((candidates & 1u) == 0) {
            continue;
        }
        const uint32_t bits = te_group_word(seed, i), above = ~bits >> 8;
        const uint32_t size = (uint32_t)(sum < 0 ? -sum : sum) >> parts->right << parts->left;
        const uint32_t product = size * factor;
        const uint32_t least = parts->down < 0 ? 0 : product >> parts->down;
        const uint32_t most = parts->down < 0 ? 0 : (product + size + factor + 1) >> parts->down;
        const int32_t steps = (int32_t)(least - (least >> 20) - 4 + above) >> 24;
        if (parts->down < 0 || (int32_t)(most + (most >> 20) + 5 + above) >> 24 != steps) {
            *w = te_stepped(*w, te_tile_delta(t, sum), k, bits);
        } else if (steps != 0) {
            const int32_t v = (sum < 0) != (turned != 0) ? *w - steps : *w + steps;
            *w = (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v);
        }
    }
}

void te_tile_step_row(const te_tile_step *t)
{
    const uint32_t channel = te_random_at(t->key, t->at);
    const int32_t *sums = t->sums;
    for (int32_t first = 0; first < t->count; first += TE_GROUP) {
        const int32_t some = t->count - first < TE_GROUP ? t->count - first : TE_GROUP;
        int32_t most = 0, least = 0;
        for (int32_t i = 0; i < some; i++, sums += t->apart) {
            const int32_t sum = *sums;
            most = sum > most ? sum : most;
            least = sum < least ? sum : least;
        }
        most = most > -least ? most : -least;
        if (most == 0) {
            continue;
        }
        const float delta = te_tile_delta(t, most), size = delta < 0.0f ? -delta : delta;
        const int32_t k = te_rarity(size);
        const uint32_t seed = te_group_seed(channel, first);
        const uint32_t candidates = te_candidates(seed, k, 0xffffffffu >> (TE_GROUP - some));
        if (candidates != 0) {
            const te_tile_parts parts = te_tile_parts_of(t, (uint32_t)most, size, k);
            te_tile_step_candidates(t, &parts, first, candidates, k, seed);
        }
    }
}
