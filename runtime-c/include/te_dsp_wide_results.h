/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums in memory to codes and bits of a mask, also where blocks do not fit. */
#ifndef TE_DSP_WIDE_RESULTS_H
#define TE_DSP_WIDE_RESULTS_H

#include "te_dsp_mask.h"
#include "te_dsp_wide.h"

/* Fills what depends on the layer alone. */
static inline void te_wide_layer(te_dsp_codes *codes, const te_conv2d *s)
{
    codes->zero = s->y_zero;
    codes->rounding = 2 * s->y_zero + 1;
    codes->y_max = (uint32_t)(s->y_max & 0xffff) * 0x00010001u;
    codes->y_min = (uint32_t)(s->y_min & 0xffff) * 0x00010001u;
    codes->mask_first = (uint32_t)((s->y_min + 1) & 0xff) * 0x01010101u;
    codes->mask_codes = (uint32_t)((s->y_max - s->y_min - 1) & 0xff) * 0x01010101u;
}

/* Codes of some pixels, fewer than four or an odd channel by way of a buffer. index: of the first pixel's first channel in the mask. */
static void te_wide_results(te_dsp_codes *codes, const te_conv2d *s, int32_t pixels, int32_t first, int32_t channels,
                            int8_t *y, uint8_t *mask, int32_t index)
{
    const int32_t out_c = s->out_c, whole_bytes = out_c % 8 == 0;
    codes->bits = 0x80;
    if (pixels == 4 && channels % 2 == 0) {
        codes->y = y + first;
        codes->step = out_c;
        codes->mask = mask == NULL || whole_bytes == 0 ? NULL : mask + (index + first) / 8;
        codes->mask_step = out_c / 8;
        te_dsp_wide(codes);
    } else {
        int8_t some[4 * TE_DSP_CHUNK];
        uint8_t bits[4 * TE_DSP_CHUNK / 8];
        int32_t bias[TE_DSP_CHUNK];
        if (codes->bias != NULL) { /* it is read by twos */
            memcpy(bias, codes->bias, (size_t)channels * sizeof bias[0]);
            if (channels % 2 == 1) {
                bias[channels] = 0;
            }
            codes->bias = bias;
        }
        codes->y = some;
        codes->step = TE_DSP_CHUNK;
        codes->mask = mask == NULL || whole_bytes == 0 ? NULL : bits;
        codes->mask_step = TE_DSP_CHUNK / 8;
        te_dsp_wide(codes);
        for (int32_t p = 0; p < pixels; p++) {
            memcpy(&y[p * out_c + first], &some[p * TE_DSP_CHUNK], (size_t)channels);
            if (codes->mask != NULL) {
                memcpy(&mask[(index + p * out_c + first) / 8], &bits[p * TE_DSP_CHUNK / 8], (size_t)(channels / 8));
            }
        }
    }
    for (int32_t p = 0; mask != NULL && whole_bytes == 0 && p < pixels; p++) {
        te_dsp_mask_codes(s, &y[p * out_c + first], channels, mask, index + p * out_c + first);
    }
}

#endif
