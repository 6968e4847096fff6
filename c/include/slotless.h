/* 092441bd17722ff0babef30417071b032fffb23e */
/*
 * slotless: associative memory in connection weights, and what it is held against, for microcontrollers and hosts.
 *
 * Nothing is allocated, nothing panics, nothing is floating point; the same calls give the same bits on every machine. Memory is the
 * caller's, in words of 32 bits:
 *
 *   - state: all that a memory knows. It is also what lies in flash.
 *   - scratch: room to work in. Memories that are not used at the same time may share it. What a recall finds lies there until the next
 *     call.
 *   - a memory itself (slotless_kwinner, slotless_recency and so on) is small, and holds no more than where those are.
 *
 * A pattern is a packed bit vector: bit j is bit j % 32 of word j / 32, SLOTLESS_WORDS(bits) words, and bits beyond the last are 0.
 *
 * Every function returns a slotless_status. Of any but SLOTLESS_STATUS_OK results are not written. Pointers must be to memory that is
 * there; besides that they are checked: NULL, misaligned addresses and buffers that overlap one that is written to are refused, unless
 * the function says that they may be NULL. Lengths are those of the buffers, in words or bytes as the names say.
 *
 * Calls of one memory, or of memories that share scratch, must not run at the same time: an interrupt handler has its own.
 *
 * Written from c/src by scripts/c-library.sh; not to be edited.
 */


#ifndef SLOTLESS_H
#define SLOTLESS_H

#include <stdint.h>

/** Words of a pattern of so many bits. */
#define SLOTLESS_WORDS(bits) (((bits) + 31u) / 32u)

#define SLOTLESS_MAX_(a, b) ((a) > (b) ? (a) : (b))

/** Words of the state of a K-winner network with random wiring, for static buffers; bits is that of a weight. */
#define SLOTLESS_KWINNER_STATE_WORDS(visible, hidden, fan_in, bits)                                \
    (2u + (hidden) * (((fan_in) == (visible) ? 0u : SLOTLESS_WORDS(visible)) +                     \
                      SLOTLESS_WORDS((fan_in) * (bits))))

/** The same with structured wiring. */
#define SLOTLESS_KWINNER_STRUCTURED_STATE_WORDS(hidden, fan_in, bits)                              \
    (2u + (fan_in) * SLOTLESS_WORDS((hidden) * (bits)))

/** Words of the scratch of a K-winner network of any type. */
#define SLOTLESS_KWINNER_SCRATCH_WORDS(visible, hidden, winners)                                   \
    (SLOTLESS_MAX_(visible, hidden) + (winners) + SLOTLESS_WORDS(visible))

/** Words of a snapshot of a K-winner network whose state has so many. */
#define SLOTLESS_KWINNER_SNAPSHOT_WORDS(state_words) ((state_words) + 33u)

/** Words of a snapshot of any other memory whose state has so many. */
#define SLOTLESS_SNAPSHOT_WORDS(state_words) ((state_words) + 25u)

/** Words of scratch that are enough for a memory of recency levels of any number of rows. */
#define SLOTLESS_RECENCY_SCRATCH_WORDS(visible, levels)                                            \
    SLOTLESS_MAX_(SLOTLESS_WORDS(visible) + SLOTLESS_WORDS(9u * (visible) + 16u),                  \
                  4u * SLOTLESS_WORDS(visible) + 2u * (levels))

/** Words of the state of a memory of slots that is not balanced. */
#define SLOTLESS_SLOTS_STATE_WORDS(visible, slots) (2u + (slots) * SLOTLESS_WORDS(visible))

/** Words of the state of a memory of slots that is balanced by class. */
#define SLOTLESS_SLOTS_BALANCED_STATE_WORDS(visible, slots)                                        \
    (SLOTLESS_SLOTS_STATE_WORDS(visible, slots) + ((slots) + 3u) / 4u)

/** Words of the state of a ring of sketches. */
#define SLOTLESS_SKETCHES_STATE_WORDS(slots) (2u + 2u * (slots))

/** Words of the state of a recogniser that grows. */
#define SLOTLESS_GROW_STATE_WORDS(features, items)                                                 \
    (3u + (items) * (((features) + 7u) / 8u) + 2u * (((items) + 3u) / 4u))

/** Words of the state of a ring of samples; bits is 0 for the high four bits of a feature, else that of a thermometer code. */
#define SLOTLESS_SAMPLES_STATE_WORDS(features, bits, items)                                        \
    (4u + (items) * ((bits) == 0u ? ((features) + 7u) / 8u : SLOTLESS_WORDS((features) * (bits))) + \
     ((items) + 3u) / 4u)

/** Words of the state of a recogniser by class means. */
#define SLOTLESS_MEANS_STATE_WORDS(features, labels)                                               \
    (1u + ((labels) + 1u) / 2u + (labels) * (((features) + 1u) / 2u))

/** Words of the state of a window. */
#define SLOTLESS_WINDOW_STATE_WORDS(units, frames) (1u + (frames) * SLOTLESS_WORDS(units))


/**
 * Version of the results: libraries of the same one give the same bits for the same calls, and read each other's snapshots.
 */
#define SLOTLESS_RESULTS_VERSION 1

/**
 * slotless_kwinner_params.rounding: to the nearest.
 */
#define SLOTLESS_NEAREST 0

/**
 * slotless_kwinner_params.rounding: at random, so that slow rates are right on average.
 */
#define SLOTLESS_STOCHASTIC 1

/**
 * slotless_kwinner_params.assignment: the hidden units with the largest potentials learn.
 */
#define SLOTLESS_COMPETITIVE 0

/**
 * slotless_kwinner_params.assignment: hidden units drawn at random learn.
 */
#define SLOTLESS_RANDOM_K 1

/**
 * slotless_recognised.verdict: like what was learned.
 */
#define SLOTLESS_KNOWN 0

/**
 * slotless_recognised.verdict: stranger than 19 of 20 samples were when they were learned.
 */
#define SLOTLESS_UNKNOWN 1

/**
 * slotless_recognised.verdict: there is no threshold yet.
 */
#define SLOTLESS_UNCALIBRATED 2

/**
 * The outcome of learning: nothing of its class was in memory.
 */
#define SLOTLESS_NEW 0

/**
 * The outcome of learning: its own class was the nearest.
 */
#define SLOTLESS_RIGHT 1

/**
 * The outcome of learning: another class was as near or nearer.
 */
#define SLOTLESS_WRONG 2

/**
 * slotless_slots_params.replacement: that of the oldest, a ring buffer.
 */
#define SLOTLESS_FIFO 0

/**
 * slotless_slots_params.replacement: one at random.
 */
#define SLOTLESS_RANDOM 1

/**
 * slotless_slots_params.replacement: one at random or none, so that what is kept is a fair sample of all.
 */
#define SLOTLESS_RESERVOIR 2

/**
 * slotless_slots_params.replacement: one of the class with the most slots.
 */
#define SLOTLESS_BALANCED 3

/**
 * What is given in place of a slot where there is none.
 */
#define SLOTLESS_NO_SLOT 4294967295

/**
 * slotless_snapshot_info.kind: a K-winner network.
 */
#define SLOTLESS_KIND_KWINNER 1

/**
 * slotless_snapshot_info.kind: a memory of recency levels.
 */
#define SLOTLESS_KIND_RECENCY 2

/**
 * slotless_snapshot_info.kind: slots.
 */
#define SLOTLESS_KIND_SLOTS 3

/**
 * slotless_snapshot_info.kind: a ring of codes, which has no functions in C.
 */
#define SLOTLESS_KIND_CODED 4

/**
 * slotless_snapshot_info.kind: a ring of sketches.
 */
#define SLOTLESS_KIND_SKETCHES 5

/**
 * slotless_snapshot_info.kind: a recogniser that grows.
 */
#define SLOTLESS_KIND_GROW 6

/**
 * slotless_snapshot_info.kind: a ring of samples.
 */
#define SLOTLESS_KIND_SAMPLES 7

/**
 * slotless_snapshot_info.kind: a recogniser by class means.
 */
#define SLOTLESS_KIND_MEANS 8

/**
 * What every function returns: SLOTLESS_STATUS_OK, or why it did nothing. After any other code all memory is as it was before,
 * but for scratch, and for buffers of which the function says so.
 */
