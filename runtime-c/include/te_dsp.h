/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* What kernels for the DSP extension of Armv7E-M and Armv8-M share (Cortex-M4, M7, M33, M55; an FPU of single precision is there).
 *
 * Two int8 codes are widened to two int16 in one word, and SMLAD multiplies two such pairs and adds both products to a sum. The loops
 * that hold eight sums need all 14 registers, which no compiler manages: they are naked functions of assembly, each a file of src/dsp.
 * On other cores, the host among them, they have bodies in C with the same bytes (te_dsp_vector.h).
 * Weights come packed: tests/kernels-c/dsp/PACKING.md. */
#ifndef TE_DSP_H
#define TE_DSP_H

#include <stddef.h>
#include <stdint.h>

#include "te_memory.h"

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FP) && defined(__thumb2__)
#define TE_DSP_CORE 1
/* Aligned, since the address of a label is relative to that of a word. */
#define TE_DSP_ASM __attribute__((naked, noinline, aligned(4)))
#else
#define TE_DSP_CORE 0
#include "te_dsp_vector.h"
#endif

#endif
