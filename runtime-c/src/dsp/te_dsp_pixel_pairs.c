/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Mantissas of four channels as pairs of pixels: 14 instructions for four. */
#include "te_dsp_channels.h"

#if TE_DSP_CORE

/* Two pixels that lie two apart, the first of them `from` bytes into the list. */
#define TE_PIXEL_PAIR(from, next)                                                                                      \
    "ldrd r5, r6, [r0, #" from "]\n"                                                                                   \
    "ldr r5, [r2, r5]\n"                                                                                               \
    "sxtb16 r7, r5, ror #8\n"                                                                                          \
    "sxtb16 r5, r5\n"                                                                                                  \
    "smulbb r8, r5, r6\n"                                                                                              \
    "smulbb r9, r7, r6\n"                                                                                              \
    "smultb r10, r5, r6\n"                                                                                             \
    "smultb r11, r7, r6\n"                                                                                             \
    "ldrd r5, r6, [r0, #" next "]\n"                                                                                   \
    "ldr r5, [r2, r5]\n"                                                                                               \
    "sxtb16 r7, r5, ror #8\n"                                                                                          \
    "sxtb16 r5, r5\n"                                                                                                  \
    "smulbb r12, r5, r6\n"                                                                                             \
    "pkhbt r8, r8, r12, lsl #16\n"                                                                                     \
    "smulbb r12, r7, r6\n"                                                                                             \
    "pkhbt r9, r9, r12, lsl #16\n"                                                                                     \
    "smultb r12, r5, r6\n"                                                                                             \
    "pkhbt r10, r10, r12, lsl #16\n"                                                                                   \
    "smultb r12, r7, r6\n"                                                                                             \
    "pkhbt r11, r11, r12, lsl #16\n"                                                                                   \
    "stmia r3!, {r8-r11}\n"

TE_DSP_ASM void te_dsp_pixel_pairs(__attribute__((unused)) const te_dsp_pixel *pixel,
                                   __attribute__((unused)) int32_t fours, __attribute__((unused)) const int8_t *x,
                                   __attribute__((unused)) uint32_t *to, __attribute__((unused)) int32_t *total)
{
    __asm__ volatile("push {r4-r11, lr}\n"
                     "mov r4, r1\n"
                     "mov lr, r3\n"
                     "1:\n" TE_PIXEL_PAIR("0", "16") TE_PIXEL_PAIR("8", "24") "add r0, r0, #32\n"
                                                                              "subs r4, #1\n"
                                                                              "bne 1b\n"
                                                                              "ldr r0, [sp, #36]\n"
                                                                              "ldmia r0, {r8-r11}\n"
                                                                              "mov r2, #0x00010001\n"
                                                                              "2: ldmia lr!, {r4-r7}\n"
                                                                              "smlad r8, r4, r2, r8\n"
                                                                              "smlad r9, r5, r2, r9\n"
                                                                              "smlad r10, r6, r2, r10\n"
                                                                              "smlad r11, r7, r2, r11\n"
                                                                              "cmp lr, r3\n"
                                                                              "bne 2b\n"
                                                                              "stmia r0, {r8-r11}\n"
                                                                              "pop {r4-r11, pc}\n" ::
                                                                                  : "memory");
}

#else

void te_dsp_pixel_pairs(const te_dsp_pixel *pixel, int32_t fours, const int8_t *x, uint32_t *to, int32_t *total)
{
    for (; fours > 0; fours--, pixel += 4, to += 8) {
        for (int32_t i = 0; i < 2; i++) {
            for (int32_t c = 0; c < 4; c++) {
                const int32_t low = x[pixel[i].at + c] * pixel[i].power;
                const int32_t high = x[pixel[i + 2].at + c] * pixel[i + 2].power;
                to[4 * i + c] = (uint32_t)(low & 0xffff) | (uint32_t)high << 16;
                total[c] += low + high;
            }
        }
    }
}

#endif
