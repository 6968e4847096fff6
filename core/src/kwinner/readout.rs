//! How a recall answers: among which units, with how many ones, from winners of one weight or of several.

use core::ops::Range;

use crate::bits;
use crate::kwinner::network::Scratch;
use crate::kwinner::{KWinner, Match, NetworkError, Params, Wiring};
use crate::rng::{Key, Purpose};
use crate::select;
use crate::weight::Width;

/// The largest activity of a graded winner: eight bits.
const LARGEST: u32 = 255;

/// Winners that are gathered to go through their weights at a time.
const TOGETHER: usize = 16;

/// What the winners of a recall count for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Code {
    /// All the same: the paper's.
    #[default]
    Binary,
    /// Each for its activity, how far its potential is above the largest of the units that did not win (k-winners-take-all
    /// with graded activities, as O'Reilly's kWTA).
    ///
    /// With `theta` that potential, 0 where all units win, and `H` the largest of all, a winner of potential `h` has the
    /// activity `floor((h - theta) G / (H - theta))`, or 1 where `H = theta`. `G` is 255, or as much as keeps sums within
    /// 32 bits: `floor((2^32 - 1) / max(k F, n_h))`. A winner that ties with a unit that lost has 0.
    Graded,
}

/// How [`KWinner::recall_as`] answers.
///
/// ```
/// use slotless_core::kwinner::{Code, KWinner, Params, Readout};
/// use slotless_core::weight::U8;
/// // Of 64 visible units the first half is a key, the second what belongs to it.
/// let params = Params::<U8>::builder(64, 40).fan_in(32).winners(5).active(8).build()?;
/// let mut memory = KWinner::new(params, vec![0; params.words()])?;
/// let mut scratch = vec![0; params.scratch_words()];
/// memory.learn(&[0x0f, 0xf0], &mut scratch)?;
/// let (target, mut answer) = (Readout::of(&params).units(32..64).active(4), [0; 2]);
/// memory.recall_as(&[0x0f, 0], &target, &mut scratch, &mut answer)?;
/// assert_eq!(answer, [0, 0xf0]);
/// memory.recall_as(&[0x0f, 0], &target.code(Code::Graded), &mut scratch, &mut answer)?;
/// assert_eq!(answer, [0, 0xf0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Readout {
    visible: u32,
    from: u32,
    to: u32,
    active: u32,
    code: Code,
}

impl Readout {
    /// What [`KWinner::recall`] does: [`Params::active`] ones among all visible units, from winners that count alike.
    #[must_use]
    pub const fn of<W: Width, G: Wiring>(params: &Params<W, G>) -> Self {
        Self::among(params.visible(), params.active())
    }

    /// The same for plain numbers: `active` ones among `visible` units.
    #[must_use]
    pub const fn among(visible: u32, active: u32) -> Self {
        Self {
            visible,
            from: 0,
            to: visible,
            active,
            code: Code::Binary,
        }
    }

    /// The answer lies among these visible units alone, such as the second half of pairs; what is beyond n_i is cut off,
    /// and of an empty range the answer is empty.
    #[must_use]
    pub const fn units(mut self, units: Range<u32>) -> Self {
        self.to = least(units.end, self.visible);
        self.from = least(units.start, self.to);
        self
    }

    /// Ones of the answer, any number; all units there are where it is more.
    #[must_use]
    pub const fn active(mut self, active: u32) -> Self {
        self.active = active;
        self
    }

    /// What the winners count for.
    #[must_use]
    pub const fn code(mut self, code: Code) -> Self {
        self.code = code;
        self
    }

    /// The units that the answer lies among.
    #[must_use]
    pub const fn range(&self) -> Range<u32> {
        self.from..self.to
    }

    /// Ones of the answer: no more than there are units.
    #[must_use]
    pub const fn ones(&self) -> u32 {
        least(self.active, self.to - self.from)
    }

    /// What the winners count for.
    #[must_use]
    pub const fn winners_code(&self) -> Code {
        self.code
    }

    /// The same in a network of another size: units that it does not have are cut off.
    const fn within(self, visible: u32) -> Self {
        let units = self.range();
        Self { visible, ..self }.units(units)
    }
}

const fn least(a: u32, b: u32) -> u32 {
    if a < b { a } else { b }
}

impl<W: Width, S: AsRef<[u32]>, G: Wiring> KWinner<W, S, G> {
    /// Recalls into `pattern` as a [`Readout`] says: among some units, with so many ones, from graded winners.
    ///
    /// The winners and the score are those of [`KWinner::recall`], and so is the pattern of [`Readout::of`] these parameters.
    /// Graded winners cost `k m` weights up to eight times, four on average, and need no more room.
    ///
    /// # Errors
    /// Those of [`KWinner::recall_into`].
    pub fn recall_as(
        &self,
        cue: &[u32],
        readout: &Readout,
        scratch: &mut [u32],
        pattern: &mut [u32],
    ) -> Result<Match, NetworkError> {
        let expected = self.params().pattern_words();
        if pattern.len() != expected {
            return Err(NetworkError::Output {
                got: pattern.len(),
                expected,
            });
        }
        let mut scratch = self.scratch(cue, scratch)?;
        let matched = self.find_winners(cue, &mut scratch);
        let Scratch {
            sums, mut winners, ..
        } = scratch;
        let graded = readout.code == Code::Graded;
        if graded {
            let kept = grade(self.params(), sums, winners);
            winners = winners.get_mut(..kept).unwrap_or(&mut []);
        }
        let Some(sums) = sums.get_mut(..self.params().visible() as usize) else {
            return Ok(matched);
        };
        sums.fill(0);
        if graded {
            self.scatter_graded(winners, sums);
        } else {
            G::scatter(self.params(), self.rows(), winners, sums);
        }
        let key = || self.tie_key(Purpose::OUTPUT_TIE, cue);
        let part = readout.within(self.params().visible());
        mark_part(sums, &part, key, pattern);
        Ok(matched)
    }

