/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Masks of codes behind a block. */
#ifndef TE_TILE_MASK_H
#define TE_TILE_MASK_H

#include <stddef.h>
#include <stdint.h>

/* The bits of neighbouring codes, 1 between the ends; the first code has this index. Other bits of their bytes stay. */
void te_tile_mask(const int8_t *codes, int32_t count, int32_t min, int32_t max, uint8_t *mask, int32_t index);

/* Behind the last code of all: bits of the last byte that belong to no code are 0. */
static inline void te_tile_mask_end(uint8_t *mask, int32_t codes)
{
    if (mask != NULL && codes % 8 != 0) {
        mask[codes / 8] &= (uint8_t)((1 << codes % 8) - 1);
    }
}

#endif
