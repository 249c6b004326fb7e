/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Natural logarithm. y may be x. */
#include "te_unary.h"

TE_UNARY(te_log_f32_ref, te_log_anyf(v))
