/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Shared by the parts of the test bench on an emulated board: symbols of the linker script and registers of the core.
 * The model's memory is [te_sram_start, te_sram_end): its stack at the bottom, so that an overflow leaves the region,
 * then its static data. The bench has memory, code and a stack of its own. */

#ifndef TE_DEVICE_H
#define TE_DEVICE_H

#include <stdint.h>

/* Addresses of these are meant, not contents. */
extern uint32_t te_flash_start[], te_flash_end[];               /* model: code and constants, the flash budget */
extern uint32_t te_sram_start[], te_sram_end[];                 /* model: the SRAM budget */
extern uint32_t te_stack_start[], te_stack_top[];               /* model: its stack */
extern uint32_t te_data_load[], te_data_start[], te_data_end[]; /* model: initialized data */
extern uint32_t te_bss_start[], te_bss_end[];
extern uint32_t te_bench_code_start[], te_bench_code_end[];
extern uint32_t te_bench_ram_start[], te_bench_ram_end[];
extern uint32_t te_bench_bss_start[], te_bench_bss_end[];
extern uint32_t te_bench_stack_top[];

#define TE_REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define TE_ARMV8M 1
#else
#define TE_ARMV8M 0
#endif

/* Ends the emulation with an exit code. */
__attribute__((noreturn)) void te_device_exit(int code);

/* Limits all accesses to the regions above and the board's counter. */
void te_mpu_enable(void);

/* Starts the counter and paints the model's stack; once, before the first measurement. */
void te_measure_start(void);

#endif /* TE_DEVICE_H */
