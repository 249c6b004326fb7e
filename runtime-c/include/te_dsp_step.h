/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A step of some rows of weights, each by one product of a number of its own and the inputs: w -= g * x. */
#ifndef TE_DSP_STEP_H
#define TE_DSP_STEP_H

#include "te_dsp.h"

enum { TE_DSP_STEP = 4 };

/* The order is that in which registers are loaded. */
typedef struct te_dsp_step_run {
    const float *x;
    int32_t length; /* bytes */
    float *w[TE_DSP_STEP];
    float g[TE_DSP_STEP];
} te_dsp_step_run;

/* The first four or one of the rows. */
void te_dsp_step(const te_dsp_step_run *run, int32_t count);

#endif
