/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A copy of base with part at the chosen indices of one axis. */
#include "te_kernels.h"

void te_overlay_channels_i8_ref(const te_channels *s, const int8_t *base, const int8_t *part, const int16_t *channels, int8_t *y)
{
    const int32_t row = s->extent * s->inner;
    for (int32_t outer = 0; outer < s->outer; outer++, base += row, y += row) {
        for (int32_t i = 0; i < row; i++) {
            y[i] = base[i];
        }
        for (int32_t k = 0; k < s->count; k++) {
            int8_t *to = &y[channels[k] * s->inner];
            for (int32_t i = 0; i < s->inner; i++) {
                to[i] = *part++;
            }
        }
    }
}
