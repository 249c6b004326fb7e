/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A gradient set to zero where the forward result is at an end of its range: bit i of the mask is 0. */
#include "te_dsp_keep_words.h"
#include "te_kernels.h"

void te_apply_mask_f32_dsp(const te_elements *s, const float *dy, const uint8_t *mask, float *dx)
{
    te_dsp_keep_words(dy, mask, dx, s->count / 8);
    for (int32_t i = s->count & ~7; i < s->count; i++) {
        dx[i] = (mask[i >> 3] >> (i & 7) & 1) != 0 ? dy[i] : 0.0f;
    }
}
