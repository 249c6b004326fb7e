/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Numbers of the tests: the same on every core. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

static uint32_t random_state = 1;

static inline uint32_t random_bits(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state * 0x9e3779b1u >> 4;
}

/* least .. most */
static inline int32_t random_between(int32_t least, int32_t most)
{
    return (int32_t)((uint32_t)least + random_bits() % ((uint32_t)most - (uint32_t)least + 1u));
}

static inline void random_codes(int8_t *to, int32_t count, int32_t least)
{
    for (int32_t i = 0; i < count; i++) {
        to[i] = (int8_t)random_between(least, 127);
    }
}

#endif
