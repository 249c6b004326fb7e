/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Mish: x * tanh(log(1 + exp(x))). y may be x. */
#include "te_unary.h"

TE_UNARY(te_mish_f32_ref, v *te_tanhf(te_softplusf(v)))
