/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Error function. y may be x. */
#include "te_unary.h"

TE_UNARY(te_erf_f32_ref, te_erff(v))
