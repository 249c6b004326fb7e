/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Instructions, on the host nanoseconds, of all layers of the networks of models.def, without calls between them, softmax and quantization
 * of the input. -DWITH_REF: by the definition as well, layer after layer. */
#include "bench_case.h"
#include "board.h"
#include "pack.h"

#ifndef WITH_REF
#define WITH_REF 0
#endif

enum { POINTWISE_SUM, DEPTHWISE_SUM, CONV_SUM, ADD_SUM, POOL_SUM, DENSE_SUM, SUMS };
static const char *const sums[SUMS] = {"1x1", "depthwise", "convolution", "add", "pool", "dense"};

typedef struct model_layer {
    const char *model; /* begins here, or NULL */
    int32_t kind;
    extents e;
} model_layer;

#define MODEL(name) {name, 0, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
#define POINTWISE(h, w, in_c, out_c) {0, POINTWISE_SUM, {h, w, in_c, out_c, 1, 1, 1, 0, 0, h, w}},
#define DEPTHWISE(h, w, c, k, s, top, left, out_h, out_w)                                                              \
    {0, DEPTHWISE_SUM, {h, w, c, c, k, k, s, top, left, out_h, out_w}},
#define CONV(h, w, in_c, out_c, k_h, k_w, s, top, left, out_h, out_w)                                                  \
    {0, CONV_SUM, {h, w, in_c, out_c, k_h, k_w, s, top, left, out_h, out_w}},
#define ADD(count) {0, ADD_SUM, {1, 1, count, count, 1, 1, 1, 0, 0, 1, 1}},
#define POOL(h, w, c) {0, POOL_SUM, {h, w, c, c, h, w, 1, 0, 0, 1, 1}},
#define DENSE(in, out) {0, DENSE_SUM, {1, 1, in, out, 1, 1, 1, 0, 0, 1, 1}},

static const model_layer layers[] = {
#include "models.def"
    {"", 0, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}};

static uint32_t count(const model_layer *l, int32_t form)
{
    const extents *e = &l->e;
    switch (l->kind) {
    case POINTWISE_SUM:
        return count_pointwise(e->h, e->w, e->in_c, e->out_c, form);
    case DEPTHWISE_SUM:
        return count_depthwise(e, form);
    case CONV_SUM:
        return count_conv(e, form);
    case ADD_SUM:
        return count_add(e->in_c, form);
    case POOL_SUM:
        return count_pool(e->h, e->w, e->in_c, form);
    default:
        return count_dense(e->in_c, e->out_c, form);
    }
}

static void report(const char *model, int64_t kinds[2][SUMS])
{
    for (int32_t form = 0; form < (WITH_REF ? 2 : 1); form++) {
        int64_t total = 0;
        for (int32_t kind = 0; kind < SUMS; kind++) {
            total += kinds[form][kind];
        }
        board_print("%s%s: %m M =", model, form == 0 ? "" : " by ref", total);
        for (int32_t kind = 0; kind < SUMS; kind++) {
            board_print(" %s %m", sums[kind], kinds[form][kind]);
            kinds[form][kind] = 0;
        }
        board_print("\n");
    }
}

int main(void)
{
    const int32_t last = (int32_t)(sizeof layers / sizeof layers[0]) - 1;
    int64_t kinds[2][SUMS] = {{0}, {0}};
    const char *model = layers[0].model;
    pack_proves = 0;
    for (int32_t i = 1; i <= last; i++) {
        if (layers[i].model == 0) {
            kinds[0][layers[i].kind] += count(&layers[i], BENCH_PLAIN);
            kinds[1][layers[i].kind] += WITH_REF ? count(&layers[i], BENCH_REF) : 0;
            continue;
        }
        report(model, kinds);
        model = layers[i].model;
    }
    return 0;
}
