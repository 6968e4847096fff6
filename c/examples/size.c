/* What one family takes in flash and RAM: each -DONLY_... links the calls that its use needs. Not run. */
#include "slotless.h"

#define BITS 256u
#define WORDS SLOTLESS_WORDS(BITS)

void start(void);

/* What comes in is not known, and what goes out is kept. */
static volatile uint32_t outside;

static void fetch(uint32_t *words, uint32_t count) {
    for (uint32_t at = 0; at < count; at++) {
        words[at] = outside;
    }
}

#define KEEP(value) (outside += (uint32_t)(value))

#if defined(ONLY_KWINNER_RECALL) || defined(ONLY_KWINNER_STRUCTURED_RECALL)
static uint32_t scratch[SLOTLESS_KWINNER_SCRATCH_WORDS(BITS, 256u, 8u)];
#ifdef ONLY_KWINNER_RECALL
#define TYPE SLOTLESS_KWINNER_U8_RECALL
#else
#define TYPE SLOTLESS_KWINNER_U8_STRUCTURED_RECALL
#endif
static void only(void) {
    slotless_kwinner memory = {{0}};
    slotless_kwinner_recalled found;
    uint32_t cue[WORDS];
    fetch(cue, WORDS);
    KEEP(slotless_kwinner_open_snapshot(&memory, &TYPE, (const uint32_t *)(uintptr_t)(outside * 4), 2048, scratch,
                                        sizeof scratch / 4));
    KEEP(slotless_kwinner_recall(&memory, cue, WORDS, &found));
    KEEP(found.pattern[0]);
}
#elif defined(ONLY_KWINNER_OPEN)
static uint32_t scratch[SLOTLESS_KWINNER_SCRATCH_WORDS(BITS, 128u, 8u)];
static void only(void) {
    static const slotless_kwinner_params PARAMS = {
        .visible = BITS, .hidden = 128, .fan_in = 32, .winners = 8, .active = 32, .rate = 19661};
    slotless_kwinner memory = {{0}};
    slotless_kwinner_recalled found;
    uint32_t cue[WORDS];
    fetch(cue, WORDS);
    KEEP(slotless_kwinner_open(&memory, &SLOTLESS_KWINNER_U8_RECALL, &PARAMS, (const uint32_t *)(uintptr_t)(outside * 4),
                               2050, scratch, sizeof scratch / 4));
    KEEP(slotless_kwinner_recall(&memory, cue, WORDS, &found));
    KEEP(found.pattern[0]);
}
#elif defined(ONLY_KWINNER) || defined(ONLY_KWINNER_STRUCTURED)
#ifdef ONLY_KWINNER
#define TYPE SLOTLESS_KWINNER_U8
static uint32_t state[SLOTLESS_KWINNER_STATE_WORDS(BITS, 128u, 32u, 8u)];
#else
#define TYPE SLOTLESS_KWINNER_U8_STRUCTURED
static uint32_t state[SLOTLESS_KWINNER_STRUCTURED_STATE_WORDS(128u, 32u, 8u)];
#endif
static uint32_t scratch[SLOTLESS_KWINNER_SCRATCH_WORDS(BITS, 128u, 8u)];
static void only(void) {
    static const slotless_kwinner_params PARAMS = {
        .visible = BITS, .hidden = 128, .fan_in = 32, .winners = 8, .active = 32, .rate = 19661};
    slotless_kwinner memory = {{0}};
    slotless_kwinner_recalled found;
    uint32_t cue[WORDS];
    KEEP(slotless_kwinner_new(&memory, &TYPE, &PARAMS, state, sizeof state / 4, scratch, sizeof scratch / 4));
    fetch(cue, WORDS);
    KEEP(slotless_kwinner_learn(&memory, cue, WORDS, 0));
    KEEP(slotless_kwinner_recall(&memory, cue, WORDS, &found));
    KEEP(found.pattern[0]);
}
#elif defined(ONLY_RECENCY)
static uint32_t state[1024];
static uint32_t scratch[SLOTLESS_RECENCY_SCRATCH_WORDS(BITS, 3u)];
static void only(void) {
    static const slotless_recency_params PARAMS = {.visible = BITS, .levels = 3, .active = 32};
    slotless_recency memory = {{0}};
    slotless_recency_recalled found;
    uint32_t cue[WORDS];
    KEEP(slotless_recency_new(&memory, &PARAMS, state, sizeof state / 4, scratch, sizeof scratch / 4));
    fetch(cue, WORDS);
    KEEP(slotless_recency_learn(&memory, cue, WORDS, 0));
    KEEP(slotless_recency_recall(&memory, cue, WORDS, &found));
    KEEP(found.pattern[0]);
}
#elif defined(ONLY_SLOTS)
static uint32_t state[1024];
static void only(void) {
    static const slotless_slots_params PARAMS = {.visible = BITS};
    slotless_slots memory = {{0}};
    slotless_slots_recalled found;
    uint32_t cue[WORDS];
    KEEP(slotless_slots_new(&memory, &PARAMS, state, sizeof state / 4));
    fetch(cue, WORDS);
    KEEP(slotless_slots_learn(&memory, cue, WORDS, 0, 0));
    KEEP(slotless_slots_recall(&memory, cue, WORDS, &found));
    KEEP(found.pattern[0]);
}
#elif defined(ONLY_SKETCHES)
static uint32_t state[1024];
static void only(void) {
    static const slotless_sketches_params PARAMS = {.visible = BITS, .active = 32};
    slotless_sketches memory = {{0}};
    slotless_slots_match best;
    uint32_t cue[WORDS];
    KEEP(slotless_sketches_new(&memory, &PARAMS, state, sizeof state / 4));
    fetch(cue, WORDS);
    KEEP(slotless_sketches_learn(&memory, cue, WORDS));
    KEEP(slotless_sketches_find(&memory, cue, WORDS, &best, 0));
    KEEP(best.age);
}
#elif defined(ONLY_GROW)
static uint32_t state[1024];
static void only(void) {
    static const slotless_grow_params PARAMS = {.features = 64};
    slotless_grow memory = {{0}};
    slotless_recognised found;
    uint32_t sample[16];
    KEEP(slotless_grow_new(&memory, &PARAMS, state, sizeof state / 4));
    fetch(sample, 16);
    KEEP(slotless_grow_learn(&memory, (const uint8_t *)sample, 64, outside, 0));
    KEEP(slotless_grow_recognise(&memory, (const uint8_t *)sample, 64, &found));
    KEEP(found.label);
}
#elif defined(ONLY_GROW_RECALL)
static void only(void) {
    slotless_grow memory = {{0}};
    slotless_recognised found;
    uint32_t sample[16];
    KEEP(slotless_grow_open_snapshot(&memory, (const uint32_t *)(uintptr_t)(outside * 4), 2048));
    fetch(sample, 16);
    KEEP(slotless_grow_recognise(&memory, (const uint8_t *)sample, 64, &found));
    KEEP(found.label);
}
#elif defined(ONLY_SAMPLES)
static uint32_t state[1024];
static void only(void) {
    static const slotless_samples_params PARAMS = {.features = 64, .replacement = SLOTLESS_BALANCED};
    slotless_samples memory = {{0}};
    slotless_recognised found;
    uint32_t sample[16];
    KEEP(slotless_samples_new(&memory, &PARAMS, state, sizeof state / 4));
    fetch(sample, 16);
    KEEP(slotless_samples_learn(&memory, (const uint8_t *)sample, 64, outside, 0));
    KEEP(slotless_samples_recognise(&memory, (const uint8_t *)sample, 64, &found));
    KEEP(found.label);
}
#elif defined(ONLY_MEANS)
static uint32_t state[SLOTLESS_MEANS_STATE_WORDS(64, 4)];
static void only(void) {
    static const slotless_means_params PARAMS = {.features = 64, .labels = 4, .window = 64};
    slotless_means memory = {{0}};
    slotless_recognised found;
    uint32_t sample[16];
    KEEP(slotless_means_new(&memory, &PARAMS, state, sizeof state / 4));
    fetch(sample, 16);
    KEEP(slotless_means_learn(&memory, (const uint8_t *)sample, 64, outside, 0));
    KEEP(slotless_means_recognise(&memory, (const uint8_t *)sample, 64, &found));
    KEEP(found.label);
}
#elif defined(ONLY_BUCKET)
static void only(void) {
    static const slotless_bucket BUCKET = {.low = -4096, .high = 4095, .units = BITS, .ones = 8};
    slotless_estimate found;
    uint32_t pattern[WORDS] = {0}, value;
    fetch(&value, 1);
    KEEP(slotless_bucket_write(&BUCKET, (int32_t)value, 0, pattern, WORDS));
    KEEP(slotless_bucket_read(&BUCKET, pattern, WORDS, 0, &found));
    KEEP(found.value);
}
#else
static void only(void) {
    uint32_t words[WORDS];
    fetch(words, WORDS);
    KEEP(words[0]);
}
#endif

struct vectors {
    const void *stack;
    void (*handlers[15])(void);
};
extern const uint32_t stack_end[];
extern const struct vectors VECTORS;
const struct vectors VECTORS __attribute__((section(".vectors"), used)) = {stack_end, {start}};

void start(void) {
    for (;;) {
        only();
    }
}
