/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The sum of a block gradient of int8 over all rows, channel by channel: the gradient of a bias. Four channels at a time stay in
 * registers while all pixels pass; a mantissa is multiplied by the power of two that its block lacks. */
#include "te_kernels.h"

#include "te_dsp_gradient.h"

#include "te_block_rows.h"
#include "te_dsp_channels.h"

enum { TE_SUM_BITS = 14 }; /* of a power of two in an int16 */

TE_APART void te_sum_seldom(const te_block_rows *s, const int8_t *x, const float *scale, float *sum)
{
    te_block_channel_sum(s, x, scale, sum);
}

/* The powers of two of all blocks, above 2^base; -1 if some mantissas are rounded one by one or powers are too far apart. */
static int32_t te_sum_powers(const te_block_rows *s, const int8_t *x, int32_t top, int32_t *power)
{
    const int32_t blocks = s->rows * s->blocks;
    int32_t base = s->guard;
    for (int32_t b = 0; b < blocks; b++) {
        power[b] = te_dsp_lift(x[te_block_at(b, s->columns)], top, s->guard);
        base = power[b] < base ? power[b] : base;
    }
    if (s->guard - base > TE_SUM_BITS) {
        return -1;
    }
    for (int32_t b = 0; b < blocks && base >= 0; b++) {
        power[b] = power[b] == TE_DSP_NOTHING ? 0 : 1 << (power[b] - base);
    }
    return base;
}

/* The last channels, fewer than four. */
TE_APART void te_sum_rest(const te_dsp_pixel_blocks *t, int32_t some, int32_t *four)
{
    const int8_t *x = t->x;
    for (int32_t b = 0; b < t->blocks; b++) {
        x++;
        for (int32_t i = 0; i < t->pixels; i++, x += t->channels) {
            for (int32_t p = 0; p < some; p++) {
                four[p] += x[p] * t->power[b];
            }
        }
    }
}

void te_channel_sum_b8_dsp(const te_block_rows *s, const int8_t *x, const float *scale, float *sum, int32_t *power)
{
    const int32_t blocks = s->rows * s->blocks, pixels = s->columns / s->channels;
    const int32_t top = te_block_largest(x, blocks, s->columns), base = te_sum_powers(s, x, top, power);
    if (base < 0) {
        te_sum_seldom(s, x, scale, sum);
        return;
    }
    const float unit = te_power(top - s->guard);
    te_dsp_pixel_blocks t = {x, power, blocks, pixels, s->channels};
    for (int32_t c = 0; c < s->channels; c += 4) {
        const int32_t some = s->channels - c < 4 ? s->channels - c : 4;
        int32_t four[4] = {0, 0, 0, 0};
        t.x = x + c;
        if (some == 4) {
            te_dsp_pixel_sums(&t, four);
        } else {
            te_sum_rest(&t, some, four);
        }
        for (int32_t p = 0; p < some; p++) {
            sum[c + p] = (float)(four[p] * (1 << base)) * unit * (scale == NULL ? 1.0f : scale[c + p]);
        }
    }
}
