//! Recall: of one cue or many, of the whole pattern or a part, from winners that count alike or are graded.

use slotless_core::bits;
use slotless_core::kwinner::{Code, Readout, Settings};
use slotless_core::rng::Purpose;

use super::tiles::CUES;
use super::{Network, Ties};

/// The largest activity of a graded winner.
const LARGEST: u32 = 255;

/// Room for the activities of graded winners.
#[derive(Clone, Debug, Default)]
pub(super) struct Grades {
    /// Of each winner.
    activities: Vec<u32>,
    /// The winners whose activity has the bit at hand.
    with: Vec<u32>,
}

impl Network {
    /// Recalls into `pattern` (packed, n_i bits) with `active` ones; gives the match score.
    ///
    /// Takes `&mut self` for its work space only: the network's state does not change.
    pub fn recall(&mut self, cue: &[u32], active: u32, pattern: &mut [u32]) -> u64 {
        let readout = Readout::among(self.settings.visible, active);
        self.recall_as(cue, &readout, pattern)
    }

    /// [`Network::recall`] as a [`Readout`] says, as [`KWinner::recall_as`](slotless_core::kwinner::KWinner::recall_as) does.
    pub fn recall_as(&mut self, cue: &[u32], readout: &Readout, pattern: &mut [u32]) -> u64 {
        self.potentials(cue);
        let potentials = std::mem::take(&mut self.potentials[0]);
        let score = self.answer(cue, &potentials, readout, pattern);
        self.potentials[0] = potentials;
        score
    }

    /// [`Network::recall`] from many cues: row i of `cues` with `active[i]` ones into row i of `patterns`, its match score into
    /// `scores[i]`. Rows are packed, n_i bits each.
    ///
    /// Takes about half the time of as many single recalls where the layout is [`Layout::Tiles`](super::Layout::Tiles), else
    /// the same.
    ///
    /// # Panics
    /// If the numbers of rows differ.
    pub fn recall_many(
        &mut self,
        cues: &[u32],
        active: &[u32],
        patterns: &mut [u32],
        scores: &mut [u64],
    ) {
        let visible = self.settings.visible;
        let readouts = active.iter().map(|&active| Readout::among(visible, active));
        self.recall_rows(cues, readouts, patterns, scores);
    }

    /// [`Network::recall_many`] as readouts say, one for each cue.
    ///
    /// # Panics
    /// If the numbers of rows differ.
    pub fn recall_many_as(
        &mut self,
        cues: &[u32],
        readouts: &[Readout],
        patterns: &mut [u32],
        scores: &mut [u64],
    ) {
        self.recall_rows(cues, readouts.iter().copied(), patterns, scores);
    }

    #[inline(always)]
    fn recall_rows(
        &mut self,
        cues: &[u32],
        readouts: impl ExactSizeIterator<Item = Readout>,
        patterns: &mut [u32],
        scores: &mut [u64],
    ) {
        let words = bits::words_for(self.settings.visible);
        assert!(
            [cues.len(), patterns.len(), words * scores.len()] == [words * readouts.len(); 3],
            "as many cues as readouts or numbers of ones, patterns and scores"
        );
        let rows = cues.chunks_exact(words).zip(readouts);
        let out = patterns.chunks_exact_mut(words).zip(scores);
        let mut potentials = std::mem::take(&mut self.potentials);
        for (number, ((cue, readout), (pattern, score))) in rows.zip(out).enumerate() {
            let together = number % CUES;
            if together == 0 {
                // The last few cues share a pass with repetitions of the last one.
                let cue = |more: usize| {
                    let row = (number + more).min(cues.len() / words - 1);
                    &cues[row * words..][..words]
                };
                let cues = std::array::from_fn(cue);
                let potentials = potentials.each_mut().map(Vec::as_mut_slice);
                self.store.activate_many(self.isa, cues, potentials);
            }
            *score = self.answer(cue, &potentials[together], &readout, pattern);
        }
        self.potentials = potentials;
    }

    /// The answer to a cue of these potentials, and its score.
    fn answer(
        &mut self,
        cue: &[u32],
        potentials: &[u32],
        readout: &Readout,
        pattern: &mut [u32],
    ) -> u64 {
        let score = self.pick_winners(cue, potentials);
        let visible = self.settings.visible as usize;
        self.sums[..visible].fill(0);
        match readout.winners_code() {
            Code::Binary => self.store.scatter(self.isa, &self.winners, &mut self.sums),
            Code::Graded => self.scatter_graded(potentials),
        }
        pattern.fill(0);
        let ties = Ties::new(&self.settings, self.learned, Purpose::OUTPUT_TIE, cue);
        let units = readout.range();
        let end = units.end.min(self.settings.visible);
        let first = units.start.min(end);
        let sums = &self.sums[first as usize..end as usize];
        let wanted = readout.ones();
        let found = self
            .output_selector
            .top_k_of(first, sums, wanted, || ties.key());
        for &visible in found {
            bits::set(pattern, first + visible);
        }
        score
    }

    /// Adds the winners' weights, each times its activity, to sums that are zero: a bit of the activities at a time, the
    /// highest first.
    fn scatter_graded(&mut self, potentials: &[u32]) {
        let Self {
            settings,
            store,
            winners,
            sums,
            grades,
            ..
        } = self;
        let Grades { activities, with } = grades;
        grade(settings, potentials, winners, activities);
        let highest = activities.iter().fold(0, |any, activity| any | activity);
        let sums_in_use = settings.visible as usize;
        for bit in (0..u32::BITS - highest.leading_zeros()).rev() {
            for sum in &mut sums[..sums_in_use] {
                *sum <<= 1;
            }
            let all = winners.iter().zip(&*activities);
            with.clear();
            with.extend(
                all.filter_map(|(&unit, activity)| (activity >> bit & 1 == 1).then_some(unit)),
            );
            store.scatter(self.isa, with, sums);
        }
    }
}

/// The activities of winners, by how far each is above the best unit that did not win.
fn grade(settings: &Settings, potentials: &[u32], winners: &[u32], activities: &mut Vec<u32>) {
    let potentials = &potentials[..settings.hidden as usize];
    // The others are what lies between the winners.
    let mut first = 0;
    let (mut threshold, mut highest) = (0, 0);
    for &winner in winners {
        let between = &potentials[first..winner as usize];
        threshold = between.iter().copied().fold(threshold, u32::max);
        highest = highest.max(potentials[winner as usize]);
        first = winner as usize + 1;
    }
    let behind = &potentials[first..];
    threshold = behind.iter().copied().fold(threshold, u32::max);
    let sum = u64::from(settings.winners) * ((1 << settings.bits) - 1);
    let largest = u64::from(u32::MAX) / sum.max(u64::from(settings.hidden));
    let largest = largest.min(u64::from(LARGEST));
    let above = u64::from(highest - threshold);
    activities.clear();
    activities.extend(winners.iter().map(|&unit| {
        let reach = u64::from(potentials[unit as usize] - threshold);
        (reach * largest).checked_div(above).unwrap_or(1) as u32
    }));
}
