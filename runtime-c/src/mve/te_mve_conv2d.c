/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Windows of results are copied to scratch, some at a time; then they are pixels. Results are pixels in order, so windows of two rows may
 * stand side by side. */
#include "te_mve_conv2d.h"

#include "te_dsp_mask.h"
#include "te_mve_fill.h"
#include "te_mve_mask.h"
#include "te_window.h"

/* Bytes from each of some rows on, one behind the other. */
static void te_windows_copy(const int8_t *const *rows, int32_t count, int32_t at, int32_t bytes, int8_t *to)
{
#if TE_MVE_CORE
    const int8_t *from;
    if (bytes <= 16) {
        __asm__ volatile("vctp.8 %[bytes]\n wls lr, %[count], 2f\n"
                         "1: ldr %[from], [%[rows]], #4\n add %[from], %[at]\n vpstt\n vldrbt.8 q0, [%[from]]\n"
                         "vstrbt.8 q0, [%[to]]\n add %[to], %[bytes]\n le lr, 1b\n 2:\n"
                         : [from] "=&r"(from), [rows] "+r"(rows), [to] "+r"(to)
                         : [count] "r"(count), [at] "r"(at), [bytes] "r"(bytes)
                         : "q0", "lr", "memory", "cc");
        return;
    }
    for (int32_t i = 0; i < count; i++, to += bytes) {
        from = rows[i] + at;
        int8_t *end = to;
        __asm__ volatile(
            "dlstp.8 lr, %[bytes]\n 1: vldrb.8 q0, [%[from]], #16\n vstrb.8 q0, [%[to]], #16\n letp lr, 1b\n"
            : [from] "+r"(from), [to] "+r"(end)
            : [bytes] "r"(bytes)
            : "q0", "lr", "memory");
    }
#else
    for (int32_t i = 0; i < count; i++, to += bytes) {
        memcpy(to, rows[i] + at, (size_t)bytes);
    }
#endif
}

/* Windows of three short rows, which lie step bytes apart. */
static void te_windows_of_three(const int8_t *const *rows, int32_t at, int32_t step, int32_t count, int32_t bytes,
                                int8_t *to)
{
#if TE_MVE_CORE
    const int8_t *a = rows[0] + at, *b = rows[1] + at, *c = rows[2] + at;
    int8_t *p = to + bytes, *q = p + bytes;
    __asm__ volatile("vctp.8 %[bytes]\n dls lr, %[count]\n"
                     "1: vpsttt\n vldrbt.8 q0, [%[a]]\n vldrbt.8 q1, [%[b]]\n vldrbt.8 q2, [%[c]]\n"
                     "add %[a], %[step]\n add %[b], %[step]\n add %[c], %[step]\n"
                     "vpsttt\n vstrbt.8 q0, [%[to]]\n vstrbt.8 q1, [%[p]]\n vstrbt.8 q2, [%[q]]\n"
                     "add %[to], %[inputs]\n add %[p], %[inputs]\n add %[q], %[inputs]\n le lr, 1b\n"
                     : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [to] "+r"(to), [p] "+r"(p), [q] "+r"(q)
                     : [bytes] "r"(bytes), [count] "r"(count), [step] "r"(step), [inputs] "r"(3 * bytes)
                     : "q0", "q1", "q2", "lr", "memory", "cc");
#else
    for (; count > 0; count--, at += step, to += 3 * bytes) {
        te_windows_copy(rows, 3, at, bytes, to);
    }
#endif
}

/* The window whose first column is left, NULL for rows in the padding. */
static void te_window_copy(const te_conv2d *s, const int8_t *const *rows, te_span inside, int32_t left, int8_t *to)
{
    const int32_t run = s->kernel_w * s->in_c, count = inside.end - inside.first;
    if (count == s->kernel_h && left >= 0 && left + s->kernel_w <= s->in_w) {
        te_windows_copy(rows, count, left * s->in_c, run, to);
        return;
    }
    const te_span columns = te_window(left, 1, s->kernel_w, s->in_w);
    const int32_t bytes = (columns.end - columns.first) * s->in_c;
    te_mve_fill(to, s->x_zero, s->kernel_h * run);
    to += columns.first * s->in_c;
    for (int32_t kh = inside.first; kh < inside.end && bytes > 0; kh++) {
        te_windows_copy(&rows[kh], 1, (left + columns.first) * s->in_c, bytes, to + kh * run);
    }
}

