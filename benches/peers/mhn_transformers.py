"""The MHN-transformers on the Case Sequence Task: settings, statistics, and the compiled program.

Tokens are numbers: letter l in lower case is l, in upper case L + l, its query 2 L + l. Weights are kept by tokens: W_Q and
W_K are (3 L, N), W_V is (3 L, 2), so that an input is a row to look up. Equal scores go to the lowest index.
"""

from dataclasses import dataclass, replace
from functools import cache

import llvmlite.binding as llvm
import numpy as np
from numba import njit

from programs import COMPILED

BATCH = 64
LOADINGS = ["keys", "projections", "item"]
VALUES = ["reinstated", "mhn"]
FORMS = ["consistent", "published-2025"]


@dataclass(frozen=True)
class Settings:
    """A model and its hyperparameters.

    `model`: how W_K learns: `baseline` (attention without a module), `fixed`, `mhn` (through the module), `qk`, `hebbian`.
    `loading`: where an item's winner comes from: `keys` (W_KH starts uniform in [0, .5]), `projections` (W_KH starts at
    zero, and the unit of the item's token gets `strength` more) or `item` (a fast W_IH alone, uniform in [0, 1]).
    `values`: W_V's error is that of the output from the `reinstated` item, or of the module's output, `mhn`.
    `form`: of the baseline, `consistent` or `published-2025`: logits over sqrt(N) in the forward pass only.
    W_Q and W_K start normal with standard deviation `init_scale / sqrt(N)`, W_V uniform in [0, .1].
    """

    name: str
    model: str
    width: int = 50  # N
    hidden: int = 16  # n_h
    loading: str = "keys"
    rate_query: float = 5e-3
    rate_value: float = 5e-3
    rate_key: float = 5e-3
    letters: int = 4
    context: int = 4
    beta: float = 1.0
    init_scale: float = 1.0
    strength: float = 1.0
    values: str = "reinstated"
    form: str = "consistent"

    def wrong(self):
        """What forbids these sizes, or nothing."""
        if not 1 <= self.context <= self.letters:
            return f"context {self.context} must be 1 to the number of letters, {self.letters}"
        least = {"keys": 1, "projections": 2 * self.letters, "item": self.context}[self.loading]
        if self.model != "baseline" and self.hidden < least:
            return f"hidden {self.hidden} must be at least {least} with loading by {self.loading}"
        return "width must be positive" if self.width < 1 else ""

    def starting(self, rng):
        """W_Q, W_K and W_V, single precision."""
        shape, deviation = (3 * self.letters, self.width), self.init_scale / self.width**0.5
        query, key = (rng.normal(0, deviation, shape).astype(np.float32) for _ in range(2))
        return query, key, rng.uniform(0, 0.1, (shape[0], 2)).astype(np.float32)


slow = {"rate_query": 1e-3, "rate_value": 1e-3, "rate_key": 1e-3}
projected = {"loading": "projections"}
# Hyperparameters of the published runs; the baseline in its consistent form.
MODELS = [
    Settings("tf_baseline", "baseline", width=10, **slow),
    Settings("tf_fixed", "fixed", hidden=10, **slow),
    Settings("tf_mhn", "mhn"),
    Settings("tf_qk", "qk", rate_key=1e-4),
    Settings("tf_fixed_proj", "fixed", width=32, hidden=8, **slow, **projected),
    Settings("tf_mhn_proj", "mhn", hidden=10, **projected),
    Settings("tf_qk_proj", "qk", rate_key=1e-4, **projected),
]
# Accuracy over the last 1,000 of 5,000 iterations, of an independent program, and four standard deviations over trials.
ACCURACIES = {
    "tf_baseline": (1.0, 0.001),
    "tf_fixed": (0.898, 0.2),
    "tf_mhn": (0.867, 0.12),
    "tf_qk": (0.890, 0.16),
    "tf_fixed_proj": (0.998, 0.02),
    "tf_mhn_proj": (0.957, 0.13),
    "tf_qk_proj": (1.0, 0.001),
}
# Other sizes and ways, for the programs' comparison: they must be right for these too.
CHECKED_TOO = [
    Settings("tf_item", "mhn", loading="item", values="mhn"),
    Settings("tf_hebbian", "hebbian", beta=2.0, init_scale=0.5, strength=0.5, **projected),
    Settings("tf_few_units", "mhn", hidden=3, init_scale=2.0),
    Settings("tf_other_sizes", "mhn", width=21, hidden=19, letters=6, context=3, beta=1.5),
    Settings("tf_baseline_published", "baseline", width=10, init_scale=0.25, form="published-2025", **slow),
]


