/*
 * The C interface on a host: known answers, a snapshot's way to flash and back, and bad input of every function. Buffers are as long
 * as they have to be and no longer, so that valgrind sees whatever the library reads or writes beyond them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "slotless.h"

static int failed;
static int checks;

#define CHECK(what, expected)                                                                                          \
    do {                                                                                                               \
        int got_ = (int)(what);                                                                                        \
        checks++;                                                                                                      \
        if (got_ != (int)(expected)) {                                                                                 \
            failed++;                                                                                                  \
            printf("%s:%d: %s: %d (%s), expected %d\n", __FILE__, __LINE__, #what, got_, slotless_status_name(got_),   \
                   (int)(expected));                                                                                   \
        }                                                                                                              \
    } while (0)
#define OK(what) CHECK(what, SLOTLESS_STATUS_OK)
#define BAD(what, status) CHECK(what, SLOTLESS_STATUS_##status)

#define BITS 100u
#define WORDS SLOTLESS_WORDS(BITS)

/* Memory of exactly so many words, so that a step beyond them is seen. */
static uint32_t *room(uint32_t words) {
    uint32_t *at = malloc(4 * (size_t)words + 1);
    if (at == NULL) {
        abort();
    }
    memset(at, 0xa5, 4 * (size_t)words);
    return realloc(at, 4 * (size_t)words > 0 ? 4 * (size_t)words : 1);
}

static void *odd(void *at) {
    return (char *)at + 1;
}

static void draw(uint32_t number, uint32_t *pattern) {
    slotless_stream at = {.seed = 9, .purpose = 256, .trial = 0, .number = number};
    OK(slotless_bits_sample(&at, BITS, 10, pattern, WORDS));
}

static void report(const char *name, int right) {
    if (!right) {
        printf("%s: not the known answer\n", name);
    }
}

static void bits(void) {
    uint8_t bytes[13], back[13];
    uint32_t words[WORDS], other[WORDS], count;
    slotless_stream at = {.seed = 1, .purpose = 256, .trial = 0, .number = 0};
    for (unsigned byte = 0; byte < 13; byte++) {
        bytes[byte] = (uint8_t)(37 * byte + 5);
    }
    bytes[12] &= 0x0f;
    OK(slotless_bits_from_bytes(bytes, 13, BITS, words, WORDS));
    CHECK(words[0], bytes[0] | bytes[1] << 8 | bytes[2] << 16 | bytes[3] << 24);
    OK(slotless_bits_to_bytes(words, WORDS, BITS, back, 13));
    CHECK(memcmp(bytes, back, 13), 0);
    OK(slotless_bits_count(words, WORDS, &count));
    unsigned ones = 0;
    for (unsigned bit = 0; bit < BITS; bit++) {
        ones += bytes[bit / 8] >> bit % 8 & 1;
    }
    CHECK(count, ones);
    memset(other, 0, sizeof other);
    OK(slotless_bits_set(other, WORDS, 33));
    CHECK(other[1], 2);
    OK(slotless_bits_set(words, WORDS, 33));
    OK(slotless_bits_overlap(words, other, WORDS, &count));
    CHECK(count, 1);

    BAD(slotless_bits_from_bytes(NULL, 13, BITS, words, WORDS), NULL);
    BAD(slotless_bits_from_bytes(bytes, 13, BITS, NULL, WORDS), NULL);
    BAD(slotless_bits_from_bytes(bytes, 12, BITS, words, WORDS), LENGTH);
    BAD(slotless_bits_from_bytes(bytes, 13, BITS, words, WORDS - 1), LENGTH);
    BAD(slotless_bits_from_bytes(bytes, 13, BITS, odd(words), WORDS - 1), ALIGNMENT);
    BAD(slotless_bits_from_bytes((uint8_t *)words, 13, BITS, words, WORDS), OVERLAP);
    bytes[12] |= 0x10;
    BAD(slotless_bits_from_bytes(bytes, 13, BITS, words, WORDS), BEYOND);
    words[WORDS - 1] |= 0x80000000u;
    BAD(slotless_bits_to_bytes(words, WORDS, BITS, back, 13), BEYOND);
    BAD(slotless_bits_to_bytes(words, WORDS, BITS, back, 12), BEYOND);
    words[WORDS - 1] = 0;
    BAD(slotless_bits_to_bytes(words, WORDS, BITS, back, 12), LENGTH);
    BAD(slotless_bits_to_bytes(words, WORDS, BITS, (uint8_t *)words + 1, 13), OVERLAP);
    BAD(slotless_bits_set(words, WORDS, 32 * WORDS), BEYOND);
    BAD(slotless_bits_set(words, WORDS, 0xffffffffu), BEYOND);
    BAD(slotless_bits_set(words, 0, 0), BEYOND);
    BAD(slotless_bits_set(NULL, 0, 0), NULL);
    BAD(slotless_bits_count(words, WORDS, NULL), NULL);
    BAD(slotless_bits_count(words, WORDS, &words[1]), OVERLAP);
    OK(slotless_bits_count(words, 0, &count));
    CHECK(count, 0);
    BAD(slotless_bits_overlap(words, NULL, WORDS, &count), NULL);
    BAD(slotless_bits_sample(&at, BITS, BITS + 1, words, WORDS), TOO_MANY_ONES);
    BAD(slotless_bits_sample(&at, BITS, 1, words, WORDS + 1), LENGTH);
    BAD(slotless_bits_sample(NULL, BITS, 1, words, WORDS), NULL);
    OK(slotless_bits_sample(&at, BITS, BITS, words, WORDS));
    OK(slotless_bits_sample(&at, 0, 0, words, 0));
    BAD(slotless_bits_cue(&at, words, WORDS, 3, words), OVERLAP);
    BAD(slotless_bits_cue(&at, words, WORDS, 3, NULL), NULL);
    OK(slotless_bits_cue(&at, words, WORDS, 3, other));
    OK(slotless_bits_count(other, WORDS, &count));
    CHECK(count, 3);
    BAD(slotless_draw(1, 256, 0, 0, NULL), NULL);
    /* As many words as there can be, from an address near the end of the address space. */
    BAD(slotless_bits_count((uint32_t *)(UINTPTR_MAX - 3), 0xffffffffu, &count), ADDRESS);
}

static const slotless_kwinner_params KWINNER = {
    .visible = BITS, .hidden = 40, .fan_in = 24, .winners = 5, .active = 10, .rate = 32768, .seed = 7};

static slotless_status kwinner_with(slotless_kwinner_params params) {
    slotless_sizes sizes;
    return slotless_kwinner_sizes(&SLOTLESS_KWINNER_U8, &params, &sizes);
}

