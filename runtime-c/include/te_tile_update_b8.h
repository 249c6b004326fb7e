/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Steps from gradients in blocks of int8. */
#ifndef TE_TILE_UPDATE_B8_H
#define TE_TILE_UPDATE_B8_H

#define TE_BLOCK_BITS 8
#define te_tile_update_channels te_tile_update_channels_b8
#include "te_tile_update.h"

#endif
