/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Kernel 3, stride 1: four columns serve two pixels, the columns of weights 0, 1, 2, none and none, 0, 1, 2. */
#include "te_mve_run_plain.h"

te_mve_run_of te_mve_run_3s1, te_mve_run_3s1_two;

#if TE_MVE_CORE

#include "te_mve_run_text.h"

#define SUMS                                                                                                           \
    "vldrw.u32 q0, [q7, #128]!\n vmladav.s8 r0, q0, q4\n vmladav.s8 r2, q0, q1\n"                                      \
    "vldrw.u32 q0, [q7, #128]!\n vmladav.s8 r4, q0, q4\n vmladav.s8 r6, q0, q1\n"

TE_MVE_ASM void te_mve_run_3s1(__attribute__((unused)) te_mve_run *run)
{
    __asm__(TE_MVE_RUN("vldrb.8 q1, [r10]\n vldrb.8 q4, [r10, #4]\n", SUMS, "16"));
}

TE_MVE_ASM void te_mve_run_3s1_two(__attribute__((unused)) te_mve_run *run)
{
    __asm__(TE_MVE_RUN_TWO("vldrb.8 q1, [r10]\n vldrb.8 q4, [r10, #4]\n", SUMS, "16", "1"));
}

#else

void te_mve_run_3s1(te_mve_run *run)
{
    te_mve_run_plain(run, 3, 1, 1);
}

void te_mve_run_3s1_two(te_mve_run *run)
{
    te_mve_run_plain(run, 3, 1, 2);
}

#endif
