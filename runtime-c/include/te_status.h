/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The results of the functions of a model. Errors are negative. */
#ifndef TE_STATUS_H
#define TE_STATUS_H

typedef enum te_status {
    TE_OK = 0,
    TE_ERROR_NULL = -1,   /* a pointer that must not be NULL is NULL */
    TE_ERROR_TARGET = -2, /* a target outside the classes of the head */
    TE_ERROR_RATE = -3,   /* a learning rate that is not finite, or too large for any step: nothing has changed */
    TE_ERROR_RANGE = -4,  /* a step that could take a number out of fp32, or began with one: nothing has changed */
    TE_ERROR_INPUT = -5   /* the caller's function handed out no row of the input: nothing has changed */
} te_status;

#endif
