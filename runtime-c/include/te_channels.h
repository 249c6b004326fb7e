/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Chosen indices of one axis, taken out of a tensor or laid over it, in the order of the table. */
#ifndef TE_CHANNELS_H
#define TE_CHANNELS_H

#include "te_inline_body.h"
#include "te_operand.h"
#include "te_shapes.h"

TE_INLINE_BODY void te_gather_channels(const te_channels *s, const te_x *x, const int16_t *channels, te_x *y)
{
    for (int32_t outer = 0; outer < s->outer; outer++) {
        for (int32_t k = 0; k < s->count; k++) {
            const te_x *from = &x[(outer * s->extent + channels[k]) * s->inner];
            for (int32_t i = 0; i < s->inner; i++) {
                *y++ = from[i];
            }
        }
    }
}

/* A copy of base with part at the chosen indices. */
TE_INLINE_BODY void te_overlay_channels(const te_channels *s, const te_x *base, const te_x *part,
                                        const int16_t *channels, te_x *y)
{
    const int32_t row = s->extent * s->inner;
    for (int32_t outer = 0; outer < s->outer; outer++, base += row, y += row) {
        for (int32_t i = 0; i < row; i++) {
            y[i] = base[i];
        }
        for (int32_t k = 0; k < s->count; k++) {
            te_x *to = &y[channels[k] * s->inner];
            for (int32_t i = 0; i < s->inner; i++) {
                to[i] = *part++;
            }
        }
    }
}

#endif
