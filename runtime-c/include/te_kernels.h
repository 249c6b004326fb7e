/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The prototype of every kernel, made of the rows of kernels.def. Each kernel is defined in the file of its name. */
#ifndef TE_KERNELS_H
#define TE_KERNELS_H

#include "te_scalar.h" /* before any code */

#include <stddef.h>
#include <stdint.h>

#include "te_shapes.h"

/* The C types of elements. */
#define TE_STORED_bit uint8_t
#define TE_STORED_i8 int8_t
#define TE_STORED_u8 uint8_t
#define TE_STORED_i16 int16_t
#define TE_STORED_i32 int32_t
#define TE_STORED_u32 uint32_t
#define TE_STORED_i64 int64_t
#define TE_STORED_f32 float
#define TE_STORED_b8 int8_t
#define TE_STORED_b16 int16_t
#define TE_STORED_code void
#define TE_STORED_any void

#define TE_KERNEL_LIST "kernels.def"
#include "te_prototypes.h"

#endif
