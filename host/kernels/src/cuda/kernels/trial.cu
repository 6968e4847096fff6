// A transformer in training: its sizes, where its numbers lie, its batches. Behind rng.cu and real.cu.

#define THREADS 128
#define TEAMS (THREADS / LANES)
#define NONE 0xffffffffu

// How hidden units are chosen, how W_K learns, what W_V learns from.
#define BY_KEY 0
#define PROJECTED 1
#define BY_ITEM 2
#define FIXED 0
#define THROUGH 1
#define ALIGN 2
#define HEBBIAN 3
#define REINSTATED 0

struct Model {
    u32 letters, context, keys, batch;
    u32 hidden, winners, allocation, rule, taught;
    u32 learn_queries, learn_keys, learn_values;
    u32 fresh; // batches are drawn, not given
    float strength, beta, back;
    float rate_q, rate_k, rate_v, factor_q, factor_k, factor_v;
};

// Places in words. Weights, products and what teams need are in shared memory where they fit, else (NONE) in the trial's own
// part of the global one.
struct Layout {
    u32 stride, weights, own;
    u32 shared_weights, shared_products, shared_teams;
    // In the trial's own part. What sequences leave is sequence after sequence.
    u32 products, teams, sums, batch, pulls, query, key_pulls, key, items, errors, losses;
    // Among the products.
    u32 gram, matches, of_letters, asked_items, of_items;
    // In a team's part.
    u32 team, context, potentials, drawn, drawn_row, returns, returns_row, stored, activity, signal, drawn_signal, item, pull,
        reinstated_key;
};

// A trial's memory. Weights are columns of W_Q and W_K one after the other, then the rows of W_V; a batch is the tokens of its
// contexts, then the letters that are asked for, then the targets.
struct Trial {
    float *weights, *products, *teams, *own;
    const u32 *batch;
};

__device__ __forceinline__ u32 asked(const Model &m, const Trial &trial, u32 number)
{
    return trial.batch[m.batch * m.context + number];
}

__device__ __forceinline__ u32 target_of(const Model &m, const Trial &trial, u32 number)
{
    return trial.batch[m.batch * (m.context + 1) + number];
}

__device__ __forceinline__ const float *key_column(const Model &m, const Layout &lay, const Trial &trial, u32 token)
{
    return trial.weights + (3 * m.letters + token) * lay.stride;
}

__device__ __forceinline__ const float *query_column(const Model &m, const Layout &lay, const Trial &trial, u32 letter)
{
    return trial.weights + (2 * m.letters + letter) * lay.stride;
}

__device__ __forceinline__ const float *value_rows(const Model &m, const Layout &lay, const Trial &trial)
{
    return trial.weights + 6 * m.letters * lay.stride;
}

// ---- a batch ------------------------------------------------------------------------------------------------------

// Random sequences, a thread each; the alphabets lie side by side.
__device__ __forceinline__ void draw_batch(const Model &m, u32 *alphabets, Key key, u32 *batch)
{
    u32 *alphabet = alphabets + threadIdx.x;
    for (u32 number = threadIdx.x; number < m.batch; number += THREADS) {
        Places places = {derive(key, number), 0};
        u32 *row = batch + number * m.context;
        for (u32 letter = 0; letter < m.letters; letter++)
            alphabet[letter * THREADS] = letter;
        for (u32 i = 0; i < m.context; i++) {
            u32 drawn = i + below(places, m.letters - i);
            u32 letter = alphabet[drawn * THREADS];
            alphabet[drawn * THREADS] = alphabet[i * THREADS];
            row[i] = letter;
        }
        u32 cases = 0;
        for (u32 i = 0; i < m.context; i++) {
            if (i % 32 == 0)
                cases = draw(places);
            row[i] += m.letters * (cases >> (i % 32) & 1);
        }
        u32 token = row[below(places, m.context)];
        batch[m.batch * m.context + number] = token % m.letters;
        batch[m.batch * (m.context + 1) + number] = token / m.letters;
    }
}

// Products of queries and keys and, for modules, of keys and keys.
__device__ __forceinline__ void multiply(const Model &m, const Layout &lay, const Trial &trial)
{
    Team team = team_of(threadIdx.x);
    u32 pairs = 2 * m.letters;
    u32 rows = m.hidden ? m.letters + pairs : m.letters;
    for (u32 i = threadIdx.x / LANES; i < rows * pairs; i += TEAMS) {
        u32 row = i / pairs, token = i % pairs;
        bool asks = row < m.letters;
        const float *a = asks ? query_column(m, lay, trial, row) : key_column(m, lay, trial, row - m.letters);
        const float *b = key_column(m, lay, trial, token);
        float product = team_sum(team, m.keys, [&](u32 n) { return a[n] * b[n]; });
        if (team.lane == 0)
            trial.products[asks ? lay.matches + i : lay.gram + i - m.letters * pairs] = product;
    }
}
