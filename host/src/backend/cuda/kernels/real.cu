// Real numbers of the core: its exponential, and sums of the one shape there is. No product is fused with a sum.

#define LANES 16 // partial sums
#define INFINITE __int_as_float(0x7f800000)

// e^x of the core: 0 below -87, infinite above 88.
__device__ __forceinline__ float real_exp(float x)
{
    const float magic = 12582912.0f;
    float t = x * 1.44269504f + magic;
    int n = __float_as_int(t) - __float_as_int(magic);
    float f = t - magic;
    float r = (x - f * (355.0f / 512.0f)) - f * -2.1219444e-4f;
    float p = __int_as_float(0x3ab510d6);
    p = p * r + __int_as_float(0x3c091db5);
    p = p * r + __int_as_float(0x3d2aac7d);
    p = p * r + __int_as_float(0x3e2aaa47);
    p = p * r + __int_as_float(0x3efffffe);
    float y = ((p * r) * r + r) + 1.0f;
    float power = __int_as_float((int)((unsigned)(n + 127) << 23));
    return x < -87.0f ? 0.0f : x > 88.0f ? INFINITE : y * power;
}

// The sum of 16 partial sums, one in each lane of a half warp: by halves, and the same in all lanes. All of a warp call it.
__device__ __forceinline__ float total_of(float partial)
{
    for (int apart = LANES / 2; apart > 0; apart /= 2)
        partial += __shfl_xor_sync(0xffffffffu, partial, apart);
    return partial;
}
