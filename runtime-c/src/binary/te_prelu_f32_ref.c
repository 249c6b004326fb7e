/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A leaky rectifier with slopes as an operand, broadcast. y may be x. */
#include "te_kernels.h"
#include "te_broadcast.h"
#include "te_math.h"

void te_prelu_f32_ref(const te_binary *s, const float *x, const float *slope, float *y, uint8_t *mask)
{
    TE_EACH_PAIR(s, at, i)
    {
        const float v = x[at.a];
        te_store_f32(&y[i], mask, i, v < 0.0f ? v * slope[at.b] : v, s->f_min, s->f_max);
    }
}
