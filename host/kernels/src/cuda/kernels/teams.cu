// Sums of real numbers in the one shape there is, by a thread or by half a warp. Behind rng.cu and real.cu.

__device__ __forceinline__ float4 operator+(float4 a, float4 b)
{
    return make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w);
}

__device__ __forceinline__ float4 operator*(float4 a, float b)
{
    return make_float4(a.x * b, a.y * b, a.z * b, a.w * b);
}

__device__ __forceinline__ float4 operator*(float4 a, float4 b)
{
    return make_float4(a.x * b.x, a.y * b.y, a.z * b.z, a.w * b.w);
}

// The sum of n terms (numbers, or fours of them) in 16 interleaved partial sums, then by halves: one thread, four partial sums
// at a time. Sums from zero are never -0, so zero may be added to them.
template <class Term> __device__ __forceinline__ auto sum16(u32 n, Term term)
{
    decltype(term(0)) whole = {};
#pragma unroll 1
    for (u32 odd = 0; odd < 2; odd++) {
        decltype(whole) half = {};
#pragma unroll 1
        for (u32 first = odd; first < 4; first += 2) {
            decltype(whole) sums[4] = {};
            u32 i = first;
#pragma unroll 1
            for (; i + 12 < n; i += LANES)
#pragma unroll
                for (u32 quarter = 0; quarter < 4; quarter++)
                    sums[quarter] = sums[quarter] + term(i + 4 * quarter);
#pragma unroll
            for (u32 quarter = 0; quarter < 3; quarter++)
                if (i + 4 * quarter < n)
                    sums[quarter] = sums[quarter] + term(i + 4 * quarter);
            half = half + ((sums[0] + sums[2]) + (sums[1] + sums[3]));
        }
        whole = whole + half;
    }
    return whole;
}

// 16 threads of a half of a warp that work together.
struct Team {
    u32 lane, mask;
};

__device__ __forceinline__ Team team_of(u32 thread)
{
    Team team = {thread % LANES, 0xffffu << (thread & LANES)};
    return team;
}

__device__ __forceinline__ void meet(Team team)
{
    __syncwarp(team.mask);
}

// The whole of a team's partial sums, one each; all of them have it.
__device__ __forceinline__ float team_total(Team team, float sum)
{
#pragma unroll
    for (u32 half = LANES / 2; half > 0; half /= 2)
        sum += __shfl_xor_sync(team.mask, sum, half, LANES);
    return sum;
}

// The same sum by a team, a partial sum each; all of them have it.
template <class Term> __device__ __forceinline__ float team_sum(Team team, u32 n, Term term)
{
    float sum = 0.0f;
#pragma unroll 1
    for (u32 i = team.lane; i < n; i += LANES)
        sum += term(i);
    return team_total(team, sum);
}

// Softmax of what TERM gives for i < n, into `out`, which TERM may read at i, by a team. What is no number makes all of them
// no numbers. Before a team writes, all of it has read, so that a check of races sees an order, too.
template <class Term> __device__ __forceinline__ void team_softmax(Team team, u32 n, float *out, Term term)
{
    float most = LOWEST;
#pragma unroll 1
    for (u32 i = team.lane; i < n; i += LANES)
        most = fmaxf(most, term(i));
#pragma unroll
    for (u32 half = LANES / 2; half > 0; half /= 2)
        most = fmaxf(most, __shfl_xor_sync(team.mask, most, half, LANES));
    float sum = 0.0f;
#pragma unroll 1
    for (u32 first = 0; first < n; first += LANES) {
        u32 i = first + team.lane;
        float raised = i < n ? exponential(term(i) - most) : 0.0f;
        meet(team);
        if (i < n) {
            out[i] = raised;
            sum += raised;
        }
    }
    sum = team_total(team, sum);
#pragma unroll 1
    for (u32 first = 0; first < n; first += LANES) {
        u32 i = first + team.lane;
        float share = i < n ? out[i] / sum : 0.0f;
        meet(team);
        if (i < n)
            out[i] = share;
    }
    meet(team);
}

// The first of the largest of n numbers, by a team; what is no number counts as minus infinity.
__device__ __forceinline__ u32 team_largest(Team team, u32 n, const float *numbers)
{
    float most = LOWEST;
    u32 place = team.lane;
#pragma unroll 1
    for (u32 i = team.lane; i < n; i += LANES)
        if (numbers[i] > most) {
            most = numbers[i];
            place = i;
        }
#pragma unroll
    for (u32 half = LANES / 2; half > 0; half /= 2) {
        float other = __shfl_xor_sync(team.mask, most, half, LANES);
        u32 there = __shfl_xor_sync(team.mask, place, half, LANES);
        if (other > most || (other == most && there < place)) {
            most = other;
            place = there;
        }
    }
    return place;
}

// Halves of words as numbers: (half + 1/2) / 65536 times a scale that is a power of two.
__device__ __forceinline__ float low_half(u32 word, float scale)
{
    return __uint_as_float((word << 7 & 0xffffu << 7) | __float_as_uint(scale)) - (scale - scale / 131072.0f);
}

__device__ __forceinline__ float high_half(u32 word, float scale)
{
    return low_half(word >> 16, scale);
}

// Words that a row of n such numbers is drawn from; the second halves serve the places behind them.
__device__ __forceinline__ u32 row_words(u32 n)
{
    return (n + 2 * LANES - 1) / (2 * LANES) * LANES;
}
