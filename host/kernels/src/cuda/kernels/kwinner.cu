// K-winner memories: one block a network. The contract of the Rust core holds: every number here is the one that it defines.
// Compiled twice, with weights of 8 bits (widths 1, 2, 4 and 8) and of 16. Behind rng.cu and select.cu.

#ifdef WIDE
typedef u16 Weight;
#else
typedef u8 Weight;
#endif

// ---- sizes ------------------------------------------------------------------------------------------------------

struct Sizes {
    u32 visible, hidden, fan_in, winners;
    u32 full;       // the weight 1: 2^bits - 1
    u32 bits;       // of a weight in the packed state
    u32 rate;       // in 1/65536
    u32 stochastic; // rounding: 0 to the nearest
    u32 random;     // who learns: 0 the winners, 1 units drawn at random
};

#define WIRING 1
#define START 2
#define DITHER 3
#define HIDDEN_TIE 4
#define OUTPUT_TIE 5
#define RANDOM_WINNERS 6

// ---- the network --------------------------------------------------------------------------------------------------
//
// Weights lie input by input: those of visible unit v are at starts[v] to starts[v + 1], each beside the unit that it leads
// to, so that a pattern's potentials take its own inputs' weights and no others. Slot by slot of each hidden unit there is
// the visible unit that it sees, and the place of its weight.

struct Network {
    u32 *starts;      // visible + 1
    u16 *units;       // fan-in x hidden, by place
    Weight *weights;  // the same
    u16 *wired;       // hidden x fan-in, by unit and slot
    u32 *places;      // the same
};

__device__ __forceinline__ Network one_of(Network all, Sizes sizes, u32 network)
{
    size_t weights = (size_t)network * sizes.fan_in * sizes.hidden;
    all.starts += (size_t)network * (sizes.visible + 1);
    all.units += weights;
    all.weights += weights;
    all.wired += weights;
    all.places += weights;
    return all;
}

// Random wiring as masks, a thread a hidden unit.
extern "C" __global__ void masks(Sizes sizes, const u64 *seeds, u32 *out)
{
    u32 unit = blockIdx.x * blockDim.x + threadIdx.x;
    if (unit >= sizes.hidden)
        return;
    u32 words = (sizes.visible + 31) / 32;
    Stream s = stream(seeds[blockIdx.y], WIRING, 0, unit);
    sample(s, sizes.visible, sizes.fan_in, out + ((size_t)blockIdx.y * sizes.hidden + unit) * words);
}

// A fresh network from masks, a block each. `next` has a number for each visible unit, all of them zero.
extern "C" __global__ void wire(Sizes sizes, const u64 *seeds, const u32 *masks, u32 *next, Network networks)
{
    Network own = one_of(networks, sizes, blockIdx.x);
    u32 words = (sizes.visible + 31) / 32;
    masks += (size_t)blockIdx.x * sizes.hidden * words;
    next += (size_t)blockIdx.x * sizes.visible;
    for (u32 at_all = threadIdx.x; at_all < sizes.hidden * words; at_all += blockDim.x)
        for (u32 left = masks[at_all]; left; left &= left - 1)
            atomicAdd(&next[at_all % words * 32 + __ffs(left) - 1], 1u);
    __syncthreads();
    if (threadIdx.x == 0) {
        u32 start = 0;
        for (u32 visible = 0; visible < sizes.visible; visible++) {
            u32 count = next[visible];
            own.starts[visible] = start;
            next[visible] = start;
            start += count;
        }
        own.starts[sizes.visible] = start;
    }
    __syncthreads();
    Key key = key_of(seeds[blockIdx.x], START);
    u32 per_word = 32 / sizes.bits;
    for (u32 unit = threadIdx.x; unit < sizes.hidden; unit += blockDim.x) {
        Key of_unit = derive(key, unit);
        size_t place_of_slot = (size_t)unit * sizes.fan_in;
        u32 slot = 0;
        for (u32 word = 0; word < words; word++)
            for (u32 left = masks[(size_t)unit * words + word]; left; left &= left - 1) {
                u32 visible = word * 32 + __ffs(left) - 1;
                // In any order: sums of integers do not depend on it.
                u32 place = atomicAdd(&next[visible], 1u);
                u32 drawn = at(of_unit, slot / per_word) >> (slot % per_word * sizes.bits);
                own.units[place] = (u16)unit;
                own.weights[place] = (Weight)(drawn & sizes.full);
                own.wired[place_of_slot] = (u16)visible;
                own.places[place_of_slot] = place;
                place_of_slot++;
                slot++;
            }
    }
}

