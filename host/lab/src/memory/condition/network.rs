//! One network as a spec has it, and as a backend takes it.

use crate::choice::choices;
use crate::patterns::floor_share;
use serde::{Deserialize, Serialize};
use slotless_core::kwinner::{Assignment, Code, Params, WiringKind};
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};

use super::written::EPS_BESIDE_RATES;
use super::{MemoryKind, Rates, SpecError, Sweep, Written};
use crate::choice::Choice;
use crate::memory::others::{Design, Sizes};
use slotless_kernels::{self, AnyNetwork, AnyParams, FLOAT_FULL, cpu, float};

choices! {
    /// Width of a weight: fixed point, or the float oracle.
    pub enum WeightWidth = U16 {
        /// 1 bit.
        U1 = "u1",
        /// 2 bits.
        U2 = "u2",
        /// 4 bits.
        U4 = "u4",
        /// 8 bits.
        U8 = "u8",
        /// 16 bits.
        U16 = "u16",
        /// 64-bit floating point: the oracle for what fixed-point weights lose; competitive assignment, no rounding rule.
        Float = "float",
    }
}

impl WeightWidth {
    /// Bits in a weight.
    #[must_use]
    pub fn bits(self) -> u32 {
        match self {
            Self::U1 => U1::BITS,
            Self::U2 => U2::BITS,
            Self::U4 => U4::BITS,
            Self::U8 => U8::BITS,
            Self::U16 => U16::BITS,
            Self::Float => 64,
        }
    }

    /// The raw weight that stands for 1 in match scores: `2^bits - 1`, or [`FLOAT_FULL`].
    #[must_use]
    pub fn full(self) -> u32 {
        match self {
            Self::Float => FLOAT_FULL,
            fixed => (1 << fixed.bits()) - 1,
        }
    }
}

/// Width of a memory's weights unless told otherwise.
pub(super) fn usual_weights(memory: MemoryKind) -> WeightWidth {
    match memory {
        MemoryKind::Hopfield => WeightWidth::U4,
        _ => WeightWidth::default(),
    }
}

/// A fixed binary layer in front of the network (paper appendix A.4): `n` units of fan-in `floor(f n_i)`, of which the
/// `k` most active form the code that the network learns in place of the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preprocess {
    /// Units of the layer.
    pub n: u32,
    /// Share of the pattern's bits wired to each of them.
    pub f: f64,
    /// Active units of a code.
    pub k: u32,
}

impl Preprocess {
    /// Bits of the pattern wired to each unit.
    #[must_use]
    pub fn fan_in(&self, visible: u32) -> u32 {
        floor_share(self.f, visible)
    }
}

/// A rate in 1/65536, rounded to the nearest.
pub(super) fn fixed_rate(rate: f64) -> u32 {
    (rate * 65536.0).round() as u32
}

/// One network, in the paper's symbols, or another memory; what a memory does not have is as in the default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Network {
    /// Name in figures and files.
    pub name: String,
    /// Visible units.
    pub n_i: u32,
    /// Hidden units; rows or slots of other memories.
    pub n_h: u32,
    /// Ones of a pattern.
    pub s: u32,
    /// Share of the visible units wired to each hidden unit; the fan-in is floor(f n_i).
    pub f: f64,
    /// Winners.
    pub k: u32,
    /// Learning rate, above 0 to 1.
    pub eps: f64,
    /// Learning rates by hidden unit in place of eps, which is then as in the default.
    pub rates: Option<Rates>,
    /// Width of the weights.
    pub weights: WeightWidth,
    /// Rounding of the learning step.
    pub rounding: Rounding,
    /// How learning chooses its winners.
    pub assignment: Assignment,
    /// Fan-in drawn at random, or computed: [`slotless_core::structured`].
    pub wiring: WiringKind,
    /// What winners count for in a recall.
    pub winners_code: Code,
    /// What learns the patterns.
    pub memory: MemoryKind,
    /// Levels of recency, L; as many as that memory usually has if none.
    pub recency_levels: Option<u32>,
    /// Set cells of a row of recency levels at most, C; as many as it usually has if none.
    pub cap: Option<u32>,
    /// Parts that the units are split into, g; one if none.
    pub parts: Option<u32>,
    /// A fixed layer in front.
    pub preprocess: Option<Preprocess>,
}

