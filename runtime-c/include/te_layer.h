/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The products, sums and results of a layer. The file that includes this says which of its operands hold int8 codes, by
 * TE_X_CODES and TE_W_CODES, and the type of its parameters, TE_LAYER:
 *
 *   x and w real     y = clamp(sum), sum = b + x*w + ...
 *   x and w codes    y = clamp(round(sum * scale[oc]) + y_zero), sum = b + (x - x_zero)*w + ..., exact integers
 *   w alone codes    y = clamp(b + sum * scale[oc]), sum = x*w + ... */
#ifndef TE_LAYER_H
#define TE_LAYER_H

#include "te_inline_body.h"
#include "te_math.h"
#include "te_operand.h"
#include "te_shapes.h"

#if TE_X_CODES
typedef int32_t te_sum;
#else
typedef float te_sum;
#endif

static inline te_sum te_sum_start(const te_sum *b, int32_t oc)
{
    return TE_X_CODES != TE_W_CODES || b == NULL ? 0 : b[oc];
}

static inline te_sum te_product(te_x x, int32_t x_zero, te_w w)
{
#if TE_X_CODES
    return (x - x_zero) * w;
#else
    (void)x_zero;
    return x * (float)w;
#endif
}

/* Weights may lie in two arrays, so that the input channels that train are in SRAM and the others in flash: `part` holds part_c
 * channels and w the others. Without a table the part has the first channels, and a sum runs in the same order; `channels` lists
 * those of the part, then those of w, and sums must be exact. */

/* The sum and the products with the input channels first .. first + count - 1, in the order of the table if there is one. */
TE_INLINE_BODY te_sum te_sum_channels(te_sum sum, const te_x *x, int32_t x_zero, const te_w *w, int32_t first,
                                      int32_t count, const int16_t *channels)
{
    if (channels == NULL) {
        x += first;
        for (int32_t c = 0; c < count; c++) {
            sum += te_product(x[c], x_zero, w[c]);
        }
    } else {
        channels += first;
        for (int32_t c = 0; c < count; c++) {
            sum += te_product(x[channels[c]], x_zero, w[c]);
        }
    }
    return sum;
}

/* Stores the sum of channel oc as the element at y. */
static inline void te_store_sum(const TE_LAYER *s, te_sum sum, const te_sum *b, const float *scale, int32_t oc, te_x *y,
                                uint8_t *mask, int32_t bit)
{
#if TE_X_CODES
    (void)b;
    te_store_i8(y, mask, bit, te_scale(sum, scale[oc]) + s->y_zero, s->y_min, s->y_max);
#else
    const float value = TE_W_CODES ? (b == NULL ? 0.0f : b[oc]) + sum * scale[oc] : sum;
    te_store_f32(y, mask, bit, value, s->f_min, s->f_max);
#endif
}

#endif
