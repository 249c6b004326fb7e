/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Every element of x in a box of the result, in the order of the result. */
#ifndef TE_UPSAMPLE_H
#define TE_UPSAMPLE_H

#include "te_inline_body.h"
#include "te_operand.h"
#include "te_shapes.h"

TE_INLINE_BODY void te_upsample_nearest(const te_upsample *s, const te_x *x, te_x *y)
{
    int32_t out = 0;
    for (int32_t i0 = 0; i0 < s->size0 * s->factor0; i0++) {
        for (int32_t i1 = 0; i1 < s->size1 * s->factor1; i1++) {
            const te_x *rows = &x[(i0 / s->factor0 * s->size1 + i1 / s->factor1) * s->size2 * s->size3];
            for (int32_t i2 = 0; i2 < s->size2; i2++) {
                for (int32_t r2 = 0; r2 < s->factor2; r2++) {
                    for (int32_t i3 = 0; i3 < s->size3; i3++) {
                        for (int32_t r3 = 0; r3 < s->factor3; r3++) {
                            y[out++] = rows[i2 * s->size3 + i3];
                        }
                    }
                }
            }
        }
    }
}

#endif
