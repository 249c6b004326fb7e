/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Masks of codes. */
#ifndef TE_MVE_MASK_H
#define TE_MVE_MASK_H

#include "te_mve.h"

/* Bits of count codes that are stored, the first with this index, as te_store_i8 makes them. The other bits of their bytes stay. */
void te_mve_mask(const int8_t *y, int32_t count, uint8_t *mask, int32_t index, int32_t y_min, int32_t y_max);

#endif
