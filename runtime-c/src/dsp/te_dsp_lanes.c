/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* 13 instructions for 8 products.
 *
 * Registers: r0 inputs, r1 rows, r2 jumps, r3 jump of weights, r4 taps, r5 step, r6 inputs and r10 weights of the first tap, r7 weights,
 * r8 step to the next eight channels, r9 rest of the taps, r11 results, r12 offset of the first tap, lr eights. s0-s7 inputs, s8-s15
 * weights, s24-s31 sums. */
#include "te_dsp_lanes.h"
#include "te_dsp_clamp_text.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_lanes(__attribute__((unused)) const te_dsp_lanes_run *run)
{
    __asm__ volatile(
        "push {r0, r4-r11, lr}\n"
        "vpush {s24-s31}\n"
        "ldmia r0, {r2, r3, r4, r5, r6, r8, r10, r11, r12, lr}\n"
        "1: ldr r1, [sp, #32]\n"
        "mov r0, r6\n"
        "ldr r2, [r1]\n"
        "ldr r1, [r1, #40]\n"
        "vldmia r10, {s24-s31}\n"
        "add r7, r10, r12\n"
        "2: mov r9, r4\n"
        "3: vldmia r0!, {s0-s7}\n"
        "vldmia r7!, {s8-s15}\n"
        "vmla.f32 s24, s0, s8\n"
        "vmla.f32 s25, s1, s9\n"
        "vmla.f32 s26, s2, s10\n"
        "vmla.f32 s27, s3, s11\n"
        "vmla.f32 s28, s4, s12\n"
        "vmla.f32 s29, s5, s13\n"
        "vmla.f32 s30, s6, s14\n"
        "vmla.f32 s31, s7, s15\n"
        "add r0, r0, r5\n"
        "subs r9, r9, #1\n"
        "bne 3b\n"
        "subs r1, r1, #1\n"
        "beq 4f\n"
        "ldr r9, [r2], #4\n"
        "add r7, r7, r3\n"
        "add r0, r0, r9\n"
        "b 2b\n"
        "4: ldr r0, [sp, #32]\n"
        "ldrd r1, r7, [r0, #52]\n"
        "cbz r1, 5f\n" TE_DSP_CLAMP(44, ls) "5: cbz r7, 6f\n" TE_DSP_CLAMP(48, ge) "6: vstmia r11!, {s24-s31}\n"
                                                                                   "add r6, r6, #32\n"
                                                                                   "add r10, r10, r8\n"
                                                                                   "subs lr, lr, #1\n"
                                                                                   "bne.w 1b\n"
                                                                                   "vpop {s24-s31}\n"
                                                                                   "pop {r0, r4-r11, pc}\n" ::
                                                                                       : "memory");
}

#else

void te_dsp_lanes(const te_dsp_lanes_run *run)
{
    for (int32_t eight = 0; eight < run->eights; eight++) {
        const float *x = run->x + eight * TE_DSP_LANES, *w = run->w + eight * (run->w_step / 4);
        float sums[TE_DSP_LANES];
        memcpy(sums, w, sizeof sums);
        w += run->first / 4;
        for (int32_t row = 0; row < run->rows; row++) {
            for (int32_t tap = 0; tap < run->taps; tap++, w += TE_DSP_LANES) {
                const float *const at = x + tap * (run->x_step / 4 + TE_DSP_LANES);
                for (int32_t c = 0; c < TE_DSP_LANES; c++) {
                    sums[c] += at[c] * w[c];
                }
            }
            if (row + 1 < run->rows) { /* a pointer must not step past the end behind the last row */
                x += run->taps * (run->x_step / 4 + TE_DSP_LANES) + run->jumps[row] / 4;
                w += run->w_jump / 4;
            }
        }
        for (int32_t c = 0; c < TE_DSP_LANES; c++) {
            te_store_f32(&run->y[eight * TE_DSP_LANES + c], NULL, 0, sums[c], run->min, run->max);
        }
    }
}

#endif
