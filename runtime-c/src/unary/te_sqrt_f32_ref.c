/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Square root. y may be x. */
#include "te_unary.h"

TE_UNARY(te_sqrt_f32_ref, te_sqrtf(v))
