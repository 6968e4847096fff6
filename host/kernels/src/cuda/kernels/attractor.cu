// Attractor memories over sparse codes: one store, many cues, a block each. The contract of the Rust core holds: every number
// here is the one that it defines. Codes are ascending lists of units. Behind rng.cu and select.cu.

#define THREADS 256
#define WARPS (THREADS / 32)
#define ALL 0xffffffffu // lanes of a warp

struct Sizes {
    u64 seed;
    u32 units, active; // of a code
};

#define CODE_TIE 9
#define PAIR_TIE 10

// A pair by (overlap, tie hash).
struct Rank {
    u64 value;
    u32 pair;
};

// What a block shares.
struct Block {
    Select select;
    Key ties;
    u32 ones[WARPS];
    Rank ranks[WARPS][2];
};

// Potentials of units and what else is written often, where it fits.
extern __shared__ u32 dynamic[];

// ---- lists --------------------------------------------------------------------------------------------------------

// The key of ties for a list, one number after the other: the same in all threads.
__device__ __forceinline__ Key list_key(Block &shared, u64 seed, u32 purpose, const u32 *list, u32 length)
{
    if (threadIdx.x == 0) {
        Key key = key_of(seed, purpose);
        u32 digest = 0;
        for (u32 i = 0; i < length; i++)
            digest = at(key, digest ^ list[i]);
        shared.ties = derive(key, digest);
    }
    __syncthreads();
    Key ties = shared.ties;
    __syncthreads();
    return ties;
}

__device__ __forceinline__ bool same(const u32 *a, u32 length, const u32 *b, u32 other)
{
    bool differs = length != other;
    if (!differs)
        for (u32 i = threadIdx.x; i < length; i += THREADS)
            differs = differs || a[i] != b[i];
    return !__syncthreads_or(differs);
}

// Writes the numbers i < n that are `in`, ascending; how many they are.
template <class In> __device__ __forceinline__ u32 write(Block &shared, u32 n, u32 *out, In in)
{
    u32 lane = threadIdx.x % 32, warp = threadIdx.x / 32, length = 0;
    for (u32 first = 0; first < n; first += THREADS) {
        u32 i = first + threadIdx.x;
        bool is = i < n && in(i);
        u32 those = __ballot_sync(ALL, is);
        if (lane == 0)
            shared.ones[warp] = __popc(those);
        __syncthreads();
        u32 before = length;
        for (u32 w = 0; w < WARPS; w++) {
            before += w < warp ? shared.ones[w] : 0;
            length += shared.ones[w];
        }
        if (is)
            out[before + __popc(those & ((1u << lane) - 1))] = i;
        __syncthreads();
    }
    return length;
}

// ---- the largest --------------------------------------------------------------------------------------------------

// The threshold of the k largest of those values that are above a level, under (value, tie hash of name(i)).
template <class Name>
__device__ __forceinline__ Threshold largest(Select &shared, const u32 *values, u32 n, u32 k, u32 level, Key key, Name name)
{
    if (threadIdx.x == 0)
        shared.count = 0;
    __syncthreads();
    u32 above = 0;
    for (u32 i = threadIdx.x; i < n; i += THREADS)
        above += values[i] > level;
    if (above > 0)
        atomicAdd(&shared.count, above);
    __syncthreads();
    above = shared.count;
    __syncthreads();
    Threshold found = {0, 0, false};
    // Most values are 0, and seldom is there a choice among pairs: then nothing is selected.
    if (above <= k)
        return found;
    cut(shared, n, k, 32, [=](u32 i) { return values[i] > level; }, [=](u32 i) { return values[i]; });
    found.value = shared.prefix;
    u32 wanted = shared.wanted;
    found.ties = wanted < shared.tied;
    __syncthreads();
    if (found.ties) {
        u32 tied = found.value;
        cut(shared, n, wanted, 32, [=](u32 i) { return values[i] == tied; }, [=](u32 i) { return at(key, name(i)); });
        found.hash = shared.prefix;
        __syncthreads();
    }
    return found;
}

