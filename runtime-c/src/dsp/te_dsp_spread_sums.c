/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A tap of four channels takes 15 instructions: mantissas of four channels are one word, weights of a channel lie together.
 *
 * Registers: r0 list, r1 weights, r2 dy, both of the first of four channels, r3 and r4 taps of one and of three channels, r5 end of a run,
 * r6-r9 sums; s7 sums in memory. */
#include "te_dsp_spread.h"

#if TE_DSP_CORE

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
