//! A network with, where asked for, a fixed binary layer in front of it (paper appendix A.4).

use slotless_core::kwinner::{Code, Readout};
use slotless_core::rng::{Key, Purpose};
use slotless_core::{bits, fan_in};

use super::condition::Preprocess;
use super::damage::Damage;
use super::others::{Other, ranks};
use crate::patterns::Patterns;
use slotless_kernels::cpu::Selector;
use slotless_kernels::{AnyNetwork, Empty};

/// A fixed layer of binary, symmetric connections: its k most active units are a pattern's code, and the same
/// connections lead back from a code to a pattern.
#[derive(Debug)]
pub struct Layer {
    active: u32,
    key: Key,
    /// Units that see visible unit j: `units[starts[j]..starts[j + 1]]`.
    starts: Vec<u32>,
    units: Vec<u32>,
    /// Visible units that each unit sees, packed.
    masks: Patterns,
    sums: Vec<u32>,
    back: Vec<u32>,
    selector: Selector,
}

impl Layer {
    /// Draws the layer's wiring for patterns of `visible` bits.
    #[must_use]
    pub fn new(seed: u64, visible: u32, layer: Preprocess) -> Self {
        let mut masks = Patterns::with_capacity(visible, layer.n as usize);
        let mut mask = vec![0; bits::words_for(visible)];
        let mut lists = vec![Vec::new(); visible as usize];
        for unit in 0..layer.n {
            fan_in::draw(seed, unit, visible, layer.fan_in(visible), &mut mask);
            masks.push(&mask);
            bits::ones(&mask).for_each(|visible| lists[visible as usize].push(unit));
        }
        let mut starts = vec![0];
        let mut units = Vec::new();
        for list in lists {
            units.extend(list);
            starts.push(units.len() as u32);
        }
        Self {
            active: layer.k,
            key: Key::new(seed, Purpose::HIDDEN_TIE),
            starts,
            units,
            masks,
            sums: vec![0; layer.n as usize],
            back: vec![0; visible as usize],
            selector: Selector::default(),
        }
    }

    /// The code of a pattern: its k units with the most active inputs, ties broken by the core's rule under a key of the
    /// pattern.
    pub fn encode(&mut self, pattern: &[u32], code: &mut [u32]) {
        self.sums.fill(0);
        for visible in bits::ones(pattern) {
            let visible = visible as usize;
            let list = self.starts[visible] as usize..self.starts[visible + 1] as usize;
            for &unit in &self.units[list] {
                self.sums[unit as usize] += 1;
            }
        }
        code.fill(0);
        let key = self.key;
        let ties = || key.derive(key.digest(pattern));
        for &unit in self.selector.top_k(&self.sums, self.active, ties) {
            bits::set(code, unit);
        }
    }

    /// The pattern of a code: the `active` visible units that most units of the code are wired to.
    pub fn decode(&mut self, code: &[u32], active: u32, pattern: &mut [u32]) {
        self.back.fill(0);
        for unit in bits::ones(code) {
            for visible in bits::ones(self.masks.get(unit as usize)) {
                self.back[visible as usize] += 1;
            }
        }
        pattern.fill(0);
        let key = self.key;
        let ties = || key.derive(key.digest(code)).derive(1);
        for &visible in self.selector.top_k(&self.back, active, ties) {
            bits::set(pattern, visible);
        }
    }

    /// The codes of patterns, one after the other.
    #[must_use]
    pub fn encode_many(&mut self, patterns: &Patterns) -> Patterns {
        let mut codes = Patterns::with_capacity(self.sums.len() as u32, patterns.len());
        let mut code = vec![0; bits::words_for(self.sums.len() as u32)];
        for pattern in patterns.iter() {
            self.encode(pattern, &mut code);
            codes.push(&code);
        }
        codes
    }

    /// The patterns of codes, packed one after the other, with as many ones each as `ones` says.
    #[must_use]
    pub fn decode_many(&mut self, codes: &[u32], ones: &[u32]) -> Vec<u32> {
        let words = bits::words_for(self.back.len() as u32);
        let mut patterns = vec![0; words * ones.len()];
        let rows = codes.chunks_exact(bits::words_for(self.sums.len() as u32));
        for ((code, &ones), pattern) in rows.zip(ones).zip(patterns.chunks_exact_mut(words)) {
            self.decode(code, ones, pattern);
        }
        patterns
    }

    /// Active units of a code.
    #[must_use]
    pub fn active(&self) -> u32 {
        self.active
    }
}

/// What is asked for: for each cue a number of ones, among the units from one on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// Ones of each answer.
    pub ones: &'a [u32],
    /// The first unit; 0 for the whole pattern.
    pub from: u32,
}

impl<'a> Asked<'a> {
    /// Whole patterns.
    pub fn all(ones: &'a [u32]) -> Self {
        Self { ones, from: 0 }
    }
}

