/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Four rows of codes as words of columns. */
#include "te_mve_lines.h"

void te_mve_lines(te_mve_rows *rows, int32_t columns, int32_t channels, int8_t *to, int32_t stride)
{
#if TE_MVE_CORE
    const int8_t *a = rows->at[0], *b = rows->at[1], *c = rows->at[2], *d = rows->at[3];
    __asm__ volatile(
        "vctp.8 %[channels]\n wls lr, %[columns], 2f\n"
        "1: vpstttt\n vldrbt.8 q0, [%[a]]\n vldrbt.8 q1, [%[b]]\n vldrbt.8 q2, [%[c]]\n vldrbt.8 q3, [%[d]]\n"
        "vst40.8 {q0, q1, q2, q3}, [%[to]]\n vst41.8 {q0, q1, q2, q3}, [%[to]]\n"
        "vst42.8 {q0, q1, q2, q3}, [%[to]]\n vst43.8 {q0, q1, q2, q3}, [%[to]]\n"
        "add %[a], %[as]\n add %[b], %[bs]\n add %[c], %[cs]\n add %[d], %[ds]\n add %[to], %[stride]\n"
        "le lr, 1b\n 2:\n"
        : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [to] "+r"(to)
        : [columns] "r"(columns), [channels] "r"(channels), [as] "r"(rows->column[0]), [bs] "r"(rows->column[1]),
          [cs] "r"(rows->column[2]), [ds] "r"(rows->column[3]), [stride] "r"(stride)
        : "q0", "q1", "q2", "q3", "lr", "memory", "cc");
    __asm__ volatile(
        "vldrw.32 q0, [%[rows]]\n vldrw.32 q1, [%[rows], #32]\n vadd.i32 q0, q0, q1\n vstrw.32 q0, [%[rows]]\n"
        :
        : [rows] "r"(rows)
        : "q0", "q1", "memory");
#else
    for (int32_t i = 0; i < columns; i++, to += stride) {
        for (int32_t row = 0; row < 4; row++) {
            for (int32_t c = 0; c < TE_MVE_LINE_CHANNELS; c++) {
                to[4 * c + row] = c < channels ? rows->at[row][i * rows->column[row] + c] : 0;
            }
        }
    }
    for (int32_t row = 0; row < 4 && channels == TE_MVE_LINE_CHANNELS; row++) {
        rows->at[row] += rows->next[row];
    }
#endif
}
