/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Taps of a depthwise channel as pairs of int16. */
#ifndef TE_DSP_TAPS_H
#define TE_DSP_TAPS_H

#include "te_dsp.h"

/* Rows of codes, times 2^scale, as pairs (w0, w1), (w1, w2), .. */
typedef void te_dsp_taps_of(const int8_t *w, int32_t scale, uint32_t *to);

#if !TE_DSP_CORE
static inline void te_dsp_taps(const int8_t *w, int32_t kernel, int32_t scale, uint32_t *to)
{
    for (int32_t kh = 0; kh < kernel; kh++, w += kernel) {
        for (int32_t kw = 0; kw + 1 < kernel; kw++) {
            *to++ = ((uint32_t)w[kw] << scale & 0xffffu) | (uint32_t)w[kw + 1] << scale << 16;
        }
    }
}
#endif

#endif
