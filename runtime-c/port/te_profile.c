/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The counter of te_measure.c around single kernels. It wraps after 2^32 ticks, more than 1.6e9 instructions: no node of a
 * model that fits a microcontroller takes as long. */

#include "te_profile.h"

#include "te_device.h"
#include "te_port.h"

enum { FPGAIO_COUNTER = 0x18, MAX_KERNELS = 4096 };

static uint32_t started;
static uint32_t kernels;
static uint32_t record[2 + MAX_KERNELS];
static const void *nodes[MAX_KERNELS];
static int file;
static int opened;

void te_profile_enter(void)
{
    started = TE_REGISTER(TE_FPGAIO + FPGAIO_COUNTER);
}

void te_profile_leave(const void *node)
{
    const uint32_t ticks = TE_REGISTER(TE_FPGAIO + FPGAIO_COUNTER) - started;
    /* Calls of one region take turns, so that the node is among the last ones. */
    uint32_t i = kernels;
    while (i > 0 && nodes[i - 1] != node) {
        i--;
    }
    if (i > 0) {
        record[1 + i] += ticks - record[1];
    } else if (kernels < MAX_KERNELS) {
        nodes[kernels] = node;
        record[2 + kernels] = ticks;
        kernels++;
    }
}

void te_profile_begin(void)
{
    kernels = 0;
    te_profile_enter();
    te_profile_leave(record);
    record[1] = record[2];
    kernels = 0;
}

void te_profile_end(void)
{
    if (!opened) {
        file = te_port_open("profile.bin", TE_PORT_WRITE);
        opened = 1;
    }
    record[0] = kernels;
    if (file >= 0) {
        (void)te_port_write(file, record, (2 + kernels) * (uint32_t)sizeof record[0]);
    }
}
