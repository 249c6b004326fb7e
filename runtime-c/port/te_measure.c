/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Counts the instructions and the stack of one call on an emulated board.
 *
 * Under `qemu-system-arm -icount shift=N` every instruction advances the board's time by 2^N ns, so that any clock
 * counts instructions, if an instruction is longer than two of its ticks: then rounding at both ends cannot hide one.
 * With shift=0 forty instructions share one 25 MHz tick. shift=8 gives 256 ns, 2.5 or more ticks of the COUNTER of the
 * MPS boards' FPGA I/O block (at half its clock). That counter runs freely: no interrupt disturbs the call, its stack
 * or its count. It wraps after 2^32 ticks; the 100 Hz counter of the same block tells how often.
 *
 * The model runs on the process stack, in its own memory, and the bench on the main stack, so that the painted stack
 * holds nothing but the model's frames. Invariant: below the deepest use so far all words of the stack are PAINT. */

#include "te_device.h"
#include "te_port.h"
#include "te_profile.h"

#define PAINT 0xC5C5C5C5u

enum { FPGAIO_CLK100HZ = 0x14, FPGAIO_COUNTER = 0x18, FPGAIO_PRESCALE = 0x1C };

void te_measure_start(void)
{
    TE_REGISTER(TE_FPGAIO + FPGAIO_PRESCALE) = 1; /* 0 would stop the counter */
    for (volatile uint32_t *word = te_stack_start; word < te_stack_top; word++) {
        *word = PAINT;
    }
}

/* Calls a function with the process stack as its stack. Its own frame is on the main stack. It is not static, so that no
 * compiler changes how its arguments arrive: in r0 and r1. */
int te_call_on_stack(te_port_function function, uint32_t *top);

__attribute__((naked, noinline)) int te_call_on_stack(__attribute__((unused)) te_port_function function,
                                                      __attribute__((unused)) uint32_t *top)
{
    __asm__ volatile("push {r4, lr}\n"
                     "msr psp, r1\n"
                     "mrs r3, control\n"
                     "movs r2, #2\n"
                     "orrs r3, r2\n"
                     "msr control, r3\n"
                     "isb\n"
                     "blx r0\n"
                     "mrs r3, control\n"
                     "movs r2, #2\n"
                     "bics r3, r2\n"
                     "msr control, r3\n"
                     "isb\n"
                     "pop {r4, pc}\n");
}

/* The stack pointer at te_port_mark. */
uint32_t te_stack_mark;

__attribute__((naked, noinline)) void te_port_mark(void)
{
    __asm__ volatile("ldr r0, =te_stack_mark\n"
                     "mov r1, sp\n"
                     "str r1, [r0]\n"
                     "bx lr\n"
                     ".ltorg\n");
}

static uint32_t used_and_repainted(void)
{
    volatile uint32_t *word = te_stack_start;
    while (word < te_stack_top && *word == PAINT) {
        word++;
    }
    uint32_t lowest = (uint32_t)word;
    uint32_t used = lowest < te_stack_mark ? te_stack_mark - lowest : 0;
    while (word < te_stack_top) {
        *word++ = PAINT;
    }
    return used;
}

int te_port_measure(te_port_function function, te_port_cost *cost)
{
#if defined(TE_PROFILE)
    te_profile_begin();
#endif
    uint32_t coarse = TE_REGISTER(TE_FPGAIO + FPGAIO_CLK100HZ);
    uint32_t fine = TE_REGISTER(TE_FPGAIO + FPGAIO_COUNTER);
    int status = te_call_on_stack(function, te_stack_top);
    fine = TE_REGISTER(TE_FPGAIO + FPGAIO_COUNTER) - fine;
    coarse = TE_REGISTER(TE_FPGAIO + FPGAIO_CLK100HZ) - coarse;
    uint64_t estimate = (uint64_t)coarse * TE_TICKS_PER_10MS;
    uint64_t wraps = (estimate + 0x80000000u) < fine ? 0 : (estimate + 0x80000000u - fine) >> 32;
    cost->ticks = (wraps << 32) + fine;
    cost->stack = used_and_repainted();
#if defined(TE_PROFILE)
    te_profile_end();
#endif
    return status;
}
