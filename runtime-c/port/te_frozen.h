/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Keeps the results of a model's frozen steps for each sample and restores them instead of computing them again. On the host
 * only, where memory is plenty: the model's C is compiled with this header included first, which defines the hook around its
 * frozen steps. Invariant: the arena holds the same bytes afterwards, wherever later steps read it. */

#ifndef TE_FROZEN_H
#define TE_FROZEN_H

#include <stdint.h>

#define TE_FROZEN(steps)                                                                                               \
    do {                                                                                                               \
        if (te_frozen_restore((uint8_t *)s->arena) == 0) {                                                             \
            steps;                                                                                                     \
            te_frozen_keep((const uint8_t *)s->arena);                                                                 \
        }                                                                                                              \
    } while (0)

void te_frozen_select(uint32_t sample); /* the sample of the following call of the model */
int te_frozen_restore(uint8_t *arena);  /* 1 where its bytes were kept before and are in place again */
void te_frozen_keep(const uint8_t *arena);

#endif /* TE_FROZEN_H */