static void kwinner_params(void) {
    slotless_kwinner_params params = KWINNER;
    OK(kwinner_with(params));
#define WITH(field, value, status)                                                                                     \
    params = KWINNER;                                                                                                  \
    params.field = value;                                                                                              \
    BAD(kwinner_with(params), status)
    WITH(visible, 0, VISIBLE);
    WITH(hidden, 0, HIDDEN);
    WITH(fan_in, 0, FAN_IN);
    WITH(fan_in, BITS + 1, FAN_IN);
    WITH(winners, 0, WINNERS);
    WITH(winners, 41, WINNERS);
    WITH(active, 0, ACTIVE);
    WITH(active, BITS + 1, ACTIVE);
    WITH(rate, 0, RATE);
    WITH(rate, 65537, RATE);
    WITH(rounding, 2, ROUNDING);
    WITH(assignment, 2, ASSIGNMENT);
    /* A state of more words than 32 bits count. */
    params = KWINNER;
    params.visible = params.hidden = 0xffffffffu;
    params.fan_in = 1u << 20;
    BAD(kwinner_with(params), TOO_LARGE);
    params.fan_in = params.visible;
    BAD(kwinner_with(params), SUM);
    slotless_sizes sizes;
    /* Structured wiring does not take every number. */
    int refused = 0;
    params = KWINNER;
    for (params.hidden = 5; params.hidden < 400; params.hidden++) {
        slotless_status status = slotless_kwinner_sizes(&SLOTLESS_KWINNER_U8_STRUCTURED, &params, &sizes);
        CHECK(status == SLOTLESS_STATUS_OK || status == SLOTLESS_STATUS_STRUCTURED, 1);
        refused += status == SLOTLESS_STATUS_STRUCTURED;
    }
    CHECK(refused > 0 && refused < 200, 1);
    BAD(slotless_kwinner_sizes(NULL, &KWINNER, &sizes), NULL);
    BAD(slotless_kwinner_sizes(&SLOTLESS_KWINNER_U8, NULL, &sizes), NULL);
    BAD(slotless_kwinner_sizes(&SLOTLESS_KWINNER_U8, &KWINNER, NULL), NULL);
    /* The constants are the sizes. */
    static const struct {
        const slotless_kwinner_type *type;
        uint32_t width;
        int structured;
    } TYPES[] = {{&SLOTLESS_KWINNER_U1, 1, 0},
                 {&SLOTLESS_KWINNER_U2, 2, 0},
                 {&SLOTLESS_KWINNER_U4, 4, 0},
                 {&SLOTLESS_KWINNER_U8_RECALL, 8, 0},
                 {&SLOTLESS_KWINNER_U16, 16, 0},
                 {&SLOTLESS_KWINNER_U1_STRUCTURED, 1, 1},
                 {&SLOTLESS_KWINNER_U2_STRUCTURED_RECALL, 2, 1},
                 {&SLOTLESS_KWINNER_U4_STRUCTURED, 4, 1},
                 {&SLOTLESS_KWINNER_U8_STRUCTURED, 8, 1},
                 {&SLOTLESS_KWINNER_U16_STRUCTURED, 16, 1}};
    int made = 0;
    for (size_t type = 0; type < sizeof TYPES / sizeof TYPES[0]; type++) {
        for (uint32_t visible = 1; visible < 200; visible += 33) {
            for (uint32_t hidden = 8; hidden < 300; hidden += 31) {
                for (uint32_t fan_in = 1; fan_in <= visible; fan_in += 13) {
                    uint32_t width = TYPES[type].width;
                    slotless_kwinner_params p = KWINNER;
                    p.visible = visible, p.hidden = hidden, p.fan_in = fan_in, p.active = 1;
                    if (slotless_kwinner_sizes(TYPES[type].type, &p, &sizes) != SLOTLESS_STATUS_OK) {
                        continue;
                    }
                    made++;
                    CHECK(sizes.state_words, TYPES[type].structured
                                                 ? SLOTLESS_KWINNER_STRUCTURED_STATE_WORDS(hidden, fan_in, width)
                                                 : SLOTLESS_KWINNER_STATE_WORDS(visible, hidden, fan_in, width));
                    CHECK(sizes.scratch_words, SLOTLESS_KWINNER_SCRATCH_WORDS(visible, hidden, 5u));
                    CHECK(sizes.pattern_words, SLOTLESS_WORDS(visible));
                    CHECK(sizes.snapshot_words, SLOTLESS_KWINNER_SNAPSHOT_WORDS(sizes.state_words));
                }
            }
        }
    }
    CHECK(made > 1000, 1);
}

