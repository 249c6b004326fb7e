/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The memory of te_frozen.h: one copy of the ranges of the arena that the frozen layers leave behind, for each sample that was
 * seen. Only the host twin has it. Other samples are computed again; that costs time and changes no result. */

#include "te_frozen.h"

#include <stdlib.h>
#include <string.h>

#include "model.h"

/* Samples beyond this are computed every time. */
#define TE_FROZEN_BYTES ((size_t)2 << 30)

typedef struct te_range {
    uint32_t offset, bytes;
} te_range;

static const te_range ranges[] = {MODEL_FROZEN_RANGES};

static uint8_t **kept; /* by sample; NULL where it was not computed yet */
static uint32_t capacity;
static uint32_t current;
static size_t used;

static size_t sample_bytes(void)
{
    size_t bytes = 0;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        bytes += ranges[i].bytes;
    }
    return bytes;
}

void te_frozen_select(uint32_t sample)
{
    current = sample;
}

int te_frozen_restore(uint8_t *arena)
{
    if (current >= capacity || kept[current] == NULL) {
        return 0;
    }
    const uint8_t *from = kept[current];
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        memcpy(arena + ranges[i].offset, from, ranges[i].bytes);
        from += ranges[i].bytes;
    }
    return 1;
}

void te_frozen_keep(const uint8_t *arena)
{
    if (used + sample_bytes() > TE_FROZEN_BYTES || current > TE_FROZEN_BYTES / sizeof *kept / 2) {
        return;
    }
    if (current >= capacity) {
        const uint32_t wanted = current * 2 + 16;
        uint8_t **grown = realloc(kept, wanted * sizeof *kept);
        if (grown == NULL) {
            return;
        }
        memset(grown + capacity, 0, (wanted - capacity) * sizeof *kept);
        kept = grown;
        capacity = wanted;
    }
    uint8_t *to = malloc(sample_bytes());
    if (to == NULL) {
        return;
    }
    kept[current] = to;
    used += sample_bytes();
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        memcpy(to, arena + ranges[i].offset, ranges[i].bytes);
        to += ranges[i].bytes;
    }
}
