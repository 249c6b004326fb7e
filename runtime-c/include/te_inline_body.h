/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The body of kernels that differ in a type alone. It becomes part of its kernel before anything is optimized, so sharing it
 * costs next to nothing. A plain inline function is optimized by itself first: the keyword sample took a third more instructions. */
#ifndef TE_INLINE_BODY_H
#define TE_INLINE_BODY_H

#ifdef __GNUC__
#define TE_INLINE_BODY static inline __attribute__((always_inline))
/* A loop that stays a function of its own: with the variables of its caller it would not find registers enough. */
#define TE_APART static __attribute__((noinline, unused))
#else
#define TE_INLINE_BODY static inline
#define TE_APART static inline
#endif

#endif