/// The paper's K-winner MHN, with 16-bit weights.
impl Default for Network {
    fn default() -> Self {
        Self {
            name: "K-winner MHN".to_owned(),
            n_i: 1000,
            n_h: 2000,
            s: 100,
            f: 0.05,
            k: 50,
            eps: 0.3,
            rates: None,
            weights: WeightWidth::U16,
            rounding: Rounding::Nearest,
            assignment: Assignment::Competitive,
            wiring: WiringKind::Random,
            winners_code: Code::Binary,
            memory: MemoryKind::KWinner,
            recency_levels: None,
            cap: None,
            parts: None,
            preprocess: None,
        }
    }
}

impl Network {
    /// The 1-winner network of as many weights: n_h f hidden units that see all, k = 1, eps = 1.
    ///
    /// # Errors
    /// [`SpecError::Range`] for another memory, and where that is no hidden unit.
    pub fn matched(&self) -> Result<Self, SpecError> {
        if !self.memory.is_kwinner() {
            let allowed = "kwinner for the matched network";
            return Err(SpecError::range("memory", self.memory, allowed));
        }
        let hidden = (f64::from(self.n_h) * self.f).round() as u32;
        if hidden == 0 {
            let share = f64::from(self.n_h) * self.f;
            let allowed = "from 1, for the matched network";
            return Err(SpecError::range("n_h f", share, allowed));
        }
        Ok(Self {
            name: "matched 1-winner MHN".to_owned(),
            n_i: self.n_i,
            n_h: hidden,
            s: self.s,
            f: 1.0,
            k: 1,
            eps: 1.0,
            weights: self.weights,
            ..Self::default()
        })
    }

    /// Bits and ones of what the network itself stores: the pattern, or its code where there is a layer in front.
    #[must_use]
    pub fn stored(&self) -> (u32, u32) {
        self.preprocess
            .map_or((self.n_i, self.s), |layer| (layer.n, layer.k))
    }

    /// Visible units wired to each hidden unit, m.
    #[must_use]
    pub fn fan_in(&self) -> u32 {
        floor_share(self.f, self.stored().0)
    }

    /// Learning rate in 1/65536, rounded to the nearest.
    #[must_use]
    pub fn rate(&self) -> u32 {
        fixed_rate(self.eps)
    }

    /// The least learning rate that a hidden unit may have.
    pub(super) fn least_rate(&self) -> f64 {
        self.rates.as_ref().map_or(self.eps, Rates::least)
    }

    /// The same network with rates that are all one as its eps: it learns the same on the same streams.
    #[must_use]
    pub(crate) fn with_one_rate(mut self) -> Self {
        if let Some(eps) = self.rates.as_ref().and_then(Rates::one) {
            self.eps = eps;
            self.rates = None;
        }
        self
    }

    /// The same network as far as random streams depend on it: how it is asked changes none of them.
    #[must_use]
    pub(crate) fn of_streams(self) -> Self {
        Self {
            winners_code: Code::Binary,
            ..self.with_one_rate()
        }
    }

    /// The learning rates of its hidden units under `seed`, where they are not eps.
    pub(crate) fn unit_rates(&self, seed: u64) -> Option<Vec<f64>> {
        let rates = self.rates.as_ref()?;
        Some(rates.of_units(self.n_h, seed))
    }

    /// A fresh network under `seed`, with the rates of its units.
    ///
    /// # Errors
    /// Those of [`Network::resolve`].
    pub(crate) fn fresh(&self, seed: u64) -> Result<AnyNetwork, SpecError> {
        let mut network = AnyNetwork::new(self.resolve(seed)?);
        if let Some(rates) = self.unit_rates(seed) {
            network.set_rates(&rates);
        }
        Ok(network)
    }

