/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Blocks of int8 kernels for cores without packed arithmetic (Cortex-M0+ and M3), which run everywhere.
 *
 * The inputs of four results are widened side by side into words, less the zero point: {p0, p1, p2, p3} of input 0,
 * then of input 1, and so on. One LDM brings four factors, a weight is read where it lies, and four sums stay in
 * registers: 11 instructions for four products on Armv6-M, 6 on Armv7-M. So weights need no other order, and a layer
 * whose weights train has the same kernel as one whose weights are frozen. Long rows of inputs go in pieces, so that
 * the widened words stay few; then the sums of all channels wait in memory. */
#ifndef TE_TILE_H
#define TE_TILE_H

#include <stddef.h>
#include <stdint.h>

/* Results of a block; inputs of a piece; channels whose sums wait where there is one piece. kernels.def knows these
 * numbers. */
enum { TE_TILE = 4, TE_TILE_PIECE = 64, TE_TILE_GROUP = 16 };

/* No SMULL, and no arithmetic on the high registers but ADD. */
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1
#define TE_TILE_ARMV6M 1
#else
#define TE_TILE_ARMV6M 0
#endif
#if defined(__thumb2__)
#define TE_TILE_THUMB2 1
#else
#define TE_TILE_THUMB2 0
#endif
#define TE_TILE_ASM __attribute__((naked, noinline))

#endif
