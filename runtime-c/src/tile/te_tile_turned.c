/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Four sums of a channel at a time. The loop is four codes long; what does not fill it goes first.
 *
 * Armv6-M: r0 words, r1 first code, r2 index of the code, r3 code, r4-r7 factors, r8-r11 sums, which ADD reaches, r12
 * end of the words, lr step. Thumb-2: r0 words, r1 code, r2 end of the words, r3 code, r4-r7 factors, r8-r11 sums, r12
 * step, lr three steps. The run is on the stack. */
#include "te_tile_turned.h"

#if TE_TILE_ARMV6M

#define STEP                                                                                                           \
    "ldmia r0!, {r4-r7}\n"                                                                                             \
    "ldrsb r3, [r1, r2]\n"                                                                                             \
    "add r2, lr\n"                                                                                                     \
    "muls r4, r3\n"                                                                                                    \
    "add r8, r4\n"                                                                                                     \
    "muls r5, r3\n"                                                                                                    \
    "add r9, r5\n"                                                                                                     \
    "muls r6, r3\n"                                                                                                    \
    "add r10, r6\n"                                                                                                    \
    "muls r7, r3\n"                                                                                                    \
    "add r11, r7\n"
/* Sets the flag Z where a multiple of four is left. */
#define REST                                                                                                           \
    "mov r3, r12\n"                                                                                                    \
    "subs r3, r3, r0\n"                                                                                                \
    "lsls r3, r3, #26\n"

TE_TILE_ASM void te_tile_turned(__attribute__((unused)) te_tile_turned_run *run)
{
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r7, lr}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "push {r0, r4-r7}\n"
                     "ldr r3, [r0, #4]\n"
                     "mov r12, r3\n"
                     "ldr r3, [r0, #12]\n"
                     "mov lr, r3\n"
                     "1: ldr r3, [sp]\n"
                     "ldr r1, [r3, #16]\n"
                     "ldmia r1!, {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "ldr r0, [r3]\n"
                     "ldr r1, [r3, #8]\n"
                     "movs r2, #0\n" REST "beq 3f\n"
                     "2: " STEP REST "bne 2b\n"
                     "cmp r0, r12\n"
                     "beq 4f\n"
                     "3: " STEP STEP STEP STEP "cmp r0, r12\n"
                     "bne 3b\n"
                     "4: mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "ldr r3, [sp]\n"
                     "ldr r1, [r3, #16]\n"
                     "stmia r1!, {r4-r7}\n"
                     "str r1, [r3, #16]\n"
                     "ldr r1, [r3, #8]\n"
                     "adds r1, #1\n"
                     "str r1, [r3, #8]\n"
                     "ldr r1, [r3, #20]\n"
                     "subs r1, #1\n"
                     "str r1, [r3, #20]\n"
                     "bne 1b\n"
                     "pop {r0, r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "pop {r4-r7, pc}\n" ::
                         : "memory");
}

#elif TE_TILE_THUMB2

#define PRODUCTS                                                                                                       \
    "ldmia r0!, {r4-r7}\n"                                                                                             \
    "mla r8, r4, r3, r8\n"                                                                                             \
    "mla r9, r5, r3, r9\n"                                                                                             \
    "mla r10, r6, r3, r10\n"                                                                                           \
    "mla r11, r7, r3, r11\n"

TE_TILE_ASM void te_tile_turned(__attribute__((unused)) te_tile_turned_run *run)
{
    __asm__ volatile("push {r0, r4-r11, lr}\n"
                     "ldr r2, [r0, #4]\n"
                     "ldr r12, [r0, #12]\n"
                     "add lr, r12, r12, lsl #1\n"
                     "1: ldr r3, [sp]\n"
                     "ldr r0, [r3, #16]\n"
                     "ldmia r0, {r8-r11}\n"
                     "ldr r0, [r3]\n"
                     "ldr r1, [r3, #8]\n"
                     "sub r3, r2, r0\n"
                     "lsls r3, r3, #26\n"
                     "beq 3f\n"
                     "2: ldrsb r3, [r1]\n" PRODUCTS "add r1, r1, r12\n"
                     "sub r3, r2, r0\n"
                     "lsls r3, r3, #26\n"
                     "bne 2b\n"
                     "cmp r0, r2\n"
                     "beq 4f\n"
                     "3: ldrsb r3, [r1]\n" PRODUCTS "ldrsb r3, [r1, r12]\n" PRODUCTS
                     "ldrsb r3, [r1, r12, lsl #1]\n" PRODUCTS "ldrsb r3, [r1, lr]\n" PRODUCTS
                     "add r1, r1, r12, lsl #2\n"
                     "cmp r0, r2\n"
                     "bne 3b\n"
                     "4: ldr r3, [sp]\n"
                     "ldrd r0, r1, [r3, #16]\n"
                     "stmia r0!, {r8-r11}\n"
                     "ldr r4, [r3, #8]\n"
                     "adds r4, #1\n"
                     "str r4, [r3, #8]\n"
                     "subs r1, #1\n"
                     "strd r0, r1, [r3, #16]\n"
                     "bne 1b\n"
                     "pop {r0, r4-r11, pc}\n" ::
                         : "memory");
}

#else

void te_tile_turned(te_tile_turned_run *run)
{
    const int32_t count = (int32_t)((run->x_end - run->x) / TE_TILE);
    for (int32_t channel = 0; channel < run->channels; channel++) {
        const int32_t *x = run->x;
        int32_t *const to = run->sums + channel * TE_TILE;
        int32_t sums[TE_TILE] = {to[0], to[1], to[2], to[3]};
        for (int32_t i = 0; i < count; i++, x += TE_TILE) {
            const int32_t w = run->w[i * run->step + channel];
            for (int32_t p = 0; p < TE_TILE; p++) {
                sums[p] += x[p] * w;
            }
        }
        for (int32_t p = 0; p < TE_TILE; p++) {
            to[p] = sums[p];
        }
    }
}

#endif
