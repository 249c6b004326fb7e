/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* What a compiler does for the dsp kernels, done here for the tests: packing, and the proof of integer multipliers. */
#ifndef PACK_H
#define PACK_H

#include <stdint.h>

#include "te_kernels.h"

typedef struct proof {
    int32_t shift; /* e: the code is (rounding * 2^e + hi32(sum * multiplier)) >> (e + 1); at most the wanted one */
    int32_t multiplier; /* 0: none exists */
} proof;

/* A channel whose codes are clamped to low .. high. */
typedef struct channel {
    float m;
    int32_t zero, least, most, low, high; /* least, most: of the sum */
} channel;

/* The multiplier that equals te_scale(sum, m) + zero, clamped to low .. high, for all sums at shift e; 0 if none does. */
int32_t prove_multiplier(const channel *c, int32_t e);

/* Proofs take minutes under a counter: without them every 19th channel counts as not proved, as in real networks. Codes are wrong then. */
extern int32_t pack_proves;

/* A proof, or what stands for it. */
int32_t multiplier_of(const channel *c, int32_t e, int32_t number);

/* The largest shift at which a multiplier of 31 bits holds m, or -1. */
int32_t largest_shift(float m);

/* One layer of sums of products. Tap j of four-code group g is input taps[4 * g + j] of a row of weights, or -1. */
typedef struct layer {
    int32_t out_c, inputs, groups, x_zero, y_zero;
    const int16_t *taps;
    const int8_t *w; /* out_c rows of `inputs` codes */
    const int32_t *b;
    const float *m;
    int32_t low, high; /* codes that matter */
} layer;

/* The order of the taps of a convolution (te_dsp_windows.h); returns the groups. */
int32_t window_taps(int32_t kernel_h, int32_t run, int16_t *taps);

/* Packs for te_dsp_pairs and returns the words, or 0 if a pair of channels cannot be packed. Counts channels with a proof. */
int32_t pack_pairs(const layer *s, uint32_t *to, int32_t *proved);

/* Packs for te_conv2d_wide_i8_dsp. trained: the bias is not in the first sums and may be anything of 31 bits. */
int32_t pack_wide(const layer *s, int32_t trained, uint32_t *to, int32_t *proved);

/* The table of a depthwise layer, whose rows of weights are the taps of a channel. trained: as in pack_wide. */
int32_t pack_depthwise(const layer *s, int32_t trained, uint32_t *table);

/* Packs for te_dense_i8_dsp. */
int32_t pack_dense(const layer *s, uint32_t *to, int32_t *proved);

/* The integer form of a sum of codes; 0 if none was found that equals te_add_i8_ref for all pairs of codes. */
int32_t prove_add(const te_binary *s, te_dsp_add *to);

/* Channel oc, with the range of its sum, zero point and bias included. */
channel channel_of(const layer *s, int32_t oc);

/* First sum: bias less zero point times weights. */
int32_t first_sum(const layer *s, int32_t oc);

#endif