static void kwinner(const slotless_kwinner_type *type, const slotless_kwinner_type *recall,
                    const slotless_kwinner_type *other_width, const slotless_kwinner_type *other_wiring) {
    slotless_sizes sizes;
    slotless_kwinner memory = {{0}}, other = {{0}};
    slotless_kwinner_match matched;
    slotless_kwinner_recalled found;
    slotless_snapshot_info info;
    uint32_t pattern[WORDS], cue[WORDS] = {0}, recalled[WORDS], written, new_one;
    uint64_t learned;
    slotless_kwinner_params params = KWINNER;
    params.hidden = 64, params.rate = 65536, params.fan_in = 50;
    OK(slotless_kwinner_sizes(type, &params, &sizes));
    uint32_t *state = room(sizes.state_words), *scratch = room(sizes.scratch_words);
    uint32_t *snapshot = room(sizes.snapshot_words + 5), *ram = room(sizes.state_words);
    uint32_t n = sizes.state_words, s = sizes.scratch_words;

    /* Nothing is a memory before it is made. */
    draw(0, pattern);
    BAD(slotless_kwinner_learn(&memory, pattern, WORDS, NULL), HANDLE);
    BAD(slotless_kwinner_recall(&memory, pattern, WORDS, &found), HANDLE);
    BAD(slotless_kwinner_new(NULL, type, &params, state, n, scratch, s), NULL);
    BAD(slotless_kwinner_new(&memory, NULL, &params, state, n, scratch, s), NULL);
    BAD(slotless_kwinner_new(&memory, type, NULL, state, n, scratch, s), NULL);
    BAD(slotless_kwinner_new(&memory, type, &params, NULL, n, scratch, s), NULL);
    BAD(slotless_kwinner_new(&memory, type, &params, state, n, NULL, s), NULL);
    BAD(slotless_kwinner_new(&memory, type, &params, state, n - 1, scratch, s), STATE);
    BAD(slotless_kwinner_new(&memory, type, &params, state, 0, scratch, s), STATE);
    BAD(slotless_kwinner_new(&memory, type, &params, state, n, scratch, s - 1), SCRATCH);
    BAD(slotless_kwinner_new(&memory, type, &params, odd(state), n - 1, scratch, s), ALIGNMENT);
    BAD(slotless_kwinner_new(&memory, type, &params, state, n, odd(scratch), s), ALIGNMENT);
    BAD(slotless_kwinner_new(odd(&memory), type, &params, state, n, scratch, s), ALIGNMENT);
    BAD(slotless_kwinner_new(&memory, type, &params, state, n, state + 1, s), OVERLAP);
    BAD(slotless_kwinner_new((slotless_kwinner *)(void *)(state + (n - 46) / 2 * 2), type, &params, state, n, scratch, s), OVERLAP);
    BAD(slotless_kwinner_new(&memory, recall, &params, state, n, scratch, s), READ_ONLY);
    BAD(slotless_kwinner_learn(&memory, pattern, WORDS, NULL), HANDLE);

    OK(slotless_kwinner_new(&memory, type, &params, state, n, scratch, s));
    BAD(slotless_recency_learned((const slotless_recency *)(const void *)&memory, &learned), HANDLE);
    for (uint32_t number = 0; number < 5; number++) {
        draw(number, pattern);
        OK(slotless_kwinner_learn(&memory, pattern, WORDS, &matched));
    }
    BAD(slotless_kwinner_learn(&memory, cue, WORDS, &matched), EMPTY);
    BAD(slotless_kwinner_learn(&memory, pattern, WORDS - 1, &matched), LENGTH);
    BAD(slotless_kwinner_learn(&memory, pattern, 0, &matched), LENGTH);
    /* So many words are all over the state. */
    BAD(slotless_kwinner_learn(&memory, pattern, 0xffffffffu, &matched), OVERLAP);
    BAD(slotless_kwinner_learn(&memory, NULL, WORDS, &matched), NULL);
    BAD(slotless_kwinner_learn(NULL, pattern, WORDS, &matched), NULL);
    BAD(slotless_kwinner_learn(&memory, odd(pattern), WORDS - 1, &matched), ALIGNMENT);
    BAD(slotless_kwinner_learn(&memory, state + 2, WORDS, &matched), OVERLAP);
    BAD(slotless_kwinner_learn(&memory, scratch, WORDS, &matched), OVERLAP);
    BAD(slotless_kwinner_learn(&memory, pattern, WORDS, odd(&matched)), ALIGNMENT);
    BAD(slotless_kwinner_learn(&memory, pattern, WORDS, (slotless_kwinner_match *)(void *)&memory), OVERLAP);
    uint32_t beyond[WORDS] = {0};
    beyond[WORDS - 1] = 1u << (BITS % 32);
    BAD(slotless_kwinner_learn(&memory, beyond, WORDS, NULL), BEYOND);
    BAD(slotless_kwinner_recall(&memory, beyond, WORDS, &found), BEYOND);
    OK(slotless_kwinner_learned(&memory, &learned));
    CHECK(learned, 5);
    BAD(slotless_kwinner_learned(&memory, NULL), NULL);

    draw(4, pattern);
    slotless_stream at = {.seed = 9, .purpose = 257, .trial = 0, .number = 4};
    OK(slotless_bits_cue(&at, pattern, WORDS, 6, cue));
    BAD(slotless_kwinner_recall(&memory, cue, WORDS, NULL), NULL);
    BAD(slotless_kwinner_recall(&memory, scratch, WORDS, &found), OVERLAP);
    OK(slotless_kwinner_recall(&memory, cue, WORDS, &found));
    CHECK(found.pattern_words, WORDS);
    CHECK(found.winner_count, 5);
    memcpy(recalled, found.pattern, sizeof recalled);
    uint32_t shared;
    OK(slotless_bits_overlap(recalled, pattern, WORDS, &shared));
    CHECK(shared > 8, 1);
    uint32_t share = found.matched.share;
    OK(slotless_kwinner_hidden_code(&memory, cue, WORDS, &found));
    CHECK(found.pattern == NULL && found.matched.share == share, 1);
    OK(slotless_kwinner_learn_novel(&memory, pattern, WORDS, 0, &matched, &new_one));
    CHECK(new_one, 0);
    OK(slotless_kwinner_learn_novel(&memory, pattern, WORDS, 0, NULL, NULL));
    BAD(slotless_kwinner_learn_novel(&memory, beyond, WORDS, 65537, NULL, NULL), BEYOND);
    draw(5, pattern);
    OK(slotless_kwinner_learn_novel(&memory, pattern, WORDS, 65537, &matched, &new_one));
    CHECK(new_one, 1);

    /* To flash. */
    BAD(slotless_kwinner_save(&memory, NULL, sizes.snapshot_words, &written), NULL);
    BAD(slotless_kwinner_save(&memory, snapshot, sizes.snapshot_words - 1, &written), OUTPUT);
    BAD(slotless_kwinner_save(&memory, state, n, &written), OVERLAP);
    BAD(slotless_kwinner_save(&memory, snapshot, sizes.snapshot_words, snapshot), OVERLAP);
    OK(slotless_kwinner_save(&memory, snapshot, sizes.snapshot_words + 5, &written));
    CHECK(written, sizes.snapshot_words);
    OK(slotless_snapshot_check(snapshot, written + 5, &info));
    CHECK(info.kind, SLOTLESS_KIND_KWINNER);
    CHECK(info.words, written);
    CHECK(info.learned, 6);
    CHECK(info.state_words, n);
    OK(slotless_snapshot_check(snapshot, written, NULL));
    BAD(slotless_snapshot_check(NULL, written, NULL), NULL);
    BAD(slotless_snapshot_check(snapshot, written - 1, NULL), TRUNCATED);
    BAD(slotless_snapshot_check(snapshot, 0, NULL), TRUNCATED);
    /* Where it lies, without learning. */
    BAD(slotless_kwinner_open_snapshot(&other, other_width, snapshot, written, scratch, s), WIDTH);
    BAD(slotless_kwinner_open_snapshot(&other, other_wiring, snapshot, written, scratch, s), WIRING);
    BAD(slotless_kwinner_open_snapshot(&other, NULL, snapshot, written, scratch, s), NULL);
    BAD(slotless_kwinner_open_snapshot(&other, recall, NULL, written, scratch, s), NULL);
    BAD(slotless_kwinner_open_snapshot(&other, recall, snapshot, written, scratch, s - 1), SCRATCH);
    BAD(slotless_kwinner_open_snapshot(&other, recall, snapshot, written, snapshot + 40, s), OVERLAP);
    OK(slotless_kwinner_open_snapshot(&other, recall, snapshot, written + 5, scratch, s));
    OK(slotless_kwinner_recall(&memory, pattern, WORDS, &found));
    memcpy(recalled, found.pattern, sizeof recalled);
    OK(slotless_kwinner_recall(&other, pattern, WORDS, &found));
    CHECK(memcmp(recalled, found.pattern, sizeof recalled), 0);
    BAD(slotless_kwinner_learn(&other, pattern, WORDS, NULL), READ_ONLY);
    BAD(slotless_kwinner_save(&other, ram, n, NULL), READ_ONLY);
    /* And in RAM, to go on. */
    BAD(slotless_kwinner_load(&other, type, snapshot, written, ram, n - 1, scratch, s), STATE);
    BAD(slotless_kwinner_load(&other, type, snapshot, written, snapshot, written, scratch, s), OVERLAP);
    OK(slotless_kwinner_load(&other, type, snapshot, written, ram, n, scratch, s));
    CHECK(memcmp(ram, state, 4 * n), 0);
    OK(slotless_kwinner_learn(&other, pattern, WORDS, NULL));
    OK(slotless_kwinner_learn(&memory, pattern, WORDS, NULL));
    CHECK(memcmp(ram, state, 4 * n), 0);
    OK(slotless_kwinner_resume(&other, type, &params, state, n, scratch, s));
    OK(slotless_kwinner_learned(&other, &learned));
    CHECK(learned, 7);
    BAD(slotless_kwinner_resume(&other, type, &params, state, n - 1, scratch, s), STATE);
    OK(slotless_kwinner_open(&other, recall, &params, state, n, scratch, s));
    BAD(slotless_kwinner_learn(&other, pattern, WORDS, NULL), READ_ONLY);
    OK(slotless_kwinner_open(&other, type, &params, state, n, scratch, s));
    BAD(slotless_kwinner_learn(&other, pattern, WORDS, NULL), READ_ONLY);
    BAD(slotless_kwinner_learn_novel(&other, pattern, WORDS, 65537, NULL, NULL), READ_ONLY);

    /* Every bit of a snapshot that flips is seen, and one of another kind is told. */
    for (uint32_t bit = 0; bit < 32 * written; bit += 7) {
        snapshot[bit / 32] ^= 1u << bit % 32;
        CHECK(slotless_snapshot_check(snapshot, written, NULL) != SLOTLESS_STATUS_OK, 1);
        snapshot[bit / 32] ^= 1u << bit % 32;
    }
    slotless_slots slots = {{0}};
    BAD(slotless_slots_open_snapshot(&slots, snapshot, written), KIND);
    snapshot[0] = 0;
    BAD(slotless_snapshot_check(snapshot, written, NULL), MAGIC);
    free(state), free(scratch), free(snapshot), free(ram);
}

