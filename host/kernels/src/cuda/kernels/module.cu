// A sequence on its way through its module of fast weights, by a team of 16 threads. Behind trial.cu.

// The rows of a module whose start weights are drawn: places of each begin here.
#define KEY_ROWS 0u
#define RETURN_ROWS (1u << 30)
#define INPUT_ROWS (2u << 30)
// Start weights are below this, and those of keys below the other.
#define UNIT 1.0f
#define HALF 0.5f

struct Sequence {
    u32 number;
    Key key;
};

// Four numbers of a drawn key row, from the low halves of its words or (16) the high ones.
__device__ __forceinline__ float4 four_keys(uint4 word, u32 shift)
{
    return make_float4(low_half(word.x >> shift, HALF), low_half(word.y >> shift, HALF), low_half(word.z >> shift, HALF),
                       low_half(word.w >> shift, HALF));
}

// Products of a drawn key row with V vectors at places from `base` on, which are filled up with zeros: four partial sums at
// a time.
template <u32 V>
__device__ __forceinline__ void row_products(const u32 *row, u32 keys, const float *base, const u32 (&places)[V],
                                             float (&products)[V])
{
    u32 words = row_words(keys);
    float4 whole[V] = {};
#pragma unroll 1
    for (u32 odd = 0; odd < 2; odd++) {
        float4 half[V] = {};
#pragma unroll 1
        for (u32 first = 4 * odd; first < LANES; first += 8) {
            float4 sums[V] = {};
#pragma unroll 1
            for (u32 n = first; n < keys; n += LANES) {
                bool low = n < words;
                float4 weights = four_keys(*(const uint4 *)(row + (low ? n : n - words)), low ? 0 : 16);
#pragma unroll
                for (u32 v = 0; v < V; v++)
                    sums[v] = sums[v] + weights * *(const float4 *)(base + places[v] + n);
            }
#pragma unroll
            for (u32 v = 0; v < V; v++)
                half[v] = half[v] + sums[v];
        }
#pragma unroll
        for (u32 v = 0; v < V; v++)
            whole[v] = whole[v] + half[v];
    }
#pragma unroll
    for (u32 v = 0; v < V; v++)
        products[v] = (whole[v].x + whole[v].z) + (whole[v].y + whole[v].w);
}

// Strength with which a token speaks to a hidden unit.
__device__ __forceinline__ float projected(const Model &m, u32 unit, u32 token)
{
    u32 pairs = 2 * m.letters;
    return m.allocation == PROJECTED && unit % pairs == token && unit < pairs * m.winners ? m.strength : 0.0f;
}

// Potentials by key, the products of the drawn key rows with the items and the query: V of these from `first` on.
template <u32 V>
__device__ __forceinline__ void key_potentials(const Model &m, const Layout &lay, const Trial &trial, Team team, float *own,
                                               u32 letter, u32 first)
{
    const u32 *context = (const u32 *)own + lay.context, *drawn = (const u32 *)own + lay.drawn;
    u32 places[V], columns = 3 * m.letters;
#pragma unroll
    for (u32 v = 0; v < V; v++)
        places[v] = (first + v < m.context ? columns + context[first + v] : 2 * m.letters + letter) * lay.stride;
    for (u32 unit = team.lane; unit < m.hidden; unit += LANES) {
        float products[V];
        row_products<V>(drawn + unit * lay.drawn_row, m.keys, trial.weights, places, products);
#pragma unroll
        for (u32 v = 0; v < V; v++)
            own[lay.potentials + (first + v) * m.hidden + unit] = products[v];
    }
}