// Adds a pattern's weights to potentials, words `first`, `first + step`, ... of the pattern: a warp an active input.
__device__ __forceinline__ void add_inputs(Sizes sizes, Network own, const u32 *pattern, u32 first, u32 step, u32 *potentials)
{
    u32 words = (sizes.visible + 31) / 32, lane = threadIdx.x % 32;
    for (u32 word = first; word < words; word += step)
        for (u32 left = pattern[word]; left; left &= left - 1) {
            u32 visible = word * 32 + __ffs(left) - 1;
            u32 end = own.starts[visible + 1];
            for (u32 place = own.starts[visible] + lane; place < end; place += 32)
                atomicAdd(&potentials[own.units[place]], (u32)own.weights[place]);
        }
}

// Potentials of a pattern, all threads of the block together.
__device__ __forceinline__ void activate(Sizes sizes, Network own, const u32 *pattern, u32 *potentials)
{
    for (u32 unit = threadIdx.x; unit < sizes.hidden; unit += blockDim.x)
        potentials[unit] = 0;
    __syncthreads();
    add_inputs(sizes, own, pattern, threadIdx.x / 32, blockDim.x / 32, potentials);
    __syncthreads();
}

// The key of ties: of the seed, the number learned and the words of the cue, one thread after the other.
__device__ Key tie_key(u64 seed, u32 purpose, u64 learned, const u32 *cue, u32 words)
{
    Key key = derive(derive(key_of(seed, purpose), (u32)learned), (u32)(learned >> 32));
    u32 digest = 0;
    for (u32 word = 0; word < words; word++)
        digest = at(key, digest ^ cue[word]);
    return derive(key, digest);
}

// Bits of a sum of so many weights.
__device__ __forceinline__ u32 bits_of(Sizes sizes, u32 weights)
{
    u64 most = (u64)sizes.full * weights;
    return most >> 32 ? 32 : 32 - __clz((u32)most);
}

// Lists the winners for a pattern, in any order; the block's threads together. Leaves the sum of their potentials in `score`.
__device__ __forceinline__ void list_winners(Select &shared, Sizes sizes, const u32 *potentials, u64 seed, u64 learned, const u32 *pattern, u32 *winners)
{
    u32 words = (sizes.visible + 31) / 32;
    Threshold least = threshold(shared, potentials, sizes.hidden, sizes.winners, bits_of(sizes, sizes.fan_in),
                                [=]() { return tie_key(seed, HIDDEN_TIE, learned, pattern, words); });
    Key ties = shared.ties;
    if (threadIdx.x == 0) {
        shared.count = 0;
        shared.score = 0;
    }
    __syncthreads();
    for (u32 unit = threadIdx.x; unit < sizes.hidden; unit += blockDim.x)
        if (wins(least, potentials[unit], ties, unit)) {
            winners[atomicAdd(&shared.count, 1u)] = unit;
            atomicAdd(&shared.score, (u64)potentials[unit]);
        }
    __syncthreads();
}

// The units that learn in the random-k control: selection sampling in ascending order, by one thread.
__device__ void draw_winners(Sizes sizes, u64 seed, u32 step, u32 *winners)
{
    Stream s = stream(seed, RANDOM_WINNERS, 0, step);
    u32 wanted = sizes.winners;
    for (u32 unit = 0; unit < sizes.hidden && wanted > 0; unit++)
        if (below(s, sizes.hidden - unit) < wanted) {
            winners[sizes.winners - wanted] = unit;
            wanted--;
        }
}

// ---- patterns and cues --------------------------------------------------------------------------------------------

