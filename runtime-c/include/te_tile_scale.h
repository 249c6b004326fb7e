/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums times the factors of their channels. */
#ifndef TE_TILE_SCALE_H
#define TE_TILE_SCALE_H

#include "te_tile.h"

enum { TE_TILE_FACTOR_BITS = 15 };

/* Makes sums, `step` apart, sum * factor / 2^15, rounded down to even, the last bit 1 where there is a rest: so they round as the
 * product does, two bits down and more. Without factors they stay. Returns the largest magnitude of these and another. Magnitudes
 * of sums are below 2^31. */
uint32_t te_tile_scale(int32_t *sums, int32_t step, int32_t count, const int16_t *factor, uint32_t largest);

#endif