static void recency(void) {
    slotless_recency_params params = {.visible = BITS, .rows = 4, .levels = 3, .active = 10};
    slotless_recency memory = {{0}}, other = {{0}};
    slotless_recency_recalled found;
    slotless_recency_match best, next;
    slotless_sizes sizes;
    uint32_t pattern[WORDS], none[WORDS] = {0}, written;
    uint64_t event, learned;
    OK(slotless_recency_sizes(&params, &sizes));
    uint32_t n = sizes.state_words, s = sizes.scratch_words;
    uint32_t *state = room(n), *scratch = room(s), *snapshot = room(sizes.snapshot_words), *ram = room(n);
    draw(0, pattern);
    BAD(slotless_recency_learn(&memory, pattern, WORDS, NULL), HANDLE);
    BAD(slotless_recency_new(&memory, &params, state, n - 1, scratch, s), STATE);
    BAD(slotless_recency_new(&memory, &params, state, n, scratch, s - 1), SCRATCH);
    BAD(slotless_recency_new(&memory, NULL, state, n, scratch, s), NULL);
    BAD(slotless_recency_new(&memory, &params, NULL, n, scratch, s), NULL);
    BAD(slotless_recency_new(&memory, &params, state, n, NULL, s), NULL);
    BAD(slotless_recency_new(NULL, &params, state, n, scratch, s), NULL);
    BAD(slotless_recency_new(&memory, &params, state, n, state, s), OVERLAP);
    OK(slotless_recency_new(&memory, &params, state, n, scratch, s));
    BAD(slotless_recency_find(&memory, pattern, WORDS, &best, &next), NOTHING);
    BAD(slotless_recency_recall(&memory, pattern, WORDS, &found), NOTHING);
    OK(slotless_recency_learn(&memory, pattern, WORDS, &event));
    CHECK(event, 0);
    OK(slotless_recency_find(&memory, pattern, WORDS, &best, &next));
    CHECK(best.age, 1);
    CHECK(next.age, 0);
    for (uint32_t number = 1; number < 20; number++) {
        draw(number, pattern);
        OK(slotless_recency_learn(&memory, pattern, WORDS, NULL));
    }
    BAD(slotless_recency_learn(&memory, none, WORDS, NULL), EMPTY);
    BAD(slotless_recency_learn(&memory, pattern, WORDS + 1, NULL), LENGTH);
    BAD(slotless_recency_learn(&memory, NULL, WORDS, NULL), NULL);
    BAD(slotless_recency_learn(&memory, scratch, WORDS, NULL), OVERLAP);
    uint32_t full[WORDS] = {0xffffffffu, 0xffffffffu, 0xffffffffu, 0xf};
    BAD(slotless_recency_learn(&memory, full, WORDS, NULL), TOO_MANY_ONES);
    OK(slotless_recency_recall(&memory, pattern, WORDS, &found));
    CHECK(found.matched.age, 1);
    CHECK(memcmp(found.pattern, pattern, sizeof pattern), 0);
    OK(slotless_recency_find(&memory, pattern, WORDS, &best, NULL));
    BAD(slotless_recency_find(&memory, pattern, WORDS, &best, &best), OVERLAP);
    BAD(slotless_recency_find(&memory, pattern, WORDS, NULL, NULL), NULL);
    BAD(slotless_recency_recall(&memory, pattern, WORDS, NULL), NULL);
    BAD(slotless_recency_recall(&memory, pattern, WORDS - 1, &found), LENGTH);
    OK(slotless_recency_learned(&memory, &learned));
    CHECK(learned, 20);
    BAD(slotless_recency_save(&memory, snapshot, sizes.snapshot_words - 1, &written), OUTPUT);
    OK(slotless_recency_save(&memory, snapshot, sizes.snapshot_words, &written));
    CHECK(written, SLOTLESS_SNAPSHOT_WORDS(n));
    OK(slotless_recency_open_snapshot(&other, snapshot, written, scratch, s));
    OK(slotless_recency_recall(&other, pattern, WORDS, &found));
    CHECK(memcmp(found.pattern, pattern, sizeof pattern), 0);
    BAD(slotless_recency_learn(&other, pattern, WORDS, NULL), READ_ONLY);
    BAD(slotless_recency_load(&other, snapshot, written, ram, n - 1, scratch, s), STATE);
    BAD(slotless_recency_load(&other, snapshot, written, snapshot, written, scratch, s), OVERLAP);
    OK(slotless_recency_load(&other, snapshot, written, ram, n, scratch, s));
    OK(slotless_recency_learn(&other, pattern, WORDS, &event));
    CHECK(event, 20);
    OK(slotless_recency_resume(&other, &params, state, n, scratch, s));
    snapshot[30] ^= 4;
    BAD(slotless_recency_open_snapshot(&other, snapshot, written, scratch, s), CRC);
    /* As many rows as fit. */
    params.rows = 0;
    BAD(slotless_recency_sizes(&params, &sizes), ROWS);
    OK(slotless_recency_new(&other, &params, ram, n, scratch, s));
    BAD(slotless_recency_new(&other, &params, ram, 3, scratch, s), ROWS);
    params.rows = 4, params.visible = 0;
    BAD(slotless_recency_sizes(&params, &sizes), VISIBLE);
    params.visible = 0xffffffffu;
    BAD(slotless_recency_sizes(&params, &sizes), VISIBLE);
    params.visible = BITS, params.levels = 256;
    BAD(slotless_recency_sizes(&params, &sizes), LEVELS);
    params.levels = 3, params.active = 0;
    BAD(slotless_recency_sizes(&params, &sizes), ACTIVE);
    params.active = 10, params.cap = 9;
    BAD(slotless_recency_sizes(&params, &sizes), CAP);
    params.cap = 0, params.miss = 1025;
    BAD(slotless_recency_sizes(&params, &sizes), MISS);
    /* The constant is enough for all. */
    params.miss = 0, params.active = 1;
    for (params.visible = 1; params.visible < 300; params.visible += 13) {
        for (params.levels = 1; params.levels < 256; params.levels += 6) {
            for (params.cap = 0; params.cap <= params.visible; params.cap += params.visible) {
                OK(slotless_recency_sizes(&params, &sizes));
                CHECK(sizes.scratch_words <= SLOTLESS_RECENCY_SCRATCH_WORDS(params.visible, params.levels), 1);
            }
        }
    }
    free(state), free(scratch), free(snapshot), free(ram);
}

