/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Floats are computed one by one on every machine. Helium, the vector unit of Armv8.1-M, takes subnormal numbers for 0, whatever
 * the mode of the FPU: a loop that the compiler turns into vectors of floats has other results than the host. GCC is told here
 * too; clang knows no such pragma, so the user says by a macro that the flags are given. */
#ifndef TE_SCALAR_H
#define TE_SCALAR_H

#if defined(__ARM_FEATURE_MVE)
#if (__ARM_FEATURE_MVE & 2) != 0
#if !defined(__clang__) && defined(__GNUC__)
#pragma GCC optimize("no-tree-vectorize")
#elif defined(__clang__) && defined(__OPTIMIZE__) && !defined(TE_NO_VECTORIZE)
#error                                                                                                                 \
    "compile the model and its runtime with -fno-vectorize -fno-slp-vectorize -DTE_NO_VECTORIZE: Helium would flush subnormal numbers"
#endif
#endif
#endif

#endif
