/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Start-up, output and the counter of instructions for programs on an emulated board. The counter is that of the board's FPGA: at
 * -icount shift=8 an instruction takes 256 ns, more than two ticks, so that a rounded difference is exact. */
#include "board.h"

#include <stdarg.h>

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

extern uint32_t board_stack_top[], board_data_load[], board_data_start[], board_data_end[], board_bss_start[],
    board_bss_end[];

int main(void);
void board_reset(void);

static int semihosting(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void board_exit(int code)
{
    const uint32_t arguments[2] = {0x20026, (uint32_t)code};
    for (;;) {
        (void)semihosting(0x20, arguments);
    }
}

static char *put_number(char *to, uint32_t value, int digits)
{
    char text[12];
    int count = 0;
    do {
        text[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0 || count < digits);
    while (count > 0) {
        *to++ = text[--count];
    }
    return to;
}

void board_print(const char *format, ...)
{
    char line[512];
    char *to = line;
    va_list arguments;
    va_start(arguments, format);
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            *to++ = *format;
            continue;
        }
        format++;
        if (*format == 's') {
            for (const char *text = va_arg(arguments, const char *); *text != '\0'; text++) {
                *to++ = *text;
            }
        } else if (*format == 'f') {
            const double value = va_arg(arguments, double);
            const uint32_t hundredths = (uint32_t)(value * 100.0 + 0.5);
            to = put_number(to, hundredths / 100, 1);
            *to++ = '.';
            to = put_number(to, hundredths % 100, 2);
        } else if (*format == 'm') {
            const uint32_t thousands = (uint32_t)((va_arg(arguments, int64_t) + 500) / 1000);
            to = put_number(to, thousands / 1000, 1);
            *to++ = '.';
            to = put_number(to, thousands % 1000, 3);
        } else {
            int32_t value = va_arg(arguments, int32_t);
            if (*format == 'd' && value < 0) {
                *to++ = '-';
                value = -value;
            }
            to = put_number(to, (uint32_t)value, 1);
        }
    }
    va_end(arguments);
    *to = '\0';
    (void)semihosting(0x04, line);
}

static void nothing(void *argument)
{
    (void)argument;
}

/* noinline: both measurements must call alike. */
__attribute__((noinline)) static uint32_t ticks_of(void (*function)(void *), void *argument)
{
    const uint32_t before = REGISTER(BOARD_FPGAIO + 0x18);
    function(argument);
    return REGISTER(BOARD_FPGAIO + 0x18) - before;
}

uint32_t board_count(void (*function)(void *), void *argument)
{
    const double per_instruction = BOARD_COUNTER_HERTZ * 256e-9;
    const uint32_t empty = ticks_of(nothing, 0);
    const uint32_t ticks = ticks_of(function, argument);
    return (uint32_t)((double)(ticks - empty) / per_instruction + 0.5)
           + 1; /* an empty call returns by one instruction */
}

__attribute__((used, noreturn)) static void start(void)
{
    REGISTER(0xE000ED88u) |= 0xFu << 20; /* the FPU */
#if defined(BOARD_TRAPS_UNALIGNED)
    REGISTER(0xE000ED14u) |= 8;
#endif
    __asm__ volatile("dsb\n isb" ::: "memory");
    const uint32_t *from = board_data_load;
    for (uint32_t *to = board_data_start; to < board_data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = board_bss_start; to < board_bss_end; to++) {
        *to = 0;
    }
    REGISTER(BOARD_FPGAIO + 0x1C) = 1; /* the counter counts */
    board_exit(main());
}

__attribute__((used, noreturn)) static void report_fault(const uint32_t *frame)
{
    board_print("fault: cfsr %u, address %u, at %u\n", REGISTER(0xE000ED28u), REGISTER(0xE000ED38u), frame[6]);
    board_exit(99);
}

__attribute__((naked)) static void fault(void)
{
    __asm__ volatile("mov r0, sp\n b report_fault\n");
}

__attribute__((naked)) void board_reset(void)
{
    __asm__ volatile("ldr r0, =board_stack_top\n mov sp, r0\n ldr r0, =start\n bx r0\n .ltorg\n");
}

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*handlers[15])(void);
} vectors = {board_stack_top, {board_reset, fault, fault, fault, fault, fault}};
