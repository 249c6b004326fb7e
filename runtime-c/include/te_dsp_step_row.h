/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A step of int8 weights of one output channel (te_update.h): whole steps of a random number of 24 bits in integers. */
#ifndef TE_DSP_STEP_ROW_H
#define TE_DSP_STEP_ROW_H

#include "te_dsp.h"
#include "te_math.h"
#include "te_update.h"

/* te_round_stochastic for |delta| < 64: what it compares is delta - floor in fp32, which is exact but for negative deltas above -1/2, where
 * it is a multiple of 2^-24 as the nearest integer below is. */
static inline int32_t te_dsp_whole_steps(float delta, uint32_t bits)
{
#if TE_DSP_CORE
    const float scaled = delta * 16777216.0f;
    int32_t c;
    if (scaled < 0.0f) {
        float nearest;
        __asm__("vcvtr.s32.f32 %0, %1" : "=t"(nearest) : "t"(scaled));
        c = (int32_t)te_float_bits(nearest);
    } else {
        c = (int32_t)scaled;
        c += (float)c < scaled ? 1 : 0;
    }
    return (c + (int32_t)(~bits >> 8)) >> 24;
#else
    return te_round_stochastic(delta, bits);
#endif
}

/* Weights `at` .. of a tensor whose gradients are sums * unit, by the stochastic rule alone. minus_step: -rate * step of the channel. */
void te_dsp_step_row(int8_t *w, const int32_t *sums, int32_t count, float unit, float minus_step, uint32_t key,
                     uint32_t at);

#endif