// What inhibition, in 1/65536 of the mean potential, subtracts.
__device__ __forceinline__ u32 level_of(Select &shared, const u32 *potentials, u32 units, u32 inhibition)
{
    if (inhibition == 0)
        return 0;
    if (threadIdx.x == 0)
        shared.score = 0;
    __syncthreads();
    u64 sum = 0;
    for (u32 i = threadIdx.x; i < units; i += THREADS)
        sum += potentials[i];
    atomicAdd(&shared.score, sum);
    __syncthreads();
    u64 mean = (shared.score << 16) / units;
    __syncthreads();
    u64 level = __umul64hi(mean, inhibition) << 32 | mean * inhibition >> 32;
    return level > 0xffffffffu ? 0xffffffffu : (u32)level;
}

// The code of the k largest potentials, as far as they are above what is subtracted; its length.
__device__ __forceinline__ u32 winners(Block &shared, Sizes sizes, const u32 *from, u32 length, const u32 *potentials,
                                       u32 inhibition, u32 *out)
{
    u32 level = level_of(shared.select, potentials, sizes.units, inhibition);
    Key key = list_key(shared, sizes.seed, CODE_TIE, from, length);
    Threshold least = largest(shared.select, potentials, sizes.units, sizes.active, level, key, [](u32 unit) { return unit; });
    return write(shared, sizes.units, out, [&](u32 unit) {
        u32 potential = potentials[unit];
        return potential > level && wins(least, potential, key, unit);
    });
}

// ---- a matrix of weights ------------------------------------------------------------------------------------------

// W c, a thread for the weights of a word.
template <u32 BITS>
__device__ __forceinline__ void sum_rows(Sizes sizes, const u32 *rows, const u32 *from, u32 length, u32 *potentials)
{
    const u32 lanes = 32 / BITS, full = (1u << BITS) - 1;
    u32 words = (sizes.units + lanes - 1) / lanes;
    for (u32 word = threadIdx.x; word < words; word += THREADS) {
        u32 sums[lanes];
#pragma unroll
        for (u32 lane = 0; lane < lanes; lane++)
            sums[lane] = 0;
        for (u32 i = 0; i < length; i++) {
            u32 weights = rows[(size_t)from[i] * words + word];
#pragma unroll
            for (u32 lane = 0; lane < lanes; lane++)
                sums[lane] += weights >> (lane * BITS) & full;
        }
#pragma unroll
        for (u32 lane = 0; lane < lanes; lane++)
            if (word * lanes + lane < sizes.units)
                potentials[word * lanes + lane] = sums[lane];
    }
    __syncthreads();
}

// Cues settle: until a code stays, nothing is active, or the steps are done. `room` has two codes a block and, without
// `in_shared`, the potentials.
extern "C" __global__ void __launch_bounds__(THREADS)
settle(Sizes sizes, u32 bits, const u32 *rows, const u32 *starts, const u32 *cues, u32 steps, u32 inhibition, u32 *room,
       u64 room_words, u32 in_shared, u32 *codes, u32 *lengths, u32 *made)
{
    __shared__ Block shared;
    u32 *now = room + blockIdx.x * room_words, *next = now + sizes.active;
    u32 *potentials = in_shared ? dynamic : next + sizes.active;
    const u32 *from = cues + starts[blockIdx.x];
    u32 length = starts[blockIdx.x + 1] - starts[blockIdx.x], done = 0;
    bool stays;
    do {
        switch (bits) {
        case 1:
            sum_rows<1>(sizes, rows, from, length, potentials);
            break;
        case 2:
            sum_rows<2>(sizes, rows, from, length, potentials);
            break;
        case 4:
            sum_rows<4>(sizes, rows, from, length, potentials);
            break;
        case 8:
            sum_rows<8>(sizes, rows, from, length, potentials);
            break;
        default:
            sum_rows<16>(sizes, rows, from, length, potentials);
        }
        u32 longer = winners(shared, sizes, from, length, potentials, inhibition, now);
        stays = same(from, length, now, longer);
        from = now;
        now = next;
        next = (u32 *)from;
        length = longer;
        done++;
    } while (!stays && length > 0 && done < steps);
    for (u32 i = threadIdx.x; i < length; i += THREADS)
        codes[(size_t)blockIdx.x * sizes.active + i] = from[i];
    if (threadIdx.x == 0) {
        lengths[blockIdx.x] = length;
        made[blockIdx.x] = done;
    }
}

