/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes with a kernel of 3, 5 or 7 and a stride of 1 or 2, no dilation; the clamp is that of int8.
 *
 * Four channels at a time the rows of the windows become pairs of int16 along x, in scratch: a plane a channel, padding as the zero point
 * of x. As many result rows as fit share them; the rows that the next ones read too move to the front of the planes. So what a channel
 * reads is read before its results are written, and a map of the same size may take the place of the operand. */
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
    int32_t plane;                 /* words from plane to plane */
    uint32_t pad;                  /* the zero point of x, four times */
} te_dsp_dw;

static inline uint32_t te_dsp_four(const int8_t *p)
{
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

/* Four channels of two columns as one pair each. */
__attribute__((noinline)) static void te_dsp_column_pair(uint32_t u, uint32_t v, uint32_t *to, int32_t plane)
{
    for (int32_t c = 0; c < 4; c++, to += plane) {
        *to = ((uint32_t)(int8_t)(u >> 8 * c) & 0xffffu) | (uint32_t)(int8_t)(v >> 8 * c) << 16;
    }
}

/* Columns of a row of four channels. */
static inline void te_dsp_row(const te_dsp_dw *d, int32_t in_w, int32_t in_c, const int8_t *x, uint32_t *to)
{
    if (d->lead % 2 != 0) {
        te_dsp_column_pair(d->pad, te_dsp_four(x), to++, d->plane);
        x += in_c;
        in_w--;
    }
    if (in_w >= 4) {
        te_dsp_columns(x, in_c, to, in_w / 4, 1, 0, 4 * d->plane);
        to += in_w / 4 * 2;
        x += in_w / 4 * 4 * in_c;
    }
    if (in_w % 4 > 0) {
        te_dsp_column_pair(te_dsp_four(x), in_w % 4 > 1 ? te_dsp_four(x + in_c) : d->pad, to, d->plane);
    }
    if (in_w % 4 > 2) {
        te_dsp_column_pair(te_dsp_four(x + 2 * in_c), d->pad, to + 1, d->plane);
    }
}

static inline void te_dsp_pad_words(const te_dsp_dw *d, const te_conv2d *s, uint32_t *to, const uint32_t *end)
{
    const uint32_t pair = (uint32_t)(s->x_zero & 0xffff) * 0x00010001u;
    for (; to < end; to++) {
        to[0] = to[d->plane] = to[2 * d->plane] = to[3 * d->plane] = pair;
    }
}

/* Padding beside the columns of rows of pairs. */
static inline void te_dsp_pad_sides(const te_dsp_dw *d, const te_conv2d *s, int32_t rows, uint32_t *to)
{
    const int32_t right = (d->lead + s->in_w + 1) / 2;
    for (int32_t i = 0; i < rows; i++, to += d->pitch / 4) {
        te_dsp_pad_words(d, s, to, to + d->lead / 2);
        te_dsp_pad_words(d, s, to + right, to + d->words);
    }
}

/* Padding as rows of pairs, of the rows top .. of the operand that lie outside. */
static inline void te_dsp_pad_rows(const te_dsp_dw *d, const te_conv2d *s, int32_t top, int32_t rows, uint32_t *to)
{
    for (int32_t i = top; i < top + rows; i++, to += d->pitch / 4) {
        if (i < 0 || i >= s->in_h) {
            te_dsp_pad_words(d, s, to, to + d->words);
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
            te_dsp_columns(x + te_dsp_ring_row(rows, first) * row_bytes, s->in_c, to, s->in_w / 4, end - first,
                           d->pitch - 2 * s->in_w, 4 * d->plane);
        }
        return;
    }
    for (int32_t i = first; i < end; i++, to += words) {
        te_dsp_row(d, s->in_w, s->in_c, x + te_dsp_ring_row(rows, i) * row_bytes, to);
    }
}

/* Result rows that the planes make at once. */
typedef struct te_dsp_batch {
    int32_t done, count; /* rows made before, and now */
    int32_t kept;        /* operand rows that are in the planes already */
    int32_t top, rows;   /* the others */
} te_dsp_batch;

static inline te_dsp_batch te_dsp_batch_of(const te_dsp_dw *d, const te_conv2d *s, const te_dsp_rows *rows,
                                           int32_t most, int32_t done, int32_t kept)
{
    const int32_t left = rows->count - done, count = left < most ? left : most;
    const te_dsp_batch batch = {done, count, kept, (rows->first + done) * d->stride - s->pad_top + kept,
                                (count - 1) * d->stride + d->kernel - kept};
    return batch;
}

static inline te_dsp_batch te_dsp_first_batch(const te_dsp_dw *d, const te_conv2d *s, const te_dsp_rows *rows,
                                              int32_t most)
{
    return te_dsp_batch_of(d, s, rows, most, 0, 0);
}

#if TE_DSP_CORE

/* Words to lower addresses, a multiple of four. */
static inline void te_dsp_move_down(uint32_t *to, const uint32_t *from, int32_t words)
{
    __asm__ volatile("1: ldmia %1!, {r4-r6, r8}\n"
                     "stmia %0!, {r4-r6, r8}\n"
                     "subs %2, #4\n"
                     "bne 1b"
                     : "+r"(to), "+r"(from), "+r"(words)
                     :
                     : "r4", "r5", "r6", "r8", "cc", "memory");
}

#else

static inline void te_dsp_move_down(uint32_t *to, const uint32_t *from, int32_t words)
{
    memmove(to, from, (size_t)words * sizeof *to);
}

#endif

/* Moves the rows that the next batch reads too; a batch of no rows behind the last one. */
static inline void te_dsp_next_batch(const te_dsp_dw *d, const te_conv2d *s, const te_dsp_rows *rows, int32_t most,
                                     te_dsp_batch *batch, uint32_t *scratch)
{
    const int32_t kept = d->kernel - d->stride, from = batch->count * d->stride * d->pitch;
    *batch = te_dsp_batch_of(d, s, rows, most, batch->done + batch->count, kept);
    for (int32_t c = 0; c < 4 && batch->count > 0; c++, scratch += d->plane) {
        te_dsp_move_down(scratch, scratch + from / 4, kept * d->pitch / 4);
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

/* Rows of pairs that a plane holds: those that the rows of one call read, but no more than 16 rows read, and at most 1016 bytes. Columns
 * are read by four rows. */
static inline int32_t te_dsp_plane_rows(int32_t kernel, int32_t stride, int32_t pitch, int32_t rows, int32_t by_fours)
{
    const int32_t made = rows > 16 ? 16 : by_fours ? (rows + 3) / 4 * 4 : rows;
    const int32_t read = (made - 1) * stride + kernel, most = 1016 / pitch;
    return read < most ? read : most;
}

/* Whether columns save more than they cost: a block takes about 53 instructions, a column more to begin and to end than a row. Rows of
 * four words hold one block, so columns make what is beside it. */
static inline int32_t te_dsp_pays_columns(int32_t pitch, int32_t out_w, int32_t rows)
{
    const int32_t rest = out_w % 4;
    return pitch == 16 ? out_w > 4 : rest > 0 && rows > 2 && 53 * (rows - rest * ((rows + 3) / 4)) > 200 * rest - 150;
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
                                        int32_t plane_rows, te_dsp_dw_run *run)
{
    const int32_t blocks = (s->out_w + 3) / 4;
    const int32_t block = kernel == 7 ? stride == 1 ? 6 : 7 : kernel == 5 ? stride == 1 ? 4 : 6 : stride == 1 ? 4 : 5;
    const int32_t words = (blocks - 1) * 2 * stride + block;
    const te_dsp_dw d = {kernel,
                         stride,
                         pitch,
                         s->pad_left + (kernel == 5 ? 0 : 1),
                         words < pitch / 4 ? words : pitch / 4,
                         plane_rows * pitch / 4,
                         (uint32_t)(s->x_zero & 0xff) * 0x01010101u};
    run->zero = s->y_zero;
    run->step = s->in_c;
    run->x_row = blocks * 8 * stride;
    run->x_next = pitch * stride - run->x_row;
    run->y_next = (s->out_w - 4 * blocks) * s->in_c;
    return d;
}

/* call_rows: the rows that the whole call makes, of which these are a part. */
static inline __attribute__((always_inline)) void
te_dsp_depthwise(const te_dsp_dw_functions *functions, int32_t kernel, int32_t stride, int32_t pitch,
                 const te_conv2d *s, int32_t call_rows, const te_dsp_rows *rows, const int8_t *x, const int8_t *w,
                 const te_dsp_channel_table *table, int8_t *y, uint32_t *scratch)
{
    const int32_t channels = s->in_c;
    const int32_t has_columns = functions->column[0] != NULL;
    const int32_t by_columns = has_columns && te_dsp_pays_columns(pitch, s->out_w, rows->count);
    const int32_t by_fours = has_columns && (pitch == 16 || call_rows > 2);
    const int32_t plane_rows = te_dsp_plane_rows(kernel, stride, pitch, call_rows, by_fours);
    int32_t most = (plane_rows - kernel) / stride + 1;
    if (by_columns && (rows->count + 3) / 4 * 4 > most) {
        most = most / 4 * 4; /* a column is read by four rows */
    }
    uint32_t taps[7 * 6];
    te_dsp_dw_run run;
    const te_dsp_dw d = te_dsp_dw_layer(kernel, stride, pitch, s, plane_rows, &run);
    if (by_columns) {
        run.x_row = s->out_w / 4 * 8;
        run.x_next = pitch - run.x_row;
        run.y_next = s->out_w % 4 * channels;
    }
    te_dsp_pad_sides(&d, s, plane_rows, scratch);
    for (int32_t group = 0; group < channels; group += 4) {
        const int32_t first = group + 4 <= channels ? group : channels - 4;
        te_dsp_batch batch = te_dsp_first_batch(&d, s, rows, most);
        for (; batch.count > 0; te_dsp_next_batch(&d, s, rows, most, &batch, scratch)) {
            uint32_t *const to = scratch + batch.kept * pitch / 4;
            if (group == 0 || batch.count < rows->count) {
                te_dsp_pad_rows(&d, s, batch.top, batch.rows, to);
            }
            te_dsp_gather(&d, s, rows, x + first, batch.top, batch.rows, to);
            for (int32_t c = first; c < first + 4; c++) {
                const uint32_t *const plane = scratch + (c - first) * d.plane;
                int8_t *const results = y + batch.done * s->out_w * channels + c;
                run.table = &table[c];
                run.taps = te_dsp_dw_taps(functions->taps, w + c * kernel * kernel, table[c].scale, taps);
                if (by_columns) {
                    te_dsp_channel_columns(&d, functions, &run, s->out_w, batch.count, plane, results);
                } else {
                    te_dsp_channel(&d, functions->row, &run, s->out_w, batch.count, plane, results);
                }
            }
        }
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
            te_dsp_depthwise(&functions, kernel, stride, pitch, s, te_dsp_call_rows(s, r), &part, x, w, channels,      \
                             y + part.y_row * row, scratch);                                                           \
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