enum slotless_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * All is well.
     */
    SLOTLESS_STATUS_OK = 0,
    /**
     * A pointer is NULL.
     */
    SLOTLESS_STATUS_NULL = 1,
    /**
     * An address is no multiple of what it has to be: of 4 for words, of 8 for memories, parameters and results.
     */
    SLOTLESS_STATUS_ALIGNMENT = 2,
    /**
     * A buffer that is written to has bytes in common with another one.
     */
    SLOTLESS_STATUS_OVERLAP = 3,
    /**
     * A buffer reaches beyond the address space.
     */
    SLOTLESS_STATUS_ADDRESS = 4,
    /**
     * The memory was not made by one of the functions that make it.
     */
    SLOTLESS_STATUS_HANDLE = 5,
    /**
     * The memory was opened to recall only, or its type is one that only recalls.
     */
    SLOTLESS_STATUS_READ_ONLY = 6,
    /**
     * The buffer of the state has too few words.
     */
    SLOTLESS_STATUS_STATE = 7,
    /**
     * The scratch buffer has too few words.
     */
    SLOTLESS_STATUS_SCRATCH = 8,
    /**
     * The output has another number of words, or too few.
     */
    SLOTLESS_STATUS_OUTPUT = 9,
    /**
     * A pattern or cue has another number of words or bytes than its bits take.
     */
    SLOTLESS_STATUS_LENGTH = 10,
    /**
     * A pattern or cue has a one beyond its last bit.
     */
    SLOTLESS_STATUS_BEYOND = 11,
    /**
     * A pattern to learn has no ones.
     */
    SLOTLESS_STATUS_EMPTY = 12,
    /**
     * A pattern has more ones than there is room for.
     */
    SLOTLESS_STATUS_TOO_MANY_ONES = 13,
    /**
     * No number is left for another pattern.
     */
    SLOTLESS_STATUS_END = 14,
    /**
     * There is no such class.
     */
    SLOTLESS_STATUS_CLASS = 15,
    /**
     * A sample has another number of features.
     */
    SLOTLESS_STATUS_SAMPLE = 16,
    /**
     * There is no such label: allowed 0 to 15, or what is below labels.
     */
    SLOTLESS_STATUS_LABEL = 17,
    /**
     * There is nothing in the memory yet, or no one in the pattern that was to be read.
     */
    SLOTLESS_STATUS_NOTHING = 18,
    /**
     * visible: none, or too many.
     */
    SLOTLESS_STATUS_VISIBLE = 32,
    /**
     * hidden: none.
     */
    SLOTLESS_STATUS_HIDDEN = 33,
    /**
     * fan_in: allowed 1 to visible.
     */
    SLOTLESS_STATUS_FAN_IN = 34,
    /**
     * winners: allowed 1 to hidden.
     */
    SLOTLESS_STATUS_WINNERS = 35,
    /**
     * active: allowed 1 to visible.
     */
    SLOTLESS_STATUS_ACTIVE = 36,
    /**
     * rate: allowed 1 to 65536.
     */
    SLOTLESS_STATUS_RATE = 37,
    /**
     * fan_in or winners are so many that a sum of weights may exceed 32 bits.
     */
    SLOTLESS_STATUS_SUM = 38,
    /**
     * The sizes exceed the address space.
     */
    SLOTLESS_STATUS_TOO_LARGE = 39,
    /**
     * Structured wiring does not take this number of hidden units; a neighbouring one, or a power of two, it does.
     */
    SLOTLESS_STATUS_STRUCTURED = 40,
    /**
     * rounding: allowed 0 and 1.
     */
    SLOTLESS_STATUS_ROUNDING = 41,
    /**
     * assignment: allowed 0 and 1.
     */
    SLOTLESS_STATUS_ASSIGNMENT = 42,
    /**
     * rows: none; or no row fits.
     */
    SLOTLESS_STATUS_ROWS = 43,
    /**
     * levels: allowed 1 to 255.
     */
    SLOTLESS_STATUS_LEVELS = 44,
    /**
     * cap: allowed active to visible; 0 chooses it.
     */
    SLOTLESS_STATUS_CAP = 45,
    /**
     * miss: allowed 1 to 1024; 0 is 96.
     */
    SLOTLESS_STATUS_MISS = 46,
    /**
     * slots: none, or too many; or none fits.
     */
    SLOTLESS_STATUS_SLOTS = 47,
    /**
     * classes: allowed 1 to 256.
     */
    SLOTLESS_STATUS_CLASSES = 48,
    /**
     * replacement: allowed 0 to 3, of samples but for 1.
     */
    SLOTLESS_STATUS_REPLACEMENT = 49,
    /**
     * features: allowed 1 to 1024.
     */
    SLOTLESS_STATUS_FEATURES = 50,
    /**
     * items: allowed 1 to 65535; or none fits.
     */
    SLOTLESS_STATUS_ITEMS = 51,
    /**
     * fading: allowed 0 to 15.
     */
    SLOTLESS_STATUS_FADING = 52,
    /**
     * The range ends before it starts.
     */
    SLOTLESS_STATUS_RANGE = 53,
    /**
     * period: allowed 1 to 2^31.
     */
    SLOTLESS_STATUS_PERIOD = 54,
    /**
     * units: too few, or too many.
     */
    SLOTLESS_STATUS_UNITS = 55,
    /**
     * ones: none, or more than the units take.
     */
    SLOTLESS_STATUS_ONES = 56,
    /**
     * steps: allowed 1 to 2^20.
     */
    SLOTLESS_STATUS_STEPS = 57,
    /**
     * frames: none, or more than a pattern has room for.
     */
    SLOTLESS_STATUS_FRAMES = 58,
    /**
     * labels: allowed 1 to 16.
     */
    SLOTLESS_STATUS_LABELS = 59,
    /**
     * window: allowed 1 to 256.
     */
    SLOTLESS_STATUS_WINDOW = 60,
    /**
     * bits: allowed 0 to 16.
     */
    SLOTLESS_STATUS_BITS = 61,
    /**
     * low, high: allowed 1 to 65535, low below high.
     */
    SLOTLESS_STATUS_SHARES = 62,
    /**
     * memory: allowed 64 to 2^20.
     */
    SLOTLESS_STATUS_MEMORY = 63,
    /**
     * No snapshot starts here.
     */
    SLOTLESS_STATUS_MAGIC = 80,
    /**
     * The snapshot has another version of the format.
     */
    SLOTLESS_STATUS_VERSION = 81,
    /**
     * The snapshot is of another version of the results: what was learned would be recalled as something else.
     */
    SLOTLESS_STATUS_RESULTS = 82,
    /**
     * The snapshot is of another kind of memory, or of one that is not known.
     */
    SLOTLESS_STATUS_KIND = 83,
    /**
     * The snapshot is cut off.
     */
    SLOTLESS_STATUS_TRUNCATED = 84,
    /**
     * The snapshot's header is damaged: what it says of itself does not fit together.
     */
    SLOTLESS_STATUS_HEADER = 85,
    /**
     * The snapshot is damaged: its CRC is not that of its content.
     */
    SLOTLESS_STATUS_CRC = 86,
    /**
     * The snapshot has weights of another width than the type.
     */
    SLOTLESS_STATUS_WIDTH = 87,
    /**
     * The snapshot is of a network of another wiring than the type.
     */
    SLOTLESS_STATUS_WIRING = 88,
    /**
     * The snapshot is of a form that can be read in Rust only: a network of version 1 with masks where every hidden unit sees every
     * visible one.
     */
    SLOTLESS_STATUS_FORM = 89,
    /**
     * What has no code of its own.
     */
    SLOTLESS_STATUS_OTHER = 127,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum slotless_status slotless_status;
#else
typedef int32_t slotless_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Width and wiring of a network, and what is linked for it: one of the constants SLOTLESS_KWINNER_.... Opaque.
 */
typedef struct slotless_kwinner_type slotless_kwinner_type;

/**
 * A place in the random numbers: the same numbers for the same place, on every machine.
 */
typedef struct slotless_stream {
    /**
     * Seed.
     */
    uint64_t seed;
    /**
     * What the numbers are for: from 256 on; those below are the library's own.
     */
    uint32_t purpose;
    /**
     * Trial.
     */
    uint32_t trial;
    /**
     * Number, such as that of a pattern.
     */
    uint32_t number;
} slotless_stream;

/**
 * A low and a high quantile of a stream of values, from which an encoder has its range: 112 bytes, whatever the stream. Opaque, and
 * free to be moved, copied and kept: it holds no addresses.
 *
 * Zero it before its first use: one that was not made is then refused (SLOTLESS_STATUS_HANDLE).
 */
typedef struct slotless_calibration {
    uint64_t opaque[14];
} slotless_calibration;

/**
 * Values from a lowest to a highest.
 */
typedef struct slotless_range {
    /**
     * The lowest.
     */
    int32_t low;
    /**
     * The highest, low or above.
     */
    int32_t high;
} slotless_range;

/**
 * The higher the value, the more ones.
 */
typedef struct slotless_thermometer {
    /**
     * The lowest value; those below are taken as it.
     */
    int32_t low;
    /**
     * The highest value, low or above; those above are taken as it.
     */
    int32_t high;
    /**
     * Units, and steps: 1 to 2^20.
     */
    uint32_t units;
} slotless_thermometer;

/**
 * A value read from a pattern.
 */
typedef struct slotless_estimate {
    /**
     * The value: the middle of a step.
     */
    int32_t value;
    /**
     * How much the pattern agrees with that of this value.
     */
    uint32_t agreement;
    /**
     * The most that could be.
     */
    uint32_t most;
} slotless_estimate;

/**
 * A run of ones that moves with the value.
 */
typedef struct slotless_bucket {
    /**
     * The lowest value; those below are taken as it.
     */
    int32_t low;
    /**
     * The highest value, low or above; those above are taken as it.
     */
    int32_t high;
    /**
     * Units: 1 to 2^20.
     */
    uint32_t units;
    /**
     * Ones: 1 to units. There are units - ones + 1 steps.
     */
    uint32_t ones;
} slotless_bucket;

/**
 * A run of ones around a ring, as of a heading or the time of day.
 */
