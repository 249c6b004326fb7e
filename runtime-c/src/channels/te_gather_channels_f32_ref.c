/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Chosen indices of one axis, in the order of the table. */
#include "te_kernels.h"

void te_gather_channels_f32_ref(const te_channels *s, const float *x, const int16_t *channels, float *y)
{
    for (int32_t outer = 0; outer < s->outer; outer++) {
        for (int32_t k = 0; k < s->count; k++) {
            const float *from = &x[(outer * s->extent + channels[k]) * s->inner];
            for (int32_t i = 0; i < s->inner; i++) {
                *y++ = from[i];
            }
        }
    }
}
