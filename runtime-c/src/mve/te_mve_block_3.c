/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Two channels by three pixels at a time: 5 loads and 6 VMLADAVA for 96 products. */
#include "te_mve_block.h"

#if TE_MVE_CORE

/* Sums of the channels at r1 and r3 and the pixels at r5, r7 and r9; the first 16 inputs begin the sums. */
#define ROUND(mac)                                                                                                     \
    "vldrb.8 q0, [r1], #16\n vldrb.8 q2, [r5], #16\n" mac " r0, q0, q2\n vldrb.8 q1, [r3], #16\n" mac                  \
    " r2, q1, q2\n vldrb.8 q2, [r7], #16\n" mac " r4, q0, q2\n" mac " r6, q1, q2\n vldrb.8 q2, [r9], #16\n" mac        \
    " r8, q0, q2\n" mac " r10, q1, q2\n"
#define SUMS                                                                                                           \
    "ldr lr, [r11, #44]\n" ROUND("vmladav.s8") "wlstp.8 lr, lr, 3f\n 2:\n" ROUND("vmladava.s8") "letp lr, 2b\n 3:\n"
#define EACH(op, rest) op " q3, q3" rest "\n" op " q4, q4" rest "\n" op " q5, q5" rest "\n"

/* VMOV fills lanes 0 and 2 or 1 and 3, so channels 0 and 2 come first, then 1 and 3. r12: weights of the four channels. */
TE_MVE_ASM void te_mve_block_3(__attribute__((unused)) te_mve_block *b)
{
    __asm__("push {r4-r12, lr}\n"
            "vpush {d8-d15}\n"
            "mov r11, r0\n"
            "ldrd r0, r1, [r11, #52]\n"
            "vdup.32 q6, r0\n"
            "vdup.32 q7, r1\n"
            "0:\n"
            "ldr r12, [r11, #72]\n"
            "1:\n"
            "ldm r11, {r5, r7, r9}\n"
            "mov r1, r12\n"
            "ldr r3, [r11, #40]\n"
            "add r3, r3, r12\n" SUMS "vmov q3[2], q3[0], r0, r2\n"
            "vmov q4[2], q4[0], r4, r6\n"
            "vmov q5[2], q5[0], r8, r10\n"
            "ldm r11, {r5, r7, r9}\n"
            "ldrd r1, r3, [r11, #36]\n"
            "add r1, r1, r12\n"
            "add r12, r12, r3, lsl #1\n"
            "add r3, r3, r1\n" SUMS "vmov q3[3], q3[1], r0, r2\n"
            "vmov q4[3], q4[1], r4, r6\n"
            "vmov q5[3], q5[1], r8, r10\n"
            "add r9, r11, #12\n"
            "ldm r9, {r0, r2, r4, r6, r8}\n"
            "ldr r10, [r11, #48]\n"
            "vldrw.32 q0, [r6], #16\n"
            "vldrw.32 q1, [r8], #16\n" EACH("vadd.i32", ", q0") EACH("vcvt.f32.s32", "") EACH("vmul.f32", ", q1")
                EACH("vcvtn.s32.f32", "") EACH("vqadd.s32", ", r10") EACH("vmax.s32", ", q6")
                    EACH("vmin.s32", ", q7") "vstrb.32 q3, [r0], #4\n"
                                             "vstrb.32 q4, [r2], #4\n"
                                             "vstrb.32 q5, [r4], #4\n"
                                             "stm r9, {r0, r2, r4, r6, r8}\n"
                                             "ldr r1, [r11, #32]\n"
                                             "cmp r12, r1\n"
                                             "bne 1b\n"
                                             "ldrd r6, r8, [r11, #76]\n"
                                             "ldrd r1, r3, [r11, #64]\n"
                                             "add r0, r0, r3\n"
                                             "add r2, r2, r3\n"
                                             "add r4, r4, r3\n"
                                             "stm r9, {r0, r2, r4, r6, r8}\n"
                                             "ldm r11, {r5, r7, r9}\n"
                                             "add r5, r5, r1\n"
                                             "add r7, r7, r1\n"
                                             "add r9, r9, r1\n"
                                             "stm r11, {r5, r7, r9}\n"
                                             "ldr r0, [r11, #60]\n"
                                             "subs r0, r0, #1\n"
                                             "str r0, [r11, #60]\n"
                                             "bne 0b\n"
                                             "vpop {d8-d15}\n"
                                             "pop {r4-r12, pc}\n");
}

#endif
