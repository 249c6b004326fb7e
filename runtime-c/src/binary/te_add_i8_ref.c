/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sum of two int8 tensors, broadcast: both are brought to the scale of the result and rounded once. y may be a. */
#include "te_kernels.h"
#include "te_broadcast.h"
#include "te_math.h"

void te_add_i8_ref(const te_binary *s, const int8_t *a, const int8_t *b, int8_t *y, uint8_t *mask)
{
#if TE_REQUANTIZE_INTEGER
    /* Both scales over one power of two: the sum is one exact integer. Digits of the smaller scale beyond the 62 that fit
     * are below 2^-37 of a step and are dropped. */
    int32_t a_shift, b_shift;
    int64_t a_factor = te_mantissa(s->a_scale, &a_shift);
    int64_t b_factor = te_mantissa(s->b_scale, &b_shift);
    const int32_t least = a_shift < b_shift ? a_shift : b_shift;
    const int32_t shift =
        (a_shift > b_shift ? a_shift : b_shift) < least + 28 ? (a_shift > b_shift ? a_shift : b_shift) : least + 28;
    a_factor = shift >= a_shift ? a_factor * ((int64_t)1 << (shift - a_shift))
                                : a_factor >> (a_shift - shift > 62 ? 62 : a_shift - shift);
    b_factor = shift >= b_shift ? b_factor * ((int64_t)1 << (shift - b_shift))
                                : b_factor >> (b_shift - shift > 62 ? 62 : b_shift - shift);
#endif
    TE_EACH_PAIR(s, at, i)
    {
        const int32_t p = a[at.a] - s->a_zero;
        const int32_t q = b[at.b] - s->b_zero;
#if TE_REQUANTIZE_INTEGER
        const int64_t rounded = te_shift_round(p * a_factor + q * b_factor, shift > 62 ? 62 : shift);
        const int32_t sum = (int32_t)(rounded > 1000 ? 1000 : rounded < -1000 ? -1000 : rounded);
#else
        const int32_t sum = te_round_clamped((float)p * s->a_scale + (float)q * s->b_scale, -1000.0f, 1000.0f);
#endif
        te_store_i8(&y[i], mask, i, sum + s->y_zero, s->y_min, s->y_max);
    }
}
