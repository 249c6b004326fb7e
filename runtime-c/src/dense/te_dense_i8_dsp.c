/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer of codes from packed weights: y = clamp(round(sum * multiplier[oc]) + y_zero), the zero point of x in the first sums of the
 * stream. The clamp is that of int8. */
#include "te_dsp_dense.h"
#include "te_kernels.h"

static inline void te_dense_widen_four(uint32_t four, uint32_t *to)
{
#if TE_DSP_CORE
    __asm__("sxtb16 %0, %1" : "=r"(to[0]) : "r"(four));
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(to[1]) : "r"(four));
#else
    to[0] = ((uint32_t)(int8_t)four & 0xffffu) | (uint32_t)(int8_t)(four >> 16) << 16;
    to[1] = ((uint32_t)(int8_t)(four >> 8) & 0xffffu) | (uint32_t)(int8_t)(four >> 24) << 16;
#endif
}

/* Codes as pairs of int16; what follows the last one in memory is not read. */
static void te_dense_widen(const int8_t *x, int32_t count, uint32_t *to)
{
    uint32_t four;
    for (; count >= 4; count -= 4, x += 4, to += 2) {
        memcpy(&four, x, 4);
        te_dense_widen_four(four, to);
    }
    if (count > 0) {
        four = 0;
        memcpy(&four, x, (size_t)count);
        te_dense_widen_four(four, to);
    }
}

void te_dense_i8_dsp(const te_dense *s, const int8_t *x, const uint32_t *w, int8_t *y, uint32_t *scratch)
{
    const int32_t words = (s->in + 3) / 4 * 2, first = (words - 1) % TE_DSP_DENSE_GROUP + 1, whole = s->out / 8;
    const int32_t per_eight = 17 + 4 * words;
    te_dsp_dense_run run;
    run.x = scratch;
    run.x_end = scratch + words;
    run.entry = 56 * first;
    run.group = 4 * first;
    run.zero = s->y_zero;
    for (int32_t n = 0; n < s->batch; n++, x += s->in, y += s->out) {
        te_dense_widen(x, s->in, scratch);
        run.w = w;
        run.w_end = w + whole * per_eight;
        run.y = y;
        if (whole > 0) {
            te_dsp_dense(&run);
        }
        if (s->out % 8 != 0) {
            int8_t codes[8];
            run.w = run.w_end;
            run.w_end += per_eight;
            run.y = codes;
            te_dsp_dense(&run);
            memcpy(&y[8 * whole], codes, (size_t)(s->out % 8));
        }
    }
}
