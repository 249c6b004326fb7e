/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sum of two int8 tensors of one shape, with bits that say where it lies between the ends of its range, those of int8. y may be a or b. */
#include "te_dsp_add.h"
#include "te_dsp_inside.h"

void te_add_masked_i8_dsp(const te_dsp_add *s, const int8_t *a, const int8_t *b, int8_t *y, uint8_t *mask)
{
    const int32_t eights = s->count / 8, rest = s->count % 8;
    if (eights > 0) {
        te_dsp_add_run(s, a, b, y, eights);
        te_dsp_inside(y, mask, eights);
    }
    if (rest > 0) {
        int8_t p[8] = {0}, q[8] = {0};
        memcpy(p, &a[8 * eights], (size_t)rest);
        memcpy(q, &b[8 * eights], (size_t)rest);
        te_dsp_add_run(s, p, q, p, 1);
        memcpy(&y[8 * eights], p, (size_t)rest);
        memset(p + rest, 127, (size_t)(8 - rest)); /* no bits behind the end */
        te_dsp_inside(p, mask + eights, 1);
    }
}