    /// The parameters of this network under `seed`, as a backend takes them.
    ///
    /// # Errors
    /// [`SpecError`] with the value and what is allowed.
    pub fn resolve(&self, seed: u64) -> Result<AnyParams, SpecError> {
        if !self.memory.is_kwinner() {
            let allowed = "kwinner here (networks of K winners)";
            return Err(SpecError::range("memory", self.memory, allowed));
        }
        self.check_values()?;
        if let Some(rates) = &self.rates {
            rates.check(self.n_h)?;
        }
        if fixed_rate(self.least_rate()) == 0 && self.weights != WeightWidth::Float {
            let allowed = "1/131072 to 1 (rates are multiples of 1/65536)";
            return Err(match &self.rates {
                Some(rates) => SpecError::range("rates", rates, allowed),
                None => SpecError::range("eps", self.eps, allowed),
            });
        }
        if let Some(layer) = &self.preprocess {
            if !(layer.f > 0.0 && layer.f <= 1.0) {
                return Err(SpecError::range("preprocess f", layer.f, "above 0 to 1"));
            }
            if layer.n == 0 {
                return Err(SpecError::range("preprocess n", layer.n, "from 1"));
            }
            if layer.k == 0 || layer.k > layer.n {
                return Err(SpecError::range(
                    "preprocess k",
                    layer.k,
                    format!("1..={} (its n)", layer.n),
                ));
            }
            if layer.fan_in(self.n_i) == 0 {
                return Err(SpecError::NoFanIn {
                    name: "preprocess f",
                    f: layer.f,
                    visible: self.n_i,
                });
            }
        }
        let (visible, active) = self.stored();
        if visible > 0 && self.fan_in() == 0 {
            return Err(SpecError::NoFanIn {
                name: "f",
                f: self.f,
                visible,
            });
        }
        macro_rules! build {
            ($width:ident) => {
                Params::<$width>::builder(visible, self.n_h)
                    .fan_in(self.fan_in())
                    .winners(self.k)
                    .active(active)
                    .rate(self.rate())
                    .rounding(self.rounding)
                    .assignment(self.assignment)
                    .seed(seed)
                    .build()
                    .map(cpu::AnyParams::$width)
            };
        }
        let params = match self.weights {
            WeightWidth::U1 => build!(U1),
            WeightWidth::U2 => build!(U2),
            WeightWidth::U4 => build!(U4),
            WeightWidth::U8 => build!(U8),
            WeightWidth::U16 => build!(U16),
            WeightWidth::Float => return self.resolve_float(seed),
        }?;
        self.addressable(match self.wiring {
            WiringKind::Random => AnyParams::Fixed(params),
            WiringKind::Structured => AnyParams::Structured(cpu::StructuredParams::new(params)?),
        })
    }

    /// Refuses values that are out of range whatever the memory, and those of parameters that the memory does not have.
    fn check_values(&self) -> Result<(), SpecError> {
        for (parameter, value) in Sweep::values(self) {
            parameter.check(&value)?;
        }
        if self.s == 0 || self.s > self.n_i {
            let allowed = format!("1..={} (n_i)", self.n_i);
            return Err(SpecError::range("s", self.s, allowed));
        }
        let usual = Self::try_from(Written::from(self.clone()))?;
        if self.rates.is_some() && self.memory.is_kwinner() && self.eps != usual.eps {
            return Err(SpecError::range("eps", self.eps, EPS_BESIDE_RATES));
        }
        let idle = [
            ("n_h", self.n_h != usual.n_h),
            ("f", self.f != usual.f),
            ("k", self.k != usual.k),
            ("eps", self.eps != usual.eps),
            ("weights", self.weights != usual.weights),
            ("rounding", self.rounding != usual.rounding),
            ("assignment", self.assignment != usual.assignment),
        ];
        if let Some((name, _)) = idle.into_iter().find(|(_, differs)| *differs) {
            return Err(SpecError::idle(name, self.memory.word()));
        }
        Ok(())
    }

