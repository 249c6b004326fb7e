/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The run loop, the same on the device and on the host. See te_run.h for the files. All static data but the model's
 * state belong to the test bench: on the device the linker script keeps them outside the model's memory budget. */

#include "te_run.h"

#include <math.h>

#include "model.h"
#include "te_port.h"

#if defined(__arm__)
#define TE_STATE_SECTION __attribute__((section(".te_state")))
#else
#define TE_STATE_SECTION
#endif

/* The only object inside the SRAM budget, besides the stack. */
TE_STATE_SECTION static MODEL(state) state;

typedef struct te_run_files {
    int run;
    int samples;
    int targets; /* negative where targets are no vectors */
    int results;
    int weights; /* weights_out.bin, or negative: opened by the first TE_RUN_SAVE */
} te_run_files;

static MODEL(output_t) output[MODEL_OUTPUT_COUNT];
static te_run_record record;
#if MODEL_INPUT_CALLER || MODEL_INPUT_ROWS
static MODEL(input_t) input[MODEL_INPUT_COUNT];
#endif
#if MODEL_TRAINABLE
static MODEL(result) result;
#if MODEL_TARGET_COUNT > 0
static float target[MODEL_TARGET_COUNT];
#define TARGET target,
#elif MODEL_TARGET_CLASS
#define TARGET record.target,
#else
#define TARGET
#endif
#endif

#if MODEL_INPUT_ROWS
/* The camera of the test bench. */
static int read_row(void *context, int32_t index, MODEL(input_t) * row)
{
    const MODEL(input_t) *from = (const MODEL(input_t) *)context + index * (MODEL_INPUT_COUNT / MODEL_INPUT_ROWS);
    for (int32_t i = 0; i < MODEL_INPUT_COUNT / MODEL_INPUT_ROWS; i++) {
        row[i] = from[i];
    }
    return 0;
}
#endif

static int do_nothing(void)
{
    te_port_mark();
    return 0;
}

static int infer(void)
{
    te_port_mark();
#if MODEL_INPUT_CALLER
    return MODEL(infer)(&state, input, output);
#elif MODEL_INPUT_ROWS
    return MODEL(infer_rows)(&state, read_row, input, output);
#else
    return MODEL(infer)(&state, output);
#endif
}

#if MODEL_TRAINABLE
static int train(void)
{
    te_port_mark();
#if MODEL_INPUT_CALLER
    return MODEL(train_step)(&state, input, TARGET record.lr, &result);
#elif MODEL_INPUT_ROWS
    return MODEL(train_step_rows)(&state, read_row, input, TARGET record.lr, &result);
#else
    return MODEL(train_step)(&state, TARGET record.lr, &result);
#endif
}

static int copy_trained(const te_run_record *r, te_run_files *files)
{
    uint8_t *trained = (uint8_t *)&state + MODEL_ARENA_BYTES;
    if (r->command == TE_RUN_LOAD) {
        int file = te_port_open("weights_in.bin", TE_PORT_READ);
        if (file < 0) {
            return TE_RUN_NO_FILE;
        }
        int status = te_port_read(file, trained, MODEL_TRAINED_BYTES);
        (void)te_port_close(file);
        return status == 0 ? TE_RUN_OK : TE_RUN_NO_FILE;
    }
    if (files->weights < 0) {
        files->weights = te_port_open("weights_out.bin", TE_PORT_WRITE);
    }
    return files->weights >= 0 && te_port_write(files->weights, trained, MODEL_TRAINED_BYTES) == 0 ? TE_RUN_OK
                                                                                                   : TE_RUN_NO_FILE;
}
#endif

/* Entry number index of a file of entries of these bytes. */
static int read_entry(int file, uint32_t index, void *place, uint32_t bytes)
{
    /* A file position has 32 bits in semihosting: te_port_seek refuses larger ones. */
    uint64_t position = (uint64_t)index * bytes;
    if (position > UINT32_MAX || te_port_seek(file, (uint32_t)position) != 0) {
        return TE_RUN_NO_FILE;
    }
    return te_port_read(file, place, bytes) == 0 ? TE_RUN_OK : TE_RUN_NO_FILE;
}

static int read_sample(int file, uint32_t sample)
{
#if MODEL_INPUT_CALLER || MODEL_INPUT_ROWS
    void *place = input;
#else
    void *place = MODEL(input)(&state);
#endif
#ifdef TE_FROZEN
    te_frozen_select(sample);
#endif
    return read_entry(file, sample, place, MODEL_INPUT_BYTES);
}

static void keep_largest(const te_port_cost *cost, uint64_t *ticks, uint32_t *stack)
{
    *ticks = cost->ticks > *ticks ? cost->ticks : *ticks;
    *stack = cost->stack > *stack ? cost->stack : *stack;
}

