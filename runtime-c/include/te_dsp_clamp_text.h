/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The text of a clamp of eight results of fp32 in s24-s31, in a naked function. */
#ifndef TE_DSP_CLAMP_TEXT_H
#define TE_DSP_CLAMP_TEXT_H

/* One end, at r0 + offset; the condition is ls for the least and ge for the greatest: neither holds after a comparison with NaN. */
#define TE_DSP_CLAMP(offset, condition)                                                                                \
    "vldr s0, [r0, #" #offset "]\n"                                                                                    \
    ".irp n, 24, 25, 26, 27, 28, 29, 30, 31\n"                                                                         \
    "vcmp.f32 s\\n, s0\n"                                                                                              \
    "vmrs APSR_nzcv, fpscr\n"                                                                                          \
    "it " #condition "\n"                                                                                              \
    "vmov" #condition ".f32 s\\n, s0\n"                                                                                \
    ".endr\n"

#endif
