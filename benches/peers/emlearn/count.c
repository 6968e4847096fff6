/* Counts instructions of emlearn's neighbours and of a forest on 64 features in QEMU, whose SysTick at 25 MHz counts one in 40 of
   them under -icount shift=0. Means of 64 random samples. forest.h is emlearn's own. */
#define EML_NEIGHBORS_MAX_CLASSES 16
#include <eml_neighbors.h>
#include <eml_trees.h>
#include "forest.h"

#define FEATURES 64
/* As many as 4,096 bytes hold: 2 bytes a feature, 2 of label, 8 of distance each. */
#define ITEMS 29
#define SAMPLES 64
#define BARRIER __asm__ volatile("" ::: "memory")

static int16_t data[ITEMS * FEATURES], labels[ITEMS];
static EmlNeighborsDistanceItem distances[ITEMS];
static uint32_t state = 1;
static volatile uint32_t *const systick = (uint32_t *)0xe000e010;

static int draw(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 24;
}

/* Semihosting. */
static void call(int number, const void *of)
{
    register int operation __asm__("r0") = number;
    register const void *argument __asm__("r1") = of;
    __asm__ volatile("bkpt 0xab" : "+r"(operation) : "r"(argument) : "memory");
}

static void print(uint32_t number, char after)
{
    char text[12] = {0};
    int at = 10;
    text[at] = after;
    do {
        text[--at] = '0' + number % 10;
    } while (number /= 10);
    call(4, text + at);
}

static uint32_t since(uint32_t start)
{
    return ((start - systick[2]) & 0xffffff) * 40;
}

void reset(void)
{
    int16_t sample[FEATURES], found;
    EmlNeighborsModel model = {FEATURES, 0, ITEMS, data, labels, 1};
    uint32_t neighbours = 0, forest = 0;
    systick[1] = 0xffffff;
    systick[2] = 0;
    systick[0] = 5;
    for (int item = 0; item < ITEMS; item++) {
        for (int feature = 0; feature < FEATURES; feature++) sample[feature] = draw();
        eml_neighbors_add_item(&model, sample, FEATURES, draw() & 7);
    }
    for (int number = 0; number < SAMPLES; number++) {
        for (int feature = 0; feature < FEATURES; feature++) sample[feature] = draw();
        uint32_t start = systick[2];
        BARRIER;
        eml_neighbors_predict(&model, sample, FEATURES, distances, ITEMS, &found);
        BARRIER;
        neighbours += since(start);
        start = systick[2];
        BARRIER;
        int class = forest_predict(sample, FEATURES);
        __asm__ volatile("" ::"r"(class) : "memory");
        forest += since(start);
    }
    print(neighbours / SAMPLES, ' ');
    print(forest / SAMPLES, '\n');
    call(0x18, (const void *)0x20026);
}

void *const vectors[64] __attribute__((section(".vectors"), used)) = {(void *)0x20080000, (void *)reset};