static int execute(te_run_files *files, te_run_stats *stats)
{
    te_port_cost cost;
    switch (record.command) {
    case TE_RUN_INFER: {
        int status = read_sample(files->samples, record.sample);
        if (status != TE_RUN_OK) {
            return status;
        }
        if (te_port_measure(infer, &cost) < 0) {
            return TE_RUN_MODEL_ERROR;
        }
        keep_largest(&cost, &stats->infer_ticks, &stats->infer_stack);
        return te_port_write(files->results, output, MODEL_OUTPUT_BYTES) == 0 ? TE_RUN_OK : TE_RUN_NO_FILE;
    }
#if MODEL_TRAINABLE
    case TE_RUN_TRAIN: {
        int status = read_sample(files->samples, record.sample);
        if (status != TE_RUN_OK) {
            return status;
        }
#if MODEL_TARGET_COUNT > 0
        if (files->targets < 0) {
            return TE_RUN_NO_FILE;
        }
        status = read_entry(files->targets, (uint32_t)record.target, target, (uint32_t)sizeof target);
        if (status != TE_RUN_OK) {
            return status;
        }
#endif
        const int trained = te_port_measure(train, &cost);
        const int refused = trained == TE_ERROR_RATE || trained == TE_ERROR_RANGE;
        if (trained < 0 && !refused) {
            return TE_RUN_MODEL_ERROR;
        }
        keep_largest(&cost, &stats->train_ticks, &stats->train_stack);
        struct {
            float loss;
            int32_t prediction;
        } line;
        line.loss = refused ? NAN : result.loss;
#if MODEL_TARGET_CLASS
        line.prediction = result.prediction;
#else
        line.prediction = 0;
#endif
        return te_port_write(files->results, &line, (uint32_t)sizeof line) == 0 ? TE_RUN_OK : TE_RUN_NO_FILE;
    }
    case TE_RUN_LOAD:
    case TE_RUN_SAVE:
        return copy_trained(&record, files);
#endif
    default:
        return TE_RUN_BAD_RECORD;
    }
}

static int execute_all(te_run_files *files, te_run_stats *stats)
{
    te_port_cost cost;
    if (te_port_read(files->run, &record, (uint32_t)sizeof record) != 0) {
        return TE_RUN_NO_FILE;
    }
    if (record.command != TE_RUN_MAGIC || record.target != TE_RUN_VERSION) {
        return TE_RUN_BAD_RECORD;
    }
    if (MODEL(init)(&state, record.sample) < 0) {
        return TE_RUN_MODEL_ERROR;
    }
    (void)te_port_measure(do_nothing, &cost);
    stats->empty_ticks = cost.ticks;
    stats->state_bytes = (uint32_t)sizeof state;
    for (;; stats->commands++) {
        if (te_port_read(files->run, &record, (uint32_t)sizeof record) != 0) {
            return TE_RUN_NO_FILE;
        }
        if (record.command == TE_RUN_END) {
            return TE_RUN_OK;
        }
        int status = execute(files, stats);
        if (status != TE_RUN_OK) {
            return status;
        }
    }
}

static int write_stats(const te_run_stats *stats)
{
    int file = te_port_open("stats.bin", TE_PORT_WRITE);
    if (file < 0) {
        return TE_RUN_NO_FILE;
    }
    int written = te_port_write(file, stats, (uint32_t)sizeof *stats);
    int closed = te_port_close(file);
    return written == 0 && closed == 0 ? TE_RUN_OK : TE_RUN_NO_FILE;
}

int te_run(void)
{
    te_run_stats stats = {0, 0, 0, 0, 0, 0, 0};
    te_run_files files;
    files.run = te_port_open("run.bin", TE_PORT_READ);
    files.samples = te_port_open("samples.bin", TE_PORT_READ);
#if MODEL_TARGET_COUNT > 0
    files.targets = te_port_open("targets.bin", TE_PORT_READ);
#else
    files.targets = -1;
#endif
    files.results = te_port_open("results.bin", TE_PORT_WRITE);
    files.weights = -1;
    int status = files.run < 0 || files.samples < 0 || files.results < 0 ? TE_RUN_NO_FILE : execute_all(&files, &stats);
    const int open_files[] = {files.run, files.samples, files.targets, files.results, files.weights};
    for (unsigned i = 0; i < sizeof open_files / sizeof open_files[0]; i++) {
        /* A result that could not be flushed is as bad as one that was not written. */
        if (open_files[i] >= 0 && te_port_close(open_files[i]) != 0 && status == TE_RUN_OK) {
            status = TE_RUN_NO_FILE;
        }
    }
    return status == TE_RUN_OK ? write_stats(&stats) : status;
}
