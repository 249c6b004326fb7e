/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sum of two int8 tensors of one shape. The clamp is that of int8. y may be a or b. */
#include "te_kernels.h"
#include "te_mve_add.h"

void te_add_i8_mve(const te_dsp_add *s, const int8_t *a, const int8_t *b, int8_t *y)
{
    te_mve_add(s, a, b, y);
}
