/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The text around the sums of runs (te_mve_run.h): SUMS leaves those of four pixels in r0, r2, r4 and r6, from columns at q7 and on, of
 * which q0 to q2 and q4 may be used; r10 is the first column of weights of the channel.
 *
 * r1 y, r3 first sum, r5 multiplier, r7 channels left, r8 zero point, r9 step of y, r11 the run, r12 y of the channel, q3 where four pixels
 * lie, q5 and q6 bounds, q7 columns. */
#ifndef TE_MVE_RUN_TEXT_H
#define TE_MVE_RUN_TEXT_H

#define TE_MVE_RUN_CODES                                                                                               \
    "vmov q2[2], q2[0], r0, r4\n vmov q2[3], q2[1], r2, r6\n vadd.i32 q2, q2, r3\n vcvt.f32.s32 q2, q2\n"              \
    "vmul.f32 q2, q2, r5\n vcvtn.s32.f32 q2, q2\n vqadd.s32 q2, q2, r8\n vmax.s32 q2, q2, q5\n vmin.s32 q2, q2, q6\n"

/* Codes of all pixels of a row; WEIGHTS is loaded once a row. */
#define TE_MVE_RUN_ROW(WEIGHTS, SUMS, loop, rest, end)                                                                 \
    "ldr lr, [r11, #36]\n" WEIGHTS "wls lr, lr, " rest "f\n" loop ":\n" SUMS TE_MVE_RUN_CODES                          \
    "vstrb.32 q2, [r1, q3]\n add r1, r1, r9\n le lr, " loop "b\n" rest                                                 \
    ": ldr r0, [r11, #40]\n cmp r0, #0\n beq.w " end "f\n vctp.32 r0\n" SUMS TE_MVE_RUN_CODES                          \
    "vpst\n vstrbt.32 q2, [r1, q3]\n" end ":\n"

/* Up to the first row of a channel. */
#define TE_MVE_RUN_BEGIN                                                                                               \
    "push {r4-r12, lr}\n vpush {d8-d15}\n mov r11, r0\n"                                                               \
    "ldrd r0, r1, [r11, #52]\n vdup.32 q5, r0\n vdup.32 q6, r1\n"                                                      \
    "mov r0, #0\n vidup.u32 q3, r0, #1\n ldr r0, [r11, #60]\n vmul.i32 q3, q3, r0\n"                                   \
    "ldrd r8, r9, [r11, #44]\n ldr r12, [r11, #20]\n ldrd r10, r7, [r11, #28]\n"                                       \
    "1: ldr r0, [r11, #16]\n ldrd r3, r5, [r0], #8\n str r0, [r11, #16]\n"                                             \
    "vldrw.32 q7, [r11]\n mov r0, #4\n vadd.i32 q4, q7, r0\n vstrw.32 q4, [r11]\n mov r1, r12\n add r12, r12, #1\n"

/* Behind the last row of a channel, whose weights take BYTES. */
#define TE_MVE_RUN_END(BYTES)                                                                                          \
    "add r10, r10, #" BYTES "\n subs r7, r7, #1\n bne.w 1b\n vpop {d8-d15}\n pop {r4-r12, pc}\n"

#define TE_MVE_RUN(WEIGHTS, SUMS, BYTES)                                                                               \
    TE_MVE_RUN_BEGIN TE_MVE_RUN_ROW(WEIGHTS, SUMS, "2", "3", "4") TE_MVE_RUN_END(BYTES)

/* On to the second row of a channel, whose weights lie DOWN bytes earlier; and back. */
#define TE_MVE_RUN_SECOND(DOWN)                                                                                        \
    "ldr r1, [r11, #24]\n add r1, r1, r12\n sub r1, r1, #1\n vldrw.32 q7, [r11]\n mov r0, #4\n vsub.i32 q7, q7, r0\n"  \
    "sub r10, r10, #" DOWN "\n"
#define TE_MVE_RUN_BACK(DOWN) "add r10, r10, #" DOWN "\n"

#define TE_MVE_RUN_TWO(WEIGHTS, SUMS, BYTES, DOWN)                                                                     \
    TE_MVE_RUN_BEGIN TE_MVE_RUN_ROW(WEIGHTS, SUMS, "2", "3", "4") TE_MVE_RUN_SECOND(DOWN)                              \
        TE_MVE_RUN_ROW(WEIGHTS, SUMS, "5", "6", "7") TE_MVE_RUN_BACK(DOWN) TE_MVE_RUN_END(BYTES)

#endif