// ---- stored pairs -------------------------------------------------------------------------------------------------

// Pairs of codes, those forgotten left out, with an index from each unit to the pairs whose cue has it.
struct Pairs {
    const u32 *offsets, *entries; // pairs of unit u: entries from offsets[u] up to offsets[u + 1]
    const u16 *codes;             // cue and target of each
    const u32 *numbers;           // of the pairs as they were stored
    u32 count;
};

// Units that each pair's cue shares with a code.
__device__ __forceinline__ void count(Pairs pairs, const u32 *from, u32 length, u32 *overlaps)
{
    for (u32 pair = threadIdx.x; pair < pairs.count; pair += THREADS)
        overlaps[pair] = 0;
    __syncthreads();
    for (u32 i = threadIdx.x / 32; i < length; i += WARPS) {
        u32 last = pairs.offsets[from[i] + 1];
        for (u32 entry = pairs.offsets[from[i]] + threadIdx.x % 32; entry < last; entry += 32)
            atomicAdd(&overlaps[pairs.entries[entry]], 1u);
    }
    __syncthreads();
}

// What each code of a pair adds to its units, times its weight.
struct Amounts {
    u32 cue, target;
};

// Adds the codes of a pair: all lanes of a warp.
__device__ __forceinline__ void add(Sizes sizes, Pairs pairs, u32 pair, u32 weight, Amounts amounts, u32 *sums)
{
    const u16 *codes = pairs.codes + (size_t)pair * 2 * sizes.active;
    u32 last = amounts.target ? 2 * sizes.active : sizes.active;
    for (u32 i = (amounts.cue ? 0 : sizes.active) + threadIdx.x % 32; i < last; i += 32)
        atomicAdd(&sums[codes[i]], (i < sizes.active ? amounts.cue : amounts.target) * weight);
}

// Adds the codes of the pairs name(i), i < n, whose weight(i) is not 0.
template <class Weight, class Name>
__device__ __forceinline__ void drive(Sizes sizes, Pairs pairs, u32 n, Amounts amounts, u32 *potentials, Weight weight, Name name)
{
    for (u32 first = threadIdx.x / 32 * 32; first < n; first += THREADS) {
        u32 i = first + threadIdx.x % 32, own = i < n ? weight(i) : 0;
        for (u32 left = __ballot_sync(ALL, own != 0); left; left &= left - 1) {
            u32 lane = __ffs(left) - 1;
            add(sizes, pairs, name(first + lane), __shfl_sync(ALL, own, lane), amounts, potentials);
        }
    }
    __syncthreads();
}

// As linear weights do, with entries of the matrix up to `full`: column by column, counted, clipped and added. Cells are 0
// before and after.
__device__ __forceinline__ void drive_clipped(Sizes sizes, Pairs pairs, const u32 *from, u32 length, u32 full, Amounts amounts,
                                              u32 *cells, u32 *potentials)
{
    for (u32 i = 0; i < length; i++) {
        u32 first = pairs.offsets[from[i]] + threadIdx.x / 32, last = pairs.offsets[from[i] + 1];
        for (u32 entry = first; entry < last; entry += WARPS)
            add(sizes, pairs, pairs.entries[entry], 1, amounts, cells);
        __syncthreads();
        for (u32 entry = first; entry < last; entry += WARPS) {
            const u16 *codes = pairs.codes + (size_t)pairs.entries[entry] * 2 * sizes.active;
            for (u32 j = threadIdx.x % 32; j < 2 * sizes.active; j += 32)
                atomicAdd(&potentials[codes[j]], min(atomicExch(&cells[codes[j]], 0u), full));
        }
        __syncthreads();
    }
}