static void slots(void) {
    slotless_slots memory = {{0}}, other = {{0}};
    slotless_slots_recalled found;
    slotless_sizes sizes;
    uint32_t pattern[WORDS], none[WORDS] = {0}, written, slot;
    uint64_t learned;
    for (uint32_t replacement = SLOTLESS_FIFO; replacement <= SLOTLESS_BALANCED; replacement++) {
        slotless_slots_params params = {.visible = BITS, .slots = 6, .replacement = replacement, .classes = 3};
        OK(slotless_slots_sizes(&params, &sizes));
        CHECK(sizes.state_words, replacement == SLOTLESS_BALANCED ? SLOTLESS_SLOTS_BALANCED_STATE_WORDS(BITS, 6)
                                                                  : SLOTLESS_SLOTS_STATE_WORDS(BITS, 6));
        CHECK(sizes.scratch_words, 0);
        uint32_t n = sizes.state_words;
        uint32_t *state = room(n), *snapshot = room(sizes.snapshot_words), *ram = room(n);
        memset(&memory, 0, sizeof memory);
        draw(0, pattern);
        BAD(slotless_slots_learn(&memory, pattern, WORDS, 0, NULL), HANDLE);
        BAD(slotless_slots_new(&memory, &params, state, n - 1), STATE);
        BAD(slotless_slots_new(&memory, &params, NULL, n), NULL);
        BAD(slotless_slots_new(&memory, NULL, state, n), NULL);
        BAD(slotless_slots_new(NULL, &params, state, n), NULL);
        BAD(slotless_slots_new(&memory, &params, odd(state), n - 1), ALIGNMENT);
        OK(slotless_slots_new(&memory, &params, state, n));
        BAD(slotless_slots_recall(&memory, pattern, WORDS, &found), NOTHING);
        OK(slotless_slots_learn(&memory, pattern, WORDS, 0, &slot));
        CHECK(slot, 0);
        OK(slotless_slots_recall(&memory, pattern, WORDS, &found));
        CHECK(found.next.slot == SLOTLESS_NO_SLOT, 1);
        for (uint32_t number = 1; number < 6; number++) {
            draw(number, pattern);
            OK(slotless_slots_learn(&memory, pattern, WORDS, replacement == SLOTLESS_BALANCED ? number % 3 : 0, &slot));
        }
        OK(slotless_slots_recall(&memory, pattern, WORDS, &found));
        CHECK(found.class_number, replacement == SLOTLESS_BALANCED ? 2 : 0);
        CHECK(found.best.age, replacement == SLOTLESS_FIFO);
        CHECK(memcmp(found.pattern, pattern, sizeof pattern), 0);
        BAD(slotless_slots_learn(&memory, pattern, WORDS, 3, NULL), CLASS);
        BAD(slotless_slots_learn(&memory, none, WORDS, 0, NULL), EMPTY);
        BAD(slotless_slots_learn(&memory, pattern, WORDS - 1, 0, NULL), LENGTH);
        BAD(slotless_slots_learn(&memory, state, WORDS, 0, NULL), OVERLAP);
        BAD(slotless_slots_learn(&memory, NULL, WORDS, 0, NULL), NULL);
        BAD(slotless_slots_recall(&memory, pattern, WORDS, NULL), NULL);
        BAD(slotless_slots_recall(&memory, pattern, WORDS - 1, &found), LENGTH);
        /* A pattern in the state may be the cue. */
        OK(slotless_slots_recall(&memory, found.pattern, WORDS, &found));
        OK(slotless_slots_learned(&memory, &learned));
        CHECK(learned, 6);
        BAD(slotless_slots_save(&memory, snapshot, sizes.snapshot_words - 1, NULL), OUTPUT);
        OK(slotless_slots_save(&memory, snapshot, sizes.snapshot_words, &written));
        CHECK(written, SLOTLESS_SNAPSHOT_WORDS(n));
        OK(slotless_slots_open_snapshot(&other, snapshot, written));
        OK(slotless_slots_recall(&other, pattern, WORDS, &found));
        CHECK(memcmp(found.pattern, pattern, sizeof pattern), 0);
        BAD(slotless_slots_learn(&other, pattern, WORDS, 0, NULL), READ_ONLY);
        BAD(slotless_slots_load(&other, snapshot, written, ram, n - 1), STATE);
        BAD(slotless_slots_load(&other, snapshot, written, snapshot + 1, written - 1), OVERLAP);
        OK(slotless_slots_load(&other, snapshot, written, ram, n));
        OK(slotless_slots_learn(&other, pattern, WORDS, 0, &slot));
        OK(slotless_slots_resume(&other, &params, state, n));
        /* As many as fit: the same six, and one less in a word less. */
        params.slots = 0;
        BAD(slotless_slots_sizes(&params, &sizes), SLOTS);
        OK(slotless_slots_new(&other, &params, ram, n));
        OK(slotless_slots_save(&other, snapshot, written, NULL));
        BAD(slotless_slots_new(&other, &params, ram, 2), SLOTS);
        OK(slotless_slots_new(&other, &params, ram, n - 1));
        BAD(slotless_slots_save(&other, snapshot, written - WORDS - 1, NULL), OUTPUT);
        OK(slotless_slots_save(&other, snapshot, written - WORDS, NULL));
        params.slots = 0xffffffffu;
        BAD(slotless_slots_sizes(&params, &sizes), SLOTS);
        free(state), free(snapshot), free(ram);
    }
    slotless_slots_params params = {.visible = 0, .slots = 6};
    BAD(slotless_slots_sizes(&params, &sizes), VISIBLE);
    params.visible = BITS, params.replacement = 4;
    BAD(slotless_slots_sizes(&params, &sizes), REPLACEMENT);
    params.replacement = SLOTLESS_BALANCED;
    BAD(slotless_slots_sizes(&params, &sizes), CLASSES);
}

