//! The K-winner MHN on one CPU core.
//!
//! [`Network`] gives the same hidden codes, recalls, scores and weights as [`slotless_core::kwinner::KWinner`], from a
//! layout made for speed (see [`Layout`]) and with the vector instructions of the machine (see [`Isa`]). It is built from
//! the core's state and exported back to it; the layout itself is never saved.

mod blocks;
mod columns;
mod layout;
mod lists;
mod params;
mod planes;
mod popcount;
mod recall;
mod select;
mod slots;
mod source;
mod step;
mod tiles;

use slotless_core::bits;
use slotless_core::kwinner::{Assignment, KWinner, Params, Settings, Structured, WiringKind};
use slotless_core::rng::{self, Key, Purpose};
use slotless_core::weight::{Rate, Rounding, U1, U2, U4, U8, U16, Width};

use super::simd;
pub use super::simd::Isa;
use super::state::Empty;
pub use columns::Search;
pub use layout::Layout;
use layout::Store;
use params::with_params;
pub use params::{AnyParams, StructuredParams};
pub use popcount::{nearest, overlaps, peak};
use recall::Grades;
pub use select::Selector;
pub use slots::best_slots;
use source::Source;
use step::{Learners, Rates, StepRate, step_rate};
use tiles::CUES;

/// A core state that cannot be laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The core refuses the buffer.
    #[error(transparent)]
    Core(#[from] slotless_core::kwinner::NetworkError),
    /// A fan-in mask has the wrong number of ones, or one at or beyond n_i.
    #[error(
        "the fan-in mask of hidden unit {unit} has {ones} ones, expected {fan_in}, all below {visible} (n_i)"
    )]
    Mask {
        /// Hidden unit.
        unit: u32,
        /// Ones of its mask.
        ones: u32,
        /// Ones it should have.
        fan_in: u32,
        /// Visible units.
        visible: u32,
    },
}

/// What one step touches, on average over patterns; see [`Network::work`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    /// Weights of active inputs, `s n_h m / n_i`, and of the winners, `k m`: the same whatever the layout.
    pub weights: f64,
    /// Bytes of the layout that a learning step reads and writes.
    pub learn_bytes: f64,
    /// Bytes of the layout that a recall reads.
    pub recall_bytes: f64,
}

/// A K-winner MHN laid out for one CPU core; see the [module](self).
#[derive(Debug)]
pub struct Network {
    params: AnyParams,
    wiring: Option<Structured>,
    /// The parameters whatever the width; their wiring is that of the masks, random.
    settings: Settings,
    isa: Isa,
    learned: u64,
    store: Store,
    /// The learning rate, and rates of single units that are used in its place.
    rate: StepRate,
    rates: Option<Vec<StepRate>>,
    potentials: [Vec<u32>; CUES],
    sums: Vec<u32>,
    winners: Vec<u32>,
    grades: Grades,
    hidden_selector: Selector,
    output_selector: Selector,
}

impl Network {
    /// A fresh network: the core's wiring and start weights for these parameters.
    ///
    /// Takes room for its layout only ([`Network::bytes`]), not for the core's masks, which may be larger.
    #[must_use]
    pub fn new(params: AnyParams) -> Self {
        Self::with(params, Isa::best(), None)
    }

    /// [`Network::new`] with the instructions and the layout given: for benchmarks and tests, since the results are the same
    /// with any. A layout that does not take the network, or `None`, leaves the choice to the library.
    #[must_use]
    pub fn with(params: AnyParams, isa: Isa, layout: Option<Layout>) -> Self {
        Self::fresh(params, None, isa, layout)
    }

    /// A fresh network with structured wiring.
    #[must_use]
    pub fn structured(params: StructuredParams) -> Self {
        Self::structured_with(params, Isa::best(), None)
    }

    /// [`Network::structured`] with the instructions and the layout given, as in [`Network::with`].
    #[must_use]
    pub fn structured_with(params: StructuredParams, isa: Isa, layout: Option<Layout>) -> Self {
        Self::fresh(params.params(), Some(params.wiring()), isa, layout)
    }