typedef struct slotless_circular {
    /**
     * Values of a cycle: 1 to 2^31. Any value is taken modulo this.
     */
    uint32_t period;
    /**
     * Units, and steps: 2 to 2^20.
     */
    uint32_t units;
    /**
     * Ones: 1 to units - 1.
     */
    uint32_t ones;
} slotless_circular;

/**
 * Random ones, of which each step changes one.
 */
typedef struct slotless_sparse_random {
    /**
     * The lowest value; those below are taken as it.
     */
    int32_t low;
    /**
     * The highest value, low or above; those above are taken as it.
     */
    int32_t high;
    /**
     * Steps: 1 to 2^20.
     */
    uint32_t steps;
    /**
     * Units: 2 to 2^20.
     */
    uint32_t units;
    /**
     * Ones: 1 to units / 2.
     */
    uint32_t ones;
    /**
     * Seed.
     */
    uint64_t seed;
} slotless_sparse_random;

/**
 * The last patterns as one, in a buffer of the caller's. Opaque, and free to be moved; the buffer has to stay.
 *
 * Zero it before its first use: a window that was not made is then refused (SLOTLESS_STATUS_HANDLE).
 */
typedef struct slotless_window {
    uint64_t opaque[10];
} slotless_window;

/**
 * Sizes of a recogniser.
 */
typedef struct slotless_grow_params {
    /**
     * Features of a sample: 1 to 1024, a byte each. Bring the range of each sensor to 0 to 255.
     */
    uint32_t features;
    /**
     * Items: 1 to 65535; 0 is as many as the buffer of the state holds.
     */
    uint32_t items;
    /**
     * How fast what proved useful fades: 0 not, up to 15 for classes that move into each other's place.
     */
    uint32_t fading;
    /**
     * Seed of random rounding.
     */
    uint64_t seed;
} slotless_grow_params;

/**
 * Sizes of a memory's buffers, in words of 4 bytes.
 */
typedef struct slotless_sizes {
    /**
     * The state: all that a memory knows.
     */
    uint32_t state_words;
    /**
     * Scratch, which several memories may share if they are not used at the same time: nothing is kept in it but what a recall
     * found. 0 where none is needed.
     */
    uint32_t scratch_words;
    /**
     * A pattern or cue: SLOTLESS_WORDS(visible).
     */
    uint32_t pattern_words;
    /**
     * A snapshot; 0 where there is none.
     */
    uint32_t snapshot_words;
} slotless_sizes;

/**
 * A recogniser in a buffer of the caller's: samples of 8-bit features with labels in, a label or unknown out. Opaque, and free to be
 * moved; the buffer has to stay.
 *
 * Zero it before its first use: one that was not made is then refused (SLOTLESS_STATUS_HANDLE).
 */
typedef struct slotless_grow {
    uint64_t opaque[12];
} slotless_grow;

/**
 * What a sample was recognised as.
 */
typedef struct slotless_recognised {
    /**
     * The label of the nearest class.
     */
    uint32_t label;
    /**
     * SLOTLESS_KNOWN, _UNKNOWN or _UNCALIBRATED.
     */
    uint32_t verdict;
    /**
     * How far it is: the sum of squared differences of the features' high four bits; of thermometer codes the number of bits that
     * differ, of means the sum of squared differences of all eight.
     */
    uint32_t distance;
    /**
     * The label of the nearest of all other classes; 0xffffffff where there is one class only.
     */
    uint32_t other_label;
    /**
     * How far that is; 0xffffffff where there is one class only.
     */
    uint32_t other_distance;
    /**
     * How strange the sample is.
     */
    uint32_t score;
    /**
     * The score above which a sample is unknown; 0 where there is none yet.
     */
    uint32_t threshold;
} slotless_recognised;

/**
 * Sizes and rules of a network. All have to be given; rounding, assignment and seed may stay 0.
 */
typedef struct slotless_kwinner_params {
    /**
     * Visible units n_i, the bits of a pattern: from 1.
     */
    uint32_t visible;
    /**
     * Hidden units n_h: from 1.
     */
    uint32_t hidden;
    /**
     * Visible units that each hidden unit sees, m: 1 to visible.
     */
    uint32_t fan_in;
    /**
     * Winners k: 1 to hidden.
     */
    uint32_t winners;
    /**
     * Ones of a recalled pattern, s: 1 to visible.
     */
    uint32_t active;
    /**
     * Learning rate in 1/65536: 1 to 65536.
     */
    uint32_t rate;
    /**
     * Rounding of the learning step: SLOTLESS_NEAREST or SLOTLESS_STOCHASTIC, which carries slow rates in narrow weights.
     */
    uint32_t rounding;
    /**
     * How learning chooses winners: SLOTLESS_COMPETITIVE, or SLOTLESS_RANDOM_K as a control.
     */
    uint32_t assignment;
    /**
     * Seed of wiring, start weights, ties and rounding.
     */
    uint64_t seed;
} slotless_kwinner_params;

/**
 * A K-winner network in buffers of the caller's. Opaque, and free to be moved; the buffers have to stay.
 *
 * Zero it before its first use: a memory that was not made is then refused (SLOTLESS_STATUS_HANDLE).
 */
typedef struct slotless_kwinner {
    uint64_t opaque[20];
} slotless_kwinner;

/**
 * How well a cue matched: whether the network has seen it.
 */
typedef struct slotless_kwinner_match {
    /**
     * Sum of the winners' potentials, in raw weights.
     */
    uint64_t score;
    /**
     * The largest score that a cue of as many ones could have.
     */
    uint64_t most;
    /**
     * Score over most in 1/65536, rounded down: 0 to 65536; 0 for an empty cue.
     */
    uint32_t share;
} slotless_kwinner_match;

/**
 * What was found, in the scratch buffer: until the next call with the same one.
 */
typedef struct slotless_kwinner_recalled {
    /**
     * The recalled pattern, packed; NULL where it was not asked for.
     */
    const uint32_t *pattern;
    /**
     * The winners, ascending.
     */
    const uint32_t *winners;
    /**
     * Words of the pattern.
     */
    uint32_t pattern_words;
    /**
     * Number of winners.
     */
    uint32_t winner_count;
    /**
     * How well the cue matched.
     */
    struct slotless_kwinner_match matched;
} slotless_kwinner_recalled;

/**
 * Sizes of a recogniser by class means.
 */
typedef struct slotless_means_params {
    /**
     * Features of a sample: 1 to 1024, a byte each. Bring the range of each sensor to 0 to 255.
     */
    uint32_t features;
    /**
     * Labels: 1 to 16.
     */
    uint32_t labels;
    /**
     * Samples that a mean reaches back: 1 to 256.
     */
    uint32_t window;
} slotless_means_params;

/**
 * A recogniser by class means in a buffer of the caller's: samples of 8-bit features with labels in, a label or unknown out. Opaque, and free to be
 * moved; the buffer has to stay.
 *
 * Zero it before its first use: one that was not made is then refused (SLOTLESS_STATUS_HANDLE).
 */
typedef struct slotless_means {
    uint64_t opaque[12];
} slotless_means;

/**
 * Sizes of a memory of recency levels. It holds the last rows * levels patterns.
 */
typedef struct slotless_recency_params {
    /**
     * Visible units n, the bits of a pattern: 1 to 2^20.
     */
    uint32_t visible;
    /**
     * Rows; 0 is as many as the buffer of the state holds.
     */
    uint32_t rows;
    /**
     * Levels: 1 to 255. More hold more patterns in a row, which take more from each other.
     */
    uint32_t levels;
    /**
     * Ones of a recalled pattern: 1 to visible.
     */
    uint32_t active;
    /**
     * The most cells that are set in a row: active to visible; 0 chooses it from the other sizes.
     */
    uint32_t cap;
    /**
     * What a contradiction counts, in 1/16 nat: 1 to 1024; 0 is 96.
     */
    uint32_t miss;
} slotless_recency_params;

/**
 * A memory of recency levels in buffers of the caller's. Opaque, and free to be moved; the buffers have to stay.
 *
 * Zero it before its first use: a memory that was not made is then refused (SLOTLESS_STATUS_HANDLE).
 */
typedef struct slotless_recency {
    uint64_t opaque[16];
} slotless_recency;

/**
 * Which event a cue belongs to, and how well.
 */
typedef struct slotless_recency_match {
    /**
     * How long ago it was learned, in patterns: 1 is the last.
     */
    uint64_t age;
    /**
     * Log-likelihood in 1/16 nat.
     */
    int32_t score;
    /**
     * The largest that a cue of as many ones could have.
     */
    int32_t most;
    /**
     * Score over most in 1/65536, rounded down; 0 for a score below 0.
     */
    uint32_t share;
    /**
     * Its row.
     */
    uint32_t row;
    /**
     * Its level there, 0 is the newest.
     */
    uint32_t level;
} slotless_recency_match;

/**
 * What was recalled, in the scratch buffer: until the next call with the same one.
 */
typedef struct slotless_recency_recalled {
    /**
     * The pattern, packed: up to active ones.
     */
    const uint32_t *pattern;
    /**
     * Units that are ones for certain, packed.
     */
    const uint32_t *members;
    /**
     * Units whose cell a newer pattern has taken, packed.
     */
    const uint32_t *unknown;
    /**
     * Words of each of them.
     */
    uint32_t words;
    /**
     * Which event it is.
     */
    struct slotless_recency_match matched;
} slotless_recency_recalled;

