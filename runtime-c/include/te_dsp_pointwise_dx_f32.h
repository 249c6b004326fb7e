/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The real gradient of a 1x1 convolution, stride 1, to its input, with weights in codes. Products of a gradient of 0 are added too: a sum
 * that begins with 0 is never -0, which alone they would change. */
#ifndef TE_DSP_POINTWISE_DX_F32_H
#define TE_DSP_POINTWISE_DX_F32_H

#include "te_dsp_limit.h"
#include "te_dsp_widened.h"
#include "te_inline_body.h"
#include "te_shapes.h"

/* The weights of an output channel that input channels first .. first + count - 1 have. */
TE_APART void te_codes_of_parts(const te_conv2d *s, const int8_t *w, const int8_t *part, const int16_t *channels,
                                int32_t first, int32_t count, int8_t *to)
{
    const int32_t part_c = s->part_c;
    for (int32_t i = 0; channels != NULL && i < s->in_c; i++) {
        const int32_t at = channels[i] - first;
        if (at >= 0 && at < count) {
            to[at] = i < part_c ? part[i] : w[i - part_c];
        }
    }
    if (channels == NULL) {
        const int32_t of_part = first >= part_c ? 0 : first + count <= part_c ? count : part_c - first;
        memcpy(to, part + first, (size_t)of_part);
        memcpy(to + of_part, w + first + of_part - part_c, (size_t)(count - of_part));
    }
}

/* Weights of eight output channels, zeros where there are fewer. */
static void te_widen_weights(const te_conv2d *s, const int8_t *w, const int8_t *part, const int16_t *channels,
                             int32_t oc, int32_t first, int32_t count, float *to)
{
    const int32_t part_c = part == NULL ? 0 : s->part_c, rest_c = s->in_c - part_c, tiles = count / TE_WIDE_TILE;
    int8_t codes[TE_WIDENED_PART];
    for (int32_t j = 0; j < TE_WIDENED; j++) {
        const int8_t *from = codes;
        if (oc + j >= s->out_c) {
            memset(codes, 0, sizeof codes);
        } else if (part == NULL) {
            from = &w[(oc + j) * rest_c + first];
        } else {
            te_codes_of_parts(s, &w[(oc + j) * rest_c], &part[(oc + j) * part_c], channels, first, count, codes);
        }
        te_dsp_floats(from, to + j * TE_WIDE_TILE, tiles, 4 * TE_WIDENED * TE_WIDE_TILE);
        for (int32_t c = tiles * TE_WIDE_TILE; c < count; c++) {
            to[te_widened_at(count, c, j)] = (float)from[c];
        }
    }
}

/* The last output channels, fewer than eight: zeros in the place of the others, pixel by pixel. */
TE_APART void te_widened_rest(const te_dsp_widened_run *run, int32_t some)
{
    const float *from = run->g;
    float g[TE_WIDENED] = {0.0f};
    te_dsp_widened_run one = *run;
    one.g = g;
    one.pixels = 1;
    for (int32_t pixel = 0; pixel < run->pixels; pixel++) {
        for (int32_t j = 0; j < some; j++) {
            g[j] = from[j];
        }
        te_dsp_widened(&one);
        from += run->g_step / 4;
        one.y += (run->length + run->y_step) / 4;
    }
}

static inline void te_dsp_pointwise_dx_f32(const te_conv2d *s, const te_row_range *r, const float *dy, const int8_t *w,
                                           const int8_t *part, const float *scale, const int16_t *channels, float *dx,
                                           float *scratch)
{
    const int32_t dx_row = s->in_w * s->in_c, dy_row = s->out_w * s->out_c;
    te_dsp_widened_run run;
    te_clear_rows(r, dx, dx_row);
    run.w = scratch;
    run.g_step = 4 * s->out_c;
    for (int32_t first = 0; first < s->in_c; first += TE_WIDENED_PART) {
        const int32_t count = s->in_c - first < TE_WIDENED_PART ? s->in_c - first : TE_WIDENED_PART;
        run.length = 4 * count;
        run.y_step = 4 * (s->in_c - count);
        for (int32_t oc = 0; oc < s->out_c; oc += TE_WIDENED) {
            const int32_t some = s->out_c - oc < TE_WIDENED ? s->out_c - oc : TE_WIDENED;
            te_widen_weights(s, w, part, channels, oc, first, count, scratch);
            for (int32_t j = 0; j < TE_WIDENED; j++) {
                run.scale[j] = j < some ? scale[oc + j] : 0.0f;
            }
            for (int32_t row = r->first, rows; row < r->end; row += rows) {
                rows = te_rows_together(r, row);
                run.y = &dx[row % r->y_ring * dx_row + first];
                run.g = &dy[row % r->x_ring * dy_row + oc];
                run.pixels = rows * s->in_w;
                if (some == TE_WIDENED) {
                    te_dsp_widened(&run);
                } else {
                    te_widened_rest(&run, some);
                }
            }
        }
    }
    te_dsp_limit_rows(r, dx, dx_row);
}

#endif
