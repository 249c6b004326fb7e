/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* 8 or 16 inputs: the weights of four channels fill four registers for all pixels, so a pixel is 1 load and 4 VMLADAV. */
#include "te_mve_block.h"

#if TE_MVE_CORE

/* Sums come in r6, r8, r10 and r12; q6 and q7 have the first sums and the multipliers. */
#define RUN(load, mac, k, clamp)                                                                                       \
    __asm__ volatile("vldrw.32 q6, [%[first]]\n vldrw.32 q7, [%[multiplier]]\n" load " q0, [%[w]]\n" load              \
                     " q1, [%[w], #" k "]\n" load " q2, [%[w], #2*" k "]\n" load " q3, [%[w], #3*" k "]\n"             \
                     "dls lr, %[count]\n"                                                                              \
                     "1:\n" load " q4, [%[x]], #" k "\n" mac " r6, q4, q0\n" mac " r8, q4, q1\n" mac                   \
                     " r10, q4, q2\n" mac " r12, q4, q3\n vmov q5[2], q5[0], r6, r10\n vmov q5[3], q5[1], r8, r12\n"   \
                     "vadd.i32 q5, q5, q6\n vcvt.f32.s32 q5, q5\n vmul.f32 q5, q5, q7\n vcvtn.s32.f32 q5, q5\n"        \
                     "vqadd.s32 q5, q5, %[zero]\n" clamp "vstrb.32 q5, [%[y]]\n add %[y], %[step]\n le lr, 1b\n"       \
                     : [x] "+l"(from), [y] "+l"(to)                                                                    \
                     : [w] "l"(w), [first] "r"(l->first + oc), [multiplier] "r"(l->multiplier + oc),                   \
                       [count] "r"(pixels), [zero] "r"(l->y_zero), [step] "r"(l->outputs), [bounds] "r"(bounds)        \
                     : "r6", "r8", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "memory", "cc")
#define FULL "vqmovnb.s32 q5, q5\n vqmovnb.s16 q5, q5\n"
#define BOUNDS "vldrw.32 q4, [%[bounds]]\n vmax.s32 q5, q5, q4\n vldrw.32 q4, [%[bounds], #16]\n vmin.s32 q5, q5, q4\n"

/* Four channels from oc on. */
static void te_resident_channels(const te_mve_layer *l, const int8_t *x, int32_t pixels, int32_t oc, int8_t *y,
                                 const int32_t *bounds)
{
    const int8_t *from = x, *const w = l->w + oc * l->inputs;
    int8_t *to = y + oc;
    if (l->inputs == 8 && bounds == NULL) {
        RUN("vldrb.s16", "vmladav.s16", "8", FULL);
    } else if (l->inputs == 8) {
        RUN("vldrb.s16", "vmladav.s16", "8", BOUNDS);
    } else if (bounds == NULL) {
        RUN("vldrb.8", "vmladav.s8", "16", FULL);
    } else {
        RUN("vldrb.8", "vmladav.s8", "16", BOUNDS);
    }
}

void te_mve_resident(const te_mve_layer *l, const int8_t *x, int32_t pixels, int8_t *y)
{
    const int32_t bounds[8] = {l->y_min, l->y_min, l->y_min, l->y_min, l->y_max, l->y_max, l->y_max, l->y_max};
    const int32_t *const clamp = l->y_min == -128 && l->y_max == 127 ? NULL : bounds;
    int32_t oc = 0;
    for (; oc + 4 <= l->outputs; oc += 4) {
        te_resident_channels(l, x, pixels, oc, y, clamp);
    }
    if (oc < l->outputs) { /* some of the last four again */
        te_resident_channels(l, x, pixels, l->outputs - 4, y, clamp);
    }
}

#endif