/**
 * Sizes of a ring of samples.
 */
typedef struct slotless_samples_params {
    /**
     * Features of a sample: 1 to 1024, a byte each. Bring the range of each sensor to 0 to 255.
     */
    uint32_t features;
    /**
     * Items: 1 to 65535; 0 is as many as the buffer of the state holds.
     */
    uint32_t items;
    /**
     * What is kept of a feature: 0 its high four bits, 1 to 16 so many bits of a thermometer code.
     */
    uint32_t bits;
    /**
     * Which sample gives its place once all are taken: SLOTLESS_FIFO the oldest, SLOTLESS_RESERVOIR one at random or none,
     * SLOTLESS_BALANCED the oldest of the class that has most.
     */
    uint32_t replacement;
    /**
     * Seed of the draws of a reservoir; else not looked at.
     */
    uint64_t seed;
} slotless_samples_params;

/**
 * A ring of samples in a buffer of the caller's: the last ones with their labels, and a label or unknown out. Opaque, and free to be
 * moved; the buffer has to stay.
 *
 * Zero it before its first use: one that was not made is then refused (SLOTLESS_STATUS_HANDLE).
 */
typedef struct slotless_samples {
    uint64_t opaque[12];
} slotless_samples;

/**
 * Sizes of a ring of sketches.
 */
typedef struct slotless_sketches_params {
    /**
     * Visible units n, the bits of a pattern: 1 to 2^20.
     */
    uint32_t visible;
    /**
     * Ones of a pattern, about: 1 to visible.
     */
    uint32_t active;
    /**
     * Slots; 0 is as many as the buffer of the state holds.
     */
    uint32_t slots;
    /**
     * Seed of which unit sets which bit.
     */
    uint64_t seed;
} slotless_sketches_params;

/**
 * A ring of sketches in a buffer of the caller's: 8 bytes a pattern, for recognition alone. Opaque, and free to be moved; the buffer
 * has to stay.
 *
 * Zero it before its first use: a memory that was not made is then refused (SLOTLESS_STATUS_HANDLE).
 */
typedef struct slotless_sketches {
    uint64_t opaque[12];
} slotless_sketches;

/**
 * How well a stored pattern matches a cue.
 */
typedef struct slotless_slots_match {
    /**
     * How long ago it was learned, in patterns: 1 is the last; 0 where patterns are not replaced in turn.
     */
    uint64_t age;
    /**
     * How many ones pattern and cue share; of sketches bits.
     */
    uint32_t overlap;
    /**
     * The most that could be.
     */
    uint32_t most;
    /**
     * Overlap over most in 1/65536, rounded down; 0 for an empty cue.
     */
    uint32_t share;
    /**
     * Its slot; SLOTLESS_NO_SLOT where there is no such pattern.
     */
    uint32_t slot;
} slotless_slots_match;

/**
 * Sizes of a memory of plain slots.
 */
typedef struct slotless_slots_params {
    /**
     * Visible units n, the bits of a pattern: 1 to 2^20.
     */
    uint32_t visible;
    /**
     * Slots; 0 is as many as the buffer of the state holds.
     */
    uint32_t slots;
    /**
     * Which slot a pattern goes to once all are taken: SLOTLESS_FIFO, _RANDOM, _RESERVOIR or _BALANCED.
     */
    uint32_t replacement;
    /**
     * Classes of patterns, 1 to 256, where replacement is balanced; else not looked at.
     */
    uint32_t classes;
    /**
     * Seed of draws, where replacement is at random.
     */
    uint64_t seed;
} slotless_slots_params;

/**
 * Plain slots in a buffer of the caller's. Opaque, and free to be moved; the buffer has to stay.
 *
 * Zero it before its first use: a memory that was not made is then refused (SLOTLESS_STATUS_HANDLE).
 */
typedef struct slotless_slots {
    uint64_t opaque[12];
} slotless_slots;

/**
 * What was recalled, in the state: until the next pattern is learned.
 */
typedef struct slotless_slots_recalled {
    /**
     * The pattern with the largest overlap, packed.
     */
    const uint32_t *pattern;
    /**
     * Its words.
     */
    uint32_t words;
    /**
     * Its class; 0 where replacement is not balanced.
     */
    uint32_t class_number;
    /**
     * How well it matches.
     */
    struct slotless_slots_match best;
    /**
     * How well the next best does; its slot is SLOTLESS_NO_SLOT where there is none.
     */
    struct slotless_slots_match next;
} slotless_slots_recalled;

/**
 * What a snapshot says of itself.
 */
typedef struct slotless_snapshot_info {
    /**
     * How many patterns or samples were learned; 0 of a recogniser that does not count them.
     */
    uint64_t learned;
    /**
     * SLOTLESS_KIND_....
     */
    uint32_t kind;
    /**
     * Its length in words.
     */
    uint32_t words;
    /**
     * Words of the state that it holds: what a buffer to load it into needs.
     */
    uint32_t state_words;
    /**
     * Bits of a weight, of a K-winner network; else 0.
     */
    uint32_t bits;
    /**
     * 1 for a K-winner network of structured wiring, else 0.
     */
    uint32_t structured;
} slotless_snapshot_info;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Weights of 1 bit, random wiring.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U1;

/**
 * Weights of 2 bits, random wiring.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U2;

/**
 * Weights of 4 bits, random wiring.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U4;

/**
 * Weights of 8 bits, random wiring: the one to begin with.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U8;

/**
 * Weights of 16 bits, random wiring.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U16;

/**
 * Weights of 1 bit, structured wiring.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U1_STRUCTURED;

/**
 * Weights of 2 bits, structured wiring.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U2_STRUCTURED;

/**
 * Weights of 4 bits, structured wiring.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U4_STRUCTURED;

/**
 * Weights of 8 bits, structured wiring: no masks, about half the memory.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U8_STRUCTURED;

/**
 * Weights of 16 bits, structured wiring.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U16_STRUCTURED;

/**
 * Weights of 1 bit, random wiring; recalls only, for less flash.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U1_RECALL;

/**
 * Weights of 2 bits, random wiring; recalls only.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U2_RECALL;

/**
 * Weights of 4 bits, random wiring; recalls only.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U4_RECALL;

/**
 * Weights of 8 bits, random wiring; recalls only.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U8_RECALL;

/**
 * Weights of 16 bits, random wiring; recalls only.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U16_RECALL;

/**
 * Weights of 1 bit, structured wiring; recalls only.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U1_STRUCTURED_RECALL;

/**
 * Weights of 2 bits, structured wiring; recalls only.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U2_STRUCTURED_RECALL;

/**
 * Weights of 4 bits, structured wiring; recalls only.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U4_STRUCTURED_RECALL;

/**
 * Weights of 8 bits, structured wiring; recalls only.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U8_STRUCTURED_RECALL;

/**
 * Weights of 16 bits, structured wiring; recalls only.
 */
extern const struct slotless_kwinner_type SLOTLESS_KWINNER_U16_STRUCTURED_RECALL;

/**
 * Reads a bit vector from bytes, the lowest bit of each first.
 *
 * @param bytes ceil(bits / 8) bytes
 * @param bits length of the vector
 * @param[out] words SLOTLESS_WORDS(bits) words
 */
slotless_status slotless_bits_from_bytes(const uint8_t *bytes,
                                         uint32_t byte_count,
                                         uint32_t bits,
                                         uint32_t *words,
                                         uint32_t word_count);

/**
 * Writes a bit vector as bytes, the lowest bit of each first.
 *
 * @param words SLOTLESS_WORDS(bits) words
 * @param bits length of the vector
 * @param[out] bytes ceil(bits / 8) bytes
 */
slotless_status slotless_bits_to_bytes(const uint32_t *words,
                                       uint32_t word_count,
                                       uint32_t bits,
                                       uint8_t *bytes,
                                       uint32_t byte_count);

/**
 * Sets a bit.
 *
 * @return SLOTLESS_STATUS_BEYOND for a bit that these words do not have
 */
slotless_status slotless_bits_set(uint32_t *words, uint32_t word_count, uint32_t bit);

/**
 * Counts the ones.
 */
slotless_status slotless_bits_count(const uint32_t *words, uint32_t word_count, uint32_t *count);

/**
 * Counts the ones that two vectors share.
 */
slotless_status slotless_bits_overlap(const uint32_t *a,
                                      const uint32_t *b,
                                      uint32_t word_count,
                                      uint32_t *overlap);

/**
 * Draws a pattern: so many ones of so many bits, every such vector equally likely.
 *
 * @param at the place of the random numbers
 * @param ones 0 to bits
 * @param[out] words SLOTLESS_WORDS(bits) words
 */
slotless_status slotless_bits_sample(const struct slotless_stream *at,
                                     uint32_t bits,
                                     uint32_t ones,
                                     uint32_t *words,
                                     uint32_t word_count);

/**
 * Draws a cue: so many of a pattern's ones, at random; all if it has no more.
 *
 * @param at the place of the random numbers
 * @param[out] cue as many words as the pattern
 */
slotless_status slotless_bits_cue(const struct slotless_stream *at,
                                  const uint32_t *pattern,
                                  uint32_t word_count,
                                  uint32_t keep,
                                  uint32_t *cue);

