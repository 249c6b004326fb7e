/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Counts the instructions of kernels on the calls of samples.def, on an emulated board. measure.sh writes calls.h, a list of
 * CALL(symbol, structure, predicate) of the kernels that it wants counted; a line of output is "symbol sample ticks", or none for ticks
 * where the predicate does not hold. Arguments
 * that may be NULL are, except for operands; contents are numbers of a pattern, so that no kernel sees only zeros. */
#include <stddef.h>
#include <stdint.h>

#include "te_kernels.h"
#include "te_port.h"

enum { ELEMENTS = 8192 };

#define SAMPLES(structure, ...) static const structure structure##_samples[] = {__VA_ARGS__};
#include "samples.def"
#undef SAMPLES

static int8_t in_i8[ELEMENTS], inout_i8[ELEMENTS], out_i8[ELEMENTS], in_b8[ELEMENTS], out_b8[ELEMENTS];
static uint8_t in_u8[ELEMENTS], in_bit[ELEMENTS], out_bit[ELEMENTS];
static int16_t in_b16[ELEMENTS], out_b16[ELEMENTS], channels[ELEMENTS], factors[ELEMENTS];
static int32_t in_i32[ELEMENTS], inout_i32[ELEMENTS], out_i32[ELEMENTS];
static uint32_t in_u32[ELEMENTS], inout_u32[ELEMENTS];
static float in_f32[ELEMENTS], inout_f32[ELEMENTS], out_f32[ELEMENTS], factors_f32[ELEMENTS];
static int64_t scratch[ELEMENTS];
static int64_t in_any[ELEMENTS / sizeof(int64_t)], out_any[ELEMENTS / sizeof(int64_t)]; /* aligned as an arena is */
/* Packed weights of no channel in fp32: zeros; and a table of channels of the zero point 0. */
static uint32_t packed_w[ELEMENTS / 16 * 5], packed_table[ELEMENTS / 32];
static int32_t sample;

#define in_code in_i8
#define TABLE_multiplier factors_f32
#define TABLE_scale factors_f32
#define TABLE_step factors_f32
#define TABLE_table (const void *)in_f32
#define TABLE_channels channels
#define TABLE_factor factors
#define IN(type, name) , in_##type
#define OPT_IN(type, name) , in_##type
#define TABLE(type, name) , TABLE_##name
#define OPT_TABLE(type, name) , NULL
#define PACKED(type, name) , packed_##name
#define INOUT(type, name) , inout_##type
#define OPT_INOUT(type, name) , NULL
#define OUT(type, name) , out_##type
#define OPT_OUT(type, name) , NULL
#define SCRATCH(type, name) , (void *)scratch
#define KERNEL(symbol, family, structure, parameters, ...)                                                             \
    static inline int call_##symbol(void)                                                                              \
    {                                                                                                                  \
        symbol(&structure##_samples[sample] parameters);                                                               \
        return 0;                                                                                                      \
    }
#include "kernels.def"

static int call_nothing(void)
{
    return 0;
}

static void print_number(uint64_t value)
{
    char text[24];
    int32_t at = 23;
    text[at] = '\0';
    do {
        text[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    te_port_print(&text[at]);
}

/* The mantissas of a block of the gradient of a call; 0 for calls without such. */
#define FIELDS(type, s) ((const type *)(const void *)(s))
#define MANTISSAS(s)                                                                                                   \
    _Generic(*(s), te_block_conv2d                                                                                     \
             : FIELDS(te_block_conv2d, s)->out_pixels * FIELDS(te_block_conv2d, s)->out_c, te_block_conv2d_update      \
             : FIELDS(te_block_conv2d_update, s)->out_pixels * FIELDS(te_block_conv2d_update, s)->out_c,               \
               te_block_pool2d                                                                                         \
             : FIELDS(te_block_pool2d, s)->out_pixels * FIELDS(te_block_pool2d, s)->channels, te_block_rows            \
             : FIELDS(te_block_rows, s)->columns, default : 0)

/* Blocks of int16 whose exponents lie close to each other and whose mantissas use their bits, as in training. */
static void renew_blocks(int32_t mantissas)
{
    for (int32_t i = 0, left = 0; i < ELEMENTS; i++, left--) {
        in_b16[i] = (int16_t)(i % 9 == 4 ? 0 : i * 7919 % 65535 - 32767);
        if (left == 0) {
            in_b16[i] = (int16_t)(-28 - i % 2);
            left = mantissas + 1;
        }
    }
}

/* Parameters are as before any step, so that a count depends on its own call alone. */
static void renew(void)
{
    for (int32_t i = 0; i < ELEMENTS; i++) {
        inout_i8[i] = in_i8[i];
        inout_i32[i] = in_i32[i];
        inout_u32[i] = 0;
        inout_f32[i] = in_f32[i];
    }
}

static int32_t any_sample(void)
{
    return 1;
}

static void measure(const char *name, te_port_function function, int32_t (*holds)(void), int32_t (*mantissas)(void),
                    int32_t count)
{
    for (sample = 0; sample < count; sample++) {
        te_port_cost cost;
        te_port_print(name);
        te_port_print(" ");
        print_number((uint64_t)sample);
        te_port_print(" ");
        if (holds() != 0) {
            renew();
            renew_blocks(mantissas());
            te_port_measure(function, &cost);
            print_number(cost.ticks);
        } else {
            te_port_print("none");
        }
        te_port_print("\n");
    }
}

#define CALL(symbol, structure, predicate)                                                                             \
    static int32_t symbol##_holds(void)                                                                                \
    {                                                                                                                  \
        const structure *const s = &structure##_samples[sample];                                                       \
        (void)s;                                                                                                       \
        return predicate;                                                                                              \
    }                                                                                                                  \
    static int32_t symbol##_mantissas(void)                                                                            \
    {                                                                                                                  \
        const structure *const s = &structure##_samples[sample];                                                       \
        (void)s;                                                                                                       \
        return MANTISSAS(s);                                                                                           \
    }
#include "calls.h"
#undef CALL

int te_run(void)
{
    for (int32_t i = 0; i < ELEMENTS; i++) {
        in_i8[i] = (int8_t)(i * 29 % 255 - 127);
        in_u8[i] = (uint8_t)(i * 29);
        in_bit[i] = (uint8_t)(i * 37);
        in_b8[i] = (int8_t)(i % 9 - 4);
        factors[i] = 16384;
        packed_table[i % (ELEMENTS / 32)] = i % 4 == 0 ? 256 : 0;
        in_i32[i] = i % 1000 - 500;
        in_f32[i] = (float)(i * 37 % 101 - 50) / 64.0f;
        factors_f32[i] = 0.015625f;
    }
    in_f32[0] = 0.75f; /* a sum of squares */
    in_i32[0] = 2;     /* a class */
    measure("empty", call_nothing, any_sample, any_sample, 1);
#define CALL(symbol, structure, predicate)                                                                             \
    measure(#symbol, call_##symbol, symbol##_holds, symbol##_mantissas,                                                \
            (int32_t)(sizeof structure##_samples / sizeof structure##_samples[0]));
#include "calls.h"
    return 0;
}
