/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Products of widened mantissas and the pixels that their windows meet, tap by tap, a row at a time; all rows where windows are
 * pixels. */
#ifndef TE_TILE_PRODUCTS_H
#define TE_TILE_PRODUCTS_H

#include "te_inline_body.h"
#include "te_tile_turned.h"
#include "te_tile_update.h"

/* The row of x that kernel row kh meets in row `row` of dy, of all images; NULL if none. */
static inline const int8_t *te_tile_x_row(const te_tile_update *d, int32_t row, int32_t kh)
{
    const te_block_conv2d_update *const s = d->s;
    const int32_t n = s->batch == 1 ? 0 : row / s->out_h;
    const int32_t ih = (row - n * s->out_h) * s->stride_h - s->pad_top + kh * s->dilation_h;
    return (uint32_t)ih < (uint32_t)s->in_h ? &d->x[(n * s->in_h + ih) * s->in_w * s->in_c] : NULL;
}

static inline int32_t te_tile_is_flat(const te_block_conv2d_update *s)
{
    return s->kernel_h == 1 && s->kernel_w == 1 && s->stride_h == 1 && s->stride_w == 1 && s->pad_top == 0
           && s->pad_left == 0 && s->in_h == s->out_h && s->in_w == s->out_w;
}

/* Takes the zero point of x out of the sums of a tap: zero times the words that were summed. */
TE_APART void te_tile_less(const int32_t *total, int32_t zero, int32_t channels, int32_t *sums)
{
    const int32_t less[TE_TILE] = {zero * total[0], zero * total[1], zero * total[2], zero * total[3]};
    for (; channels > 0; channels--, sums += TE_TILE) {
        sums[0] -= less[0];
        sums[1] -= less[1];
        sums[2] -= less[2];
        sums[3] -= less[3];
    }
}

TE_APART void te_tile_total(const int32_t *words, int32_t count, int32_t *total)
{
    for (; count > 0; count--, words += TE_TILE) {
        total[0] += words[0];
        total[1] += words[1];
        total[2] += words[2];
        total[3] += words[3];
    }
}

/* Four output channels of a layer of one group. */
TE_APART void te_tile_fours(const te_tile_update *d, int32_t *sums)
{
    const te_block_conv2d_update *const s = d->s;
    const int32_t flat = te_tile_is_flat(s), rows = flat != 0 ? 1 : d->rows;
    for (int32_t kw = 0; kw < s->kernel_w; kw++) {
        const te_tile_column column = d->columns[kw];
        const int32_t count = flat != 0 ? d->rows * s->out_w : column.count;
        for (int32_t kh = 0; kh < s->kernel_h && count > 0; kh++) {
            int32_t *const to = sums + (kh * s->kernel_w + kw) * s->in_c * TE_TILE, total[TE_TILE] = {0, 0, 0, 0};
            for (int32_t row = 0; row < rows; row++) {
                const int8_t *const x = te_tile_x_row(d, d->row + row, kh);
                if (x != NULL) {
                    const int32_t *const words = d->words + (row * s->out_w + column.first) * TE_TILE;
                    te_tile_turned_run run = {words,  words + count * TE_TILE, x + column.at, s->stride_w * s->in_c, to,
                                              s->in_c};
                    te_tile_total(words, count, total);
                    te_tile_turned(&run);
                }
            }
            te_tile_less(total, s->x_zero, s->in_c, to);
        }
    }
}

/* Products of some words and codes, `step` apart. */
TE_APART int32_t te_tile_one(const int32_t *g, int32_t count, const int8_t *x, int32_t step, int32_t zero)
{
    int32_t sum = 0, at = 0;
    const int32_t *const end = g + count;
    do {
        sum += *g++ * (x[at] - zero);
        at += step;
    } while (g != end);
    return sum;
}

/* A channel of a depthwise layer. */
TE_APART void te_tile_ones(const te_tile_update *d, int32_t *sums)
{
    const te_block_conv2d_update *const s = d->s;
    const int32_t step = s->stride_w * s->in_c;
    for (int32_t row = 0; row < d->rows; row++) {
        const int32_t *const words = d->words + row * s->out_w;
        for (int32_t kh = 0; kh < s->kernel_h; kh++) {
            const int8_t *const x = te_tile_x_row(d, d->row + row, kh);
            for (int32_t kw = 0; kw < s->kernel_w && x != NULL; kw++) {
                const te_tile_column *const column = &d->columns[kw];
                if (column->count > 0) {
                    sums[kh * s->kernel_w + kw] +=
                        te_tile_one(words + column->first, column->count, x + column->at + d->oc, step, s->x_zero);
                }
            }
        }
    }
}

#endif
