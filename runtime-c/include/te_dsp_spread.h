/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums over the taps of some pixels of the gradient of a depthwise convolution, four channels at a time. */
#ifndef TE_DSP_SPREAD_H
#define TE_DSP_SPREAD_H

#include "te_dsp.h"

/* The list of a pixel is some runs of taps whose mantissas have one exponent, the largest first. A run is the bytes of its taps, two words
 * a tap (where the pixel of dy lies, the tap in the kernel), and how far the sums so far are shifted left behind it, with marks of the
 * last run of a pixel and of the last pixel. */
#define TE_SPREAD_PIXEL ((int32_t)0x80000000)
#define TE_SPREAD_END 0x40000000

/* Assembly knows the order of the members, that of s0 to s6. */
typedef struct te_dsp_spread {
    const int8_t *w; /* [channels][kernel] */
    int32_t kernel;  /* taps of a channel */
    const int32_t *list;
    int32_t *sums;
    int32_t pixel;             /* bytes from pixel to pixel of the sums */
    const int8_t *dy, *dy_end; /* behind the last channel, a multiple of four */
} te_dsp_spread;

void te_dsp_spread_sums(const te_dsp_spread *t);

#endif
