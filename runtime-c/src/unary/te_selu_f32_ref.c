/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* SELU: beta*x, below 0 beta*alpha*(exp(x) - 1). y may be x. */
#include "te_unary.h"

TE_UNARY(te_selu_f32_ref, s->beta *(v < 0.0f ? s->alpha * te_expm1f(v) : v))
