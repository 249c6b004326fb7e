/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The mask of a result of fp32: bit i is 1 unless element i is at an end of the range. NaN is at neither end. */
#include "te_kernels.h"

void te_mask_of_f32_ref(const te_clamp *s, const float *y, uint8_t *mask)
{
    for (int32_t i = 0; i < s->count; i += 8) {
        const int32_t bits = s->count - i < 8 ? s->count - i : 8;
        uint32_t byte = 0;
        for (int32_t bit = 0; bit < bits; bit++) {
            byte |= (y[i + bit] <= s->f_min || y[i + bit] >= s->f_max ? 0u : 1u) << bit;
        }
        mask[i / 8] = (uint8_t)byte;
    }
}
