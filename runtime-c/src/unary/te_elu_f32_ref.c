/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* ELU: x, below 0 alpha*(exp(x) - 1). y may be x. */
#include "te_unary.h"

TE_UNARY(te_elu_f32_ref, v < 0.0f ? s->alpha * te_expm1f(v) : v)