// Potentials of the units as they start, for each item of the context and for the query.
__device__ __forceinline__ void start(const Model &m, const Layout &lay, const Trial &trial, Team team, float *own,
                                      const Sequence &s)
{
    const u32 *context = (const u32 *)own + lay.context;
    float *potentials = own + lay.potentials;
    if (m.allocation == BY_KEY) {
        u32 words = row_words(m.keys);
        u32 *drawn = (u32 *)own + lay.drawn;
        for (u32 unit = 0; unit < m.hidden; unit++)
            for (u32 word = team.lane; word < words; word += LANES)
                drawn[unit * lay.drawn_row + word] = at(s.key, (unit * words | KEY_ROWS) + word);
        meet(team);
        u32 first = 0, letter = asked(m, trial, s.number);
        for (; first + 5 <= m.context + 1; first += 5)
            key_potentials<5>(m, lay, trial, team, own, letter, first);
        for (; first < m.context + 1; first++)
            key_potentials<1>(m, lay, trial, team, own, letter, first);
        return;
    }
    u32 words = row_words(3 * m.letters);
    for (u32 i = 0; i < m.context; i++) {
        u32 token = context[i];
        for (u32 unit = team.lane; unit < m.hidden; unit += LANES) {
            float potential = projected(m, unit, token);
            if (m.allocation == BY_ITEM) {
                u32 word = at(s.key, (unit * words | INPUT_ROWS) + token % words);
                potential = token < words ? low_half(word, UNIT) : high_half(word, UNIT);
            }
            potentials[i * m.hidden + unit] = potential;
        }
    }
    for (u32 unit = team.lane; unit < m.hidden; unit += LANES)
        potentials[m.context * m.hidden + unit] = 0.0f;
}

// Stores the items one after the other, each in the units with the largest potentials.
__device__ __forceinline__ void load(const Model &m, const Layout &lay, const Trial &trial, Team team, float *own, u32 letter)
{
    const u32 *context = (const u32 *)own + lay.context;
    u32 *stored = (u32 *)own + lay.stored, pairs = 2 * m.letters;
    float *potentials = own + lay.potentials;
    for (u32 unit = team.lane; unit < m.hidden; unit += LANES)
        stored[unit] = NONE;
    meet(team);
    for (u32 i = 0; i < m.context; i++) {
        u32 token = context[i];
        for (u32 winner = 0; winner < m.winners; winner++) {
            u32 unit = team_largest(team, m.hidden, potentials + i * m.hidden);
            // Nobody is to see what follows before he has looked.
            meet(team);
            if (team.lane == 0) {
                stored[unit] = token;
                // Out of this item's running, and with its new key in those to come.
                potentials[i * m.hidden + unit] = LOWEST;
                potentials[m.context * m.hidden + unit] = trial.products[lay.matches + letter * pairs + token];
            }
            for (u32 later = i + 1 + team.lane; later < m.context; later += LANES) {
                u32 other = context[later];
                float potential = 0.0f;
                if (m.allocation != BY_ITEM)
                    potential = trial.products[lay.gram + token * pairs + other];
                if (m.allocation == PROJECTED)
                    potential += projected(m, unit, other);
                potentials[later * m.hidden + unit] = potential;
            }
            meet(team);
        }
    }
}

// What the units give back, item and value: stored, or drawn by those that store nothing.
__device__ __forceinline__ void fill_returns(const Model &m, const Layout &lay, const Trial &trial, Team team, float *own,
                                             Key key)
{
    const u32 *stored = (const u32 *)own + lay.stored;
    const float *values = value_rows(m, lay, trial);
    u32 tokens = 3 * m.letters, places = tokens + 2, words = row_words(places);
    for (u32 unit = 0; unit < m.hidden; unit++) {
        float *returns = own + lay.returns + unit * lay.returns_row;
        u32 token = stored[unit];
        if (token == NONE) {
            for (u32 word = team.lane; word < min(words, places); word += LANES) {
                u32 drawn = at(key, (unit * words | RETURN_ROWS) + word);
                returns[word] = low_half(drawn, UNIT);
                if (word + words < places)
                    returns[word + words] = high_half(drawn, UNIT);
            }
        } else {
            for (u32 place = team.lane; place < tokens; place += LANES)
                returns[place] = place == token ? 1.0f : 0.0f;
            if (team.lane < 2)
                returns[tokens + team.lane] = values[team.lane * tokens + token];
        }
    }
    meet(team);
}

