/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* First sums where a call must make them. */
#ifndef TE_MVE_FIRST_SUMS_H
#define TE_MVE_FIRST_SUMS_H

#include "te_mve_layer.h"

/* The first sums of weights as they are; b may be NULL. */
void te_mve_first_sums(const te_mve_layer *l, int32_t x_zero, const int32_t *b, int32_t *first);

#endif
