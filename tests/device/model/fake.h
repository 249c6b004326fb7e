/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* A stand-in for an emitted model, with the same interface. Its fourth input element chooses what inference does besides
 * its work, so that tests can count, overflow and fault. */

#ifndef FAKE_H
#define FAKE_H

#include <stdint.h>

typedef enum te_status { TE_OK = 0, TE_ERROR_NULL = -1, TE_ERROR_RATE = -3, TE_ERROR_RANGE = -4 } te_status;

#define FAKE_INPUT_COUNT 4
#define FAKE_INPUT_BYTES 4
#define FAKE_INPUT_CALLER 0
#define FAKE_OUTPUT_COUNT 3
#define FAKE_OUTPUT_BYTES 12
#define FAKE_TRAINABLE 1
#define FAKE_TARGET_CLASS 1
#define FAKE_TARGET_COUNT 0
#define FAKE_ARENA_BYTES 16
#define FAKE_TRAINED_BYTES 12
#define FAKE_STATE_BYTES 4

typedef int8_t fake_input_t;
typedef float fake_output_t;

typedef struct fake_state {
    uint64_t arena[2];
    float weights[3];
    uint32_t seed;
} fake_state;

typedef struct fake_result {
    float loss;
    int32_t prediction;
} fake_result;

enum fake_mode {
    FAKE_PLAIN,
    FAKE_STORE_BELOW, /* one word below the SRAM, more than any stack frame away */
    FAKE_STORE_ABOVE, /* 256 bytes above the budget */
    FAKE_STORE_FLASH,
    FAKE_STACK_OVERFLOW,
    FAKE_STACK_1024, /* uses 1024 bytes of stack */
    FAKE_LOOP,       /* element 1 + element 2 * 10^6 rounds of two instructions */
    FAKE_UNDEFINED,  /* an undefined instruction */
    FAKE_FOREVER,
    FAKE_REFUSE
};

te_status fake_init(fake_state *s, uint32_t seed);
te_status fake_reset(fake_state *s);
fake_input_t *fake_input(fake_state *s);
te_status fake_infer(fake_state *s, fake_output_t *output);
te_status fake_train_step(fake_state *s, int32_t target, float lr, fake_result *result);

#endif /* FAKE_H */
