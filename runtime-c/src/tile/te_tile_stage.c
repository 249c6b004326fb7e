/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Armv6-M reaches three of the four places by what lies between them: r0 place, r1 words, r2 codes left, r3-r6 codes,
 * r7 0, r8-r10 from place to place, r11 back and one on, r12 the zero point, negative. Thumb-2: r0-r3 places, r4-r7
 * codes, r8 zero point, r12 codes left, lr words. */
#include "te_tile_stage.h"

#if TE_TILE_ARMV6M

#define STEP                                                                                                           \
    "ldrsb r3, [r0, r7]\n"                                                                                             \
    "add r0, r8\n"                                                                                                     \
    "ldrsb r4, [r0, r7]\n"                                                                                             \
    "add r0, r9\n"                                                                                                     \
    "ldrsb r5, [r0, r7]\n"                                                                                             \
    "add r0, r10\n"                                                                                                    \
    "ldrsb r6, [r0, r7]\n"                                                                                             \
    "add r0, r11\n"                                                                                                    \
    "add r3, r12\n"                                                                                                    \
    "add r4, r12\n"                                                                                                    \
    "add r5, r12\n"                                                                                                    \
    "add r6, r12\n"                                                                                                    \
    "stmia r1!, {r3-r6}\n"

TE_TILE_ASM void te_tile_stage(__attribute__((unused)) const int8_t *const *from, __attribute__((unused)) int32_t *to,
                               __attribute__((unused)) int32_t count, __attribute__((unused)) int32_t zero)
{
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r7, lr}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "push {r4-r7}\n"
                     "rsbs r3, r3, #0\n"
                     "mov r12, r3\n"
                     "ldmia r0!, {r4-r7}\n"
                     "subs r3, r4, r7\n"
                     "adds r3, #1\n"
                     "mov r11, r3\n"
                     "subs r7, r7, r6\n"
                     "mov r10, r7\n"
                     "subs r6, r6, r5\n"
                     "mov r9, r6\n"
                     "subs r5, r5, r4\n"
                     "mov r8, r5\n"
                     "mov r0, r4\n"
                     "movs r7, #0\n"
                     "lsrs r3, r2, #1\n"
                     "bcc 1f\n" STEP "subs r2, #1\n"
                     "beq 2f\n"
                     "1: " STEP STEP "subs r2, #2\n"
                     "bne 1b\n"
                     "2: pop {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "pop {r4-r7, pc}\n" ::
                         : "memory");
}

#elif TE_TILE_THUMB2

#define STEP                                                                                                           \
    "ldrsb r4, [r0], #1\n"                                                                                             \
    "ldrsb r5, [r1], #1\n"                                                                                             \
    "ldrsb r6, [r2], #1\n"                                                                                             \
    "ldrsb r7, [r3], #1\n"                                                                                             \
    "subs r4, r4, r8\n"                                                                                                \
    "subs r5, r5, r8\n"                                                                                                \
    "subs r6, r6, r8\n"                                                                                                \
    "subs r7, r7, r8\n"                                                                                                \
    "stmia lr!, {r4-r7}\n"

TE_TILE_ASM void te_tile_stage(__attribute__((unused)) const int8_t *const *from, __attribute__((unused)) int32_t *to,
                               __attribute__((unused)) int32_t count, __attribute__((unused)) int32_t zero)
{
    __asm__ volatile("push {r4-r8, lr}\n"
                     "mov lr, r1\n"
                     "mov r12, r2\n"
                     "mov r8, r3\n"
                     "ldmia r0, {r0-r3}\n"
                     "tst r12, #1\n"
                     "beq 1f\n" STEP "subs r12, #1\n"
                     "beq 2f\n"
                     "1: " STEP STEP "subs r12, #2\n"
                     "bne 1b\n"
                     "2: pop {r4-r8, pc}\n" ::
                         : "memory");
}

#else

void te_tile_stage(const int8_t *const *from, int32_t *to, int32_t count, int32_t zero)
{
    for (int32_t p = 0; p < TE_TILE; p++) {
        const int8_t *const x = from[p];
        for (int32_t i = 0; i < count; i++) {
            to[i * TE_TILE + p] = x[i] - zero;
        }
    }
}

#endif