    fn resolve_float(&self, seed: u64) -> Result<AnyParams, SpecError> {
        if self.rounding != Rounding::Nearest {
            let allowed = "nearest with weights float (they are not rounded to a width)";
            return Err(SpecError::range("rounding", "stochastic", allowed));
        }
        if self.assignment != Assignment::Competitive {
            let allowed = "competitive with weights float (random-k takes fixed-point weights)";
            return Err(SpecError::range("assignment", "random-k", allowed));
        }
        if self.wiring != WiringKind::Random {
            let allowed = "random with weights float (structured wiring takes fixed-point weights)";
            return Err(SpecError::range("wiring", self.wiring, allowed));
        }
        let (visible, _) = self.stored();
        let sizes = Params::<U1>::builder(visible, self.n_h)
            .fan_in(self.fan_in())
            .winners(self.k)
            .seed(seed)
            .build()?;
        self.addressable(AnyParams::Float(float::Params::new(sizes, self.eps)?))
    }

    /// Refuses more weights than have a place.
    fn addressable(&self, params: AnyParams) -> Result<AnyParams, SpecError> {
        if params.is_addressable() {
            return Ok(params);
        }
        let row = self.fan_in().next_multiple_of(32);
        let most = u32::MAX / row;
        let allowed = format!(
            "up to {most} for a fan-in of {} (places of 2^32 weights)",
            self.fan_in()
        );
        Err(SpecError::range("n_h", self.n_h, allowed))
    }

    /// The same for another memory: what that does not have is as in the default.
    #[must_use]
    pub fn of(self, memory: MemoryKind) -> Self {
        let usual = Self::default();
        let is_kwinner = memory.is_kwinner();
        let or_usual = |has: bool| if has { &self } else { &usual };
        let own = or_usual(is_kwinner);
        Self {
            n_h: or_usual(memory.has_hidden()).n_h,
            f: own.f,
            k: own.k,
            eps: or_usual(memory.has_rate()).eps,
            rates: own.rates.clone(),
            // Of its own only where they are not the other memory's usual ones.
            weights: if memory.has_weights() && self.weights != usual.weights {
                self.weights
            } else {
                usual_weights(memory)
            },
            rounding: own.rounding,
            assignment: own.assignment,
            wiring: own.wiring,
            winners_code: own.winners_code,
            memory,
            recency_levels: self
                .recency_levels
                .filter(|_| memory.usual_levels().is_some()),
            cap: self.cap.filter(|_| memory.has_cap()),
            parts: self.parts.filter(|_| memory.usual_parts().is_some()),
            preprocess: self.preprocess,
            name: self.name.clone(),
            n_i: self.n_i,
            s: self.s,
        }
    }

    /// Refuses what is told here and none of these memories has, which [`Network::of`] would leave out of all of them.
    pub(crate) fn check_used(&self, memories: &[MemoryKind]) -> Result<(), SpecError> {
        fn told<T: PartialEq + ToString>(value: &T, usual: &T) -> Option<String> {
            (value != usual).then(|| value.to_string())
        }
        fn named<T: PartialEq + Choice>(value: &T, usual: &T) -> Option<String> {
            (value != usual).then(|| value.word().to_owned())
        }
        type Has = fn(MemoryKind) -> bool;
        let number = |value: Option<u32>| value.map(|value| value.to_string());
        let usual = Self::default();
        let kwinner: Has = MemoryKind::is_kwinner;
        let rates = self.rates.as_ref().map(Rates::to_string);
        let given: [(&str, Option<String>, Has); 13] = [
            ("n_h", told(&self.n_h, &usual.n_h), MemoryKind::has_hidden),
            ("f", told(&self.f, &usual.f), kwinner),
            ("k", told(&self.k, &usual.k), kwinner),
            ("eps", told(&self.eps, &usual.eps), MemoryKind::has_rate),
            ("weights", named(&self.weights, &usual.weights), kwinner),
            ("rounding", named(&self.rounding, &usual.rounding), kwinner),
            (
                "assignment",
                named(&self.assignment, &usual.assignment),
                kwinner,
            ),
            ("wiring", named(&self.wiring, &usual.wiring), kwinner),
            ("rates", rates, kwinner),
            (
                "winners_code",
                named(&self.winners_code, &usual.winners_code),
                kwinner,
            ),
            ("recency_levels", number(self.recency_levels), |memory| {
                memory.usual_levels().is_some()
            }),
            ("cap", number(self.cap), MemoryKind::has_cap),
            ("parts", number(self.parts), |memory| {
                memory.usual_parts().is_some()
            }),
        ];
        for (name, value, has) in given {
            if let Some(value) = value
                && !memories.iter().any(|&memory| has(memory))
            {
                let words: Vec<&str> = memories.iter().map(|memory| memory.word()).collect();
                let allowed = format!("none: no parameter of memory {}", words.join(", "));
                return Err(SpecError::range(name, value, allowed));
            }
        }
        Ok(())
    }

