/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* y += g[0] * v[0] + g[1] * v[1] + .., element by element and in this order: what gradients of layers are made of. An element of y is
 * loaded and stored once for eight products. */
#ifndef TE_DSP_OUTER_H
#define TE_DSP_OUTER_H

#include "te_dsp.h"

enum { TE_DSP_OUTER = 8 };

/* The order is that in which registers are loaded. Jumps and lengths are in bytes; a jump leads from the end of a row to the next one. */
typedef struct te_dsp_outer_run {
    float *y;
    int32_t rows, y_jump, v_jump, length;
    const float *v[TE_DSP_OUTER];
    float g[TE_DSP_OUTER];
} te_dsp_outer_run;

/* With the first eight, four or one of the factors. */
void te_dsp_outer(const te_dsp_outer_run *run, int32_t count);

/* With the first `count` of them, at most eight. Others of the run may change. */
static inline void te_dsp_outer_first(te_dsp_outer_run *run, int32_t count)
{
    int32_t i = 0;
    if (count >= 4) {
        i = count == TE_DSP_OUTER ? TE_DSP_OUTER : 4;
        te_dsp_outer(run, i);
    }
    for (; i < count; i++) {
        run->v[0] = run->v[i];
        run->g[0] = run->g[i];
        te_dsp_outer(run, 1);
    }
}

#endif
