/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Every kernel. One call form: (parameters, operands, tables, results, scratch); what is absent is NULL. Each is defined in
 * the file of its name; kernels.def says when it is chosen, what scratch it needs and in which order it adds. */
#ifndef TE_KERNELS_H
#define TE_KERNELS_H

#include "te_scalar.h" /* before any code */

#include <stddef.h>
#include <stdint.h>

#include "te_shapes.h"

#ifdef __cplusplus
extern "C" {
#endif

void te_depthwise_conv2d_f32_ref(const te_conv2d *s, const float *x, const float *w, const float *b, float *y, uint8_t *mask);
void te_depthwise_conv2d_i8_ref(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask);
void te_conv2d_f32_ref(const te_conv2d *s, const float *x, const float *w, const float *b, float *y, uint8_t *mask);
void te_conv2d_i8_ref(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask);
void te_conv2d_f32_i8_ref(const te_conv2d *s, const float *x, const int8_t *w, const float *b, const float *scale, float *y, uint8_t *mask);
void te_conv2d_transpose_f32_ref(const te_conv2d *s, const float *x, const float *w, const float *b, float *y, uint8_t *mask);
void te_conv2d_transpose_i8_ref(const te_conv2d *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask);
void te_dense_f32_ref(const te_dense *s, const float *x, const float *w, const float *b, float *y, uint8_t *mask);
void te_dense_i8_ref(const te_dense *s, const int8_t *x, const int8_t *w, const int32_t *b, const float *multiplier, int8_t *y, uint8_t *mask);
void te_add_f32_ref(const te_binary *s, const float *a, const float *b, float *y, uint8_t *mask);
void te_add_i8_ref(const te_binary *s, const int8_t *a, const int8_t *b, int8_t *y, uint8_t *mask);
void te_sub_f32_ref(const te_binary *s, const float *a, const float *b, float *y, uint8_t *mask);
void te_mul_f32_ref(const te_binary *s, const float *a, const float *b, float *y, uint8_t *mask);
void te_mul_f32_i8_ref(const te_binary *s, const float *a, const int8_t *b, float *y, uint8_t *mask);
void te_mul_i8_ref(const te_binary *s, const int8_t *a, const int8_t *b, int8_t *y, uint8_t *mask);
void te_div_f32_ref(const te_binary *s, const float *a, const float *b, float *y, uint8_t *mask);
void te_average_pool2d_f32_ref(const te_pool2d *s, const float *x, float *y);
void te_average_pool2d_i8_ref(const te_pool2d *s, const int8_t *x, int8_t *y);
void te_average_pool2d_i8_f32_ref(const te_pool2d *s, const int8_t *x, float *y);
void te_max_pool2d_f32_ref(const te_pool2d *s, const float *x, float *y);
void te_max_pool2d_i8_ref(const te_pool2d *s, const int8_t *x, int8_t *y);
void te_normalize_f32_ref(const te_normalize *s, const float *x, float *y);
void te_softmax_f32_ref(const te_softmax *s, const float *x, float *y);
void te_softmax_i8_ref(const te_softmax *s, const int8_t *x, int8_t *y);
void te_prelu_f32_ref(const te_binary *s, const float *x, const float *slope, float *y, uint8_t *mask);
void te_prelu_i8_ref(const te_binary *s, const int8_t *x, const int8_t *slope, int8_t *y, uint8_t *mask);
void te_log_softmax_f32_ref(const te_softmax *s, const float *x, float *y);
void te_reduce_sum_f32_ref(const te_reduce *s, const float *x, float *y, uint8_t *mask);
void te_reduce_sum_i8_ref(const te_reduce *s, const int8_t *x, int8_t *y, uint8_t *mask);
void te_sigmoid_f32_ref(const te_unary *s, const float *x, float *y);
void te_tanh_f32_ref(const te_unary *s, const float *x, float *y);
void te_hard_sigmoid_f32_ref(const te_unary *s, const float *x, float *y);
void te_hard_swish_f32_ref(const te_unary *s, const float *x, float *y);
void te_silu_f32_ref(const te_unary *s, const float *x, float *y);
void te_leaky_relu_f32_ref(const te_unary *s, const float *x, float *y);
void te_elu_f32_ref(const te_unary *s, const float *x, float *y);
void te_selu_f32_ref(const te_unary *s, const float *x, float *y);
void te_celu_f32_ref(const te_unary *s, const float *x, float *y);
void te_softplus_f32_ref(const te_unary *s, const float *x, float *y);
void te_softsign_f32_ref(const te_unary *s, const float *x, float *y);
void te_gelu_f32_ref(const te_unary *s, const float *x, float *y);
void te_gelu_tanh_f32_ref(const te_unary *s, const float *x, float *y);
void te_erf_f32_ref(const te_unary *s, const float *x, float *y);
void te_exp_f32_ref(const te_unary *s, const float *x, float *y);
void te_log_f32_ref(const te_unary *s, const float *x, float *y);
void te_sqrt_f32_ref(const te_unary *s, const float *x, float *y);
void te_reciprocal_f32_ref(const te_unary *s, const float *x, float *y);
void te_abs_f32_ref(const te_unary *s, const float *x, float *y);
void te_neg_f32_ref(const te_unary *s, const float *x, float *y);
void te_dequantize_i8_f32_ref(const te_affine *s, const int8_t *x, float *y);
void te_lookup_f32_ref(const te_map *s, const uint8_t *x, const float *table, float *y);
void te_lookup_i8_ref(const te_map *s, const void *x, const int8_t *table, int8_t *y);
void te_quantize_f32_i8_ref(const te_affine *s, const float *x, int8_t *y, uint8_t *mask);
void te_quantize_i8_i8_ref(const te_rescale *s, const int8_t *x, int8_t *y, uint8_t *mask);
void te_slice_f32_ref(const te_box *s, const float *x, float *y);
void te_slice_i8_ref(const te_box *s, const int8_t *x, int8_t *y);
void te_place_f32_ref(const te_box *s, const float *x, const float *base, float *y);
void te_place_i8_ref(const te_box *s, const int8_t *x, const int8_t *base, int8_t *y);
void te_upsample_f32_ref(const te_upsample *s, const float *x, float *y);
void te_upsample_i8_ref(const te_upsample *s, const int8_t *x, int8_t *y);
void te_clamp_f32_ref(const te_clamp *s, const float *x, float *y, uint8_t *mask);
void te_clamp_i8_ref(const te_clamp *s, const int8_t *x, int8_t *y, uint8_t *mask);
void te_gather_channels_f32_ref(const te_channels *s, const float *x, const int16_t *channels, float *y);
void te_overlay_channels_f32_ref(const te_channels *s, const float *base, const float *part, const int16_t *channels, float *y);
void te_gather_channels_i8_ref(const te_channels *s, const int8_t *x, const int16_t *channels, int8_t *y);
void te_overlay_channels_i8_ref(const te_channels *s, const int8_t *base, const int8_t *part, const int16_t *channels, int8_t *y);
void te_softmax_cross_entropy_f32_ref(const te_loss *s, const float *logits, const int32_t *target, float *loss, int32_t *prediction, float *dlogits);
void te_mse_f32_ref(const te_map *s, const float *y, const float *target, float *loss, float *dy);
void te_l1_f32_ref(const te_map *s, const float *y, const float *target, float *loss, float *dy);
void te_huber_f32_ref(const te_map *s, const float *y, const float *target, float *loss, float *dy);
void te_bce_f32_ref(const te_map *s, const float *y, const float *target, float *loss, float *dy);
void te_apply_mask_f32_ref(const te_map *s, const float *dy, const uint8_t *mask, float *dx);
void te_prelu_dx_f32_ref(const te_binary *s, const float *dy, const float *x, const float *slope, float *dx);
void te_prelu_dx_f32_i8_ref(const te_binary *s, const float *dy, const int8_t *x, const int8_t *slope, float *dx);
void te_reduce_sum_dx_f32_ref(const te_reduce *s, const float *dy, float *dx);
void te_softmax_dx_f32_ref(const te_softmax *s, const float *dy, const float *y, float *dx);
void te_softmax_dx_f32_i8_ref(const te_softmax *s, const float *dy, const int8_t *y, float *dx);
void te_log_softmax_dx_f32_ref(const te_softmax *s, const float *dy, const float *y, float *dx);
void te_sigmoid_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx);
void te_tanh_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx);
void te_hard_sigmoid_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx);
void te_hard_swish_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx);
void te_silu_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx);
void te_leaky_relu_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx);
void te_elu_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx);
void te_selu_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx);
void te_celu_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx);
void te_softplus_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx);
void te_softsign_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx);
void te_gelu_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx);
void te_gelu_tanh_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx);
void te_erf_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx);
void te_exp_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx);
void te_log_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx);
void te_sqrt_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx);
void te_reciprocal_dx_f32_ref(const te_unary *s, const float *dy, const float *y, float *dx);
void te_abs_dx_f32_ref(const te_unary *s, const float *dy, const float *x, float *dx);
void te_lookup_dx_f32_ref(const te_map *s, const float *dy, const int8_t *x, const float *table, float *dx);
void te_average_pool2d_dx_f32_ref(const te_pool2d *s, const float *dy, float *dx);
void te_max_pool2d_dx_f32_f32_ref(const te_pool2d *s, const float *dy, const float *x, float *dx);
void te_max_pool2d_dx_f32_i8_ref(const te_pool2d *s, const float *dy, const int8_t *x, float *dx);
void te_normalize_dx_f32_ref(const te_normalize *s, const float *dy, const float *x, float *dx);
void te_channel_sum_f32_ref(const te_rows *s, const float *x, float *sum);
void te_conv2d_dw_f32_f32_ref(const te_conv2d_update *s, const float *dy, const float *x, float *dw);
void te_conv2d_dw_f32_i8_ref(const te_conv2d_update *s, const float *dy, const int8_t *x, float *dw);
void te_conv2d_dx_f32_f32_ref(const te_conv2d *s, const float *dy, const float *w, float *dx);
void te_conv2d_dx_f32_i8_ref(const te_conv2d *s, const float *dy, const int8_t *w, const float *scale, float *dx);
void te_conv2d_update_f32_f32_ref(const te_conv2d_update *s, float *w, const float *dy, const float *x, const float *lr, const uint32_t *random,
    int8_t *residual, float *velocity, float *row);
