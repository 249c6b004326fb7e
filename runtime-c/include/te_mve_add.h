/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Sums of codes by factors. */
#ifndef TE_MVE_ADD_H
#define TE_MVE_ADD_H

#include "te_mve.h"
#include "te_shapes.h"

/* The clamp is that of int8. y may be a or b. */
void te_mve_add(const te_dsp_add *s, const int8_t *a, const int8_t *b, int8_t *y);

#endif
