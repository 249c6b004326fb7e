/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Gradients in blocks of int8 for the DSP extension: sums of a block become mantissas. te_block.h is the definition; every value here
 * equals it. */
#ifndef TE_DSP_GRADIENT_H
#define TE_DSP_GRADIENT_H

#define TE_BLOCK_BITS 8
#include "te_block_conv2d.h"
#include "te_dsp_turned.h"

/* The largest magnitude of some terms: v * factor / 2^16 rounded down, or v without factors; of a negative term one less. */
uint32_t te_dsp_largest(const int32_t *v, int32_t count, const int16_t *factor, uint32_t largest);

/* Rounds the same terms half to even, `shift` bits down (1 .. 29), and returns the end. */
int8_t *te_dsp_mantissas(const int32_t *v, int32_t count, const int16_t *factor, int32_t shift, int8_t *to);

/* How far sums over mantissas of this exponent are shifted left, TE_DSP_NOTHING where all their terms round to zero, -1 where some
 * terms are rounded one by one. */
static inline int32_t te_dsp_lift(int32_t exponent, int32_t top, int32_t guard)
{
    const int32_t lift = guard - (top - exponent);
    return lift >= 0 ? lift : lift <= -TE_BLOCK_BITS ? TE_DSP_NOTHING : -1;
}

/* The block of dx with columns `made` of a row by the definition: what happens seldom. */
void te_dsp_dx_block(const te_block_conv2d *s, int32_t ring, const int8_t *dy, const int8_t *w, const int8_t *part,
                     const int16_t *channels, const int16_t *factor, int32_t dx_row, te_span made, int8_t *dx,
                     int32_t *row);

/* te_block_store of sums that stand `lift` bits higher than they are. */
void te_dsp_block_store(int32_t *row, int32_t count, int32_t channels, const int16_t *factor, int32_t lift,
                        int32_t exponent, int8_t *to);

#endif
