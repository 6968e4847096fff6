//! # The results contract
//! Every result is a function of the parameters, the seed and the patterns in their order. But for the bits of a NaN,
//! the text below is enough to write each of them again, and other implementations (vector units, GPUs) must equal this
//! scalar code bit for bit; the tests hold a naive one, written from here. Known answers: [`selftest::vectors`].
//!
//! What is here must not change: [`RESULTS_VERSION`] goes up if it does, and a [`snapshot`] of another version is refused.
//! Additions do not count, such as a further memory or mask. Before the first release the number stays 1, whatever changes.
//!
//! Sizes are integers: `n_i` visible and `n_h` hidden units, fan-in `m`, `k` winners, `s` ones of a recalled pattern,
//! `b` bits of a weight (1, 2, 4, 8 or 16), and the rate `eps` in 1/65536, 1 to 65536. `F = 2^b - 1` stands for the
//! weight 1. All numbers are unsigned where nothing else is said, and division rounds down. Operators are Rust's and
//! bind as there: `*` `/` `%`, then `+` `-`, `<<` `>>`, `^`, `|`; only, `2^n` is a power.
//!
//! ## Words
//! * **Bits.** Words are `u32`. Bit `j` is bit `j % 32` of word `j / 32`; a vector of `n` bits takes `ceil(n / 32)`
//!   words, whose unused bits are zero.
//! * **Weights** are raw integers `0..=F`. A row packs `p = 32 / b` to a word: slot `t` is the `b` bits from bit
//!   `t % p * b` of word `t / p`; unused bits are zero. At the edge a raw `w` is the U0F8 of bits `255 / F * w`, for 16
//!   bits the U0F16 of bits `w`.
//! * **The state** is one buffer. Words 0 and 1: the number of patterns learned, modulo 2^64. Then `n_h` mask rows of
//!   `ceil(n_i / 32)` words, unit 0 first: bit `j` of row `h` says that `h` is wired to visible unit `j`. Then `n_h`
//!   weight rows of `ceil(m / p)` words: slot `t` is the weight to the `t`-th set bit of the mask row, counted from 0.
//!   Where m is n_i there are no mask rows, and slot `t` is the weight to visible unit `t`. With structured wiring there are no mask rows, and `m` weight rows of `ceil(n_h / p)` words: slot `q` of row `t`
//!   is slot `t` of the hidden unit at place `q` of block `t`. Lent masks are those of random wiring, outside the
//!   buffer.
//! * **Sums** of weights are `u32`: a constructor refuses sizes that could overflow. The match score is a `u64`.
//!
//! ## Random numbers
//! * **Place draws.** A key is two words `(a, b)`. Its draw `i`, all modulo 2^32, is `at(key, i)`:
//!   ```text
//!   x = i ^ a
//!   x = (x ^ x >> 16) * 0x7feb352d
//!   x = ((x ^ x >> 15) + b) * 0x846ca68b
//!   at(key, i) = x ^ x >> 16
//!   ```
//! * **Keys.** `derive(key, i) = (q, at((q ^ b, a), 2^32 - 1 - i))` with `q = at(key, i)`. To derive by 64 bits is to
//!   derive by the low word, then by the high one. The key of (seed, purpose, x, y, ...) starts as (seed low, seed
//!   high) and is derived by the code of the purpose, by x, by y, and so on. Codes below 256 are this crate's:
//!   [`WIRING`](crate::rng::Purpose::WIRING) 1, [`START`](crate::rng::Purpose::START) 2,
//!   [`DITHER`](crate::rng::Purpose::DITHER) 3, [`HIDDEN_TIE`](crate::rng::Purpose::HIDDEN_TIE) 4,
//!   [`OUTPUT_TIE`](crate::rng::Purpose::OUTPUT_TIE) 5, [`RANDOM_WINNERS`](crate::rng::Purpose::RANDOM_WINNERS) 6,
//!   [`UPDATE_ORDER`](crate::rng::Purpose::UPDATE_ORDER) 7, [`PROJECTION`](crate::rng::Purpose::PROJECTION) 8,
//!   [`CODE_TIE`](crate::rng::Purpose::CODE_TIE) 9, [`PAIR_TIE`](crate::rng::Purpose::PAIR_TIE) 10,
//!   [`SLOT`](crate::rng::Purpose::SLOT) 11, [`SKETCH`](crate::rng::Purpose::SKETCH) 12,
//!   [`RESTED`](crate::rng::Purpose::RESTED) 13, [`CHECK`](crate::rng::Purpose::CHECK) 14,
//!   [`ENCODER`](crate::rng::Purpose::ENCODER) 15, [`MOVE`](crate::rng::Purpose::MOVE) 20,
//!   [`SAMPLE`](crate::rng::Purpose::SAMPLE) 21, [`WORD`](crate::rng::Purpose::WORD) 22.
//! * **Digests** of words under a key: from `d = 0`, `d = at(key, d ^ word)` for each in turn.
//! * **Streams.** That of (seed, purpose, trial, number) is PCG XSH RR 64/32. With `q` the key of the four, and a key
//!   `(a, b)` read as the number `a * 2^32 + b`, it starts from here and draws words, all modulo 2^64:
//!   ```text
//!   increment = derive(q, 1) << 1 | 1
//!   state = (derive(q, 0) + increment) * 6364136223846793005 + increment
//!
//!   word = the low 32 bits of ((state >> 18 ^ state) >> 27), rotated right by (state >> 59)
//!   state = state * 6364136223846793005 + increment
//!   ```
//!   A draw of 64 bits is two words, the first low.
//! * **Derived seeds.** [`rng::derive_seed`] of the four is `derive(q, 0)`.
//! * **Bounded numbers** (Lemire). `below(n)` draws a word `w`, again while `w * n % 2^32 < 2^32 % n` (products of 64
//!   bits), and is `w * n >> 32`; `below(0)` draws one word and is 0. [`rng::below_u64`] draws 64 bits and keeps as
//!   many low ones as `n - 1` has, again while that is not below `n`; for `n` of 0 or 1 it draws nothing and is 0.
//! * **k of n bits** (Floyd). `d` is `k`, or `n - k` where `k > n / 2`. For `j = n - d, ..., n - 1` in turn, set bit
//!   `below(j + 1)`, or bit `j` where that one is set already. Where `k > n / 2`, flip all `n` bits at last.
//! * **Cues** of `c` ones of a pattern (selection sampling). Where `c` is not below their number, the pattern; nothing
//!   is drawn. Else go through its ones in ascending order until `c` are kept: one is kept if `below(left) < wanted`,
//!   `left` counting the ones from it on, `wanted` those still to keep.
//! * **Shuffles** (Fisher and Yates). For `l` from the length down to 2, swap items `below(l)` and `l - 1`.
//!
//! ## The network
//! * **Wiring.** Mask row `h` is m of n_i bits from the stream (seed, `WIRING`, 0, h).
//! * **Structured wiring** is [computed](crate::structured). The `n_i` visible units are `m` blocks, in order, the
//!   first `n_i % m` of `n_i / m + 1` units and the rest of `n_i / m`. Hidden unit `h` is at place `h` of block 0, and
//!   in the next block at place `(g p + z) % n_h` if it is at place `p` in this one. At place `p` it is wired to unit
//!   `p B / n_h` of the block, which has `B` units: that is the block's bit in its mask. `z` is
//!   `(draw 0 of the key (seed, WIRING)) n_h >> 32`. `g` is 0 for `n_h = 1`, and else 1 where `n_h <= n_i / m` or
//!   `m = n_i`. In all other cases candidates are gone through: `c = 2654435769 n_h >> 32` first, then each the last
//!   plus 1, and 1 after `n_h - 1`; `min(64, n_h)` of them. The powers of one that is coprime to `n_h` are as many as
//!   the smallest `t >= 1` with `c^t` 1 or -1 modulo `n_h`, but at most `w = min(m, 64, (n_h - 1) / 2)`. `g` is the
//!   first with `w` powers, or else the first with the most; if twice those are below `w`, or for `n_h >= 2^31`, the
//!   parameters are refused. Nothing but wiring and layout differs from random wiring: the start weight of a slot is
//!   that of the same slot.
//! * **Start weights.** Word `i` of weight row `h` is draw `i` of the key (seed, `START`, h), unused bits cleared.
//! * **Winners** of a cue. The potential of hidden unit `h` is the sum of its weights to visible units that are 1 in
//!   the cue. The winners are the k largest under (potential, tie hash, index), listed in ascending order. With `q` the
//!   key of (seed, `HIDDEN_TIE`, number learned, of 64 bits) and `d` the digest under `q` of the cue's words, the tie
//!   hash of unit `i` is draw `i` of `derive(q, d)`. No two units share one: a key's draws are a permutation of all
//!   words.
//! * **Recall.** The sum of visible unit `j` is that of the winners' weights to it, 0 where none is wired to it. The
//!   pattern is the s largest under (sum, tie hash, index), ties as above by `OUTPUT_TIE`. `recall_into` with another
//!   `active` takes that many in place of s, and all n_i from there on; nothing else changes, so that a smaller pattern
//!   lies within a larger one. Nothing is written but the output.
//! * **Recall of a part.** Of the visible units `from..to` alone the pattern is the s largest under (sum, tie hash, index),
//!   each with its own index, and all of them where they are no more than s. No other unit is in it.
//! * **Graded winners.** With `theta` the largest potential of a unit that is no winner, 0 where k is n_h, `H` the largest of
//!   all and `G = min(255, (2^32 - 1) / max(k F, n_h))`, a winner of potential `h` has the activity
//!   `(h - theta) * G / (H - theta)`, or 1 where H is theta. In the sum of a visible unit each winner's weight is multiplied
//!   by its activity. Nothing else changes: winners and score are those of recall.
//! * **Learning.** The winners are those that recall would find, the pattern being the cue. In each of them every slot
//!   moves: `w += (eps * (F - w) + r) >> 16` where its visible unit is 1 in the pattern, `w -= (eps * w + r) >> 16`
//!   where it is 0. `r` is `2^15` (nearest), or 16 random bits (stochastic): for slot `4 * g + i`, `i < 4`, of unit `h`
//!   draw `g` of the key (seed, `DITHER`, step, h) is rotated right by `8 * i`, and `r` is its low 16 bits then. The
//!   step is the number learned before, of 64 bits. At last the number learned goes up by 1. A pattern without a one is no
//!   input: it is refused, and changes nothing.
//! * **Rates by unit.** With n_h rates given beside the pattern, winner `h` moves by the `h`-th of them in place of eps.
//!   They are no part of the state.
//! * **The random-k control** learns in other winners, and recalls alike. For `h = 0, ..., n_h - 1` in turn, unit `h`
//!   is one if `below(n_h - h)` is less than the winners still wanted, of k. The stream is (seed, `RANDOM_WINNERS`,
//!   step high, step low).
//! * **Match.** The score is the sum of the winners' potentials, in learning of those before the step. The most it
//!   could be is `k * F * min(m, ones of the cue)`. The share is `65536 * score / most`, 65536 at most, and 0 where
//!   `most` is; where `most` has more than 47 bits, both are first shifted right by 17.
//!
//! ## Real numbers
//! * **`f32`** is IEEE single precision: each operation below is rounded for itself, to nearest, and never fused with
//!   another.
//!   * A *sum* of n terms has 16 parts, each from +0: term `i` is added to part `i % 16`, in ascending order. Then
//!     `p[r] += p[r + 8]` for r < 8, `p[r] += p[r + 4]` for r < 4, `p[r] += p[r + 2]` for r < 2, and the sum is
//!     `p[0] + p[1]`. A *dot product* is the sum of the products.
//!   * `exp(x)` is 0 for x < -87, infinite for x > 88, NaN for NaN. Else `t = x * LOG2_E + MAGIC`; `n` is the bits of t
//!     less those of `MAGIC`, as integers; `f = t - MAGIC`; `r = (x - f * LN2_HIGH) - f * LN2_LOW`; `p = (((c4 * r +
//!     c3)
//!     * r + c2) * r + c1) * r + c0`; and the result is `(((p * r) * r + r) + 1) * 2^n`. `LOG2_E` is the `f32` nearest
//!       to
//!     `1 / ln 2`; the other constants are [`real::MAGIC`], [`real::LN2_HIGH`], [`real::LN2_LOW`] and
//!     [`real::EXP`], c0 first.
//!   * `softmax`: `e_i = exp(z_i - m)` with m the largest z; the shares are `e_i / s` with s the sum of the e.
//!   * Uniform numbers from 16 bits `u`: `(u + 0.5) / 65536` in [0, 1), and `(u + 0.5) / 131072` in [0, 0.5).
//! * **`I16F16`** is a raw integer of 32 bits, in 1/65536; `sat` brings a number to the nearest of these.
//!   * A sum of products, a dot product too, adds the raw products from 0 in ascending order in a signed integer of 64
//!     bits, each addition saturating, then 2^15, saturating; it is `sat` of that `>> 16`. A product is one of one.
//!     Other sums are `sat(a + b)`.
//!   * `softmax`: with m the largest raw z and `d = m - z_i`, `o = d * 3098164009 >> 15`, `f = o % 2^32 / 2`, and
//!     `a = c5`, then `a = (a * f >> 31) + c` for `c4, c3, c2, c1, 2^31` in turn (signed, `>>` rounding down);
//!     `e_i = a >> (o >> 32)`, 0 for a shift of 32 or more. The shares are `(e_i * 65536 + s / 2) / s`, s the sum of
//!     the e. c1 to c5: -1488516314, 515797037, -118791697, 19817794, -2048773.
//!   * Uniform numbers from 16 bits `u` are the raw `u` in [0, 1) and `u / 2` in [0, 0.5).
//!
//! ## The classical Hopfield network
//! N units, each +1 (bit 1) or -1 (bit 0); integer weights of `b` bits, 8, 16 or 32, in two's complement.
//! * **The state** is one buffer: a word, the number of patterns stored; N words of thresholds, if there are any, as
//!   signed integers; for each unit i from 0 on, the weights `W_ij` for j < i, packed as in a weight row, unused bits
//!   zero.
//! * **Storing** a pattern s adds `s_i s_j` to each `W_ij`, unless one would then exceed `2^(b - 1) - 1` or `2^30 / N`
//!   in magnitude: then nothing changes.
//! * **An update** of unit i has the field `f_i`, the sum of `W_ij s_j` over j, less the threshold. Where `f_i > 0` the
//!   unit becomes +1, where `f_i < 0` -1. The energy is the sum of `b_i s_i` less that of `W_ij s_i s_j` over j < i.
//! * **The order of updates** from a cue, in run r: `d` is the digest of the cue's words under the key of (seed,
//!   `UPDATE_ORDER`), and the stream is (seed, `UPDATE_ORDER`, d, r). At random: each update is of unit `below(N)`. In
//!   sweeps: a list of the units, ascending at first, is shuffled before each sweep, which takes them as they stand
//!   there.
//! * **The end.** Before the first update: the state is a memory; the energy is at the floor or below. After each
//!   update, the first of: as many updates in a row as the limit for idle ones says have flipped nothing; after a flip, the
//!   state is a memory, or the energy is at the floor or below; as many updates as the limit says were made. After a
//!   sweep: it flipped nothing.
//! * **What a state is.** Memories are ranked by the magnitude of their overlap with it, the sum of the products of
//!   units, equal ones by their number; each has the sign of its overlap, + where that is 0. The state is the first of
//!   these that differs from it in no more units than are tolerated: the first memory with its sign; the sign of the
//!   sum of the first 3 with their signs, of 5, of 7, if there are that many memories; else it is spurious.
//!
//! ## The dense associative memory
//! N units as in the classical network, K memories; `F(z)` is `z^n`, or that where z > 0 and else 0; exact integers.
//! The similarity `z_k` is the sum of the products of the units of state and memory k, and the energy is less the sum
//! of the `F(z_k)`. An update flips its unit if that lowers the energy. Order and end of updates are the classical
//! network's.
//!
//! ## The modern Hopfield network
//! K memories of N real numbers, beta above 0.
//! * **A step** from a state s: `z_k = dot(memory k, s)`; shares p of z at beta, below; number i of the next state is
//!   that of the products of the shares with numbers i of the memories: of `f32` a sum as above, of `I16F16` a sum of
//!   products.
//! * **Shares** of `f32`: m is the largest z, `e_k = exp(beta * (z_k - m))`, t the sum of the e, `p_k = e_k / t`. Of
//!   `I16F16`, raw: `d = (m - z_k) * beta + 2^15 >> 16`, at most 2^32 - 1; e, t and p are those of the softmax above
//!   for this d.
//! * **From the table**, `I16F16` only: d as before; `o = d * 94548 + 2^15 >> 16`, at most 2^32 - 1; T_i is the integer
//!   nearest to `2^(31 - i/256)`; with `i = o >> 8 & 255`, `e_k = T_i - ((T_i - T_(i + 1)) * (o & 255) + 128 >> 8) >>
//!   (o >> 16)`, 0 for a shift of 32 or more. With t their sum, `p_k = (e_k * (2^62 / t) >> 32) + 2^13 >> 14`.
//! * **`ln(x)`** of `f32` is 0 for 1. For other x from 2^-126 on, with the bits of x plus 0x004afb0d called i:
//!   `k = (i >> 23) - 127`, and `f` is the number of the bits `(i & 0x7fffff) + 0x3f3504f3`, less 1. `s = f / (2 + f)`,
//!   `z = s * s`, `w = z * z`, `r = z * (l1 + w * l3) + w * (l2 + w * l4)`, `h = 0.5 * f * f`; the result is
//!   `s * (h + r) + k * LOW - h + f + k * HIGH`. The bits of l1 to l4 are 0x3f2aaaaa, 0x3eccce13, 0x3e91e9ee,
//!   0x3e789e26; of HIGH 0x3f317180, of LOW 0x3717f7d1.
//! * **`ln(t)`** of integers t >= 2^31 is that of `t / 2^31` in 2^-32: with `o` the whole octaves, `t >> 31 + o` being
//!   1, and `m = t >> o`: 32 times, `m = m * m >> 31`, and if that is 2^32 or above it is halved, rounding down, and
//!   the bit is 1, else 0. `log` is o and then these bits; `ln = log * 46516320 >> 26`.
//! * **lse** of `f32` is `m + ln(t) / beta`; of `I16F16` raw `m + q(ln(t))`, with `q(x) = (x + beta / 2) / beta`.
//! * **The energy** with `S = dot(s, s)` and M the largest dot product of a memory with itself: of `f32`
//!   `((0.5 * S + 0.5 * M) - m) + (ln(K) - ln(t)) / beta`; of `I16F16` raw
//!   `(S + M + 1 >> 1) - m + q(ln(K * 2^31) - ln(t))`.
//! * **The end** of a recall, after a step from s to s': of `f32`
//!   `dot(s' - s, s' - s) <= tol * tol * max(dot(s, s), 1)`; of `I16F16` the sum of the squares of the raw differences
//!   is `tol * tol` raw at most. Then, from the second step on: the sum of the magnitudes of `p - p_last` is `tol` at
//!   most. Then the number of steps.
//! * **Attention**: shares of the keys as of memories, those that are masked left out as if they were not there, and 0;
//!   the output is of the values what the next state is of the memories. Query q of Q sees of K keys, causal, those up to
//!   q, or, at the end, those up to `q + K - Q`. A query that sees none is refused, or its shares and its output are +0.
//!
//! ## Attractor memories
//! Codes of n units, k of them active: lists of units in ascending order. The *tie hash* of i, of a purpose, for some
//! words: with q the key of (seed, purpose) and d the digest of the words under q, draw `i` of `derive(q, d)`.
//! * **Gaussian projection.** Number i of unit j's row is the normal number of w, draw `i` of the key (seed,
//!   `PROJECTION`, j). In `f32`, with `h = w >> 1`: `p = (h + 0.5) * 2^-32`, h rounded to `f32` first, and
//!   `q = 0.5 - p`. Where q <= 0.425, `r = 0.180625 - q * q` and the size is `q * A(r) / B(r)`; else
//!   `r = sqrt(-ln(p)) - 1.6` and it is `C(r) / D(r)`. A to D are those of PPND7 (Wichura's AS 241), by Horner's
//!   scheme. It is negative where bit 0 of w is 1. The drive of a unit is the dot product of row and input; a NaN
//!   counts as 0, infinity as the largest number, -0 as 0.
//! * **Sparse projection** of d integers. Tap t of T of unit j is in block t, inputs `t d / T` up to `(t + 1) d / T`;
//!   with w draw `t` of the key (seed, `PROJECTION`, j) and B the size of the block, it is input `(w >> 1) B >> 31` of
//!   that, negative where bit 0 of w is 1. The drive is the sum of the taps.
//! * **The code** of an input is the k largest under (drive, tie hash, index), hashes of `CODE_TIE` for the words of
//!   the input: the bits of an `f32`, an integer sign-extended.
//! * **Memory** of pairs, cue and target. `o_m`, of the pair m, is how many units its cue shares with a code; forgotten
//!   pairs take no part. A step from a code gives the k largest under (potential, tie hash, index), hashes of
//!   `CODE_TIE` for the units of the code, but only those whose potential is above what inhibition subtracts, at least
//!   0.
//! * **Linear steps.** The potential of unit j is the sum over the units i of the code of `W_ji`; `W_ji` is the sum
//!   over the pairs of the amounts with which a pair's target has j, or its cue has j, if its cue has i; but `full` at
//!   most. To targets: 1 for the target; to cues: 1 for the cue; recurrent: 2 for the target and 1 for the cue, added
//!   up.
//! * **Inhibition** g, in 1/65536, subtracts `(S 2^16 / n) g >> 32`, S being the sum of the potentials.
//! * **Softmax steps** at beta, an `I16F16`. With o the largest `o_m` of the pairs that take part, `e_m` is that of the
//!   softmax above for the distance `(o - o_m) beta`, raw, at most 2^32 - 1. Where the sum of the `e_m` has b > 32
//!   bits, each is shifted right by `b - 32`. The potential of a unit is the sum of the `e_m` of the pairs whose target
//!   has it; or, to cues, whose cue has it.
//! * **Settling**: steps to cues, or recurrent ones, until a step leaves the code as it is, the code is empty, or the
//!   limit of steps is reached.
//! * **Recall.** Nearest: under (`o_m`, tie hash, m), hashes of `PAIR_TIE` for the units of the cue; none with `o_m`
//!   of 0. If the first has fewer than the least that are asked for, nothing is recalled. Flat: a step to targets.
//!   Attractor: the cue settles, then a step to targets. Hopfield: so by softmax steps. Recurrent: what it settles to.
//!   Two stages: as Hopfield, where only the nearest take part.
//! * **Matrix** of b bits: as linear steps with `full = 2^b - 1`, amounts added in their order.
//!
//! ## Recency levels
//! n visible units, R rows of n cells, L levels, at most C set cells per row, s ones of a recalled pattern, `miss` in 1/16
//! nat. `hit` is `(16 * ln(2^31 n / s) + 2^31) >> 32`, `ln` of integers being that of the modern network, at least 1.
//! * **Events** are numbered from 0. Event e is of the generation `q = e / R` and goes to row `e % R`; unit j is its cell
//!   `(j + g q) % n`. g is 0 for `n = 1`, else the first number from `2654435769 n >> 32` on that is coprime to n.
//! * **A cell** holds an event or is empty; all are empty at first. Its level is the generation of its row's newest event
//!   less that of the event it holds.
//! * **Learning** event e: the cells of its row with events of generation `q - L` or before become empty; those of the ones
//!   of the pattern hold e. While more than C cells are not empty, that with the oldest event becomes empty, of several the
//!   lowest. A pattern without a one, or of more than C, is refused, and so is event `2^64 - 1`; nothing changes.
//! * **The state** is one buffer. Words 0 and 1: the number of events. Then R rows of `ceil((n + b G) / 32)` words, with
//!   `G = ceil(C / c)`: bit j says that cell j is not empty. The levels of these, in the order of cells, are digits to the
//!   base L, the first lowest, c to a number of b bits, the first number from bit n on; unused digits and bits are zero. For
//!   `L = 1` c is 1 and b is 0. Else of all pairs with `L^c <= 2^b <= 2^16` it is that with the least `b / c`, of those the
//!   one with the least c. Where C is not given, it is n for `L = 1`. Else M starts at 0, L times
//!   `M += (256 n - M) * s / n`; with `m = ceil(M / 256)` and w the words of a row for the cap `m + isqrt(m)`, it is
//!   `min(n, c * ((32 w - n) / b))`.
//! * **Scores.** Of an event and a cue, of the cells of the cue's ones under the event's rotation, H hold that event and O
//!   are empty or hold older ones; the score is `hit H - miss O`. Candidates are the last `R L` events, or all if there are
//!   fewer. The best is that with the largest score, of several the newest. The runner-up is the best of the others.
//! * **Recall.** Of the best event a unit is a member if its cell holds that event, unknown if it holds a newer one, and
//!   else no member. The pattern is the first s of the members, ascending, and then the unknown units by the events that
//!   hold them, ascending for each: first those of which the cue's ones hold the largest share of the cells that they
//!   have, of equal ones the older first. If there are fewer than s, it is all of them.
//!
//! ## Recency levels, the plain form
//! n units, R rows, L levels, g parts, T draws; s, `hit` and `miss` as above. A unit j has the place `g' j % n`, g' being the
//! g of the rotations above; it is in part `place % g`, cell `place / g` there. Row h sees part `h % g`. Weights are 0 to L, all
//! 0 at first.
//! * **Learning** event e, in each part that has ones of the pattern, in ascending order. The rows of the part, those that
//!   never learned first, the others by their last event, equal ones by number, are a list; one is drawn from the first
//!   `max(1, R / g / 6)`, T times, by `below` of the stream (seed, `RESTED`, e high, e low), and that with the fewest ones of
//!   the pattern whose weight is above 0 is taken, of several the one drawn first. There the weights to the ones become L,
//!   and all others of the row `max(w - 1, 0)`. A pattern without a one is refused, and so is event `2^64 - 1`.
//! * **Recall.** In each part, of row h and weight `w > 0`: H of the cue's ones have that weight, O a lower one; the score is
//!   `hit H - miss O`. The winner is that with the largest score, of several the one of the lowest row and there the largest
//!   w. A unit is a member if it has its part's winner's weight, unknown if it has a larger one, and else no member. The
//!   pattern is the first s of the members, ascending, and then the unknown units, in the order of part and weight, ascending
//!   for each: first those of which the cue has the largest share, of equal ones the lower weight, then the lower part. The
//!   score is the sum of those of the parts; the next best is that less the least margin of a part from its winner to the
//!   best other row and weight.
//! * **The state.** Words 0 and 1: the number of events. Then of each row its count, 0 at first and then as many as its
//!   events, round 1 to L; the number of the event after its last, modulo 2^32; and a tag for each cell, packed as levels are
//!   for `L + 1`: 0 where the weight is 0, else the count's value when the weight became L.
//!
//! ## Recency levels in pairs of rows
//! The plain form with one part and another rule; R from 2 rows, P rows that are drawn from, 2 to R, where not given `R / 6`,
//! at least 2. Weights, state and the list of rows are those of the plain form.
//! * **Learning** event e. Of the first P rows of the list number `below(P)` is a, and of the others of them, in their order,
//!   number `below(P - 1)` is b, by the stream (seed, `RESTED`, e high, e low). Each one of the pattern is written to that of a
//!   and b where its weight is less, of equal ones to a where its cell is even, else to b: the weight becomes L. All other weights of a and of b, those of ones
//!   that are written to the other row too, become `max(w - 1, 0)`. A pattern without a one is refused, and so is event
//!   `2^64 - 1`.
//! * **Recall.** First row a and weight `w > 0` with the largest score `hit H - 11 O`, H and O as in the plain form; of several
//!   the one of the lowest row and there the largest w. Then the score of a and w with another row b and a weight `v > 0` is
//!   `hit H - miss O`: H of the cue's ones have the weight w in a or v in b; O others have less than w in a and less than v in
//!   b. That of a and w alone is `hit H - miss O` of the plain form. The largest score counts: of several that of a alone, then
//!   the lowest row b and there the largest v; the next best is the largest of the others.
//! * A unit is a member if its weight in a is w or that in b is v; else unknown if its weight in a is above w or that in b above
//!   v; else no member. The pattern is the first s of the members, ascending, and then the unknown units by their weight in a,
//!   if that is above w, or else in b: first those of which the cue has the largest share, of equal ones the lower weight, then
//!   those of a; ascending for each.
//!
//! ## Slots and rings
//! n visible units, K slots, s ones of a pattern. Patterns are numbered from 0; one without a one is refused, and so is number
//! `2^64 - 1`. The best is the pattern with the most ones in common with the cue, the next the best of the others.
//! * **Slots.** Words 0 and 1: the number learned; then K patterns, those of empty slots zero. Pattern t goes to slot t
//!   while `t < K`; then in a ring to slot `t % K`; at random to slot `below(K)`; in a reservoir to slot `below_u64(t + 1)`, if
//!   there is one. The stream is (seed, `SLOT`, t high, t low). Of equal ones the best is the newest of a ring, else the one
//!   in the lowest slot.
//! * **Balanced slots.** Each pattern has a class, a number below C, 0 where none is given; with another number it is refused.
//!   Once all slots are taken, the class of most slots gives one up, of several the class of the pattern itself, if it is
//!   among them, else the lowest: of its m slots, ascending, number `below(m)` of the same stream. The classes of the slots
//!   follow the patterns, a byte each, four to a word, the first lowest, those of empty slots and unused ones zero.
//! * **Sketches.** Words 0 and 1: the number learned; then K sketches, two words each, the low one first. Unit j sets bit
//!   `draw j * T >> 32` if that is below 64, of the key (seed, `SKETCH`), T being `max(64, s * 94548 >> 16)`. Sketch t goes to
//!   slot `t % K`; bits are shared in place of ones, and of equal ones the newest is the best.
//! * **Codes.** k is the least for which q <= 2654435769; for k = 0 it is `(n - s) * 2^32 / n`, and `q * q >> 32` for one
//!   more. A number x is written with k low bits as `x >> k` zero bits, a one, and the k low bits of x, the lowest first. The
//!   code of a pattern of m ones starts with z, `2 (m - s)` or, for m below s, `2 (s - m) - 1`: where `2^b` is the highest bit
//!   of z + 1, b zero bits, a one, and the b low bits of z + 1. Then for each one, ascending, how many units lie between it
//!   and the one before, or the start, with k low bits.
//!   The state: words 0 and 1, the number learned; word 2, the bit at which the oldest code starts; word 3, bits of all codes;
//!   word 4, how many there are; then the bits, which go round from the last to the first. A code goes behind the newest;
//!   while there is no room for it, the oldest is given up, and one that is longer than all bits is refused. Bits that no
//!   code has are what they were. Of equal ones the newest is the best.
//!
//! ## Rings of polar codes
//! Patterns of s ones of n units, K slots, T bits of a sketch, M parities, up to L paths; N is the least power of two from n on, at
//! least 32. Bits are added modulo 2. Patterns are numbered from 0, and pattern t goes to slot `t % K`; one with another number of
//! ones is refused, and so is number `2^64 - 1`.
//! * **Groups.** With `q = (n - s) * 2^31 / n` and `y = q * q >> 31`, p is `q * y >> 31` for g = 1, and `p * y >> 31` for one
//!   more. g is the least for which p is at most 2^29, or n. Unit `j < T g` is in group `(j + j / T) % T`, others are in none.
//!   Bit t of the **sketch** of a pattern says whether it has a one in group t.
//! * **Parities.** With `x_j` the bits of the pattern, 0 from n on, `u_i` is the sum of all `x_j` with `i & j == i`, and `v_i =
//!   u_i + u_(i-2) + u_(i-3) + u_(i-5) + u_(i-6)` without those below `u_0`. The weight of i is the sum of `w_b` over the set bits
//!   b of i, w being 4096, 4813, 5655, 6645, 7807, 9174, 10779, 12666, 14882, 17486, 20547, 24142. Parities are `v_i` of the M
//!   positions of least weight, of equal ones the lower first, in ascending order.
//! * The **check** of a pattern is the `^` of `at(key, j) >> 26` over its ones j, the key being (0, `CHECK`).
//! * **The state.** Words 0 and 1: the number learned. Then the slots of `ceil((T + M + 6) / 32)` words: sketch, parities, check,
//!   the lowest bit first; unused bits are zero.
//! * **Candidates.** The misses of a slot are the bits of the cue's sketch that the slot's has not. The four with the fewest, of
//!   equal ones the newer first, are candidates. Those with more misses than `t / 4 + 1` are not decoded, t being the bits of the
//!   cue's sketch, and none for a cue without ones. The others are decoded in their order, those without misses from a right cue,
//!   others from a wrong one; then those without misses from a wrong one, too. The first pattern that comes out is recalled.
//! * **Ratios** of N positions. Of a cue of c ones d are right: c, or of a wrong one `c - c / 8`. With `m = n - c`, `r =
//!   min(max(s - d, 0), m)`, `z = (m - r) * 2^31 / m` (0 for m = 0), and a being z for g = 1 and `a * z >> 31` for one more, let
//!   `R(z, 2^31 - z)` be the ratio of others, and `R(z - a, 2^31 - z)` that of open ones; `R(a, b)` is -4096 for a = 0, else 4096
//!   for b = 0, else `ln(a * 2^31) - ln(b * 2^31) >> 26`, rounded down, `ln` of integers being that of the modern network. A
//!   unit whose group is zero in the sketch of the slot, and positions from n on, have 4096. Of the rest a one of the cue has
//!   -4096, or of a wrong cue -125; a unit in a group that is zero in the sketch of the cue is open; the rest are others.
//! * **Decoding.** There is a list of paths, at first one of metric 0. The N positions are a tree of halves. If a node has the
//!   ratios a of 2 h positions, ratio j of its left half is `min(|a_j|, |a_(j+h)|)`, negated if one of the two alone is negative;
//!   with b the bits of the left half, that of its right half is `a_(j+h) + a_j`, or `a_(j+h) - a_j` where `b_j` is 1. The bits
//!   of a node are those of its left half plus those of its right one, and then those of the right one. Position i is a node of
//!   one ratio y, with the bit `u_i`; positions are gone through in ascending order, all paths at each. `|y|` is added to the
//!   metric if `u_i` is not whether y is negative. Where a parity is stored, `u_i` follows from it and the path's bits before.
//!   Else each path goes on as two, with both bits, and of all the L with the least metrics are the list, in this order; of equal
//!   ones first those of paths that come first in the list, and then the one to which nothing is added.
//! * **What comes out** is the vector of the first path in the list that has s ones, none from n on, the sketch and the check of
//!   the slot and all of the cue's ones, or of a wrong cue's half of them at least; if there is one.
//! * **Recall.** A pattern that came out is verified; its ones are the members, and nothing is unknown. Else the members are the
//!   cue, unknown are the open units and the others by the sketch of the first candidate, and the pattern is the first s of: the
//!   ones of the cue, the open ones, the others, the rest, ascending for each. In an empty memory all is zero.
//!
//! ## Encoders
//! Values are signed integers, n units; the range is `low..=high`, with W its number of values. Division of what is negative does not
//! occur but where it is said.
//! * **Steps.** Of S steps value v is in step `(min(max(v, low), high) - low) * S / W`. *The value of a step* t that has values is
//!   `low + (a + b - 1) / 2`, with `a = ceil(t * W / S)` and `b = ceil((t + 1) * W / S)`.
//! * **Patterns** of step t. Thermometer, S = n: units 0 to t. Runs of w ones, S = n - w + 1: units t to `t + w - 1`. Circular, S = n,
//!   the range `0..=P - 1`, in which v is v modulo P, from 0 on: units `(t + j) % n` for `j < w`. Sparse random, k ones: with `q = n / k`
//!   and `r = n % k`, block b starts at unit `b * q + min(b, r)` and has `q + 1` units for `b < r`, else q. The ones are those of the
//!   numbers c from t to `t + k - 1`: in block `c % k`, of B units, that after its first by `at(key, c) * B >> 32`, the key being
//!   (seed, `ENCODER`). Of several encoders: the patterns one after the other.
//! * **Inverse.** Candidates are the steps that have values, in order: all for S up to W, else as many as there are values. The
//!   agreement of a candidate is the ones of the pattern that its own pattern has, too; of thermometers, the bits that are equal. Of
//!   those with the largest agreement the neighbours are runs, around the end for circular codes; the longest run, of several that
//!   whose first has the lowest number, has the answer, at `(length - 1) / 2` from its first. If all are alike, that is one run from 0
//!   on. There is no answer if the largest agreement is 0, or, of thermometers, for a pattern without a one.
//! * **Window** of T frames. Word 0: frames pushed, c; after a push `c + 1`, or T in place of `2 T`. Then T frames of `ceil(n / 32)` words;
//!   frame c goes to place `c % T`. Where word 0 is `2 T` or more, it is taken as T more than what is left of it by T. The pattern of
//!   all has unit j of the frame that is i old at `i * n + j`.
//! * **N-gram**, rotation r. From position 0 on, each one j of the pattern at position i, ascending, goes to the first of the units
//!   `j + i * r`, `j + i * r + 1`, ..., all modulo n, that is not one yet.
//! * **Calibration**, shares l and h in 1/65536, memory M. Seven markers have heights x, values times 256, and places y, 1 to 7 at
//!   first. The shares p are 0, `l / 2`, l, `(l + h) / 2`, h, `(h + 65536) / 2`, 65536. The first seven values are the heights, sorted. Each
//!   further one makes N one more; the first height is the minimum of itself and the value's, the last the maximum; the places of
//!   markers 1 to 5 whose heights are above the value's are one more, and so is that of marker 6. Then for markers i from 1 to 5 in
//!   turn, with `d = 65536 + (N - 1) * p_i - 65536 * y_i`, `a = y_i - y_(i-1)`, `b = y_(i+1) - y_i`, `u = x_i - x_(i-1)` and `v = x_(i+1) - x_i`:
//!   if `d >= 65536` and `b > 1`, with `e = ((a + 1) * v / b + (b - 1) * u / a) / (a + b)` the height is `x_i + e` if that is below
//!   `x_(i+1)` and above `x_(i-1)`, else `x_i + v / b`, and the place one more; if `d <= -65536` and `a > 1`, with `e = ((a - 1) * v / b +
//!   (b + 1) * u / a) / (a + b)` it is `x_i - e`, or else `x_i - u / a`, and the place one less.
//!   Once N is M or more, `N = ceil(N / 2)` and all places are `ceil(y / 2)`; from the last to the first they are at most N, or one less than
//!   the next; then from the first to the last at least 1, or one more than the one before; and the first height goes up by half of
//!   what it is from the second, rounded down, the last down by half of what it is from that before.
//!   *Estimates.* The low one is the height of marker `(N - 1) * l / 65536`, or for N above 7 of marker 2 at most; the high one that of the
//!   marker `(N - 1) * (65536 - h) / 65536` from the last, 2 at most likewise; each is `(x + 128) >> 8`, rounded down.
//!   *A range of w values or more*, with `g = max(w - 1 - (high - low), 0)`: from `max(low - g / 2, -2^31)` on, w values or up to `high`
//!   if that is more; what is beyond `2^31 - 1` is added at the other end instead, as far as there are values.
//!
//! ## Recognisers
//! A sample is d features `x_j` of 0 to 255; a label is a number below 16, and a sample of another length or another label is
//! refused and changes nothing. A nibble is the four bits of `x_j >> 4`. Items have places from 0 on.
//! * **Labels.** The byte of a label of bits a, b, c, e, the lowest first, has these as its low four bits and then
//!   `a ^ b ^ e`, `a ^ c ^ e`, `b ^ c ^ e`, `a ^ b ^ c`. A byte that differs from one of these in a bit or none has that label;
//!   others have none, and an item with such a byte is silent: it is of no class.
//! * **Nearest.** Of all items that are not silent the nearest is that with the least distance, of equal ones that of the lowest
//!   place; its class is what a sample is recognised as. The runner-up is the nearest item of all other classes. With D and D'
//!   their distances the score is `256 * D * D / (D' + 1)`, and `256 * D` if there is one class.
//! * **Threshold.** A word, 0 at first: its low 28 bits are the threshold t, of which 0 is none, its high four bits a, how far it is
//!   from settled. A sample is unknown if its score is above t. To see a score e: if t is 0, it becomes `2 e` and a 14, or a
//!   0 if e is 0. Else if a is above 5, t becomes e if that is more, and a goes down by 1. Else, with `s = 8 - (a + 1) / 2`, t becomes
//!   `t + 19 (t >> s) + 1` if e is above it, and a goes down by 1 if it is not 0; or `t - (t >> s)` if e is not. For t, numbers above
//!   `2^28 - 1` are that. In learning, before all else: with r and w the nearest items of the sample's class and of
//!   all other classes, R and W their distances, and if there is an r, the score with `D = min(R, W)` and `D' = max(R, W)`, or `256 R`
//!   without a w, is seen. If there is none and the items are of one class, the word becomes 0.
//!
//! ## The growing recogniser
//! N items of d nibbles, each with a label and a usefulness u of 0 to 15. The distance is the sum of `(w_j - (x_j >> 4))^2` over the
//! nibbles `w_j` of an item. Learning of a sample of label y, with r, w, R and W as above, does the first of these that applies:
//! * If an item is silent, the first such is overwritten. To overwrite is to give an item the nibbles of the sample, the label y and
//!   u = 0.
//! * If n, the places filled, is below N, place n is overwritten, and n goes up by 1.
//! * With c the classes that have items, y with them whether it has or not, and `q = N / c`: if there is no r, or y has fewer
//!   than q items, one of the largest class is overwritten, of several such classes that of the lowest label: that of least
//!   u, of several the first from the rotor on, or after the last the first of all. The rotor becomes the place behind it, or 0 behind
//!   the last. Otherwise, if f points are to fade, u of the item at the rotor goes down by f, not below 0, and the rotor to the next place
//!   in the same way, before what follows; without, it stays.
//! * Without a w, or if R < W: u of r goes up by 1, at most to 15, and r is pulled. Then, if there is a w and `4 R > 3 W`, w is
//!   pushed.
//! * If u of w is 0 and y has at most q items, w is overwritten.
//! * u of w goes down by 1, not below 0; r is pulled; then, if `4 W > R`, w is pushed.
//!
//! To pull is, for each j, `w_j = min(max(w_j + ((e + rho) >> 6), 0), 15)` with `e = x_j - (16 w_j + 8)`, negative numbers rounded down
//! by the shift; to push is the same with `-e`. rho is the bits `6 i` to `6 i + 5`, i being `j % 5`, of draw `m + j / 5` of the key
//! (seed, `MOVE`), m being the number of words drawn before, modulo 2^32, which goes up by `ceil(d / 5)`.
//!
//! The state. Word 0: n, and the rotor in the high half. Word 1: words drawn. Word 2: the threshold. Then N items of `ceil(d / 8)`
//! words, nibble j in the bits from `j % 8 * 4` of word `j / 8`; the bytes of the labels, four to a word, the first lowest; and the
//! bytes of u. All words are 0 at first; unused bytes and nibbles stay 0, and nibbles are compared with 0 if they are not. n is N
//! where it is above, and the rotor 0 where it is not below N; what changes one of them writes both as they are read.
//!
//! ## Rings of samples
//! N items with labels as above, in the order in which they came, place 0 the oldest; of equal distances that of the highest place is
//! the nearest. An item of nibbles and its distance are those of the growing recogniser. A thermometer code of L bits a feature has
//! the ones `j L` to `j L + l - 1` for feature j with `l = x_j (L + 1) >> 8`; distances are numbers of bits that differ. Learning sees
//! the score first. Then one item is taken out, later ones move down by a place, and the sample with its label comes last.
//! * What is taken out: the first silent item, if there is one; else none while there are fewer than N; else in a ring
//!   place 0; in a reservoir place `below_u64(t + 1)` of the stream (seed, `SAMPLE`, t high, t low), t being the samples learned
//!   before, and if it is not below N the sample is not kept and nothing moves; in a balanced ring the first of the class of most
//!   items, of several such the sample's own, if it is among them, else that of the lowest label.
//! * The state. Word 0: items; words 1 and 2: samples learned, at most `2^64 - 1`; word 3: the threshold. Then N items of `ceil(d / 8)`
//!   or `ceil(d L / 32)` words, then the bytes of their labels. There are N items where word 0 is above.
//!
//! ## Class means
//! C labels, a window W. A class has a count k, at most W, and a mean `m_j` of 16 bits per feature; those with k above 0 are compared, a
//! mean being an item. The distance is the sum of `(x_j - (m_j + 128 >> 8))^2`, and scores have 1 in place of 256. Learning sees the score;
//! then, of the sample's class, `k = min(k + 1, W)` and `m_j += ((256 x_j - m_j) * (32768 / k) + 16384) >> 15`, negative numbers
//! rounded down by the shift. The state. Word 0: the threshold. Then the counts of all labels, two to a word, the first low, and a
//! row of `ceil(d / 2)` words for each, two features to a word.
//!
//! ## Labels over a memory
//! Units of feature j are `j L` to `j L + L - 1`; ones are those of the thermometer code, or with buckets unit `j L + (x_j L >> 8)`. Then
//! come V units for each of C labels. A sample is stored with all units of its label, and is a cue without one. Of the pattern
//! recalled, b units of a label are ones; its distance is `V - b`, and labels take part that were learned or have `b > 0`. If none
//! has, nothing is recognised. The score is 65,536 less the memory's share; if the sample's label was learned before, learning recalls first
//! and sees it, 65,536 where nothing is recognised.
//!
//! ## Words of a text
//! * **Characters** are those of Unicode, in the version of the pinned toolchain's `char`; for ASCII none matters. *Unspaced* are
//!   U+0E01 to 0E3A, 0E40 to 0E4E, 0E50 to 0E59, 0E81 to 0EDF, 1000 to 1049, 1050 to 109F, 1780 to 17D3, 17D7, 17DC to 17E9, 3005 to 3007, 3041 to
//!   309F, 30A1 to 30FA, 30FC to 30FF, 3400 to 4DBF, 4E00 to 9FFF, F900 to FAFF, FF66 to FF9F and 20000 to 3FFFF. *Letters* are all others that
//!   `is_alphanumeric`, and U+0300 to 036F, 0591 to 05BD, 05BF, 05C1, 05C2, 05C4, 05C5, 0610 to 061A, 064B to 065F, 0900 to 0963, 0966 to 096F,
//!   0971 to 0DDF, 200C, 200D and FE20 to FE2F.
//! * **A word** is a run of letters, as long as it goes; of a run of unspaced characters each two neighbours, or its only one.
//! * **In lower case** each character is what `to_lowercase` makes of it, and then U+03C2 is U+03C3. A word of ASCII of up to 32
//!   bytes then becomes its stem, by three steps, each of which does the first that applies:
//!   1. `eies` and `aies` lose the `s`; `ies` after two characters or more loses the `es`; `us` and `ss` stay; a last `s` goes after
//!      three characters or more.
//!   2. A word in `eed` stays; `ing`, `ed` go after two characters or more, `ly` after three, if a vowel is among these. If that
//!      left two equal last letters, which are no vowel, `l`, `s` or `z`, one of them goes. Vowels are `a e i o u y`.
//!   3. A last `e` goes after three characters or more; a last `y` after three or more of which the last is no vowel becomes `i`.
//! * **Hash.** The bytes in UTF-8, four to a word, the first lowest and the last word filled up with zeros, and then their
//!   number; the low half is the digest of these words under the key (seed, `WORD`, 0), the high half that under (seed, `WORD`,
//!   1). The unit is the highest b bits of the hash.
//! * **Stop words** are a list of English, [`words`](crate::words)'; a question is its words without them, or if no others are in it
//!   all its words.
//! * **Lists.** Word 0: items; word 1: units of all items. Then a word for each item there is room for: how many units it and those
//!   before have. Then the units, ascending for each item, up to b = 16 two to a word, the first low. Unused words are 0.
//! * **Logarithm** of x, 31 bits of it behind the point being `r = x << z` with z its leading zeros: the whole part is `31 - z`; then,
//!   16 times, `r = r * r >> 31`, the next bit of the part behind the point is 1 if r is `2^32` or more, and then `r = r >> 1`. The
//!   weight of a unit that n of N items have is the logarithm of `2 (N + 1)` less that of `2 n + 1`, in 1/65536.
//! * **Score** of an item with L of all T units: the sum of the weights of the units that it shares. For a share b above 0 of the
//!   length, in 1/256, that is multiplied by 144128 and divided by `65536 + (307 * ((256 - b) * 65536 + b * (L * (N * 2^32 / T) >> 16)) >>
//!   16)`. Items that share none are not found; of equal scores the later item comes first.
//!
//! ## The hetero-associative network
//! Sizes: keys of `n_k` real numbers, values of `n_v`, items of `n_x`, `n_h` hidden units, `K` winners.
//! * **The state** is one buffer of real numbers, a word each, whose bits are those of the `f32` or the raw integer:
//!   `n_h` key rows of `n_k`; `n_h` return rows of `n_x + n_v`, an item and then a value; with allocation by item `n_h`
//!   input rows of `n_x`.
//! * **Start weights**, from a key that the caller gives. A row of length n has `W = 16 * ceil(n / 32)` draws: slot `t`
//!   of row `h` takes draw `g * 2^30 + h * W + t % W`, of it the low 16 bits where `t < W` and else the high ones. The
//!   tag `g` is 0 for key rows, 1 for return rows, 2 for input rows. Key rows are uniform in [0, 0.5) with allocation
//!   by key, and else 0; the other rows are uniform in [0, 1).
//! * **Loading** key, value, item. The potential of unit `h` is `dot(key row, key)`; with projections of `units`
//!   entries it is `dot(key row, key) + strength * item[h % units]` for `h < units * K`; with allocation by item it is
//!   `dot(input row, item)`. The winners are the K largest, of equal ones the lower indices, a NaN below every number
//!   and equal to other NaNs. In each winner the key row becomes the key, the return row item and value, the input row
//!   the item. Where all that the winners are chosen by is 0 (the key; with projections the key and the first `units`
//!   entries; with allocation by item the item), the triple is no input: it is refused, and changes nothing.
//! * **Recall** of a query at beta. `z_h = beta * dot(key row, query)`; the activities are the softmax of z; number `d`
//!   of item and value is the sum over h of `activity * return row[d]`. Of `f32` these are sums as above, of `I16F16`
//!   sums of products.
//!
//! [`RESULTS_VERSION`]: crate::RESULTS_VERSION
//! [`snapshot`]: crate::snapshot
//! [`selftest::vectors`]: crate::selftest::vectors
//! [`rng::derive_seed`]: crate::rng::derive_seed
//! [`rng::below_u64`]: crate::rng::below_u64
//! [`real::MAGIC`]: crate::real::MAGIC
//! [`real::LN2_HIGH`]: crate::real::LN2_HIGH
//! [`real::LN2_LOW`]: crate::real::LN2_LOW
//! [`real::EXP`]: crate::real::EXP