def statistics(query, key, value, letters):
    """The tables' figures: blocks of W_K^T W_K and W_Q^T W_K, each with mean and range on and off the diagonal; and W_V's."""
    query, key, value = (weights.astype(np.float64) for weights in (query, key, value))
    lower, upper, asked = (slice(part * letters, (part + 1) * letters) for part in range(3))
    diagonal = np.eye(letters, dtype=bool)
    found = {}
    for name, block in (
        ("upper_lower", key[upper] @ key[lower].T),
        ("query_lower", query[asked] @ key[lower].T),
        ("query_upper", query[asked] @ key[upper].T),
    ):
        for part, entries in (("diagonal", block[diagonal]), ("off_diagonal", block[~diagonal])):
            found[f"{name}_{part}_mean"] = entries.mean()
            found[f"{name}_{part}_range"] = np.ptp(entries)
    right = np.concatenate([value[lower, 0], value[upper, 1]])
    wrong = np.concatenate([value[lower, 1], value[upper, 0]])
    found["value_right_minus_wrong"] = right.mean() - wrong.mean()
    return {name: float(figure) for name, figure in found.items()}


def given_batch(settings, rng):
    """Tokens (64, C), query tokens, targets and the modules' start weights, drawn by numpy: for comparing programs.

    W_KH (64, n_h, N), W_HV with W_HI (64, n_h, 2 + 3 L: value, then item), W_IH (64, n_h, 3 L).
    """
    letters, hidden = settings.letters, settings.hidden
    order = np.argsort(rng.random((BATCH, letters)), axis=1)[:, : settings.context]
    cases = rng.integers(0, 2, order.shape)
    rows, asked = np.arange(BATCH), rng.integers(0, settings.context, BATCH)
    keys = rng.random((BATCH, hidden, settings.width), dtype=np.float32) * np.float32(0.5)
    if settings.loading != "keys":
        keys[:] = 0
    contents = rng.random((BATCH, hidden, 2 + 3 * letters), dtype=np.float32)
    items = rng.random((BATCH, hidden, 3 * letters), dtype=np.float32)
    return order + letters * cases, 2 * letters + order[rows, asked], cases[rows, asked], keys, contents, items


