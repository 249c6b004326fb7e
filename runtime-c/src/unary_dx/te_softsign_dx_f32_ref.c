/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The gradient of softsign, from its result. dx may be dy. */
#include "te_unary.h"

TE_UNARY_DX(te_softsign_dx_f32_ref, (1.0f - te_absf(v)) * (1.0f - te_absf(v)))
