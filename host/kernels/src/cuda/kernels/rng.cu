// Random numbers of the core: keyed draws of places, and PCG streams.

typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned short u16;
typedef unsigned char u8;

struct Key {
    u32 a, b;
};

__device__ __forceinline__ u32 at(Key key, u32 i)
{
    u32 x = i ^ key.a;
    x = (x ^ (x >> 16)) * 0x7feb352du;
    x = ((x ^ (x >> 15)) + key.b) * 0x846ca68bu;
    return x ^ (x >> 16);
}

__device__ __forceinline__ Key derive(Key key, u32 i)
{
    u32 q = at(key, i);
    Key turned = {q ^ key.b, key.a};
    Key derived = {q, at(turned, 0xffffffffu - i)};
    return derived;
}

__device__ __forceinline__ Key key_of(u64 seed, u32 purpose)
{
    Key key = {(u32)seed, (u32)(seed >> 32)};
    return derive(key, purpose);
}

__device__ __forceinline__ u64 number(Key key)
{
    return (u64)key.a << 32 | key.b;
}

struct Stream {
    u64 state, increment;
};

#define MULTIPLIER 6364136223846793005ull

__device__ __forceinline__ Stream stream(u64 seed, u32 purpose, u32 trial, u32 count)
{
    Key key = derive(derive(key_of(seed, purpose), trial), count);
    Stream s;
    s.increment = number(derive(key, 1)) << 1 | 1;
    s.state = (number(derive(key, 0)) + s.increment) * MULTIPLIER + s.increment;
    return s;
}

__device__ __forceinline__ u32 draw(Stream &s)
{
    u32 word = (u32)(((s.state >> 18) ^ s.state) >> 27);
    u32 turn = (u32)(s.state >> 59);
    s.state = s.state * MULTIPLIER + s.increment;
    return word >> turn | word << ((32 - turn) & 31);
}

// Words of a key, one place after the other.
struct Places {
    Key key;
    u32 next;
};

__device__ __forceinline__ u32 draw(Places &s)
{
    return at(s.key, s.next++);
}

// Lemire's bounded numbers, of either.
template <class Words> __device__ __forceinline__ u32 below(Words &s, u32 n)
{
    u64 product = (u64)draw(s) * n;
    if ((u32)product < n) {
        u32 least = (0u - n) % n;
        while ((u32)product < least)
            product = (u64)draw(s) * n;
    }
    return (u32)(product >> 32);
}

// k of n bits in words that need not be clear (Floyd).
__device__ void sample(Stream &s, u32 n, u32 k, u32 *words)
{
    u32 length = (n + 31) / 32;
    bool flip = k > n / 2;
    u32 wanted = flip ? n - k : k;
    for (u32 i = 0; i < length; i++)
        words[i] = 0;
    for (u32 j = n - wanted; j < n; j++) {
        u32 bit = below(s, j + 1);
        if (words[bit / 32] >> (bit % 32) & 1)
            bit = j;
        words[bit / 32] |= 1u << (bit % 32);
    }
    if (flip) {
        for (u32 i = 0; i < length; i++)
            words[i] = ~words[i];
        if (n % 32)
            words[length - 1] &= (1u << (n % 32)) - 1;
    }
}
