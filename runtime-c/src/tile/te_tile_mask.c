/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Masks of codes that are stored: by bytes, where neighbouring codes fill some. */
#include "te_tile_mask.h"

void te_tile_mask(const int8_t *codes, int32_t count, int32_t min, int32_t max, uint8_t *mask, int32_t index)
{
    while (count > 0) {
        const int32_t first = index & 7, some = 8 - first < count ? 8 - first : count;
        uint32_t bits = 0, all = 0;
        for (uint32_t bit = 1u << first, end = bit << some; bit != end; bit <<= 1) {
            const int32_t code = *codes++;
            all |= bit;
            bits |= code > min && code < max ? bit : 0u;
        }
        mask[index >> 3] = (uint8_t)(some == 8 ? bits : bits | (mask[index >> 3] & ~all));
        index += some;
        count -= some;
    }
}
