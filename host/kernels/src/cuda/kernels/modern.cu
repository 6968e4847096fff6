// Modern Hopfield networks: one store of memories, many states. Rows are as long as whole chunks of 16 numbers, with zeros at
// the end, which change no sum. States and shares lie slot by slot; `live` lists the slots that still run. Behind rng.cu and
// real.cu.

#define THREADS 256
#define HALVES (THREADS / LANES) // half warps of a block
#define TILE 1024                // terms that a block sums at a time
#define ROWS 4                   // memories of a half warp

// ---- similarities -------------------------------------------------------------------------------------------------

// X^T s, a half warp for ROWS memories and so many states: lane r has the partial sums r of all their products. Blocks of
// the same memories are neighbours, so that these come from the cache for all states but the first.
template <u32 STATES>
__device__ __forceinline__ void multiply(u32 stride, u32 memories, const float *rows, const u32 *live, u32 count,
                                         const float *states, float *shares)
{
    u32 groups = (count + STATES - 1) / STATES, lane = threadIdx.x % LANES;
    u32 first = blockIdx.x % groups * STATES;
    u32 memory = (blockIdx.x / groups * HALVES + threadIdx.x / LANES) * ROWS;
    const float *row[ROWS], *state[STATES];
    float partial[ROWS][STATES];
#pragma unroll
    for (u32 m = 0; m < ROWS; m++)
        row[m] = rows + (size_t)min(memory + m, memories - 1) * stride + lane;
#pragma unroll
    for (u32 s = 0; s < STATES; s++) {
        state[s] = states + (size_t)live[min(first + s, count - 1)] * stride + lane;
#pragma unroll
        for (u32 m = 0; m < ROWS; m++)
            partial[m][s] = 0.0f;
    }
    for (u32 at = 0; at < stride; at += LANES) {
        float number[ROWS];
#pragma unroll
        for (u32 m = 0; m < ROWS; m++)
            number[m] = row[m][at];
#pragma unroll
        for (u32 s = 0; s < STATES; s++) {
            float value = state[s][at];
#pragma unroll
            for (u32 m = 0; m < ROWS; m++)
                partial[m][s] += number[m] * value;
        }
    }
#pragma unroll
    for (u32 s = 0; s < STATES; s++) {
#pragma unroll
        for (u32 m = 0; m < ROWS; m++) {
            float sum = total_of(partial[m][s]);
            if (lane == 0 && first + s < count && memory + m < memories)
                shares[(size_t)live[first + s] * memories + memory + m] = sum;
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
similarities_many(u32 stride, u32 memories, const float *rows, const u32 *live, u32 count, const float *states, float *shares)
{
    multiply<8>(stride, memories, rows, live, count, states, shares);
}

extern "C" __global__ void __launch_bounds__(THREADS)
similarities_few(u32 stride, u32 memories, const float *rows, const u32 *live, u32 count, const float *states, float *shares)
{
    multiply<1>(stride, memories, rows, live, count, states, shares);
}

// ---- shares -------------------------------------------------------------------------------------------------------

// What a block sums with: while 16 threads add the terms of one tile, the others compute those of the next.
struct Sum {
    float tile[2][TILE];
    float total;
};

// The sum of term(i) for i < n, n > 0. Each term is asked for once, by a thread that is the same in all sums.
template <class Term> __device__ __forceinline__ float sum(Sum &shared, u32 n, Term term)
{
    float partial = 0.0f;
    u32 side = 0;
    for (u32 first = 0; first < n; side ^= 1) {
        u32 length = min(n - first, TILE);
#pragma unroll 2
        for (u32 i = threadIdx.x; i < length; i += THREADS)
            shared.tile[side][i] = term(first + i);
        __syncthreads();
        if (threadIdx.x < LANES)
            for (u32 i = threadIdx.x; i < length; i += LANES)
                partial += shared.tile[side][i];
        first += length;
    }
    if (threadIdx.x < 32) {
        partial = total_of(partial);
        if (threadIdx.x == 0)
            shared.total = partial;
    }
    __syncthreads();
    return shared.total;
}

// softmax(beta z) in the place of z, a block a state. Leaves the largest z and the sum of exponentials, and where there are
// shares of the step before, how far these are from them; else that is infinite.
extern "C" __global__ void __launch_bounds__(THREADS)
softmax(u32 memories, float beta, const u32 *live, float *shares, const float *last, u32 compare, float *sums, float *apart)
{
    __shared__ Sum shared;
    u32 slot = live[blockIdx.x];
    float *own = shares + (size_t)slot * memories;
    const float *before = last + (size_t)slot * memories;
    float largest = -INFINITE;
    for (u32 i = threadIdx.x; i < memories; i += THREADS)
        largest = fmaxf(largest, own[i]);
    shared.tile[0][threadIdx.x] = largest;
    for (u32 half = THREADS / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half)
            shared.tile[0][threadIdx.x] = fmaxf(shared.tile[0][threadIdx.x], shared.tile[0][threadIdx.x + half]);
    }
    __syncthreads();
    largest = shared.tile[0][0];
    __syncthreads();
    float total = sum(shared, memories, [&](u32 i) { return own[i] = exponential(beta * (own[i] - largest)); });
    float difference = INFINITE;
    if (compare)
        difference = sum(shared, memories, [&](u32 i) { return fabsf((own[i] /= total) - before[i]); });
    else
        for (u32 i = threadIdx.x; i < memories; i += THREADS)
            own[i] /= total;
    if (threadIdx.x == 0) {
        sums[2 * (size_t)slot] = largest;
        sums[2 * (size_t)slot + 1] = total;
        apart[slot] = difference;
    }
}

// ---- the next state -----------------------------------------------------------------------------------------------

// X p, a block for so many states and chunks of their numbers: half warp r has the partial sums r, of memories r, r + 16, ...
// Memories whose shares are 0 are not read: their products change no sum.
template <u32 STATES, u32 CHUNKS>
__device__ __forceinline__ void average(u32 stride, u32 memories, const float *rows, const u32 *live, u32 count,
                                        const float *shares, float *next)
{
    __shared__ float sums[LANES][STATES * CHUNKS * LANES];
    u32 groups = (count + STATES - 1) / STATES, lane = threadIdx.x % LANES, residue = threadIdx.x / LANES;
    u32 first = blockIdx.x % groups * STATES, column = blockIdx.x / groups * CHUNKS * LANES;
    const float *share[STATES];
    float partial[STATES][CHUNKS];
#pragma unroll
    for (u32 s = 0; s < STATES; s++) {
        share[s] = shares + (size_t)live[min(first + s, count - 1)] * memories;
#pragma unroll
        for (u32 c = 0; c < CHUNKS; c++)
            partial[s][c] = 0.0f;
    }
    for (u32 memory = residue; memory < memories; memory += LANES) {
        float factor[STATES];
        bool any = false;
#pragma unroll
        for (u32 s = 0; s < STATES; s++) {
            factor[s] = share[s][memory];
            any = any || factor[s] != 0.0f;
        }
        if (!any)
            continue;
        const float *row = rows + (size_t)memory * stride + lane;
#pragma unroll
        for (u32 c = 0; c < CHUNKS; c++) {
            float number = row[min(column + c * LANES, stride - LANES)];
#pragma unroll
            for (u32 s = 0; s < STATES; s++)
                partial[s][c] += factor[s] * number;
        }
    }
#pragma unroll
    for (u32 s = 0; s < STATES; s++) {
#pragma unroll
        for (u32 c = 0; c < CHUNKS; c++)
            sums[residue][(s * CHUNKS + c) * LANES + lane] = partial[s][c];
    }
    __syncthreads();
    for (u32 i = threadIdx.x; i < STATES * CHUNKS * LANES; i += THREADS) {
        float part[LANES];
#pragma unroll
        for (u32 r = 0; r < LANES; r++)
            part[r] = sums[r][i];
#pragma unroll
        for (u32 half = LANES / 2; half > 0; half /= 2) {
#pragma unroll
            for (u32 r = 0; r < half; r++)
                part[r] += part[r + half];
        }
        u32 s = i / (CHUNKS * LANES), at = column + i % (CHUNKS * LANES);
        if (first + s < count && at < stride)
            next[(size_t)live[first + s] * stride + at] = part[0];
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
mean_many(u32 stride, u32 memories, const float *rows, const u32 *live, u32 count, const float *shares, float *next)
{
    average<8, 4>(stride, memories, rows, live, count, shares, next);
}

extern "C" __global__ void __launch_bounds__(THREADS)
mean_few(u32 stride, u32 memories, const float *rows, const u32 *live, u32 count, const float *shares, float *next)
{
    average<1, 1>(stride, memories, rows, live, count, shares, next);
}

// ---- the end ------------------------------------------------------------------------------------------------------

#define GOES_ON 0
#define STATE_AT_REST 1
#define SHARES_AT_REST 2
#define STEPS_DONE 3

// What has ended a recall, a half warp a state: tolerances are the square of the state's and that of the shares, below 0 for
// a rule that is off.
extern "C" __global__ void __launch_bounds__(THREADS)
rest(u32 stride, float state_tolerance, float shares_tolerance, u32 all_steps, const u32 *live, u32 count, const float *states,
     const float *last, const float *apart, u32 *ended)
{
    u32 number = blockIdx.x * HALVES + threadIdx.x / LANES, lane = threadIdx.x % LANES;
    u32 slot = live[min(number, count - 1)];
    const float *now = states + (size_t)slot * stride, *before = last + (size_t)slot * stride;
    float moved = 0.0f, square = 0.0f;
    for (u32 i = lane; i < stride; i += LANES) {
        float old = before[i], difference = now[i] - old;
        moved += difference * difference;
        square += old * old;
    }
    moved = total_of(moved);
    square = total_of(square);
    if (lane != 0 || number >= count)
        return;
    u32 why = all_steps ? STEPS_DONE : GOES_ON;
    if (apart[slot] <= shares_tolerance)
        why = SHARES_AT_REST;
    if (moved <= state_tolerance * (square > 1.0f ? square : 1.0f))
        why = STATE_AT_REST;
    ended[slot] = why;
}

// Of states whose recall has ended, a block each: keeps the state, and finds the largest share, the first of equal ones.
extern "C" __global__ void __launch_bounds__(THREADS)
collect(u32 stride, u32 memories, const u32 *live, const u32 *ended, const float *states, const float *shares, float *recalled,
        u32 *nearest, float *share)
{
    __shared__ float values[THREADS];
    __shared__ u32 places[THREADS];
    u32 slot = live[blockIdx.x];
    if (ended[slot] == GOES_ON)
        return;
    for (u32 i = threadIdx.x; i < stride; i += THREADS)
        recalled[(size_t)slot * stride + i] = states[(size_t)slot * stride + i];
    float most = -1.0f;
    u32 place = 0;
    for (u32 i = threadIdx.x; i < memories; i += THREADS) {
        float value = shares[(size_t)slot * memories + i];
        if (value > most) {
            most = value;
            place = i;
        }
    }
    values[threadIdx.x] = most;
    places[threadIdx.x] = place;
    for (u32 half = THREADS / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            float other = values[threadIdx.x + half];
            u32 there = places[threadIdx.x + half];
            most = values[threadIdx.x];
            if (other > most || (other == most && there < places[threadIdx.x])) {
                values[threadIdx.x] = other;
                places[threadIdx.x] = there;
            }
        }
    }
    if (threadIdx.x == 0) {
        nearest[slot] = places[0];
        share[slot] = values[0];
    }
}
