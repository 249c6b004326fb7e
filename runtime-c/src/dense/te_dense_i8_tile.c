/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Dense layer of codes, four outputs at a time: y = clamp(round(sum * multiplier[oc]) + y_zero), sum = b + sum of (x -
 * x_zero) * w. */
#include "te_kernels.h"
#include "te_tile_mask.h"
#include "te_tile_results.h"
#include "te_tile_row.h"

void te_dense_i8_tile(const te_dense *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier,
                      int8_t *y, uint8_t *mask)
{
    const te_tile_results_of results = {b, multiplier, s->y_zero, s->y_min, s->y_max, 1};
    te_tile_row_run run;
    run.count = s->in;
    run.zero = s->x_zero;
    for (int32_t n = 0; n < s->batch; n++) {
        int8_t *const to = &y[n * s->out];
        run.x = &x[n * s->in];
        for (int32_t oc = 0; oc < s->out; oc += TE_TILE) {
            const int32_t channels = s->out - oc < TE_TILE ? s->out - oc : TE_TILE;
            for (int32_t j = 0; j < TE_TILE; j++) { /* outputs that do not exist are the last one again */
                const int32_t at = oc + (j < channels ? j : channels - 1);
                run.w[j] = &w[at * s->in];
                run.sums[j] = b == NULL ? 0 : b[at];
            }
            te_tile_row(&run);
            te_tile_results(&results, run.sums, oc, channels, &to);
        }
    }
    if (mask != NULL) {
        te_tile_mask(y, s->batch * s->out, s->y_min, s->y_max, mask, 0);
        te_tile_mask_end(mask, s->batch * s->out);
    }
}
