/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The TinyEngine Authors */

/* The port for the host twin: stdio in the current folder. It counts no instructions and no stack; those figures come
 * from the device. */

#include <stdio.h>

#include "te_port.h"
#include "te_run.h"

enum { MAX_FILES = 8 };

static FILE *files[MAX_FILES];

int te_port_open(const char *name, enum te_port_mode mode)
{
    for (int i = 0; i < MAX_FILES; i++) {
        if (files[i] == NULL) {
            files[i] = fopen(name, mode == TE_PORT_READ ? "rb" : "wb");
            return files[i] == NULL ? -1 : i;
        }
    }
    return -1;
}

int te_port_close(int file)
{
    int status = fclose(files[file]);
    files[file] = NULL;
    return status == 0 ? 0 : -1;
}

int te_port_seek(int file, uint32_t position)
{
    if (position > 0x7FFFFFFFu) { /* long has 32 bits on some hosts */
        return -1;
    }
    return fseek(files[file], (long)position, SEEK_SET) == 0 ? 0 : -1;
}

int te_port_read(int file, void *data, uint32_t bytes)
{
    return fread(data, 1, bytes, files[file]) == bytes ? 0 : -1;
}

int te_port_write(int file, const void *data, uint32_t bytes)
{
    return fwrite(data, 1, bytes, files[file]) == bytes ? 0 : -1;
}

void te_port_print(const char *text)
{
    (void)fputs(text, stderr);
}

int te_port_measure(te_port_function function, te_port_cost *cost)
{
    cost->ticks = 0;
    cost->stack = 0;
    return function();
}

void te_port_mark(void)
{
}

int main(void)
{
    return te_run();
}