@njit(**COMPILED)
def exponential(x):
    """e^x for x <= 0, to a few units in the last place; 0 below -87. A vector loop, which numba makes of no library's."""
    lowest = np.float32(-87)
    nothing, x = x < lowest, max(x, lowest)
    whole = np.floor(x * np.float32(1.4426950408889634) + np.float32(0.5))
    rest = x - whole * np.float32(0.6931471805599453)
    y = np.float32(1 / 720)
    y = y * rest + np.float32(1 / 120)
    y = y * rest + np.float32(1 / 24)
    y = y * rest + np.float32(1 / 6)
    y = y * rest + np.float32(0.5)
    y = y * rest + np.float32(1)
    y = y * rest + np.float32(1)
    y *= np.int32((np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32)
    return np.float32(0) if nothing else y


LANES = 32  # Start weights are drawn in blocks of this many words, two to a word.


@njit(**COMPILED)
def next_word(state):
    """splitmix64: the data."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(**COMPILED)
def fill(keys, counter, scale, out):
    """Uniform numbers in [0, scale), of 16 bits each: a hash of the counter under two keys. `out` is (blocks, 2, LANES).

    The places of a block have no order among them, so this is a loop over vectors; the streams of a generator such as
    xorshift, side by side, take four times as long, because they are read and written.
    """
    scale = np.float32(scale / np.float32(65536))
    # Read once: numba cannot know that `out` is not where they are.
    first, second = keys[0], keys[1]
    for block in range(out.shape[0]):
        for lane in range(LANES):
            word = np.uint32(np.uint32(counter + block * LANES + lane) + first)
            word = np.uint32(np.uint32(word ^ (word >> np.uint32(16))) * np.uint32(0x7FEB352D))
            word = np.uint32(word ^ second)
            word = np.uint32(np.uint32(word ^ (word >> np.uint32(15))) * np.uint32(0x846CA68B))
            word = np.uint32(word ^ (word >> np.uint32(16)))
            out[block, 0, lane] = np.float32(np.int32(word >> np.uint32(16))) * scale
            out[block, 1, lane] = np.float32(np.int32(word & np.uint32(0xFFFF))) * scale
    return counter + out.shape[0] * LANES


def up_to(size, multiple):
    return -(-size // multiple) * multiple


@cache
def keep_loops():
    """Tells LLVM, for all that is compiled from here on, to make vectors of short loops instead of unrolling them first.

    Without it, loops over 16 units become 16 scalar steps, and training takes a fifth longer. Once only: LLVM refuses an
    option that it was given before.
    """
    llvm.set_option("", "-unroll-full-max-count=2")


@njit(**COMPILED)
def aligned(size):
    """Zeros that start on a cache line: vectors that straddle two take twice as long, and where they lie is luck."""
    memory = np.zeros(size + 16, np.float32)
    first = (-memory.ctypes.data % 64) // 4
    return memory[first : first + size]


def compiled_products(count, size):
    """out[i] = rows[i] . vector for `count` rows, a multiple of 4: four at a time, so that their sums overlap."""

    @njit(**COMPILED)
    def products(rows, vector, out):
        for first in range(0, count, 4):
            a, b, c, d = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
            for entry in range(size):
                factor = vector[entry]
                a += rows[first, entry] * factor
                b += rows[first + 1, entry] * factor
                c += rows[first + 2, entry] * factor
                d += rows[first + 3, entry] * factor
            out[first], out[first + 1], out[first + 2], out[first + 3] = a, b, c, d

    return products


def compiled_sums(count, size):
    """out += sum of shares[i] * rows[i] over `count` rows, a multiple of 4.

    Four at a time: `out` could be one of the rows for all that numba knows, so it is read and written each time.
    """

    @njit(**COMPILED)
    def add(shares, rows, out):
        for first in range(0, count, 4):
            a, b, c, d = shares[first], shares[first + 1], shares[first + 2], shares[first + 3]
            for entry in range(size):
                out[entry] += (
                    a * rows[first, entry]
                    + b * rows[first + 1, entry]
                    + c * rows[first + 2, entry]
                    + d * rows[first + 3, entry]
                )

    return add


@cache
def compiled_training(settings):
    """Iterations of training, compiled for these settings but for rates: sizes and model are constants of the loops.

    Keys and queries are columns of W_K and W_Q, so products of loaded rows with them are looked up in tables of W_K^T W_K and
    W_Q^T W_K, made once an iteration, and gradients through loaded rows are summed up as coefficients of those columns.
    Only the start weights of units that nothing was loaded into (there are none with projections) need loops over N.
    Data and start weights are read from `batch` where it has any, and drawn otherwise.
    """
    keep_loops()
    letters, context, hidden, width = settings.letters, settings.context, settings.hidden, settings.width
    tokens, asked = 3 * letters, 2 * letters
    # Padded sizes, whole vectors: loops of other sizes are not made vector loops. A unit's content: item, value, nothing.
    units = up_to(hidden, 8 if hidden <= 8 else 16)
    inner, row = up_to(width, 16), up_to(tokens + 2, 16)
    baseline, published = settings.model == "baseline", settings.form == "published-2025"
    through, align, hebbian = (settings.model == model for model in ("mhn", "qk", "hebbian"))
    starts = settings.loading == "keys" and not baseline
    projections, by_item = settings.loading == "projections", settings.loading == "item"
    by_output = settings.values == "mhn"
    strength, beta = np.float32(settings.strength), np.float32(settings.beta)
    forward = np.float32(settings.beta / width**0.5) if published else beta
    fixed = settings.model == "fixed"
    start_size, content_size, input_size = units * inner, units * row, context * units
    start_blocks, content_blocks, input_blocks = (
        up_to(size, 2 * LANES) // (2 * LANES) for size in (start_size, content_size, input_size)
    )
    queries = context  # The row of the scores that belongs to the query.
    zero, one, half, least = np.float32(0), np.float32(1), np.float32(0.5), np.float32(-1e30)

    @njit(**COMPILED)
    def softmax(logits, scale, size, out):
        highest = logits[0]
        for unit in range(1, size):
            highest = max(highest, logits[unit])
        total = zero
        for unit in range(size):
            out[unit] = exponential(scale * (logits[unit] - highest))
        for unit in range(size):
            total += out[unit]
        total = one / total
        for unit in range(size):
            out[unit] *= total

    @njit(**COMPILED)
    def times_jacobian(shares, back, size, out):
        mean = zero
        for unit in range(size):
            mean += shares[unit] * back[unit]
        for unit in range(size):
            out[unit] = shares[unit] * (back[unit] - mean)

    @njit(**COMPILED)
    def draw(state, order, items):
        """A context into `items`; returns the query's letter and its case."""
        word = next_word(state)
        for place in range(context):
            bits = next_word(state)  # The upper half for the place, a bit of the lower for the case.
            other = place + np.int64(((bits >> np.uint64(32)) * np.uint64(letters - place)) >> np.uint64(32))
            letter = order[other]
            order[other] = order[place]
            order[place] = letter
            items[place] = letter + letters * np.int64((bits >> np.uint64(8)) & np.uint64(1))
        item = items[np.int64(((word >> np.uint64(32)) * np.uint64(context)) >> np.uint64(32))]
        case = np.int64(item >= letters)
        return item - letters * case, case

    @njit(**COMPILED)
    def load(items, keys_by_items, queries_by_items, asked_letter, value, contents, scores, winners):
        """Loads the context; `scores` (context + 1, units) hold the start weights' and become the loaded rows'.

        `winners` has each item's unit afterwards.
        """
        for place in range(context):
            item = items[place]
            if projections:
                scores[place, item] += strength
            winner, highest = 0, scores[place, 0]
            for unit in range(1, hidden):
                better = scores[place, unit] > highest
                winner, highest = unit if better else winner, scores[place, unit] if better else highest
            winners[place] = winner
            for later in range(place + 1, context):
                # A loaded row of W_IH is one-hot for another item.
                scores[later, winner] = zero if by_item else keys_by_items[item, items[later]]
            scores[queries, winner] = queries_by_items[asked_letter, item]
            for entry in range(row):
                contents[winner, entry] = zero
            contents[winner, item] = one
            contents[winner, tokens] = value[item, 0]
            contents[winner, tokens + 1] = value[item, 1]

    start_products, content_products = compiled_products(units, inner), compiled_products(units, row)
    add_starts, add_contents = compiled_sums(units, inner), compiled_sums(units, row)
    add_keys = compiled_sums(up_to(tokens, 4), inner)
    add_outputs, add_backs = compiled_sums(BATCH, row), compiled_sums(BATCH, inner)

    @njit(**COMPILED)
    def train(iterations, query, key, value, rates, state, hash_keys, batch, correct, losses):
        given = batch[0].size > 0
        rate_query, rate_key, rate_value = rates
        # Weights padded to `inner` columns; pads stay zero.
        keys_by_items = aligned(asked * row).reshape(asked, row)
        queries_by_items = aligned(letters * asked).reshape(letters, asked)
        order, items, winners = np.arange(letters), np.zeros(context, np.int64), np.zeros(context, np.int64)
        drawn = aligned(start_blocks * 2 * LANES).reshape(start_blocks, 2, LANES)
        start = drawn.reshape(-1)[:start_size].reshape(units, inner)
        drawn_contents = aligned(content_blocks * 2 * LANES).reshape(content_blocks, 2, LANES)
        contents = drawn_contents.reshape(-1)[:content_size].reshape(units, row)
        drawn_inputs = aligned(input_blocks * 2 * LANES).reshape(input_blocks, 2, LANES)
        inputs = drawn_inputs.reshape(-1)[:input_size].reshape(context, units)
        scores = aligned((context + 1) * units).reshape(context + 1, units)
        shares, back, change = (aligned(units), aligned(units), aligned(units))
        again = aligned(units)
        toward, reinstated = aligned(row), aligned(inner)
        # Of every sequence: x~, and what comes back to W_K x~ through the start weights.
        outputs, backs = aligned(BATCH * row).reshape(BATCH, row), aligned(BATCH * inner).reshape(BATCH, inner)
        # Sums over the batch.
        by_query = aligned(letters * asked).reshape(letters, asked)
        by_key = aligned(tokens * row).reshape(tokens, row)
        by_item_query = aligned(letters * row).reshape(letters, row)
        start_key = aligned(tokens * inner).reshape(tokens, inner)
        value_change = aligned(2 * row).reshape(2, row)
        value_rows = aligned(2 * row).reshape(2, row)
        query_change = aligned(letters * inner).reshape(letters, inner)
        key_change = aligned(tokens * inner).reshape(tokens, inner)
        counter = np.int64(state[1])
        for iteration in range(iterations):
            for item in range(asked):
                for other in range(tokens if through else asked):
                    total = zero
                    for entry in range(inner):
                        total += key[item, entry] * key[other, entry]
                    keys_by_items[item, other] = total
            for letter in range(letters):
                for item in range(asked):
                    total = zero
                    for entry in range(inner):
                        total += query[asked + letter, entry] * key[item, entry]
                    queries_by_items[letter, item] = total
            for item in range(tokens):
                value_rows[0, item] = value[item, 0]
                value_rows[1, item] = value[item, 1]
            by_query[:] = zero
            value_change[:] = zero
            query_change[:] = zero
            by_key[:] = zero
            by_item_query[:] = zero
            if through and starts:
                start_key[:] = zero
            right = 0
            loss = zero
            for sequence in range(BATCH):
                if given:
                    for place in range(context):
                        items[place] = batch[0][sequence, place]
                    letter, case = batch[1][sequence] - asked, batch[2][sequence]
                else:
                    letter, case = draw(state, order, items)
                first, second = np.float32(case == 0), np.float32(case == 1)

                if baseline:
                    for place in range(context):
                        scores[0, place] = queries_by_items[letter, items[place]]
                    softmax(scores[0], forward, context, shares)
                    y0, y1 = zero, zero
                    for place in range(context):
                        y0 += shares[place] * value[items[place], 0]
                        y1 += shares[place] * value[items[place], 1]
                    right += np.int64((y1 > y0) == (case == 1))
                    e0, e1 = y0 - first, y1 - second
                    loss += e0 * e0 + e1 * e1
                    if published:
                        softmax(scores[0], beta, context, shares)
                    for place in range(context):
                        item = items[place]
                        back[place] = e0 * value[item, 0] + e1 * value[item, 1]
                        value_change[0, item] += e0 * shares[place]
                        value_change[1, item] += e1 * shares[place]
                    times_jacobian(shares, back, context, change)
                    for place in range(context):
                        by_query[letter, items[place]] += change[place]
                    continue

                # The module's start weights, and their products with keys and query.
                if given:
                    for unit in range(hidden):
                        for entry in range(tokens):
                            contents[unit, entry] = batch[4][sequence, unit, 2 + entry]
                        for entry in range(2):
                            contents[unit, tokens + entry] = batch[4][sequence, unit, entry]
                        for entry in range(width):
                            start[unit, entry] = batch[3][sequence, unit, entry]
                else:
                    counter = fill(hash_keys, counter, one, drawn_contents)
                    if starts:
                        counter = fill(hash_keys, counter, half, drawn)
                if starts:
                    for place in range(context):
                        start_products(start, key[items[place]], scores[place])
                    start_products(start, query[asked + letter], scores[queries])
                    for place in range(context + 1):
                        for unit in range(hidden, units):
                            scores[place, unit] = least
                else:
                    for place in range(context + 1):
                        for unit in range(units):
                            scores[place, unit] = zero if unit < hidden else least
                if by_item:
                    # Only the items' columns of W_IH are ever read.
                    if not given:
                        counter = fill(hash_keys, counter, one, drawn_inputs)
                    for place in range(context):
                        for unit in range(hidden):
                            scores[place, unit] = (
                                batch[5][sequence, unit, items[place]] if given else inputs[place, unit]
                            )
                load(items, keys_by_items, queries_by_items, letter, value, contents, scores, winners)

                # Units beyond n_h are pads: their shares stay zero.
                softmax(scores[queries], beta, units, shares)
                output = outputs[sequence]
                output[:] = zero
                add_contents(shares, contents, output)
                m0, m1 = output[tokens] - first, output[tokens + 1] - second
                right += np.int64((output[tokens + 1] > output[tokens]) == (case == 1))
                loss += m0 * m0 + m1 * m1
                for entry in range(tokens, row):
                    output[entry] = zero
                e0, e1 = zero, zero
                for entry in range(row):
                    e0 += value_rows[0, entry] * output[entry]
                    e1 += value_rows[1, entry] * output[entry]
                e0 -= first
                e1 -= second
                for entry in range(row):
                    toward[entry] = e0 * value_rows[0, entry] + e1 * value_rows[1, entry]
                if by_output:
                    e0, e1 = m0, m1
                for entry in range(row):
                    value_change[0, entry] += e0 * output[entry]
                    value_change[1, entry] += e1 * output[entry]

                content_products(contents, toward, back)
                times_jacobian(shares, back, units, change)
                # The last item that a unit was loaded with has it: backwards, and nothing is left for others.
                for place in range(context - 1, -1, -1):
                    by_query[letter, items[place]] += change[winners[place]]
                    change[winners[place]] = zero
                if starts:
                    add_starts(change, start, query_change[letter])

                if align or hebbian:
                    for entry in range(row):
                        by_item_query[letter, entry] += output[entry]
                if through:
                    if starts:
                        reinstated[:] = zero
                        add_keys(output, key, reinstated)
                        start_products(start, reinstated, again)
                        for unit in range(hidden, units):
                            again[unit] = least
                    else:
                        for unit in range(units):
                            again[unit] = zero if unit < hidden else least
                    for place in range(context):
                        total = zero
                        for entry in range(row):
                            total += keys_by_items[items[place], entry] * output[entry]
                        again[winners[place]] = total
                    softmax(again, beta, units, shares)
                    y0, y1 = -first, -second
                    for unit in range(units):
                        y0 += shares[unit] * contents[unit, tokens]
                        y1 += shares[unit] * contents[unit, tokens + 1]
                    for unit in range(units):
                        back[unit] = y0 * contents[unit, tokens] + y1 * contents[unit, tokens + 1]
                    times_jacobian(shares, back, units, change)
                    for place in range(context - 1, -1, -1):
                        share = change[winners[place]]
                        for entry in range(row):
                            by_key[items[place], entry] += share * output[entry]
                        change[winners[place]] = zero
                    if starts:
                        backs[sequence, :] = zero
                        add_starts(change, start, backs[sequence])

            correct[iteration] = right
            losses[iteration] = loss / np.float32(BATCH)
            # Sums over the batch of outer products: sum of x~ x~^T, and of what came back and x~.
            for item in range(tokens):
                if align:
                    add_outputs(outputs[:, item], outputs, by_key[item])
                if through and starts:
                    add_backs(outputs[:, item], backs, start_key[item])
            # All changes from the weights before this iteration.
            for letter in range(letters):
                for item in range(asked):
                    share = by_query[letter, item]
                    for entry in range(inner):
                        query_change[letter, entry] += share * key[item, entry]
            if not fixed:
                key_change[:] = zero
                if align or through:
                    for item in range(tokens if align else asked):
                        for other in range(tokens):
                            share = by_key[item, other]
                            for entry in range(inner):
                                key_change[other, entry] += share * key[item, entry]
                if align or hebbian:
                    for letter in range(letters):
                        for other in range(tokens):
                            share = by_item_query[letter, other]
                            for entry in range(inner):
                                key_change[other, entry] -= share * query[asked + letter, entry]
                if through and starts:
                    for item in range(tokens):
                        for entry in range(inner):
                            key_change[item, entry] += start_key[item, entry]
                if baseline:
                    for letter in range(letters):
                        for item in range(asked):
                            share = by_query[letter, item]
                            for entry in range(inner):
                                key_change[item, entry] += share * query[asked + letter, entry]
                for item in range(tokens):
                    for entry in range(width):
                        key[item, entry] -= rate_key * key_change[item, entry]
            for letter in range(letters):
                for entry in range(width):
                    query[asked + letter, entry] -= rate_query * query_change[letter, entry]
            for item in range(tokens):
                value[item, 0] -= rate_value * value_change[0, item]
                value[item, 1] -= rate_value * value_change[1, item]
        state[1] = np.uint64(counter)

    return train


class NumbaTransformer:
    """One fused compiled loop over sequences, single precision, nothing allocated in it, on one thread."""

    name = "numba"
    block = 100  # Iterations of a timed repetition.

    def __init__(self, settings, seed):
        self.settings = settings
        self.train = compiled_training(replace(settings, name="", rate_query=1.0, rate_key=1.0, rate_value=1.0))
        # What multiplies the sums over the batch.
        key_factor = {"hebbian": 1.0, "qk": 2.0}.get(settings.model, 2 * settings.beta)
        self.rates = tuple(
            np.float32(rate)
            for rate in (
                2 * settings.beta * settings.rate_query,
                key_factor * settings.rate_key,
                2 * settings.rate_value,
            )
        )
        weights, words = np.random.SeedSequence(seed).spawn(2)
        words = words.generate_state(4, np.uint32)
        # splitmix64's word, and how many words of start weights were drawn.
        self.state, self.hash_keys = np.append(words[:2].view(np.uint64), np.uint64(0)), words[2:]
        numbers, starts = np.zeros(0, np.int64), np.zeros((0, 0, 0), np.float32)
        self.batch = np.zeros((0, 0), np.int64), numbers, numbers, starts, starts, starts
        self.load(*settings.starting(np.random.default_rng(weights)))

    def load(self, query, key, value):
        """Starts from these weights."""
        tokens, width = key.shape
        shape = up_to(tokens, 4), up_to(width, 16)
        self.query, self.key = (aligned(shape[0] * shape[1]).reshape(shape) for _ in range(2))
        self.query[:tokens, :width], self.key[:tokens, :width] = query, key
        self.value = value.copy()

    def give(self, batch):
        """Data and start weights for every iteration from here, in place of drawn ones."""
        self.batch = batch

    def weights(self):
        tokens, width = 3 * self.settings.letters, self.settings.width
        return self.query[:tokens, :width], self.key[:tokens, :width], self.value

    def iterate(self, iterations):
        """Shares of right answers, and losses, of each iteration."""
        correct, losses = np.zeros(iterations, np.int64), np.zeros(iterations, np.float32)
        weights = self.query, self.key, self.value
        self.train(iterations, *weights, self.rates, self.state, self.hash_keys, self.batch, correct, losses)
        return correct / BATCH, losses
