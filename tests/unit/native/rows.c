/* Makes results row by row and compares them with the results of whole maps, byte for byte. cases.h, which is written for each test,
 * holds the cases. For each partition of the result's rows the pieces are made one after the other, first from buffers of all rows,
 * then from rings that hold no row more than a piece needs, in allocations of their own, so that a sanitizer sees each byte beyond.
 * A result that may grow over the first operand, or take its place, is also made in one block with it. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "te_kernels.h"

enum { WHOLE, RING_IN, RING_OUT, MASK_OUT, SCRATCH, MAX_ARGUMENTS = 12 };

typedef struct argument {
    const void *data; /* contents, or NULL of a result and of scratch */
    int32_t use, bytes;
    int32_t rows, row_bytes; /* of a ring: rows of the tensor */
} argument;

typedef struct piece {
    int32_t first, end;       /* rows of the result */
    int32_t from, from_end;   /* rows of the operand in a ring that they need */
    int32_t starts_partition; /* true for the first piece of a partition */
    int32_t scratch;          /* bytes that a call for its rows needs */
} piece;

typedef struct row_case {
    void (*whole)(void **b);
    void (*part)(void **b, const te_row_range *r);
    const argument *arguments;
    const piece *pieces;
    int32_t argument_count, piece_count;
    int32_t lead; /* bytes from the result to the operand that it may lie over, or -1 */
} row_case;

#include "cases.h"

#if defined(TE_BOARD)
#include "te_port.h"

static uint64_t heap[131072 / 8];
static size_t used;

static void *take(size_t bytes)
{
    void *block = &heap[used];
    used += (bytes + 7) / 8;
    return used <= sizeof heap / 8 ? block : NULL;
}

static void give_all(void **blocks, int32_t count)
{
    (void)blocks;
    (void)count;
    used = 0;
}

static void say(const char *text)
{
    te_port_print(text);
}
#else
#include <stdio.h>
#include <stdlib.h>

static void *take(size_t bytes)
{
    return malloc(bytes > 0 ? bytes : 1);
}

static void give_all(void **blocks, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        free(blocks[i]);
    }
}

static void say(const char *text)
{
    fputs(text, stdout);
}
#endif

/* The results of the whole map, and of the pieces of a partition. */
static uint8_t whole_bytes[CASE_BYTES], made_bytes[CASE_BYTES];