// Random patterns of each trial, a thread each: `active` of `visible` bits from the stream (seed, purpose, trial, number).
extern "C" __global__ void patterns(u64 seed, u32 purpose, const u32 *trials, u32 visible, u32 active, u32 count, u32 *out)
{
    u32 pattern = blockIdx.x * blockDim.x + threadIdx.x;
    if (pattern >= count)
        return;
    Stream s = stream(seed, purpose, trials[blockIdx.y], pattern);
    sample(s, visible, active, out + ((size_t)blockIdx.y * count + pattern) * ((visible + 31) / 32));
}

// Cues, a thread each: `keep` of the ones of a pattern (selection sampling), all of them where there are no more. Cue number
// n of a trial is of pattern `first - n` where `backwards`, else of `first + n`, of `stride` patterns a trial.
extern "C" __global__ void cues(u64 seed, u32 purpose, const u32 *trials, u32 visible, u32 count, const u32 *patterns, u32 stride,
                                u32 first, u32 backwards, const u32 *keeps, u32 *out, u32 *of)
{
    u32 number = blockIdx.x * blockDim.x + threadIdx.x;
    if (number >= count)
        return;
    u32 words = (visible + 31) / 32;
    u32 row = backwards ? first - number : first + number;
    const u32 *pattern = patterns + ((size_t)blockIdx.y * stride + row) * words;
    size_t at_all = (size_t)blockIdx.y * count + number;
    u32 *cue = out + at_all * words, *copy = of + at_all * words;
    u32 left = 0;
    for (u32 word = 0; word < words; word++)
        left += __popc(pattern[word]);
    u32 wanted = keeps[at_all];
    bool all = wanted >= left;
    Stream s = stream(seed, purpose, trials[blockIdx.y], number);
    for (u32 word = 0; word < words; word++) {
        u32 ones = pattern[word], kept = all ? ones : 0;
        copy[word] = ones;
        while (!all && ones && wanted > 0) {
            u32 bit = ones & (0u - ones);
            ones ^= bit;
            if (below(s, left) < wanted) {
                kept |= bit;
                wanted--;
            }
            left--;
        }
        cue[word] = kept;
    }
}

// A learning step of slot number `at_all` of all of the winners' slots.
__device__ __forceinline__ void adjust_slot(Sizes sizes, Network own, const u32 *pattern, const u32 *winners, Key dither, u32 at_all)
{
    u32 unit = winners[at_all / sizes.fan_in], slot = at_all % sizes.fan_in;
    size_t place_of_slot = (size_t)unit * sizes.fan_in + slot;
    u32 visible = own.wired[place_of_slot], place = own.places[place_of_slot];
    u32 weight = own.weights[place], half = 1u << 15;
    if (sizes.stochastic) {
        u32 drawn = at(derive(dither, unit), slot / 4);
        u32 turn = slot % 4 * 8;
        half = (drawn >> turn | drawn << ((32 - turn) & 31)) & 0xffff;
    }
    // The rate is 65536 at most and weights have 16 bits: products of 32 bits overflow.
    if (pattern[visible / 32] >> (visible % 32) & 1)
        weight += (u32)(((u64)sizes.rate * (sizes.full - weight) + half) >> 16);
    else
        weight -= (u32)(((u64)sizes.rate * weight + half) >> 16);
    own.weights[place] = (Weight)weight;
}

__device__ __forceinline__ Key dither_key(u64 seed, u32 step)
{
    return derive(derive(key_of(seed, DITHER), step), 0);
}

// Dynamic shared memory: the pattern, potentials, winners and, in recall, sums.
extern __shared__ u32 dynamic[];