/// A network and its fixed layer, if any, with room for the patterns between them; or another memory.
#[derive(Debug)]
pub struct Memory {
    network: Inner,
    layer: Option<Layer>,
    code: Vec<u32>,
    winners: Code,
}

/// What learns.
#[derive(Debug)]
enum Inner {
    KWinner(AnyNetwork),
    Other(Box<dyn Other>),
}

impl Memory {
    /// Puts `layer` in front of `network`.
    #[must_use]
    pub fn new(network: AnyNetwork, layer: Option<Layer>) -> Self {
        let code = layer
            .as_ref()
            .map_or(0, |layer| bits::words_for(layer.sums.len() as u32));
        Self {
            network: Inner::KWinner(network),
            layer,
            code: vec![0; code],
            winners: Code::Binary,
        }
    }

    /// Recalls from winners that count for this.
    #[must_use]
    pub fn with_winners(mut self, winners: Code) -> Self {
        self.winners = winners;
        self
    }

    /// Another memory.
    pub(crate) fn other(memory: Box<dyn Other>) -> Self {
        Self {
            network: Inner::Other(memory),
            layer: None,
            code: Vec::new(),
            winners: Code::Binary,
        }
    }

    /// Learns a pattern.
    ///
    /// # Errors
    /// [`Empty`] for a pattern without a one; nothing is then learned.
    pub fn learn(&mut self, pattern: &[u32]) -> Result<(), Empty> {
        // The code of nothing would be one of ties.
        if bits::count(pattern) == 0 {
            return Err(Empty);
        }
        let network = match &mut self.network {
            Inner::KWinner(network) => network,
            Inner::Other(memory) => {
                memory.learn(pattern);
                return Ok(());
            }
        };
        let Some(layer) = &mut self.layer else {
            return network.learn(pattern);
        };
        layer.encode(pattern, &mut self.code);
        network.learn(&self.code)
    }

    /// Damages what it has learned; of a network of K winners its weights, as they are packed.
    ///
    /// # Panics
    /// If it has floating-point weights, which have no such form.
    pub(crate) fn damage(&mut self, damage: &Damage) {
        match &mut self.network {
            Inner::Other(memory) => memory.damage(damage),
            Inner::KWinner(AnyNetwork::Fixed(network)) => {
                let (count, bits) = network.weights();
                let mut weights = damage.weights(count, bits);
                network.map_weights(|weight| weights.change(weight));
            }
            Inner::KWinner(AnyNetwork::Float(_)) => {
                unreachable!("refused when the condition was checked")
            }
        }
    }

    /// Recalls from each cue what is asked for; gives the patterns, one after the other, and the network's match scores.
    ///
    /// # Panics
    /// If there are not as many numbers of ones as cues.
    #[must_use]
    pub(crate) fn recall_many(
        &mut self,
        cues: &Patterns,
        Asked { ones, from }: Asked<'_>,
    ) -> (Vec<u32>, Vec<u64>) {
        let mut scores = vec![0; cues.len()];
        let mut recalled = vec![0; cues.words().len()];
        let network = match &mut self.network {
            Inner::KWinner(network) => network,
            Inner::Other(memory) => {
                let words = bits::words_for(cues.visible());
                let rows = recalled.chunks_exact_mut(words.max(1)).zip(ones);
                for ((cue, (row, &ones)), score) in cues.iter().zip(rows).zip(&mut scores) {
                    memory.ask(ones, from);
                    let answer = memory.recall(cue);
                    row.copy_from_slice(answer.pattern);
                    clear_below(row, from);
                    *score = answer.score;
                }
                return (recalled, scores);
            }
        };
        let Some(layer) = &mut self.layer else {
            let asked = Asked { ones, from };
            let out = (&mut recalled[..], &mut scores[..]);
            recall(network, self.winners, cues, asked, out);
            return (recalled, scores);
        };
        let codes = layer.encode_many(cues);
        let active = vec![layer.active; cues.len()];
        let mut recoded = vec![0; codes.words().len()];
        let out = (&mut recoded[..], &mut scores[..]);
        recall(network, self.winners, &codes, Asked::all(&active), out);
        (layer.decode_many(&recoded, ones), scores)
    }

