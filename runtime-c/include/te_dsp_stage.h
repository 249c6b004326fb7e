/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Windows of four results as pairs of int16, in the order of the packed weights: of every kernel row the codes by fours, for codes of
 * neighbouring columns are neighbours; then, by fours, what is left of every row. Padding is the zero point of x. */
#ifndef TE_DSP_STAGE_H
#define TE_DSP_STAGE_H

#include "te_dsp_widen.h"
#include "te_dsp_widen_rows.h"
#include "te_dsp_windows.h"

/* Where channels are no multiple of four: codes of a kernel row at most, and bytes for copies of four of them and one of padding. */
enum { TE_DSP_EDGE_ROW = 64, TE_DSP_EDGE_ROWS = 5 * TE_DSP_EDGE_ROW };

static inline void te_dsp_windows_layer(te_dsp_windows *d, const te_conv2d *s, const te_dsp_rows *rows, const int8_t *x,
                                        int8_t *pad)
{
    const int32_t run = s->kernel_w * s->in_c;
    d->s = s;
    d->x = x;
    d->rows = rows;
    d->fours = run / 4;
    d->rest = run % 4;
    d->pad = pad;
    if (s->in_c % 4 == 0) {
        const int32_t below = (s->out_h - 1) * s->stride_h - s->pad_top + (s->kernel_h - 1) * s->dilation_h + 1;
        const int32_t right = (s->out_w - 1) * s->stride_w - s->pad_left + s->kernel_w;
        if (s->pad_top > 0 || s->pad_left > 0 || below > s->in_h || right > s->in_w) {
            memset(pad, s->x_zero, (size_t)s->in_c);
        }
    } else {
        memset(pad + 4 * TE_DSP_EDGE_ROW, s->x_zero, TE_DSP_EDGE_ROW);
    }
}

/* Fours of nothing but padding. */
static inline uint32_t *te_dsp_pad_fours(const te_dsp_windows *d, int32_t fours, uint32_t *to)
{
    const uint32_t pair = (uint32_t)(d->s->x_zero & 0xffff) * 0x00010001u;
    for (; fours > 0; fours--, to += 8) {
        to[0] = to[1] = to[2] = to[3] = to[4] = to[5] = to[6] = to[7] = pair;
    }
    return to;
}

/* Kernel row kh, fours first .. end-1, of channels that are a multiple of four: pixel by pixel. */
static inline uint32_t *te_dsp_edge_row(const te_dsp_windows *d, int32_t kh, int32_t first, int32_t end, uint32_t *to)
{
    const te_conv2d *const s = d->s;
    const int32_t fours = s->in_c / 4;
    const int8_t *rows[4];
    int32_t some = 0;
    for (int32_t p = 0; p < 4; p++) {
        rows[p] = te_dsp_window_row(d, p, kh);
        some |= rows[p] != NULL;
    }
    if (some == 0) {
        return te_dsp_pad_fours(d, end - first, to);
    }
    for (int32_t kw = 0, four = 0; kw < s->kernel_w; kw++, four += fours) {
        /* the part of this pixel's fours that lies within first .. end */
        const int32_t begin = four > first ? four : first, behind = four + fours < end ? four + fours : end;
        if (begin < behind) {
            const int8_t *pixels[4];
            for (int32_t p = 0; p < 4; p++) {
                const int32_t inside = (uint32_t)(d->left[p] + kw) < (uint32_t)s->in_w && rows[p] != NULL;
                pixels[p] = inside ? rows[p] + 4 * begin : d->pad;
            }
            to = te_dsp_widen(pixels, to, behind - begin);
        }
    }
    return to;
}

/* Kernel row kh of result p with its padding, where channels are not a multiple of four: the row of x itself, or a copy. */
static const int8_t *te_dsp_padded_row(const te_dsp_windows *d, int32_t p, int32_t kh)
{
    const te_conv2d *const s = d->s;
    const int8_t *const from = te_dsp_window_row(d, p, kh);
    const int32_t left = d->left[p], in_c = s->in_c;
    if (from == NULL) {
        return d->pad + 4 * TE_DSP_EDGE_ROW;
    }
    if (left >= 0 && left + s->kernel_w <= s->in_w) {
        return from;
    }
    int8_t *const row = d->pad + p * TE_DSP_EDGE_ROW;
    const int32_t first = left < 0 ? -left * in_c : 0;
    const int32_t end = (s->in_w - left < s->kernel_w ? s->in_w - left : s->kernel_w) * in_c;
    for (int32_t i = 0; i < s->kernel_w * in_c; i++) {
        row[i] = (int8_t)(i >= first && i < end ? from[i] : s->x_zero);
    }
    return row;
}

/* Fours first .. end-1 of the windows; with rests, all. */
static inline void te_dsp_stage(const te_dsp_windows *d, int32_t first, int32_t end, uint32_t *to)
{
    const te_conv2d *const s = d->s;
    const int32_t fours = d->fours, rest = d->rest, in_c = s->in_c, step = s->stride_w * in_c;
    const int32_t last = (s->kernel_h - 1) * s->dilation_h;
    if (d->plain != 0 && rest == 0 && end - first == s->kernel_h * fours && d->top[0] >= 0
        && d->top[0] + last < s->in_h) {
        const int32_t slot = te_dsp_ring_row(d->rows, d->top[0]);
        if (slot + last < d->rows->ring) {
            (void)te_dsp_widen_rows(d->x + (slot * s->in_w + d->left[0]) * in_c, step, to, fours, s->kernel_h,
                                    s->dilation_h * s->in_w * in_c);
            return;
        }
    }
    int8_t rests[4][16];
    for (int32_t kh = 0; kh < s->kernel_h; kh++) {
        const int32_t begin = first > kh * fours ? first - kh * fours : 0;
        const int32_t behind = end - kh * fours < fours ? end - kh * fours : fours;
        if (begin >= behind && rest == 0) {
            continue;
        }
        const int8_t *const row = d->plain != 0 ? te_dsp_window_row(d, 0, kh) : NULL;
        if (row != NULL && rest == 0) {
            to = te_dsp_widen_rows(row + 4 * begin, step, to, behind - begin, 1, 0);
        } else if (in_c % 4 == 0) {
            to = te_dsp_edge_row(d, kh, begin, behind, to);
        } else {
            const int8_t *from[4];
            for (int32_t p = 0; p < 4; p++) {
                from[p] = row != NULL ? row + p * step : te_dsp_padded_row(d, p, kh);
                for (int32_t i = 0; i < rest; i++) {
                    rests[p][kh * rest + i] = from[p][4 * fours + i];
                }
                from[p] += 4 * begin;
            }
            to = te_dsp_widen(from, to, behind - begin);
        }
    }
    if (rest > 0) {
        (void)te_dsp_widen_rows(rests[0], 16, to, (s->kernel_h * rest + 3) / 4, 1, 0);
    }
}

#endif
