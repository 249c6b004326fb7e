/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The stochastic step of int8 weights, 32 weights of an output channel at a time: each moves to one of the two codes around w + delta, so
 * that it moves by delta on average. Most deltas are far below one code and most weights stay where they are, so one random number for
 * each would be wasted. Where all |delta| of a group are below 2^-k, the bits of k random words, ANDed, say which weights are candidates: a
 * bit stays set with probability 2^-k. A candidate takes a step with probability |delta| * 2^k. Each output channel has a sequence of
 * words, which starts at the random bits of its first weight; a group takes the next TE_GROUP + TE_RAREST of them. */
#ifndef TE_STEP_GROUP_H
#define TE_STEP_GROUP_H

#include "te_math.h"
#include "te_update.h"

enum { TE_GROUP = 32, TE_RAREST = 64 };

/* Where the words of the group begin whose first weight is this one of its channel. */
static inline uint32_t te_group_seed(uint32_t channel, int32_t first)
{
    return channel + (uint32_t)first * ((TE_GROUP + TE_RAREST) / TE_GROUP * 0x9e3779b9u);
}

/* Random word n of a group: 0 .. 31 for its weights, the following ones for candidates. */
static inline uint32_t te_group_word(uint32_t seed, uint32_t n)
{
    return te_mix(seed + n * 0x9e3779b9u);
}

/* The largest k of 0 .. TE_RAREST for which largest < 2^-k; 0 if there is none. */
static inline int32_t te_rarity(float largest)
{
    const int32_t k = 126 - (int32_t)(te_float_bits(largest) >> 23);
    return k < 0 ? 0 : k < TE_RAREST ? k : TE_RAREST;
}

/* The candidates among the weights whose bits are set. */
static inline uint32_t te_candidates(uint32_t seed, int32_t k, uint32_t weights)
{
    for (int32_t j = 0; j < k && weights != 0; j++) {
        weights &= te_group_word(seed, (uint32_t)(TE_GROUP + j));
    }
    return weights;
}

/* The code of a candidate after its step, which saturates at +-127. |delta| <= 2^30, and below 2^-k unless k is 0. */
static inline int8_t te_stepped(int8_t w, float delta, int32_t k, uint32_t bits)
{
    float size = delta < 0.0f ? -delta : delta;
    int32_t steps = 0;
    if (k == 0) {
        steps = (int32_t)size;
        size -= (float)steps;
    }
    steps += bits >> 8 < (uint32_t)(size * te_bits_float((uint32_t)(127 + 24 + k) << 23)) ? 1 : 0;
    if (steps == 0) {
        return w;
    }
    const int32_t v = delta < 0.0f ? w - steps : w + steps;
    return (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v);
}

/* One step of up to TE_GROUP weights, of which the first one is number `first` of its output channel, and the channel's first one number
 * `channel` of its tensor. */
static inline void te_step_group(int8_t *w, int8_t *residual, const float *delta, int32_t count, int32_t rule,
                                 uint32_t key, int32_t channel, int32_t first)
{
    if (rule != TE_RULE_STOCHASTIC || residual != NULL) {
        for (int32_t i = 0; i < count; i++) {
            te_step_i8(&w[i], residual == NULL ? NULL : &residual[i], delta[i], rule, key,
                       (uint32_t)(channel + first + i));
        }
        return;
    }
    float largest = 0.0f;
    for (int32_t i = 0; i < count; i++) {
        const float limited = te_limited_step(delta[i]), size = limited < 0.0f ? -limited : limited;
        largest = size > largest ? size : largest;
    }
    const int32_t k = te_rarity(largest);
    const uint32_t seed = te_group_seed(te_random_at(key, (uint32_t)channel), first);
    const uint32_t candidates = te_candidates(seed, k, 0xffffffffu >> (TE_GROUP - count));
    for (int32_t i = 0; i < count; i++) {
        if ((candidates >> i & 1u) != 0) {
            w[i] = te_stepped(w[i], te_limited_step(delta[i]), k, te_group_word(seed, (uint32_t)i));
        }
    }
}

#endif
