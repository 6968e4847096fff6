/* See core/src/selftest for what each of these runs does, in words and in Rust. */
#include "answers.h"

#include <stddef.h>

#include "slotless.h"

/* NAME -> digest: made of tests/vectors by scripts/c-library.sh. */
static const struct known {
    const char *name;
    uint64_t digest;
} KNOWN[] = {
#include "vectors.inc"
};

#define BITS 200u
#define ACTIVE 20u
#define WORDS SLOTLESS_WORDS(BITS)
#define PATTERNS 200u
#define SEED 0x0123456789abcdefull

/* Room for the largest: 16-bit weights. */
static uint32_t state[SLOTLESS_KWINNER_STATE_WORDS(BITS, 100u, 24u, 16u)];
static uint32_t scratch[SLOTLESS_KWINNER_SCRATCH_WORDS(BITS, 128u, 7u)];

static void (*report_to)(const char *, int);
static int wrong;

static void expect(const char *name, int right) {
    wrong += !right;
    report_to(name, right);
}

/* 64-bit FNV-1a over the bytes of words, the lowest first. */
static uint64_t digest;

static void take(uint32_t word) {
    for (int byte = 0; byte < 4; byte++) {
        digest = (digest ^ (word >> (8 * byte) & 0xffu)) * 0x100000001b3ull;
    }
}

static void take_all(const uint32_t *words, uint32_t count) {
    for (uint32_t at = 0; at < count; at++) {
        take(words[at]);
    }
}

