/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The step of a layer from a gradient in blocks of int16, whichever its products. */
#include "te_tile_update_b16.h"

#include "te_tile_update_body.h"