static void sketches(void) {
    slotless_sketches_params params = {.visible = BITS, .active = 10, .slots = 6};
    slotless_sketches memory = {{0}}, other = {{0}};
    slotless_slots_match best, next;
    slotless_sizes sizes;
    uint32_t pattern[WORDS], none[WORDS] = {0}, written;
    uint64_t learned;
    OK(slotless_sketches_sizes(&params, &sizes));
    CHECK(sizes.state_words, SLOTLESS_SKETCHES_STATE_WORDS(6));
    CHECK(sizes.pattern_words, WORDS);
    uint32_t n = sizes.state_words;
    uint32_t *state = room(n), *snapshot = room(sizes.snapshot_words), *ram = room(n);
    draw(0, pattern);
    BAD(slotless_sketches_learn(&memory, pattern, WORDS), HANDLE);
    BAD(slotless_sketches_new(&memory, &params, state, n - 1), STATE);
    BAD(slotless_sketches_new(&memory, &params, NULL, n), NULL);
    OK(slotless_sketches_new(&memory, &params, state, n));
    BAD(slotless_sketches_find(&memory, pattern, WORDS, &best, &next), NOTHING);
    for (uint32_t number = 0; number < 9; number++) {
        draw(number, pattern);
        OK(slotless_sketches_learn(&memory, pattern, WORDS));
    }
    OK(slotless_sketches_find(&memory, pattern, WORDS, &best, &next));
    CHECK(best.age, 1);
    CHECK(best.share, 65536);
    CHECK(next.share < 65536, 1);
    OK(slotless_sketches_find(&memory, pattern, WORDS, &best, NULL));
    BAD(slotless_sketches_find(&memory, pattern, WORDS, NULL, &next), NULL);
    BAD(slotless_sketches_find(&memory, pattern, WORDS - 1, &best, &next), LENGTH);
    BAD(slotless_sketches_learn(&memory, none, WORDS), EMPTY);
    BAD(slotless_sketches_learn(&memory, state, WORDS), OVERLAP);
    OK(slotless_sketches_learned(&memory, &learned));
    CHECK(learned, 9);
    OK(slotless_sketches_save(&memory, snapshot, sizes.snapshot_words, &written));
    OK(slotless_sketches_open_snapshot(&other, snapshot, written));
    BAD(slotless_sketches_learn(&other, pattern, WORDS), READ_ONLY);
    OK(slotless_sketches_load(&other, snapshot, written, ram, n));
    OK(slotless_sketches_learn(&other, pattern, WORDS));
    OK(slotless_sketches_resume(&other, &params, state, n));
    params.slots = 0;
    OK(slotless_sketches_new(&other, &params, ram, n));
    BAD(slotless_sketches_new(&other, &params, ram, 3), SLOTS);
    params.active = BITS + 1;
    BAD(slotless_sketches_sizes(&params, &sizes), ACTIVE);
    free(state), free(snapshot), free(ram);
}

static void grow(void) {
    slotless_grow_params params = {.features = 5, .items = 8};
    slotless_grow memory = {{0}}, other = {{0}};
    slotless_recognised found;
    slotless_sizes sizes;
    uint8_t sample[5] = {10, 200, 30, 90, 0};
    uint32_t outcome;
    OK(slotless_grow_sizes(&params, &sizes));
    CHECK(sizes.state_words, SLOTLESS_GROW_STATE_WORDS(5, 8));
    uint32_t n = sizes.state_words;
    uint32_t *state = room(n);
    BAD(slotless_grow_learn(&memory, sample, 5, 0, NULL), HANDLE);
    BAD(slotless_grow_new(&memory, &params, state, n - 1), STATE);
    BAD(slotless_grow_new(&memory, &params, NULL, n), NULL);
    BAD(slotless_grow_new(&memory, NULL, state, n), NULL);
    OK(slotless_grow_new(&memory, &params, state, n));
    BAD(slotless_grow_recognise(&memory, sample, 5, &found), NOTHING);
    OK(slotless_grow_learn(&memory, sample, 5, 3, &outcome));
    CHECK(outcome, SLOTLESS_NEW);
    OK(slotless_grow_recognise(&memory, sample, 5, &found));
    CHECK(found.label, 3);
    CHECK(found.verdict, SLOTLESS_UNCALIBRATED);
    CHECK(found.other_label == 0xffffffffu, 1);
    OK(slotless_grow_learn(&memory, sample, 5, 3, &outcome));
    CHECK(outcome, SLOTLESS_RIGHT);
    OK(slotless_grow_learn(&memory, sample, 5, 15, NULL));
    BAD(slotless_grow_learn(&memory, sample, 5, 16, NULL), LABEL);
    BAD(slotless_grow_learn(&memory, sample, 5, 256 + 3, NULL), LABEL);
    BAD(slotless_grow_learn(&memory, sample, 4, 3, NULL), SAMPLE);
    BAD(slotless_grow_learn(&memory, NULL, 5, 3, NULL), NULL);
    BAD(slotless_grow_learn(&memory, (uint8_t *)state, 5, 3, NULL), OVERLAP);
    BAD(slotless_grow_learn(&memory, sample, 5, 3, odd(&outcome)), ALIGNMENT);
    BAD(slotless_grow_recognise(&memory, sample, 0, &found), SAMPLE);
    BAD(slotless_grow_recognise(&memory, sample, 5, NULL), NULL);
    OK(slotless_grow_open(&other, &params, state, n));
    OK(slotless_grow_recognise(&other, sample, 5, &found));
    BAD(slotless_grow_learn(&other, sample, 5, 3, NULL), READ_ONLY);
    OK(slotless_grow_resume(&other, &params, state, n));
    OK(slotless_grow_learn(&other, sample, 5, 3, NULL));
    /* A snapshot: what it says of itself, opened in place, and in RAM, where it learns on. */
    static uint32_t snapshot[64], ram[64];
    slotless_snapshot_info info;
    uint32_t written = 0;
    BAD(slotless_grow_save(&memory, snapshot, sizes.snapshot_words - 1, &written), OUTPUT);
    BAD(slotless_grow_save(&memory, NULL, sizes.snapshot_words, &written), NULL);
    BAD(slotless_grow_save(&memory, state, n, NULL), OVERLAP);
    OK(slotless_grow_save(&memory, snapshot, sizes.snapshot_words, &written));
    CHECK(written, sizes.snapshot_words);
    CHECK(written, SLOTLESS_SNAPSHOT_WORDS(n));
    OK(slotless_snapshot_check(snapshot, written, &info));
    CHECK(info.kind, SLOTLESS_KIND_GROW);
    CHECK(info.state_words, n);
    CHECK(info.learned, 0);
    BAD(slotless_grow_open_snapshot(&other, NULL, written), NULL);
    BAD(slotless_grow_open_snapshot(&other, snapshot, written - 1), TRUNCATED);
    OK(slotless_grow_open_snapshot(&other, snapshot, written));
    OK(slotless_grow_recognise(&other, sample, 5, &found));
    BAD(slotless_grow_learn(&other, sample, 5, 3, NULL), READ_ONLY);
    BAD(slotless_grow_load(&other, snapshot, written, ram, n - 1), STATE);
    BAD(slotless_grow_load(&other, snapshot, written, snapshot + 4, n), OVERLAP);
    OK(slotless_grow_load(&other, snapshot, written, ram, n));
    CHECK(memcmp(ram, state, 4 * n), 0);
    OK(slotless_grow_learn(&other, sample, 5, 3, NULL));
    slotless_slots slots = {{0}};
    BAD(slotless_slots_open_snapshot(&slots, snapshot, written), KIND);
    snapshot[30] ^= 1;
    BAD(slotless_grow_open_snapshot(&other, snapshot, written), CRC);
    params.items = 0;
    BAD(slotless_grow_sizes(&params, &sizes), ITEMS);
    OK(slotless_grow_new(&other, &params, state, n));
    BAD(slotless_grow_new(&other, &params, state, 3), ITEMS);
    params.items = 8, params.features = 0;
    BAD(slotless_grow_sizes(&params, &sizes), FEATURES);
    params.features = 5, params.fading = 16;
    BAD(slotless_grow_sizes(&params, &sizes), FADING);
    free(state);
}