    fn fresh(any: AnyParams, wiring: Option<Structured>, isa: Isa, layout: Option<Layout>) -> Self {
        let mut network = with_params!(any, W, params => {
            Self::lay_out::<W>(any, &Source::Fresh { params, wiring }, 0, isa, layout)
        });
        network.wiring = wiring;
        network
    }

    /// The same network as a core state in its own layout.
    ///
    /// # Errors
    /// [`StateError`] for a buffer of a wrong length, or one whose masks are not those of a network: the core gives
    /// answers from such masks, which this layout does not stand for.
    pub fn from_words(params: AnyParams, words: &[u32]) -> Result<Self, StateError> {
        Self::from_words_with(params, words, Isa::best(), None)
    }

    /// [`Network::from_words`] with the instructions and the layout given, as in [`Network::with`].
    ///
    /// # Errors
    /// Those of [`Network::from_words`].
    pub fn from_words_with(
        params: AnyParams,
        words: &[u32],
        isa: Isa,
        layout: Option<Layout>,
    ) -> Result<Self, StateError> {
        with_params!(params, W, p => {
            let core = KWinner::<W, _>::open(p, words)?;
            let all = p.fan_in() == p.visible();
            // Where all see all the core keeps no masks.
            for unit in (0..p.hidden()).filter(|_| !all) {
                let mask = core.mask(unit);
                let ones = bits::count(mask);
                if bits::check(mask, p.visible()).is_err() || ones != p.fan_in() {
                    let (fan_in, visible) = (p.fan_in(), p.visible());
                    return Err(StateError::Mask { unit, ones, fan_in, visible });
                }
            }
            let own = words.len() - 2 - p.hidden() as usize * p.row_words();
            let (masks, weights) = words[2..].split_at(own);
            let of_ones = if all { masks_of_ones(&p) } else { Vec::new() };
            let masks = if all { &of_ones[..] } else { masks };
            let source = Source::State { params: p, masks, weights };
            Ok(Self::lay_out::<W>(params, &source, core.learned(), isa, layout))
        })
    }

    /// The same network with structured wiring as a core state in its own layout.
    ///
    /// # Errors
    /// [`StateError::Core`] for a buffer of a wrong length.
    pub fn structured_from_words(
        params: StructuredParams,
        words: &[u32],
    ) -> Result<Self, StateError> {
        let (any, wiring) = (params.params(), params.wiring());
        let mut network = with_params!(any, W, p => {
            let typed: Params<W> = p;
            let structured = typed.structured().expect("the wiring that its parameters have");
            let core = KWinner::open(structured, words)?;
            // Behind the counter's two words.
            let weights = from_blocks::<W>(&typed, &wiring, &core.words()[2..]);
            let masks = params.masks();
            let source = Source::State { params: typed, masks: &masks, weights: &weights };
            Self::lay_out::<W>(any, &source, core.learned(), Isa::best(), None)
        });
        network.wiring = Some(wiring);
        Ok(network)
    }

    fn lay_out<W: Width>(
        any: AnyParams,
        source: &Source<'_, W>,
        learned: u64,
        isa: Isa,
        layout: Option<Layout>,
    ) -> Self {
        let p = source.params();
        let layout = layout
            .filter(|layout| layout.takes(p))
            .unwrap_or_else(|| Layout::choose(p, isa));
        let store = Store::new(layout, source);
        let [hidden, visible] = store.rooms();
        Self {
            params: any,
            wiring: None,
            settings: Settings::from(*p),
            isa,
            learned,
            store,
            rate: step_rate(p.rate()),
            rates: None,
            potentials: std::array::from_fn(|_| vec![0; hidden]),
            sums: vec![0; visible],
            winners: Vec::with_capacity(p.winners() as usize),
            grades: Grades::default(),
            hidden_selector: Selector::new(isa),
            output_selector: Selector::new(isa),
        }
    }

