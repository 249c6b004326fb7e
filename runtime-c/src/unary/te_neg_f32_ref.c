/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Negation. y may be x. */
#include "te_unary.h"

TE_UNARY(te_neg_f32_ref, -v)
