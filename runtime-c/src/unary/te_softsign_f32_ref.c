/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Softsign: x/(1 + |x|). y may be x. */
#include "te_kernels.h"
#include "te_unary.h"

void te_softsign_f32_ref(const te_unary *s, const float *x, float *y)
{
    for (int32_t i = 0; i < s->count; i++) {
        const float v = x[i];
        y[i] = v / (1.0f + te_absf(v));
    }
}
