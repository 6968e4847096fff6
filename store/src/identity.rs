//! What a store is of.

use core::fmt;

use slotless_core::RESULTS_VERSION;
use slotless_core::kwinner::{Params, Wiring};
use slotless_core::recogniser::Replacement;
use slotless_core::recogniser::{Code, GrowParams, MeansParams, RingParams};
use slotless_core::ring::{CodedParams, SketchesParams, SlotsParams};
use slotless_core::snapshot::{self, Kind};
use slotless_core::{recency, weight::Width};

/// Kinds of recognisers, which are not those of their snapshots: what tells states apart is less than what a snapshot carries.
const GROW: u32 = 128;
const RING: u32 = 129;
const MEANS: u32 = 130;

/// Words of parameters.
pub const PARAMETERS: usize = 12;
/// Words of all.
const WORDS: usize = 16;
/// Bytes of all.
pub(crate) const BYTES: usize = 4 * WORDS;

/// Whose state a store holds: the kind of the memory, the words of its state, its parameters, and the version of the results
/// contract.
///
/// A store of one is refused where another is expected, for its words would mean something else. Made of the parameters of a
/// memory of the core (`Identity::from(&PARAMS)`), or of any words that tell yours from others ([`Identity::new`]).
///
/// [`Lent`](slotless_core::kwinner::Lent) masks are not in it: whose they are, the program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Identity {
    kind: u32,
    words: u32,
    results: u32,
    parameters: [u32; PARAMETERS],
}

impl Identity {
    /// That of a memory of your own: a kind, of which those below 256 are the core's; the words of its state; its parameters,
    /// whatever they are.
    #[must_use]
    pub const fn new(kind: u32, words: u32, parameters: [u32; PARAMETERS]) -> Self {
        Self {
            kind,
            words,
            results: RESULTS_VERSION,
            parameters,
        }
    }

    /// The kind: of the core's memories [`Kind::code`], of its recognisers 128 to 130.
    #[must_use]
    pub const fn kind(&self) -> u32 {
        self.kind
    }

    /// Words of the state.
    #[must_use]
    pub const fn words(&self) -> u32 {
        self.words
    }

    /// Version of the results contract, [`RESULTS_VERSION`].
    #[must_use]
    pub const fn results(&self) -> u32 {
        self.results
    }

    /// The parameters; zeros after the last.
    #[must_use]
    pub const fn parameters(&self) -> &[u32; PARAMETERS] {
        &self.parameters
    }

    fn of(kind: u32, words: usize, block: &[u32]) -> Self {
        let mut parameters = [0; PARAMETERS];
        for (parameter, &word) in parameters.iter_mut().zip(block) {
            *parameter = word;
        }
        let words = u32::try_from(words).unwrap_or(u32::MAX);
        Self::new(kind, words, parameters)
    }

    fn numbers(&self) -> [u32; WORDS] {
        let mut numbers = [0; WORDS];
        let header = [self.kind, self.words, self.results];
        let all = header.iter().chain(&self.parameters);
        for (number, &word) in numbers.iter_mut().zip(all) {
            *number = word;
        }
        numbers
    }

    pub(crate) fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        for (place, word) in bytes.chunks_exact_mut(4).zip(self.numbers()) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; BYTES]) -> Self {
        let mut words = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .copied()
            .map(u32::from_le_bytes);
        let mut next = || words.next().unwrap_or(0);
        Self {
            kind: next(),
            words: next(),
            results: next(),
            parameters: core::array::from_fn(|_| next()),
        }
    }
}

impl<W: Width, G: Wiring> From<&Params<W, G>> for Identity {
    fn from(params: &Params<W, G>) -> Self {
        let block = snapshot::kwinner::parameters(params);
        Self::of(Kind::KWinner.code(), params.words(), &block)
    }
}

impl From<&recency::Params> for Identity {
    fn from(params: &recency::Params) -> Self {
        let block = snapshot::recency::parameters(params);
        Self::of(Kind::Recency.code(), params.words(), &block)
    }
}

impl From<&SlotsParams> for Identity {
    fn from(params: &SlotsParams) -> Self {
        let block = snapshot::slots::parameters(params);
        Self::of(Kind::Slots.code(), params.words(), &block)
    }
}

impl From<&CodedParams> for Identity {
    fn from(params: &CodedParams) -> Self {
        let block = snapshot::coded::parameters(params);
        Self::of(Kind::Coded.code(), params.words(), &block)
    }
}

impl From<&SketchesParams> for Identity {
    fn from(params: &SketchesParams) -> Self {
        let block = snapshot::sketches::parameters(params);
        Self::of(Kind::Sketches.code(), params.words(), &block)
    }
}

/// Without the seed, which no state's meaning depends on.
impl From<&GrowParams> for Identity {
    fn from(params: &GrowParams) -> Self {
        let block = [params.features(), params.items(), params.fades()];
        Self::of(GROW, params.words(), &block)
    }
}

impl From<&RingParams> for Identity {
    fn from(params: &RingParams) -> Self {
        let bits = match params.code() {
            Code::Nibbles => 0,
            Code::Thermometer { bits } => bits,
        };
        let (replacement, seed) = match params.replacement() {
            Replacement::Fifo => (0, 0),
            Replacement::Reservoir { seed } => (1, seed),
            Replacement::Balanced => (2, 0),
        };
        let (low, high) = (seed as u32, (seed >> 32) as u32);
        let block = [
            params.features(),
            params.items(),
            bits,
            replacement,
            low,
            high,
        ];
        Self::of(RING, params.words(), &block)
    }
}

impl From<&MeansParams> for Identity {
    fn from(params: &MeansParams) -> Self {
        let block = [params.features(), params.labels(), params.window()];
        Self::of(MEANS, params.words(), &block)
    }
}

/// Its numbers, without parameters that are zero after the last.
impl fmt::Display for Identity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "kind {}, {} words, results {}, parameters",
            self.kind, self.words, self.results
        )?;
        let mut zeros = 0;
        for parameter in self.parameters {
            if parameter == 0 {
                zeros += 1;
                continue;
            }
            for _ in 0..zeros {
                out.write_str(" 0")?;
            }
            zeros = 0;
            write!(out, " {parameter}")?;
        }
        Ok(())
    }
}