// 2^31 e^-(distance / 65536) of the core.
__device__ __forceinline__ u32 exp_of_minus(u32 distance)
{
    u64 octaves = (u64)distance * 3098164009ull >> 15;
    long long fraction = (u32)octaves >> 1, sum = -2048773;
    sum = (sum * fraction >> 31) + 19817794;
    sum = (sum * fraction >> 31) - 118791697;
    sum = (sum * fraction >> 31) + 515797037;
    sum = (sum * fraction >> 31) - 1488516314;
    u32 power = (u32)((1ll << 31) + (sum * fraction >> 31)), whole = (u32)(octaves >> 32);
    return whole > 31 ? 0 : power >> whole;
}

// Weights in the place of how many pairs have each overlap, scaled so that their sum fits 32 bits. Where all pairs take part,
// those that share nothing have not been counted, and count only where they have a weight. One thread.
__device__ __forceinline__ void weigh(u32 *levels, u32 active, u32 beta, bool all, u32 pairs)
{
    u32 most = 0, counted = 0;
    for (u32 overlap = 0; overlap <= active; overlap++)
        if (levels[overlap]) {
            most = overlap;
            counted += levels[overlap];
        }
    u64 total = 0;
    for (u32 overlap = 0; overlap <= active; overlap++) {
        if (overlap > most)
            break;
        u64 distance = (u64)(most - overlap) * beta;
        u32 power = exp_of_minus(distance > 0xffffffffu ? 0xffffffffu : (u32)distance);
        if (overlap == 0 && all && power > 0)
            levels[0] = pairs - counted;
        total += (u64)levels[overlap] * power;
        levels[overlap] = levels[overlap] ? power : 0;
    }
    u32 excess = total >> 32 ? 64 - __clzll(total) - 32 : 0;
    for (u32 overlap = 0; overlap <= most; overlap++)
        levels[overlap] = excess > 31 ? 0 : levels[overlap] >> excess;
}

// Of two pairs each, the largest two.
__device__ __forceinline__ void merge(Rank &best, Rank &next, Rank other_best, Rank other_next)
{
    if (other_best.value > best.value) {
        next = best.value > other_next.value ? best : other_next;
        best = other_best;
    } else if (other_best.value > next.value) {
        next = other_best;
    }
}

__device__ __forceinline__ Rank from_lane(Rank rank, u32 apart)
{
    Rank other = {__shfl_xor_sync(ALL, rank.value, apart), __shfl_xor_sync(ALL, rank.pair, apart)};
    return other;
}

// The two pairs nearest to a code; 0 where there are none.
__device__ __forceinline__ void nearest_two(Block &shared, Pairs pairs, const u32 *overlaps, Key key, Rank &best, Rank &next)
{
    Rank none = {0, 0};
    best = next = none;
    for (u32 pair = threadIdx.x; pair < pairs.count; pair += THREADS) {
        u32 overlap = overlaps[pair];
        // Most share nothing, and are not hashed.
        if (overlap == 0 || overlap < next.value >> 32)
            continue;
        Rank rank = {(u64)overlap << 32 | at(key, pairs.numbers[pair]), pair};
        merge(best, next, rank, none);
    }
    // Lanes of a warp among themselves, then one of each warp.
    for (u32 apart = 16; apart > 0; apart /= 2)
        merge(best, next, from_lane(best, apart), from_lane(next, apart));
    if (threadIdx.x % 32 == 0) {
        shared.ranks[threadIdx.x / 32][0] = best;
        shared.ranks[threadIdx.x / 32][1] = next;
    }
    __syncthreads();
    best = next = none;
    for (u32 warp = 0; warp < WARPS; warp++)
        merge(best, next, shared.ranks[warp][0], shared.ranks[warp][1]);
    __syncthreads();
}

#define FLAT 0
#define ATTRACTOR 1
#define HOPFIELD 2
#define RECURRENT 3
#define TWO_STAGE 4
#define UNCLIPPED 0xffffffffu

struct Rule {
    u32 architecture, steps, at_least, full, beta, inhibition, nearest;
};

struct Found {
    u32 length, settled, steps;
    u32 best, best_overlap, next, next_overlap;
};

