// The k largest of numbers in a block, under the tie rule of the core. Behind rng.cu.

#define BINS 256

// What a block shares while it selects.
struct Select {
    u32 bins[BINS];
    u32 prefix, wanted, tied;
    u64 score;
    u32 count;
};

// The wanted-th largest of what VALUE gives for i < n where COUNTS holds: 8 bits a pass. Leaves it in `prefix`, how many of
// those that equal it are among the largest in `wanted`, and how many equal it in `tied`.
#define CUT(shared, n, k, COUNTS, VALUE)                                                            \
    do {                                                                                            \
        if (threadIdx.x == 0) {                                                                     \
            (shared).prefix = 0;                                                                    \
            (shared).wanted = (k);                                                                  \
        }                                                                                           \
        for (int shift = 24; shift >= 0; shift -= 8) {                                              \
            for (u32 bin = threadIdx.x; bin < BINS; bin += blockDim.x)                              \
                (shared).bins[bin] = 0;                                                             \
            __syncthreads();                                                                        \
            u32 known = (shared).prefix;                                                            \
            for (u32 i = threadIdx.x; i < (n); i += blockDim.x) {                                   \
                if (COUNTS) {                                                                       \
                    u32 value = VALUE;                                                              \
                    if (shift == 24 || value >> (shift + 8) == known)                               \
                        atomicAdd(&(shared).bins[value >> shift & 255], 1u);                        \
                }                                                                                   \
            }                                                                                       \
            __syncthreads();                                                                        \
            if (threadIdx.x == 0) {                                                                 \
                u32 left = (shared).wanted, bin = BINS;                                             \
                do {                                                                                \
                    bin--;                                                                          \
                    (shared).tied = (shared).bins[bin];                                             \
                    if ((shared).tied >= left)                                                      \
                        break;                                                                      \
                    left -= (shared).tied;                                                          \
                } while (bin > 0);                                                                  \
                (shared).wanted = left;                                                             \
                (shared).prefix = known << 8 | bin;                                                 \
            }                                                                                       \
            __syncthreads();                                                                        \
        }                                                                                           \
    } while (0)

// Whether unit i is among the largest, once both cuts are known.
struct Threshold {
    u32 value, hash;
    bool ties;
};

__device__ __forceinline__ bool wins(Threshold t, u32 value, Key key, u32 i)
{
    return value > t.value || (value == t.value && (!t.ties || at(key, i) >= t.hash));
}

// The threshold under (value, tie hash): the k largest of n values, 1 <= k <= n. All threads of the block call it.
__device__ Threshold threshold(Select &shared, const u32 *values, u32 n, u32 k, Key key)
{
    Threshold found;
    CUT(shared, n, k, true, values[i]);
    found.value = shared.prefix;
    u32 wanted = shared.wanted;
    found.ties = wanted < shared.tied;
    found.hash = 0;
    __syncthreads();
    if (found.ties) {
        CUT(shared, n, wanted, values[i] == found.value, at(key, i));
        found.hash = shared.prefix;
        __syncthreads();
    }
    return found;
}
