// The k largest of numbers in a block, under the tie rule of the core. Behind rng.cu.

#define BINS 256
#define EVERY_LANE 0xffffffffu

// What a block shares while it selects.
struct Select {
    u32 bins[BINS];
    u32 prefix, wanted, tied;
    u32 count;
    u64 score;
    Key ties;
};

// The wanted-th largest of value(i), i < n, of those that count(i) holds for; values have `width` bits. Goes through 8 bits
// at a time, from the top. Leaves it in `prefix`, how many of those that equal it are among the largest in `wanted`, and how
// many equal it in `tied`. wanted is at least 1, and at most as many as count. All threads of the block call it.
template <class Counts, class Value>
__device__ __forceinline__ void cut(Select &shared, u32 n, u32 wanted, u32 width, Counts counts, Value value)
{
    if (threadIdx.x == 0) {
        shared.prefix = 0;
        shared.wanted = wanted;
    }
    for (u32 left = width; left > 0;) {
        u32 digit = left < 8 ? left : 8;
        for (u32 bin = threadIdx.x; bin < BINS; bin += blockDim.x)
            shared.bins[bin] = 0;
        __syncthreads();
        u32 known = shared.prefix, shift = left - digit;
        for (u32 i = threadIdx.x; i < n; i += blockDim.x)
            if (counts(i)) {
                u32 number = value(i);
                if (left == width || number >> left == known)
                    atomicAdd(&shared.bins[number >> shift & ((1u << digit) - 1)], 1u);
            }
        __syncthreads();
        // A warp looks for the bin, a lane eight of them: each knows how many are above its own.
        if (threadIdx.x < 32) {
            u32 first = threadIdx.x * (BINS / 32), own = 0;
            for (u32 bin = first; bin < first + BINS / 32; bin++)
                own += shared.bins[bin];
            u32 from = own;
            for (u32 step = 1; step < 32; step *= 2) {
                u32 other = __shfl_down_sync(EVERY_LANE, from, step);
                from += threadIdx.x + step < 32 ? other : 0;
            }
            u32 above = from - own, rest = shared.wanted;
            __syncwarp();
            if (above < rest && rest <= from) {
                rest -= above;
                u32 bin = first + BINS / 32 - 1;
                for (; shared.bins[bin] < rest; bin--)
                    rest -= shared.bins[bin];
                shared.tied = shared.bins[bin];
                shared.wanted = rest;
                shared.prefix = known << digit | bin;
            }
        }
        __syncthreads();
        left = shift;
    }
}

// Whether unit i is among the largest, once both cuts are known. The key of ties is one where there are any.
struct Threshold {
    u32 value, hash;
    bool ties;
};

__device__ __forceinline__ bool wins(Threshold t, u32 value, Key key, u32 i)
{
    return value > t.value || (value == t.value && (!t.ties || at(key, i) >= t.hash));
}

// The threshold under (value, tie hash): the k largest of n values of `width` bits, 1 <= k <= n. Where values tie on it, one
// thread makes their key, which is left in `ties`. All threads of the block call it.
template <class MakeKey>
__device__ __forceinline__ Threshold threshold(Select &shared, const u32 *values, u32 n, u32 k, u32 width, MakeKey make)
{
    Threshold found;
    cut(shared, n, k, width, [=](u32) { return true; }, [=](u32 i) { return values[i]; });
    found.value = shared.prefix;
    u32 wanted = shared.wanted;
    found.ties = wanted < shared.tied;
    found.hash = 0;
    __syncthreads();
    if (found.ties) {
        if (threadIdx.x == 0)
            shared.ties = make();
        __syncthreads();
        Key key = shared.ties;
        u32 tied = found.value;
        cut(shared, n, wanted, 32, [=](u32 i) { return values[i] == tied; }, [=](u32 i) { return at(key, i); });
        found.hash = shared.prefix;
        __syncthreads();
    }
    return found;
}
