/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Maximum of int8; quantization passes through, padding never wins. */
#include "te_kernels.h"

#define TE_X_CODES 1
#include "te_max_pool.h"

void te_max_pool2d_i8_ref(const te_pool2d *s, const int8_t *x, int8_t *y)
{
    te_max_pool2d(s, x, y);
}
