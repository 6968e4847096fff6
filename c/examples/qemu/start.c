/* What a Cortex-M starts with, and semihosting: enough to run without a C library, on the microbit and mps2 machines of QEMU. */
#include <stddef.h>
#include <stdint.h>

#include "answers.h"

extern uint32_t stack_end[], paint_end[], data_start[], data_end[], bss_start[], bss_end[];
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

static void print_number(uint32_t number) {
    char digits[11];
    int at = 10;
    digits[at] = 0;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    print(digits + at);
}

/* What has not been used of the stack still has this in it. */
#define PAINT 0x5ca1ab1eu

static void report(const char *name, int right) {
    print(name);
    print(right ? ": right\n" : ": WRONG\n");
}

void start(void) {
#ifdef __ARM_FP
    *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20; /* the floating point unit is off at first */
    __asm__ volatile("dsb\n isb" ::: "memory");
#endif
    const uint32_t *from = data_load;
    for (uint32_t *to = data_start; to < data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end; to++) {
        *to = 0;
    }
    /* This function itself takes less than the last 256 bytes. */
    uint32_t *top = paint_end, *at = bss_end;
    for (uint32_t *to = bss_end; to < top; to++) {
        *to = PAINT;
    }
    int wrong = answers(report);
    while (at < top && *at == PAINT) {
        at++;
    }
    print("stack in bytes: ");
    print_number((uint32_t)((const char *)stack_end - (const char *)at));
    print("\n");
    leave(wrong != 0);
}
