/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Bits of a mask where channels are no multiple of eight, so that pixels share bytes. */
#ifndef TE_DSP_MASK_H
#define TE_DSP_MASK_H

#include <stddef.h>

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

/* Behind the last row: bits of the last byte that belong to no code are 0. */
static inline void te_dsp_mask_end(const te_conv2d *s, const te_row_range *r, uint8_t *mask)
{
    const int32_t bits = s->batch * s->out_h * s->out_w * s->out_c;
    if (mask != NULL && r->end == s->batch * s->out_h && bits % 8 != 0) {
        mask[bits / 8] &= (uint8_t)((1 << bits % 8) - 1);
    }
}

#endif