// Patterns first .. last of each network, one after the other: one block a network.
extern "C" __global__ void learn(Sizes sizes, u32 first, u32 last, const u64 *seeds, const u32 *patterns, u32 stride, Network networks)
{
    __shared__ Select shared;
    u32 words = (sizes.visible + 31) / 32;
    u32 *pattern = dynamic, *potentials = pattern + words, *winners = potentials + sizes.hidden;
    u64 seed = seeds[blockIdx.x];
    Network own = one_of(networks, sizes, blockIdx.x);
    patterns += (size_t)blockIdx.x * stride * words;
    for (u32 step = first; step < last; step++) {
        for (u32 word = threadIdx.x; word < words; word += blockDim.x)
            pattern[word] = patterns[(size_t)step * words + word];
        __syncthreads();
        if (sizes.random) {
            if (threadIdx.x == 0)
                draw_winners(sizes, seed, step, winners);
            __syncthreads();
        } else {
            activate(sizes, own, pattern, potentials);
            list_winners(shared, sizes, potentials, seed, step, pattern, winners);
        }
        Key dither = dither_key(seed, step);
        for (u32 at_all = threadIdx.x; at_all < sizes.winners * sizes.fan_in; at_all += blockDim.x)
            adjust_slot(sizes, own, pattern, winners, dither, at_all);
        __syncthreads();
    }
}

// Networks whose potentials do not fit a block take three launches a step: potentials (all zero before), over the whole
// device; winners, a block a network, which leaves the potentials zero; weights, over the whole device.
extern "C" __global__ void large_potentials(Sizes sizes, u32 step, const u32 *patterns, u32 stride, Network networks, u32 *potentials)
{
    u32 words = (sizes.visible + 31) / 32;
    Network own = one_of(networks, sizes, blockIdx.y);
    const u32 *pattern = patterns + ((size_t)blockIdx.y * stride + step) * words;
    u32 warp = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
    add_inputs(sizes, own, pattern, warp, gridDim.x * (blockDim.x / 32), potentials + (size_t)blockIdx.y * sizes.hidden);
}

extern "C" __global__ void large_winners(Sizes sizes, u32 step, const u64 *seeds, const u32 *patterns, u32 stride, u32 *potentials, u32 *winners)
{
    __shared__ Select shared;
    u32 words = (sizes.visible + 31) / 32;
    u64 seed = seeds[blockIdx.x];
    patterns += ((size_t)blockIdx.x * stride + step) * words;
    potentials += (size_t)blockIdx.x * sizes.hidden;
    winners += (size_t)blockIdx.x * sizes.winners;
    if (sizes.random) {
        if (threadIdx.x == 0)
            draw_winners(sizes, seed, step, winners);
        return;
    }
    list_winners(shared, sizes, potentials, seed, step, patterns, winners);
    for (u32 unit = threadIdx.x; unit < sizes.hidden; unit += blockDim.x)
        potentials[unit] = 0;
}

extern "C" __global__ void large_adjust(Sizes sizes, u32 step, const u64 *seeds, const u32 *patterns, u32 stride, Network networks, const u32 *winners)
{
    u32 words = (sizes.visible + 31) / 32;
    u32 at_all = blockIdx.x * blockDim.x + threadIdx.x;
    if (at_all >= sizes.winners * sizes.fan_in)
        return;
    Network own = one_of(networks, sizes, blockIdx.y);
    const u32 *pattern = patterns + ((size_t)blockIdx.y * stride + step) * words;
    adjust_slot(sizes, own, pattern, winners + (size_t)blockIdx.y * sizes.winners, dither_key(seeds[blockIdx.y], step), at_all);
}

