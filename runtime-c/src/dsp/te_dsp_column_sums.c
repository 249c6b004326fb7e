/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sixteen sums stay in registers: 20 instructions a row. */
#include "te_dsp_column_sums.h"

#if TE_DSP_CORE

#define ADD(sum, x) "vadd.f32 s" #sum ", s" #sum ", s" #x "\n"

TE_DSP_ASM void te_dsp_column_sums(__attribute__((unused)) const float *x, __attribute__((unused)) int32_t step,
                                   __attribute__((unused)) int32_t rows, __attribute__((unused)) float *sum)
{
    __asm__ volatile("vpush {s16-s31}\n"
                     "mov r12, #0\n"
                     "vmov s16, r12\n"
                     "vmov.f32 s17, s16\n"
                     "vmov.f32 s18, s16\n"
                     "vmov.f32 s19, s16\n"
                     "vmov.f32 s20, s16\n"
                     "vmov.f32 s21, s16\n"
                     "vmov.f32 s22, s16\n"
                     "vmov.f32 s23, s16\n"
                     "vmov.f32 s24, s16\n"
                     "vmov.f32 s25, s16\n"
                     "vmov.f32 s26, s16\n"
                     "vmov.f32 s27, s16\n"
                     "vmov.f32 s28, s16\n"
                     "vmov.f32 s29, s16\n"
                     "vmov.f32 s30, s16\n"
                     "vmov.f32 s31, s16\n"
                     "cbz r2, 2f\n"
                     "1: vldmia r0, {s0-s15}\n" ADD(16, 0) ADD(17, 1) ADD(18, 2) ADD(19, 3) ADD(20, 4) ADD(21, 5)
                         ADD(22, 6) ADD(23, 7) ADD(24, 8) ADD(25, 9) ADD(26, 10) ADD(27, 11) ADD(28, 12) ADD(29, 13)
                             ADD(30, 14) ADD(31, 15) "add r0, r0, r1\n"
                                                     "subs r2, r2, #1\n"
                                                     "bne 1b\n"
                                                     "2: vstmia r3, {s16-s31}\n"
                                                     "vpop {s16-s31}\n"
                                                     "bx lr\n" ::
                                                         : "memory");
}

#else

void te_dsp_column_sums(const float *x, int32_t step, int32_t rows, float *sum)
{
    for (int32_t c = 0; c < TE_DSP_COLUMNS; c++) {
        sum[c] = 0.0f;
    }
    for (int32_t row = 0; row < rows; row++) {
        for (int32_t c = 0; c < TE_DSP_COLUMNS; c++) {
            sum[c] += x[row * (step / 4) + c];
        }
    }
}

#endif
