//! Which theory says how a memory forgets, and what it says.

use slotless_core::kwinner::{Assignment, Code};
use slotless_core::weight::Rounding;

use super::measure::{KWinnerChain, MeasureError, OneWinnerTheory, RecencyDecay};
use super::{Condition, Data, MemoryKind, Network, WeightWidth};

/// The theory of one memory on unstructured patterns. It is of the steady state: of networks that have learned enough before.
#[derive(Clone, Debug)]
pub enum Forgetting {
    /// Theorem 1, of the network of one winner that sees all and takes whole steps.
    OneWinner(Network),
    /// The chain of K-winner networks.
    KWinner(Box<KWinnerChain>),
    /// R1 to R3, of packed recency levels.
    Recency(RecencyDecay),
}

/// A memory that no theory is of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no theory of {of}: {why}")]
pub struct NoTheory {
    /// Which memory, or which data.
    pub of: String,
    /// Why not.
    pub why: String,
}

/// What a theory says at some ages.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Accuracy of learned patterns.
    pub accuracy: Vec<f64>,
    /// Accuracy of patterns never learned.
    pub pseudo: f64,
}

impl Forecast {
    /// Accuracy less that of patterns never learned.
    #[must_use]
    pub fn raw_difference(&self) -> Vec<f64> {
        let values = self.accuracy.iter();
        values.map(|accuracy| accuracy - self.pseudo).collect()
    }
}

impl Forgetting {
    /// The theory of a condition.
    ///
    /// # Errors
    /// [`NoTheory`] of structured data, of wrong units in cues and of damaged storage, and as [`Forgetting::of_network`].
    pub fn of(condition: &Condition) -> Result<Self, NoTheory> {
        if condition.data != Data::Random {
            return Err(NoTheory {
                of: format!("{} on {}", condition.network.name, condition.data.caption()),
                why: "theories are of unstructured patterns".to_owned(),
            });
        }
        let remarks = condition.protocol.remarks(condition.cued_ones());
        if condition.protocol.differs() {
            return Err(NoTheory {
                of: format!("{} with {}", condition.network.name, remarks.join(", ")),
                why: "theories are of cues without wrong units and of storage without damage"
                    .to_owned(),
            });
        }
        Self::of_network(&condition.network)
    }

    /// The theory of a memory on unstructured patterns.
    ///
    /// # Errors
    /// [`NoTheory`] of memories other than networks of winners and packed recency levels; of networks behind a fixed layer, with
    /// winners drawn at random or graded, with rates by unit, or with weights below 8 bits that are rounded to the nearest; of one winner with eps 1 that does
    /// not see all inputs; and where the chain has no solution.
    pub fn of_network(network: &Network) -> Result<Self, NoTheory> {
        let none = |why: String| {
            Err(NoTheory {
                of: network.name.clone(),
                why,
            })
        };
        let network = &network.clone().with_one_rate();
        if network.memory == MemoryKind::Recency {
            let levels = network.levels().unwrap_or(1);
            let decay = RecencyDecay::new(network.n_i, network.s, network.n_h, levels);
            return decay
                .map(Self::Recency)
                .or_else(|error| none(error.to_string()));
        }
        if !network.memory.is_kwinner() {
            let why = format!(
                "memory is {}, theories are of kwinner and recency",
                network.memory
            );
            return none(why);
        }
        if network.preprocess.is_some() {
            return none("it is behind a fixed layer".to_owned());
        }
        if network.rates.is_some() {
            return none("its hidden units learn at rates of their own".to_owned());
        }
        // One winner counts for what it is, graded or not.
        if network.winners_code == Code::Graded && network.k > 1 {
            return none("its winners are graded".to_owned());
        }
        let whole_steps = network.k == 1 && network.eps == 1.0;
        if whole_steps && network.f == 1.0 {
            return Ok(Self::OneWinner(network.clone()));
        }
        if network.assignment != Assignment::Competitive {
            return none("its winners are drawn at random".to_owned());
        }
        if whole_steps {
            let why = "with k = 1 and eps = 1 theory takes f = 1 (Theorem 1)";
            return none(why.to_owned());
        }
        let levels = match network.weights {
            WeightWidth::U1 | WeightWidth::U2 | WeightWidth::U4 => Some(network.weights.full()),
            WeightWidth::U8 | WeightWidth::U16 | WeightWidth::Float => None,
        };
        if levels.is_some() && network.rounding == Rounding::Nearest {
            let why = "rounded to the nearest, weights below 8 bits stop decaying: theory takes stochastic rounding";
            return none(why.to_owned());
        }
        let sizes = KWinnerChain::builder([network.n_i, network.n_h, network.s]);
        let sizes = sizes
            .fan_in(network.fan_in())
            .winners(network.k)
            .rate(network.eps);
        let chain = match levels {
            Some(levels) => sizes.levels(levels),
            None => sizes,
        };
        let chain = chain.build().map(Box::new);
        chain
            .map(Self::KWinner)
            .or_else(|error| none(error.to_string()))
    }

