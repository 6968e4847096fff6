// Transformers in training: one block a trial, all of its iterations. Every number is that of the CPU's trainer, whose words
// for them are used here. Behind rng.cu, real.cu, trial.cu and module.cu.

// ---- the baseline -------------------------------------------------------------------------------------------------

// Softmax over the items of a context, by one thread.
__device__ __forceinline__ void attend(const Model &m, const u32 *tokens, const float *matches, float beta, float *activity)
{
    float most = LOWEST;
    for (u32 i = 0; i < m.context; i++)
        most = fmaxf(most, beta * matches[tokens[i]]);
    for (u32 i = 0; i < m.context; i++)
        activity[i * THREADS] = exponential(beta * matches[tokens[i]] - most);
    float sum = sum16(m.context, [&](u32 i) { return activity[i * THREADS]; });
    for (u32 i = 0; i < m.context; i++)
        activity[i * THREADS] /= sum;
}

// All sequences, a thread each; leaves what the gradients are made of, and gives how many of the thread's were right.
__device__ __forceinline__ u32 answer(const Model &m, const Layout &lay, const Trial &trial)
{
    float *activity = trial.teams + threadIdx.x, *signal = activity + m.context * THREADS;
    const float *lower = value_rows(m, lay, trial), *upper = lower + 3 * m.letters;
    u32 right = 0;
    for (u32 number = threadIdx.x; number < m.batch; number += THREADS) {
        const u32 *tokens = trial.batch + number * m.context;
        const float *matches = trial.products + lay.matches + asked(m, trial, number) * 2 * m.letters;
        u32 target = target_of(m, trial, number);
        attend(m, tokens, matches, m.beta, activity);
        float first = sum16(m.context, [&](u32 i) { return activity[i * THREADS] * lower[tokens[i]]; });
        float second = sum16(m.context, [&](u32 i) { return activity[i * THREADS] * upper[tokens[i]]; });
        right += (second > first) == (target == 1);
        first -= target == 0 ? 1.0f : 0.0f;
        second -= target == 1 ? 1.0f : 0.0f;
        trial.own[lay.errors + number] = first;
        trial.own[lay.errors + m.batch + number] = second;
        trial.own[lay.losses + number] = first * first + second * second;
        if (m.back != m.beta)
            attend(m, tokens, matches, m.back, activity);
        for (u32 i = 0; i < m.context; i++)
            signal[i * THREADS] = lower[tokens[i]] * first + upper[tokens[i]] * second;
        float mean = sum16(m.context, [&](u32 i) { return activity[i * THREADS] * signal[i * THREADS]; });
        float *items = trial.own + lay.items + number * 3 * m.letters, *pulls = trial.own + lay.pulls + number * 2 * m.letters;
        for (u32 token = 0; token < 3 * m.letters; token++)
            items[token] = 0.0f;
        for (u32 token = 0; token < 2 * m.letters; token++)
            pulls[token] = 0.0f;
        for (u32 i = 0; i < m.context; i++) {
            items[tokens[i]] = activity[i * THREADS];
            pulls[tokens[i]] = activity[i * THREADS] * (signal[i * THREADS] - mean);
        }
    }
    return right;
}

// ---- gradients ----------------------------------------------------------------------------------------------------

// Sums over the batch of numbers that each sequence left, times a number of it.
#define OVER_BATCH(LEFT, width, i, NUMBER) sum16(m.batch, [&](u32 b) { return trial.own[LEFT + b * (width) + (i)] * (NUMBER); })

