/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Copies bytes to another place, which may share any of them with the old one: towards lower addresses in ascending order, else in
 * descending order. Places of an arena are multiples of 8. */
#include "te_kernels.h"

void te_move_ref(const te_elements *s, const void *x, void *y)
{
    const uint8_t *from = x;
    uint8_t *to = y;
    const uint64_t *from_words = x;
    uint64_t *to_words = y;
    const int32_t words =
        ((uintptr_t)x | (uintptr_t)y) % sizeof(uint64_t) == 0 ? s->count / (int32_t)sizeof(uint64_t) : 0;
    const int32_t rest = words * (int32_t)sizeof(uint64_t);
    if ((uintptr_t)y <= (uintptr_t)x) {
        for (int32_t i = 0; i < words; i++) {
            to_words[i] = from_words[i];
        }
        for (int32_t i = rest; i < s->count; i++) {
            to[i] = from[i];
        }
        return;
    }
    for (int32_t i = s->count - 1; i >= rest; i--) {
        to[i] = from[i];
    }
    for (int32_t i = words - 1; i >= 0; i--) {
        to_words[i] = from_words[i];
    }
}
