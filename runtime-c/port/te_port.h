/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The services that the run loop needs from its machine: files of the host, a call whose instructions and stack are
 * measured, and one line of text. te_port_semihosting.c with te_measure.c implement it on an emulated board,
 * te_port_host.c on the host. No function allocates; a handle is valid from open to close. */

#ifndef TE_PORT_H
#define TE_PORT_H

#include <stdint.h>

enum te_port_mode { TE_PORT_READ, TE_PORT_WRITE };

/* Cost of one measured call, see te_run_stats. */
typedef struct te_port_cost {
    uint64_t ticks;
    uint32_t stack;
} te_port_cost;

typedef int (*te_port_function)(void);

int te_port_open(const char *name, enum te_port_mode mode); /* a handle, or negative */
int te_port_close(int file);
int te_port_seek(int file, uint32_t position);          /* 0, or negative */
int te_port_read(int file, void *data, uint32_t bytes); /* 0 only if all bytes were read */
int te_port_write(int file, const void *data, uint32_t bytes);
void te_port_print(const char *text);

/* Calls the function on the model's own stack and returns its result. The function calls te_port_mark right before the
 * model, so that its own use of the stack does not count. */
int te_port_measure(te_port_function function, te_port_cost *cost);
void te_port_mark(void);

#endif /* TE_PORT_H */