/**
 * A random word that belongs to a place: the draw number `index` of the key of seed, purpose and `of`.
 */
slotless_status slotless_draw(uint64_t seed,
                              uint32_t purpose,
                              uint32_t of,
                              uint32_t index,
                              uint32_t *drawn);

/**
 * Makes a calibration that has seen no values.
 *
 * @param[out] calibration the calibration
 * @param low the share of values that may lie below the range, in 1/65536: 1 to high - 1; 1311 are 2 %
 * @param high the share of values up to the end of the range, in 1/65536: up to 65535; 64225 are 98 %
 * @param memory values that count: 64 to 2^20; memory times the share beyond an end should be 20 or more
 */
slotless_status slotless_calibration_new(struct slotless_calibration *calibration,
                                         uint32_t low,
                                         uint32_t high,
                                         uint32_t memory);

/**
 * Takes a value in: up to five times three divisions of 64 bits.
 */
slotless_status slotless_calibration_add(struct slotless_calibration *calibration, int32_t value);

/**
 * The range from the low quantile to the high one. Make an encoder with it once and for all: with another range the same values have other
 * patterns.
 *
 * @param width values that it has at least, to both sides alike: what the sensor's noise is, times the encoder's steps
 * @param[out] range the range
 * @return SLOTLESS_STATUS_NOTHING before the first value
 */
slotless_status slotless_calibration_range(const struct slotless_calibration *calibration,
                                           uint32_t width,
                                           struct slotless_range *range);

/**
 * Thermometer: sets the ones of a value's pattern from a bit on, and leaves all other bits as they are. One division.
 *
 * Zero the pattern first, and write the sensors one after another: bits first_bit to first_bit + units - 1 are this one's.
 *
 * @param first_bit where the pattern begins
 * @param[in,out] pattern words that have all of its bits
 */
slotless_status slotless_thermometer_write(const struct slotless_thermometer *encoder,
                                           int32_t value,
                                           uint32_t first_bit,
                                           uint32_t *pattern,
                                           uint32_t pattern_words);

/**
 * Thermometer: finds the value whose pattern agrees most with the bits from one on, be they recalled, damaged or a part.
 *
 * @param first_bit where the pattern begins
 * @param[out] found the value
 * @return SLOTLESS_STATUS_NOTHING where these bits have no one
 */
slotless_status slotless_thermometer_read(const struct slotless_thermometer *encoder,
                                          const uint32_t *pattern,
                                          uint32_t pattern_words,
                                          uint32_t first_bit,
                                          struct slotless_estimate *found);

/**
 * Bucket: sets the ones of a value's pattern from a bit on, and leaves all other bits as they are. One division.
 *
 * Zero the pattern first, and write the sensors one after another: bits first_bit to first_bit + units - 1 are this one's.
 *
 * @param first_bit where the pattern begins
 * @param[in,out] pattern words that have all of its bits
 */
slotless_status slotless_bucket_write(const struct slotless_bucket *encoder,
                                      int32_t value,
                                      uint32_t first_bit,
                                      uint32_t *pattern,
                                      uint32_t pattern_words);

/**
 * Bucket: finds the value whose pattern agrees most with the bits from one on, be they recalled, damaged or a part.
 *
 * @param first_bit where the pattern begins
 * @param[out] found the value
 * @return SLOTLESS_STATUS_NOTHING where these bits have no one
 */
slotless_status slotless_bucket_read(const struct slotless_bucket *encoder,
                                     const uint32_t *pattern,
                                     uint32_t pattern_words,
                                     uint32_t first_bit,
                                     struct slotless_estimate *found);

/**
 * Ring of units: sets the ones of a value's pattern from a bit on, and leaves all other bits as they are. Two divisions.
 *
 * Zero the pattern first, and write the sensors one after another: bits first_bit to first_bit + units - 1 are this one's.
 *
 * @param first_bit where the pattern begins
 * @param[in,out] pattern words that have all of its bits
 */
slotless_status slotless_circular_write(const struct slotless_circular *encoder,
                                        int32_t value,
                                        uint32_t first_bit,
                                        uint32_t *pattern,
                                        uint32_t pattern_words);

/**
 * Ring of units: finds the value whose pattern agrees most with the bits from one on, be they recalled, damaged or a part.
 *
 * @param first_bit where the pattern begins
 * @param[out] found the value
 * @return SLOTLESS_STATUS_NOTHING where these bits have no one
 */
slotless_status slotless_circular_read(const struct slotless_circular *encoder,
                                       const uint32_t *pattern,
                                       uint32_t pattern_words,
                                       uint32_t first_bit,
                                       struct slotless_estimate *found);

/**
 * Random ones: sets the ones of a value's pattern from a bit on, and leaves all other bits as they are. Two divisions, and a hash for each one.
 *
 * Zero the pattern first, and write the sensors one after another: bits first_bit to first_bit + units - 1 are this one's.
 *
 * @param first_bit where the pattern begins
 * @param[in,out] pattern words that have all of its bits
 */
slotless_status slotless_sparse_random_write(const struct slotless_sparse_random *encoder,
                                             int32_t value,
                                             uint32_t first_bit,
                                             uint32_t *pattern,
                                             uint32_t pattern_words);

/**
 * Random ones: finds the value whose pattern agrees most with the bits from one on, be they recalled, damaged or a part.
 *
 * @param first_bit where the pattern begins
 * @param[out] found the value
 * @return SLOTLESS_STATUS_NOTHING where these bits have no one
 */
slotless_status slotless_sparse_random_read(const struct slotless_sparse_random *encoder,
                                            const uint32_t *pattern,
                                            uint32_t pattern_words,
                                            uint32_t first_bit,
                                            struct slotless_estimate *found);

/**
 * Makes an empty window of the last patterns.
 *
 * @param[out] window the window
 * @param units bits of a pattern: 1 to 2^20
 * @param frames patterns, 1 to 65536; frames * units up to 2^20
 * @param state at least SLOTLESS_WINDOW_STATE_WORDS(units, frames) words, which the window keeps
 */
slotless_status slotless_window_new(struct slotless_window *window,
                                    uint32_t units,
                                    uint32_t frames,
                                    uint32_t *state,
                                    uint32_t state_words);

/**
 * Takes in a pattern as the newest frame; the oldest leaves.
 *
 * @param pattern SLOTLESS_WORDS(units) words
 */
slotless_status slotless_window_push(struct slotless_window *window,
                                     const uint32_t *pattern,
                                     uint32_t pattern_words);

/**
 * Writes all frames as one pattern, the newest first; those that are not there yet are zeros.
 *
 * @param[out] pattern SLOTLESS_WORDS(frames * units) words
 */
slotless_status slotless_window_write(const struct slotless_window *window,
                                      uint32_t *pattern,
                                      uint32_t pattern_words);

/**
 * How large the buffer of a recogniser has to be; it needs no scratch. With 0 items, which the buffer decides, SLOTLESS_STATUS_ITEMS.
 *
 * @param[out] sizes the sizes; that of patterns is 0
 */
slotless_status slotless_grow_sizes(const struct slotless_grow_params *params,
                                    struct slotless_sizes *sizes);

/**
 * Makes an empty recogniser. What the state's buffer held is lost.
 *
 * @param[out] memory the recogniser
 * @param state at least sizes.state_words words, which the recogniser keeps
 */
slotless_status slotless_grow_new(struct slotless_grow *memory,
                                  const struct slotless_grow_params *params,
                                  uint32_t *state,
                                  uint32_t state_words);

/**
 * Takes up a recogniser whose state is in RAM already, with the same parameters and as many words where items are 0. Any content is
 * safe.
 */
slotless_status slotless_grow_resume(struct slotless_grow *memory,
                                     const struct slotless_grow_params *params,
                                     uint32_t *state,
                                     uint32_t state_words);

/**
 * Opens a recogniser whose state lies where it cannot be written, such as in flash, with the same parameters and as many words where
 * items are 0. Any content is safe. slotless_grow_open_snapshot opens what has been written as a snapshot, and checks it.
 *
 * @param[out] memory the recogniser, which does not learn
 */
slotless_status slotless_grow_open(struct slotless_grow *memory,
                                   const struct slotless_grow_params *params,
                                   const uint32_t *state,
                                   uint32_t state_words);

/**
 * Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
 * check its CRC.
 *
 * @param[out] memory the recogniser, which does not learn
 * @param snapshot the snapshot, which the recogniser keeps
 * @return what is wrong with the snapshot
 */
slotless_status slotless_grow_open_snapshot(struct slotless_grow *memory,
                                            const uint32_t *snapshot,
                                            uint32_t snapshot_words);

/**
 * Moves the recogniser of a snapshot to RAM, to go on learning.
 *
 * @param[out] memory the recogniser
 * @param snapshot the snapshot; it is not needed afterwards
 * @return what is wrong with the snapshot
 */
slotless_status slotless_grow_load(struct slotless_grow *memory,
                                   const uint32_t *snapshot,
                                   uint32_t snapshot_words,
                                   uint32_t *state,
                                   uint32_t state_words);

/**
 * Writes the recogniser as a snapshot, parameters and all.
 *
 * @param[out] snapshot at least sizes.snapshot_words words, apart from the state
 * @param[out] written how many words it has; may be NULL
 * @return SLOTLESS_STATUS_OUTPUT for too few words
 */
