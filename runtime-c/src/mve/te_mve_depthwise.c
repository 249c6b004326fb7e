/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Lines of 16 channels and of as many pixels as scratch has room for, then a run. The rows of the result are made one after the other.
 * Where they take the place of the operand, 16 channels of all rows are, and rows that later windows reach are kept before they are
 * written. */
#include "te_mve_depthwise.h"

#include "te_dsp_mask.h"
#include "te_mve_fill.h"
#include "te_mve_lines.h"
#include "te_mve_mask.h"
#include "te_window.h"

/* Some pixels of the rows of a part. */
typedef struct te_piece {
    const te_mve_depthwise_form *form;
    const te_conv2d *s; /* rows are columns in a form that is turned */
    const te_dsp_rows *part;
    int32_t x_row, x_column, y_row, y_column; /* bytes from one to the next */
    const int8_t *from;                       /* the first column inside */
    int32_t before, columns;                  /* of padding; inside */
    int32_t words;
    const int8_t *zeros;
    int8_t *lines;
    int8_t *kept; /* rows of the operand above the row that is made, or NULL where it stays as it is */
    const te_mve_channel *channels;
    const int8_t *w;
    const int32_t *b;
    int8_t *y; /* the first pixel of the first row */
} te_piece;

static int8_t *te_kept(const te_piece *d, int32_t row)
{
    return d->kept + row % d->s->pad_top * d->s->in_w * TE_MVE_LINE_CHANNELS;
}

/* Keeps channels from c on of a row that is about to be written. */
static void te_keep(const te_piece *d, int32_t row, int32_t c, int32_t channels)
{
    const int8_t *from = d->from + row * d->x_row + c;
    int8_t *to = te_kept(d, row);
#if TE_MVE_CORE
    __asm__ volatile("vctp.8 %[channels]\n dls lr, %[columns]\n"
                     "1: vpst\n vldrbt.8 q0, [%[from]]\n vstrb.8 q0, [%[to]], #16\n add %[from], %[step]\n le lr, 1b\n"
                     : [from] "+r"(from), [to] "+r"(to)
                     : [columns] "r"(d->s->in_w), [channels] "r"(channels), [step] "r"(d->x_column)
                     : "q0", "lr", "memory", "cc");
#else
    for (int32_t i = 0; i < d->s->in_w; i++) {
        memcpy(to + i * TE_MVE_LINE_CHANNELS, from + i * d->x_column, (size_t)channels);
    }
#endif
}

static void te_set_row(te_mve_rows *rows, int32_t i, const int8_t *at, int32_t column, int32_t next)
{
    rows[i / 4].at[i % 4] = at;
    rows[i / 4].column[i % 4] = column;
    rows[i / 4].next[i % 4] = next;
}

/* The rows of the windows of one or two rows of results, from channel c on. */
static void te_window_rows(const te_piece *d, int32_t row, int32_t count, int32_t c, te_mve_rows *rows)
{
    const te_conv2d *const s = d->s;
    const int32_t top = row * d->form->stride - s->pad_top;
    const te_span inside = te_window(top, 1, d->form->kernel + (count - 1) * d->form->stride, s->in_h);
    int32_t i = 0;
    for (; i < inside.first; i++) {
        te_set_row(rows, i, d->zeros, 0, 0);
    }
    for (; d->kept != NULL && i < inside.end && top + i < row; i++) {
        te_set_row(rows, i, te_kept(d, top + i), TE_MVE_LINE_CHANNELS, TE_MVE_LINE_CHANNELS);
    }
    int32_t slot = i < inside.end ? te_dsp_ring_row(d->part, top + i) : 0;
    for (; i < inside.end; i++) {
        te_set_row(rows, i, d->from + slot * d->x_row + c, d->x_column, TE_MVE_LINE_CHANNELS);
        slot = slot + 1 < d->part->ring ? slot + 1 : 0;
    }
    for (; i < 4 * d->words; i++) {
        te_set_row(rows, i, d->zeros, 0, 0);
    }
}

/* Results of channels from c on, one or two rows. */
static void te_piece_run(const te_piece *d, te_mve_run *run, te_mve_rows *rows, int32_t row, int32_t count, int32_t c)
{
    const te_conv2d *const s = d->s;
    const int32_t line = d->words * TE_MVE_LINE, weights = (d->form->kernel + 1) * 4 * d->words;
    te_mve_channel trained[TE_MVE_LINE_CHANNELS];
    run->channels = s->out_c - c < TE_MVE_LINE_CHANNELS ? s->out_c - c : TE_MVE_LINE_CHANNELS;
    run->channel = d->channels + c;
    for (int32_t i = 0; i < d->words; i++) {
        te_mve_lines(&rows[i], d->columns, run->channels, d->lines + d->before * line + i * TE_MVE_LINE, line);
    }
    for (int32_t i = 0; d->kept != NULL && s->pad_top > 0 && i < count; i++) {
        te_keep(d, row + i, c, run->channels);
    }
    if (d->b != NULL) {
        for (int32_t i = 0; i < run->channels; i++) {
            trained[i].first = d->channels[c + i].first + d->b[c + i];
            trained[i].multiplier = d->channels[c + i].multiplier;
        }
        run->channel = trained;
    }
#if TE_MVE_CORE
    const uint32_t at =
        (uint32_t)(uintptr_t)d->lines + (d->words == 1 ? 0u - 2 * TE_MVE_LINE : 4 * TE_MVE_LINE); /* the first gather */
    for (uint32_t i = 0; i < 4; i++) {
        run->at[i] = at + i * TE_MVE_LINE;
    }
#else
    run->at = d->lines;
#endif
    run->w = d->w + c * weights;
    run->y = d->y + (row - d->part->first) * d->y_row + c;
    if (count == 2) {
        d->form->two(run);
    } else {
        d->form->run(run);
    }
}

