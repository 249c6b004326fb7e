/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The prototypes of a list of kernels, whose file name is TE_KERNEL_LIST: void SYMBOL(const STRUCT *s, operands, tables, results,
 * scratch), and of kernels with a row form SYMBOL_rows, which takes a te_row_range behind the struct. Absent arguments are NULL.
 * It has no guard: every list of kernels includes it once, after te_kernels.h. */

#ifdef __cplusplus
extern "C" {
#endif

#define IN(type, name) , const TE_STORED_##type *name
#define OPT_IN(type, name) , const TE_STORED_##type *name
#define TABLE(type, name) , const TE_STORED_##type *name
#define OPT_TABLE(type, name) , const TE_STORED_##type *name
#define PACKED(type, name) , const TE_STORED_##type *name
#define INOUT(type, name) , TE_STORED_##type *name
#define OPT_INOUT(type, name) , TE_STORED_##type *name
#define OUT(type, name) , TE_STORED_##type *name
#define OPT_OUT(type, name) , TE_STORED_##type *name
#define SCRATCH(type, name) , TE_STORED_##type *name
#define TE_ROWS_window(symbol, structure, ...)                                                                         \
    void symbol##_rows(const structure *s, const te_row_range *r, __VA_ARGS__);
#define TE_ROWS_count(symbol, structure, ...)
#define TE_ROWS_outer(symbol, structure, ...)
#define TE_ROWS_rows(symbol, structure, ...)
#define TE_ROWS_broadcast(symbol, structure, ...)
#define TE_ROWS_none(symbol, structure, ...)
#define KERNEL(symbol, family, structure, parameters, core, when, scratch, in_place, writes, rows, cost, packing,      \
               order)                                                                                                  \
    void symbol(const structure *s parameters);                                                                        \
    TE_ROWS_##rows(symbol, structure parameters)

#include TE_KERNEL_LIST

#undef IN
#undef OPT_IN
#undef TABLE
#undef OPT_TABLE
#undef PACKED
#undef INOUT
#undef OPT_INOUT
#undef OUT
#undef OPT_OUT
#undef SCRATCH
#undef TE_ROWS_window
#undef TE_ROWS_count
#undef TE_ROWS_outer
#undef TE_ROWS_rows
#undef TE_ROWS_broadcast
#undef TE_ROWS_none
#undef KERNEL
#undef TE_KERNEL_LIST

#ifdef __cplusplus
}
#endif