    /// The layout of its weights.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.store.layout()
    }

    /// The instructions it uses.
    #[must_use]
    pub fn isa(&self) -> Isa {
        self.isa
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> AnyParams {
        self.params
    }

    /// How it is wired.
    #[must_use]
    pub fn wiring(&self) -> WiringKind {
        match self.wiring {
            None => WiringKind::Random,
            Some(_) => WiringKind::Structured,
        }
    }

    /// Patterns learned so far.
    #[must_use]
    pub fn learned(&self) -> u64 {
        self.learned
    }

    /// The winners of the last learning step or recall, ascending.
    #[must_use]
    pub fn winners(&self) -> &[u32] {
        &self.winners
    }

    /// The core's state of this network: the buffer of [`KWinner`], in the layout of its wiring.
    #[must_use]
    pub fn export(&self) -> Vec<u32> {
        with_params!(self.params, W, p => {
            let [masks, weights] = self.export_rows::<W>(&p);
            let mut words = vec![self.learned as u32, (self.learned >> 32) as u32];
            match self.wiring {
                Some(wiring) => words.extend(by_blocks::<W>(&p, &wiring, &weights)),
                // Where all see all the core keeps no masks.
                None if p.fan_in() == p.visible() => words.extend(weights),
                None => {
                    words.extend(masks);
                    words.extend(weights);
                }
            }
            words
        })
    }

    /// How many weights there are, `n_h m`, and the bits of one.
    #[must_use]
    pub fn weights(&self) -> (u64, u32) {
        let Settings {
            bits,
            hidden,
            fan_in,
            ..
        } = self.settings;
        (u64::from(hidden) * u64::from(fan_in), bits)
    }

    /// Puts `change` of each weight in its place, unit by unit and of each from its lowest input on: for damage in a simulation
    /// and what else no learning does. Of what it gives the low bits are taken, as many as a weight has.
    ///
    /// Wiring and the number of patterns learned stay. Costs as much as laying out a network, and its masks' room meanwhile.
    pub fn map_weights(&mut self, mut change: impl FnMut(u32) -> u32) {
        let layout = self.layout();
        with_params!(self.params, W, params => {
            let [masks, mut weights] = self.export_rows::<W>(&params);
            for row in weights.chunks_exact_mut(params.row_words()) {
                for slot in 0..params.fan_in() {
                    let weight = change(W::get(row, slot)) & W::FULL;
                    W::set(row, slot, weight);
                }
            }
            let (masks, weights) = (&masks[..], &weights[..]);
            let source = Source::State { params, masks, weights };
            self.store = Store::new(layout, &source);
        });
    }

    /// Masks and weight rows, as with random wiring.
    fn export_rows<W: Width>(&self, params: &Params<W>) -> [Vec<u32>; 2] {
        let rows = |words: usize| vec![0; params.hidden() as usize * words];
        let (mut masks, mut weights) = (rows(params.pattern_words()), rows(params.row_words()));
        self.store.export::<W>(params, &mut masks, &mut weights);
        [masks, weights]
    }

    /// Calls `visit` with each hidden unit, the visible units that it is wired to, ascending, and the raw weights to them.
    ///
    /// Costs as much as [`Network::export`], and its room meanwhile.
    pub fn connections(&self, mut visit: impl FnMut(u32, &[u32], &[u32])) {
        with_params!(self.params, W, params => {
            let [masks, weights] = self.export_rows::<W>(&params);
            let rows = masks.chunks_exact(params.pattern_words());
            let rows = rows.zip(weights.chunks_exact(params.row_words()));
            let (mut units, mut raw) = (Vec::new(), Vec::new());
            for (hidden, (mask, row)) in (0..).zip(rows) {
                units.clear();
                units.extend(bits::ones(mask));
                raw.clear();
                raw.extend((0..params.fan_in()).map(|slot| W::get(row, slot)));
                visit(hidden, &units, &raw);
            }
        });
    }

    /// Bytes this layout holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let potentials: usize = self.potentials.iter().map(Vec::len).sum();
        self.store.bytes() + 4 * (potentials + self.sums.len() + self.winners.capacity())
    }

    /// What a learning step and a recall touch, for patterns and cues of `ones` ones: for rates beside times.
    #[must_use]
    pub fn work(&self, ones: u32) -> Work {
        let Settings {
            visible,
            hidden,
            fan_in,
            winners,
            ..
        } = self.settings;
        let [visible, hidden, fan_in, winners] = [visible, hidden, fan_in, winners].map(f64::from);
        let potentials = self.store.potential_bytes(ones);
        Work {
            weights: f64::from(ones) * hidden * fan_in / visible + winners * fan_in,
            learn_bytes: potentials + winners * self.store.update_bytes(),
            recall_bytes: potentials + winners * self.store.scatter_bytes(),
        }
    }

    /// Learns one pattern (packed, n_i bits); gives the match score before learning, as
    /// [`KWinner::learn`] does.
    ///
    /// # Errors
    /// [`Empty`] for a pattern without a one; nothing is then learned.
    pub fn learn(&mut self, pattern: &[u32]) -> Result<u64, Empty> {
        Empty::check(pattern)?;
        let score = match self.settings.assignment {
            Assignment::Competitive => self.find_winners(pattern),
            Assignment::RandomK => self.draw_winners(pattern),
        };
        let winners = std::mem::take(&mut self.winners);
        self.reinforce(&winners, pattern);
        self.winners = winners;
        Ok(score)
    }

    /// The learning step for given hidden units in place of the winners: teacher forcing.
    ///
    /// `W[h][j] += eps (pattern[j] - W[h][j])` for every unit `h` of `units` and every `j` it is wired to; a unit that
    /// is listed twice learns twice. Counts as one pattern learned, so [`Network::learn`] is this step for the winners
    /// it finds. Costs `units m` weights. A pattern without a one lets these units forget, and is taken here: the caller
    /// has chosen them.
    ///
    /// # Panics
    /// If a unit is not below n_h.
    pub fn reinforce(&mut self, units: &[u32], pattern: &[u32]) {
        let hidden = self.settings.hidden;
        assert!(
            units.iter().all(|&unit| unit < hidden),
            "hidden units are below n_h"
        );
        let dither = (self.settings.rounding == Rounding::Stochastic)
            .then(|| Key::new(self.settings.seed, Purpose::DITHER).derive_u64(self.learned));
        let rates = match &self.rates {
            None => Rates::One(self.rate),
            Some(rates) => Rates::Each(rates),
        };
        let learners = Learners::new(units, rates);
        self.store.update(self.isa, learners, pattern, dither);
        self.learned += 1;
    }

    /// A rate for each hidden unit, n_h of them, which learning uses from now on in place of the parameters', as
    /// [`KWinner::learn_at`] does. No part of the state: [`Network::export`] does not have them.
    ///
    /// # Panics
    /// If they are not n_h.
    pub fn set_rates(&mut self, rates: &[Rate]) {
        assert_eq!(
            rates.len(),
            self.settings.hidden as usize,
            "as many rates as hidden units"
        );
        self.rates = Some(rates.iter().copied().map(step_rate).collect());
    }

    /// Learning uses the parameters' rate again, as before [`Network::set_rates`].
    pub fn reset_rates(&mut self) {
        self.rates = None;
    }

    /// The hidden code of a cue, its k winners, ascending, and its match score, as [`KWinner::hidden_code`] gives them.
    ///
    /// Takes `&mut self` for its work space only.
    pub fn hidden_code(&mut self, cue: &[u32]) -> (&[u32], u64) {
        let score = self.find_winners(cue);
        (&self.winners, score)
    }

    /// Hidden potentials of a cue, n_h sums of raw weights: `a = (W . M) x`, as [`KWinner::potentials`] gives them.
    ///
    /// Takes `&mut self` for its work space only. For the cost see [`Layout`].
    pub fn potentials(&mut self, cue: &[u32]) -> &[u32] {
        let potentials = &mut self.potentials[0];
        self.store.activate(self.isa, cue, potentials);
        &potentials[..self.settings.hidden as usize]
    }

    fn find_winners(&mut self, cue: &[u32]) -> u64 {
        self.potentials(cue);
        let potentials = std::mem::take(&mut self.potentials[0]);
        let score = self.pick_winners(cue, &potentials);
        self.potentials[0] = potentials;
        score
    }

    fn pick_winners(&mut self, cue: &[u32], potentials: &[u32]) -> u64 {
        let ties = Ties::new(&self.settings, self.learned, Purpose::HIDDEN_TIE, cue);
        let potentials = &potentials[..self.settings.hidden as usize];
        let winners = self
            .hidden_selector
            .top_k(potentials, self.settings.winners, || ties.key());
        self.winners.clear();
        self.winners.extend_from_slice(winners);
        let scores = winners.iter().map(|&unit| potentials[unit as usize]);
        scores.map(u64::from).sum()
    }

    fn draw_winners(&mut self, pattern: &[u32]) -> u64 {
        self.potentials(pattern);
        let mut rng = rng::stream(
            self.settings.seed,
            Purpose::RANDOM_WINNERS,
            (self.learned >> 32) as u32,
            self.learned as u32,
        );
        self.winners.clear();
        let (mut left, mut wanted, mut score) = (self.settings.hidden, self.settings.winners, 0);
        for (unit, &potential) in (0..self.settings.hidden).zip(&self.potentials[0]) {
            if rng::below(&mut rng, left) < wanted {
                wanted -= 1;
                score += u64::from(potential);
                self.winners.push(unit);
            }
            left -= 1;
        }
        score
    }

    /// The largest score a cue with `ones` ones could have: `k F min(m, ones)`.
    #[must_use]
    pub fn most(&self, ones: u32) -> u64 {
        let Settings {
            bits,
            winners,
            fan_in,
            visible,
            ..
        } = self.settings;
        let full = (1 << bits) - 1;
        u64::from(winners) * full * u64::from(fan_in.min(ones).min(visible))
    }
}

