/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Masks of results of fp32 that are stored. */
#ifndef TE_DSP_MASK_STORED_H
#define TE_DSP_MASK_STORED_H

#include "te_math.h"

/* The bits of a mask for elements that are clamped already: one at an end of the range is that end, bit for bit. */
static inline void te_dsp_mask_stored(const float *y, int32_t count, uint8_t *mask, int32_t bit, float min, float max)
{
    const uint32_t least = te_float_bits(min), most = te_float_bits(max);
    for (int32_t i = 0; i < count; i++) {
        const uint32_t bits = te_float_bits(y[i]);
        te_mask_put(mask, bit + i, bits != least && bits != most);
    }
}

#endif