static void say_number(int32_t value)
{
    char text[12];
    int32_t at = 11;
    text[at] = '\0';
    do {
        text[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    say(&text[at]);
}

static int is_made(const argument *a)
{
    return a->use == RING_OUT || a->use == MASK_OUT || (a->use == WHOLE && a->data == NULL && a->bytes > 0);
}

/* Copies a row from a buffer of from_rows rows to one of to_rows rows. */
static void copy_row(const argument *a, int32_t row, uint8_t *to, int32_t to_rows, const uint8_t *from,
                     int32_t from_rows)
{
    const int32_t bytes = a->row_bytes;
    memcpy(to + row % to_rows * bytes, from + row % from_rows * bytes, (size_t)bytes);
}

/* Calls the case for a piece, or for everything without one, on fresh buffers; the result goes to `made`. */
static int call(const row_case *c, const piece *p, int32_t x_ring, int32_t y_ring, uint8_t *made)
{
    void *blocks[MAX_ARGUMENTS];
    uint8_t *to = made;
    for (int32_t i = 0; i < c->argument_count; i++) {
        const argument *a = &c->arguments[i];
        const int32_t ring = p == NULL ? 0 : a->use == RING_IN ? x_ring : a->use == RING_OUT ? y_ring : 0;
        const size_t bytes = (size_t)(ring > 0                         ? ring * a->row_bytes
                                      : p != NULL && a->use == SCRATCH ? p->scratch
                                                                       : a->bytes);
        blocks[i] = a->bytes < 0 ? NULL : take(bytes);
        if (a->bytes < 0) {
            continue;
        }
        if (blocks[i] == NULL) {
            return 0;
        }
        memset(blocks[i], 0x5a, bytes);
        if (ring > 0 && a->use == RING_IN) {
            for (int32_t row = p->from; row < p->from_end; row++) {
                copy_row(a, row, blocks[i], ring, a->data, a->rows);
            }
        } else if (a->data != NULL) {
            memcpy(blocks[i], a->data, bytes);
        } else if (ring == 0 && is_made(a) && p != NULL) {
            memcpy(blocks[i], to, bytes); /* what earlier pieces made */
        }
        to += is_made(a) ? a->bytes : 0;
    }
    if (p == NULL) {
        c->whole(blocks);
    } else {
        const te_row_range range = {p->first, p->end, x_ring, y_ring};
        c->part(blocks, &range);
    }
    to = made;
    for (int32_t i = 0; i < c->argument_count; i++) {
        const argument *a = &c->arguments[i];
        if (!is_made(a)) {
            continue;
        }
        if (p != NULL && a->use == RING_OUT) {
            for (int32_t row = p->first; row < p->end; row++) {
                copy_row(a, row, to, a->rows, blocks[i], y_ring);
            }
        } else {
            memcpy(to, blocks[i], (size_t)a->bytes);
        }
        to += a->bytes;
    }
    give_all(blocks, c->argument_count);
    return 1;
}

/* Makes everything with the result over the first operand, as a plan lays it. */
static int grows(const row_case *c)
{
    void *blocks[MAX_ARGUMENTS];
    uint8_t *grown = NULL;
    int32_t operand = 0, bytes = 0;
    for (int32_t i = 0; i < c->argument_count; i++) {
        const argument *a = &c->arguments[i];
        operand = a->use == RING_IN ? i : operand;
        bytes = a->use == RING_OUT && a->bytes > bytes ? a->bytes : bytes;
    }
    const int32_t end = c->lead + c->arguments[operand].bytes;
    for (int32_t i = 0; i < c->argument_count; i++) {
        const argument *a = &c->arguments[i];
        blocks[i] = NULL;
        if (a->use == RING_OUT) {
            grown = blocks[i] = take((size_t)(bytes > end ? bytes : end));
        } else if (a->bytes >= 0 && i != operand) {
            blocks[i] = take((size_t)a->bytes);
        }
        if (blocks[i] != NULL && a->use != RING_OUT) {
            memset(blocks[i], 0x5a, (size_t)a->bytes);
            if (a->data != NULL) {
                memcpy(blocks[i], a->data, (size_t)a->bytes);
            }
        }
    }
    if (grown == NULL) {
        return 0;
    }
    memcpy(grown + c->lead, c->arguments[operand].data, (size_t)c->arguments[operand].bytes);
    blocks[operand] = grown + c->lead;
    c->whole(blocks);
    const int same = memcmp(whole_bytes, grown, (size_t)bytes) == 0;
    blocks[operand] = NULL;
    give_all(blocks, c->argument_count);
    return same;
}

/* The largest number of rows that one piece makes, or needs. */
static int32_t largest(const row_case *c, int needed)
{
    int32_t most = 1;
    for (int32_t i = 0; i < c->piece_count; i++) {
        const piece *p = &c->pieces[i];
        const int32_t rows = needed ? p->from_end - p->from : p->end - p->first;
        most = rows > most ? rows : most;
    }
    return most;
}

static int32_t rows_of(const row_case *c, int32_t use)
{
    for (int32_t i = 0; i < c->argument_count; i++) {
        if (c->arguments[i].use == use) {
            return c->arguments[i].rows;
        }
    }
    return 1;
}

static int matches(const row_case *c, int32_t x_ring, int32_t y_ring)
{
    for (int32_t i = 0; i < c->piece_count; i++) {
        if (c->pieces[i].starts_partition) {
            memset(made_bytes, 0xa5, sizeof made_bytes);
        }
        if (!call(c, &c->pieces[i], x_ring, y_ring, made_bytes)) {
            return 0;
        }
        const int last = i + 1 == c->piece_count || c->pieces[i + 1].starts_partition;
        if (last && memcmp(whole_bytes, made_bytes, sizeof whole_bytes) != 0) {
            return 0;
        }
    }
    return 1;
}

static int run(void)
{
    int32_t failures = 0;
    for (int32_t i = 0; i < CASE_COUNT; i++) {
        const row_case *c = &cases[i];
        memset(whole_bytes, 0xa5, sizeof whole_bytes);
        if (!call(c, NULL, 0, 0, whole_bytes) || !matches(c, rows_of(c, RING_IN), rows_of(c, RING_OUT))
            || !matches(c, largest(c, 1), largest(c, 0)) || (c->lead >= 0 && !grows(c))) {
            say("case ");
            say_number(i);
            say(" differs\n");
            failures++;
        }
    }
    say_number(CASE_COUNT);
    say(" cases, ");
    say_number(failures);
    say(" differ\n");
    return failures == 0 ? 0 : 1;
}

#if defined(TE_BOARD)
int te_run(void)
{
    return run();
}
#else
int main(void)
{
    return run();
}
#endif