/// The masks of a network whose units see all.
fn masks_of_ones<W: Width>(params: &Params<W>) -> Vec<u32> {
    let mut mask = vec![0; params.pattern_words()];
    (0..params.visible()).for_each(|visible| bits::set(&mut mask, visible));
    mask.repeat(params.hidden() as usize)
}

/// The weights of a network with structured wiring, from those of a randomly wired one with its masks.
fn by_blocks<W: Width>(params: &Params<W>, wiring: &Structured, weights: &[u32]) -> Vec<u32> {
    let row_words = W::row_words(params.hidden());
    let mut blocks = vec![0; params.fan_in() as usize * row_words];
    for (unit, row) in (0..).zip(weights.chunks_exact(params.row_words())) {
        wiring.slots(unit, |slot| {
            let block = slot.index as usize * row_words;
            let weight = W::get(row, slot.index);
            W::set(&mut blocks[block..block + row_words], slot.place, weight);
        });
    }
    blocks
}

/// The weights of a network with structured wiring as rows of a randomly wired one, from its blocks.
fn from_blocks<W: Width>(params: &Params<W>, wiring: &Structured, blocks: &[u32]) -> Vec<u32> {
    let row_words = W::row_words(params.hidden());
    let mut weights = vec![0; params.hidden() as usize * params.row_words()];
    for (unit, row) in (0..).zip(weights.chunks_exact_mut(params.row_words())) {
        wiring.slots(unit, |slot| {
            let block = slot.index as usize * row_words;
            let weight = W::get(&blocks[block..block + row_words], slot.place);
            W::set(row, slot.index, weight);
        });
    }
    weights
}

/// What decides between tied units of one selection; its key is worked out only where units do tie.
#[derive(Clone, Copy)]
struct Ties<'a> {
    seed: u64,
    learned: u64,
    purpose: Purpose,
    cue: &'a [u32],
}

impl<'a> Ties<'a> {
    fn new(settings: &Settings, learned: u64, purpose: Purpose, cue: &'a [u32]) -> Self {
        Self {
            seed: settings.seed,
            learned,
            purpose,
            cue,
        }
    }

    fn key(self) -> Key {
        let key = Key::new(self.seed, self.purpose).derive_u64(self.learned);
        key.derive(key.digest(self.cue))
    }
}
