/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Four sums of a channel at a time. The loop is four inputs long; what does not fill it goes first.
 *
 * Armv6-M: r0 inputs, r1 end of the weights, r2 index of the weight, up to 0, r3 weight, r4-r7 factors, r8-r11 sums,
 * which ADD reaches, r12 run. Thumb-2: r0 inputs, r1 weights, r2 rounds, else the same. */
#include "te_tile_dots.h"

#if TE_TILE_ARMV6M

#define STEP                                                                                                           \
    "ldmia r0!, {r4-r7}\n"                                                                                             \
    "ldrsb r3, [r1, r2]\n"                                                                                             \
    "muls r4, r3\n"                                                                                                    \
    "add r8, r4\n"                                                                                                     \
    "muls r5, r3\n"                                                                                                    \
    "add r9, r5\n"                                                                                                     \
    "muls r6, r3\n"                                                                                                    \
    "add r10, r6\n"                                                                                                    \
    "muls r7, r3\n"                                                                                                    \
    "add r11, r7\n"                                                                                                    \
    "adds r2, #1\n"

TE_TILE_ASM void te_tile_dots(__attribute__((unused)) te_tile_dots_run *run)
{
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r7, lr}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "push {r4-r7}\n"
                     "mov r12, r0\n"
                     "1: ldr r1, [r0, #16]\n"
                     "ldmia r1!, {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "ldr r2, [r0, #4]\n"
                     "ldr r1, [r0, #8]\n"
                     "adds r1, r1, r2\n"
                     "rsbs r2, r2, #0\n"
                     "ldr r0, [r0]\n"
                     "lsls r3, r2, #30\n"
                     "beq 3f\n"
                     "2: " STEP "lsls r3, r2, #30\n"
                     "bne 2b\n"
                     "cmp r2, #0\n"
                     "beq 4f\n"
                     "3: " STEP STEP STEP STEP "bne 3b\n"
                     "4: mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "mov r0, r12\n"
                     "ldr r1, [r0, #16]\n"
                     "stmia r1!, {r4-r7}\n"
                     "str r1, [r0, #16]\n"
                     "ldr r1, [r0, #8]\n"
                     "ldr r2, [r0, #12]\n"
                     "adds r1, r1, r2\n"
                     "str r1, [r0, #8]\n"
                     "ldr r1, [r0, #20]\n"
                     "subs r1, #1\n"
                     "str r1, [r0, #20]\n"
                     "bne 1b\n"
                     "pop {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "pop {r4-r7, pc}\n" ::
                         : "memory");
}

#elif TE_TILE_THUMB2

#define STEP                                                                                                           \
    "ldmia r0!, {r4-r7}\n"                                                                                             \
    "ldrsb r3, [r1], #1\n"                                                                                             \
    "mla r8, r4, r3, r8\n"                                                                                             \
    "mla r9, r5, r3, r9\n"                                                                                             \
    "mla r10, r6, r3, r10\n"                                                                                           \
    "mla r11, r7, r3, r11\n"

TE_TILE_ASM void te_tile_dots(__attribute__((unused)) te_tile_dots_run *run)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "mov r12, r0\n"
                     "1: ldmia r12, {r0, r1}\n"
                     "ldr lr, [r12, #16]\n"
                     "ldmia lr, {r8-r11}\n"
                     "lsrs lr, r1, #2\n"
                     "ands r2, r1, #3\n"
                     "ldr r1, [r12, #8]\n"
                     "beq 3f\n"
                     "2: " STEP "subs r2, #1\n"
                     "bne 2b\n"
                     "cmp lr, #0\n"
                     "beq 4f\n"
                     "3: " STEP STEP STEP STEP "subs lr, #1\n"
                     "bne 3b\n"
                     "4: ldrd r0, r1, [r12, #8]\n"
                     "ldrd r2, r3, [r12, #16]\n"
                     "stmia r2!, {r8-r11}\n"
                     "add r0, r0, r1\n"
                     "str r0, [r12, #8]\n"
                     "subs r3, #1\n"
                     "strd r2, r3, [r12, #16]\n"
                     "bne 1b\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

void te_tile_dots(te_tile_dots_run *run)
{
    for (; run->channels > 0; run->channels--) {
        const int32_t *x = run->x;
        int32_t sums[TE_TILE];
        for (int32_t p = 0; p < TE_TILE; p++) {
            sums[p] = run->sums[p];
        }
        for (int32_t i = 0; i < run->count; i++, x += TE_TILE) {
            for (int32_t p = 0; p < TE_TILE; p++) {
                sums[p] += x[p] * run->w[i];
            }
        }
        for (int32_t p = 0; p < TE_TILE; p++) {
            run->sums[p] = sums[p];
        }
        run->sums += TE_TILE;
        if (run->channels > 1) { /* a pointer must not step past the end */
            run->w += run->w_step;
        }
    }
}

#endif
