/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Kernel 7, stride 1: pairs of columns serve four pixels; an odd pixel begins with no column. */
#include "te_mve_run_plain.h"

te_mve_run_of te_mve_run_7s1, te_mve_run_7s1_two;

#if TE_MVE_CORE

#include "te_mve_run_text.h"

#define SUMS                                                                                                           \
    "vldrb.8 q4, [r10, #8]\n vldrb.8 q1, [r10]\n"                                                                      \
    "vldrw.u32 q0, [q7, #-256]\n vmladav.s8 r0, q0, q4\n vmladav.s8 r2, q0, q1\n"                                      \
    "vldrw.u32 q0, [q7]\n vmladav.s8 r4, q0, q4\n vmladav.s8 r6, q0, q1\n"                                             \
    "vldrb.8 q4, [r10, #24]\n vldrb.8 q1, [r10, #16]\n vmladava.s8 r0, q0, q4\n vmladava.s8 r2, q0, q1\n"              \
    "vldrw.u32 q0, [q7, #256]!\n vmladava.s8 r4, q0, q4\n vmladava.s8 r6, q0, q1\n"                                    \
    "vldrb.8 q4, [r10, #40]\n vldrb.8 q1, [r10, #32]\n vmladava.s8 r0, q0, q4\n vmladava.s8 r2, q0, q1\n"              \
    "vldrw.u32 q0, [q7, #256]!\n vmladava.s8 r4, q0, q4\n vmladava.s8 r6, q0, q1\n"                                    \
    "vldrb.8 q4, [r10, #56]\n vldrb.8 q1, [r10, #48]\n vmladava.s8 r0, q0, q4\n vmladava.s8 r2, q0, q1\n"              \
    "vldrw.u32 q0, [q7, #256]\n vmladava.s8 r4, q0, q4\n vmladava.s8 r6, q0, q1\n"

TE_MVE_ASM void te_mve_run_7s1(__attribute__((unused)) te_mve_run *run)
{
    __asm__(TE_MVE_RUN("", SUMS, "64"));
}

TE_MVE_ASM void te_mve_run_7s1_two(__attribute__((unused)) te_mve_run *run)
{
    __asm__(TE_MVE_RUN_TWO("", SUMS, "64", "1"));
}

#else

void te_mve_run_7s1(te_mve_run *run)
{
    te_mve_run_plain(run, 7, 1, 1);
}

void te_mve_run_7s1_two(te_mve_run *run)
{
    te_mve_run_plain(run, 7, 1, 2);
}

#endif
