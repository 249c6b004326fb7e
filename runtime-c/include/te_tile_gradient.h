/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Gradients in blocks whose sums are words (te_tile_exponents.h). The file that includes this has said how wide a mantissa is. */
#ifndef TE_TILE_GRADIENT_H
#define TE_TILE_GRADIENT_H

#include "te_block_conv2d.h"
#include "te_tile_exponents.h"
#include "te_tile_scale.h"

/* Stores `pixels` pixels from `first` on as a block (te_block_store); the sums of `by` pixels, 1 or 4, lie side by side, channel by
 * channel. 0 if the definition must decide. The sums are used up. */
int32_t te_tile_store(int32_t *sums, int32_t first, int32_t pixels, int32_t channels, int32_t by, const int16_t *factor,
                      int32_t exponent, te_mantissa_t *to);

/* A block of dx by the definition; block counts through all rows. */
void te_tile_dx_block(const te_block_conv2d *s, const te_row_range *r, const te_mantissa_t *dy, const int8_t *w,
                      const int16_t *factor, int32_t block, te_mantissa_t *dx, te_wide *row);

#endif
