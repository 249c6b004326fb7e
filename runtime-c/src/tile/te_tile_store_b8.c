/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Words to a block of int8. */
#include "te_tile_b8.h"
#include "te_tile_store.h"

int32_t te_tile_store(int32_t *sums, int32_t first, int32_t pixels, int32_t channels, int32_t by, const int16_t *factor,
                      int32_t exponent, int8_t *to)
{
    return te_tile_store_block(sums, first, pixels, channels, by, factor, exponent, to);
}
