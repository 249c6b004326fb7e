/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes with a kernel of 3, 5 or 7 and a stride of 1 or 2, no dilation; the clamp is that of int8.
 *
 * Four channels at a time the rows of the windows become pairs of int16 along x, in scratch: a plane a channel, padding as the zero point
 * of x. As many result rows as fit share them. Four channels are read before any of their results is written. */
#ifndef TE_DSP_DEPTHWISE_H
#define TE_DSP_DEPTHWISE_H

#include "te_dsp_columns.h"
#include "te_dsp_depthwise_run.h"
#include "te_dsp_rows.h"
#include "te_dsp_taps.h"
#include "te_kernels.h"

/* Functions of a kernel; column: of even and odd columns, or NULL; taps: of kernels 5 and 7, else NULL. */
typedef struct te_dsp_dw_functions {
    te_dsp_dw_of *row, *column[2];
    te_dsp_taps_of *taps;
} te_dsp_dw_functions;

/* A layer's geometry in pairs; literals of the function among them. */
typedef struct te_dsp_dw {
    int32_t kernel, stride, pitch; /* pitch: bytes of a row of pairs */
    int32_t lead;                  /* place of column 0 in a row of pairs, in columns */
    int32_t words;                 /* of a row of pairs that are read */
    uint32_t pad;                  /* the zero point of x, four times */
} te_dsp_dw;

