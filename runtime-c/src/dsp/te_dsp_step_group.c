/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Steps of the candidates of a group of weights. */
#include "te_dsp.h"
#include "te_dsp_step_row.h"
#include "te_inline_body.h"

enum { TE_FAR = -6 }; /* the k of steps of 64 codes and more */

/* |delta| in 2^-24 of a code, rounded down; |delta| < 128. */
static inline uint32_t te_parts(float delta)
{
#if TE_DSP_CORE
    __asm__("vabs.f32 %0, %0\n vcvt.u32.f32 %0, %0, #24" : "+t"(delta));
    return te_float_bits(delta);
#else
    return (uint32_t)((delta < 0.0f ? -delta : delta) * 16777216.0f);
#endif
}

/* Number of zeros below the lowest bit of v, which is not 0. */
static inline int32_t te_lowest_bit(uint32_t v)
{
#if TE_DSP_CORE
    uint32_t n;
    __asm__("rbit %0, %1\n clz %0, %0" : "=r"(n) : "r"(v));
    return (int32_t)n;
#else
    int32_t n = 0;
    for (; (v & 1u) == 0; v >>= 1) {
        n++;
    }
    return n;
#endif
}

TE_APART void te_step_far(const te_dsp_channel *c, int8_t *w, const int32_t *terms, int32_t factor, uint32_t candidates,
                          uint32_t seed)
{
    for (int32_t i = 0; candidates >> i != 0; i++) {
        if ((candidates >> i & 1u) != 0) {
            const float delta = te_limited_step(c->minus_step * ((float)(factor * terms[i]) * c->unit));
            w[i] = te_stepped(w[i], delta, 0, te_group_word(seed, (uint32_t)i));
        }
    }
}

void te_dsp_step_group(const te_dsp_channel *c, int8_t *w, const int32_t *terms, int32_t factor, int32_t k,
                       uint32_t candidates, uint32_t seed)
{
    const float unit = c->unit, minus_step = c->minus_step;
    const int32_t rarity = k < 0 ? 0 : k < TE_RAREST ? k : TE_RAREST;
    const float scale = te_bits_float((uint32_t)(127 + rarity) << 23);
    if (k <= TE_FAR) {
        te_step_far(c, w, terms, factor, candidates, seed);
        return;
    }
    while (candidates != 0) {
        const int32_t i = te_lowest_bit(candidates);
        candidates &= candidates - 1;
        const float delta = minus_step * ((float)(factor * terms[i]) * unit);
        const uint32_t parts = te_parts(delta * scale), bits = te_group_word(seed, (uint32_t)i) >> 8;
        if (parts > bits) {
            /* |delta| less a random number below 1, rounded up */
            const int32_t steps = (int32_t)((parts - bits - 1) >> 24) + 1;
            const int32_t v = delta < 0.0f ? w[i] - steps : w[i] + steps;
            w[i] = (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v);
        }
    }
}
