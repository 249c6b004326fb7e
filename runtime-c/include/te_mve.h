/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* What kernels for Helium share (Cortex-M55). VMLADAV multiplies 16 pairs of int8 codes and adds the products to a sum in an even core
 * register, so weights and codes serve as they lie, and loops with tail predication take any number of them. gcc predicates no tails:
 * inner loops are assembly. Functions of it are files of src/mve; on other cores, the host among them, they have bodies in C with the
 * same bytes. Packed tables: tests/kernels-c/dsp/PACKING.md. */
#ifndef TE_MVE_H
#define TE_MVE_H

#include <stddef.h>
#include <stdint.h>

#include "te_memory.h"

#if defined(__ARM_FEATURE_MVE) && defined(__ARM_FP)
#define TE_MVE_CORE 1
#define TE_MVE_ASM __attribute__((naked, noinline, aligned(4)))
#else
#define TE_MVE_CORE 0
#include "te_math.h"
#endif

#endif
