/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Absolute value. y may be x. */
#include "te_unary.h"

TE_UNARY(te_abs_f32_ref, te_absf(v))
