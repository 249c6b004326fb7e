/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Numeric choices of a build of the runtime by itself; an emitted folder carries its own. */
#ifndef TE_CONFIG_H
#define TE_CONFIG_H

#ifndef TE_REQUANTIZE_INTEGER
/* 1: requantize by exact 64-bit integer products (cores without FPU); 0: in fp32. */
#define TE_REQUANTIZE_INTEGER 0
#endif

#endif
