/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Real values to codes: clamp(round(x / scale) + zero), ties to even. NaN becomes the smallest code. The conversion rounds by the mode of
 * the FPU, to nearest, and saturates. */
#include "te_dsp.h"
#include "te_kernels.h"
#include "te_math.h"

void te_quantize_f32_i8_dsp(const te_affine *s, const float *x, int8_t *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float steps = x[i] / s->scale;
#if TE_DSP_CORE
        float rounded;
        __asm__("vcvtr.s32.f32 %0, %1" : "=t"(rounded) : "t"(steps));
        int32_t code = (int32_t)te_float_bits(rounded);
        __asm__("qadd %0, %0, %1" : "+r"(code) : "r"(s->zero));
        code = code < s->min || te_float_bits(steps) << 1 > 0xff000000u ? s->min : code > s->max ? s->max : code;
#else
        int32_t code = te_round_clamped(steps, -1000.0f, 1000.0f) + s->zero;
        code = code < s->min ? s->min : code > s->max ? s->max : code;
#endif
        y[i] = (int8_t)code;
    }
}
