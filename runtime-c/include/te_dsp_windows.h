/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Where the windows of four results lie in the operand. */
#ifndef TE_DSP_WINDOWS_H
#define TE_DSP_WINDOWS_H

#include "te_dsp.h"
#include "te_dsp_rows.h"

typedef struct te_dsp_windows {
    const te_conv2d *s;
    const int8_t *x;
    const te_dsp_rows *rows;
    int32_t fours, rest; /* of a kernel row */
    int8_t *pad;         /* codes of the zero point, as many as a pixel has or, behind four edge rows, a kernel row */
    int32_t plain;       /* one row of results whose columns lie inside: windows lie step bytes apart */
    int32_t top[4], left[4];
} te_dsp_windows;

/* The next four results, the last one more than once where fewer are left. */
static inline void te_dsp_next_windows(te_dsp_windows *d, int32_t *row, int32_t *column, int32_t left)
{
    const te_conv2d *const s = d->s;
    d->top[0] = *row * s->stride_h - s->pad_top;
    d->left[0] = *column * s->stride_w - s->pad_left;
    d->plain = left >= 4 && *column + 4 <= s->out_w && d->left[0] >= 0
               && d->left[0] + 3 * s->stride_w + s->kernel_w <= s->in_w;
    if (d->plain != 0) {
        for (int32_t p = 1; p < 4; p++) {
            d->top[p] = d->top[0];
            d->left[p] = d->left[0] + p * s->stride_w;
        }
        *column += 4;
        if (*column == s->out_w) {
            *column = 0;
            (*row)++;
        }
        return;
    }
    for (int32_t p = 1; p <= 4; p++) {
        if (p < left || p == 4) {
            (*column)++;
            if (*column == s->out_w) {
                *column = 0;
                (*row)++;
            }
        }
        if (p < 4) {
            d->top[p] = *row * s->stride_h - s->pad_top;
            d->left[p] = *column * s->stride_w - s->pad_left;
        }
    }
}

/* Where kernel row kh of result p begins, NULL in the padding. */
static inline const int8_t *te_dsp_window_row(const te_dsp_windows *d, int32_t p, int32_t kh)
{
    const te_conv2d *const s = d->s;
    const int32_t ih = d->top[p] + kh * s->dilation_h;
    return ih >= 0 && ih < s->in_h ? d->x + (te_dsp_ring_row(d->rows, ih) * s->in_w + d->left[p]) * s->in_c : NULL;
}

#endif
