/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A tap of four channels takes 15 instructions: mantissas of four channels are one word, weights of a channel lie together.
 *
 * Registers: r0 list, r1 weights, r2 dy, both of the first of four channels, r3 and r4 taps of one and of three channels, r5 end of a run,
 * r6-r9 sums; s7 sums in memory. */
#include "te_dsp_spread.h"
#include "te_mve.h"

#if TE_MVE_CORE

/* Eight channels at a time, a tap 11 instructions; the last four by a predicate.
 *
 * Registers: r0 list, r1 weights, r2 dy, r3 taps of a channel, r4 t, r8 end of dy, r9 sums, r10 step of sums, r12 sums of a pixel; q2 sums
 * of even channels, q3 of odd ones, q6 where they lie, q7 where weights lie. */
TE_MVE_ASM void te_dsp_spread_sums(__attribute__((unused)) const te_dsp_spread *t)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "vpush {d8-d15}\n"
                     "mov r4, r0\n"
                     "ldrd r1, r3, [r4]\n"
                     "mov r0, #0\n"
                     "vidup.u16 q7, r0, #1\n"
                     "vmul.i16 q7, q7, r3\n"
                     "mov r0, #0\n"
                     "vidup.u32 q6, r0, #8\n"
                     "ldrd r9, r10, [r4, #12]\n"
                     "ldrd r2, r8, [r4, #20]\n"
                     "1: sub r0, r8, r2\n"
                     "vctp.16 r0\n"
                     "ldr r0, [r4, #8]\n"
                     "mov r12, r9\n"
                     "2: vmov.i32 q2, #0\n"
                     "vmov.i32 q3, #0\n"
                     "3: ldr r5, [r0], #4\n"
                     "lsr r5, r5, #3\n"
                     "wls lr, r5, 5f\n"
                     "4: ldrd r6, r7, [r0], #8\n"
                     "add r6, r6, r2\n"
                     "add r7, r7, r1\n"
                     "vpstt\n"
                     "vldrbt.s16 q0, [r6]\n"
                     "vldrbt.s16 q1, [r7, q7]\n"
                     "vmullb.s16 q4, q0, q1\n"
                     "vadd.i32 q2, q2, q4\n"
                     "vmullt.s16 q4, q0, q1\n"
                     "vadd.i32 q3, q3, q4\n"
                     "le lr, 4b\n"
                     "5: ldr r5, [r0], #4\n"
                     "vshl.s32 q2, r5\n"
                     "vshl.s32 q3, r5\n"
                     "lsls r5, r5, #1\n"
                     "bcc 3b\n"
                     "add r7, r12, #4\n"
                     "vpstt\n"
                     "vstrwt.32 q2, [r12, q6]\n"
                     "vstrwt.32 q3, [r7, q6]\n"
                     "add r12, r12, r10\n"
                     "bpl 2b\n"
                     "add r9, r9, #32\n"
                     "add r1, r1, r3, lsl #3\n"
                     "add r2, r2, #8\n"
                     "cmp r2, r8\n"
                     "blo 1b\n"
                     "vpop {d8-d15}\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#elif TE_DSP_CORE

TE_DSP_ASM void te_dsp_spread_sums(__attribute__((unused)) const te_dsp_spread *t)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "vldmia r0, {s0-s6}\n"
                     "vmov r1, r3, s0, s1\n"
                     "add r4, r3, r3, lsl #1\n"
                     "vmov r2, s5\n"
                     "1: vmov r0, s2\n"
                     "vmov.f32 s7, s3\n"
                     "2: mov r6, #0\n"
                     "mov r7, #0\n"
                     "mov r8, #0\n"
                     "mov r9, #0\n"
                     "3: ldr r5, [r0], #4\n"
                     "cbz r5, 5f\n"
                     "add r5, r5, r0\n"
                     "4: ldrd r10, r11, [r0], #8\n"
                     "ldr r10, [r10, r2]\n"
                     "add r11, r11, r1\n"
                     "sxtb16 r12, r10\n"
                     "sxtb16 r10, r10, ror #8\n"
                     "ldrsb lr, [r11]\n"
                     "smlabb r6, r12, lr, r6\n"
                     "ldrsb lr, [r11, r3]\n"
                     "smlabb r7, r10, lr, r7\n"
                     "ldrsb lr, [r11, r3, lsl #1]\n"
                     "smlatb r8, r12, lr, r8\n"
                     "ldrsb lr, [r11, r4]\n"
                     "smlatb r9, r10, lr, r9\n"
                     "cmp r0, r5\n"
                     "bne 4b\n"
                     "5: ldr r10, [r0], #4\n"
                     "lsl r6, r6, r10\n"
                     "lsl r7, r7, r10\n"
                     "lsl r8, r8, r10\n"
                     "lsl r9, r9, r10\n"
                     "lsls r10, r10, #1\n"
                     "bcc 3b\n"
                     "vmov r12, s7\n"
                     "vmov r11, s4\n"
                     "stmia r12, {r6-r9}\n"
                     "add r12, r12, r11\n"
                     "vmov s7, r12\n"
                     "bpl 2b\n"
                     "vmov r12, s3\n"
                     "add r12, r12, #16\n"
                     "vmov s3, r12\n"
                     "add r1, r1, r3, lsl #2\n"
                     "add r2, r2, #4\n"
                     "vmov r12, s6\n"
                     "cmp r2, r12\n"
                     "bne 1b\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

void te_dsp_spread_sums(const te_dsp_spread *t)
{
    const int32_t channels = (int32_t)(t->dy_end - t->dy);
    const int32_t *list = t->list;
    int32_t *sums = t->sums;
    for (int32_t mark = 0; (mark & TE_SPREAD_END) == 0; sums += t->pixel / 4) {
        memset(sums, 0, (size_t)channels * sizeof sums[0]);
        do {
            for (int32_t bytes = *list++; bytes > 0; bytes -= 8, list += 2) {
                const int8_t *const from = t->dy + list[0], *const w = t->w + list[1];
                for (int32_t c = 0; c < channels; c++) {
                    sums[c] += from[c] * w[c * t->kernel];
                }
            }
            mark = *list++;
            for (int32_t c = 0; c < channels && (mark & 31) > 0; c++) {
                sums[c] = (int32_t)((uint32_t)sums[c] << (mark & 31));
            }
        } while (mark >= 0);
    }
}

#endif
