/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Windows of 3 by 3 of three channels, of four pixels step bytes apart: eight codes of each kernel row, then the ninths of the rows 0 and 2
 * and of row 1, whose second half has no weight. 125 instructions. */
#include "te_dsp_widen_3x3x3.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_widen_3x3x3(__attribute__((unused)) const int8_t *const *rows,
                                   __attribute__((unused)) int32_t step, __attribute__((unused)) uint32_t *to)
{
#define TE_EIGHT_AND_ONE(row, ninth)                                                                                   \
    "ldrd r0, lr, [sp]\n"                                                                                              \
    "ldr r0, [r0, #" row "]\n"                                                                                         \
    "add r1, r0, lr\n"                                                                                                 \
    "add r2, r1, lr\n"                                                                                                 \
    "add r3, r2, lr\n"                                                                                                 \
    ".irp four, 0, 1\n"                                                                                                \
    "ldr r8, [r0], #4\n"                                                                                               \
    "ldr r9, [r1], #4\n"                                                                                               \
    "ldr r10, [r2], #4\n"                                                                                              \
    "ldr r11, [r3], #4\n"                                                                                              \
    "sxtb16 r4, r8\n"                                                                                                  \
    "sxtb16 r5, r9\n"                                                                                                  \
    "sxtb16 r6, r10\n"                                                                                                 \
    "sxtb16 r7, r11\n"                                                                                                 \
    "sxtb16 r8, r8, ror #8\n"                                                                                          \
    "sxtb16 r9, r9, ror #8\n"                                                                                          \
    "sxtb16 r10, r10, ror #8\n"                                                                                        \
    "sxtb16 r11, r11, ror #8\n"                                                                                        \
    "stmia r12!, {r4-r11}\n"                                                                                           \
    ".endr\n"                                                                                                          \
    "ldrsb r4, [r0]\n"                                                                                                 \
    "ldrsb r5, [r1]\n"                                                                                                 \
    "ldrsb r6, [r2]\n"                                                                                                 \
    "ldrsb r7, [r3]\n"                                                                                                 \
    "strh r4, [r12, #" ninth "]\n"                                                                                     \
    "strh r5, [r12, #" ninth "+4]\n"                                                                                   \
    "strh r6, [r12, #" ninth "+8]\n"                                                                                   \
    "strh r7, [r12, #" ninth "+12]\n"
    __asm__ volatile("push {r0, r1, r4-r11, lr}\n"
                     "mov r12, r2\n" TE_EIGHT_AND_ONE("0", "128") TE_EIGHT_AND_ONE("4", "64+16")
                         TE_EIGHT_AND_ONE("8", "2") "pop {r0, r1, r4-r11, pc}\n" ::
                             : "memory");
#undef TE_EIGHT_AND_ONE
}

#else

void te_dsp_widen_3x3x3(const int8_t *const *rows, int32_t step, uint32_t *to)
{
    for (int32_t kh = 0; kh < 3; kh++) {
        const int8_t *const from = rows[kh];
        for (int32_t i = 0; i < 8; i += 4) {
            to = te_four_widen(te_four_of(from + i, from + i + step, from + i + 2 * step, from + i + 3 * step), to);
        }
    }
    for (int32_t p = 0; p < 4; p++) {
        const uint32_t first = (uint32_t)rows[0][p * step + 8] & 0xffffu;
        to[p] = first | (uint32_t)rows[2][p * step + 8] << 16;
        to[p + 4] = (uint32_t)rows[1][p * step + 8] & 0xffffu;
    }
}

#endif
