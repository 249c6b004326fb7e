/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Inputs of four results side by side. */
#ifndef TE_TILE_STAGE_H
#define TE_TILE_STAGE_H

#include "te_tile.h"

/* Widens count codes, at least one, of four places, less the zero point. */
void te_tile_stage(const int8_t *const *from, int32_t *to, int32_t count, int32_t zero);

#endif
