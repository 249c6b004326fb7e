/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The host in the place of a board: it prints to standard output and counts nanoseconds. */
#define _POSIX_C_SOURCE 200809L
#include "board.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void board_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            (void)putchar(*format);
            continue;
        }
        format++;
        if (*format == 's') {
            printf("%s", va_arg(arguments, const char *));
        } else if (*format == 'f') {
            printf("%.2f", va_arg(arguments, double));
        } else if (*format == 'm') {
            printf("%.3f", (double)va_arg(arguments, int64_t) / 1e6);
        } else {
            const int32_t value = va_arg(arguments, int32_t);
            if (*format == 'd') {
                printf("%" PRId32, value);
            } else {
                printf("%" PRIu32, (uint32_t)value);
            }
        }
    }
    va_end(arguments);
    (void)fflush(stdout);
}

uint32_t board_count(void (*function)(void *), void *argument)
{
    int64_t least = INT64_MAX;
    for (int32_t n = 0; n < 7; n++) {
        struct timespec before, after;
        (void)clock_gettime(CLOCK_MONOTONIC, &before);
        function(argument);
        (void)clock_gettime(CLOCK_MONOTONIC, &after);
        const int64_t took = (after.tv_sec - before.tv_sec) * 1000000000LL + (after.tv_nsec - before.tv_nsec);
        least = took < least ? took : least;
    }
    return (uint32_t)least;
}

void board_exit(int code)
{
    exit(code);
}
