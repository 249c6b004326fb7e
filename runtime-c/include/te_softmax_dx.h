/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of softmax from its result x: x * (dy - sum of dy*x). dx may be dy. */
#ifndef TE_SOFTMAX_DX_H
#define TE_SOFTMAX_DX_H

#include "te_inline_body.h"
#include "te_operand.h"
#include "te_shapes.h"

TE_INLINE_BODY void te_softmax_dx(const te_softmax *s, const float *dy, const te_x *x, float *dx)
{
    for (int32_t r = 0; r < s->rows; r++, dy += s->columns, x += s->columns, dx += s->columns) {
        float dot = 0.0f;
        for (int32_t c = 0; c < s->columns; c++) {
            dot += dy[c] * te_x_real(x[c], s->x_zero, s->x_scale);
        }
        for (int32_t c = 0; c < s->columns; c++) {
            dx[c] = te_x_real(x[c], s->x_zero, s->x_scale) * (dy[c] - dot);
        }
    }
}

#endif
