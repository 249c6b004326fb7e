/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Kernel 7, stride 2: a pixel begins with each pair of columns. */
#include "te_mve_run_plain.h"

te_mve_run_of te_mve_run_7s2;

#if TE_MVE_CORE

#include "te_mve_run_text.h"

#define SUMS                                                                                                           \
    "vldrb.8 q4, [r10, #8]\n vldrb.8 q1, [r10, #24]\n vldrb.8 q2, [r10, #40]\n"                                        \
    "vldrw.u32 q0, [q7, #-256]\n vmladav.s8 r0, q0, q4\n"                                                              \
    "vldrw.u32 q0, [q7]\n vmladava.s8 r0, q0, q1\n vmladav.s8 r2, q0, q4\n"                                            \
    "vldrw.u32 q0, [q7, #256]!\n vmladava.s8 r0, q0, q2\n vmladava.s8 r2, q0, q1\n vmladav.s8 r4, q0, q4\n"            \
    "vldrw.u32 q0, [q7, #256]!\n vmladava.s8 r2, q0, q2\n vmladava.s8 r4, q0, q1\n vmladav.s8 r6, q0, q4\n"            \
    "vldrb.8 q4, [r10, #56]\n vmladava.s8 r0, q0, q4\n"                                                                \
    "vldrw.u32 q0, [q7, #256]!\n vmladava.s8 r2, q0, q4\n vmladava.s8 r4, q0, q2\n vmladava.s8 r6, q0, q1\n"           \
    "vldrw.u32 q0, [q7, #256]!\n vmladava.s8 r4, q0, q4\n vmladava.s8 r6, q0, q2\n"                                    \
    "vldrw.u32 q0, [q7, #256]\n vmladava.s8 r6, q0, q4\n"

TE_MVE_ASM void te_mve_run_7s2(__attribute__((unused)) te_mve_run *run)
{
    __asm__(TE_MVE_RUN("", SUMS, "64"));
}

#else

void te_mve_run_7s2(te_mve_run *run)
{
    te_mve_run_plain(run, 7, 2, 1);
}

#endif
