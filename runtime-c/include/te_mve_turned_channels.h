/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* What te_dsp_pointwise_dx.h needs to make sums by Helium. */
#ifndef TE_MVE_TURNED_CHANNELS_H
#define TE_MVE_TURNED_CHANNELS_H

#include "te_dsp_turned.h"
#include "te_mve_turned.h"
#include "te_shapes.h"

#define TE_TURNED_PLAIN 1

/* Sums of all channels of an array of weights. */
static void te_turned_channels(const te_block_conv2d *s, te_dsp_turned *t, const te_turned_pixels *pixels,
                               const int8_t *w, int32_t channels, int32_t *sums)
{
    te_mve_turned m;
    for (int32_t p = 0; p < 4; p++) {
        m.at[p] = pixels->at[p];
        m.lift[p] = t->lift[p];
    }
    m.w = w;
    m.end = w + channels;
    m.stride = channels;
    m.out_c = s->out_c;
    m.sums = sums;
    m.pixel = t->pixel;
    if (channels > 0) {
        te_mve_turned_sums(&m);
    }
}
#endif
