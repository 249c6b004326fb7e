/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of four pixels by two channels p and q at a time, and their codes: the text of the functions of a block (te_dsp_block.h).
 *
 * A halfword of weights is 256*q + p, so that the word as it is multiplies to 256*q + p and SXTB16 makes the pair of p of it. The sum of
 * the first less that of the second is 256 times the sum of q; what overflows on the way comes back, since all is modulo 2^32.
 * Weights wait in the FPU: one VLDM brings a header and up to 17 words, one VMOV a word, and no register holds their address meanwhile,
 * which lets one LDM load all four pixels: 11 instructions for 16 products. A group of words runs backwards, so that a short one enters
 * late.
 *
 * Registers: r0 pixels, r1-r4 pairs of four pixels, r5 weights, r6-r9 sums of p, r10-r12 and lr of q. s0 rounding, s1-s5 header (shift,
 * first sums, multipliers), s6-s22 weights, s23-s31 the members of te_dsp_block from y on. The address of the block is on the stack. */
#ifndef TE_DSP_PAIRS_TEXT_H
#define TE_DSP_PAIRS_TEXT_H

#include "te_dsp_block.h"

#if TE_DSP_CORE

#define TE_PAIRS_BEGIN                                                                                                 \
    "push {r0, r4-r11, lr}\n"                                                                                          \
    "vpush {s16-s31}\n"                                                                                                \
    "vldmia r0!, {s0}\n"                                                                                               \
    "vldmia r0, {s23-s31}\n"

/* Pixels to pairs, 15 instructions for 16 codes; then the first address of the weights in r1. */
#define TE_PAIRS_WIDEN                                                                                                 \
    "20: ldr r12, [sp, #64]\n"                                                                                         \
    "ldr r0, [r12, #40]\n"                                                                                             \
    "cbz r0, 22f\n"                                                                                                    \
    "ldrd r3, lr, [r12, #44]\n"                                                                                        \
    "add r1, r0, r3\n"                                                                                                 \
    "add r2, r1, r3\n"                                                                                                 \
    "add r3, r2, r3\n"                                                                                                 \
    "ldr r4, [r12, #44]\n"                                                                                             \
    "add r4, r4, r3\n"                                                                                                 \
    "str r4, [r12, #40]\n"                                                                                             \
    "vmov r12, s25\n"                                                                                                  \
    "21: ldr r8, [r0], #4\n"                                                                                           \
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
    "subs lr, lr, #1\n"                                                                                                \
    "stmia r12!, {r4-r11}\n"                                                                                           \
    "bne 21b\n"                                                                                                        \
    "22: vmov r0, r1, s25, s26\n"                                                                                      \
    "vmov r1, s27\n"

/* The first word: sums begin with the first sums of the header. */
#define TE_PAIRS_FIRST                                                                                                 \
    "vmov r6, r10, s2, s3\n"                                                                                           \
    "vmov r5, s6\n"                                                                                                    \
    "ldmia r0!, {r1-r4}\n"                                                                                             \
    "smlad r11, r5, r2, r10\n"                                                                                         \
    "smlad r12, r5, r3, r10\n"                                                                                         \
    "smlad lr, r5, r4, r10\n"                                                                                          \
    "smlad r10, r5, r1, r10\n"                                                                                         \
    "sxtb16 r5, r5\n"                                                                                                  \
    "smlad r7, r5, r2, r6\n"                                                                                           \
    "smlad r8, r5, r3, r6\n"                                                                                           \
    "smlad r9, r5, r4, r6\n"                                                                                           \
    "smlad r6, r5, r1, r6\n"

