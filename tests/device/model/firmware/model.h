/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

#ifndef MODEL_H
#define MODEL_H
#include "../fake.h"
#define MODEL(x) fake_##x
#define MODEL_INPUT_COUNT FAKE_INPUT_COUNT
#define MODEL_INPUT_BYTES FAKE_INPUT_BYTES
#define MODEL_INPUT_CALLER FAKE_INPUT_CALLER
#define MODEL_OUTPUT_COUNT FAKE_OUTPUT_COUNT
#define MODEL_OUTPUT_BYTES FAKE_OUTPUT_BYTES
#define MODEL_TRAINABLE FAKE_TRAINABLE
#define MODEL_TARGET_CLASS FAKE_TARGET_CLASS
#define MODEL_TARGET_COUNT FAKE_TARGET_COUNT
#define MODEL_ARENA_BYTES FAKE_ARENA_BYTES
#define MODEL_TRAINED_BYTES FAKE_TRAINED_BYTES
#define MODEL_STATE_BYTES FAKE_STATE_BYTES
#define MODEL_FROZEN_RANGES                                                                                            \
    {                                                                                                                  \
        0, 0                                                                                                           \
    }
#endif
