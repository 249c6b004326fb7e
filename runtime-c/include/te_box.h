/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Boxes of a tensor: one taken out, one put in. */
#ifndef TE_BOX_H
#define TE_BOX_H

#include "te_inline_body.h"
#include "te_operand.h"
#include "te_shapes.h"

/* A box of a tensor, in order. */
TE_INLINE_BODY void te_slice(const te_box *s, const te_x *x, te_x *y)
{
    int32_t out = 0;
    for (int32_t i0 = 0; i0 < s->size0; i0++) {
        for (int32_t i1 = 0; i1 < s->size1; i1++) {
            for (int32_t i2 = 0; i2 < s->size2; i2++) {
                const te_x *from = &x[s->start + i0 * s->step0 + i1 * s->step1 + i2 * s->step2];
                for (int32_t i3 = 0; i3 < s->size3; i3++) {
                    y[out++] = from[i3 * s->step3];
                }
            }
        }
    }
}

/* A tensor with a box of it replaced by x; without a base the rest, without x the box holds the fill. y may be base. */
TE_INLINE_BODY void te_place(const te_box *s, const te_x *x, const te_x *base, te_x fill, te_x *y)
{
    int32_t in = 0;
    for (int32_t i = 0; base != y && i < s->count; i++) {
        y[i] = base == NULL ? fill : base[i];
    }
    for (int32_t i0 = 0; i0 < s->size0; i0++) {
        for (int32_t i1 = 0; i1 < s->size1; i1++) {
            for (int32_t i2 = 0; i2 < s->size2; i2++) {
                te_x *to = &y[s->start + i0 * s->step0 + i1 * s->step1 + i2 * s->step2];
                for (int32_t i3 = 0; i3 < s->size3; i3++) {
                    to[i3 * s->step3] = x == NULL ? fill : x[in++];
                }
            }
        }
    }
}

#endif
