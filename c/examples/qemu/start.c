/* What a Cortex-M starts with, and semihosting: enough to run without a C library, on the microbit and mps2 machines of QEMU. */
#include <stddef.h>
#include <stdint.h>

#include "answers.h"

extern uint32_t stack_end[], data_start[], data_end[], bss_start[], bss_end[];
extern const uint32_t data_load[];

void start(void);

static void call(uint32_t operation, const void *argument) {
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static void print(const char *text) {
    call(4, text); /* SYS_WRITE0 */
}

static void leave(int code) {
    const uint32_t arguments[2] = {0x20026, (uint32_t)code}; /* ADP_Stopped_ApplicationExit */
    call(0x20, arguments);                                  /* SYS_EXIT_EXTENDED */
    for (;;) {
    }
}

static void fault(void) {
    print("fault\n");
    leave(102);
}

static const struct {
    const void *stack;
    void (*handlers[15])(void);
} VECTORS __attribute__((section(".vectors"), used)) = {stack_end, {start, fault, fault}};

static void report(const char *name, int right) {
    print(name);
    print(right ? ": right\n" : ": WRONG\n");
}

void start(void) {
    const uint32_t *from = data_load;
    for (uint32_t *to = data_start; to < data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end; to++) {
        *to = 0;
    }
    leave(answers(report) != 0);
}
