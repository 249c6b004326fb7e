/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Functions on memory that every C compiler needs at link time, since it calls them itself. Declared here because compilers for devices
 * may come without <string.h>. */
#ifndef TE_MEMORY_H
#define TE_MEMORY_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);

#endif
