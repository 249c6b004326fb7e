/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Gradients in blocks of int8 whose sums are words. */
#ifndef TE_TILE_B8_H
#define TE_TILE_B8_H

#define TE_BLOCK_BITS 8
#define te_tile_store te_tile_store_b8
#define te_tile_dx_block te_tile_dx_block_b8
#include "te_tile_gradient.h"

#endif
