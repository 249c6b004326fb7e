/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Every kernel. One call form: (parameters, operands, tables, results, scratch); what is absent is NULL. Each is defined in
 * the file of its name; kernels.def says when it is chosen, what scratch it needs and in which order it adds. */
#ifndef TE_KERNELS_H
#define TE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "te_shapes.h"

#ifdef __cplusplus
extern "C" {
#endif

void te_conv2d_dw_f32_ref(const te_conv2d *s, const float *x, const float *w, const float *b, float *y, uint8_t *mask);
void te_conv2d_dw_i8_ref(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask);
void te_conv2d_f32_ref(const te_conv2d *s, const float *x, const float *w, const float *b, float *y, uint8_t *mask);
void te_conv2d_i8_ref(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask);
void te_dense_f32_ref(const te_dense *s, const float *x, const float *w, const float *b, float *y, uint8_t *mask);
void te_dense_i8_ref(const te_dense *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask);
void te_add_f32_ref(const te_add *s, const float *a, const float *b, float *y, uint8_t *mask);
void te_add_i8_ref(const te_add *s, const int8_t *a, const int8_t *b, int8_t *y, uint8_t *mask);
void te_average_pool2d_f32_ref(const te_pool2d *s, const float *x, float *y);
void te_average_pool2d_i8_ref(const te_pool2d *s, const int8_t *x, int8_t *y);
void te_max_pool2d_f32_ref(const te_pool2d *s, const float *x, float *y);
void te_max_pool2d_i8_ref(const te_pool2d *s, const int8_t *x, int8_t *y);
void te_softmax_f32_ref(const te_softmax *s, const float *x, float *y);
void te_softmax_i8_ref(const te_softmax *s, const int8_t *x, int8_t *y);
void te_dequantize_i8_f32_ref(const te_affine *s, const int8_t *x, float *y);
void te_lookup_f32_ref(const te_map *s, const uint8_t *x, const float *table, float *y);
void te_lookup_i8_ref(const te_map *s, const uint8_t *x, const int8_t *table, int8_t *y);
void te_quantize_f32_i8_ref(const te_affine *s, const float *x, int8_t *y, uint8_t *mask);
void te_clamp_f32_ref(const te_clamp *s, const float *x, float *y, uint8_t *mask);
void te_clamp_i8_ref(const te_clamp *s, const int8_t *x, int8_t *y, uint8_t *mask);
void te_softmax_cross_entropy_f32_ref(const te_loss *s, const float *logits, const int32_t *target, float *loss, int32_t *prediction, float *dlogits);
void te_mse_f32_ref(const te_map *s, const float *y, const float *target, float *loss, float *dy);
void te_l1_f32_ref(const te_map *s, const float *y, const float *target, float *loss, float *dy);
void te_huber_f32_ref(const te_map *s, const float *y, const float *target, float *loss, float *dy);
void te_bce_f32_ref(const te_map *s, const float *y, const float *target, float *loss, float *dy);
void te_apply_mask_f32_ref(const te_map *s, const float *dy, const uint8_t *mask, float *dx);
void te_average_pool2d_dx_f32_ref(const te_pool2d *s, const float *dy, float *dx);
void te_channel_sum_f32_ref(const te_rows *s, const float *x, float *sum);
void te_conv2d_dw_f32_f32_ref(const te_conv2d_dw *s, const float *dy, const float *x, float *dw);
void te_conv2d_dw_f32_i8_ref(const te_conv2d_dw *s, const float *dy, const int8_t *x, float *dw);
void te_conv2d_dx_f32_f32_ref(const te_conv2d *s, const float *dy, const float *w, float *dx);
void te_conv2d_dx_f32_i8_ref(const te_conv2d *s, const float *dy, const int8_t *w, const float *scale, float *dx);
void te_conv2d_update_f32_f32_ref(const te_conv2d_update *s, float *w, const float *dy, const float *x, const float *lr, const uint32_t *random,
    int8_t *residual, float *velocity, float *row);
void te_conv2d_update_i8_i8_ref(const te_conv2d_update *s, int8_t *w, const float *dy, const int8_t *x, const float *lr, const uint32_t *random,
    int8_t *residual, float *velocity, const float *step, float *row);
void te_count_update_u32_ref(const te_map *s, uint32_t *random);
void te_accumulate_f32_ref(const te_accumulate *s, float *sum, const float *g, const uint32_t *random);
void te_square_sum_f32_ref(const te_map *s, const float *g, const float *before, float *sum);
void te_clip_scale_f32_ref(const te_clip *s, const float *sum, float *scale);
void te_sgd_f32_ref(const te_sgd *s, float *p, const float *g, const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
    const float *clip);
void te_sgd_i32_ref(const te_sgd *s, int32_t *p, const float *g, const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
    const float *clip, const float *step);
void te_sgd_i8_ref(const te_sgd *s, int8_t *p, const float *g, const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
    const float *clip, const float *step);

#ifdef __cplusplus
}
#endif

#endif