// Recalls from cues. `room` has for each block, one after the other: an overlap for each pair, two codes, `nearest` pairs and
// their overlaps, cells of the units where weights are clipped, and without `in_shared` potentials and levels.
extern "C" __global__ void __launch_bounds__(THREADS, 4)
recall(Sizes sizes, const u32 *offsets, const u32 *entries, const u16 *codes, const u32 *numbers, u32 pair_count,
       const u32 *starts, const u32 *cues, Rule rule, u32 *room, u64 room_words, u32 in_shared, u32 *recalled, u32 *settled,
       Found *found)
{
    __shared__ Block shared;
    Pairs pairs = {offsets, entries, codes, numbers, pair_count};
    bool softmax = rule.architecture == HOPFIELD || rule.architecture == TWO_STAGE;
    bool clipped = !softmax && rule.full != UNCLIPPED;
    u32 *overlaps = room + blockIdx.x * room_words, *now = overlaps + pairs.count, *next = now + sizes.active;
    u32 *chosen = next + sizes.active, *shares = chosen + rule.nearest, *cells = shares + rule.nearest;
    u32 *potentials = in_shared ? dynamic : cells + (clipped ? sizes.units : 0), *levels = potentials + sizes.units;
    u32 *out = recalled + (size_t)blockIdx.x * sizes.active, *at_rest = settled + (size_t)blockIdx.x * sizes.active;

    const u32 *from = cues + starts[blockIdx.x];
    u32 length = starts[blockIdx.x + 1] - starts[blockIdx.x];
    count(pairs, from, length, overlaps);
    Key key = list_key(shared, sizes.seed, PAIR_TIE, from, length);
    Rank best, second;
    nearest_two(shared, pairs, overlaps, key, best, second);
    Found result = {0, 0, 0, 0, (u32)(best.value >> 32), 0, (u32)(second.value >> 32)};
    bool runs = result.best_overlap >= rule.at_least;
    u32 chosen_count = 0;
    if (runs && rule.architecture == TWO_STAGE) {
        auto name = [&](u32 pair) { return pairs.numbers[pair]; };
        Threshold least = largest(shared.select, overlaps, pairs.count, rule.nearest, 0, key, name);
        chosen_count = write(shared, pairs.count, chosen, [&](u32 pair) {
            return overlaps[pair] > 0 && wins(least, overlaps[pair], key, pairs.numbers[pair]);
        });
    }
    if (clipped) {
        for (u32 unit = threadIdx.x; unit < sizes.units; unit += THREADS)
            cells[unit] = 0;
        __syncthreads();
    }
    // Steps of settling, and then one to the targets.
    bool settling = rule.architecture != FLAT;
    while (runs) {
        Amounts amounts = {settling ? 1u : 0u, settling ? 0u : 1u};
        if (rule.architecture == RECURRENT)
            amounts.target = 2; // in halves
        for (u32 unit = threadIdx.x; unit < sizes.units; unit += THREADS)
            potentials[unit] = 0;
        __syncthreads();
        if (clipped) {
            drive_clipped(sizes, pairs, from, length, rule.full, amounts, cells, potentials);
        } else if (rule.architecture == TWO_STAGE) {
            for (u32 level = threadIdx.x; level <= sizes.active; level += THREADS)
                levels[level] = 0;
            // Ones of the code in the place of potentials, for a while.
            for (u32 i = threadIdx.x; i < length; i += THREADS)
                potentials[from[i]] = 1;
            __syncthreads();
            for (u32 i = threadIdx.x / 32; i < chosen_count; i += WARPS) {
                const u16 *cue = pairs.codes + (size_t)chosen[i] * 2 * sizes.active;
                u32 overlap = 0;
                for (u32 j = threadIdx.x % 32; j < sizes.active; j += 32)
                    overlap += potentials[cue[j]];
                for (u32 apart = 16; apart > 0; apart /= 2)
                    overlap += __shfl_xor_sync(ALL, overlap, apart);
                if (threadIdx.x % 32 == 0) {
                    shares[i] = overlap;
                    atomicAdd(&levels[overlap], 1u);
                }
            }
            __syncthreads();
            for (u32 i = threadIdx.x; i < length; i += THREADS)
                potentials[from[i]] = 0;
            if (threadIdx.x == 0)
                weigh(levels, sizes.active, rule.beta, false, chosen_count);
            __syncthreads();
            drive(sizes, pairs, chosen_count, amounts, potentials, [&](u32 i) { return levels[shares[i]]; },
                  [&](u32 i) { return chosen[i]; });
        } else {
            count(pairs, from, length, overlaps);
            if (softmax) {
                for (u32 level = threadIdx.x; level <= sizes.active; level += THREADS)
                    levels[level] = 0;
                __syncthreads();
                for (u32 pair = threadIdx.x; pair < pairs.count; pair += THREADS)
                    if (overlaps[pair] > 0)
                        atomicAdd(&levels[overlaps[pair]], 1u);
                __syncthreads();
                if (threadIdx.x == 0)
                    weigh(levels, sizes.active, rule.beta, true, pairs.count);
                __syncthreads();
            }
            drive(sizes, pairs, pairs.count, amounts, potentials,
                  [&](u32 pair) { return softmax ? levels[overlaps[pair]] : overlaps[pair]; }, [](u32 pair) { return pair; });
        }
        u32 inhibition = rule.architecture == RECURRENT ? rule.inhibition : 0;
        u32 longer = winners(shared, sizes, from, length, potentials, inhibition, now);
        bool stays = same(from, length, now, longer);
        from = now;
        now = next;
        next = (u32 *)from;
        length = longer;
        if (!settling)
            break;
        result.steps++;
        if (stays || length == 0 || result.steps >= rule.steps) {
            if (rule.architecture == RECURRENT)
                break;
            settling = false;
            result.settled = length;
            for (u32 i = threadIdx.x; i < length; i += THREADS)
                at_rest[i] = from[i];
        }
    }
    if (runs) {
        result.length = length;
        for (u32 i = threadIdx.x; i < length; i += THREADS)
            out[i] = from[i];
    }
    if (threadIdx.x == 0) {
        result.best = result.best_overlap ? pairs.numbers[best.pair] : 0;
        result.next = result.next_overlap ? pairs.numbers[second.pair] : 0;
        found[blockIdx.x] = result;
    }
}