// What a cue recalls: the pattern, its overlap with the one that the cue is of, the score. A block each.
__device__ __forceinline__ void recall_cue(Select &shared, Sizes sizes, Network own, u64 seed, u64 learned, const u32 *cue,
                                           const u32 *pattern, u32 active, u32 *potentials, u32 *winners, u32 *sums, u32 *recalled,
                                           u32 *overlap, u64 *score)
{
    u32 words = (sizes.visible + 31) / 32;
    for (u32 visible = threadIdx.x; visible < sizes.visible; visible += blockDim.x)
        sums[visible] = 0;
    activate(sizes, own, cue, potentials);
    list_winners(shared, sizes, potentials, seed, learned, cue, winners);
    if (threadIdx.x == 0) {
        *score = shared.score;
        shared.count = 0;
    }
    for (u32 at_all = threadIdx.x; at_all < sizes.winners * sizes.fan_in; at_all += blockDim.x) {
        size_t place_of_slot = (size_t)winners[at_all / sizes.fan_in] * sizes.fan_in + at_all % sizes.fan_in;
        atomicAdd(&sums[own.wired[place_of_slot]], (u32)own.weights[own.places[place_of_slot]]);
    }
    __syncthreads();
    bool all = active >= sizes.visible, none = active == 0;
    Threshold least = {};
    if (!all && !none)
        least = threshold(shared, sums, sizes.visible, active, bits_of(sizes, sizes.winners),
                          [=]() { return tie_key(seed, OUTPUT_TIE, learned, cue, words); });
    Key ties = shared.ties;
    for (u32 first = threadIdx.x / 32 * 32; first < sizes.visible; first += blockDim.x) {
        u32 visible = first + threadIdx.x % 32;
        bool is_one = visible < sizes.visible && !none && (all || wins(least, sums[visible], ties, visible));
        u32 word = __ballot_sync(0xffffffff, is_one);
        if (threadIdx.x % 32 == 0) {
            recalled[first / 32] = word;
            atomicAdd(&shared.count, (u32)__popc(word & pattern[first / 32]));
        }
    }
    __syncthreads();
    if (threadIdx.x == 0)
        *overlap = shared.count;
}

extern "C" __global__ void recall(Sizes sizes, u32 cues, const u64 *seeds, u64 learned, const u32 *cue_words,
                                  const u32 *pattern_words, const u32 *actives, Network networks, u32 *recalled, u32 *overlaps,
                                  u64 *scores)
{
    __shared__ Select shared;
    u32 words = (sizes.visible + 31) / 32;
    u32 *cue = dynamic, *potentials = cue + words, *winners = potentials + sizes.hidden, *sums = winners + sizes.winners;
    size_t number = (size_t)blockIdx.y * cues + blockIdx.x;
    for (u32 word = threadIdx.x; word < words; word += blockDim.x)
        cue[word] = cue_words[number * words + word];
    __syncthreads();
    recall_cue(shared, sizes, one_of(networks, sizes, blockIdx.y), seeds[blockIdx.y], learned, cue,
               pattern_words + number * words, actives[number], potentials, winners, sums, recalled + number * words,
               overlaps + number, scores + number);
}

// As `recall`, of cues from `first` on and with a block's room for potentials, winners and sums in `room`.
extern "C" __global__ void large_recall(Sizes sizes, u32 cues, u32 first, const u64 *seeds, u64 learned, const u32 *cue_words,
                                        const u32 *pattern_words, const u32 *actives, Network networks, u32 *room, u32 *recalled,
                                        u32 *overlaps, u64 *scores)
{
    __shared__ Select shared;
    u32 words = (sizes.visible + 31) / 32;
    size_t number = (size_t)first + blockIdx.x;
    u32 network = (u32)(number / cues);
    u32 *potentials = room + (size_t)blockIdx.x * ((size_t)sizes.hidden + sizes.winners + sizes.visible);
    u32 *winners = potentials + sizes.hidden, *sums = winners + sizes.winners;
    recall_cue(shared, sizes, one_of(networks, sizes, network), seeds[network], learned, cue_words + number * words,
               pattern_words + number * words, actives[number], potentials, winners, sums, recalled + number * words,
               overlaps + number, scores + number);
}

// How many of `count` patterns from `first` on have each visible unit, a thread a unit.
extern "C" __global__ void uses(u32 visible, const u32 *patterns, u32 stride, u32 first, u32 count, u32 *out)
{
    u32 unit = blockIdx.x * blockDim.x + threadIdx.x;
    if (unit >= visible)
        return;
    u32 words = (visible + 31) / 32, used = 0;
    patterns += ((size_t)blockIdx.y * stride + first) * words + unit / 32;
    for (u32 pattern = 0; pattern < count; pattern++)
        used += patterns[(size_t)pattern * words] >> (unit % 32) & 1;
    out[(size_t)blockIdx.y * visible + unit] = used;
}
