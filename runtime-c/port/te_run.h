/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The run loop: what a model does is read from a list of commands, so that the device and its twin on the host execute
 * the same code on the same bytes. It opens files by name in the current folder and knows nothing of data sets.
 * Invariant: nothing here lies in the model's memory but the state itself; each result is written before the next
 * command is read.
 *
 *   run.bin      te_run_record entries. The first is the header, {magic, seed, version, 0}; TE_RUN_END closes the list.
 *   samples.bin  inputs, MODEL_INPUT_BYTES each.
 *   targets.bin  where targets are vectors: MODEL_TARGET_COUNT floats each.
 *   results.bin  for each TE_RUN_INFER MODEL_OUTPUT_BYTES, for each TE_RUN_TRAIN {float loss, int32_t prediction}; the
 *                prediction is 0 where there are no classes, the loss NaN where the model refused the step and kept its weights.
 *   stats.bin    te_run_stats, written at the end.
 *
 * Everything is little-endian, as are both machines. */

#ifndef TE_RUN_H
#define TE_RUN_H

#include <stdint.h>

#define TE_RUN_MAGIC 0x4E554554u /* "TEUN" */
#define TE_RUN_VERSION 1

enum te_run_command {
    TE_RUN_END = 0,
    TE_RUN_INFER = 1, /* of a sample */
    TE_RUN_TRAIN = 2, /* one step on a sample with its target and learning rate */
    TE_RUN_LOAD = 3,  /* trained parameters from weights_in.bin */
    TE_RUN_SAVE = 4   /* trained parameters appended to weights_out.bin */
};

/* Exit codes of a run. A fault on the device exits with TE_RUN_FAULT. */
enum te_run_exit {
    TE_RUN_OK = 0,
    TE_RUN_NO_FILE = 3,     /* a file cannot be opened, or is too short, or cannot be written */
    TE_RUN_BAD_RECORD = 4,  /* wrong header or unknown command */
    TE_RUN_MODEL_ERROR = 5, /* the model refused a call */
    TE_RUN_FAULT = 99
};

typedef struct te_run_record {
    uint32_t command;
    uint32_t sample;
    int32_t target; /* a class, or the number of a vector in targets.bin */
    float lr;
} te_run_record;

/* Ticks are those of the board's counter, a constant number for each instruction; 0 on the host. Stack in bytes. */
typedef struct te_run_stats {
    uint64_t infer_ticks; /* of the longest call */
    uint64_t train_ticks;
    uint64_t empty_ticks; /* of a call that does nothing: to be subtracted */
    uint32_t infer_stack; /* of the deepest call */
    uint32_t train_stack;
    uint32_t state_bytes;
    uint32_t commands; /* executed */
} te_run_stats;

/* Executes run.bin; returns one of te_run_exit. */
int te_run(void);

#endif /* TE_RUN_H */
