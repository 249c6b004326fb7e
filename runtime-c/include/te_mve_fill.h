/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Codes of padding. */
#ifndef TE_MVE_FILL_H
#define TE_MVE_FILL_H

#include "te_mve.h"

static inline void te_mve_fill(int8_t *to, int32_t code, int32_t bytes)
{
#if TE_MVE_CORE
    __asm__ volatile("vdup.8 q0, %[code]\n wlstp.8 lr, %[bytes], 2f\n 1: vstrb.8 q0, [%[to]], #16\n letp lr, 1b\n 2:\n"
                     : [to] "+r"(to)
                     : [code] "r"(code), [bytes] "r"(bytes)
                     : "q0", "lr", "memory");
#else
    memset(to, code, (size_t)bytes);
#endif
}

#endif
