/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A box of a tensor, in order. */
#include "te_kernels.h"

void te_slice_f32_ref(const te_box *s, const float *x, float *y)
{
    int32_t out = 0;
    for (int32_t i0 = 0; i0 < s->size0; i0++) {
        for (int32_t i1 = 0; i1 < s->size1; i1++) {
            for (int32_t i2 = 0; i2 < s->size2; i2++) {
                const float *from = &x[s->start + i0 * s->step0 + i1 * s->step1 + i2 * s->step2];
                for (int32_t i3 = 0; i3 < s->size3; i3++) {
                    y[out++] = from[i3 * s->step3];
                }
            }
        }
    }
}