void te_conv2d_update_i8_f32_ref(const te_conv2d_update *s, int8_t *w, const float *dy, const float *x, const float *lr, const uint32_t *random,
    int8_t *residual, float *velocity, const float *step, float *row);
void te_conv2d_update_i8_i8_ref(const te_conv2d_update *s, int8_t *w, const float *dy, const int8_t *x, const float *lr, const uint32_t *random,
    int8_t *residual, float *velocity, const float *step, float *row);
void te_count_step_u32_ref(const te_map *s, uint32_t *random);
void te_accumulate_f32_ref(const te_accumulate *s, float *sum, const float *g, const uint32_t *random);
void te_square_sum_f32_ref(const te_map *s, const float *g, const float *before, float *sum);
void te_clip_scale_f32_ref(const te_clip *s, const float *sum, float *scale);
void te_sgd_f32_ref(const te_sgd *s, float *p, const float *g, const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
    const float *clip);
void te_sgd_i32_ref(const te_sgd *s, int32_t *p, const float *g, const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
    const float *clip, const float *step);
void te_sgd_i8_ref(const te_sgd *s, int8_t *p, const float *g, const float *lr, const uint32_t *random, int8_t *residual, float *velocity,
    const float *clip, const float *step);

void te_apply_mask_b8_ref(const te_block_rows *s, const int8_t *dy, const uint8_t *mask, int8_t *dx);
void te_apply_mask_rescale_b8_ref(const te_block_rows *s, const int8_t *dy, const uint8_t *mask, const int16_t *factor, int8_t *dx, int32_t *row);
void te_channel_sum_b8_ref(const te_block_rows *s, const int8_t *x, const float *scale, float *sum);
void te_average_pool2d_dx_b8_ref(const te_block_pool2d *s, const int8_t *dy, const int16_t *factor, int8_t *dx, int32_t *row);
void te_add_b8_ref(const te_block_rows *s, const int8_t *a, const int8_t *b, const int16_t *factor, int8_t *y, uint8_t *mask, int32_t *row);
void te_convert_f32_b8_ref(const te_block_rows *s, const float *x, const int16_t *factor, int8_t *y, int32_t *row);
void te_convert_b8_f32_ref(const te_block_rows *s, const int8_t *x, const float *scale, float *y);
void te_convert_b8_b8_ref(const te_block_rows *s, const int8_t *x, const int16_t *factor, int8_t *y, int32_t *row);
void te_conv2d_dx_b8_i8_ref(const te_block_conv2d *s, const int8_t *dy, const int8_t *w, const int16_t *factor, int8_t *dx, int32_t *row);
void te_conv2d_dw_b8_i8_ref(const te_block_conv2d_update *s, const int8_t *dy, const int8_t *x, const float *scale, float *dw, int32_t *row);
void te_conv2d_update_b8_i8_ref(const te_block_conv2d_update *s, int8_t *w, const int8_t *dy, const int8_t *x, const float *lr, const uint32_t *random,
    int8_t *residual, float *velocity, const float *step, int32_t *row);
