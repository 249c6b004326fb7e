/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Depthwise convolution of codes of kernel 3, 5 or 7 and stride 1 or 2. */
#ifndef TE_MVE_DEPTHWISE_H
#define TE_MVE_DEPTHWISE_H

#include "te_dsp_rows.h"
#include "te_mve_run.h"

/* Bytes of lines at most. */
enum { TE_MVE_LINES = 4096 };

typedef struct te_mve_depthwise_form {
    int32_t kernel, stride;
    int32_t turned;           /* runs are columns: all of one image in a call, and weights are turned */
    te_mve_run_of *run, *two; /* one row, two rows: NULL where lines have no room for the rows of both */
} te_mve_depthwise_form;

/* table: first sum and multiplier of each channel, a word of zeros, then the weights of runs and a column of zeros. b and mask may be
 * NULL. */
void te_mve_depthwise(const te_mve_depthwise_form *form, const te_conv2d *s, const te_row_range *r, const int8_t *x,
                      const uint32_t *table, const int32_t *b, int8_t *y, uint8_t *mask, uint32_t *scratch);

/* Defines the kernel of a form. */
#define TE_MVE_DEPTHWISE(name, kernel, stride, two)                                                                    \
    static const te_mve_depthwise_form form = {kernel, stride, 0, te_mve_run_##name, two};                             \
                                                                                                                       \
    void te_depthwise##name##_conv2d_i8_mve_rows(const te_conv2d *s, const te_row_range *r, const int8_t *x,           \
                                                 const uint32_t *table, const int32_t *b, int8_t *y, uint8_t *mask,    \
                                                 uint32_t *scratch)                                                    \
    {                                                                                                                  \
        te_mve_depthwise(&form, s, r, x, table, b, y, mask, scratch);                                                  \
    }                                                                                                                  \
                                                                                                                       \
    void te_depthwise##name##_conv2d_i8_mve(const te_conv2d *s, const int8_t *x, const uint32_t *table,                \
                                            const int32_t *b, int8_t *y, uint8_t *mask, uint32_t *scratch)             \
    {                                                                                                                  \
        const te_row_range all = te_dsp_whole(s);                                                                      \
        te_mve_depthwise(&form, s, &all, x, table, b, y, mask, scratch);                                               \
    }

#endif
