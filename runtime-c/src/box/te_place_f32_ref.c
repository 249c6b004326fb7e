/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A tensor with a box of it replaced by x; without a base the rest, without x the box holds the fill. y may be base. */
#include "te_kernels.h"

void te_place_f32_ref(const te_box *s, const float *x, const float *base, float *y)
{
    const float fill = s->fill;
    int32_t in = 0;
    for (int32_t i = 0; base != y && i < s->count; i++) {
        y[i] = base == NULL ? fill : base[i];
    }
    for (int32_t i0 = 0; i0 < s->size0; i0++) {
        for (int32_t i1 = 0; i1 < s->size1; i1++) {
            for (int32_t i2 = 0; i2 < s->size2; i2++) {
                float *to = &y[s->start + i0 * s->step0 + i1 * s->step1 + i2 * s->step2];
                for (int32_t i3 = 0; i3 < s->size3; i3++) {
                    to[i3 * s->step3] = x == NULL ? fill : x[in++];
                }
            }
        }
    }
}
