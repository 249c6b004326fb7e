/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Counts the instructions of single kernels on an emulated board. Only a profiling build has it: there each kernel that the
 * model calls is a macro around the kernel of the same name, so that neither the emitted C nor the kernels differ. A node whose
 * kernel is called for one row after the other is counted as a whole; its parameters tell it from others.
 *
 *   profile.bin  for each measured call {uint32_t nodes, uint32_t empty_ticks, uint32_t ticks[nodes]}, in the order of first
 *                calls, each with the empty ticks of one call; the first measured call is the empty one of the run loop. */

#ifndef TE_PROFILE_H
#define TE_PROFILE_H

void te_profile_enter(void);             /* right before a kernel */
void te_profile_leave(const void *node); /* right after it; its parameters */

void te_profile_begin(void); /* before a measured call */
void te_profile_end(void);   /* after it: writes its record */

#endif /* TE_PROFILE_H */
