/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The results of a row range by fours. Two of four may lie in different rows. */
#ifndef TE_TILE_WINDOWS_H
#define TE_TILE_WINDOWS_H

#include "te_row_range.h"
#include "te_tile.h"

/* A result: where its window begins, in the operand and in the ring, and where the result and its first bit go. */
typedef struct te_tile_place {
    int32_t top, left, slot;
    int8_t *y;
    int32_t bit;
} te_tile_place;

typedef struct te_tile_walk {
    const te_conv2d *s;
    const te_row_range *r;
    int8_t *y;
    int32_t row, column;
    te_tile_place next;
} te_tile_walk;

static inline te_tile_walk te_tile_walk_of(const te_conv2d *s, const te_row_range *r, int8_t *y)
{
    const te_tile_walk walk = {s, r, y, r->first, 0, {0, 0, 0, NULL, 0}};
    return walk;
}

/* The next four results; those that do not exist are the last one again. Returns how many do. */
static inline int32_t te_tile_next(te_tile_walk *walk, te_tile_place *places)
{
    const te_conv2d *const s = walk->s;
    const te_row_range *const r = walk->r;
    int32_t count = 0;
    for (int32_t p = 0; p < TE_TILE; p++) {
        if (walk->row == r->end) {
            if (p > 0) {
                places[p] = places[p - 1];
            }
            continue;
        }
        if (walk->column == 0) {
            const int32_t n = walk->row / s->out_h, top = (walk->row - n * s->out_h) * s->stride_h - s->pad_top;
            const int32_t slot = (n * s->in_h + top) % r->x_ring, y_row = s->out_w * s->out_c;
            walk->next.top = top;
            walk->next.left = -s->pad_left;
            walk->next.slot = slot < 0 ? slot + r->x_ring : slot; /* it may lie above the image */
            walk->next.y = &walk->y[walk->row % r->y_ring * y_row];
            walk->next.bit = walk->row * y_row;
        }
        places[p] = walk->next;
        count++;
        walk->next.left += s->stride_w;
        walk->next.bit += s->out_c;
        if (++walk->column == s->out_w) {
            walk->column = 0;
            walk->row++;
        } else {
            walk->next.y += s->out_c;
        }
    }
    return count;
}

/* All rows of all images. */
static inline te_row_range te_tile_whole(const te_conv2d *s)
{
    const te_row_range all = {0, s->batch * s->out_h, s->batch * s->in_h, s->batch * s->out_h};
    return all;
}

#endif
