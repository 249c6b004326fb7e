/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Two channels by three pixels at a time, first by one array of weights, then by the other. */
#include "te_mve_parts.h"

#if TE_MVE_CORE

/* Products of the channels at r1 and r3 and the pixels at r5, r7 and r9, as many as lr says. */
#define LOOP                                                                                                           \
    "wlstp.8 lr, lr, 3f\n 2:\n"                                                                                        \
    "vldrb.8 q0, [r1], #16\n vldrb.8 q2, [r5], #16\n vmladava.s8 r0, q0, q2\n vldrb.8 q1, [r3], #16\n"                 \
    "vmladava.s8 r2, q1, q2\n vldrb.8 q2, [r7], #16\n vmladava.s8 r4, q0, q2\n vmladava.s8 r6, q1, q2\n"               \
    "vldrb.8 q2, [r9], #16\n vmladava.s8 r8, q0, q2\n vmladava.s8 r10, q1, q2\n letp lr, 2b\n 3:\n"
#define START "mov r0, #0\n mov r2, #0\n mov r4, #0\n mov r6, #0\n mov r8, #0\n mov r10, #0\n ldm r11, {r5, r7, r9}\n"
/* the pixels behind the inputs of the first array */
#define BEHIND "ldm r11, {r5, r7, r9}\n ldr lr, [r11, #36]\n add r5, r5, lr\n add r7, r7, lr\n add r9, r9, lr\n"
#define EACH(op, rest) op " q3, q3" rest "\n" op " q4, q4" rest "\n" op " q5, q5" rest "\n"

TE_MVE_ASM void te_mve_parts_block(__attribute__((unused)) te_mve_parts *b)
{
    __asm__("push {r4-r12, lr}\n"
            "vpush {d8-d15}\n"
            "mov r11, r0\n"
            "ldrd r0, r1, [r11, #56]\n"
            "vdup.32 q6, r0\n"
            "vdup.32 q7, r1\n"
            "ldr r12, [r11, #64]\n"
            "1:\n" START "ldrd lr, r3, [r11, #36]\n"
            "mov r1, r12\n"
            "add r3, r3, r12\n" LOOP BEHIND "ldr r1, [r11, #68]\n"
            "ldrd lr, r3, [r11, #44]\n"
            "add r3, r3, r1\n" LOOP "vmov q3[2], q3[0], r0, r2\n"
            "vmov q4[2], q4[0], r4, r6\n"
            "vmov q5[2], q5[0], r8, r10\n" START "ldrd lr, r3, [r11, #36]\n"
            "add r1, r12, lr\n"
            "add r12, r12, r3, lsl #1\n"
            "add r3, r3, r1\n" LOOP BEHIND "ldr r1, [r11, #68]\n"
            "ldrd lr, r3, [r11, #44]\n"
            "add r1, r1, lr\n"
            "add r3, r3, r1\n" LOOP "vmov q3[3], q3[1], r0, r2\n"
            "vmov q4[3], q4[1], r4, r6\n"
            "vmov q5[3], q5[1], r8, r10\n"
            "ldr r1, [r11, #68]\n"
            "ldr r3, [r11, #48]\n"
            "add r1, r1, r3, lsl #1\n"
            "str r1, [r11, #68]\n"
            "add r9, r11, #12\n"
            "ldm r9, {r0, r2, r4, r6, r8}\n"
            "ldr r10, [r11, #52]\n"
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
                                             "vpop {d8-d15}\n"
                                             "pop {r4-r12, pc}\n");
}

#else

void te_mve_parts_block(te_mve_parts *b)
{
    for (; b->w[0] < b->w_end; b->w[0] += b->inputs[0], b->w[1] += b->second[0], b->first++, b->multiplier++) {
        for (int32_t p = 0; p < 3; p++) {
            int32_t sum = *b->first;
            for (int32_t i = 0; i < b->inputs[0]; i++) {
                sum += b->x[p][i] * b->w[0][i];
            }
            for (int32_t i = 0; i < b->second[0]; i++) {
                sum += b->x[p][b->inputs[0] + i] * b->w[1][i];
            }
            te_store_i8(b->y[p]++, NULL, 0, te_scale(sum, *b->multiplier) + b->y_zero, b->y_min, b->y_max);
        }
    }
}

#endif
