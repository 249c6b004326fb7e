/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A channel of four windows at a time. The zero point goes out behind the taps, times the sum of the weights.
 *
 * Armv6-M: r0 codes, r1 index of the code, r2 weights, r3 index of the weight, r4 weight, r5 free, r6 from window to
 * window, r7 taps left, r8-r11 sums, r12 sum of the weights, lr back to the first window and one tap on. On the stack:
 * run. Thumb-2: r0 codes, r1 weights, r2 and r3 from window to window, once and three times, r4 from tap to tap, r5
 * taps left, r6 code, r7 weight, r8-r11 sums, r12 sum of the weights, lr run. */
#include "te_tile_taps.h"

#if TE_TILE_ARMV6M

#define WINDOW(sum)                                                                                                    \
    "ldrsb r5, [r0, r1]\n"                                                                                             \
    "muls r5, r4\n"                                                                                                    \
    "add " #sum ", r5\n"
#define STEP                                                                                                           \
    "ldrsb r4, [r2, r3]\n"                                                                                             \
    "adds r3, #1\n"                                                                                                    \
    "add r12, r4\n" WINDOW(r8) "adds r1, r1, r6\n" WINDOW(r9) "adds r1, r1, r6\n" WINDOW(                              \
        r10) "adds r1, r1, r6\n" WINDOW(r11) "add r1, lr\n"

TE_TILE_ASM void te_tile_taps(__attribute__((unused)) te_tile_taps_run *run)
{
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r7, lr}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "push {r0, r4-r7}\n"
                     "ldr r6, [r0, #4]\n"
                     "ldr r3, [r0, #8]\n"
                     "subs r3, r3, r6\n"
                     "lsls r2, r6, #1\n"
                     "subs r3, r3, r2\n"
                     "mov lr, r3\n"
                     "ldr r2, [r0, #20]\n"
                     "movs r3, #0\n"
                     "1: ldr r1, [r0, #28]\n"
                     "ldmia r1!, {r4, r5, r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r7\n"
                     "ldr r4, [r1]\n"
                     "mov r11, r4\n"
                     "movs r1, #0\n"
                     "mov r12, r1\n"
                     "ldr r7, [r0, #12]\n"
                     "ldr r0, [r0]\n"
                     "cmp r7, #0\n"
                     "beq 3f\n"
                     "2: " STEP "subs r7, #1\n"
                     "bne 2b\n"
                     "3: ldr r7, [sp]\n"
                     "ldr r7, [r7, #16]\n"
                     "cmp r7, #0\n"
                     "beq 5f\n"
                     "4: " STEP STEP STEP "subs r7, #1\n"
                     "bne 4b\n"
                     "5: ldr r0, [sp]\n"
                     "ldr r4, [r0, #24]\n"
                     "mov r5, r12\n"
                     "muls r4, r5\n"
                     "ldr r7, [r0, #28]\n"
                     "mov r5, r8\n"
                     "subs r5, r5, r4\n"
                     "str r5, [r7]\n"
                     "mov r5, r9\n"
                     "subs r5, r5, r4\n"
                     "str r5, [r7, #4]\n"
                     "mov r5, r10\n"
                     "subs r5, r5, r4\n"
                     "str r5, [r7, #8]\n"
                     "mov r5, r11\n"
                     "subs r5, r5, r4\n"
                     "str r5, [r7, #12]\n"
                     "adds r7, #16\n"
                     "str r7, [r0, #28]\n"
                     "ldr r4, [r0]\n"
                     "adds r4, #1\n"
                     "str r4, [r0]\n"
                     "ldr r4, [r0, #32]\n"
                     "subs r4, #1\n"
                     "str r4, [r0, #32]\n"
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

#define STEP                                                                                                           \
    "ldrsb r7, [r1], #1\n"                                                                                             \
    "ldrsb r6, [r0]\n"                                                                                                 \
    "mla r8, r6, r7, r8\n"                                                                                             \
    "ldrsb r6, [r0, r2]\n"                                                                                             \
    "mla r9, r6, r7, r9\n"                                                                                             \
    "ldrsb r6, [r0, r2, lsl #1]\n"                                                                                     \
    "mla r10, r6, r7, r10\n"                                                                                           \
    "ldrsb r6, [r0, r3]\n"                                                                                             \
    "mla r11, r6, r7, r11\n"                                                                                           \
    "add r12, r12, r7\n"                                                                                               \
    "add r0, r0, r4\n"

TE_TILE_ASM void te_tile_taps(__attribute__((unused)) te_tile_taps_run *run)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "mov lr, r0\n"
                     "ldrd r2, r4, [lr, #4]\n"
                     "add r3, r2, r2, lsl #1\n"
                     "ldr r1, [lr, #20]\n"
                     "1: ldr r6, [lr, #28]\n"
                     "ldmia r6, {r8-r11}\n"
                     "ldr r0, [lr]\n"
                     "mov r12, #0\n"
                     "ldr r5, [lr, #12]\n"
                     "cbz r5, 3f\n"
                     "2: " STEP "subs r5, #1\n"
                     "bne 2b\n"
                     "3: ldr r5, [lr, #16]\n"
                     "cmp r5, #0\n"
                     "beq 5f\n"
                     "4: " STEP STEP STEP "subs r5, #1\n"
                     "bne 4b\n"
                     "5: ldrd r5, r6, [lr, #24]\n"
                     "mls r8, r12, r5, r8\n"
                     "mls r9, r12, r5, r9\n"
                     "mls r10, r12, r5, r10\n"
                     "mls r11, r12, r5, r11\n"
                     "stmia r6!, {r8-r11}\n"
                     "ldr r0, [lr]\n"
                     "adds r0, #1\n"
                     "str r0, [lr]\n"
                     "ldr r7, [lr, #32]\n"
                     "subs r7, #1\n"
                     "strd r6, r7, [lr, #28]\n"
                     "bne 1b\n"
                     "pop {r4-r11, pc}\n" ::
                         : "memory");
}

#else

void te_tile_taps(te_tile_taps_run *run)
{
    const int32_t taps = run->rest + 3 * run->threes;
    for (int32_t c = 0; c < run->channels; c++) {
        for (int32_t p = 0; p < TE_TILE; p++) {
            for (int32_t i = 0; i < taps; i++) {
                run->sums[c * TE_TILE + p] +=
                    (run->x[c + p * run->pixel + i * run->tap] - run->zero) * run->w[c * taps + i];
            }
        }
    }
}

#endif
