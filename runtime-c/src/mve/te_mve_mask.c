/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Bits of a mask from codes that are stored: one is 1 where the code lies between the ends of the range. */
#include "te_mve_mask.h"

static void te_mask_some(const int8_t *y, int32_t count, uint8_t *mask, int32_t index, int32_t y_min, int32_t y_max)
{
    for (int32_t i = 0; i < count; i++, index++) {
        const uint32_t bit = 1u << (index & 7), others = mask[index >> 3] & ~bit;
        mask[index >> 3] = (uint8_t)(y[i] > y_min && y[i] < y_max ? others | bit : others);
    }
}

void te_mve_mask(const int8_t *y, int32_t count, uint8_t *mask, int32_t index, int32_t y_min, int32_t y_max)
{
#if TE_MVE_CORE
    const int32_t before = -index & 7, rounds = (count - before) / 16;
    if (rounds > 0) {
        te_mask_some(y, before, mask, index, y_min, y_max);
        y += before;
        uint8_t *to = mask + (index + before) / 8;
        int32_t bits;
        __asm__ volatile("dls lr, %[n]\n"
                         "1: vldrb.8 q0, [%[y]], #16\n vpt.s8 gt, q0, %[least]\n vcmpt.s8 lt, q0, %[most]\n"
                         "vmrs %[bits], p0\n strh %[bits], [%[to]], #2\n le lr, 1b\n"
                         : [y] "+r"(y), [to] "+r"(to), [bits] "=&r"(bits)
                         : [n] "r"(rounds), [least] "r"(y_min), [most] "r"(y_max)
                         : "q0", "lr", "memory", "cc");
        index += before + 16 * rounds;
        count -= before + 16 * rounds;
    }
#endif
    te_mask_some(y, count, mask, index, y_min, y_max);
}
