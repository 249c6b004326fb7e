/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of a dense layer to its input, for one sample: a sum of rows of weights, those whose gradient is not zero. Behind a ReLU
 * most are zero. */
#include "te_kernels.h"

#include "te_dsp_gradient.h"
#include "te_dsp_row_sums.h"

/* The rows that count, in pairs; a last one alone is its own partner, times 0. */
static int32_t te_live_rows(const te_block_conv2d *s, const int8_t *g, te_dsp_row_pair *pairs)
{
    int32_t live = 0;
    for (int32_t oc = 0; oc < s->out_c; oc++) {
        if (g[oc] != 0) {
            te_dsp_row_pair *const pair = &pairs[live / 2];
            const int32_t row = oc * s->in_c;
            if (live++ % 2 == 0) {
                pair->low = pair->high = row;
                pair->numbers = (uint32_t)g[oc] & 0xffffu;
            } else {
                pair->high = row;
                pair->numbers |= (uint32_t)g[oc] << 16;
            }
        }
    }
    return (live + 1) / 2;
}

void te_dense_dx_b8_i8_dsp(const te_block_conv2d *s, const int8_t *dy, const int8_t *w, const int16_t *factor,
                           int8_t *dx, int32_t *row)
{
    const int32_t in_c = s->in_c;
    te_dsp_row_pair *const pairs = (te_dsp_row_pair *)row;
    int32_t *const sums = (int32_t *)(pairs + (s->out_c + 1) / 2);
    const int32_t count = te_live_rows(s, dy + 1, pairs);
    for (int32_t c = 0; c < in_c; c += 4) {
        const int32_t first = c < in_c - 4 ? c : in_c - 4; /* the last four once more, where fewer are left */
        int32_t *const four = &sums[first];
        four[0] = four[1] = four[2] = four[3] = 0;
        if (count > 0) {
            te_dsp_row_sums(pairs, count, w + first, four);
        }
        for (int32_t i = 0; i < 4; i++) {
            four[i] *= 1 << s->guard;
        }
    }
    te_dsp_block_store(sums, in_c, in_c, factor, 0, dy[0] - s->guard + s->exponent, dx);
}
