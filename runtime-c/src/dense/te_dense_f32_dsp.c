/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer of fp32: y = clamp(b + sum of x * w), eight outputs at a time. */
#include "te_dsp_dots.h"
#include "te_dsp_mask_stored.h"
#include "te_kernels.h"

void te_dense_f32_dsp(const te_dense *s, const float *x, const float *w, const float *b, float *y, uint8_t *mask)
{
    te_dsp_dots_run run;
    run.rows = 1;
    run.x_jump = 0;
    run.w_jump = 0;
    run.length = 4 * s->in;
    run.w_step = 4 * s->in;
    te_dsp_dots_range(&run, s->f_min, s->f_max);
    for (int32_t n = 0; n < s->batch; n++, x += s->in) {
        run.x = x;
        te_dsp_dots_all(&run, w, b, s->out, &y[n * s->out]);
    }
    if (mask != NULL) {
        te_dsp_mask_stored(y, s->batch * s->out, mask, 0, s->f_min, s->f_max);
    }
}
