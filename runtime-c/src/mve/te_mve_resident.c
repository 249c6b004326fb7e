/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* 8 or 16 inputs: the weights of four channels fill four registers for all pixels, so a pixel is 1 load and 4 VMLADAV. */
#include "te_mve_block.h"

#if TE_MVE_CORE

/* What a loop reads by one register, so that enough are left: assembly knows the order. */
typedef struct te_resident {
    int32_t low[4], high[4]; /* bounds of four codes */
    const int32_t *first;
    const float *multiplier;
    int32_t count; /* pixels */
} te_resident;

/* Sums come in r6, r8, r10 and r12; q6 and q7 have the first sums and the multipliers. */
#define RUN(load, mac, k, clamp)                                                                                       \
    __asm__ volatile("ldr r6, [%[t], #32]\n vldrw.32 q6, [r6]\n ldr r6, [%[t], #36]\n vldrw.32 q7, [r6]\n" load        \
                     " q0, [%[w]]\n" load " q1, [%[w], #" k "]\n" load " q2, [%[w], #2*" k "]\n" load                  \
                     " q3, [%[w], #3*" k "]\n ldr lr, [%[t], #40]\n dls lr, lr\n"                                      \
                     "1:\n" load " q4, [%[x]], #" k "\n" mac " r6, q4, q0\n" mac " r8, q4, q1\n" mac                   \
                     " r10, q4, q2\n" mac " r12, q4, q3\n vmov q5[2], q5[0], r6, r10\n vmov q5[3], q5[1], r8, r12\n"   \
                     "vadd.i32 q5, q5, q6\n vcvt.f32.s32 q5, q5\n vmul.f32 q5, q5, q7\n vcvtn.s32.f32 q5, q5\n"        \
                     "vqadd.s32 q5, q5, %[zero]\n" clamp "vstrb.32 q5, [%[y]]\n add %[y], %[step]\n le lr, 1b\n"       \
                     : [x] "+l"(from), [y] "+l"(to)                                                                    \
                     : [w] "l"(w), [t] "r"(&t), [zero] "r"(l->y_zero), [step] "r"(l->outputs)                          \
                     : "r6", "r8", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "memory", "cc")
#define FULL "vqmovnb.s32 q5, q5\n vqmovnb.s16 q5, q5\n"
#define BOUNDS "vldrw.32 q4, [%[t]]\n vmax.s32 q5, q5, q4\n vldrw.32 q4, [%[t], #16]\n vmin.s32 q5, q5, q4\n"

/* Four channels from oc on. */
static void te_resident_channels(const te_mve_layer *l, const int8_t *x, int32_t pixels, int32_t oc, int8_t *y)
{
    const int32_t low = l->y_min, high = l->y_max, is_full = low == -128 && high == 127;
    const te_resident t = {{low, low, low, low}, {high, high, high, high}, l->first + oc, l->multiplier + oc, pixels};
    const int8_t *from = x, *const w = l->w + oc * l->inputs;
    int8_t *to = y + oc;
    if (l->inputs == 8 && is_full) {
        RUN("vldrb.s16", "vmladav.s16", "8", FULL);
    } else if (l->inputs == 8) {
        RUN("vldrb.s16", "vmladav.s16", "8", BOUNDS);
    } else if (is_full) {
        RUN("vldrb.8", "vmladav.s8", "16", FULL);
    } else {
        RUN("vldrb.8", "vmladav.s8", "16", BOUNDS);
    }
}

void te_mve_resident(const te_mve_layer *l, const int8_t *x, int32_t pixels, int8_t *y)
{
    int32_t oc = 0;
    for (; oc + 4 <= l->outputs; oc += 4) {
        te_resident_channels(l, x, pixels, oc, y);
    }
    if (oc < l->outputs) { /* some of the last four again */
        te_resident_channels(l, x, pixels, l->outputs - 4, y);
    }
}

#endif