static inline uint32_t te_dsp_four(const int8_t *p)
{
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

/* Four channels of two columns as one pair each. */
__attribute__((noinline)) static void te_dsp_column_pair(uint32_t u, uint32_t v, uint32_t *to)
{
    for (int32_t c = 0; c < 4; c++, to += TE_DSP_PLANE) {
        *to = ((uint32_t)(int8_t)(u >> 8 * c) & 0xffffu) | (uint32_t)(int8_t)(v >> 8 * c) << 16;
    }
}

/* Columns of a row of four channels. */
static inline void te_dsp_row(const te_dsp_dw *d, int32_t in_w, int32_t in_c, const int8_t *x, uint32_t *to)
{
    if (d->lead % 2 != 0) {
        te_dsp_column_pair(d->pad, te_dsp_four(x), to++);
        x += in_c;
        in_w--;
    }
    if (in_w >= 4) {
        te_dsp_columns(x, in_c, to + TE_DSP_PLANE, in_w / 4, 1, 0);
        to += in_w / 4 * 2;
        x += in_w / 4 * 4 * in_c;
    }
    if (in_w % 4 > 0) {
        te_dsp_column_pair(te_dsp_four(x), in_w % 4 > 1 ? te_dsp_four(x + in_c) : d->pad, to);
    }
    if (in_w % 4 > 2) {
        te_dsp_column_pair(te_dsp_four(x + 2 * in_c), d->pad, to + 1);
    }
}

/* Padding in the planes: the words before `words` that no column is written to, of every step-th row. Row `top` of the operand is the
 * first. */
static inline void te_dsp_padding(const te_dsp_dw *d, const te_conv2d *s, int32_t top, int32_t rows, int32_t step,
                                  int32_t words, uint32_t *scratch)
{
    const uint32_t pair = (uint32_t)(s->x_zero & 0xffff) * 0x00010001u;
    const int32_t left = d->lead / 2 < words ? d->lead / 2 : words, right = (d->lead + s->in_w + 1) / 2;
    for (int32_t i = 0; i < rows; i++, top += step, scratch += step * d->pitch / 4) {
        const int32_t inside = top >= 0 && top < s->in_h;
        for (uint32_t *to = scratch, *end = scratch + (inside ? left : words); to < end; to++) {
            to[0] = to[TE_DSP_PLANE] = to[2 * TE_DSP_PLANE] = to[3 * TE_DSP_PLANE] = pair;
        }
        for (uint32_t *to = scratch + right, *end = scratch + (inside ? words : 0); to < end; to++) {
            to[0] = to[TE_DSP_PLANE] = to[2 * TE_DSP_PLANE] = to[3 * TE_DSP_PLANE] = pair;
        }
    }
}

/* Input rows top .. of four channels into the planes. */
static inline void te_dsp_gather(const te_dsp_dw *d, const te_conv2d *s, const te_dsp_rows *rows, const int8_t *x,
                                 int32_t top, int32_t in_rows, uint32_t *scratch)
{
    const int32_t words = d->pitch / 4, row_bytes = s->in_w * s->in_c;
    uint32_t *to = scratch + d->lead / 2;
    int32_t first = top, end = top + in_rows < s->in_h ? top + in_rows : s->in_h;
    if (first < 0) {
        to -= first * words;
        first = 0;
    }
    if (d->lead % 2 == 0 && s->in_w % 4 == 0 && te_dsp_ring_row(rows, first) + end - first <= rows->ring) {
        if (first < end) {
            te_dsp_columns(x + te_dsp_ring_row(rows, first) * row_bytes, s->in_c, to + TE_DSP_PLANE, s->in_w / 4,
                           end - first, d->pitch - 2 * s->in_w);
        }
        return;
    }
    for (int32_t i = first; i < end; i++, to += words) {
        te_dsp_row(d, s->in_w, s->in_c, x + te_dsp_ring_row(rows, i) * row_bytes, to);
    }
}

/* A line of results, the last block through a buffer. block: bytes of pairs from block to block. */
__attribute__((noinline)) static void te_dsp_line(te_dsp_dw_of *function, const te_dsp_dw_run *run, int32_t block,
                                                  int32_t results)
{
    te_dsp_dw_run line = *run;
    int8_t codes[4];
    /* one row: what lies behind its blocks is the end */
    line.x_next = 0;
    line.x_row = results / 4 * block;
    if (line.x_row > 0) {
        line.x_end = line.x + line.x_row / 4;
        function(&line);
    }
    if (results % 4 > 0) {
        int8_t *const y = line.y + results / 4 * 4 * line.step;
        line.x += line.x_row / 4;
        line.y = codes;
        line.x_row = block;
        line.x_end = line.x + block / 4;
        line.step = 1;
        function(&line);
        for (int32_t i = 0; i < results % 4; i++) {
            y[i * run->step] = codes[i];
        }
    }
}

/* Rows of one channel. Where a row is no multiple of four wide, its surplus results are overwritten by the next rows, but for the last
 * ones. */
static inline void te_dsp_channel(const te_dsp_dw *d, te_dsp_dw_of *function, te_dsp_dw_run *run, int32_t out_w,
                                  int32_t rows, const uint32_t *x, int8_t *y)
{
    const int32_t words = d->stride * d->pitch / 4;
    const int32_t last = out_w % 4 == 0 ? 0 : out_w > 1 ? 1 : rows < 3 ? rows : 3;
    run->x = x;
    run->y = y;
    if (rows > last) {
        run->x_end = x + (rows - last) * words;
        function(run);
    }
    for (int32_t row = rows - last; row < rows; row++) {
        run->x = x + row * words;
        run->y = y + row * out_w * run->step;
        te_dsp_line(function, run, 8 * d->stride, out_w);
    }
}

/* Whether columns save more than they cost: a block takes about 53 instructions, a column more to begin and to end than a row. */
static inline int32_t te_dsp_pays_columns(int32_t out_w, int32_t rows)
{
    const int32_t rest = out_w % 4;
    return rest > 0 && 53 * (rows - rest * ((rows + 3) / 4)) > 200 * rest - 150;
}

/* The same where columns have functions of their own: by fours along the rows, what is left by fours down the columns. */
static inline void te_dsp_channel_columns(const te_dsp_dw *d, const te_dsp_dw_functions *functions, te_dsp_dw_run *run,
                                          int32_t out_w, int32_t rows, const uint32_t *x, int8_t *y)
{
    if (out_w >= 4) {
        run->x = x;
        run->y = y;
        run->x_end = x + rows * d->pitch / 4;
        functions->row(run);
    }
    te_dsp_dw_run column = *run;
    column.step = out_w * run->step;
    for (int32_t c = out_w & ~3; c < out_w; c++) {
        column.x = x + (c + 1) / 2;
        column.y = y + c * run->step;
        te_dsp_line(functions->column[c % 2], &column, 4 * d->pitch, rows);
    }
}

/* The taps of a channel as the function wants them: for kernels 5 and 7 as pairs. */
static inline const void *te_dsp_dw_taps(te_dsp_taps_of *pairs, const int8_t *w, int32_t scale, uint32_t *taps)
{
    if (pairs == NULL) {
        return w;
    }
    pairs(w, scale, taps);
    return taps;
}

static inline te_dsp_dw te_dsp_dw_layer(int32_t kernel, int32_t stride, int32_t pitch, const te_conv2d *s,
                                        te_dsp_dw_run *run)
{
    const int32_t blocks = (s->out_w + 3) / 4;
    const int32_t block = kernel == 7 ? stride == 1 ? 6 : 7 : kernel == 5 ? stride == 1 ? 4 : 6 : stride == 1 ? 4 : 5;
    const te_dsp_dw d = {kernel,
                         stride,
                         pitch,
                         s->pad_left + (kernel == 5 ? 0 : 1),
                         (blocks - 1) * 2 * stride + block,
                         (uint32_t)(s->x_zero & 0xff) * 0x01010101u};
    run->zero = s->y_zero;
    run->step = s->in_c;
    run->x_row = blocks * 8 * stride;
    run->x_next = pitch * stride - run->x_row;
    run->y_next = (s->out_w - 4 * blocks) * s->in_c;
    return d;
}

static inline __attribute__((always_inline)) void te_dsp_depthwise(const te_dsp_dw_functions *functions, int32_t kernel,
                                                                   int32_t stride, int32_t pitch, const te_conv2d *s,
                                                                   const te_dsp_rows *rows, const int8_t *x,
                                                                   const int8_t *w, const te_dsp_channel_table *table,
                                                                   int8_t *y, uint32_t *scratch)
{
    const int32_t channels = s->in_c;
    const int32_t by_columns = functions->column[0] != NULL && te_dsp_pays_columns(s->out_w, rows->count);
    int32_t most = (TE_DSP_PLANE * 4 / pitch - kernel) / stride + 1;
    if (by_columns && (rows->count + 3) / 4 * 4 > most) {
        most = most / 4 * 4; /* a column is read by four rows */
    }
    uint32_t taps[7 * 6];
    te_dsp_dw_run run;
    const te_dsp_dw d = te_dsp_dw_layer(kernel, stride, pitch, s, &run);
    if (by_columns) {
        run.x_row = s->out_w / 4 * 8;
        run.x_next = pitch - run.x_row;
        run.y_next = s->out_w % 4 * channels;
    }
    for (int32_t done = 0; done < rows->count;) {
        const int32_t fit = rows->count - done < most ? rows->count - done : most;
        const int32_t some = te_dsp_rows_at_once(s, rows, rows->first + done, fit, x, y);
        const int32_t in_rows = (some - 1) * stride + kernel, top = (rows->first + done) * stride - s->pad_top;
        te_dsp_padding(&d, s, top, in_rows, 1, d.words, scratch);
        for (int32_t group = 0; group < channels; group += 4) {
            const int32_t first = group + 4 <= channels ? group : channels - 4;
            te_dsp_gather(&d, s, rows, x + first, top, in_rows, scratch);
            for (int32_t c = first; c < first + 4; c++) {
                const uint32_t *const plane = scratch + (c - first) * TE_DSP_PLANE;
                run.table = &table[c];
                run.taps = te_dsp_dw_taps(functions->taps, w + c * kernel * kernel, table[c].scale, taps);
                if (by_columns) {
                    te_dsp_channel_columns(&d, functions, &run, s->out_w, some, plane, y + c);
                } else {
                    te_dsp_channel(&d, functions->row, &run, s->out_w, some, plane, y + c);
                }
            }
        }
        y += some * s->out_w * channels;
        done += some;
    }
}

/* A kernel for rows of up to pitch / 2 columns, padding included; taps: those of kernel 5 or 7, else NULL. */
#define TE_DSP_DEPTHWISE(kernel, stride, pitch, taps)                                                                  \
    TE_DSP_DEPTHWISE_BY(kernel, stride, pitch, te_depthwise##kernel##s##stride##_##pitch##_conv2d_i8_dsp, NULL, NULL,  \
                        taps)
#define TE_DSP_DEPTHWISE_BY(kernel, stride, pitch, name, even, odd, taps)                                              \
    TE_DSP_DW_ROWS(te_dsp_run, kernel, stride, pitch, CODES)                                                           \
    void name##_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,                      \
                     const uint32_t *table, int8_t *y, uint32_t *scratch)                                              \
    {                                                                                                                  \
        const te_dsp_dw_functions functions = {te_dsp_run, {even, odd}, taps};                                         \
        const te_dsp_channel_table *const channels = (const te_dsp_channel_table *)(const void *)table;                \
        const int32_t row = s->out_w * s->out_c;                                                                       \
        te_dsp_rows part;                                                                                              \
        for (int32_t i = r->first; te_dsp_part(s, r, i, &part) != 0; i += part.count) {                                \
            te_dsp_depthwise(&functions, kernel, stride, pitch, s, &part, x, w, channels, y + part.y_row * row,        \
                             scratch);                                                                                 \
        }                                                                                                              \
    }                                                                                                                  \
    void name(const te_conv2d *s, const int8_t *x, const int8_t *w, const uint32_t *table, int8_t *y,                  \
              uint32_t *scratch)                                                                                       \
    {                                                                                                                  \
        const te_row_range all = te_dsp_whole(s);                                                                      \
        name##_rows(s, &all, x, w, table, y, scratch);                                                                 \
    }

/* Kernel 3, stride 1, with columns: narrow maps are rarely a multiple of four wide. */
#define TE_DSP_DEPTHWISE_COLUMNS(pitch)                                                                                \
    TE_DSP_DW_COLUMN(te_dsp_even, pitch, HIGH)                                                                         \
    TE_DSP_DW_COLUMN(te_dsp_odd, pitch, LOW)                                                                           \
    TE_DSP_DEPTHWISE_BY(3, 1, pitch, te_depthwise3s1_##pitch##_conv2d_i8_dsp, te_dsp_even, te_dsp_odd, NULL)

#endif