static void samples(void) {
    slotless_samples_params params = {.features = 5, .items = 3, .replacement = SLOTLESS_BALANCED};
    slotless_samples memory = {{0}}, other = {{0}};
    slotless_recognised found;
    slotless_sizes sizes;
    static uint32_t snapshot[64], ram[64];
    uint8_t sample[5] = {10, 200, 30, 90, 0};
    uint32_t outcome, written = 0;
    OK(slotless_samples_sizes(&params, &sizes));
    CHECK(sizes.state_words, SLOTLESS_SAMPLES_STATE_WORDS(5, 0, 3));
    uint32_t n = sizes.state_words;
    uint32_t *state = room(n);
    BAD(slotless_samples_learn(&memory, sample, 5, 0, NULL), HANDLE);
    BAD(slotless_samples_new(&memory, &params, state, n - 1), STATE);
    OK(slotless_samples_new(&memory, &params, state, n));
    BAD(slotless_samples_recognise(&memory, sample, 5, &found), NOTHING);
    OK(slotless_samples_learn(&memory, sample, 5, 3, &outcome));
    CHECK(outcome, SLOTLESS_NEW);
    OK(slotless_samples_recognise(&memory, sample, 5, &found));
    CHECK(found.label, 3);
    BAD(slotless_samples_learn(&memory, sample, 5, 16, NULL), LABEL);
    BAD(slotless_samples_learn(&memory, sample, 4, 3, NULL), SAMPLE);
    BAD(slotless_samples_learn(&memory, (uint8_t *)state, 5, 3, NULL), OVERLAP);
    BAD(slotless_samples_recognise(&memory, sample, 5, NULL), NULL);
    OK(slotless_samples_open(&other, &params, state, n));
    BAD(slotless_samples_learn(&other, sample, 5, 3, NULL), READ_ONLY);
    OK(slotless_samples_resume(&other, &params, state, n));
    OK(slotless_samples_learn(&other, sample, 5, 4, NULL));
    BAD(slotless_samples_save(&memory, snapshot, sizes.snapshot_words - 1, &written), OUTPUT);
    OK(slotless_samples_save(&memory, snapshot, sizes.snapshot_words, &written));
    CHECK(written, SLOTLESS_SNAPSHOT_WORDS(n));
    OK(slotless_samples_open_snapshot(&other, snapshot, written));
    OK(slotless_samples_recognise(&other, sample, 5, &found));
    BAD(slotless_samples_load(&other, snapshot, written, ram, n - 1), STATE);
    OK(slotless_samples_load(&other, snapshot, written, ram, n));
    CHECK(memcmp(ram, state, 4 * n), 0);
    snapshot[4] = SLOTLESS_KIND_GROW;
    BAD(slotless_samples_open_snapshot(&other, snapshot, written), KIND);
    params.items = 0;
    BAD(slotless_samples_sizes(&params, &sizes), ITEMS);
    OK(slotless_samples_new(&other, &params, state, n));
    params.items = 3, params.bits = 17;
    BAD(slotless_samples_sizes(&params, &sizes), BITS);
    params.bits = 4, params.replacement = SLOTLESS_RANDOM;
    BAD(slotless_samples_sizes(&params, &sizes), REPLACEMENT);
    free(state);
}

static void means(void) {
    slotless_means_params params = {.features = 5, .labels = 3, .window = 20};
    slotless_means memory = {{0}}, other = {{0}};
    slotless_recognised found;
    slotless_sizes sizes;
    static uint32_t snapshot[64], ram[64];
    uint8_t sample[5] = {10, 200, 30, 90, 0};
    uint32_t outcome, written = 0;
    OK(slotless_means_sizes(&params, &sizes));
    CHECK(sizes.state_words, SLOTLESS_MEANS_STATE_WORDS(5, 3));
    uint32_t n = sizes.state_words;
    uint32_t *state = room(n);
    BAD(slotless_means_learn(&memory, sample, 5, 0, NULL), HANDLE);
    BAD(slotless_means_new(&memory, &params, state, n - 1), STATE);
    OK(slotless_means_new(&memory, &params, state, n));
    BAD(slotless_means_recognise(&memory, sample, 5, &found), NOTHING);
    OK(slotless_means_learn(&memory, sample, 5, 2, &outcome));
    CHECK(outcome, SLOTLESS_NEW);
    OK(slotless_means_recognise(&memory, sample, 5, &found));
    CHECK(found.label, 2);
    CHECK(found.distance, 0);
    BAD(slotless_means_learn(&memory, sample, 5, 3, NULL), LABEL);
    BAD(slotless_means_learn(&memory, sample, 4, 2, NULL), SAMPLE);
    BAD(slotless_means_learn(&memory, (uint8_t *)state, 5, 2, NULL), OVERLAP);
    BAD(slotless_means_recognise(&memory, sample, 5, NULL), NULL);
    OK(slotless_means_open(&other, &params, state, n));
    BAD(slotless_means_learn(&other, sample, 5, 2, NULL), READ_ONLY);
    OK(slotless_means_resume(&other, &params, state, n));
    OK(slotless_means_learn(&other, sample, 5, 1, NULL));
    BAD(slotless_means_save(&memory, snapshot, sizes.snapshot_words - 1, &written), OUTPUT);
    OK(slotless_means_save(&memory, snapshot, sizes.snapshot_words, &written));
    CHECK(written, SLOTLESS_SNAPSHOT_WORDS(n));
    OK(slotless_means_open_snapshot(&other, snapshot, written));
    OK(slotless_means_recognise(&other, sample, 5, &found));
    BAD(slotless_means_load(&other, snapshot, written, ram, n - 1), STATE);
    OK(slotless_means_load(&other, snapshot, written, ram, n));
    CHECK(memcmp(ram, state, 4 * n), 0);
    snapshot[4] = SLOTLESS_KIND_GROW;
    BAD(slotless_means_open_snapshot(&other, snapshot, written), KIND);
    params.labels = 17;
    BAD(slotless_means_sizes(&params, &sizes), LABELS);
    params.labels = 3, params.window = 257;
    BAD(slotless_means_sizes(&params, &sizes), WINDOW);
    free(state);
}

