/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The mask of a result of codes: bit i is 1 unless element i is at an end of the range. */
#include "te_kernels.h"

void te_mask_of_i8_ref(const te_clamp *s, const int8_t *y, uint8_t *mask)
{
    for (int32_t i = 0; i < s->count; i += 8) {
        const int32_t bits = s->count - i < 8 ? s->count - i : 8;
        uint32_t byte = 0;
        for (int32_t bit = 0; bit < bits; bit++) {
            byte |= (y[i + bit] > s->min && y[i + bit] < s->max ? 1u : 0u) << bit;
        }
        mask[i / 8] = (uint8_t)byte;
    }
}