// What the gradient of the softmax makes of the signals, in place; and those of the units alone that store nothing.
__device__ __forceinline__ void through_softmax(const Model &m, const Layout &lay, Team team, float *own)
{
    const u32 *stored = (const u32 *)own + lay.stored;
    const float *activity = own + lay.activity;
    float *signal = own + lay.signal, *drawn = own + lay.drawn_signal;
    float mean = team_sum(team, m.hidden, [&](u32 unit) { return activity[unit] * signal[unit]; });
    for (u32 first = 0; first < m.hidden; first += LANES) {
        u32 unit = first + team.lane;
        float through = unit < m.hidden ? activity[unit] * (signal[unit] - mean) : 0.0f;
        meet(team);
        if (unit >= m.hidden)
            continue;
        signal[unit] = through;
        if (m.allocation == BY_KEY)
            drawn[unit] = stored[unit] == NONE ? through : 0.0f;
    }
    meet(team);
}

// Leaves the signals of the units that store an item, token by token, in ascending order from zero; and the sum of the drawn
// key rows, each times its unit's signal, where there are such.
__device__ __forceinline__ void pull(const Model &m, const Layout &lay, Team team, const float *own, float *of_tokens,
                                     float *of_rows)
{
    const u32 *stored = (const u32 *)own + lay.stored, *drawn = (const u32 *)own + lay.drawn;
    const float *signal = own + lay.signal, *of_drawn = own + lay.drawn_signal;
    for (u32 token = team.lane; token < 2 * m.letters; token += LANES) {
        float sum = 0.0f;
        for (u32 unit = 0; unit < m.hidden; unit++)
            if (stored[unit] == token)
                sum += signal[unit];
        of_tokens[token] = sum;
    }
    if (m.allocation != BY_KEY)
        return;
    // Two words at a time, which are two places and two that lie `words` behind.
    u32 words = row_words(m.keys);
    for (u32 n = 2 * team.lane; n < min(words, m.keys); n += 2 * LANES) {
        float4 sum = sum16(m.hidden, [&](u32 unit) {
            uint2 word = *(const uint2 *)(drawn + unit * lay.drawn_row + n);
            float4 weights = make_float4(low_half(word.x, HALF), low_half(word.y, HALF), high_half(word.x, HALF),
                                         high_half(word.y, HALF));
            return weights * of_drawn[unit];
        });
        of_rows[n] = sum.x;
        if (n + 1 < m.keys)
            of_rows[n + 1] = sum.y;
        if (n + words < m.keys)
            of_rows[n + words] = sum.z;
        if (n + words + 1 < m.keys)
            of_rows[n + words + 1] = sum.w;
    }
}

// The gradient of W_K through the module: recall with the reinstated key.
__device__ __forceinline__ void through_module(const Model &m, const Layout &lay, const Trial &trial, Team team, float *own,
                                               const Sequence &s)
{
    u32 tokens = 3 * m.letters;
    const u32 *stored = (const u32 *)own + lay.stored, *drawn = (const u32 *)own + lay.drawn;
    const float *item = own + lay.item;
    float *key = own + lay.reinstated_key, *activity = own + lay.activity, *signal = own + lay.signal;
    const float *columns = key_column(m, lay, trial, 0);
    // Columns are filled up with zeros, and so is the key.
    for (u32 n = 4 * team.lane; n < lay.stride; n += 4 * LANES)
        *(float4 *)(key + n) =
            sum16(tokens, [&](u32 token) { return *(const float4 *)(columns + token * lay.stride + n) * item[token]; });
    meet(team);
    for (u32 unit = team.lane; unit < m.hidden; unit += LANES) {
        float product[1] = {0.0f};
        if (m.allocation == BY_KEY && stored[unit] == NONE) {
            const u32 place[1] = {0};
            row_products<1>(drawn + unit * lay.drawn_row, m.keys, key, place, product);
        }
        activity[unit] = product[0];
    }
    meet(team);
    for (u32 unit = 0; unit < m.hidden; unit++) {
        u32 token = stored[unit];
        if (token == NONE)
            continue;
        const float *column = columns + token * lay.stride;
        float product = team_sum(team, m.keys, [&](u32 n) { return column[n] * key[n]; });
        if (team.lane == 0)
            activity[unit] = product;
    }
    meet(team);
    team_softmax(team, m.hidden, activity, [&](u32 unit) { return m.beta * activity[unit]; });
    const float *lower = own + lay.returns + tokens, *upper = lower + 1;
    float first = team_sum(team, m.hidden, [&](u32 unit) { return lower[unit * lay.returns_row] * activity[unit]; });
    float second = team_sum(team, m.hidden, [&](u32 unit) { return upper[unit * lay.returns_row] * activity[unit]; });
    u32 target = target_of(m, trial, s.number);
    first -= target == 0 ? 1.0f : 0.0f;
    second -= target == 1 ? 1.0f : 0.0f;
    for (u32 unit = team.lane; unit < m.hidden; unit += LANES)
        signal[unit] = lower[unit * lay.returns_row] * first + upper[unit * lay.returns_row] * second;
    through_softmax(m, lay, team, own);
    pull(m, lay, team, own, trial.own + lay.key_pulls + s.number * 2 * m.letters, trial.own + lay.key + s.number * m.keys);
}

