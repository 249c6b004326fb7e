/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The port for emulated boards: files of the host by Arm semihosting (bkpt 0xab). One call per read or write, whatever
 * its size. Semihosting reports the bytes that were NOT transferred. */

#include "te_port.h"
#include "te_device.h"

enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITE0 = 0x04,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_SEEK = 0x0A,
    SYS_EXIT_EXTENDED = 0x20,
    OPEN_READ_BINARY = 1,
    OPEN_WRITE_BINARY = 5,
    APPLICATION_EXIT = 0x20026
};

static int semihosting(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

int te_port_open(const char *name, enum te_port_mode mode)
{
    uint32_t length = 0;
    while (name[length] != '\0') {
        length++;
    }
    const uint32_t arguments[3] = {(uint32_t)name, mode == TE_PORT_READ ? OPEN_READ_BINARY : OPEN_WRITE_BINARY, length};
    return semihosting(SYS_OPEN, arguments);
}

int te_port_close(int file)
{
    const uint32_t arguments[1] = {(uint32_t)file};
    return semihosting(SYS_CLOSE, arguments);
}

int te_port_seek(int file, uint32_t position)
{
    const uint32_t arguments[2] = {(uint32_t)file, position};
    return position > 0x7FFFFFFFu ? -1 : semihosting(SYS_SEEK, arguments);
}

int te_port_read(int file, void *data, uint32_t bytes)
{
    const uint32_t arguments[3] = {(uint32_t)file, (uint32_t)data, bytes};
    return semihosting(SYS_READ, arguments) == 0 ? 0 : -1;
}

int te_port_write(int file, const void *data, uint32_t bytes)
{
    const uint32_t arguments[3] = {(uint32_t)file, (uint32_t)data, bytes};
    return semihosting(SYS_WRITE, arguments) == 0 ? 0 : -1;
}

void te_port_print(const char *text)
{
    (void)semihosting(SYS_WRITE0, text);
}

void te_device_exit(int code)
{
    const uint32_t arguments[2] = {APPLICATION_EXIT, (uint32_t)code};
    for (;;) {
        (void)semihosting(SYS_EXIT_EXTENDED, arguments);
    }
}
