/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Convolution of codes, one group: y = clamp(round(sum * multiplier[oc]) + y_zero), sum = b + sum of (x - x_zero) * w.
 * The windows of four results are widened before the first of them is written. */
#include "te_kernels.h"
#include "te_tile_dots.h"
#include "te_tile_mask.h"
#include "te_tile_results.h"
#include "te_tile_stage.h"
#include "te_tile_windows.h"

typedef struct te_tile_windows {
    const te_conv2d *s;
    int32_t x_ring, x_step; /* rows of the ring, and of it from kernel row to kernel row */
    const int8_t *x;
    te_tile_place places[TE_TILE]; /* slots are those of kernel row kh */
    int32_t kh, kw, c;             /* the next input to be widened */
    int32_t at[TE_TILE];           /* where the windows are in kernel row kh */
    uint32_t rows;                 /* a bit for each place whose kernel row lies inside */
    int32_t across;                /* whether all columns of all places lie inside */
} te_tile_windows;

enum { TE_TILE_ALL = (1 << TE_TILE) - 1 };

/* At the start of a kernel row. */
static inline void te_tile_begin_row(te_tile_windows *d)
{
    const te_conv2d *const s = d->s;
    const int32_t down = d->kh * s->dilation_h;
    d->rows = 0;
    for (int32_t p = 0; p < TE_TILE; p++) {
        const te_tile_place *const place = &d->places[p];
        d->at[p] = (place->slot * s->in_w + place->left) * s->in_c;
        d->rows |= (uint32_t)((uint32_t)(place->top + down) < (uint32_t)s->in_h) << p;
    }
}

/* At the start of windows. */
static inline void te_tile_begin(te_tile_windows *d)
{
    const int32_t most = d->s->in_w - (d->s->kernel_w - 1) * d->s->dilation_w;
    d->kh = d->kw = d->c = 0;
    d->across = 1;
    for (int32_t p = 0; p < TE_TILE; p++) {
        d->across &= d->places[p].left >= 0 && d->places[p].left < most;
    }
    te_tile_begin_row(d);
}

/* Widens inputs where some places lie in the padding. */
static void te_tile_widen_inside(const te_tile_windows *d, int32_t *to, int32_t count, int32_t along, uint32_t inside)
{
    const int8_t *from[TE_TILE];
    int32_t any = 0;
    for (int32_t p = 1; p < TE_TILE; p++) {
        any = (inside >> p & 1u) != 0 ? p : any;
    }
    if (inside != 0) {
        for (int32_t p = 0; p < TE_TILE; p++) {
            from[p] = &d->x[d->at[(inside >> p & 1u) != 0 ? p : any] + along];
        }
        te_tile_stage(from, to, count, d->s->x_zero);
    }
    for (int32_t p = 0; p < TE_TILE; p++) {
        for (int32_t i = p; (inside >> p & 1u) == 0 && i < count * TE_TILE; i += TE_TILE) {
            to[i] = 0;
        }
    }
}

/* Widens inputs of this kernel row, all codes of some taps or some codes of one; returns how many. */
static inline int32_t te_tile_widen(const te_tile_windows *d, int32_t *to, int32_t most)
{
    const te_conv2d *const s = d->s;
    const int32_t iw = d->kw * s->dilation_w, along = iw * s->in_c + d->c;
    uint32_t inside = d->rows;
    int32_t count = s->in_c - d->c;
    if (d->across == 0) {
        for (int32_t p = 0; p < TE_TILE; p++) {
            inside &= ~((uint32_t)((uint32_t)(d->places[p].left + iw) >= (uint32_t)s->in_w) << p);
        }
    } else if (s->dilation_w == 1) {
        count += (s->kernel_w - 1 - d->kw) * s->in_c;
    }
    count = count < most ? count : most;
    if (inside == TE_TILE_ALL) {
        const int8_t *const from[TE_TILE] = {&d->x[d->at[0] + along], &d->x[d->at[1] + along], &d->x[d->at[2] + along],
                                             &d->x[d->at[3] + along]};
        te_tile_stage(from, to, count, s->x_zero);
    } else {
        te_tile_widen_inside(d, to, count, along, inside);
    }
    return count;
}

/* Widens the next count inputs of the windows. */
static void te_tile_piece(te_tile_windows *d, int32_t *to, int32_t count)
{
    const te_conv2d *const s = d->s;
    for (;;) {
        const int32_t done = te_tile_widen(d, to, count);
        to += done * TE_TILE;
        count -= done;
        d->c += done;
        while (d->c >= s->in_c) {
            d->c -= s->in_c;
            d->kw++;
        }
        if (d->kw == s->kernel_w && d->kh + 1 < s->kernel_h) {
            d->kw = 0;
            d->kh++;
            for (int32_t p = 0; p < TE_TILE; p++) {
                d->places[p].slot = te_ring_step(d->places[p].slot, d->x_step, d->x_ring);
            }
            te_tile_begin_row(d);
        }
        if (count == 0) {
            return;
        }
    }
}

void te_conv2d_i8_tile_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,
                            const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask, int32_t *scratch)
{
    const te_tile_results_of results = {b, multiplier, s->y_zero, s->y_min, s->y_max, TE_TILE};
    const int32_t taps = s->kernel_h * s->kernel_w * s->in_c;
    const int32_t piece = taps < TE_TILE_PIECE ? taps : TE_TILE_PIECE;
    const int32_t group = taps > piece || s->out_c < TE_TILE_GROUP ? s->out_c : TE_TILE_GROUP;
    int32_t *const words = scratch, *const sums = scratch + piece * TE_TILE;
    te_tile_walk walk = te_tile_walk_of(s, r, y);
    te_tile_windows d;
    int32_t count;
    d.s = s;
    d.x_ring = r->x_ring;
    d.x_step = s->dilation_h % r->x_ring;
    d.x = x;
    while ((count = te_tile_next(&walk, d.places)) > 0) {
        int8_t *const to[TE_TILE] = {d.places[0].y, d.places[1].y, d.places[2].y, d.places[3].y};
        te_tile_begin(&d);
        if (taps == piece) {
            te_tile_piece(&d, words, piece);
        }
        for (int32_t oc = 0; oc < s->out_c; oc += group) {
            const int32_t channels = s->out_c - oc < group ? s->out_c - oc : group;
            te_tile_first_sums(&results, sums, oc, channels);
            for (int32_t i = 0; i < taps; i += piece) {
                const int32_t inputs = taps - i < piece ? taps - i : piece;
                te_tile_dots_run run = {words, inputs, &w[oc * taps + i], taps, sums, channels};
                if (taps > piece) {
                    te_tile_piece(&d, words, inputs);
                }
                te_tile_dots(&run);
            }
            te_tile_results(&results, sums, oc, channels, to);
        }
        for (int32_t p = 0; mask != NULL && p < count; p++) {
            te_tile_mask(to[p], s->out_c, s->y_min, s->y_max, mask, d.places[p].bit);
        }
    }
    if (r->end == s->batch * s->out_h) {
        te_tile_mask_end(mask, r->end * s->out_w * s->out_c);
    }
}

void te_conv2d_i8_tile(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier,
                       int8_t *y, uint8_t *mask, int32_t *scratch)
{
    const te_row_range all = te_tile_whole(s);
    te_conv2d_i8_tile_rows(s, &all, x, w, b, multiplier, y, mask, scratch);
}
