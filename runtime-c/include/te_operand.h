/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The operands x and w of a kernel that exists for codes and for real values. The file that includes this says which: TE_X_CODES
 * is 1 where x holds int8 codes and 0 where it holds real values, which need neither zero point nor scale; so is TE_W_CODES of w.
 * The macro of an operand that the kernel does not have is left undefined. */
#ifndef TE_OPERAND_H
#define TE_OPERAND_H

#include <stdint.h>

#ifndef TE_X_CODES
#define TE_X_CODES 0
#endif
#ifndef TE_W_CODES
#define TE_W_CODES 0
#endif

#if TE_X_CODES
typedef int8_t te_x;
#else
typedef float te_x;
#endif

#if TE_W_CODES
typedef int8_t te_w;
#else
typedef float te_w;
#endif

/* Steps of the scale from the zero point to a code. */
static inline float te_x_steps(te_x x, int32_t zero)
{
#if TE_X_CODES
    return (float)(x - zero);
#else
    (void)zero;
    return x;
#endif
}

static inline float te_x_real(te_x x, int32_t zero, float scale)
{
#if TE_X_CODES
    return te_x_steps(x, zero) * scale;
#else
    (void)zero;
    (void)scale;
    return x;
#endif
}

#endif