slotless_status slotless_grow_save(const struct slotless_grow *memory,
                                   uint32_t *snapshot,
                                   uint32_t snapshot_words,
                                   uint32_t *written);

/**
 * Learns a sample of a class, new or known. Reads each item once, and writes two at most.
 *
 * @param sample as many bytes as there are features
 * @param label 0 to 15
 * @param[out] outcome what it would have been recognised as: SLOTLESS_NEW, _RIGHT or _WRONG; may be NULL
 */
slotless_status slotless_grow_learn(struct slotless_grow *memory,
                                    const uint8_t *sample,
                                    uint32_t features,
                                    uint32_t label,
                                    uint32_t *outcome);

/**
 * Recognises a sample. Reads each item once, and changes nothing.
 *
 * @param sample as many bytes as there are features
 * @param[out] found the label, and whether it is known at all
 * @return SLOTLESS_STATUS_NOTHING where nothing was learned
 */
slotless_status slotless_grow_recognise(const struct slotless_grow *memory,
                                        const uint8_t *sample,
                                        uint32_t features,
                                        struct slotless_recognised *found);

/**
 * How large the buffers of a network have to be.
 *
 * Costs as slotless_kwinner_new, but for the state. SLOTLESS_KWINNER_STATE_WORDS and its like are the same as constants.
 *
 * @param type one of SLOTLESS_KWINNER_...
 * @param[out] sizes the sizes
 * @return why the parameters are out of range, if they are
 */
slotless_status slotless_kwinner_sizes(const struct slotless_kwinner_type *type,
                                       const struct slotless_kwinner_params *params,
                                       struct slotless_sizes *sizes);

/**
 * Makes a fresh network: wiring and start weights from the seed, nothing learned. What the state's buffer held is lost.
 *
 * Takes some thousands of steps with structured wiring, and about a draw for each weight.
 *
 * @param[out] memory the network
 * @param type one of SLOTLESS_KWINNER_... without RECALL
 * @param state at least sizes.state_words words, which the network keeps
 * @param scratch at least sizes.scratch_words words, which the network keeps
 * @return SLOTLESS_STATUS_READ_ONLY for a type that only recalls
 */
slotless_status slotless_kwinner_new(struct slotless_kwinner *memory,
                                     const struct slotless_kwinner_type *type,
                                     const struct slotless_kwinner_params *params,
                                     uint32_t *state,
                                     uint32_t state_words,
                                     uint32_t *scratch,
                                     uint32_t scratch_words);

/**
 * Takes up a network whose state is in RAM already, such as one that was kept there through a reset. The state is not checked; any
 * content is safe.
 *
 * @param[out] memory the network
 * @param type one of SLOTLESS_KWINNER_...
 * @param state at least sizes.state_words words, which the network keeps
 * @param scratch at least sizes.scratch_words words, which the network keeps
 */
slotless_status slotless_kwinner_resume(struct slotless_kwinner *memory,
                                        const struct slotless_kwinner_type *type,
                                        const struct slotless_kwinner_params *params,
                                        uint32_t *state,
                                        uint32_t state_words,
                                        uint32_t *scratch,
                                        uint32_t scratch_words);

/**
 * Opens a network whose state lies where it cannot be written, such as in flash. The state is not checked; any content is safe.
 * slotless_kwinner_open_snapshot opens what has been written as a snapshot, and checks it.
 *
 * @param[out] memory the network, which only recalls
 * @param type one of SLOTLESS_KWINNER_...; those with RECALL are enough
 * @param state at least sizes.state_words words, which the network keeps
 * @param scratch at least sizes.scratch_words words, which the network keeps
 */
slotless_status slotless_kwinner_open(struct slotless_kwinner *memory,
                                      const struct slotless_kwinner_type *type,
                                      const struct slotless_kwinner_params *params,
                                      const uint32_t *state,
                                      uint32_t state_words,
                                      uint32_t *scratch,
                                      uint32_t scratch_words);

/**
 * Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
 * check its CRC.
 *
 * @param[out] memory the network, which only recalls
 * @param type that of the network: slotless_snapshot_info has its width and wiring
 * @param snapshot the snapshot, which the network keeps
 * @param snapshot_words how many words there are, as of a partition
 * @param scratch at least sizes.scratch_words words, which the network keeps
 * @return what is wrong with the snapshot; SLOTLESS_STATUS_WIDTH or _WIRING for another type
 */
slotless_status slotless_kwinner_open_snapshot(struct slotless_kwinner *memory,
                                               const struct slotless_kwinner_type *type,
                                               const uint32_t *snapshot,
                                               uint32_t snapshot_words,
                                               uint32_t *scratch,
                                               uint32_t scratch_words);

/**
 * Moves the network of a snapshot to RAM, to go on learning.
 *
 * @param[out] memory the network
 * @param type that of the network: slotless_snapshot_info has its width and wiring
 * @param snapshot the snapshot; it is not needed afterwards
 * @param state at least sizes.state_words words, which the network keeps
 * @param scratch at least sizes.scratch_words words, which the network keeps
 * @return what is wrong with the snapshot; SLOTLESS_STATUS_WIDTH or _WIRING for another type
 */
slotless_status slotless_kwinner_load(struct slotless_kwinner *memory,
                                      const struct slotless_kwinner_type *type,
                                      const uint32_t *snapshot,
                                      uint32_t snapshot_words,
                                      uint32_t *state,
                                      uint32_t state_words,
                                      uint32_t *scratch,
                                      uint32_t scratch_words);

/**
 * Writes the network as a snapshot: what slotless_kwinner_open_snapshot opens, on this machine or another.
 *
 * @param[out] snapshot at least sizes.snapshot_words words, apart from the state
 * @param[out] written how many words it has; may be NULL
 * @return SLOTLESS_STATUS_OUTPUT for too few words; SLOTLESS_STATUS_READ_ONLY for a type that only recalls
 */
slotless_status slotless_kwinner_save(const struct slotless_kwinner *memory,
                                      uint32_t *snapshot,
                                      uint32_t snapshot_words,
                                      uint32_t *written);

/**
 * How many patterns were learned.
 */
slotless_status slotless_kwinner_learned(const struct slotless_kwinner *memory, uint64_t *learned);

/**
 * Learns a pattern, in one step.
 *
 * Costs about s n_h m / n_i weights read and k m written, s being the ones of the pattern.
 *
 * @param pattern SLOTLESS_WORDS(visible) words, with at least one one
 * @param[out] matched how well the pattern matched before; may be NULL
 * @return SLOTLESS_STATUS_EMPTY for a pattern without ones, as of a dead sensor: nothing is learned
 */
slotless_status slotless_kwinner_learn(struct slotless_kwinner *memory,
                                       const uint32_t *pattern,
                                       uint32_t pattern_words,
                                       struct slotless_kwinner_match *matched);

/**
 * Learns a pattern if it is new: if its share is below a threshold. What is known stays as it is.
 *
 * @param pattern SLOTLESS_WORDS(visible) words, with at least one one
 * @param below the share in 1/65536: 0 learns none, 65537 all
 * @param[out] matched how well the pattern matched before; may be NULL
 * @param[out] learned 1 if it was new and is learned, else 0; may be NULL
 * @return as slotless_kwinner_learn
 */
slotless_status slotless_kwinner_learn_novel(struct slotless_kwinner *memory,
                                             const uint32_t *pattern,
                                             uint32_t pattern_words,
                                             uint32_t below,
                                             struct slotless_kwinner_match *matched,
                                             uint32_t *learned);

/**
 * Recalls the pattern that a cue belongs to. Changes the scratch buffer alone: a function of the network and the cue.
 *
 * @param cue SLOTLESS_WORDS(visible) words, a pattern with ones missing or wrong
 * @param[out] found the pattern, the winners and how well the cue matched
 */
slotless_status slotless_kwinner_recall(const struct slotless_kwinner *memory,
                                        const uint32_t *cue,
                                        uint32_t cue_words,
                                        struct slotless_kwinner_recalled *found);

/**
 * Finds the winners and how well a cue matches, without the pattern: whether the network has seen it. Costs what recall does up to
 * there.
 *
 * @param cue SLOTLESS_WORDS(visible) words
 * @param[out] found the winners and how well the cue matched; its pattern is NULL
 */
slotless_status slotless_kwinner_hidden_code(const struct slotless_kwinner *memory,
                                             const uint32_t *cue,
                                             uint32_t cue_words,
                                             struct slotless_kwinner_recalled *found);

/**
 * How large the buffer of a recogniser has to be; it needs no scratch.
 *
 * @param[out] sizes the sizes; that of patterns is 0
 */
slotless_status slotless_means_sizes(const struct slotless_means_params *params,
                                     struct slotless_sizes *sizes);

/**
 * Makes an empty recogniser. What the state's buffer held is lost.
 *
 * @param[out] memory the recogniser
 * @param state at least sizes.state_words words, which the recogniser keeps
 */
slotless_status slotless_means_new(struct slotless_means *memory,
                                   const struct slotless_means_params *params,
                                   uint32_t *state,
                                   uint32_t state_words);

/**
 * Takes up a recogniser whose state is in RAM already, with the same parameters. Any content is
 * safe.
 */
