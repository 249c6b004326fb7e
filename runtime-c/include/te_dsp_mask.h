/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Bits of a mask where channels are no multiple of eight, so that pixels share bytes. */
#ifndef TE_DSP_MASK_H
#define TE_DSP_MASK_H

#include "te_shapes.h"

/* Of neighbouring codes, the first with this index. The other bits of their bytes stay. */
static inline void te_dsp_mask_codes(const te_conv2d *s, const int8_t *codes, int32_t count, uint8_t *mask,
                                     int32_t index)
{
    for (int32_t i = 0; i < count; i++, index++) {
        const uint32_t bit = 1u << (index & 7), others = mask[index >> 3] & ~bit;
        mask[index >> 3] = (uint8_t)(codes[i] > s->y_min && codes[i] < s->y_max ? others | bit : others);
    }
}

#endif
