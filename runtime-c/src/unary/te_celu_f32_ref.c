/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* CELU: x, below 0 alpha*(exp(x/alpha) - 1). y may be x. */
#include "te_unary.h"

TE_UNARY(te_celu_f32_ref, v < 0.0f ? s->alpha * te_expm1f(v / s->alpha) : v)
