/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The functions of te_dsp_depthwise_run.h on cores without the extension: four results of a row, or of a column, at a time. */
#ifndef TE_DSP_DEPTHWISE_VECTOR_H
#define TE_DSP_DEPTHWISE_VECTOR_H

#include "te_inline_body.h"

enum { TE_DW_CODES, TE_DW_WIDE };

/* Pairs of taps of a row: (w0, w1), (w2, w3), .. and (0, last). */
TE_INLINE_BODY void te_dw_taps(const te_dsp_dw_run *run, int32_t kernel, te_four *taps)
{
    const int32_t scale = run->table->scale;
    for (int32_t kh = 0; kh < kernel; kh++) {
        for (int32_t i = 0; i <= kernel / 2; i++) {
            const int32_t at = i < kernel / 2 ? 2 * i : kernel - 2;
            uint32_t pair;
            if (kernel == 3) {
                const int8_t *const w = (const int8_t *)run->taps + 3 * kh + at;
                pair = ((uint32_t)w[0] << scale & 0xffffu) | (uint32_t)w[1] << scale << 16;
            } else {
                pair = ((const uint32_t *)run->taps)[(kernel - 1) * kh + at];
            }
            *taps++ = te_four_all(i < kernel / 2 ? pair : pair & 0xffff0000u);
        }
    }
}

/* Sums of four results of a row, whose first window begins at x. */
TE_INLINE_BODY te_four te_dw_row_sums(const te_dsp_dw_run *run, const te_four *taps, const int16_t *x, int32_t kernel,
                                      int32_t stride, int32_t pitch)
{
    te_four sums = te_four_all((uint32_t)run->table->sum);
    for (int32_t kh = 0; kh < kernel; kh++, x += pitch / 2) {
        for (int32_t i = 0; i <= kernel / 2; i++, taps++) {
            const int16_t *const from = x + (i < kernel / 2 ? 2 * i : kernel - 2);
            const te_four windows = stride == 1 ? te_four_windows(from) : te_four_load(from);
            sums = te_four_add(sums, te_four_products(windows, *taps));
        }
    }
    return sums;
}

/* Sums of four results of a column of kernel 3 at stride 1. */
TE_INLINE_BODY te_four te_dw_column_sums(const te_dsp_dw_run *run, const te_four *taps, const int16_t *x, int32_t pitch)
{
    const int32_t row = pitch / 2;
    te_four sums = te_four_all((uint32_t)run->table->sum);
    for (int32_t kh = 0; kh < 3; kh++, x += row) {
        for (int32_t i = 0; i < 2; i++, taps++) {
            const int16_t *const from = x + i;
            const te_four windows = te_four_of(from, from + row, from + 2 * row, from + 3 * row);
            sums = te_four_add(sums, te_four_products(windows, *taps));
        }
    }
    return sums;
}

/* first: the half of a word where the first tap of a block lies; columns: whether blocks are columns. */
TE_INLINE_BODY void te_dw_blocks(const te_dsp_dw_run *run, int32_t kernel, int32_t stride, int32_t pitch, int32_t first,
                                 int32_t columns, int32_t wide)
{
    te_four taps[7 * 4];
    te_dw_taps(run, kernel, taps);
    const te_dsp_channel_table *const t = run->table;
    const uint32_t *x = run->x;
    int8_t *y = wide ? NULL : run->y;
    do {
        const uint32_t *const end = x + run->x_row / 4;
        do {
            const int16_t *const from = (const int16_t *)(const void *)x + first;
            const te_four sums = columns ? te_dw_column_sums(run, taps, from, pitch)
                                         : te_dw_row_sums(run, taps, from, kernel, stride, pitch);
            const te_four codes = te_four_scaled(sums, (uint32_t)t->constant, (uint32_t)t->multiplier, 9, run->zero);
            const te_four halves = te_four_halves(codes, codes);
            if (wide) { /* over the pairs where the block began: no later block and no later row reads them */
                te_halves_store((void *)(uintptr_t)x, halves);
            } else {
                const uint32_t bytes = (uint32_t)te_halves_bytes(halves);
                for (int32_t i = 0; i < 4; i++, y += run->step) {
                    *y = (int8_t)(bytes >> 8 * i);
                }
            }
            x += columns ? pitch : 2 * stride;
        } while (x != end);
        x += run->x_next / 4;
        y = wide ? NULL : y + run->y_next;
    } while (x != run->x_end);
}

/* Functions for rows and for columns; tail: CODES or WIDE; first: HIGH or LOW, where the first tap lies. */
#define TE_DSP_DW_ROWS(name, kernel, stride, pitch, tail)                                                              \
    static void name(const te_dsp_dw_run *run)                                                                         \
    {                                                                                                                  \
        te_dw_blocks(run, kernel, stride, pitch, kernel != 5, 0, TE_DW_##tail == TE_DW_WIDE);                          \
    }
#define TE_DW_FIRST_HIGH 1
#define TE_DW_FIRST_LOW 0
#define TE_DSP_DW_COLUMN(name, pitch, first)                                                                           \
    static void name(const te_dsp_dw_run *run)                                                                         \
    {                                                                                                                  \
        te_dw_blocks(run, 3, 1, pitch, TE_DW_FIRST_##first, 1, 0);                                                     \
    }

#endif
