/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of four pixels by two channels at a time, added to those that stand in memory: p of four pixels, then 256*q + p of four. The words
 * of two channels have no header; their first group has 1 to 16. */
#include "te_dsp_pairs_text.h"
#include "te_dsp_sums.h"

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_sums(__attribute__((unused)) const te_dsp_block *block)
{
    __asm__ volatile(TE_PAIRS_BEGIN
                     "adr.w r1, 4f\n"
                     "vmov r2, s31\n"
                     "sub r1, r1, r2\n"
                     "orr r1, r1, #1\n"
                     "vmov s31, r1\n"
                     "vmov r0, s25\n"
                     "vmov r1, s27\n"
                     "1: vmov r2, s28\n"
                     "vldmia r1, {s7-s22}\n"
                     "add r1, r1, r2\n"
                     "vmov s27, r1\n"
                     "vmov r1, s23\n"
                     "ldmia r1, {r6-r12, lr}\n"
                     "vmov r1, s31\n"
                     "bx r1\n"
                     "2: vmov r1, s27\n"
                     "vldmia r1!, {s7-s22}\n"
                     "vmov s27, r1\n" TE_PAIRS_STEPS(
                         "22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7") "4: vmov r1, s30\n"
                                                                                        "cmp r0, r1\n"
                                                                                        "bne 2b\n"
                                                                                        "vmov r0, s25\n"
                                                                                        "vmov r1, s23\n"
                                                                                        "stmia r1!, {r6-r12, lr}\n"
                                                                                        "vmov s23, r1\n"
                                                                                        "vmov r2, r1, s26, s27\n"
                                                                                        "cmp r1, r2\n"
                                                                                        "bne.w 1b\n"
                                                                                        "vpop {s16-s31}\n"
                                                                                        "pop {r0, r4-r11, pc}\n" ::
                                                                                            : "memory");
}

#else

void te_dsp_sums(const te_dsp_block *block)
{
    const int32_t words = (int32_t)(block->x_end - block->x) / 4, first = block->advance / 4;
    int8_t *at = block->y;
    for (const uint32_t *w = block->w; w != block->w_end; w += words, at += 32) {
        te_pair_sums sums = {te_four_load(at), te_four_load(at + 16)};
        te_pair_words(&sums, block->x, w, first, words);
        te_four_store(at, sums.p);
        te_four_store(at + 16, sums.both);
    }
}

#endif