slotless_status slotless_means_resume(struct slotless_means *memory,
                                      const struct slotless_means_params *params,
                                      uint32_t *state,
                                      uint32_t state_words);

/**
 * Opens a recogniser whose state lies where it cannot be written, such as in flash, with the same parameters.
 * Any content is safe. slotless_means_open_snapshot opens what has been written as a snapshot, and checks it.
 *
 * @param[out] memory the recogniser, which does not learn
 */
slotless_status slotless_means_open(struct slotless_means *memory,
                                    const struct slotless_means_params *params,
                                    const uint32_t *state,
                                    uint32_t state_words);

/**
 * Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
 * check its CRC.
 *
 * @param[out] memory the recogniser, which does not learn
 * @param snapshot the snapshot, which the recogniser keeps
 * @return what is wrong with the snapshot
 */
slotless_status slotless_means_open_snapshot(struct slotless_means *memory,
                                             const uint32_t *snapshot,
                                             uint32_t snapshot_words);

/**
 * Moves the recogniser of a snapshot to RAM, to go on learning.
 *
 * @param[out] memory the recogniser
 * @param snapshot the snapshot; it is not needed afterwards
 * @return what is wrong with the snapshot
 */
slotless_status slotless_means_load(struct slotless_means *memory,
                                    const uint32_t *snapshot,
                                    uint32_t snapshot_words,
                                    uint32_t *state,
                                    uint32_t state_words);

/**
 * Writes the recogniser as a snapshot, parameters and all.
 *
 * @param[out] snapshot at least sizes.snapshot_words words, apart from the state
 * @param[out] written how many words it has; may be NULL
 * @return SLOTLESS_STATUS_OUTPUT for too few words
 */
slotless_status slotless_means_save(const struct slotless_means *memory,
                                    uint32_t *snapshot,
                                    uint32_t snapshot_words,
                                    uint32_t *written);

/**
 * Learns a sample of a class, new or known. Reads each mean once, and writes one.
 *
 * @param sample as many bytes as there are features
 * @param label below labels
 * @param[out] outcome what it would have been recognised as: SLOTLESS_NEW, _RIGHT or _WRONG; may be NULL
 */
slotless_status slotless_means_learn(struct slotless_means *memory,
                                     const uint8_t *sample,
                                     uint32_t features,
                                     uint32_t label,
                                     uint32_t *outcome);

/**
 * Recognises a sample. Reads each mean once, and changes nothing.
 *
 * @param sample as many bytes as there are features
 * @param[out] found the label, and whether it is known at all
 * @return SLOTLESS_STATUS_NOTHING where nothing was learned
 */
slotless_status slotless_means_recognise(const struct slotless_means *memory,
                                         const uint8_t *sample,
                                         uint32_t features,
                                         struct slotless_recognised *found);

/**
 * How large the buffers of a memory have to be. With 0 rows, which the buffer decides, SLOTLESS_STATUS_ROWS; its scratch is then
 * that of one row.
 *
 * @param[out] sizes the sizes
 */
slotless_status slotless_recency_sizes(const struct slotless_recency_params *params,
                                       struct slotless_sizes *sizes);

/**
 * Makes an empty memory. What the state's buffer held is lost.
 *
 * @param[out] memory the memory
 * @param state at least sizes.state_words words, which the memory keeps
 * @param scratch at least sizes.scratch_words words, which the memory keeps
 */
slotless_status slotless_recency_new(struct slotless_recency *memory,
                                     const struct slotless_recency_params *params,
                                     uint32_t *state,
                                     uint32_t state_words,
                                     uint32_t *scratch,
                                     uint32_t scratch_words);

/**
 * Takes up a memory whose state is in RAM already. The state is not checked; any content is safe.
 */
slotless_status slotless_recency_resume(struct slotless_recency *memory,
                                        const struct slotless_recency_params *params,
                                        uint32_t *state,
                                        uint32_t state_words,
                                        uint32_t *scratch,
                                        uint32_t scratch_words);

/**
 * Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
 * check its CRC.
 *
 * @param[out] memory the memory, which only recalls
 * @param snapshot the snapshot, which the memory keeps
 * @param snapshot_words how many words there are, as of a partition
 * @return what is wrong with the snapshot
 */
slotless_status slotless_recency_open_snapshot(struct slotless_recency *memory,
                                               const uint32_t *snapshot,
                                               uint32_t snapshot_words,
                                               uint32_t *scratch,
                                               uint32_t scratch_words);

/**
 * Moves the memory of a snapshot to RAM, to go on learning.
 *
 * @param[out] memory the memory
 * @param snapshot the snapshot; it is not needed afterwards
 * @return what is wrong with the snapshot
 */
slotless_status slotless_recency_load(struct slotless_recency *memory,
                                      const uint32_t *snapshot,
                                      uint32_t snapshot_words,
                                      uint32_t *state,
                                      uint32_t state_words,
                                      uint32_t *scratch,
                                      uint32_t scratch_words);

/**
 * Writes the memory as a snapshot.
 *
 * @param[out] snapshot at least sizes.snapshot_words words, apart from the state
 * @param[out] written how many words it has; may be NULL
 * @return SLOTLESS_STATUS_OUTPUT for too few words
 */
slotless_status slotless_recency_save(const struct slotless_recency *memory,
                                      uint32_t *snapshot,
                                      uint32_t snapshot_words,
                                      uint32_t *written);

/**
 * How many patterns were learned, with those that have left the window.
 */
slotless_status slotless_recency_learned(const struct slotless_recency *memory, uint64_t *learned);

/**
 * Learns a pattern. Rewrites one row.
 *
 * @param pattern SLOTLESS_WORDS(visible) words, with at least one one and at most as many as the cap
 * @param[out] event its number, from 0; may be NULL
 * @return SLOTLESS_STATUS_EMPTY or _TOO_MANY_ONES for such patterns: nothing is learned
 */
slotless_status slotless_recency_learn(struct slotless_recency *memory,
                                       const uint32_t *pattern,
                                       uint32_t pattern_words,
                                       uint64_t *event);

/**
 * Finds the event that a cue belongs to, without its pattern.
 *
 * @param cue SLOTLESS_WORDS(visible) words
 * @param[out] best the event with the largest score
 * @param[out] next that with the largest of all others, its age 0 where there is none; may be NULL, which saves a search
 * @return SLOTLESS_STATUS_NOTHING where nothing was learned
 */
slotless_status slotless_recency_find(const struct slotless_recency *memory,
                                      const uint32_t *cue,
                                      uint32_t cue_words,
                                      struct slotless_recency_match *best,
                                      struct slotless_recency_match *next);

/**
 * Recalls the event that a cue belongs to. Changes the scratch buffer alone.
 *
 * @param cue SLOTLESS_WORDS(visible) words
 * @param[out] found the pattern, and what is known of each unit
 * @return SLOTLESS_STATUS_NOTHING where nothing was learned
 */
slotless_status slotless_recency_recall(const struct slotless_recency *memory,
                                        const uint32_t *cue,
                                        uint32_t cue_words,
                                        struct slotless_recency_recalled *found);

/**
 * How large the buffer of a recogniser has to be; it needs no scratch. With 0 items, which the buffer decides, SLOTLESS_STATUS_ITEMS.
 *
 * @param[out] sizes the sizes; that of patterns is 0
 */
slotless_status slotless_samples_sizes(const struct slotless_samples_params *params,
                                       struct slotless_sizes *sizes);

/**
 * Makes an empty recogniser. What the state's buffer held is lost.
 *
 * @param[out] memory the recogniser
 * @param state at least sizes.state_words words, which the recogniser keeps
 */
slotless_status slotless_samples_new(struct slotless_samples *memory,
                                     const struct slotless_samples_params *params,
                                     uint32_t *state,
                                     uint32_t state_words);

/**
 * Takes up a recogniser whose state is in RAM already, with the same parameters and as many words where items are 0. Any content is
 * safe.
 */
slotless_status slotless_samples_resume(struct slotless_samples *memory,
                                        const struct slotless_samples_params *params,
                                        uint32_t *state,
                                        uint32_t state_words);

/**
 * Opens a recogniser whose state lies where it cannot be written, such as in flash, with the same parameters and as many words where
 * items are 0. Any content is safe. slotless_samples_open_snapshot opens what has been written as a snapshot, and checks it.
 *
 * @param[out] memory the recogniser, which does not learn
 */
slotless_status slotless_samples_open(struct slotless_samples *memory,
                                      const struct slotless_samples_params *params,
                                      const uint32_t *state,
                                      uint32_t state_words);

/**
 * Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
 * check its CRC.
 *
 * @param[out] memory the recogniser, which does not learn
 * @param snapshot the snapshot, which the recogniser keeps
 * @return what is wrong with the snapshot
 */
slotless_status slotless_samples_open_snapshot(struct slotless_samples *memory,
                                               const uint32_t *snapshot,
                                               uint32_t snapshot_words);

/**
 * Moves the recogniser of a snapshot to RAM, to go on learning.
 *
 * @param[out] memory the recogniser
 * @param snapshot the snapshot; it is not needed afterwards
 * @return what is wrong with the snapshot
 */
slotless_status slotless_samples_load(struct slotless_samples *memory,
                                      const uint32_t *snapshot,
                                      uint32_t snapshot_words,
                                      uint32_t *state,
                                      uint32_t state_words);