// The `most` pairs nearest to each cue, in no order: numbers, overlaps and tie hashes. `room` has an overlap for each pair and
// a place for each that is found.
extern "C" __global__ void __launch_bounds__(THREADS)
nearest(Sizes sizes, const u32 *offsets, const u32 *entries, const u16 *codes, const u32 *numbers, u32 pair_count,
        const u32 *starts, const u32 *cues, u32 most, u32 *room, u64 room_words, u32 *matches, u32 *lengths)
{
    __shared__ Block shared;
    if (most == 0) {
        if (threadIdx.x == 0)
            lengths[blockIdx.x] = 0;
        return;
    }
    Pairs pairs = {offsets, entries, codes, numbers, pair_count};
    u32 *overlaps = room + blockIdx.x * room_words, *places = overlaps + pairs.count;
    const u32 *from = cues + starts[blockIdx.x];
    u32 length = starts[blockIdx.x + 1] - starts[blockIdx.x];
    count(pairs, from, length, overlaps);
    Key key = list_key(shared, sizes.seed, PAIR_TIE, from, length);
    auto name = [&](u32 pair) { return pairs.numbers[pair]; };
    Threshold least = largest(shared.select, overlaps, pairs.count, most, 0, key, name);
    u32 found = write(shared, pairs.count, places, [&](u32 pair) {
        return overlaps[pair] > 0 && wins(least, overlaps[pair], key, pairs.numbers[pair]);
    });
    u32 *match = matches + (size_t)blockIdx.x * most * 3;
    for (u32 i = threadIdx.x; i < found; i += THREADS) {
        u32 pair = places[i], number = pairs.numbers[pair];
        match[3 * (size_t)i] = number;
        match[3 * (size_t)i + 1] = overlaps[pair];
        match[3 * (size_t)i + 2] = at(key, number);
    }
    if (threadIdx.x == 0)
        lengths[blockIdx.x] = found;
}