// What the columns of W_Q and W_K share in the gradients, token by token and letter by letter, and the gradient of W_V.
__device__ __forceinline__ void share(const Model &m, const Layout &lay, const Trial &trial)
{
    u32 pairs = 2 * m.letters, tokens = 3 * m.letters;
    float *products = trial.products;
    for (u32 i = threadIdx.x; i < m.letters * pairs; i += THREADS)
        products[lay.of_letters + i] = OVER_BATCH(lay.pulls, pairs, i % pairs, asked(m, trial, b) == i / pairs ? 1.0f : 0.0f);
    if (m.learn_values)
        for (u32 i = threadIdx.x; i < 2 * tokens; i += THREADS)
            trial.own[lay.sums + 2 * tokens * lay.stride + i] =
                OVER_BATCH(lay.items, tokens, i % tokens, trial.own[lay.errors + i / tokens * m.batch + b]);
    if (!m.learn_keys || !m.hidden)
        return;
    if (m.rule == ALIGN || m.rule == HEBBIAN)
        for (u32 i = threadIdx.x; i < m.letters * tokens; i += THREADS)
            products[lay.asked_items + i] =
                OVER_BATCH(lay.items, tokens, i % tokens, asked(m, trial, b) == i / tokens ? 1.0f : 0.0f);
    if (m.rule == ALIGN)
        for (u32 i = threadIdx.x; i < tokens * tokens; i += THREADS)
            products[lay.of_items + i] =
                OVER_BATCH(lay.items, tokens, i % tokens, trial.own[lay.items + b * tokens + i / tokens]);
    if (m.rule == THROUGH)
        for (u32 i = threadIdx.x; i < tokens * pairs; i += THREADS)
            products[lay.of_items + i] =
                OVER_BATCH(lay.key_pulls, pairs, i % pairs, trial.own[lay.items + b * tokens + i / pairs]);
}

// Place n of the first `count` columns of W_K, each times its share.
__device__ __forceinline__ float mixed(const Model &m, const Layout &lay, const Trial &trial, u32 n, u32 count,
                                       const float *shares)
{
    const float *column = key_column(m, lay, trial, 0) + n;
    return sum16(count, [&](u32 token) { return column[token * lay.stride] * shares[token]; });
}

// Place n of the queries, each times its letter's share in a token.
__device__ __forceinline__ float wanted(const Model &m, const Layout &lay, const Trial &trial, u32 n, const float *shares,
                                        u32 width)
{
    const float *column = query_column(m, lay, trial, 0) + n;
    return sum16(m.letters, [&](u32 letter) { return column[letter * lay.stride] * shares[letter * width]; });
}

// The gradients of W_Q and W_K, but for their factors.
__device__ __forceinline__ void sum_gradients(const Model &m, const Layout &lay, const Trial &trial)
{
    u32 pairs = 2 * m.letters, tokens = 3 * m.letters;
    const float *products = trial.products;
    float *sums = trial.own + lay.sums;
    bool drawn = m.hidden && m.allocation == BY_KEY;
    if (m.learn_queries)
        for (u32 i = threadIdx.x; i < m.letters * m.keys; i += THREADS) {
            u32 letter = i / m.keys, n = i % m.keys;
            float sum = mixed(m, lay, trial, n, pairs, products + lay.of_letters + letter * pairs);
            if (drawn)
                sum += OVER_BATCH(lay.query, m.keys, n, asked(m, trial, b) == letter ? 1.0f : 0.0f);
            sums[(pairs + letter) * lay.stride + n] = sum;
        }
    if (!m.learn_keys)
        return;
    // A query is never an item of the baseline, so its key has no gradient.
    u32 columns = m.hidden ? tokens : pairs;
    for (u32 i = threadIdx.x; i < columns * m.keys; i += THREADS) {
        u32 token = i / m.keys, n = i % m.keys;
        float sum;
        if (!m.hidden)
            sum = wanted(m, lay, trial, n, products + lay.of_letters + token, pairs);
        else if (m.rule == THROUGH) {
            sum = mixed(m, lay, trial, n, pairs, products + lay.of_items + token * pairs);
            if (drawn)
                sum += OVER_BATCH(lay.key, m.keys, n, trial.own[lay.items + b * tokens + token]);
        } else {
            sum = wanted(m, lay, trial, n, products + lay.asked_items + token, tokens);
            if (m.rule == ALIGN)
                sum = mixed(m, lay, trial, n, tokens, products + lay.of_items + token * tokens) - sum;
        }
        sums[(tokens + token) * lay.stride + n] = sum;
    }
}

// Learns from `count` columns or rows.
__device__ __forceinline__ void step(const Model &m, const Layout &lay, const Trial &trial, u32 from, u32 stride, u32 width,
                                     u32 count, float factor, float rate)
{
    for (u32 i = threadIdx.x; i < width * count; i += THREADS) {
        u32 place = from + i / width * stride + i % width;
        trial.weights[place] -= trial.own[lay.sums + place] * factor * rate;
    }
}