void te_apply_mask_b16_ref(const te_block_rows *s, const int16_t *dy, const uint8_t *mask, int16_t *dx);
void te_apply_mask_rescale_b16_ref(const te_block_rows *s, const int16_t *dy, const uint8_t *mask, const int16_t *factor, int16_t *dx, int64_t *row);
void te_channel_sum_b16_ref(const te_block_rows *s, const int16_t *x, const float *scale, float *sum);
void te_average_pool2d_dx_b16_ref(const te_block_pool2d *s, const int16_t *dy, const int16_t *factor, int16_t *dx, int64_t *row);
void te_add_b16_ref(const te_block_rows *s, const int16_t *a, const int16_t *b, const int16_t *factor, int16_t *y, uint8_t *mask, int64_t *row);
void te_convert_f32_b16_ref(const te_block_rows *s, const float *x, const int16_t *factor, int16_t *y, int64_t *row);
void te_convert_b16_f32_ref(const te_block_rows *s, const int16_t *x, const float *scale, float *y);
void te_convert_b16_b16_ref(const te_block_rows *s, const int16_t *x, const int16_t *factor, int16_t *y, int64_t *row);
void te_conv2d_dx_b16_i8_ref(const te_block_conv2d *s, const int16_t *dy, const int8_t *w, const int16_t *factor, int16_t *dx, int64_t *row);
void te_conv2d_dw_b16_i8_ref(const te_block_conv2d_update *s, const int16_t *dy, const int8_t *x, const float *scale, float *dw, int64_t *row);
void te_conv2d_update_b16_i8_ref(const te_block_conv2d_update *s, int8_t *w, const int16_t *dy, const int8_t *x, const float *lr, const uint32_t *random,
    int8_t *residual, float *velocity, const float *step, int64_t *row);

#ifdef __cplusplus
}
#endif

#endif
