/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Any even number of words. s31 becomes the address in the sixteen words at which the first group enters. */
#include "te_dsp_pairs_text.h"

te_dsp_pairs_of te_dsp_pairs;

#if TE_DSP_CORE

TE_DSP_ASM void te_dsp_pairs(__attribute__((unused)) te_dsp_block *block)
{
    __asm__ volatile(
        TE_PAIRS_BEGIN
        "adr.w r1, 4f\n"
        "vmov r2, s31\n"
        "sub r1, r1, r2\n"
        "orr r1, r1, #1\n"
        "vmov s31, r1\n" TE_PAIRS_WIDEN "1: vmov r2, s28\n"
        "vldmia r1, {s1-s22}\n"
        "add r1, r1, r2\n"
        "vmov s27, r1\n" TE_PAIRS_FIRST "vmov r1, s31\n"
        "bx r1\n"
        "2: vmov r1, s27\n"
        "vldmia r1!, {s7-s22}\n"
        "vmov s27, r1\n" TE_PAIRS_STEPS(
            "22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7") "4: vmov r1, s30\n"
                                                                           "cmp r0, r1\n"
                                                                           "bne 2b\n" TE_PAIRS_CODES TE_PAIRS_STORE ::
                                                                               : "memory");
}

#else

void te_dsp_pairs(te_dsp_block *block)
{
    te_pairs_blocks(block, (int32_t)(block->x_end - block->x) / 4);
}

#endif
