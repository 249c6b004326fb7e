/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The step of te_tile_update.h. */
#ifndef TE_TILE_UPDATE_BODY_H
#define TE_TILE_UPDATE_BODY_H

#include "te_inline_body.h"
#include "te_tile_exponents.h"
#include "te_tile_step.h"
#include "te_tile_update.h"

static inline te_tile_column te_tile_column_of(const te_block_conv2d_update *s, int32_t kw)
{
    const int32_t off = kw * s->dilation_w - s->pad_left, room = s->in_w - 1 - off;
    const int32_t first = off >= 0 ? 0 : (s->stride_w - 1 - off) / s->stride_w;
    const int32_t last = room < 0 ? -1 : room / s->stride_w, end = last + 1 < s->out_w ? last + 1 : s->out_w;
    const te_tile_column column = {first, first < end ? end - first : 0, (first * s->stride_w + off) * s->in_c};
    return column;
}

static inline te_mantissa_t te_tile_exponent_of(const te_tile_update *d, int32_t block)
{
    return d->dy[te_block_at(block, d->s->out_pixels * d->s->out_c)];
}

/* Widens the mantissas of one channel of a block. */
TE_APART int32_t *te_tile_widen(const te_tile_update *d, const te_mantissa_t *from, int32_t down, te_tile_part part,
                                int32_t *to)
{
    const int32_t step = d->s->out_c, by = d->by, bits = d->bits, mask = (1 << bits) - 1, up = -down;
    const te_mantissa_t *const end = from + d->s->out_pixels * step;
    if (down > 0) {
        for (; from != end; from += step, to += by) {
            const int32_t v = (int32_t)te_block_align(*from, down);
            *to = part == TE_TILE_WHOLE ? v : part == TE_TILE_LOWER ? v & mask : v >> bits;
        }
    } else if (part == TE_TILE_LOWER) {
        for (; from != end; from += step, to += by) {
            *to = (int32_t)((uint32_t)*from << up) & mask;
        }
    } else if (part == TE_TILE_UPPER && up < bits) {
        for (; from != end; from += step, to += by) {
            *to = *from >> (bits - up);
        }
    } else {
        for (const int32_t left = part == TE_TILE_WHOLE ? up : up - bits; from != end; from += step, to += by) {
            *to = *from * (1 << left);
        }
    }
    return to;
}

/* Widens the mantissas of a piece; places without a channel keep what is there. */
static inline void te_tile_widen_piece(const te_tile_update *d, te_tile_part part)
{
    const te_block_conv2d_update *const s = d->s;
    const int32_t blocks = s->out_w / s->out_pixels, end = (d->row + d->rows) * blocks;
    int32_t *to = d->words;
    for (int32_t b = d->row * blocks; b < end; b++, to += s->out_pixels * d->by) {
        const te_mantissa_t *const block = &d->dy[te_block_at(b, s->out_pixels * s->out_c)];
        for (int32_t p = 0; p < d->some; p++) {
            te_tile_widen(d, block + 1 + d->oc + p, d->low - block[0], part, to + p);
        }
    }
}

/* Whether words hold the products of the channels: of the sums of magnitudes, one that is too large stays so. */
TE_APART int32_t te_tile_fits(const te_tile_update *d)
{
    const te_block_conv2d_update *const s = d->s;
    const int32_t blocks = s->batch * s->out_h * (s->out_w / s->out_pixels);
    for (int32_t p = 0; p < d->some; p++) {
        uint32_t norm = 0;
        for (int32_t b = 0; b < blocks && norm < TE_TILE_NORM_MAX; b++) {
            const te_mantissa_t *from = &d->dy[te_block_at(b, s->out_pixels * s->out_c)];
            const int32_t up = *from - d->low;
            uint32_t sizes = 0;
            from += 1 + d->oc + p;
            for (int32_t i = s->out_pixels; i > 0; i--, from += s->out_c) {
                const int32_t m = *from;
                sizes += (uint32_t)(m < 0 ? -m : m);
            }
            norm += up <= 0 ? sizes : sizes < TE_TILE_NORM_MAX >> up ? sizes << up : TE_TILE_NORM_MAX;
        }
        if (norm >= TE_TILE_NORM_MAX) {
            return 0;
        }
    }
    return 1;
}