    /// Its name in a legend.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::OneWinner(_) => "1-winner MHN, Theorem 1",
            Self::KWinner(_) => "K-winner MHN, theory",
            Self::Recency(_) => "recency levels, theory",
        }
    }

    /// Ages from 1 to `last` at which its curve is drawn: all, where they cost nothing or the curve has steps.
    #[must_use]
    pub fn ages(&self, last: usize) -> Vec<usize> {
        match self {
            Self::OneWinner(_) | Self::Recency(_) => (1..=last).collect(),
            Self::KWinner(_) => {
                let next = |age: &usize| Some(age + 1 + age / 10);
                let ages = std::iter::successors(Some(1), next);
                let mut ages: Vec<usize> = ages.take_while(|&age| age < last).collect();
                ages.push(last);
                ages
            }
        }
    }

    /// What it says of these ages, each from 1, at a cue level.
    ///
    /// # Errors
    /// [`MeasureError`] for a cue level or an age out of range.
    pub fn forecast(&self, cue: f64, ages: &[usize]) -> Result<Forecast, MeasureError> {
        let age_of = |&age: &usize| u32::try_from(age).unwrap_or(u32::MAX);
        match self {
            Self::OneWinner(network) => {
                let theory = OneWinnerTheory::new(network.n_i, network.n_h, network.s, cue)?;
                let accuracy = ages.iter().map(|&age| theory.accuracy(age));
                Ok(Forecast {
                    accuracy: accuracy.collect::<Result<_, _>>()?,
                    pseudo: theory.baseline(),
                })
            }
            Self::KWinner(chain) => {
                let recall = chain.recall(cue)?;
                let accuracy = ages.iter().map(|age| recall.at(age_of(age)).accuracy);
                Ok(Forecast {
                    accuracy: accuracy.collect(),
                    pseudo: recall.pseudo_accuracy(),
                })
            }
            Self::Recency(decay) => {
                let pseudo = decay.pseudo_accuracy(cue)?;
                // Beyond the window a pattern is one never learned.
                let accuracy = ages.iter().map(age_of).map(|age| {
                    if decay.left(age) > 0.0 {
                        decay.accuracy(age)
                    } else {
                        pseudo
                    }
                });
                Ok(Forecast {
                    accuracy: accuracy.collect(),
                    pseudo,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::published::{graded, k_winner, one_winner, stacked};

    fn name(network: &Network) -> &'static str {
        Forgetting::of_network(network).unwrap().name()
    }

    /// A small network of K winners.
    fn small() -> Network {
        Network {
            n_i: 200,
            n_h: 100,
            s: 20,
            f: 0.5,
            k: 5,
            ..k_winner()
        }
    }

    #[test]
    fn every_memory_has_its_own() {
        assert_eq!(name(&one_winner()), "1-winner MHN, Theorem 1");
        assert_eq!(name(&small()), "K-winner MHN, theory");
        let recency = small().of(MemoryKind::Recency);
        assert_eq!(name(&recency), "recency levels, theory");
        // Weights that are not real numbers have a lattice of their own.
        let coarse = Network {
            weights: WeightWidth::U2,
            rounding: Rounding::Stochastic,
            ..small()
        };
        let weight = |network| match Forgetting::of_network(&network).unwrap() {
            Forgetting::KWinner(chain) => chain.mean_weight(),
            _ => panic!("a K-winner network"),
        };
        assert!((weight(coarse) - weight(small())).abs() > 1e-3);
    }

    #[test]
    fn what_has_none_says_why() {
        let refused = |network: &Network| Forgetting::of_network(network).unwrap_err().to_string();
        let line = refused(&small().of(MemoryKind::Ring));
        assert_eq!(
            line,
            "there is no theory of K-winner MHN: memory is ring, theories are of kwinner and recency"
        );
        assert!(refused(&stacked()).ends_with("it is behind a fixed layer"));
        let drawn = Network {
            assignment: Assignment::RandomK,
            ..small()
        };
        assert!(refused(&drawn).ends_with("its winners are drawn at random"));
        let of_rates = |rates: &str| Network {
            rates: rates.parse().ok(),
            ..small()
        };
        assert!(refused(&of_rates("0.1+0.3")).ends_with("learn at rates of their own"));
        assert_eq!(name(&of_rates("0.3")), name(&small()));
        let by_activity = Network {
            winners_code: Code::Graded,
            ..small()
        };
        assert!(refused(&by_activity).ends_with("its winners are graded"));
        let partial = Network {
            f: 0.5,
            ..one_winner()
        };
        assert!(refused(&partial).contains("theory takes f = 1"));
        let nearest = Network {
            weights: WeightWidth::U4,
            ..small()
        };
        assert!(refused(&nearest).contains("theory takes stochastic rounding"));
        let all_ones = Network { s: 200, ..small() };
        assert!(refused(&all_ones).contains("active bits s must be in 1..n_i, got 200"));
        let tree = Condition {
            network: small(),
            data: Data::Tree { b: 5, steps: None },
            protocol: crate::memory::Protocol::default(),
        };
        assert_eq!(
            Forgetting::of(&tree).unwrap_err().to_string(),
            "there is no theory of K-winner MHN on tree patterns, b = 5: theories are of unstructured patterns"
        );
        let damaged = Condition {
            network: small(),
            data: Data::Random,
            protocol: crate::memory::Protocol {
                flipped: 0.1,
                ..crate::memory::Protocol::default()
            },
        };
        assert_eq!(
            Forgetting::of(&damaged).unwrap_err().to_string(),
            "there is no theory of K-winner MHN with bits flipped with probability 0.1: theories are of cues without wrong \
             units and of storage without damage"
        );
        assert!(Forgetting::of_network(&graded()).is_ok());
    }

    #[test]
    fn forecasts_are_those_of_the_theories() {
        let ages = [1, 7, 40];
        let theorem = Forgetting::of_network(&one_winner()).unwrap();
        let forecast = theorem.forecast(0.5, &ages).unwrap();
        let own = OneWinnerTheory::new(1000, 100, 100, 0.5).unwrap();
        assert_eq!(forecast.pseudo, own.baseline());
        for (age, difference) in ages.iter().zip(forecast.raw_difference()) {
            assert!((difference - own.raw_difference(*age).unwrap()).abs() < 1e-15);
        }
        assert!(theorem.forecast(0.0, &ages).is_err());
        assert!(theorem.forecast(0.5, &[0]).is_err());
        let chain = Forgetting::of_network(&small()).unwrap();
        let drawn = chain.ages(1000);
        assert!(drawn.len() < 60 && drawn[..11] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]);
        assert_eq!(drawn.last(), Some(&1000));
        assert_eq!(chain.ages(1), [1]);
        let forecast = chain.forecast(0.5, &ages).unwrap();
        assert!(forecast.accuracy[0] > forecast.accuracy[2]);
        let recency = Forgetting::of_network(&small().of(MemoryKind::Recency)).unwrap();
        assert_eq!(recency.ages(3), [1, 2, 3]);
        let forecast = recency.forecast(1.0, &[1, 501]).unwrap();
        assert_eq!(forecast.accuracy, [1.0, forecast.pseudo]);
    }
}
