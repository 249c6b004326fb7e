/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Proved multipliers give the code of the definition for every sum of their range, by trying all; and a multiplier that is off by a little
 * more than the proof allows does not. */
#include "board.h"
#include "pack.h"
#include "random.h"
#include "te_math.h"

#ifndef CHANNELS_TRIED
#define CHANNELS_TRIED 200
#endif

static int32_t clamped(const channel *c, int32_t code)
{
    return code < c->low ? c->low : code > c->high ? c->high : code;
}

/* Sums whose code is another one than by the definition. */
static int32_t wrong_sums(const channel *c, int32_t e, int32_t multiplier)
{
    int32_t wrong = 0;
    for (int32_t sum = c->least; sum <= c->most; sum++) {
        const int32_t product = (int32_t)(((int64_t)sum * multiplier) >> 32);
        const int32_t code = ((2 * c->zero + 1) * (1 << e) + product) >> (e + 1);
        wrong += clamped(c, code) != clamped(c, te_scale(sum, c->m) + c->zero);
    }
    return wrong;
}

int main(void)
{
    int32_t proved = 0, wrong = 0, found = 0, refused = 0;
    for (int32_t n = 0; n < CHANNELS_TRIED; n++) {
        const int32_t reach = 1 << random_between(6, 18);
        channel c = {(float)random_between(30, 300) / (float)reach * (float)random_between(1000, 1999) / 1500.0f,
                     random_between(-128, 127),
                     random_between(-reach, 0),
                     random_between(0, reach),
                     -128,
                     127};
        const int32_t e = largest_shift(c.m);
        if (e < 0) {
            continue;
        }
        const int32_t multiplier = prove_multiplier(&c, e);
        if (multiplier == 0) {
            refused++;
            continue;
        }
        proved++;
        wrong += wrong_sums(&c, e, multiplier) != 0;
        found += wrong_sums(&c, e, multiplier - multiplier / 4096) != 0;
    }
    board_print("proof: %d channels proved, %d refused; %d of the proved are wrong for a sum; a multiplier moved by "
                "1/4096 is wrong in %d\n",
                proved, refused, wrong, found);
    return wrong == 0 && found > proved / 2 ? 0 : 1;
}
