/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The prototype of every kernel, made of the rows of kernels.def: void SYMBOL(const STRUCT *s, operands, tables, results, scratch).
 * What is optional and absent is NULL. Each kernel is defined in the file of its name. */
#ifndef TE_KERNELS_H
#define TE_KERNELS_H

#include "te_scalar.h" /* before any code */

#include <stddef.h>
#include <stdint.h>

#include "te_shapes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The C type of each element type. */
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

#define IN(type, name) , const TE_STORED_##type *name
#define OPT_IN(type, name) , const TE_STORED_##type *name
#define TABLE(type, name) , const TE_STORED_##type *name
#define OPT_TABLE(type, name) , const TE_STORED_##type *name
#define INOUT(type, name) , TE_STORED_##type *name
#define OPT_INOUT(type, name) , TE_STORED_##type *name
#define OUT(type, name) , TE_STORED_##type *name
#define OPT_OUT(type, name) , TE_STORED_##type *name
#define SCRATCH(type, name) , TE_STORED_##type *name
#define KERNEL(symbol, family, structure, parameters, core, when, scratch, in_place, writes, packing, order)           \
    void symbol(const structure *s parameters);

#include "kernels.def"

#undef IN
#undef OPT_IN
#undef TABLE
#undef OPT_TABLE
#undef INOUT
#undef OPT_INOUT
#undef OUT
#undef OPT_OUT
#undef SCRATCH
#undef KERNEL

#ifdef __cplusplus
}
#endif

#endif
