/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Kernel 3, stride 2: four columns a pixel. */
#include "te_mve_run_plain.h"

te_mve_run_of te_mve_run_3s2;

#if TE_MVE_CORE

#include "te_mve_run_text.h"

#define SUMS                                                                                                           \
    "vldrw.u32 q0, [q7, #128]!\n vmladav.s8 r0, q0, q4\n"                                                              \
    "vldrw.u32 q0, [q7, #128]!\n vmladav.s8 r2, q0, q4\n"                                                              \
    "vldrw.u32 q0, [q7, #128]!\n vmladav.s8 r4, q0, q4\n"                                                              \
    "vldrw.u32 q0, [q7, #128]!\n vmladav.s8 r6, q0, q4\n"

TE_MVE_ASM void te_mve_run_3s2(__attribute__((unused)) te_mve_run *run)
{
    __asm__(TE_MVE_RUN("vldrb.8 q4, [r10, #4]\n", SUMS, "16"));
}

#else

void te_mve_run_3s2(te_mve_run *run)
{
    te_mve_run_plain(run, 3, 2, 1);
}

#endif
