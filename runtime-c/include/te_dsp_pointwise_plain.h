/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* 1x1 convolution of codes, stride 1, with weights as they are, since they train: in one array, or in two where some input channels
 * train. Every channel is computed in fp32 behind its sum: a proof would have to hold for all weights to come. */
#ifndef TE_DSP_POINTWISE_PLAIN_H
#define TE_DSP_POINTWISE_PLAIN_H

#include "te_dsp_block.h"
#include "te_dsp_plain.h"
#include "te_dsp_rows.h"
#include "te_dsp_wide_results.h"
#include "te_dsp_widen.h"

enum { TE_PLAIN_HEADERS = TE_DSP_CHUNK / 2 * TE_DSP_HEADER };

/* Four pixels as pairs, less their zero point; in the order of the table if there is one, by way of `codes`. */
static void te_plain_stage(const te_conv2d *s, const int8_t *x, int32_t pixels, const int16_t *channels, int8_t *codes,
                           uint32_t *to)
{
    const int8_t *at[4];
    for (int32_t p = 0; p < 4; p++) {
        at[p] = p < pixels ? x + p * s->in_c : at[p - 1];
        if (channels != NULL) {
            for (int32_t c = 0; c < s->in_c; c++) {
                codes[p * s->in_c + c] = at[p][channels[c]];
            }
        }
    }
    if (channels != NULL) {
        for (int32_t p = 0; p < 4; p++) {
            at[p] = codes + p * s->in_c;
        }
    }
    (void)te_dsp_widen(at, to, s->in_c / 4);
    const uint32_t zero = (uint32_t)(s->x_zero & 0xffff) * 0x00010001u;
    for (int32_t i = 0; i < 2 * s->in_c; i++) {
#if TE_DSP_CORE
        __asm__("ssub16 %0, %0, %1" : "+r"(to[i]) : "r"(zero));
#else
        to[i] = ((to[i] - zero) & 0xffffu) | ((to[i] & 0xffff0000u) - (zero & 0xffff0000u));
#endif
    }
}

static void te_plain_pixels(const te_conv2d *s, te_dsp_codes *codes, int32_t count, const int8_t *x, const int8_t *w,
                            const int32_t *b, const int8_t *part, const float *multiplier, const int16_t *channels,
                            int8_t *y, uint8_t *mask, int32_t index, uint32_t *scratch)
{
    const int32_t in_c = s->in_c, part_c = part == NULL ? 0 : s->part_c, out_c = s->out_c;
    uint32_t *const headers = scratch + 2 * in_c, *const sums = headers + TE_PLAIN_HEADERS;
    te_dsp_plain t;
    t.x = scratch;
    t.sums = sums;
    codes->sums = sums;
    codes->headers = headers;
    for (; count > 0; count -= 4, x += 4 * in_c, y += 4 * out_c, index += 4 * out_c) {
        const int32_t pixels = count < 4 ? count : 4;
        te_plain_stage(s, x, pixels, channels, (int8_t *)sums, scratch);
        for (int32_t first = 0; first < out_c; first += TE_DSP_CHUNK) {
            const int32_t some = out_c - first < TE_DSP_CHUNK ? out_c - first : TE_DSP_CHUNK, even = some & ~1;
            uint32_t *h = headers;
            for (int32_t oc = first; oc < first + some; oc += 2, h += TE_DSP_HEADER) {
                h[0] = TE_DSP_REAL;
                memcpy(&h[3], &multiplier[oc], sizeof h[3]);
                memcpy(&h[4], &multiplier[oc + 1 < out_c ? oc + 1 : oc], sizeof h[4]);
            }
            t.part[0].w = part == NULL ? w : part + first * part_c;
            t.part[0].step = part_c;
            t.part[0].x_end = scratch + 2 * part_c;
            t.part[1].w = w + first * (in_c - part_c);
            t.part[1].step = in_c - part_c;
            t.part[1].x_end = scratch + 2 * in_c;
            t.sums = sums;
            t.sums_end = sums + 4 * even;
            if (even > 0) {
                te_dsp_plain_sums(&t);
            }
            if (even < some) { /* twice the last channel */
                t.part[0].w += even * part_c;
                t.part[1].w += even * (in_c - part_c);
                t.part[0].step = t.part[1].step = 0;
                t.sums = t.sums_end;
                t.sums_end += 8;
                te_dsp_plain_sums(&t);
            }
            codes->headers_end = h;
            codes->bias = b == NULL ? NULL : b + first;
            te_wide_results(codes, s, pixels, first, some, y, mask, index);
        }
    }
}

static void te_plain_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w, const int32_t *b,
                          const int8_t *part, const float *multiplier, const int16_t *channels, int8_t *y,
                          uint8_t *mask, uint32_t *scratch)
{
    const int32_t row = s->out_w * s->out_c;
    te_dsp_codes codes;
    te_wide_layer(&codes, s);
    te_dsp_rows rows;
    for (int32_t i = r->first; te_dsp_part(s, r, i, &rows) != 0; i += rows.count) {
        const int32_t slot = te_dsp_ring_row(&rows, rows.first);
        rows.count = rows.count < rows.ring - slot ? rows.count : rows.ring - slot;
        te_plain_pixels(s, &codes, rows.count * s->in_w, x + slot * s->in_w * s->in_c, w, b, part, multiplier, channels,
                        y + rows.y_row * row, mask, rows.mask_row * row, scratch);
    }
    te_dsp_mask_end(s, r, mask);
}

#endif
