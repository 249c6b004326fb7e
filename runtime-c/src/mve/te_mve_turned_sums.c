/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of four pixels by one channel at a time, over eight output channels: a gather, 4 loads and 4 VMLADAVA for 32 products. */
#include "te_mve_turned.h"

#if TE_MVE_CORE

/* r0, r2, r4, r6 sums, r1, r3, r5, r7 pixels, r8 where sums go, r9 weights, r10 eight rows of them, r12 the channel's first weight. */
TE_MVE_ASM void te_mve_turned_sums(__attribute__((unused)) const te_mve_turned *t)
{
    __asm__("push {r4-r12, lr}\n"
            "vpush {d8-d15}\n"
            "mov r11, r0\n"
            "vldrw.32 q6, [r11, #40]\n"
            "mov r0, #0\n"
            "vidup.u32 q5, r0, #1\n"
            "ldr r0, [r11, #36]\n"
            "vmul.i32 q5, q5, r0\n"
            "mov r0, #0\n"
            "vidup.u16 q7, r0, #1\n"
            "ldr r0, [r11, #24]\n"
            "vmul.i16 q7, q7, r0\n"
            "lsl r10, r0, #3\n"
            "ldr r12, [r11, #16]\n"
            "ldr r8, [r11, #32]\n"
            "1:\n"
            "ldm r11, {r1, r3, r5, r7}\n"
            "mov r9, r12\n"
            "add r12, r12, #1\n"
            "mov r0, #0\n"
            "mov r2, #0\n"
            "mov r4, #0\n"
            "mov r6, #0\n"
            "ldr lr, [r11, #28]\n"
            "wlstp.16 lr, lr, 3f\n"
            "2:\n"
            "vldrb.s16 q0, [r9, q7]\n"
            "add r9, r9, r10\n"
            "vldrb.s16 q1, [r1], #8\n"
            "vmladava.s16 r0, q0, q1\n"
            "vldrb.s16 q1, [r3], #8\n"
            "vmladava.s16 r2, q0, q1\n"
            "vldrb.s16 q1, [r5], #8\n"
            "vmladava.s16 r4, q0, q1\n"
            "vldrb.s16 q1, [r7], #8\n"
            "vmladava.s16 r6, q0, q1\n"
            "letp lr, 2b\n"
            "3:\n"
            "vmov q2[2], q2[0], r0, r4\n"
            "vmov q2[3], q2[1], r2, r6\n"
            "vshl.s32 q2, q2, q6\n"
            "vstrw.32 q2, [r8, q5]\n"
            "add r8, r8, #4\n"
            "ldr r0, [r11, #20]\n"
            "cmp r12, r0\n"
            "bne 1b\n"
            "vpop {d8-d15}\n"
            "pop {r4-r12, pc}\n");
}

#else

void te_mve_turned_sums(const te_mve_turned *t)
{
    const int32_t channels = (int32_t)(t->end - t->w);
    for (int32_t p = 0; p < 4; p++) {
        int32_t *const sums = t->sums + p * (t->pixel / 4);
        memset(sums, 0, (size_t)channels * sizeof sums[0]);
        for (int32_t oc = 0; oc < t->out_c; oc++) {
            for (int32_t c = 0; c < channels; c++) {
                sums[c] += t->at[p][oc] * t->w[oc * t->stride + c];
            }
        }
        for (int32_t c = 0; c < channels; c++) {
            sums[c] = t->lift[p] >= 32 ? 0 : (int32_t)((uint32_t)sums[c] << t->lift[p]);
        }
    }
}

#endif
