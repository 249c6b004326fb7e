/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Eight inputs wait while the weights of each row come and go by one instruction each. VMLS rounds the product and then the difference.
 *
 * Registers: r0-r3 rows of weights, r4 inputs, r5 rest. s0-s7 inputs, s8-s15 weights, s16-s19 factors. */
#include "te_dsp_step.h"

#if TE_DSP_CORE

#define STEP_8(r, g)                                                                                                   \
    "vldmia r" #r ", {s8-s15}\n"                                                                                       \
    "vmls.f32 s8, s0, s" #g "\n"                                                                                       \
    "vmls.f32 s9, s1, s" #g "\n"                                                                                       \
    "vmls.f32 s10, s2, s" #g "\n"                                                                                      \
    "vmls.f32 s11, s3, s" #g "\n"                                                                                      \
    "vmls.f32 s12, s4, s" #g "\n"                                                                                      \
    "vmls.f32 s13, s5, s" #g "\n"                                                                                      \
    "vmls.f32 s14, s6, s" #g "\n"                                                                                      \
    "vmls.f32 s15, s7, s" #g "\n"                                                                                      \
    "vstmia r" #r "!, {s8-s15}\n"
#define STEP_1(r, g)                                                                                                   \
    "vldr s8, [r" #r "]\n"                                                                                             \
    "vmls.f32 s8, s0, s" #g "\n"                                                                                       \
    "vstmia r" #r "!, {s8}\n"
#define ONE(step) step(0, 16)
#define FOUR(step) ONE(step) step(1, 17) step(2, 18) step(3, 19)

TE_DSP_ASM void te_dsp_step(__attribute__((unused)) const te_dsp_step_run *run, __attribute__((unused)) int32_t count)
{
    __asm__ volatile("push {r4, r5}\n"
                     "vpush {s16-s19}\n"
                     "cmp r1, #1\n"
                     "ldmia r0!, {r4, r5}\n"
                     "add r1, r0, #16\n"
                     "vldmia r1, {s16-s19}\n"
                     "ldmia r0, {r0-r3}\n"
                     "beq.w 5f\n"
                     "subs r5, r5, #32\n"
                     "blo.w 2f\n"
                     "1: vldmia r4!, {s0-s7}\n" FOUR(STEP_8)::
                         : "memory");
    __asm__ volatile(
        "subs r5, r5, #32\n"
        "bhs.w 1b\n"
        "2: adds r5, r5, #32\n"
        "beq 4f\n"
        "3: vldmia r4!, {s0}\n" FOUR(STEP_1) "subs r5, r5, #4\n"
                                             "bne 3b\n"
                                             "4: vpop {s16-s19}\n"
                                             "pop {r4, r5}\n bx lr\n"
                                             "5: subs r5, r5, #32\n"
                                             "blo 7f\n"
                                             "6: vldmia r4!, {s0-s7}\n" ONE(STEP_8) "subs r5, r5, #32\n"
                                                                                    "bhs 6b\n"
                                                                                    "7: adds r5, r5, #32\n"
                                                                                    "beq 4b\n"
                                                                                    "8: vldmia r4!, {s0}\n" ONE(
                                                                                        STEP_1) "subs r5, r5, #4\n"
                                                                                                "bne 8b\n"
                                                                                                "b 4b\n" ::
                                                                                                    : "memory");
}

#else

void te_dsp_step(const te_dsp_step_run *run, int32_t count)
{
    for (int32_t j = 0; j < count; j++) {
        for (int32_t i = 0; i < run->length / 4; i++) {
            run->w[j][i] -= run->g[j] * run->x[i];
        }
    }
}

#endif