    /// As [`Memory::recall_many`], with as many ones as each pattern has; and what answers say of the units that are not in
    /// the cue, cue by cue: for each class of units that the answer tells apart, those most surely ones first, how many there
    /// are and how many of them are ones of the pattern.
    #[must_use]
    pub(crate) fn count_many(
        &mut self,
        cues: &Patterns,
        patterns: &Patterns,
        active: u32,
    ) -> (Vec<u32>, Vec<u64>, Vec<u32>) {
        let words = bits::words_for(cues.visible());
        let mut counts = Vec::new();
        if let Inner::Other(memory) = &mut self.network {
            let mut recalled = Vec::with_capacity(cues.words().len());
            let mut scores = Vec::with_capacity(cues.len());
            let rows = patterns.iter().zip(patterns.ones());
            for (cue, (pattern, &ones)) in cues.iter().zip(rows) {
                memory.ask(ones, 0);
                let answer = memory.recall(cue);
                recalled.extend(answer.pattern);
                scores.push(answer.score);
                count(
                    answer.sets.iter(),
                    cue,
                    pattern,
                    cues.visible(),
                    &mut counts,
                );
            }
            return (recalled, scores, counts);
        }
        let (answers, scores) = self.recall_many(cues, Asked::all(patterns.ones()));
        // The units up to each rank hold those up to the ranks before.
        let ranks = ranks(cues.visible(), active);
        let recalled: Vec<Vec<u32>> = ranks
            .iter()
            .map(|&rank| {
                self.recall_many(cues, Asked::all(&vec![rank; cues.len()]))
                    .0
            })
            .collect();
        let mut sets = vec![vec![0; words]; ranks.len()];
        for (number, (cue, pattern)) in cues.iter().zip(patterns.iter()).enumerate() {
            let place = number * words..(number + 1) * words;
            let mut before: &[u32] = &[];
            for (set, recalled) in sets.iter_mut().zip(&recalled) {
                let all = &recalled[place.clone()];
                set.copy_from_slice(all);
                for (set, before) in set.iter_mut().zip(before) {
                    *set &= !before;
                }
                before = all;
            }
            let sets = sets.iter().map(Vec::as_slice);
            count(sets, cue, pattern, cues.visible(), &mut counts);
        }
        (answers, scores, counts)
    }

    /// Mean pairwise similarity of patterns, and of what the network stores of them.
    #[must_use]
    pub fn similarity(&mut self, patterns: &Patterns) -> [f64; 2] {
        let input = mean_similarity(patterns);
        let Some(layer) = &mut self.layer else {
            return [input, input];
        };
        let codes = layer.encode_many(patterns);
        [input, mean_similarity(&codes)]
    }
}

/// Clears the units below one.
fn clear_below(pattern: &mut [u32], unit: u32) {
    for (word, first) in pattern.iter_mut().zip((0u32..).step_by(32)) {
        let below = unit.saturating_sub(first).min(32);
        *word &= u32::MAX.checked_shl(below).unwrap_or(0);
    }
}

/// Recalls patterns and scores from cues.
fn recall(
    network: &mut AnyNetwork,
    winners: Code,
    cues: &Patterns,
    Asked { ones, from }: Asked<'_>,
    (recalled, scores): (&mut [u32], &mut [u64]),
) {
    if winners == Code::Binary && from == 0 {
        return network.recall_many(cues.words(), ones, recalled, scores);
    }
    let units = cues.visible();
    let readout = |&ones: &u32| Readout::among(units, ones).units(from..units).code(winners);
    let readouts: Vec<Readout> = ones.iter().map(readout).collect();
    network.recall_many_as(cues.words(), &readouts, recalled, scores);
}

/// Appends, for each set and then for all units in none, how many are not in the cue, and how many of these are ones.
fn count<'a>(
    sets: impl Iterator<Item = &'a [u32]>,
    cue: &[u32],
    pattern: &[u32],
    units: u32,
    counts: &mut Vec<u32>,
) {
    let mut rest = [
        units - bits::count(cue),
        bits::count(pattern) - bits::overlap(pattern, cue),
    ];
    for set in sets {
        let mut own = [0, 0];
        for ((set, cue), pattern) in set.iter().zip(cue).zip(pattern) {
            let set = set & !cue;
            own[0] += set.count_ones();
            own[1] += (set & pattern).count_ones();
        }
        counts.extend(own);
        rest = [rest[0] - own[0], rest[1] - own[1]];
    }
    counts.extend(rest);
}

/// Mean overlap of two different patterns, over all pairs, divided by the mean number of ones; 0 for fewer than two.
#[must_use]
pub fn mean_similarity(patterns: &Patterns) -> f64 {
    let mut uses = vec![0; patterns.visible() as usize];
    for pattern in patterns.iter() {
        bits::ones(pattern).for_each(|bit| uses[bit as usize] += 1);
    }
    similarity_of_uses(patterns.len() as u64, &uses)
}

/// [`mean_similarity`] of this many patterns, of which each bit is used by this many.
#[must_use]
pub fn similarity_of_uses(count: u64, uses: &[u32]) -> f64 {
    let uses = || uses.iter().map(|&uses| u64::from(uses));
    // A bit used by u patterns is shared by u (u - 1) ordered pairs.
    let shared: u64 = uses().map(|uses| uses * uses.saturating_sub(1)).sum();
    let ones: u64 = uses().sum();
    if count < 2 || ones == 0 {
        return 0.0;
    }
    shared as f64 / ((count - 1) as f64 * ones as f64)
}