/* No strcmp: this runs where there is no C library. */
static int same(const char *a, const char *b) {
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static void start(void) {
    digest = 0xcbf29ce484222325ull;
}

/* `ok` is whether all calls went well. */
static void finish(const char *name, int ok) {
    int found = 0;
    for (size_t at = 0; at < sizeof KNOWN / sizeof KNOWN[0]; at++) {
        if (same(KNOWN[at].name, name)) {
            found = KNOWN[at].digest == digest;
        }
    }
    expect(name, ok && found);
}

static int draw(uint32_t trial, uint32_t number, uint32_t bits, uint32_t ones, uint32_t *pattern) {
    slotless_stream at = {.seed = 1, .purpose = 256, .trial = trial, .number = number};
    return slotless_bits_sample(&at, bits, ones, pattern, SLOTLESS_WORDS(bits));
}

static int keep(uint32_t trial, uint32_t number, const uint32_t *pattern, uint32_t ones, uint32_t *cue) {
    slotless_stream at = {.seed = 1, .purpose = 256, .trial = trial, .number = number};
    return slotless_bits_cue(&at, pattern, WORDS, ones, cue);
}

static void kwinner(const char *name, const slotless_kwinner_type *type, uint32_t hidden, uint32_t rounding,
                    uint32_t assignment) {
    slotless_kwinner_params params = {.visible = BITS,
                                      .hidden = hidden,
                                      .fan_in = 24,
                                      .winners = 7,
                                      .active = ACTIVE,
                                      .rate = 19661,
                                      .rounding = rounding,
                                      .assignment = assignment,
                                      .seed = SEED};
    slotless_kwinner memory = {{0}};
    slotless_kwinner_match matched;
    slotless_kwinner_recalled found;
    slotless_sizes sizes;
    uint32_t pattern[WORDS], cue[WORDS];
    static const uint32_t none[WORDS];
    int ok = slotless_kwinner_sizes(type, &params, &sizes) == SLOTLESS_STATUS_OK;
    ok &= slotless_kwinner_new(&memory, type, &params, state, sizeof state / 4, scratch, sizeof scratch / 4) ==
          SLOTLESS_STATUS_OK;
    start();
    for (uint32_t number = 0; ok && number < PATTERNS; number++) {
        ok &= draw(0, number, BITS, ACTIVE, pattern) == SLOTLESS_STATUS_OK;
        ok &= slotless_kwinner_learn(&memory, pattern, WORDS, &matched) == SLOTLESS_STATUS_OK;
        take((uint32_t)matched.score);
    }
    ok &= slotless_kwinner_learn(&memory, none, WORDS, NULL) == SLOTLESS_STATUS_EMPTY;
    for (uint32_t number = PATTERNS; ok && number-- > PATTERNS - 50;) {
        ok &= draw(0, number, BITS, ACTIVE, pattern) == SLOTLESS_STATUS_OK;
        ok &= keep(1, number, pattern, ACTIVE / 2, cue) == SLOTLESS_STATUS_OK;
        ok &= slotless_kwinner_recall(&memory, cue, WORDS, &found) == SLOTLESS_STATUS_OK;
        take_all(found.winners, found.winner_count);
        take_all(found.pattern, found.pattern_words);
        take((uint32_t)found.matched.score);
    }
    take_all(state, sizes.state_words);
    finish(name, ok);
}

static int recency_pattern(uint32_t number, uint32_t *pattern) {
    int ok = draw(0, number, BITS, ACTIVE, pattern) == SLOTLESS_STATUS_OK;
    if (number % 5 == 4) {
        uint32_t before[WORDS], kept[WORDS];
        ok &= draw(0, number - 1, BITS, ACTIVE, before) == SLOTLESS_STATUS_OK;
        ok &= keep(6, number, before, 16, kept) == SLOTLESS_STATUS_OK;
        for (uint32_t at = 0; at < WORDS; at++) {
            pattern[at] |= kept[at];
        }
    }
    return ok;
}

static void recency(const char *name, uint32_t levels, uint32_t cap) {
    slotless_recency_params params = {.visible = BITS, .rows = 7, .levels = levels, .active = ACTIVE, .cap = cap};
    slotless_recency memory = {{0}};
    slotless_recency_recalled found;
    slotless_recency_match best, next;
    slotless_sizes sizes;
    uint32_t pattern[WORDS], cue[WORDS];
    int ok = slotless_recency_sizes(&params, &sizes) == SLOTLESS_STATUS_OK;
    ok &= slotless_recency_new(&memory, &params, state, sizeof state / 4, scratch, sizeof scratch / 4) ==
          SLOTLESS_STATUS_OK;
    start();
    for (uint32_t number = 0; ok && number < PATTERNS; number++) {
        ok &= recency_pattern(number, pattern);
        ok &= slotless_recency_learn(&memory, pattern, WORDS, NULL) == SLOTLESS_STATUS_OK;
    }
    for (uint32_t number = PATTERNS; ok && number-- > PATTERNS - 60;) {
        ok &= recency_pattern(number, pattern);
        ok &= keep(1, number, pattern, ACTIVE / 2, cue) == SLOTLESS_STATUS_OK;
        ok &= slotless_recency_recall(&memory, cue, WORDS, &found) == SLOTLESS_STATUS_OK;
        take_all(found.pattern, found.words);
        take_all(found.members, found.words);
        take_all(found.unknown, found.words);
        take((uint32_t)found.matched.score);
        take((uint32_t)found.matched.age);
        take(found.matched.row);
        take(found.matched.level);
        ok &= slotless_recency_find(&memory, cue, WORDS, &best, &next) == SLOTLESS_STATUS_OK;
        ok &= best.age == found.matched.age && best.score == found.matched.score;
        if (next.age > 0) {
            take((uint32_t)next.score);
            take((uint32_t)next.age);
        }
    }
    take_all(state, sizes.state_words);
    finish(name, ok);
}

static int slots_pattern(uint32_t number, uint32_t *pattern) {
    uint32_t ones = number % 7 == 3 ? 1 + number % (2 * ACTIVE) : ACTIVE;
    return draw(0, number, BITS, ones, pattern) == SLOTLESS_STATUS_OK;
}

static void take_match(const slotless_slots_match *match) {
    if (match->slot != SLOTLESS_NO_SLOT) {
        take(match->overlap);
        take(match->most);
        take(match->slot);
    }
}

static void slots(const char *name, uint32_t replacement) {
    slotless_slots_params params = {
        .visible = BITS, .slots = 20, .replacement = replacement, .classes = 3, .seed = SEED};
    slotless_slots memory = {{0}};
    slotless_slots_recalled found;
    slotless_sizes sizes;
    uint32_t pattern[WORDS], cue[WORDS];
    int ok = slotless_slots_sizes(&params, &sizes) == SLOTLESS_STATUS_OK;
    ok &= slotless_slots_new(&memory, &params, state, sizeof state / 4) == SLOTLESS_STATUS_OK;
    start();
    for (uint32_t number = 0; ok && number < PATTERNS; number++) {
        uint32_t last = number % 10, of_class = 0;
        if (replacement == SLOTLESS_BALANCED) {
            of_class = last == 9 ? 2 : last >= 7 ? 1 : 0;
        }
        ok &= slots_pattern(number, pattern);
        ok &= slotless_slots_learn(&memory, pattern, WORDS, of_class, NULL) == SLOTLESS_STATUS_OK;
    }
    for (uint32_t number = PATTERNS; ok && number-- > PATTERNS - 50;) {
        ok &= slots_pattern(number, pattern);
        ok &= keep(1, number, pattern, ACTIVE / 2, cue) == SLOTLESS_STATUS_OK;
        ok &= slotless_slots_recall(&memory, cue, WORDS, &found) == SLOTLESS_STATUS_OK;
        take_match(&found.best);
        take_match(&found.next);
        take_all(found.pattern, found.words);
    }
    take_all(state, sizes.state_words);
    finish(name, ok);
}

static void sketches(void) {
    slotless_sketches_params params = {.visible = BITS, .active = ACTIVE, .slots = 60, .seed = SEED};
    slotless_sketches memory = {{0}};
    slotless_slots_match best, next;
    uint32_t pattern[WORDS], cue[WORDS];
    int ok = slotless_sketches_new(&memory, &params, state, sizeof state / 4) == SLOTLESS_STATUS_OK;
    start();
    for (uint32_t number = 0; ok && number < PATTERNS; number++) {
        ok &= slots_pattern(number, pattern);
        ok &= slotless_sketches_learn(&memory, pattern, WORDS) == SLOTLESS_STATUS_OK;
    }
    for (uint32_t number = PATTERNS; ok && number-- > PATTERNS - 50;) {
        ok &= slots_pattern(number, pattern);
        ok &= keep(1, number, pattern, ACTIVE / 2, cue) == SLOTLESS_STATUS_OK;
        ok &= slotless_sketches_find(&memory, cue, WORDS, &best, &next) == SLOTLESS_STATUS_OK;
        take_match(&best);
        take_match(&next);
    }
    take_all(state, SLOTLESS_SKETCHES_STATE_WORDS(60));
    finish("sketches", ok);
}

#define FEATURES 20u

static int sample_of(uint32_t number, uint8_t *sample) {
    int ok = 1;
    for (uint32_t feature = 0; feature < FEATURES; feature++) {
        uint32_t centre, around, value;
        ok &= slotless_draw(1, 256, number % 5, feature, &centre) == SLOTLESS_STATUS_OK;
        ok &= slotless_draw(1, 257, number, feature, &around) == SLOTLESS_STATUS_OK;
        value = (centre & 0xffu) + around % 128u;
        value = value < 64u ? 0u : value - 64u;
        sample[feature] = (uint8_t)(value < 255u ? value : 255u);
    }
    return ok;
}

/* What is said of a sample. */
static void take_recognised(const slotless_recognised *found) {
    take(found->label);
    take(found->distance);
    if (found->other_label != 0xffffffffu) {
        take(found->other_label);
        take(found->other_distance);
    }
    take(found->score);
    take(found->verdict);
}

/* A recogniser learns 300 samples and recognises 60, and then its snapshot, where that has a name. */
#define RECOGNISER(kind, words)                                                                                        \
    slotless_##kind memory = {{0}};                                                                                    \
    slotless_recognised found;                                                                                         \
    uint8_t sample[FEATURES];                                                                                          \
    uint32_t outcome, written;                                                                                         \
    int ok = slotless_##kind##_new(&memory, &params, state, sizeof state / 4) == SLOTLESS_STATUS_OK;                   \
    start();                                                                                                           \
    for (uint32_t number = 0; ok && number < 300; number++) {                                                          \
        ok &= sample_of(number, sample);                                                                               \
        ok &= slotless_##kind##_learn(&memory, sample, FEATURES, number % 5, &outcome) == SLOTLESS_STATUS_OK;          \
        take(outcome);                                                                                                 \
    }                                                                                                                  \
    for (uint32_t number = 300; ok && number < 360; number++) {                                                        \
        ok &= sample_of(number, sample);                                                                               \
        ok &= slotless_##kind##_recognise(&memory, sample, FEATURES, &found) == SLOTLESS_STATUS_OK;                    \
        take_recognised(&found);                                                                                       \
    }                                                                                                                  \
    take_all(state, words);                                                                                            \
    finish(name, ok);                                                                                                  \
    if (saved) {                                                                                                       \
        static uint32_t snapshot[200];                                                                                 \
        start();                                                                                                       \
        ok = slotless_##kind##_save(&memory, snapshot, 200, &written) == SLOTLESS_STATUS_OK;                           \
        take_all(snapshot, ok ? written : 0);                                                                          \
        finish(saved, ok);                                                                                             \
    }

static void grow(const char *name, const char *saved, uint32_t fading) {
    slotless_grow_params params = {.features = FEATURES, .items = 24, .fading = fading, .seed = SEED};
    RECOGNISER(grow, SLOTLESS_GROW_STATE_WORDS(FEATURES, 24))
}

static void samples(const char *name, const char *saved, uint32_t bits, uint32_t replacement) {
    slotless_samples_params params = {
        .features = FEATURES, .items = 24, .bits = bits, .replacement = replacement, .seed = SEED};
    RECOGNISER(samples, SLOTLESS_SAMPLES_STATE_WORDS(FEATURES, bits, 24))
}

static void means(const char *name, const char *saved) {
    slotless_means_params params = {.features = FEATURES, .labels = 5, .window = 16};
    RECOGNISER(means, SLOTLESS_MEANS_STATE_WORDS(FEATURES, 5))
}

static const slotless_thermometer THERMOMETER = {.low = -300, .high = 299, .units = BITS};
static const slotless_bucket BUCKET = {.low = -300, .high = 299, .units = BITS, .ones = 20};
static const slotless_circular CIRCULAR = {.period = 360, .units = BITS, .ones = 30};
static const slotless_sparse_random SPARSE = {
    .low = -300, .high = 299, .steps = 1000, .units = BITS, .ones = 17, .seed = SEED};

enum which { A_THERMOMETER, A_BUCKET, A_CIRCULAR, A_SPARSE };

static slotless_status write_one(enum which which, int32_t value, uint32_t *pattern) {
    switch (which) {
    case A_THERMOMETER:
        return slotless_thermometer_write(&THERMOMETER, value, 0, pattern, WORDS);
    case A_BUCKET:
        return slotless_bucket_write(&BUCKET, value, 0, pattern, WORDS);
    case A_CIRCULAR:
        return slotless_circular_write(&CIRCULAR, value, 0, pattern, WORDS);
    default:
        return slotless_sparse_random_write(&SPARSE, value, 0, pattern, WORDS);
    }
}

static slotless_status read_one(enum which which, const uint32_t *pattern, slotless_estimate *found) {
    switch (which) {
    case A_THERMOMETER:
        return slotless_thermometer_read(&THERMOMETER, pattern, WORDS, 0, found);
    case A_BUCKET:
        return slotless_bucket_read(&BUCKET, pattern, WORDS, 0, found);
    case A_CIRCULAR:
        return slotless_circular_read(&CIRCULAR, pattern, WORDS, 0, found);
    default:
        return slotless_sparse_random_read(&SPARSE, pattern, WORDS, 0, found);
    }
}

static void encoder(const char *name, enum which which) {
    uint32_t number = 0;
    int ok = 1;
    start();
    for (int32_t value = -400; value < 400; value += 13, number++) {
        uint32_t pattern[WORDS] = {0}, half[WORDS], ones;
        slotless_estimate found;
        slotless_status status;
        ok &= write_one(which, value, pattern) == SLOTLESS_STATUS_OK;
        take_all(pattern, WORDS);
        ok &= slotless_bits_count(pattern, WORDS, &ones) == SLOTLESS_STATUS_OK;
        ok &= keep(4, number, pattern, (ones + 1) / 2, half) == SLOTLESS_STATUS_OK;
        status = read_one(which, half, &found);
        if (status == SLOTLESS_STATUS_OK) {
            take((uint32_t)found.value);
            take(found.agreement);
        }
        ok &= status == SLOTLESS_STATUS_OK || status == SLOTLESS_STATUS_NOTHING;
    }
    finish(name, ok);
}

static void several(void) {
    static const slotless_thermometer ONE = {.low = -300, .high = 299, .units = 50};
    static const slotless_bucket OTHER = {.low = -300, .high = 299, .units = 50, .ones = 20};
    int ok = 1;
    start();
    for (int32_t value = -400; value < 400; value += 13) {
        uint32_t pattern[WORDS] = {0};
        int32_t values[3] = {-value, value, value};
        slotless_estimate found;
        for (uint32_t at = 0; at < 3; at++) {
            ok &= slotless_thermometer_write(&ONE, values[at], 50 * at, pattern, WORDS) == SLOTLESS_STATUS_OK;
        }
        ok &= slotless_bucket_write(&OTHER, value, 150, pattern, WORDS) == SLOTLESS_STATUS_OK;
        take_all(pattern, WORDS);
        for (uint32_t at = 0; at < 3; at++) {
            ok &= slotless_thermometer_read(&ONE, pattern, WORDS, 50 * at, &found) == SLOTLESS_STATUS_OK;
            take((uint32_t)found.value);
        }
        ok &= slotless_bucket_read(&OTHER, pattern, WORDS, 150, &found) == SLOTLESS_STATUS_OK;
        take((uint32_t)found.value);
    }
    finish("several", ok);
}

static void window(void) {
    slotless_window memory = {{0}};
    uint32_t all[SLOTLESS_WORDS(3 * BITS)];
    int ok = slotless_window_new(&memory, BITS, 3, state, SLOTLESS_WINDOW_STATE_WORDS(BITS, 3)) == SLOTLESS_STATUS_OK;
    start();
    for (int32_t value = -400; ok && value < 400; value += 13) {
        uint32_t pattern[WORDS] = {0};
        ok &= slotless_sparse_random_write(&SPARSE, value, 0, pattern, WORDS) == SLOTLESS_STATUS_OK;
        ok &= slotless_window_push(&memory, pattern, WORDS) == SLOTLESS_STATUS_OK;
        ok &= slotless_window_write(&memory, all, SLOTLESS_WORDS(3 * BITS)) == SLOTLESS_STATUS_OK;
        take_all(all, SLOTLESS_WORDS(3 * BITS));
    }
    finish("window", ok);
}

/* The counter hash and PCG32 that slotless_stream stands for, word by word. */
static uint32_t key_at(const uint32_t key[2], uint32_t index) {
    uint32_t x = index ^ key[0];
    x = (x ^ x >> 16) * 0x7feb352du;
    x = ((x ^ x >> 15) + key[1]) * 0x846ca68bu;
    return x ^ x >> 16;
}

static void derive(uint32_t key[2], uint32_t index) {
    uint32_t a = key_at(key, index), other[2] = {a ^ key[1], key[0]};
    key[1] = key_at(other, ~index);
    key[0] = a;
}

static void calibration(void) {
    static slotless_calibration memory;
    uint32_t key[2] = {1, 0}, low[2], high[2];
    slotless_range range;
    derive(key, 256);
    derive(key, 5);
    derive(key, 0);
    for (int at = 0; at < 2; at++) {
        low[at] = high[at] = key[at];
    }
    derive(low, 0);
    derive(high, 1);
    uint64_t turn = ((uint64_t)high[0] << 32 | high[1]) << 1 | 1;
    uint64_t random = (((uint64_t)low[0] << 32 | low[1]) + turn) * 6364136223846793005ull + turn;
    int ok = slotless_calibration_new(&memory, 1311, 64225, 512) == SLOTLESS_STATUS_OK;
    start();
    for (int t = 0; ok && t < 3000; t++) {
        uint32_t word = (uint32_t)((random >> 18 ^ random) >> 27), by = (uint32_t)(random >> 59);
        word = word >> by | word << (32 - by) % 32;
        random = random * 6364136223846793005ull + turn;
        int32_t value = (int32_t)(word >> 16) - 32768;
        ok &= slotless_calibration_add(&memory, t % 7 == 3 ? value * 256 : value) == SLOTLESS_STATUS_OK;
        /* Of a width of 1 it is the two quantiles. */
        ok &= slotless_calibration_range(&memory, 1, &range) == SLOTLESS_STATUS_OK;
        take((uint32_t)range.low);
        take((uint32_t)range.high);
    }
    ok &= slotless_calibration_range(&memory, 1u << 24, &range) == SLOTLESS_STATUS_OK;
    take((uint32_t)range.low);
    take((uint32_t)range.high);
    finish("calibration", ok);
}

int answers(void (*report)(const char *name, int right)) {
    report_to = report;
    wrong = 0;
    kwinner("u8-nearest", &SLOTLESS_KWINNER_U8, 100, SLOTLESS_NEAREST, SLOTLESS_COMPETITIVE);
    kwinner("u8-stochastic", &SLOTLESS_KWINNER_U8, 100, SLOTLESS_STOCHASTIC, SLOTLESS_COMPETITIVE);
    kwinner("u16-nearest", &SLOTLESS_KWINNER_U16, 100, SLOTLESS_NEAREST, SLOTLESS_COMPETITIVE);
    kwinner("u4-stochastic", &SLOTLESS_KWINNER_U4, 100, SLOTLESS_STOCHASTIC, SLOTLESS_COMPETITIVE);
    kwinner("u1-stochastic", &SLOTLESS_KWINNER_U1, 100, SLOTLESS_STOCHASTIC, SLOTLESS_COMPETITIVE);
    kwinner("u8-nearest-random-k", &SLOTLESS_KWINNER_U8, 100, SLOTLESS_NEAREST, SLOTLESS_RANDOM_K);
    kwinner("u8-nearest-structured-128", &SLOTLESS_KWINNER_U8_STRUCTURED, 128, SLOTLESS_NEAREST,
            SLOTLESS_COMPETITIVE);
    kwinner("u4-stochastic-structured-101", &SLOTLESS_KWINNER_U4_STRUCTURED, 101, SLOTLESS_STOCHASTIC,
            SLOTLESS_COMPETITIVE);
    recency("recency-1", 1, 0);
    recency("recency-3", 3, 0);
    recency("recency-5", 5, 0);
    recency("recency-5-cap-70", 5, 70);
    recency("recency-8", 8, 0);
    recency("recency-11", 11, 0);
    slots("slots-fifo", SLOTLESS_FIFO);
    slots("slots-random", SLOTLESS_RANDOM);
    slots("slots-reservoir", SLOTLESS_RESERVOIR);
    slots("slots-balanced", SLOTLESS_BALANCED);
    sketches();
    grow("grow", "grow-snapshot", 0);
    grow("grow-fading", 0, 4);
    samples("ring-fifo", 0, 0, SLOTLESS_FIFO);
    samples("ring-reservoir", "ring-snapshot", 0, SLOTLESS_RESERVOIR);
    samples("ring-balanced", 0, 0, SLOTLESS_BALANCED);
    samples("ring-thermometer", 0, 3, SLOTLESS_BALANCED);
    means("means", "means-snapshot");
    encoder("thermometer", A_THERMOMETER);
    encoder("bucket", A_BUCKET);
    encoder("circular", A_CIRCULAR);
    encoder("sparse-random", A_SPARSE);
    several();
    window();
    calibration();
    return wrong;
}