/* Words in these registers of the FPU, 42 bytes of code each. */
#define TE_PAIRS_STEPS(registers)                                                                                      \
    ".irp n, " registers "\n"                                                                                          \
    "vmov r5, s\\n\n"                                                                                                  \
    "ldmia r0!, {r1-r4}\n"                                                                                             \
    "smlad r10, r5, r1, r10\n"                                                                                         \
    "smlad r11, r5, r2, r11\n"                                                                                         \
    "smlad r12, r5, r3, r12\n"                                                                                         \
    "smlad lr, r5, r4, lr\n"                                                                                           \
    "sxtb16 r5, r5\n"                                                                                                  \
    "smlad r6, r5, r1, r6\n"                                                                                           \
    "smlad r7, r5, r2, r7\n"                                                                                           \
    "smlad r8, r5, r3, r8\n"                                                                                           \
    "smlad r9, r5, r4, r9\n"                                                                                           \
    ".endr\n"

/* Sums to codes: (rounding * 2^e + hi32(sum * M)) >> (e + 1). The sums of q have eight bits more, so their shift has too. Where no M was
 * proved to give the codes of the definition: the definition in fp32, with the 256 in the multiplier of q. */
#define TE_PAIRS_CODES                                                                                                 \
    "vmov r0, s25\n"                                                                                                   \
    "sub r10, r10, r6\n"                                                                                               \
    "sub r11, r11, r7\n"                                                                                               \
    "sub r12, r12, r8\n"                                                                                               \
    "sub lr, lr, r9\n"                                                                                                 \
    "vmov r1, r2, s0, s1\n"                                                                                            \
    "lsls r1, r1, r2\n"                                                                                                \
    "beq.w 33f\n"                                                                                                      \
    "vmov r3, r4, s4, s5\n"                                                                                            \
    "smmla r6, r6, r3, r1\n"                                                                                           \
    "smmla r7, r7, r3, r1\n"                                                                                           \
    "smmla r8, r8, r3, r1\n"                                                                                           \
    "smmla r9, r9, r3, r1\n"                                                                                           \
    "lsl r1, r1, #8\n"                                                                                                 \
    "smmla r10, r10, r4, r1\n"                                                                                         \
    "smmla r11, r11, r4, r1\n"                                                                                         \
    "smmla r12, r12, r4, r1\n"                                                                                         \
    "smmla lr, lr, r4, r1\n"                                                                                           \
    "tbh [pc, r2, lsl #1]\n"                                                                                           \
    "31:\n"                                                                                                            \
    ".irp e, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14\n"                                                       \
    ".hword (32f - 31b + 36 * \\e) / 2\n"                                                                              \
    ".endr\n"                                                                                                          \
    "32:\n"                                                                                                            \
    ".irp e, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14\n"                                                       \
    "ssat r6, #8, r6, asr #\\e + 1\n"                                                                                  \
    "ssat r7, #8, r7, asr #\\e + 1\n"                                                                                  \
    "ssat r8, #8, r8, asr #\\e + 1\n"                                                                                  \
    "ssat r9, #8, r9, asr #\\e + 1\n"                                                                                  \
    "ssat r10, #8, r10, asr #\\e + 9\n"                                                                                \
    "ssat r11, #8, r11, asr #\\e + 9\n"                                                                                \
    "ssat r12, #8, r12, asr #\\e + 9\n"                                                                                \
    "ssat lr, #8, lr, asr #\\e + 9\n"                                                                                  \
    "b.w 34f\n"                                                                                                        \
    ".endr\n"                                                                                                          \
    "33: vmov s6, s7, r6, r7\n"                                                                                        \
    "vmov s8, s9, r8, r9\n"                                                                                            \
    "vmov s10, s11, r10, r11\n"                                                                                        \
    "vmov s12, s13, r12, lr\n"                                                                                         \
    "vmov r3, s29\n"                                                                                                   \
    ".irp n, 6, 7, 8, 9, 10, 11, 12, 13\n"                                                                             \
    "vcvt.f32.s32 s\\n, s\\n\n"                                                                                        \
    ".endr\n"                                                                                                          \
    ".irp n, 6, 7, 8, 9\n"                                                                                             \
    "vmul.f32 s\\n, s\\n, s4\n"                                                                                        \
    ".endr\n"                                                                                                          \
    ".irp n, 10, 11, 12, 13\n"                                                                                         \
    "vmul.f32 s\\n, s\\n, s5\n"                                                                                        \
    ".endr\n"                                                                                                          \
    ".irp n, 6, 7, 8, 9, 10, 11, 12, 13\n"                                                                             \
    "vcvtr.s32.f32 s\\n, s\\n\n"                                                                                       \
    ".endr\n"                                                                                                          \
    "vmov r6, r7, s6, s7\n"                                                                                            \
    "vmov r8, r9, s8, s9\n"                                                                                            \
    "vmov r10, r11, s10, s11\n"                                                                                        \
    "vmov r12, lr, s12, s13\n"                                                                                         \
    ".irp r, r6, r7, r8, r9, r10, r11, r12, lr\n"                                                                      \
    "qadd \\r, \\r, r3\n"                                                                                              \
    "ssat \\r, #8, \\r\n"                                                                                              \
    ".endr\n"

