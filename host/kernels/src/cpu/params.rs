//! Parameters whose weight width is known at run time only.

use slotless_core::kwinner::{Params, ParamsError, Structured};
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};

use super::super::state::StateBytes;
use super::layout::Layout;
use super::simd::Isa;

/// Integer parameters of a network whose weight width is known at run time only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnyParams {
    /// 1-bit weights.
    U1(Params<U1>),
    /// 2-bit weights.
    U2(Params<U2>),
    /// 4-bit weights.
    U4(Params<U4>),
    /// 8-bit weights.
    U8(Params<U8>),
    /// 16-bit weights.
    U16(Params<U16>),
}

/// Runs `$body` with `$p` bound to the typed parameters and `$w` to their width.
macro_rules! with_params {
    ($any:expr, $w:ident, $p:ident => $body:expr) => {
        match $any {
            AnyParams::U1($p) => {
                type $w = U1;
                $body
            }
            AnyParams::U2($p) => {
                type $w = U2;
                $body
            }
            AnyParams::U4($p) => {
                type $w = U4;
                $body
            }
            AnyParams::U8($p) => {
                type $w = U8;
                $body
            }
            AnyParams::U16($p) => {
                type $w = U16;
                $body
            }
        }
    };
}

pub(super) use with_params;

impl AnyParams {
    /// About the bytes that [`Network::new`](super::Network::new) takes, counted before it is made.
    #[must_use]
    pub fn layout_bytes(self) -> f64 {
        with_params!(self, W, p => Layout::choose::<W>(&p, Isa::best()).estimate(&p))
    }

    /// Whether [`Network::new`](super::Network::new) can name the places of all weights, in 32 bits.
    #[must_use]
    pub fn is_addressable(self) -> bool {
        with_params!(self, W, p => Layout::choose::<W>(&p, Isa::best()).holds(&p))
    }

    /// Bytes of the state of such a network.
    #[must_use]
    pub fn state_bytes(self) -> StateBytes {
        with_params!(self, W, p => {
            let rows = |words: usize| 4 * u64::from(p.hidden()) * words as u64;
            let state = StateBytes {
                counter: 8,
                // None where all see all.
                masks: if p.fan_in() == p.visible() { 0 } else { rows(p.pattern_words()) },
                weights: rows(W::row_words(p.fan_in())),
            };
            debug_assert_eq!(state.total(), 4 * p.words() as u64);
            state
        })
    }
}

/// Parameters of a network with structured wiring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StructuredParams {
    params: AnyParams,
    wiring: Structured,
}

impl StructuredParams {
    /// The network of these sizes and rules.
    ///
    /// # Errors
    /// [`ParamsError::Structured`] for a number of hidden units that structured wiring does not take.
    pub fn new(params: AnyParams) -> Result<Self, ParamsError> {
        let wiring = with_params!(params, W, p => {
            let sizes: Params<W> = p;
            *sizes.structured()?.wiring()
        });
        Ok(Self { params, wiring })
    }

    /// Sizes and rules.
    #[must_use]
    pub fn params(self) -> AnyParams {
        self.params
    }

    pub(super) fn wiring(self) -> Structured {
        self.wiring
    }

    /// The fan-in of each hidden unit as a mask, one after the other.
    #[must_use]
    pub fn masks(self) -> Vec<u32> {
        with_params!(self.params, W, p => {
            let params: Params<W> = p;
            let mut masks = vec![0; params.hidden() as usize * params.pattern_words()];
            let rows = masks.chunks_exact_mut(params.pattern_words());
            (0..).zip(rows).for_each(|(unit, row)| self.wiring.mask(unit, row));
            masks
        })
    }

    /// Bytes of the state of such a network: no masks.
    #[must_use]
    pub fn state_bytes(self) -> StateBytes {
        let bytes = with_params!(self.params, W, p => {
            4 * u64::from(p.fan_in()) * W::row_words(p.hidden()) as u64
        });
        StateBytes {
            counter: 8,
            masks: 0,
            weights: bytes,
        }
    }
}
