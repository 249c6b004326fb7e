/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Softplus: log(1 + exp(x)). y may be x. */
#include "te_unary.h"

TE_UNARY(te_softplus_f32_ref, te_softplusf(v))
