/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Register-tiled kernels of gradients in blocks of int16. */
#define TE_BLOCK_BITS 16
#include "test_tile_training.h"

int main(void)
{
    const int differ = test_dx(0) + test_dx(1) + test_update(0) + test_update(1) + test_rows(0) + test_rows(1);
    return differ + test_average() == 0 ? 0 : 1;
}
