/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes: y = clamp(round(sum * multiplier[oc]) + y_zero), sum = b + sum of (x - x_zero) * w.
 * The windows of four results are copied side by side, some channels at a time, with the zero point where they leave
 * the operand. So results may be written only behind the last channel; until then they wait. */
#include "te_inline_body.h"
#include "te_kernels.h"
#include "te_memory.h"
#include "te_tile_mask.h"
#include "te_tile_results.h"
#include "te_tile_taps.h"
#include "te_tile_windows.h"

/* Channels of a copy. kernels.def knows these numbers. */
enum { TE_TILE_CHANNELS = 16, TE_TILE_CHANNELS_OF_MANY_TAPS = 8, TE_TILE_MANY_TAPS = 16 };

typedef struct te_tile_copy {
    const te_conv2d *s;
    int32_t x_ring, x_step; /* rows of the ring, and of it from kernel row to kernel row */
    const int8_t *x;
    int32_t words; /* whether codes can be copied by words */
} te_tile_copy;

/* Sixteen codes that can be copied by words. */
typedef struct te_tile_sixteen {
    uint32_t words[4];
} te_tile_sixteen;

/* Copies some codes of each tap of a kernel row; they lie `step` apart, the copies `tap`. */
TE_APART void te_tile_copy_taps(const int8_t *from, int8_t *to, int32_t taps, int32_t step, int32_t count, int32_t tap,
                                int32_t words)
{
    for (; taps > 0; taps--, from += step, to += tap) {
        if (words == 0) {
            for (int32_t i = 0; i < count; i++) {
                to[i] = from[i];
            }
        } else {
            for (int32_t i = 0; i < count; i += 4) {
                *(uint32_t *)(void *)&to[i] = *(const uint32_t *)(const void *)&from[i];
            }
        }
    }
}

/* The same for the usual number of codes that can be copied by words. */
TE_APART void te_tile_copy_sixteens(const int8_t *from, int8_t *to, int32_t taps, int32_t step)
{
    for (; taps > 0; taps--, from += step, to += TE_TILE_CHANNELS) {
        *(te_tile_sixteen *)(void *)to = *(const te_tile_sixteen *)(const void *)from;
    }
}

/* Copies channels c .. c + count - 1 of a window, the taps `tap` codes apart. */
TE_APART void te_tile_copy_window(const te_tile_copy *d, const te_tile_place *place, int32_t c, int32_t count,
                                  int8_t *to, int32_t tap)
{
    const te_conv2d *const s = d->s;
    const int32_t step = s->dilation_w * s->in_c;
    te_span columns = {0, s->kernel_w};
    if (place->left < 0 || place->left + (s->kernel_w - 1) * s->dilation_w >= s->in_w) { /* it divides */
        columns = te_window(place->left, s->dilation_w, s->kernel_w, s->in_w);
    }
    const int32_t within = columns.end - columns.first, all = s->kernel_w * tap;
    const int32_t first = place->left * s->in_c + columns.first * step + c;
    int32_t slot = place->slot, ih = place->top;
    for (int32_t kh = s->kernel_h; kh > 0; kh--, to += all) {
        const int32_t inside = (uint32_t)ih < (uint32_t)s->in_h ? within : 0;
        if (inside < s->kernel_w) {
            memset(to, s->x_zero, (size_t)all);
        }
        if (inside > 0) {
            const int8_t *const from = &d->x[slot * s->in_w * s->in_c + first];
            if (d->words != 0 && count == TE_TILE_CHANNELS) {
                te_tile_copy_sixteens(from, to + columns.first * tap, inside, step);
            } else {
                te_tile_copy_taps(from, to + columns.first * tap, inside, step, count, tap, d->words);
            }
        }
        ih += s->dilation_h;
        slot = te_ring_step(slot, d->x_step, d->x_ring);
    }
}

void te_depthwise_conv2d_i8_tile_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x, const int8_t *w,
                                      const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask,
                                      int32_t *scratch)
{
    const te_tile_results_of results = {b, multiplier, s->y_zero, s->y_min, s->y_max, TE_TILE};
    const te_tile_copy copy = {s, r->x_ring, s->dilation_h % r->x_ring, x, s->in_c % 4 == 0 && (uintptr_t)x % 4 == 0};
    const int32_t taps = s->kernel_h * s->kernel_w, channels = s->in_c;
    const int32_t group = taps > TE_TILE_MANY_TAPS ? TE_TILE_CHANNELS_OF_MANY_TAPS : TE_TILE_CHANNELS;
    int32_t *const sums = scratch;
    int8_t *const windows = (int8_t *)&scratch[group * TE_TILE], *const codes = windows + TE_TILE * taps * group;
    int8_t *const to[TE_TILE] = {codes, codes + channels, codes + 2 * channels, codes + 3 * channels};
    te_tile_walk walk = te_tile_walk_of(s, r, y);
    te_tile_place places[TE_TILE];
    int32_t count;
    while ((count = te_tile_next(&walk, places)) > 0) {
        for (int32_t c = 0; c < channels; c += group) {
            const int32_t some = channels - c < group ? channels - c : group;
            te_tile_taps_run run = {windows,      taps * group, group, taps % 3, taps / 3,
                                    &w[c * taps], s->x_zero,    sums,  some};
            for (int32_t p = 0; p < count; p++) {
                te_tile_copy_window(&copy, &places[p], c, some, windows + p * taps * group, group);
            }
            te_tile_first_sums(&results, sums, c, some);
            te_tile_taps(&run);
            te_tile_results(&results, sums, c, some, to);
        }
        for (int32_t p = 0; p < count; p++) {
            memcpy(places[p].y, to[p], (size_t)channels);
            if (mask != NULL) {
                te_tile_mask(to[p], channels, s->y_min, s->y_max, mask, places[p].bit);
            }
        }
    }
    if (r->end == s->batch * s->out_h) {
        te_tile_mask_end(mask, r->end * s->out_w * channels);
    }
}

void te_depthwise_conv2d_i8_tile(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b,
                                 const float *multiplier, int8_t *y, uint8_t *mask, int32_t *scratch)
{
    const te_row_range all = te_tile_whole(s);
    te_depthwise_conv2d_i8_tile_rows(s, &all, x, w, b, multiplier, y, mask, scratch);
}
