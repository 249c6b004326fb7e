/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Stochastic steps of int8 weights from integer sums (te_step_group.h). The largest delta of a group is that of its largest sum, since
 * rounding keeps the order, so only candidates are computed in fp32. */
#ifndef TE_DSP_STEP_ROW_H
#define TE_DSP_STEP_ROW_H

#include "te_step_group.h"

/* The weights of an output channel: the delta of a sum is minus_step * (sum * unit). */
typedef struct te_dsp_channel {
    float unit, minus_step;
} te_dsp_channel;

/* The k of a group with this largest sum, where it is 1 .. TE_RAREST; as far below or above where it is not. */
static inline int32_t te_dsp_rarity(const te_dsp_channel *c, int32_t largest)
{
    return 126 - (int32_t)(te_float_bits(c->minus_step * ((float)largest * c->unit)) >> 23 & 255u);
}

/* The candidates among the weights whose bits are set, for any k of te_dsp_rarity. */
static inline uint32_t te_dsp_candidates(uint32_t seed, int32_t k, uint32_t weights)
{
    return te_candidates(seed, k < TE_RAREST ? k : TE_RAREST, weights);
}

/* Steps of the candidates of a group, whose sums are factor * terms[i]. */
void te_dsp_step_group(const te_dsp_channel *c, int8_t *w, const int32_t *terms, int32_t factor, int32_t k,
                       uint32_t candidates, uint32_t seed);

/* A step of the weights `at` .. of a tensor, which are those of one output channel. */
void te_dsp_step_row(const te_dsp_channel *c, int8_t *w, const int32_t *sums, int32_t count, uint32_t key, uint32_t at);

#endif