/* A step from sums that may need more than words, or by any rule; upper: NULL or the sums of the upper parts. */
TE_APART void te_tile_step_wide(const te_tile_update *d, const int32_t *lower, const int32_t *upper, int32_t p)
{
    te_wide row[TE_GROUP];
    for (int32_t first = 0; first < d->taps; first += TE_GROUP) {
        const int32_t some = d->taps - first < TE_GROUP ? d->taps - first : TE_GROUP;
        for (int32_t i = 0; i < some; i++) {
            const int32_t at = (first + i) * d->by + p;
            const te_wide high = upper == NULL ? 0 : upper[at] * ((te_wide)1 << d->bits);
            row[i] = (high + lower[at]) * ((te_wide)1 << d->more);
        }
        te_block_step_some(d->s, &d->rule, d->w, row, d->oc + p, first, some);
    }
}

/* Steps of the channels from their sums. */
TE_APART void te_tile_steps(const te_tile_update *d, const int32_t *upper)
{
    const te_block_conv2d_update *const s = d->s;
    const te_block_step *const b = &d->rule;
    const int32_t lean = s->rule == TE_RULE_STOCHASTIC && b->residual == NULL && b->velocity == NULL
                         && b->shrink == 0.0f && upper == NULL && d->unit != 0.0f;
    for (int32_t p = 0; p < d->some; p++) {
        if (lean == 0) {
            te_tile_step_wide(d, d->sums, upper, p);
            continue;
        }
        const int32_t at = (d->oc + p) * d->taps;
        const te_tile_step row = {d->w + at, d->sums + p, d->by, d->taps, d->unit, -(b->rate * b->step[d->oc + p]),
                                  b->key,    (uint32_t)at};
        te_tile_step_row(&row);
    }
}

void te_tile_update_channels(const te_block_conv2d_update *s, int8_t *w, const te_mantissa_t *dy, const int8_t *x,
                             const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
                             const float *step, te_wide *scratch, int32_t by, te_tile_products *products)
{
    const int32_t rows = s->batch * s->out_h, pixels = rows * s->out_w;
    const int32_t piece = s->out_w > TE_TILE_PIXELS ? 1 : TE_TILE_PIXELS / s->out_w;
    te_tile_exponents exponents = te_tile_no_exponents();
    te_tile_update d;
    d.s = s;
    d.dy = dy;
    d.x = x;
    d.w = w;
    for (int32_t b = 0; b < pixels / s->out_pixels; b++) {
        te_tile_exponent(&exponents, te_tile_exponent_of(&d, b));
    }
    d.rule = te_block_step_of(s, exponents.top, lr, random, residual, velocity, step);
    d.low = te_tile_low(&exponents, s->guard);
    d.more = d.low - (exponents.top - s->guard);
    d.unit = d.rule.unit < 1.17549435e-38f ? 0.0f : d.rule.unit * te_power(d.more);
    d.by = by;
    d.taps = s->kernel_h * s->kernel_w * (s->in_c / s->groups);
    d.words = (int32_t *)(void *)scratch + (TE_BLOCK_BITS == 8 ? 1 : 2) * by * d.taps;
    for (int32_t kw = 0; kw < s->kernel_w; kw++) {
        d.columns[kw] = te_tile_column_of(s, kw);
    }
    d.bits = 23;
    while (pixels > (int32_t)(TE_TILE_NORM_MAX >> d.bits)) {
        d.bits--;
    }
    for (d.oc = 0; d.oc < s->out_c; d.oc += by) {
        d.some = s->out_c - d.oc < by ? s->out_c - d.oc : by;
        d.sums = (int32_t *)(void *)scratch;
        const int32_t parts = TE_BLOCK_BITS == 8 || te_tile_fits(&d) != 0 ? 1 : 2, all = by * d.taps;
        for (int32_t i = 0; i < parts * all; i++) {
            d.sums[i] = 0;
        }
        for (d.row = 0; d.row < rows; d.row += piece) {
            d.rows = rows - d.row < piece ? rows - d.row : piece;
            for (int32_t i = 0; i < d.rows * s->out_w * by && d.some < by; i++) {
                d.words[i] = 0;
            }
            te_tile_widen_piece(&d, parts == 1 ? TE_TILE_WHOLE : TE_TILE_LOWER);
            products(&d, d.sums);
            if (parts == 2) {
                te_tile_widen_piece(&d, TE_TILE_UPPER);
                products(&d, d.sums + all);
            }
        }
        te_tile_steps(&d, parts == 2 ? d.sums + all : NULL);
    }
}

#endif