static int32_t te_rows_at_once(const te_piece *d, int32_t left)
{
    return left > 1 && d->form->two != NULL ? 2 : 1;
}

static void te_piece_rows(const te_piece *d, te_mve_run *run)
{
    const te_conv2d *const s = d->s;
    const int32_t first = d->part->first, end = first + d->part->count, c_end = s->out_c;
    const int32_t line = d->words * TE_MVE_LINE, inside = d->before + d->columns;
    const int32_t need = (4 * run->groups + run->rest - 1) * d->form->stride + d->form->kernel;
    te_mve_rows rows[2];
    te_mve_fill(d->lines, s->x_zero, d->before * line);
    te_mve_fill(d->lines + inside * line, s->x_zero, (need - inside) * line);
    for (int32_t row = first, count = 0; d->kept == NULL && row < end; row += count) {
        count = te_rows_at_once(d, end - row);
        te_window_rows(d, row, count, 0, rows);
        for (int32_t c = 0; c < c_end; c += TE_MVE_LINE_CHANNELS) {
            te_piece_run(d, run, rows, row, count, c);
        }
    }
    for (int32_t c = 0; d->kept != NULL && c < c_end; c += TE_MVE_LINE_CHANNELS) {
        for (int32_t row = first, count = 0; row < end; row += count) {
            count = te_rows_at_once(d, end - row);
            te_window_rows(d, row, count, c, rows);
            te_piece_run(d, run, rows, row, count, c);
        }
    }
}

static void te_depthwise_part(te_piece *d, const int8_t *x, int8_t *y)
{
    const te_conv2d *const s = d->s;
    const int32_t stride = d->form->stride, kernel = d->form->kernel;
    const int32_t most = ((TE_MVE_LINES / (d->words * TE_MVE_LINE) - kernel - (stride - 1)) / stride + 1) & ~3;
    te_mve_run run;
    run.second = d->y_row;
    run.y_zero = s->y_zero;
    run.y_step = 4 * d->y_column;
    run.y_min = s->y_min;
    run.y_max = s->y_max;
    run.pixel = d->y_column;
    for (int32_t column = 0; column < s->out_w; column += most) {
        const int32_t pixels = s->out_w - column < most ? s->out_w - column : most;
        const int32_t left = column * stride - s->pad_left;
        const te_span inside = te_window(left, 1, (pixels - 1) * stride + kernel, s->in_w);
        d->before = inside.first;
        d->columns = inside.end - inside.first;
        d->from = x + (left + inside.first) * d->x_column;
        d->y = y + column * d->y_column;
        run.groups = pixels / 4;
        run.rest = pixels % 4;
        te_piece_rows(d, &run);
    }
}

/* What turns with the form. */
static void te_turn(te_piece *d, const te_conv2d *s, te_conv2d *view)
{
    *view = *s;
    d->x_row = s->in_w * s->in_c;
    d->y_row = s->out_w * s->out_c;
    d->x_column = s->in_c;
    d->y_column = s->out_c;
    if (d->form->turned != 0) {
        view->in_h = s->in_w;
        view->in_w = s->in_h;
        view->out_h = s->out_w;
        view->out_w = s->out_h;
        view->pad_top = s->pad_left;
        view->pad_left = s->pad_top;
        d->x_column = d->x_row;
        d->x_row = s->in_c;
        d->y_column = d->y_row;
        d->y_row = s->out_c;
    }
    d->s = view;
}

void te_mve_depthwise(const te_mve_depthwise_form *form, const te_conv2d *s, const te_row_range *r, const int8_t *x,
                      const uint32_t *table, const int32_t *b, int8_t *y, uint8_t *mask, uint32_t *scratch)
{
    const int32_t row = s->out_w * s->out_c;
    int8_t zeros[TE_MVE_LINE_CHANNELS];
    memset(zeros, s->x_zero, sizeof zeros);
    te_conv2d view;
    const te_dsp_rows columns = {0, s->out_w, 0, s->in_w, 0, 0}; /* a turned form makes all of one image */
    te_dsp_rows part;
    te_piece d;
    d.form = form;
    te_turn(&d, s, &view);
    d.words = form->kernel == 3 ? 1 : 2;
    d.zeros = zeros;
    d.lines = (int8_t *)scratch;
    d.kept = NULL;
    if (x == y) { /* one piece has all pixels of a row */
        const int32_t wide = (((view.out_w + 3) & ~3) - 1) * form->stride + form->kernel + form->stride - 1;
        d.kept = d.lines + wide * d.words * TE_MVE_LINE;
    }
    d.channels = (const te_mve_channel *)(const void *)table;
    d.w = (const int8_t *)(table + 2 * s->out_c + 1);
    d.b = b;
    for (int32_t i = r->first; te_dsp_part(s, r, i, &part) != 0; i += part.count) {
        int8_t *const to = y + part.y_row * row;
        d.part = form->turned != 0 ? &columns : &part;
        te_depthwise_part(&d, x, to);
        if (mask != NULL) {
            te_mve_mask(to, part.count * row, mask, part.mask_row * row, s->y_min, s->y_max);
        }
    }
    te_dsp_mask_end(s, r, mask);
}
