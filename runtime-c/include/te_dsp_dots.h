/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of products of eight neighbouring outputs over one window. Each output's own sum keeps its order; the eight run side by side, so
 * that an input is loaded once for eight products. VMLA rounds the product and then the sum, as C does without contraction. */
#ifndef TE_DSP_DOTS_H
#define TE_DSP_DOTS_H

#include "te_dsp.h"
#include "te_math.h"
#include "te_shapes.h"

enum { TE_DSP_DOTS = 8 };

/* The order is that in which registers are loaded. Jumps and lengths are in bytes; a jump leads from the end of a row of the window to the
 * next one. */
typedef struct te_dsp_dots_run {
    const float *x;
    int32_t rows, x_jump, w_jump, length;
    const float *w; /* of the first output */
    int32_t w_step; /* to the next output */
    const float *b; /* eight first sums */
    float *y;
    float min, max;
    int32_t has_min, has_max; /* 0 where the end is infinite, so that nothing lies beyond it */
} te_dsp_dots_run;

void te_dsp_dots(const te_dsp_dots_run *run);

/* First sums of a layer without biases. */
extern const float te_dsp_zeros[TE_DSP_DOTS];

/* The ends of the range of a layer. */
static inline void te_dsp_dots_range(te_dsp_dots_run *run, float min, float max)
{
    run->min = min;
    run->max = max;
    run->has_min = min > -TE_INFINITY;
    run->has_max = max < TE_INFINITY;
}

/* Where the next eight of `count` outputs begin. The last eight may begin among those before them and make these again. */
static inline int32_t te_dsp_dots_next(int32_t at, int32_t count)
{
    return at + 2 * TE_DSP_DOTS <= count ? at + TE_DSP_DOTS : count - TE_DSP_DOTS;
}

/* All outputs of a window; count >= 8. */
static inline void te_dsp_dots_all(te_dsp_dots_run *run, const float *w, const float *b, int32_t count, float *y)
{
    for (int32_t at = 0;; at = te_dsp_dots_next(at, count)) {
        run->w = w + at * (run->w_step / 4);
        run->b = b == NULL ? te_dsp_zeros : &b[at];
        run->y = &y[at];
        te_dsp_dots(run);
        if (at + TE_DSP_DOTS == count) {
            return;
        }
    }
}

#endif
