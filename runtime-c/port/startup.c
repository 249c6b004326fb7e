/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* From reset to the run loop on an emulated board, and from a fault to a line of text and exit code 99. It needs no C
 * library. Invariant: when te_run begins, the FPU is on, static data are set and the MPU is on. */

#include <stddef.h>

#include "te_device.h"
#include "te_port.h"
#include "te_run.h"

void te_reset(void);

#define SCB_SHCSR TE_REGISTER(0xE000ED24u)
#define SCB_CFSR TE_REGISTER(0xE000ED28u)
#define SCB_HFSR TE_REGISTER(0xE000ED2Cu)
#define SCB_MMFAR TE_REGISTER(0xE000ED34u)
#define SCB_BFAR TE_REGISTER(0xE000ED38u)
#define SCB_CPACR TE_REGISTER(0xE000ED88u)

static void append_hex(char *text, uint32_t value)
{
    for (int digit = 0; digit < 8; digit++) {
        uint32_t nibble = (value >> (28 - 4 * digit)) & 15u;
        text[digit] = (char)(nibble < 10u ? '0' + nibble : 'a' + nibble - 10u);
    }
}

static void print_field(const char *name, uint32_t value)
{
    char hex[9];
    append_hex(hex, value);
    hex[8] = '\0';
    te_port_print(name);
    te_port_print(hex);
}

/* The frame is where the core pushed r0-r3, r12, lr, pc: unreadable if it was the push that faulted. */
__attribute__((used, noreturn)) static void report_fault(const uint32_t *frame)
{
    uint32_t address = (uint32_t)frame;
    int readable = (SCB_CFSR & 0x00101010u) == 0 && (address & 3u) == 0
                   && ((address >= (uint32_t)te_sram_start && address + 32u <= (uint32_t)te_sram_end)
                       || (address >= (uint32_t)te_bench_ram_start && address + 32u <= (uint32_t)te_bench_ram_end));
    print_field("TE-FAULT cfsr=", SCB_CFSR);
    print_field(" hfsr=", SCB_HFSR);
    print_field(" mmfar=", SCB_MMFAR);
    print_field(" bfar=", SCB_BFAR);
    print_field(" pc=", readable ? frame[6] : 0u);
    print_field(" stack=", (uint32_t)te_stack_start);
    te_port_print("\n");
    te_device_exit(TE_RUN_FAULT);
}

/* Bit 2 of EXC_RETURN tells which stack holds the frame. The handler itself uses the main stack, which is the bench's:
 * it works after the model's stack has overflowed. */
__attribute__((naked)) static void fault(void)
{
    __asm__ volatile("mov r1, lr\n"
                     "movs r2, #4\n"
                     "mrs r0, msp\n"
                     "tst r1, r2\n"
                     "beq 1f\n"
                     "mrs r0, psp\n"
                     "1: ldr r1, =te_bench_stack_top\n"
                     "mov sp, r1\n"
                     "ldr r1, =report_fault\n"
                     "bx r1\n"
                     ".ltorg\n");
}

__attribute__((used, noreturn)) static void start(void)
{
    SCB_SHCSR |= 7u << 16; /* memory management, bus and usage faults have handlers of their own */
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    SCB_CPACR |= 0xFu << 20;
    __asm__ volatile("dsb\n isb" ::: "memory");
#endif
    const uint32_t *from = te_data_load;
    for (uint32_t *to = te_data_start; to < te_data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = te_bss_start; to < te_bss_end; to++) {
        *to = 0;
    }
    for (uint32_t *to = te_bench_bss_start; to < te_bench_bss_end; to++) {
        *to = 0;
    }
    te_measure_start();
    te_mpu_enable();
#if TE_ARMV8M
    __asm__ volatile("msr psplim, %0" ::"r"(te_stack_start));
#endif
    te_device_exit(te_run());
}

__attribute__((naked)) void te_reset(void)
{
    __asm__ volatile("ldr r0, =te_bench_stack_top\n"
                     "mov sp, r0\n"
                     "ldr r0, =start\n"
                     "bx r0\n"
                     ".ltorg\n");
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    vector handlers[15];
} vectors = {te_bench_stack_top,
             {te_reset, fault, fault, fault, fault, fault, fault, NULL, NULL, NULL, fault, fault, NULL, fault, fault}};
