//! The network at work: a state, the fields of all its units, and its energy.

use super::params::Params;
use super::row;
use crate::bits;
use crate::hopfield::Descend;

/// A classical network's state under updates, in the caller's scratch.
///
/// It keeps the field of every unit: an update is a comparison, a flip touches N weights, and the energy is at hand.
#[derive(Debug)]
pub struct Descent<'a> {
    pub(super) params: &'a Params,
    pub(super) weights: &'a [u32],
    pub(super) fields: &'a mut [i32],
    pub(super) state: &'a mut [u32],
    pub(super) energy: i64,
}

impl<'a> Descent<'a> {
    /// The field `f_i = sum_j W_ij s_j - b_i` of a unit; 0 if there is none.
    #[must_use]
    pub fn field(&self, unit: u32) -> i32 {
        self.fields.get(unit as usize).copied().unwrap_or(0)
    }

    /// Whether no update would change anything. Cost: N comparisons.
    #[must_use]
    pub fn is_fixed_point(&self) -> bool {
        let mut fields = self.fields.iter().zip(0..);
        fields.all(|(&field, unit)| !opposes(field, bits::get(self.state, unit)))
    }

    /// Gives the state back.
    #[must_use]
    pub fn into_state(self) -> &'a [u32] {
        self.state
    }

    /// Adds what the flip of a unit to `sign` changes in the fields of the others: `2 sign W_ij`.
    fn spread(&mut self, unit: u32, sign: i32) {
        let (width, factor) = (self.params.width(), sign.wrapping_mul(2));
        let (before, rest) = self
            .fields
            .split_at_mut_checked(unit as usize)
            .unwrap_or_default();
        let start = self.params.row_start(unit);
        row::add(
            width,
            self.weights.get(start..).unwrap_or(&[]),
            factor,
            before,
        );
        // The weights to later units are a slot of each of their rows.
        let start = self.params.row_start(unit.saturating_add(1));
        let rows = self.weights.get(start..).unwrap_or(&[]);
        let after = rest.get_mut(1..).unwrap_or(&mut []);
        row::add_column(width, rows, unit, factor, after);
    }
}

/// Whether a field has the sign that a unit has not.
fn opposes(field: i32, plus: bool) -> bool {
    if plus { field < 0 } else { field > 0 }
}

impl Descend for Descent<'_> {
    type Energy = i64;

    fn units(&self) -> u32 {
        self.params.units()
    }

    fn state(&self) -> &[u32] {
        self.state
    }

    fn energy(&self) -> i64 {
        self.energy
    }

    fn update(&mut self, unit: u32) -> bool {
        let field = self.field(unit);
        let flips = opposes(field, bits::get(self.state, unit));
        if flips {
            if let Some(word) = self.state.get_mut((unit / bits::WORD_BITS) as usize) {
                *word ^= 1 << (unit % bits::WORD_BITS);
            }
            self.energy = self
                .energy
                .saturating_sub(i64::from(field.unsigned_abs()).saturating_mul(2));
            self.spread(unit, field.signum());
        }
        flips
    }
}
