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

// Wiring and start weights of all networks, a thread a hidden unit. Visible units and weights lie slot by slot, unit by unit
// within a slot, so that neighbouring threads read neighbouring numbers.
extern "C" __global__ void fresh(Sizes sizes, u32 networks, const u64 *seeds, u32 *masks, u16 *wired, Weight *weights)
{
    u32 unit = blockIdx.x * blockDim.x + threadIdx.x;
    u32 network = blockIdx.y;
    if (unit >= sizes.hidden || network >= networks)
        return;
    u32 words = (sizes.visible + 31) / 32;
    u32 *mask = masks + ((size_t)network * sizes.hidden + unit) * words;
    Stream s = stream(seeds[network], WIRING, 0, unit);
    sample(s, sizes.visible, sizes.fan_in, mask);
    Key key = derive(key_of(seeds[network], START), unit);
    size_t first = (size_t)network * sizes.fan_in * sizes.hidden + unit;
    u32 slot = 0, per_word = 32 / sizes.bits;
    for (u32 word = 0; word < words; word++) {
        u32 left = mask[word];
        while (left) {
            u32 bit = __ffs(left) - 1;
            left &= left - 1;
            size_t place = first + (size_t)slot * sizes.hidden;
            wired[place] = (u16)(word * 32 + bit);
            weights[place] = (Weight)(at(key, slot / per_word) >> (slot % per_word * sizes.bits) & sizes.full);
            slot++;
        }
    }
}

// Potentials of a pattern in shared memory.
__device__ __forceinline__ void activate(Sizes sizes, const u16 *wired, const Weight *weights, const u32 *pattern, u32 *potentials)
{
    for (u32 unit = threadIdx.x; unit < sizes.hidden; unit += blockDim.x) {
        u32 sum = 0;
        for (u32 slot = 0; slot < sizes.fan_in; slot++) {
            size_t place = (size_t)slot * sizes.hidden + unit;
            u32 visible = wired[place];
            if (pattern[visible / 32] >> (visible % 32) & 1)
                sum += weights[place];
        }
        potentials[unit] = sum;
    }
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

// Dynamic shared memory: the pattern, then potentials or sums, then winners.
extern __shared__ u32 dynamic[];

// Patterns first .. last of each network, one after the other: one block a network.
extern "C" __global__ void learn(Sizes sizes, u32 first, u32 last, const u64 *seeds, const u32 *patterns, u32 stride,
                                 const u16 *wired, Weight *weights)
{
    __shared__ Select shared;
    __shared__ Key ties;
    u32 words = (sizes.visible + 31) / 32;
    u32 *pattern = dynamic, *potentials = pattern + words, *winners = potentials + sizes.hidden;
    u32 network = blockIdx.x;
    u64 seed = seeds[network];
    size_t own = (size_t)network * sizes.fan_in * sizes.hidden;
    wired += own;
    weights += own;
    patterns += (size_t)network * stride * words;
    for (u32 step = first; step < last; step++) {
        for (u32 word = threadIdx.x; word < words; word += blockDim.x)
            pattern[word] = patterns[(size_t)step * words + word];
        if (threadIdx.x == 0)
            shared.count = 0;
        __syncthreads();
        if (sizes.random) {
            if (threadIdx.x == 0)
                draw_winners(sizes, seed, step, winners);
        } else {
            activate(sizes, wired, weights, pattern, potentials);
            if (threadIdx.x == 0)
                ties = tie_key(seed, HIDDEN_TIE, step, pattern, words);
            __syncthreads();
            Threshold least = threshold(shared, potentials, sizes.hidden, sizes.winners, ties);
            for (u32 unit = threadIdx.x; unit < sizes.hidden; unit += blockDim.x)
                if (wins(least, potentials[unit], ties, unit))
                    winners[atomicAdd(&shared.count, 1u)] = unit;
        }
        __syncthreads();
        Key dither = derive(derive(key_of(seed, DITHER), step), 0);
        for (u32 at_all = threadIdx.x; at_all < sizes.winners * sizes.fan_in; at_all += blockDim.x) {
            u32 unit = winners[at_all / sizes.fan_in], slot = at_all % sizes.fan_in;
            size_t place = (size_t)slot * sizes.hidden + unit;
            u32 visible = wired[place], weight = weights[place], half = 1u << 15;
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
            weights[place] = (Weight)weight;
        }
        __syncthreads();
    }
}

// Recalls a cue a block; leaves the overlap with the pattern that it is of, and the score.
extern "C" __global__ void recall(Sizes sizes, u32 cues, const u64 *seeds, u64 learned, const u32 *cue_words,
                                  const u32 *pattern_words, const u32 *actives, const u16 *wired, const Weight *weights,
                                  u32 *overlaps, u64 *scores)
{
    __shared__ Select shared;
    __shared__ Key ties;
    u32 words = (sizes.visible + 31) / 32;
    u32 *cue = dynamic, *potentials = cue + words, *sums = potentials + sizes.hidden;
    u32 network = blockIdx.y, number = network * cues + blockIdx.x;
    u64 seed = seeds[network];
    size_t own = (size_t)network * sizes.fan_in * sizes.hidden;
    wired += own;
    weights += own;
    for (u32 word = threadIdx.x; word < words; word += blockDim.x)
        cue[word] = cue_words[(size_t)number * words + word];
    for (u32 visible = threadIdx.x; visible < sizes.visible; visible += blockDim.x)
        sums[visible] = 0;
    if (threadIdx.x == 0) {
        shared.count = 0;
        shared.score = 0;
    }
    __syncthreads();
    activate(sizes, wired, weights, cue, potentials);
    if (threadIdx.x == 0)
        ties = tie_key(seed, HIDDEN_TIE, learned, cue, words);
    __syncthreads();
    Threshold least = threshold(shared, potentials, sizes.hidden, sizes.winners, ties);
    for (u32 unit = threadIdx.x; unit < sizes.hidden; unit += blockDim.x) {
        if (wins(least, potentials[unit], ties, unit)) {
            atomicAdd(&shared.score, (u64)potentials[unit]);
            for (u32 slot = 0; slot < sizes.fan_in; slot++) {
                size_t place = (size_t)slot * sizes.hidden + unit;
                atomicAdd(&sums[wired[place]], (u32)weights[place]);
            }
        }
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        ties = tie_key(seed, OUTPUT_TIE, learned, cue, words);
        scores[number] = shared.score;
    }
    __syncthreads();
    u32 active = actives[number];
    const u32 *pattern = pattern_words + (size_t)number * words;
    if (active >= sizes.visible || active == 0) {
        if (threadIdx.x == 0) {
            u32 ones = 0;
            for (u32 word = 0; word < words && active; word++)
                ones += __popc(pattern[word]);
            overlaps[number] = ones;
        }
        return;
    }
    least = threshold(shared, sums, sizes.visible, active, ties);
    for (u32 visible = threadIdx.x; visible < sizes.visible; visible += blockDim.x)
        if (wins(least, sums[visible], ties, visible) && pattern[visible / 32] >> (visible % 32) & 1)
            atomicAdd(&shared.count, 1u);
    __syncthreads();
    if (threadIdx.x == 0)
        overlaps[number] = shared.count;
}