static void encoders(void) {
    slotless_thermometer thermometer = {.low = 0, .high = 99, .units = 50};
    slotless_bucket bucket = {.low = 0, .high = 99, .units = 50, .ones = 5};
    slotless_circular circular = {.period = 24, .units = 48, .ones = 8};
    slotless_sparse_random sparse = {.low = 0, .high = 99, .steps = 100, .units = 50, .ones = 5};
    slotless_estimate found;
    uint32_t pattern[WORDS] = {0};
    slotless_window window = {{0}};
    OK(slotless_bucket_write(&bucket, 70, 50, pattern, WORDS));
    OK(slotless_bucket_read(&bucket, pattern, WORDS, 50, &found));
    CHECK(found.value >= 68 && found.value <= 72, 1);
    BAD(slotless_bucket_read(&bucket, pattern, WORDS, 0, &found), NOTHING);
    BAD(slotless_bucket_write(&bucket, 70, 79, pattern, WORDS), LENGTH);
    OK(slotless_bucket_write(&bucket, 70, 78, pattern, WORDS));
    BAD(slotless_bucket_write(&bucket, 70, 0xffffffffu, pattern, WORDS), LENGTH);
    BAD(slotless_bucket_write(&bucket, 70, 0, pattern, 0), LENGTH);
    BAD(slotless_bucket_write(NULL, 70, 0, pattern, WORDS), NULL);
    BAD(slotless_bucket_write(&bucket, 70, 0, NULL, WORDS), NULL);
    BAD(slotless_bucket_write(&bucket, 70, 0, odd(pattern), WORDS - 1), ALIGNMENT);
    BAD(slotless_bucket_write(&bucket, 70, 0, (uint32_t *)(void *)&bucket, 4), OVERLAP);
    BAD(slotless_bucket_read(&bucket, pattern, WORDS, 0, NULL), NULL);
    BAD(slotless_bucket_read(&bucket, pattern, 1, 0, &found), LENGTH);
    bucket.ones = 51;
    BAD(slotless_bucket_write(&bucket, 70, 0, pattern, WORDS), ONES);
    thermometer.high = -1;
    BAD(slotless_thermometer_write(&thermometer, 0, 0, pattern, WORDS), RANGE);
    thermometer.high = 99, thermometer.units = 0;
    BAD(slotless_thermometer_read(&thermometer, pattern, WORDS, 0, &found), UNITS);
    circular.period = 0;
    BAD(slotless_circular_write(&circular, 0, 0, pattern, WORDS), PERIOD);
    circular.period = 24, circular.ones = 48;
    BAD(slotless_circular_read(&circular, pattern, WORDS, 0, &found), ONES);
    sparse.steps = 0;
    BAD(slotless_sparse_random_write(&sparse, 0, 0, pattern, WORDS), STEPS);
    BAD(slotless_sparse_random_read(&sparse, pattern, WORDS, 0, &found), STEPS);
    uint32_t *state = room(SLOTLESS_WINDOW_STATE_WORDS(BITS, 2));
    uint32_t all[SLOTLESS_WORDS(2 * BITS)], n = SLOTLESS_WINDOW_STATE_WORDS(BITS, 2);
    BAD(slotless_window_push(&window, pattern, WORDS), HANDLE);
    BAD(slotless_window_new(&window, BITS, 2, state, n - 1), STATE);
    BAD(slotless_window_new(&window, BITS, 0, state, n), FRAMES);
    BAD(slotless_window_new(&window, 0, 2, state, n), UNITS);
    BAD(slotless_window_new(&window, BITS, 2, NULL, n), NULL);
    OK(slotless_window_new(&window, BITS, 2, state, n));
    BAD(slotless_window_push(&window, pattern, WORDS), BEYOND);
    draw(0, pattern);
    OK(slotless_window_push(&window, pattern, WORDS));
    BAD(slotless_window_push(&window, pattern, WORDS + 1), LENGTH);
    BAD(slotless_window_push(&window, state, WORDS), OVERLAP);
    OK(slotless_window_write(&window, all, SLOTLESS_WORDS(2 * BITS)));
    CHECK(all[0], pattern[0]);
    BAD(slotless_window_write(&window, all, WORDS), LENGTH);
    BAD(slotless_window_write(&window, NULL, WORDS), NULL);
    free(state);
}

static void calibration(void) {
    slotless_calibration memory = {{0}};
    slotless_range range = {0, 0};
    BAD(slotless_calibration_add(&memory, 1), HANDLE);
    BAD(slotless_calibration_range(&memory, 1, &range), HANDLE);
    BAD(slotless_calibration_new(&memory, 0, 64225, 2048), SHARES);
    BAD(slotless_calibration_new(&memory, 1311, 65536, 2048), SHARES);
    BAD(slotless_calibration_new(&memory, 1311, 1311, 2048), SHARES);
    BAD(slotless_calibration_new(&memory, 1311, 64225, 63), MEMORY);
    BAD(slotless_calibration_new(&memory, 1311, 64225, 1048577), MEMORY);
    BAD(slotless_calibration_new(NULL, 1311, 64225, 2048), NULL);
    BAD(slotless_calibration_range(&memory, 1, &range), HANDLE);
    OK(slotless_calibration_new(&memory, 1311, 64225, 2048));
    BAD(slotless_calibration_range(&memory, 1, &range), NOTHING);
    for (int32_t number = 0; number < 1000; number++) {
        OK(slotless_calibration_add(&memory, 500 + number % 100));
    }
    OK(slotless_calibration_range(&memory, 16, &range));
    CHECK(range.low >= 500 && range.low <= 504, 1);
    CHECK(range.high >= 595 && range.high <= 599, 1);
    slotless_calibration copy = memory;
    slotless_range other;
    OK(slotless_calibration_add(&memory, 1000000));
    OK(slotless_calibration_range(&copy, 16, &other));
    CHECK(other.low, range.low);
    CHECK(other.high, range.high);
    OK(slotless_calibration_range(&copy, 1000, &other));
    CHECK(other.high - other.low, 999);
    BAD(slotless_calibration_add(NULL, 1), NULL);
    BAD(slotless_calibration_add(odd(&memory), 1), ALIGNMENT);
    BAD(slotless_calibration_range(NULL, 1, &range), NULL);
    BAD(slotless_calibration_range(&memory, 1, NULL), NULL);
    BAD(slotless_calibration_range(&memory, 1, (slotless_range *)(void *)&memory), OVERLAP);
}

int main(void) {
    CHECK(answers(report), 0);
    CHECK(strcmp(slotless_status_name(SLOTLESS_STATUS_OK), "SLOTLESS_STATUS_OK"), 0);
    CHECK(strcmp(slotless_status_name(SLOTLESS_STATUS_TOO_MANY_ONES), "SLOTLESS_STATUS_TOO_MANY_ONES"), 0);
    CHECK(strcmp(slotless_status_name(-1), "SLOTLESS_STATUS_UNKNOWN"), 0);
    bits();
    kwinner_params();
    kwinner(&SLOTLESS_KWINNER_U8, &SLOTLESS_KWINNER_U8_RECALL, &SLOTLESS_KWINNER_U4, &SLOTLESS_KWINNER_U8_STRUCTURED);
    kwinner(&SLOTLESS_KWINNER_U8_STRUCTURED, &SLOTLESS_KWINNER_U8_STRUCTURED_RECALL, &SLOTLESS_KWINNER_U2_STRUCTURED,
            &SLOTLESS_KWINNER_U8);
    kwinner(&SLOTLESS_KWINNER_U16, &SLOTLESS_KWINNER_U16_RECALL, &SLOTLESS_KWINNER_U1, &SLOTLESS_KWINNER_U16_STRUCTURED);
    recency();
    slots();
    sketches();
    grow();
    samples();
    means();
    encoders();
    calibration();
    printf("%d checks, %d failed\n", checks, failed);
    return failed != 0;
}
