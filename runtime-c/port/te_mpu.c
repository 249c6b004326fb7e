/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* Holds the firmware to its budgets: after te_mpu_enable an access outside the model's flash (read and execute) and
 * SRAM (no execute), the bench's own memory and the counter's page faults, also for privileged code.
 *
 * Armv8-M limits are exact to 32 bytes. An Armv7-M region is a power of two, aligned to its size, of which eighths can
 * be switched off: four regions, each covering the next three binary digits of the size, bring the SRAM limit within
 * 1/4096 of the budget (or 128 bytes), rounded up; nothing is placed there, because the linker refuses it. */

#include "te_device.h"

#define MPU_CTRL TE_REGISTER(0xE000ED94u)
#define MPU_RNR TE_REGISTER(0xE000ED98u)
#define MPU_RBAR TE_REGISTER(0xE000ED9Cu)
#define MPU_RASR_RLAR TE_REGISTER(0xE000EDA0u)
#define MPU_MAIR0 TE_REGISTER(0xE000EDC0u)

enum access { READ_EXECUTE, READ_WRITE, DEVICE };

#if TE_ARMV8M

static uint32_t add_region(uint32_t index, uint32_t start, uint32_t end, enum access access, uint32_t most)
{
    (void)most;
    uint32_t permission = access == READ_EXECUTE ? 2u << 1 : 1u; /* read-only, or read-write and never execute */
    uint32_t memory = access == DEVICE ? 1u : 0u;                /* index into MAIR */
    MPU_RNR = index;
    MPU_RBAR = start | permission;
    MPU_RASR_RLAR = ((end - 1u) & ~31u) | memory << 1 | 1u;
    return index + 1u;
}

#else

static uint32_t region_log2(uint32_t bytes)
{
    uint32_t log2 = 8; /* smaller regions have no eighths */
    while (log2 < 31u && (1u << log2) < bytes) {
        log2++;
    }
    return log2;
}

static uint32_t add_region(uint32_t index, uint32_t start, uint32_t end, enum access access, uint32_t most)
{
    for (uint32_t i = 0; i < most && start < end; i++) {
        uint32_t log2 = region_log2(end - start);
        uint32_t eighth = 1u << (log2 - 3u);
        uint32_t count = (end - start) / eighth;
        /* A rest smaller than an eighth is left to the next region. It starts at a multiple of the eighth, which must be at
         * least the size of the smallest region with eighths. */
        if ((end - start) % eighth != 0 && (i + 1u == most || eighth < 256u)) {
            count++;
        }
        uint32_t disabled = count < 8u ? 0xFFu & (0xFFu << count) : 0u;
        uint32_t permission = access == READ_EXECUTE ? 7u << 24 : 3u << 24 | 1u << 28;
        uint32_t memory = access == DEVICE ? 1u << 16 : 1u << 17;
        MPU_RNR = index++;
        MPU_RBAR = start & ~((1u << log2) - 1u);
        MPU_RASR_RLAR = permission | memory | disabled << 8 | (log2 - 1u) << 1 | 1u;
        start += count * eighth;
    }
    return index;
}

#endif

void te_mpu_enable(void)
{
    uint32_t next = 0;
#if TE_ARMV8M
    MPU_MAIR0 = 0x00000044u; /* 0: normal, not cached; 1: device */
#endif
    next = add_region(next, (uint32_t)te_flash_start, (uint32_t)te_flash_end, READ_EXECUTE, 1);
    next = add_region(next, (uint32_t)te_sram_start, (uint32_t)te_sram_end, READ_WRITE, 4);
    next = add_region(next, (uint32_t)te_bench_code_start, (uint32_t)te_bench_code_end, READ_EXECUTE, 1);
    next = add_region(next, (uint32_t)te_bench_ram_start, (uint32_t)te_bench_ram_end, READ_WRITE, 1);
    (void)add_region(next, TE_FPGAIO, TE_FPGAIO + 0x1000u, DEVICE, 1);
    MPU_CTRL = 1u; /* no background region: privileged code is limited too */
    __asm__ volatile("dsb\n isb" ::: "memory");
}
