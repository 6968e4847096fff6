// Real numbers of the core: its exponential, and what sums have in common. No product is fused with a sum.

#define LANES 16 // partial sums
#define INFINITE __int_as_float(0x7f800000)
#define LOWEST (-INFINITE)

#define MAGIC 12582912.0f
#define LOG2_E 1.44269504088896340736f
#define LN2_HIGH 0.693359375f
#define LN2_LOW -2.1219444e-4f

// e^x of the core: 0 below -87, infinite above 88.
__device__ __forceinline__ float exponential(float x)
{
    float magic = x * LOG2_E + MAGIC;
    float whole = magic - MAGIC;
    float rest = (x - whole * LN2_HIGH) - whole * LN2_LOW;
    float p = __uint_as_float(0x3ab510d6);
    p = p * rest + __uint_as_float(0x3c091db5);
    p = p * rest + __uint_as_float(0x3d2aac7d);
    p = p * rest + __uint_as_float(0x3e2aaa47);
    p = p * rest + __uint_as_float(0x3efffffe);
    float y = p * rest * rest + rest + 1.0f;
    float power = __uint_as_float((__float_as_uint(magic) - (0x4b400000 - 127)) << 23);
    return x < -87.0f ? 0.0f : x > 88.0f ? INFINITE : y * power;
}

// The sum of 16 partial sums, one in each lane of a half warp: by halves, and the same in all lanes. All of a warp call it.
__device__ __forceinline__ float total_of(float partial)
{
    for (int apart = LANES / 2; apart > 0; apart /= 2)
        partial += __shfl_xor_sync(0xffffffffu, partial, apart);
    return partial;
}
