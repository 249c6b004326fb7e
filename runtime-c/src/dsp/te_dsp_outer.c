/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Twelve elements of y wait while those of each vector come by one VLDM: 108 instructions for 96 products with eight vectors. VMLA rounds
 * the product and then the sum.
 *
 * Registers: r0-r7 vectors, r8 y, r9 rest of the row, r10 rows, r11 and r12 jumps, lr length. s0-s11 y, s12-s23 a vector, s24-s31
 * factors. */
#include "te_dsp_outer.h"

#if TE_DSP_CORE

#define ADD(y, v, g) "vmla.f32 s" #y ", s" #v ", s" #g "\n"
#define ADD_12(r, g)                                                                                                   \
    "vldmia r" #r "!, {s12-s23}\n" ADD(0, 12, g) ADD(1, 13, g) ADD(2, 14, g) ADD(3, 15, g) ADD(4, 16, g) ADD(5, 17, g) \
        ADD(6, 18, g) ADD(7, 19, g) ADD(8, 20, g) ADD(9, 21, g) ADD(10, 22, g) ADD(11, 23, g)
#define ADD_4(r, g) "vldmia r" #r "!, {s12-s15}\n" ADD(0, 12, g) ADD(1, 13, g) ADD(2, 14, g) ADD(3, 15, g)
#define ADD_1(r, g) "vldmia r" #r "!, {s12}\n" ADD(0, 12, g)
#define ONE(add) add(0, 24)
#define FOUR(add) ONE(add) add(1, 25) add(2, 26) add(3, 27)
#define EIGHT(add) FOUR(add) add(4, 28) add(5, 29) add(6, 30) add(7, 31)

/* The three loops, each for all rows. Statements apart, since a literal may not be long. */
#define LOOP(all, last, loop, four, rest)                                                                              \
    __asm__ volatile(#loop "0: subs r9, lr, #48\n"                                                                     \
                           "blo " #four "0f\n" #loop "1: vldmia r8, {s0-s11}\n" all(ADD_12) "vstmia r8!, {s0-s11}\n"   \
                                                                                            "subs r9, r9, #48\n"       \
                                                                                            "bhs.w " #loop "1b\n" ::   \
                                                                                                : "memory");           \
    __asm__ volatile(#four "0: adds r9, r9, #32\n"                                                                     \
                           "bmi " #rest "0f\n" #four                                                                   \
                           "1: vldmia r8, {s0-s3}\n" all(ADD_4) "vstmia r8!, {s0-s3}\n"                                \
                                                                "subs r9, r9, #16\n"                                   \
                                                                "bpl " #four "1b\n" #rest "0: ands r9, r9, #12\n"      \
                                                                "beq " #rest "2f\n" #rest "1: vldr s0, [r8]\n" all(    \
                                                                    ADD_1) "vstmia r8!, {s0}\n"                        \
                                                                           "subs r9, r9, #4\n"                         \
                                                                           "bne " #rest "1b\n" #rest                   \
                                                                           "2: subs r10, r10, #1\n"                    \
                                                                           "beq.w 99f\n"                               \
                                                                           "add r8, r8, r11\n"                         \
                                                                           "cmp r12, #0\n"                             \
                                                                           "beq.w " #loop "0b\n"                       \
                                                                           ".irp n, 0, 1, 2, 3, 4, 5, 6, 7\n"          \
                                                                           ".if \\n <= " #last "\n"                    \
                                                                           "add r\\n, r\\n, r12\n"                     \
                                                                           ".endif\n"                                  \
                                                                           ".endr\n"                                   \
                                                                           "b.w " #loop "0b\n" ::                      \
                                                                               : "memory")

TE_DSP_ASM void te_dsp_outer(__attribute__((unused)) const te_dsp_outer_run *run, __attribute__((unused)) int32_t count)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "vpush {s16-s31}\n"
                     "ldmia r0!, {r8, r10, r11, r12, lr}\n"
                     "add r9, r0, #32\n"
                     "vldmia r9, {s24-s31}\n"
                     "cmp r1, #4\n"
                     "ldmia r0, {r0-r7}\n"
                     "beq.w 40f\n"
                     "blo.w 10f\n" ::
                         : "memory");
    LOOP(EIGHT, 7, 7, 8, 9);
    LOOP(FOUR, 3, 4, 5, 6);
    LOOP(ONE, 0, 1, 2, 3);
    __asm__ volatile("99: vpop {s16-s31}\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

void te_dsp_outer(const te_dsp_outer_run *run, int32_t count)
{
    const int32_t length = run->length / 4;
    for (int32_t row = 0; row < run->rows; row++) {
        float *const y = run->y + row * (length + run->y_jump / 4);
        const int32_t at = row * (length + run->v_jump / 4);
        for (int32_t j = 0; j < count; j++) {
            const float *const v = run->v[j] + at;
            const float g = run->g[j];
            for (int32_t i = 0; i < length; i++) {
                y[i] += g * v[i];
            }
        }
    }
}

#endif