__device__ __forceinline__ void learn(const Model &m, const Layout &lay, const Trial &trial)
{
    u32 pairs = 2 * m.letters, tokens = 3 * m.letters;
    if (m.learn_queries)
        step(m, lay, trial, pairs * lay.stride, lay.stride, m.keys, m.letters, m.factor_q, m.rate_q);
    if (m.learn_keys)
        step(m, lay, trial, tokens * lay.stride, lay.stride, m.keys, m.hidden ? tokens : pairs, m.factor_k, m.rate_k);
    if (m.learn_values)
        step(m, lay, trial, 2 * tokens * lay.stride, tokens, tokens, 2, m.factor_v, m.rate_v);
}

// ---- trials -------------------------------------------------------------------------------------------------------

extern __shared__ float4 dynamic[];

// Iterations `first` and so many more of each trial that has not ended before. A trial ends where its loss is no finite number.
template <bool MODULE>
__device__ __forceinline__ void train(const Model &m, const Layout &lay, u32 first, u32 iterations, const Key *tasks,
                                      const Key *modules, const u32 *given, float *weights, float *owns, u32 *done, u32 *correct,
                                      float *losses)
{
    __shared__ u32 right;
    __shared__ bool ends;
    u32 number = blockIdx.x;
    if (done[number] != first)
        return;
    Team team = team_of(threadIdx.x);
    float *shared = (float *)dynamic;
    Trial trial;
    trial.own = owns + (size_t)number * lay.own;
    trial.products = lay.shared_products == NONE ? trial.own + lay.products : shared + lay.shared_products;
    trial.teams = lay.shared_teams == NONE ? trial.own + lay.teams : shared + lay.shared_teams;
    weights += (size_t)number * lay.weights;
    trial.weights = weights;
    if (lay.shared_weights != NONE) {
        trial.weights = shared + lay.shared_weights;
        for (u32 i = threadIdx.x; i < lay.weights; i += THREADS)
            trial.weights[i] = weights[i];
    }
    u32 *drawn = (u32 *)trial.own + lay.batch;
    trial.batch = m.fresh ? drawn : given;
    u32 iteration = 0;
    for (; iteration < iterations; iteration++) {
        __syncthreads();
        if (threadIdx.x == 0) {
            right = 0;
            ends = false;
        }
        if (m.fresh)
            draw_batch(m, (u32 *)trial.teams, derive(tasks[number], first + iteration), drawn);
        multiply(m, lay, trial);
        __syncthreads();
        if (MODULE) {
            Key key = derive(modules[number], first + iteration);
            for (u32 b = threadIdx.x / LANES; b < m.batch; b += TEAMS)
                if (recall(m, lay, trial, team, b, derive(key, b)) && team.lane == 0)
                    atomicAdd(&right, 1u);
        } else
            atomicAdd(&right, answer(m, lay, trial));
        __syncthreads();
        if (threadIdx.x < LANES) {
            float loss = team_sum(team, m.batch, [&](u32 b) { return trial.own[lay.losses + b]; }) / (float)m.batch;
            if (team.lane == 0) {
                size_t place = (size_t)number * iterations + iteration;
                correct[place] = right;
                losses[place] = loss;
                // Neither infinite nor no number.
                ends = !(fabsf(loss) <= 3.402823466e38f);
            }
        }
        share(m, lay, trial);
        __syncthreads();
        if (ends)
            break;
        sum_gradients(m, lay, trial);
        __syncthreads();
        learn(m, lay, trial);
    }
    __syncthreads();
    if (threadIdx.x == 0)
        done[number] = first + iteration;
    if (lay.shared_weights != NONE)
        for (u32 i = threadIdx.x; i < lay.weights; i += THREADS)
            weights[i] = trial.weights[i];
}

// Left alone, the compiler leaves the baseline too few registers on some devices: it is to have those of 6 blocks.
#define KERNEL(name, MODULE, BOUNDS)                                                                                           \
    extern "C" __global__ void __launch_bounds__ BOUNDS                                                                        \
        name(Model m, Layout lay, u32 first, u32 iterations, const Key *tasks, const Key *modules, const u32 *given,           \
             float *weights, float *owns, u32 *done, u32 *correct, float *losses)                                              \
    {                                                                                                                          \
        train<MODULE>(m, lay, first, iterations, tasks, modules, given, weights, owns, done, correct, losses);                 \
    }

KERNEL(train_slots, false, (THREADS, 6))
KERNEL(train_memory, true, (THREADS))
