/* Learns ten random patterns once each, and recalls one from half of it. */
#include <stddef.h>

#include <zephyr/sys/printk.h>

#include "slotless.h"

static uint32_t state[SLOTLESS_KWINNER_STRUCTURED_STATE_WORDS(128u, 32u, 8u)];
static uint32_t scratch[SLOTLESS_KWINNER_SCRATCH_WORDS(256u, 128u, 8u)];
static slotless_kwinner memory;

int main(void) {
    static const slotless_kwinner_params PARAMS = {
        .visible = 256, .hidden = 128, .fan_in = 32, .winners = 8, .active = 32, .rate = 32768};
    slotless_kwinner_recalled found;
    slotless_stream at = {.seed = 1, .purpose = 256};
    uint32_t pattern[8], cue[8], shared = 0;
    slotless_status status = slotless_kwinner_new(&memory, &SLOTLESS_KWINNER_U8_STRUCTURED, &PARAMS, state,
                                                  sizeof state / 4, scratch, sizeof scratch / 4);
    for (; status == SLOTLESS_STATUS_OK && at.number < 10; at.number++) {
        status = slotless_bits_sample(&at, 256, 32, pattern, 8);
        if (status == SLOTLESS_STATUS_OK) {
            status = slotless_kwinner_learn(&memory, pattern, 8, NULL);
        }
    }
    at.trial = 1;
    if (status == SLOTLESS_STATUS_OK) {
        status = slotless_bits_cue(&at, pattern, 8, 16, cue);
    }
    if (status == SLOTLESS_STATUS_OK) {
        status = slotless_kwinner_recall(&memory, cue, 8, &found);
    }
    if (status == SLOTLESS_STATUS_OK) {
        status = slotless_bits_overlap(found.pattern, pattern, 8, &shared);
    }
    printk("%s: %u of 32\n", slotless_status_name(status), (unsigned int)shared);
    return 0;
}