// Loads and recalls; leaves what the gradients are made of, and gives whether the answer was right.
__device__ __forceinline__ bool recall(const Model &m, const Layout &lay, const Trial &trial, Team team, u32 number, Key key)
{
    Sequence s = {number, key};
    u32 tokens = 3 * m.letters;
    float *own = trial.teams + threadIdx.x / LANES * lay.team;
    u32 *context = (u32 *)own + lay.context;
    const u32 *stored = (const u32 *)own + lay.stored;
    float *activity = own + lay.activity, *signal = own + lay.signal, *item = own + lay.item, *pulls = own + lay.pull;
    const float *lower = value_rows(m, lay, trial), *upper = lower + tokens;
    // What was read of the last sequence may be written over.
    meet(team);
    for (u32 i = team.lane; i < m.context; i += LANES)
        context[i] = trial.batch[number * m.context + i];
    meet(team);
    start(m, lay, trial, team, own, s);
    load(m, lay, trial, team, own, asked(m, trial, number));
    fill_returns(m, lay, trial, team, own, key);

    const float *potentials = own + lay.potentials + m.context * m.hidden, *returns = own + lay.returns;
    team_softmax(team, m.hidden, activity, [&](u32 unit) { return m.beta * potentials[unit]; });
    for (u32 place = team.lane; place < tokens + 2; place += LANES) {
        float sum = sum16(m.hidden, [&](u32 unit) { return returns[unit * lay.returns_row + place] * activity[unit]; });
        item[place] = sum;
        if (place < tokens)
            trial.own[lay.items + number * tokens + place] = sum;
    }
    meet(team);
    u32 target = target_of(m, trial, number);
    float targets[2] = {target == 0 ? 1.0f : 0.0f, target == 1 ? 1.0f : 0.0f};
    float missed[2] = {item[tokens] - targets[0], item[tokens + 1] - targets[1]};
    float errors[2] = {team_sum(team, tokens, [&](u32 token) { return lower[token] * item[token]; }) - targets[0],
                       team_sum(team, tokens, [&](u32 token) { return upper[token] * item[token]; }) - targets[1]};
    if (team.lane == 0) {
        trial.own[lay.losses + number] = missed[0] * missed[0] + missed[1] * missed[1];
        trial.own[lay.errors + number] = m.taught == REINSTATED ? errors[0] : missed[0];
        trial.own[lay.errors + m.batch + number] = m.taught == REINSTATED ? errors[1] : missed[1];
    }
    for (u32 token = team.lane; token < tokens; token += LANES)
        pulls[token] = lower[token] * errors[0] + upper[token] * errors[1];
    meet(team);
    for (u32 unit = team.lane; unit < m.hidden; unit += LANES) {
        // The product with a one-hot item is an entry; zero is added as in a sum.
        if (stored[unit] == NONE)
            signal[unit] = sum16(tokens, [&](u32 token) { return returns[unit * lay.returns_row + token] * pulls[token]; });
        else
            signal[unit] = pulls[stored[unit]] + 0.0f;
    }
    meet(team);
    through_softmax(m, lay, team, own);
    pull(m, lay, team, own, trial.own + lay.pulls + number * 2 * m.letters, trial.own + lay.query + number * m.keys);
    bool right = (item[tokens + 1] > item[tokens]) == (target == 1);
    if (m.learn_keys && m.rule == THROUGH) {
        meet(team);
        through_module(m, lay, trial, team, own, s);
    }
    return right;
}
