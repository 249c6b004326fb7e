/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* What the tests of the dsp kernels need of an emulated board. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/* Prints a line: %d, %u, %s, and %f with two digits, %m (an int64_t in millions, three digits). */
void board_print(const char *format, ...);

/* Instructions of function(argument), the call and the return included. */
uint32_t board_count(void (*function)(void *), void *argument);

__attribute__((noreturn)) void board_exit(int code);

#endif