/* Codes to memory; then the next channels, from label 1 with their address in r1, or the next pixels. */
#define TE_PAIRS_STORE                                                                                                 \
    "34: bfi r6, r10, #8, #8\n"                                                                                        \
    "bfi r7, r11, #8, #8\n"                                                                                            \
    "bfi r8, r12, #8, #8\n"                                                                                            \
    "bfi r9, lr, #8, #8\n"                                                                                             \
    "vmov r1, r2, s23, s24\n"                                                                                          \
    "add r3, r1, r2\n"                                                                                                 \
    "strh r6, [r1]\n"                                                                                                  \
    "strh r7, [r1, r2]\n"                                                                                              \
    "strh r8, [r1, r2, lsl #1]\n"                                                                                      \
    "strh r9, [r3, r2, lsl #1]\n"                                                                                      \
    "adds r1, #2\n"                                                                                                    \
    "vmov s23, r1\n"                                                                                                   \
    "vmov r2, r1, s26, s27\n"                                                                                          \
    "cmp r1, r2\n"                                                                                                     \
    "bne.w 1b\n"                                                                                                       \
    "ldr r12, [sp, #64]\n"                                                                                             \
    "ldrd r2, r3, [r12, #52]\n"                                                                                        \
    "subs r2, r2, #1\n"                                                                                                \
    "beq 35f\n"                                                                                                        \
    "str r2, [r12, #52]\n"                                                                                             \
    "vmov r1, s23\n"                                                                                                   \
    "ldr r2, [r12, #20]\n"                                                                                             \
    "add r1, r1, r3\n"                                                                                                 \
    "vmov s23, r1\n"                                                                                                   \
    "vmov s27, r2\n"                                                                                                   \
    "b.w 20b\n"                                                                                                        \
    "35: vpop {s16-s31}\n"                                                                                             \
    "pop {r0, r4-r11, pc}\n"

/* A known number of words: one load brings all, and no test ends their sums. */
#define TE_PAIRS_LITERAL(name, words, last, registers)                                                                 \
    te_dsp_pairs_of name;                                                                                              \
    TE_DSP_ASM void name(__attribute__((unused)) te_dsp_block *block)                                                  \
    {                                                                                                                  \
        __asm__ volatile(TE_PAIRS_BEGIN TE_PAIRS_WIDEN "1: vldmia r1!, {s1-" last "}\n"                                \
                                                       "vmov s27, r1\n" TE_PAIRS_FIRST TE_PAIRS_STEPS(registers)       \
                                                           TE_PAIRS_CODES TE_PAIRS_STORE ::                            \
                                                               : "memory");                                            \
    }

#else

#include "te_dsp_pairs_vector.h"

#define TE_PAIRS_LITERAL(name, words, last, registers)                                                                 \
    te_dsp_pairs_of name;                                                                                              \
    void name(te_dsp_block *block)                                                                                     \
    {                                                                                                                  \
        te_pairs_blocks(block, words);                                                                                 \
    }

#endif

#endif
