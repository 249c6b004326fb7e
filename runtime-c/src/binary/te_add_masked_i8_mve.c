/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sum of two int8 tensors of one shape, with bits that say where it lies between the ends of its range, those of int8. y may be a or b. */
#include "te_kernels.h"
#include "te_mve_add.h"
#include "te_mve_mask.h"

void te_add_masked_i8_mve(const te_dsp_add *s, const int8_t *a, const int8_t *b, int8_t *y, uint8_t *mask)
{
    te_mve_add(s, a, b, y);
    if (s->count % 8 != 0) { /* no bits behind the end */
        mask[s->count / 8] = 0;
    }
    te_mve_mask(y, s->count, mask, 0, -128, 127);
}