/* Where the rows of the windows of a row of results begin; returns those inside. */
static te_span te_window_rows(const te_conv2d *s, const te_dsp_rows *part, int32_t row, const int8_t *x,
                              const int8_t **rows)
{
    const int32_t top = row * s->stride_h - s->pad_top;
    const te_span inside = te_window(top, s->dilation_h, s->kernel_h, s->in_h);
    for (int32_t kh = inside.first; kh < inside.end; kh++) {
        rows[kh] = x + te_dsp_ring_row(part, top + kh * s->dilation_h) * s->in_w * s->in_c;
    }
    return inside;
}

static void te_windows(const te_mve_layer *l, const te_conv2d *s, const te_dsp_rows *part, const int8_t *x, int8_t *y,
                       int8_t *windows)
{
    const int8_t *rows[TE_MVE_KERNEL_ROWS];
    const int32_t staged = 3 * (l->inputs < TE_MVE_STAGED ? TE_MVE_STAGED / l->inputs : 1);
    int32_t some = 0;
    int8_t *to = windows;
    for (int32_t row = part->first; row < part->first + part->count; row++) {
        const te_span inside = te_window_rows(s, part, row, x, rows);
        const int32_t three = inside.end - inside.first == 3 && s->kernel_h == 3 && s->kernel_w * s->in_c <= 16;
        int32_t left = -s->pad_left, count = 0;
        for (int32_t ow = 0; ow < s->out_w; ow += count, left += count * s->stride_w) {
            const int32_t behind = s->in_w - s->kernel_w - left;
            count = 1;
            if (three != 0 && left >= 0 && behind >= 0) {
                count = behind / s->stride_w + 1;
                count = count < s->out_w - ow ? count : s->out_w - ow;
                count = count < staged - some ? count : staged - some;
                te_windows_of_three(rows, left * s->in_c, s->stride_w * s->in_c, count, s->kernel_w * s->in_c, to);
            } else {
                te_window_copy(s, rows, inside, left, to);
            }
            to += count * l->inputs;
            some += count;
            if (some == staged) {
                te_mve_pixels(l, windows, some, y);
                y += some * l->outputs;
                some = 0;
                to = windows;
            }
        }
    }
    if (some > 0) {
        te_mve_pixels(l, windows, some, y);
    }
}

void te_mve_conv2d(const te_mve_layer *l, const te_conv2d *s, const te_row_range *r, const int8_t *x, int8_t *y,
                   uint8_t *mask, int8_t *windows)
{
    const int32_t row = s->out_w * s->out_c;
    const int32_t plain = s->kernel_h == 1 && s->kernel_w == 1 && s->stride_h == 1 && s->stride_w == 1
                          && s->in_h == s->out_h && s->in_w == s->out_w;
    te_dsp_rows part;
    for (int32_t i = r->first; te_dsp_part(s, r, i, &part) != 0; i += part.count) {
        int8_t *const to = y + part.y_row * row;
        if (plain != 0) {
            const int32_t slot = te_dsp_ring_row(&part, part.first);
            part.count = part.count < part.ring - slot ? part.count : part.ring - slot;
            te_mve_pixels(l, x + slot * s->in_w * s->in_c, part.count * s->in_w, to);
        } else {
            te_windows(l, s, &part, x, to, windows);
        }
        if (mask != NULL) {
            te_mve_mask(to, part.count * row, mask, part.mask_row * row, s->y_min, s->y_max);
        }
    }
    te_dsp_mask_end(s, r, mask);
}