    /// Checks it, whatever its memory.
    ///
    /// # Errors
    /// [`SpecError`] with the value and what is allowed.
    pub fn check(&self) -> Result<(), SpecError> {
        if self.memory.is_kwinner() {
            self.resolve(0).map(drop)
        } else {
            self.design(0).map(drop)
        }
    }

    /// The sizes of a memory that is no K-winner network, under `seed`.
    ///
    /// # Errors
    /// [`SpecError`] with the value and what is allowed.
    pub(crate) fn design(&self, seed: u64) -> Result<Design, SpecError> {
        if self.memory.is_kwinner() {
            return Err(SpecError::range(
                "memory",
                self.memory,
                "any but kwinner here",
            ));
        }
        self.check_values()?;
        if let Some(layer) = &self.preprocess {
            let value = format!("{},{},{}", layer.n, layer.f, layer.k);
            let allowed = "none but for memory kwinner";
            return Err(SpecError::range("preprocess", value, allowed));
        }
        let width = self.weights;
        if self.memory == MemoryKind::Hopfield
            && matches!(width, WeightWidth::U1 | WeightWidth::Float)
        {
            let allowed = "u2, u4, u8, u16 with memory hopfield";
            return Err(SpecError::range("weights", width.word(), allowed));
        }
        let sizes = Sizes {
            n_i: self.n_i,
            n_h: self.n_h,
            s: self.s,
            eps: self.eps,
            levels: self.levels().unwrap_or(1),
            cap: self.cap,
            parts: self.parts().unwrap_or(1),
            weight_bits: self.weights.bits(),
        };
        Design::new(self.memory, sizes, seed)
    }

    /// Whether its memory has graded cells: weights of more than a bit, or levels of recency.
    #[must_use]
    pub fn is_graded(&self) -> bool {
        if self.memory.has_weights() {
            return !matches!(self.weights, WeightWidth::U1 | WeightWidth::Float);
        }
        self.levels().is_some_and(|levels| levels > 1)
    }

    /// Levels of recency, L; none where its memory has none.
    #[must_use]
    pub fn levels(&self) -> Option<u32> {
        let usual = self.memory.usual_levels()?;
        Some(self.recency_levels.unwrap_or(usual))
    }

    /// Parts that the units are split into, g; none where its memory does not split them.
    #[must_use]
    pub fn parts(&self) -> Option<u32> {
        let usual = self.memory.usual_parts()?;
        Some(self.parts.unwrap_or(usual))
    }

    /// Bits that the memory takes: of a K-winner network its weights and, where fan-in is drawn at random and partial, a mask
    /// of the inputs of each unit; of others all their words, counters and padding included, but of synapses and weights
    /// between all units those alone, each once.
    ///
    /// # Errors
    /// As [`Network::check`].
    pub fn storage_bits(&self) -> Result<u64, SpecError> {
        if !self.memory.is_kwinner() {
            return Ok(self.design(0)?.storage_bits());
        }
        self.check()?;
        let (visible, _) = self.stored();
        let fan_in = self.fan_in();
        let masked = self.wiring == WiringKind::Random && fan_in < visible;
        let bits = u64::from(fan_in) * u64::from(self.weights.bits());
        Ok(u64::from(self.n_h) * (bits + if masked { u64::from(visible) } else { 0 }))
    }

    /// Bytes of the state of such a network.
    ///
    /// # Errors
    /// Those of [`Network::resolve`].
    pub fn state_bytes(&self) -> Result<slotless_kernels::StateBytes, SpecError> {
        Ok(self.resolve(0)?.state_bytes())
    }
}
