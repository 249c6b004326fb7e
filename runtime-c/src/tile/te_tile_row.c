/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Four channels share the inputs. The loop is four inputs long; what does not fill it goes first.
 *
 * Armv6-M: r0-r4 ends of inputs and weights, r5 index, up to 0, r6 input, r7 weight, r8-r11 sums, r12 the zero point,
 * negative. Thumb-2: r0-r4 inputs and weights, r5 zero point, r12 rounds, lr inputs before the rounds, else the same.
 * On the stack: run. */
#include "te_tile_row.h"

#if TE_TILE_ARMV6M

#define CHANNEL(w, sum)                                                                                                \
    "ldrsb r7, [" #w ", r5]\n"                                                                                         \
    "muls r7, r6\n"                                                                                                    \
    "add " #sum ", r7\n"
#define STEP                                                                                                           \
    "ldrsb r6, [r0, r5]\n"                                                                                             \
    "add r6, r12\n" CHANNEL(r1, r8) CHANNEL(r2, r9) CHANNEL(r3, r10) CHANNEL(r4, r11) "adds r5, #1\n"

TE_TILE_ASM void te_tile_row(__attribute__((unused)) te_tile_row_run *run)
{
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r7, lr}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "push {r0, r4-r7}\n"
                     "adds r0, #28\n"
                     "ldmia r0!, {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "subs r0, #24\n"
                     "ldmia r0!, {r1-r2}\n" /* count, zero */
                     "mov r5, r1\n"
                     "rsbs r2, r2, #0\n"
                     "mov r12, r2\n"
                     "subs r0, #28\n"
                     "ldmia r0, {r0-r4}\n"
                     "adds r0, r0, r5\n"
                     "adds r1, r1, r5\n"
                     "adds r2, r2, r5\n"
                     "adds r3, r3, r5\n"
                     "adds r4, r4, r5\n"
                     "rsbs r5, r5, #0\n"
                     "lsls r6, r5, #30\n"
                     "beq 2f\n"
                     "1: " STEP "lsls r6, r5, #30\n"
                     "bne 1b\n"
                     "cmp r5, #0\n"
                     "beq 3f\n"
                     "2: " STEP STEP STEP STEP "bne 2b\n"
                     "3: pop {r0}\n"
                     "adds r0, #28\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "stmia r0!, {r4-r7}\n"
                     "pop {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "pop {r4-r7, pc}\n" ::
                         : "memory");
}

#elif TE_TILE_THUMB2

#define CHANNEL(w, sum)                                                                                                \
    "ldrsb r7, [" #w "], #1\n"                                                                                         \
    "mla " #sum ", r6, r7, " #sum "\n"
#define STEP                                                                                                           \
    "ldrsb r6, [r0], #1\n"                                                                                             \
    "subs r6, r6, r5\n" CHANNEL(r1, r8) CHANNEL(r2, r9) CHANNEL(r3, r10) CHANNEL(r4, r11)

TE_TILE_ASM void te_tile_row(__attribute__((unused)) te_tile_row_run *run)
{
    __asm__ volatile("push {r0, r4-r11, lr}\n"
                     "ldrd r12, r5, [r0, #20]\n"
                     "add r8, r0, #28\n"
                     "ldmia r8, {r8-r11}\n"
                     "ldmia r0, {r0-r4}\n"
                     "ands lr, r12, #3\n"
                     "beq 2f\n"
                     "1: " STEP "subs lr, lr, #1\n"
                     "bne 1b\n"
                     "2: lsrs r12, r12, #2\n"
                     "beq 4f\n"
                     "3: " STEP STEP STEP STEP "subs r12, r12, #1\n"
                     "bne 3b\n"
                     "4: pop {r0}\n"
                     "adds r0, #28\n"
                     "stmia r0, {r8-r11}\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

void te_tile_row(te_tile_row_run *run)
{
    for (int32_t j = 0; j < TE_TILE; j++) {
        int32_t sum = run->sums[j];
        for (int32_t i = 0; i < run->count; i++) {
            sum += (run->x[i] - run->zero) * run->w[j][i];
        }
        run->sums[j] = sum;
    }
}

#endif