/**
 * Writes the recogniser as a snapshot, parameters and all.
 *
 * @param[out] snapshot at least sizes.snapshot_words words, apart from the state
 * @param[out] written how many words it has; may be NULL
 * @return SLOTLESS_STATUS_OUTPUT for too few words
 */
slotless_status slotless_samples_save(const struct slotless_samples *memory,
                                      uint32_t *snapshot,
                                      uint32_t snapshot_words,
                                      uint32_t *written);

/**
 * Learns a sample of a class, new or known. Reads each item once, and moves those that are newer than the one
 * that gives its place.
 *
 * @param sample as many bytes as there are features
 * @param label 0 to 15
 * @param[out] outcome what it would have been recognised as: SLOTLESS_NEW, _RIGHT or _WRONG; may be NULL
 */
slotless_status slotless_samples_learn(struct slotless_samples *memory,
                                       const uint8_t *sample,
                                       uint32_t features,
                                       uint32_t label,
                                       uint32_t *outcome);

/**
 * Recognises a sample. Reads each item once, and changes nothing.
 *
 * @param sample as many bytes as there are features
 * @param[out] found the label, and whether it is known at all
 * @return SLOTLESS_STATUS_NOTHING where nothing was learned
 */
slotless_status slotless_samples_recognise(const struct slotless_samples *memory,
                                           const uint8_t *sample,
                                           uint32_t features,
                                           struct slotless_recognised *found);

/**
 * How large the buffer of a memory has to be; it needs no scratch. With 0 slots, which the buffer decides, SLOTLESS_STATUS_SLOTS.
 *
 * @param[out] sizes the sizes
 */
slotless_status slotless_sketches_sizes(const struct slotless_sketches_params *params,
                                        struct slotless_sizes *sizes);

/**
 * Makes an empty memory. What the state's buffer held is lost.
 *
 * @param[out] memory the memory
 * @param state at least sizes.state_words words, which the memory keeps
 */
slotless_status slotless_sketches_new(struct slotless_sketches *memory,
                                      const struct slotless_sketches_params *params,
                                      uint32_t *state,
                                      uint32_t state_words);

/**
 * Takes up a memory whose state is in RAM already. The state is not checked; any content is safe.
 */
slotless_status slotless_sketches_resume(struct slotless_sketches *memory,
                                         const struct slotless_sketches_params *params,
                                         uint32_t *state,
                                         uint32_t state_words);

/**
 * Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
 * check its CRC.
 *
 * @param[out] memory the memory, which only recalls
 * @param snapshot the snapshot, which the memory keeps
 * @return what is wrong with the snapshot
 */
slotless_status slotless_sketches_open_snapshot(struct slotless_sketches *memory,
                                                const uint32_t *snapshot,
                                                uint32_t snapshot_words);

/**
 * Moves the memory of a snapshot to RAM, to go on learning.
 *
 * @param[out] memory the memory
 * @param snapshot the snapshot; it is not needed afterwards
 * @return what is wrong with the snapshot
 */
slotless_status slotless_sketches_load(struct slotless_sketches *memory,
                                       const uint32_t *snapshot,
                                       uint32_t snapshot_words,
                                       uint32_t *state,
                                       uint32_t state_words);

/**
 * Writes the memory as a snapshot.
 *
 * @param[out] snapshot at least sizes.snapshot_words words, apart from the state
 * @param[out] written how many words it has; may be NULL
 * @return SLOTLESS_STATUS_OUTPUT for too few words
 */
slotless_status slotless_sketches_save(const struct slotless_sketches *memory,
                                       uint32_t *snapshot,
                                       uint32_t snapshot_words,
                                       uint32_t *written);

/**
 * How many patterns were learned, with those that have left the ring.
 */
slotless_status slotless_sketches_learned(const struct slotless_sketches *memory,
                                          uint64_t *learned);

/**
 * Learns a pattern. Writes two words.
 *
 * @param pattern SLOTLESS_WORDS(visible) words, with at least one one
 * @return SLOTLESS_STATUS_EMPTY for a pattern without ones: nothing is learned
 */
slotless_status slotless_sketches_learn(struct slotless_sketches *memory,
                                        const uint32_t *pattern,
                                        uint32_t pattern_words);

/**
 * Finds the patterns whose sketches share most bits with that of a cue. A cue of share 65536 is part of the best one, or looks so by
 * chance. Reads two words a slot, and changes nothing.
 *
 * @param cue SLOTLESS_WORDS(visible) words
 * @param[out] best how well the best matches
 * @param[out] next how well the next best does, its slot SLOTLESS_NO_SLOT where there is none; may be NULL
 * @return SLOTLESS_STATUS_NOTHING where nothing was learned
 */
slotless_status slotless_sketches_find(const struct slotless_sketches *memory,
                                       const uint32_t *cue,
                                       uint32_t cue_words,
                                       struct slotless_slots_match *best,
                                       struct slotless_slots_match *next);

/**
 * How large the buffer of a memory has to be; it needs no scratch. With 0 slots, which the buffer decides, SLOTLESS_STATUS_SLOTS.
 *
 * @param[out] sizes the sizes
 */
slotless_status slotless_slots_sizes(const struct slotless_slots_params *params,
                                     struct slotless_sizes *sizes);

/**
 * Makes an empty memory. What the state's buffer held is lost.
 *
 * @param[out] memory the memory
 * @param state at least sizes.state_words words, which the memory keeps
 */
slotless_status slotless_slots_new(struct slotless_slots *memory,
                                   const struct slotless_slots_params *params,
                                   uint32_t *state,
                                   uint32_t state_words);

/**
 * Takes up a memory whose state is in RAM already. The state is not checked; any content is safe.
 */
slotless_status slotless_slots_resume(struct slotless_slots *memory,
                                      const struct slotless_slots_params *params,
                                      uint32_t *state,
                                      uint32_t state_words);

/**
 * Opens a snapshot where it lies, such as in flash, without a copy; what is behind its end is left alone. Every word is read once to
 * check its CRC.
 *
 * @param[out] memory the memory, which only recalls
 * @param snapshot the snapshot, which the memory keeps
 * @return what is wrong with the snapshot
 */
slotless_status slotless_slots_open_snapshot(struct slotless_slots *memory,
                                             const uint32_t *snapshot,
                                             uint32_t snapshot_words);

/**
 * Moves the memory of a snapshot to RAM, to go on learning.
 *
 * @param[out] memory the memory
 * @param snapshot the snapshot; it is not needed afterwards
 * @return what is wrong with the snapshot
 */
slotless_status slotless_slots_load(struct slotless_slots *memory,
                                    const uint32_t *snapshot,
                                    uint32_t snapshot_words,
                                    uint32_t *state,
                                    uint32_t state_words);

/**
 * Writes the memory as a snapshot.
 *
 * @param[out] snapshot at least sizes.snapshot_words words, apart from the state
 * @param[out] written how many words it has; may be NULL
 * @return SLOTLESS_STATUS_OUTPUT for too few words
 */
slotless_status slotless_slots_save(const struct slotless_slots *memory,
                                    uint32_t *snapshot,
                                    uint32_t snapshot_words,
                                    uint32_t *written);

/**
 * How many patterns were learned, with those that have lost their slots or had none.
 */
slotless_status slotless_slots_learned(const struct slotless_slots *memory, uint64_t *learned);

/**
 * Learns a pattern. Writes one slot.
 *
 * @param pattern SLOTLESS_WORDS(visible) words, with at least one one
 * @param class_number its class, below classes; 0 where replacement is not balanced
 * @param[out] slot where it went, SLOTLESS_NO_SLOT where a reservoir has left it out; may be NULL
 * @return SLOTLESS_STATUS_EMPTY for a pattern without ones: nothing is learned
 */
slotless_status slotless_slots_learn(struct slotless_slots *memory,
                                     const uint32_t *pattern,
                                     uint32_t pattern_words,
                                     uint32_t class_number,
                                     uint32_t *slot);

/**
 * Finds the pattern with the largest overlap. Reads all slots, and changes nothing.
 *
 * @param cue SLOTLESS_WORDS(visible) words
 * @param[out] found the pattern and how well it matches
 * @return SLOTLESS_STATUS_NOTHING where nothing was learned
 */
slotless_status slotless_slots_recall(const struct slotless_slots *memory,
                                      const uint32_t *cue,
                                      uint32_t cue_words,
                                      struct slotless_slots_recalled *found);

/**
 * Checks a snapshot, and says what it is. Reads every word of it once; what is behind its end is left alone, so a whole partition
 * may be handed over.
 *
 * @param snapshot words, as they were written: the lowest byte first
 * @param[out] info what it is; may be NULL
 * @return SLOTLESS_STATUS_OK, or what is wrong with it
 */
slotless_status slotless_snapshot_check(const uint32_t *snapshot,
                                        uint32_t snapshot_words,
                                        struct slotless_snapshot_info *info);

/**
 * The name of a code as the header has it, such as "SLOTLESS_STATUS_EMPTY"; of any other number "SLOTLESS_STATUS_UNKNOWN". Never
 * NULL. The names take about 2 KB of flash where this is called.
 */
const char *slotless_status_name(int32_t code);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* SLOTLESS_H */
