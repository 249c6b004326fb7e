/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Walks over a range of result rows whose operand rows lie in a ring (te_shapes.h). */
#ifndef TE_ROW_RANGE_H
#define TE_ROW_RANGE_H

#include "te_shapes.h"
#include "te_window.h"

/* The row of a ring that lies `step` rows behind a row of it; a step is at most the ring. */
static inline int32_t te_ring_step(int32_t row, int32_t step, int32_t ring)
{
    row += step;
    return row < ring ? row : row - ring;
}

/* The taps of a window in a ring: the row of the first one, and the tap before which the walk begins the ring anew, at most once. */
typedef struct te_lap {
    int32_t row, end;
} te_lap;

/* start: row of tap 0; taps lie `dilation` rows apart, which is at most the ring. */
static inline te_lap te_lap_of(int32_t start, te_span taps, int32_t dilation, int32_t ring)
{
    te_lap lap;
    lap.row = (start + taps.first * dilation) % ring;
    lap.end = taps.first + (ring - lap.row + dilation - 1) / dilation;
    if (lap.end > taps.end) {
        lap.end = taps.end;
    }
    return lap;
}

/* The rows of the range that are rows of image n, counted within the image. */
static inline te_span te_rows_of_image(const te_row_range *r, int32_t n, int32_t height)
{
    te_span span;
    span.first = r->first > n * height ? r->first - n * height : 0;
    span.end = r->end < (n + 1) * height ? r->end - n * height : height;
    return span;
}

/* The windows, one a row of the other side of a sliding window, that may reach a span of rows. */
static inline te_span te_reaching(te_span rows, int32_t pad, int32_t dilation, int32_t kernel, int32_t stride,
                                  int32_t windows)
{
    const int32_t first = rows.first + pad - (kernel - 1) * dilation;
    te_span span;
    span.first = first <= 0 ? 0 : (first + stride - 1) / stride;
    span.end = (rows.end - 1 + pad) / stride + 1;
    if (span.end > windows) {
        span.end = windows;
    }
    return span;
}

/* Zeros in the rows of a range; a row has `elements`. */
static inline void te_clear_rows(const te_row_range *r, float *y, int32_t elements)
{
    for (int32_t row = r->first; row < r->end; row++) {
        float *to = &y[row % r->y_ring * elements];
        for (int32_t i = 0; i < elements; i++) {
            to[i] = 0.0f;
        }
    }
}

/* The taps of a window that lie inside a span of rows. */
static inline te_span te_window_within(int32_t start, int32_t dilation, int32_t kernel, te_span rows)
{
    return te_window(start - rows.first, dilation, kernel, rows.end - rows.first);
}

#endif
