/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer of codes, weights as they are; first sums and multipliers come as a table. */
#include "te_kernels.h"
#include "te_mve_dense.h"

void te_dense_i8_mve(const te_dense *s, const int8_t *x, const int8_t *w, const uint32_t *table, int8_t *y)
{
    te_mve_layer l = te_mve_dense_layer(s, w, (const float *)(const void *)(table + s->out));
    l.first = (const int32_t *)(const void *)table;
    te_mve_pixels(&l, x, s->batch, y);
}
