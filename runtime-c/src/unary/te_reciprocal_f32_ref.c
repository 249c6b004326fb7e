/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Reciprocal. y may be x. */
#include "te_unary.h"

TE_UNARY(te_reciprocal_f32_ref, 1.0f / v)
