/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* One step of the int8 weights of a convolution from sums in words: mantissas of some output channels are widened side by side, a few
 * rows at a time. Where a bound on their magnitudes does not prove that words hold the sums, the sums are those of the lower bits of
 * the mantissas and, 2^bits times, of the others: two times the products, of which words hold either, up to 256 pixels. */
#ifndef TE_TILE_UPDATE_H
#define TE_TILE_UPDATE_H

#include "te_block_conv2d.h"

/* Pixels of a piece, at most, where a row has not more; columns of a kernel, at most. kernels.def knows these numbers. */
enum { TE_TILE_PIXELS = 64, TE_TILE_COLUMNS = 7 };

typedef enum te_tile_part { TE_TILE_WHOLE, TE_TILE_LOWER, TE_TILE_UPPER } te_tile_part;

/* Where the taps of a kernel column lie: the pixels of a row whose windows have it within x, and what the first of them meets. */
typedef struct te_tile_column {
    int32_t first, count, at;
} te_tile_column;

typedef struct te_tile_update {
    const te_block_conv2d_update *s;
    const te_mantissa_t *dy;
    const int8_t *x;
    int8_t *w;
    te_block_step rule;
    float unit;            /* of a sum; 0 where that is none that fp32 has exactly */
    int32_t low, more;     /* the exponent of the sums, and how far the definition's lies below it */
    int32_t by, oc, some;  /* channels side by side in words, the first one, and how many there are */
    int32_t bits;          /* of lower parts */
    int32_t row, rows;     /* the first row of a piece, and its rows */
    int32_t taps;          /* weights of a channel */
    int32_t *words, *sums; /* [pixels][by], [taps][by] */
    te_tile_column columns[TE_TILE_COLUMNS];
} te_tile_update;

/* Adds the products of a piece to sums. */
typedef void te_tile_products(const te_tile_update *d, int32_t *sums);

/* The step, `by` channels at a time, by these products. */
void te_tile_update_channels(const te_block_conv2d_update *s, int8_t *w, const te_mantissa_t *dy, const int8_t *x,
                             const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
                             const float *step, te_wide *scratch, int32_t by, te_tile_products *products);

#endif
