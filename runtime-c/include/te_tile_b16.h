/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Gradients in blocks of int16 whose sums are words. */
#ifndef TE_TILE_B16_H
#define TE_TILE_B16_H

#define TE_BLOCK_BITS 16
#define te_tile_store te_tile_store_b16
#define te_tile_dx_block te_tile_dx_block_b16
#include "te_tile_gradient.h"

#endif
