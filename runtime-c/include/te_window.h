/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The taps of a window that lie inside the input: kernel positions first .. end-1 along one axis. */
#ifndef TE_WINDOW_H
#define TE_WINDOW_H

#include <stdint.h>

typedef struct te_span {
    int32_t first, end;
} te_span;

/* start: input index of kernel position 0, negative inside the padding. */
static inline te_span te_window(int32_t start, int32_t dilation, int32_t kernel, int32_t extent)
{
    te_span span;
    span.first = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
    span.end = start >= extent ? 0 : (extent - start + dilation - 1) / dilation;
    if (span.end > kernel) {
        span.end = kernel;
    }
    if (span.first > span.end) {
        span.first = span.end;
    }
    return span;
}

#endif
