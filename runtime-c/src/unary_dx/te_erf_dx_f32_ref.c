/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of erf, from its operand. dx may be dy. */
#include "te_unary.h"

TE_UNARY_DX(te_erf_dx_f32_ref, 1.12837917f * te_expf(-v * v))