    /// Adds the weights of winners, each as [`packed`] has it, to sums that are zero: bit after bit of their activities, the
    /// highest first, so that there is nothing but additions and doublings.
    #[inline(never)]
    fn scatter_graded(&self, winners: &[u32], sums: &mut [u32]) {
        let hidden = self.params().hidden();
        let bits = u32::BITS - largest_activity(self.params()).leading_zeros();
        for bit in (0..bits).rev() {
            for sum in sums.iter_mut() {
                *sum = sum.wrapping_shl(1);
            }
            let mut units = [0; TOGETHER];
            for winners in winners.chunks(TOGETHER) {
                let with = winners.iter().filter_map(|&winner| {
                    let (unit, activity) = unpacked(winner, hidden);
                    (activity >> bit & 1 == 1).then_some(unit)
                });
                let places = units.iter_mut().zip(with);
                let used = places.map(|(place, unit)| *place = unit).count();
                let units = units.get(..used).unwrap_or(&[]);
                G::scatter(self.params(), self.rows(), units, sums);
            }
        }
    }
}

/// The largest activity there is, G: such that sums of activities times weights fit 32 bits, and so does an activity beside
/// the number of its unit.
fn largest_activity<W: Width, G: Wiring>(params: &Params<W, G>) -> u32 {
    // k F is at most 2^32 - 1: what parameters are checked for.
    let sum = params.winners().saturating_mul(W::FULL);
    let most = u32::MAX.checked_div(sum.max(params.hidden()));
    most.unwrap_or(LARGEST).min(LARGEST)
}

/// A winner beside its activity, from 1 on, in a word.
fn packed(unit: u32, activity: u32, hidden: u32) -> u32 {
    activity
        .wrapping_sub(1)
        .wrapping_mul(hidden)
        .wrapping_add(unit)
}

/// Unit and activity of a word.
fn unpacked(word: u32, hidden: u32) -> (u32, u32) {
    let activity = word.checked_div(hidden).unwrap_or(0);
    (
        word.wrapping_sub(activity.wrapping_mul(hidden)),
        activity.wrapping_add(1),
    )
}

/// Puts each winner that has an activity above 0 with it in the first places, and says how many these are.
#[inline(never)]
fn grade<W: Width, G: Wiring>(
    params: &Params<W, G>,
    potentials: &[u32],
    winners: &mut [u32],
) -> usize {
    let hidden = params.hidden();
    let of = |unit: u32| potentials.get(unit as usize).copied().unwrap_or(0);
    let (mut threshold, mut highest) = (0, 0);
    let mut ascending = winners.iter().copied();
    let mut winner = ascending.next();
    for (unit, &potential) in (0..hidden).zip(potentials) {
        if winner == Some(unit) {
            highest = potential.max(highest);
            winner = ascending.next();
        } else {
            threshold = potential.max(threshold);
        }
    }
    let above = highest.saturating_sub(threshold);
    let largest = u64::from(largest_activity(params));
    let mut kept = 0;
    for at in 0..winners.len() {
        let Some(&unit) = winners.get(at) else { break };
        let reach = u64::from(of(unit).saturating_sub(threshold));
        // No division by zero: where nothing is above the threshold all count alike.
        let activity = (reach * largest).checked_div(above.into()).unwrap_or(1) as u32;
        if activity > 0
            && let Some(place) = winners.get_mut(kept)
        {
            *place = packed(unit, activity, hidden);
            kept += 1;
        }
    }
    kept
}

/// Marks the largest sums of a part of the units; the sums are lost.
#[inline(never)]
fn mark_part(sums: &mut [u32], readout: &Readout, key: impl Fn() -> Key, marks: &mut [u32]) {
    let (units, wanted) = (readout.range(), readout.ones());
    for (unit, sum) in (0..).zip(&mut *sums) {
        if !units.contains(&unit) {
            *sum = 0;
        }
    }
    let positive = sums.iter().filter(|&&sum| sum > 0).count() as u32;
    if wanted <= positive {
        // The last of these is above 0, and so no unit outside is among them.
        return select::mark_top_k_with(sums, wanted, key, marks);
    }
    // All that are above 0; the others of the part tie for what is left.
    marks.fill(0);
    for (unit, sum) in (0..).zip(&mut *sums) {
        if *sum > 0 {
            bits::set(marks, unit);
        }
        *sum = u32::from(*sum == 0 && units.contains(&unit));
    }
    select::top_k_with(sums, wanted - positive, key, |unit| bits::set(marks, unit));
}
