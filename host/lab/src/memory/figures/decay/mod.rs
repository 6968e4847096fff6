//! How memories forget, in theory and measured: K-winner networks beside their chain, recency levels beside R1 to R3.
//!
//! Traces are measured on the weights: networks of the trials' own seeds are trained once more, which costs little beside recall.

mod pictures;
mod tables;
mod trace;

use slotless_core::weight::Rounding;

pub(super) use self::tables::{ACCURACY, CONSTANTS, ERRORS, TRACES};
use self::trace::Trace;
use super::measured;
use crate::SpecError;
use crate::figures::numbers::mean_of;
use crate::figures::{Asked, Drawn, FigureError, Made, Reproduce, Size};
use crate::memory::curves::{Curves, Plan};
use crate::memory::measure::{KWinnerChain, KWinnerDecay};
use crate::memory::output::Files;
use crate::memory::published::{k_winner, protocol};
use crate::memory::theory::{Forecast, Forgetting};
use crate::memory::{Condition, Data, Measured, MemoryKind, Network, Setup, WeightWidth};
use crate::run::family::{AnySetup, Computed};
use crate::run::manifest::Check;

/// Cue levels.
const CUES: [f64; 2] = [1.0, 0.5];
/// Ages at which theory is held against trials.
const AGES: [usize; 15] = [
    1, 2, 5, 10, 20, 50, 100, 150, 200, 300, 400, 500, 600, 800, 1000,
];
/// Name of the packed recency levels.
const RECENCY: &str = "recency levels";

/// The figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct DecayFigure;

/// n_h, fan-in, winners and eps of the K-winner networks of 4-bit weights; 1,000 visible units, 100 ones.
const NETWORKS: [([u32; 3], f64); 9] = [
    ([2000, 50, 50], 0.05),
    ([2000, 50, 50], 0.1),
    ([2000, 50, 50], 0.3),
    ([2000, 50, 20], 0.1),
    ([2000, 50, 20], 0.3),
    ([2000, 50, 20], 0.5),
    ([1000, 100, 20], 0.3),
    ([500, 200, 10], 0.3),
    ([200, 500, 5], 0.3),
];

/// The K-winner networks, the last with 16-bit weights, and the recency levels.
fn networks() -> Vec<Network> {
    let of = |&([n_h, fan_in, k], eps): &([u32; 3], f64)| Network {
        name: format!("eps {eps}, k {k}, m {fan_in}, n_h {n_h}"),
        n_h,
        f: f64::from(fan_in) / 1000.0,
        k,
        eps,
        weights: WeightWidth::U4,
        rounding: Rounding::Stochastic,
        ..Network::default()
    };
    let mut networks: Vec<Network> = NETWORKS.iter().map(of).collect();
    networks.push(Network {
        name: "eps 0.3, k 50, m 50, n_h 2000, 16 bits".to_owned(),
        ..k_winner()
    });
    let recency = Network {
        name: RECENCY.to_owned(),
        n_h: 200,
        // The most that a row of 62 words has room for.
        cap: Some(420),
        ..Network::default()
    };
    networks.push(recency.of(MemoryKind::Recency));
    networks
}

/// Every condition. Weights that start at random are stationary after some constants of decay, the longest of which is 1,700
/// patterns.
pub(super) fn conditions(size: Size) -> Vec<Condition> {
    let of = |network| {
        let mut protocol = protocol(size, &CUES);
        protocol.burn_in = match size {
            Size::Paper => 8000,
            Size::Quick => 3000,
        };
        Condition {
            network,
            data: Data::Random,
            protocol,
        }
    };
    networks().into_iter().map(of).collect()
}

/// Trials of each condition, and those on whose weights traces are measured.
fn trials(size: Size) -> [u32; 2] {
    match size {
        Size::Paper => [100, 10],
        Size::Quick => [10, 4],
    }
}

/// Steps of drawing that a theory's curve takes, in those of learning a pattern.
const CURVE: f64 = 2e4;

impl Reproduce for DecayFigure {
    fn trials(&self, size: Size) -> u32 {
        trials(size)[0]
    }

    fn setups(&self, size: Size, seed: u64) -> Result<Vec<AnySetup>, SpecError> {
        AnySetup::all::<Setup>(conditions(size), seed)
    }

    fn drawing(&self, size: Size) -> f64 {
        let of = |condition: &Condition| match condition.network.memory {
            MemoryKind::KWinner => {
                trace::steps(condition) * f64::from(trials(size)[1]) + CUES.len() as f64 * CURVE
            }
            _ => 0.0,
        };
        conditions(size).iter().map(of).sum()
    }

    fn make<'a>(&self, asked: Asked<'_>, computed: &'a Computed) -> Result<Made<'a>, FigureError> {
        let plan = Plan::new(asked.trials as usize, asked.trials as usize);
        let measured = measured(conditions(asked.size), plan, computed)?;
        let [_, traced] = trials(asked.size);
        let drawn = draw(&measured, asked, traced.min(asked.trials.max(2)))?;
        let files = Box::new(Files { measured, plan });
        Ok(Made { drawn, files })
    }
}

/// A condition beside its theory.
#[derive(Debug)]
struct Compared<'m> {
    network: &'m Network,
    data: &'m Data,
    curves: [&'m Curves; 2],
    /// Ages of the forecasts.
    ages: Vec<usize>,
    forecasts: [Forecast; 2],
    /// Those of K-winner networks alone.
    traced: Option<Traced>,
}

/// What is compared at an age: each measured, and in theory.
#[derive(Clone, Copy, Debug)]
struct Point {
    age: usize,
    accuracy: [f64; 2],
    difference: [f64; 2],
}

/// The traces of a K-winner network, measured and in theory.
#[derive(Debug)]
struct Traced {
    trace: Trace,
    chain: KWinnerChain,
    moments: KWinnerDecay,
    /// At [`AGES`], from whole and half cues, the share of the winners that stored a pattern which are so still.
    surviving: [Vec<f64>; 2],
}

impl Traced {
    /// The constant if all units won alike, whatever they hold, and an excess were multiplied by `1 - eps` at every win.
    fn independent(network: &Network) -> f64 {
        let wins = f64::from(network.n_h) / f64::from(network.k);
        -wins / libm::log1p(-network.eps)
    }
}

impl<'m> Compared<'m> {
    fn new(
        one: &'m Measured<'_>,
        asked: Asked<'_>,
        traced: u32,
    ) -> Result<Option<Self>, FigureError> {
        let condition = &one.results.condition;
        let network = &condition.network;
        let refused = |error: &dyn ToString| FigureError::Numbers(error.to_string());
        let theory = Forgetting::of(condition).map_err(|error| refused(&error))?;
        let at = |cue| one.curves.get(one.results.cue(cue)?)?.first();
        let [Some(full), Some(half)] = CUES.map(at) else {
            return Ok(None);
        };
        let watch = asked.watch;
        let mut ages = theory.ages(one.ages());
        ages.extend(AGES.iter().filter(|&&age| age <= one.ages()));
        ages.sort_unstable();
        ages.dedup();
        let traced = match &theory {
            Forgetting::KWinner(chain) => {
                let trace = Trace::of(condition, asked.seed, traced, watch)?;
                let sizes = [network.n_i, network.n_h, network.s];
                let mut surviving = [Vec::new(), Vec::new()];
                for (cue, surviving) in CUES.into_iter().zip(&mut surviving) {
                    let recall = chain.recall(cue)?;
                    surviving.extend(AGES.map(|age| recall.at(age as u32).surviving));
                }
                Some(Traced {
                    trace,
                    chain: (**chain).clone(),
                    moments: KWinnerDecay::new(sizes, network.fan_in(), network.k, network.eps)?,
                    surviving,
                })
            }
            _ => None,
        };
        let forecast = |cue| {
            let forecast = theory.forecast(cue, &ages)?;
            let steps = if traced.is_some() { CURVE } else { 0.0 };
            watch.after(steps).ok_or(FigureError::Stopped)?;
            Ok::<_, FigureError>(forecast)
        };
        Ok(Some(Self {
            network,
            data: &condition.data,
            curves: [full, half],
            forecasts: [forecast(CUES[0])?, forecast(CUES[1])?],
            ages,
            traced,
        }))
    }

    /// Number of an age among the forecasts.
    fn place(&self, age: usize) -> Option<usize> {
        self.ages.binary_search(&age).ok()
    }

    /// At the ages that are compared.
    fn points(&self, cue: usize) -> Vec<Point> {
        let (curves, forecast) = (self.curves[cue], &self.forecasts[cue]);
        let ages = AGES.into_iter().filter_map(|age| {
            let theory = forecast.accuracy[self.place(age)?];
            let real = *curves.real.mean.get(age - 1)?;
            let base = base(curves);
            Some(Point {
                age,
                accuracy: [real, theory],
                difference: [real - base, theory - forecast.pseudo],
            })
        });
        ages.collect()
    }

    /// Mean absolute errors of theory at a cue level, in accuracy, raw difference and the accuracy of pseudo-patterns.
    fn errors(&self, cue: usize) -> [f64; 3] {
        let points = self.points(cue);
        let error = |of: fn(&Point) -> [f64; 2]| {
            let errors = points.iter().map(of);
            mean_of(errors.map(|[measured, theory]| (measured - theory).abs()))
        };
        let pseudo = (base(self.curves[cue]) - self.forecasts[cue].pseudo).abs();
        [error(|at| at.accuracy), error(|at| at.difference), pseudo]
    }
}

/// Accuracy of pseudo-patterns, over all of them: they have no age.
fn base(curves: &Curves) -> f64 {
    mean_of(curves.base.mean.iter().copied())
}

fn draw(measured: &[Measured<'_>], asked: Asked<'_>, traced: u32) -> Result<Drawn, FigureError> {
    let mut all = Vec::new();
    for one in measured {
        all.extend(Compared::new(one, asked, traced)?);
    }
    let (report, checks) = verdicts(&all, asked.size);
    Ok(Drawn {
        // Other weights, burn-in and trials than those of the reference.
        referenced: Some(Vec::new()),
        pictures: vec![("decay".to_owned(), pictures::figure(&all, measured)?)],
        tables: tables::all(&all),
        report,
        checks,
        ..Drawn::default()
    })
}

/// Errors of theory over all networks, and what they may be; fewer trials are allowed more, and so are weights that are not quite
/// stationary yet.
fn verdicts(all: &[Compared<'_>], size: Size) -> (Vec<String>, Vec<Check>) {
    let slack = match size {
        Size::Paper => 1.0,
        Size::Quick => 2.5,
    };
    let (mut report, mut checks) = (Vec::new(), Vec::new());
    let networks: Vec<&Compared<'_>> = all.iter().filter(|one| one.traced.is_some()).collect();
    let errors: Vec<[f64; 3]> = networks
        .iter()
        .flat_map(|one| [0, 1].map(|cue| one.errors(cue)))
        .collect();
    for (number, (what, most)) in [
        ("accuracy", 0.012),
        ("raw difference", 0.012),
        ("accuracy of pseudo-patterns", 0.008),
    ]
    .into_iter()
    .enumerate()
    {
        let error = mean_of(errors.iter().map(|errors| errors[number]));
        let name = format!(
            "{what}: mean absolute error of the chain over {} networks, both cues and all ages compared",
            networks.len()
        );
        checks.push(Check::within(name, error, 0.0, slack * most));
    }
    for one in &networks {
        let Some(traced) = &one.traced else { continue };
        let ([tau, error], name) = (traced.trace.tau, &one.network.name);
        report.push(format!(
            "{name}: traces decay with tau {tau:.0} +- {error:.0}; chain {:.0}, K4 {:.0}, n_h / (k |ln(1 - eps)|) {:.0}",
            traced.chain.tau(),
            traced.moments.tau(),
            Traced::independent(one.network)
        ));
        if one.network.eps <= 0.3 {
            let name = format!("{name}: tau of the chain over that of the weights");
            let off = 0.1 * slack;
            checks.push(Check::within(
                name,
                traced.chain.tau() / tau,
                1.0 - off,
                1.0 + off,
            ));
        }
    }
    for one in all
        .iter()
        .filter(|one| one.network.memory == MemoryKind::Recency)
    {
        for (cue, level) in CUES.iter().enumerate() {
            let [error, _, pseudo] = one.errors(cue);
            let name = format!("{RECENCY}, cue {level}: mean absolute error of R2 in accuracy");
            checks.push(Check::within(name, error, 0.0, 0.02 * slack));
            let name = format!("{RECENCY}, cue {level}: error of R3 for pseudo-patterns");
            checks.push(Check::within(name, pseudo, 0.0, 0.02 * slack));
        }
    }
    (report, checks)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every condition can be run, has a theory and a name of its own, and ages are compared that there are.
    #[test]
    fn all_can_be_run_and_have_a_theory() {
        for size in [Size::Paper, Size::Quick] {
            let all = conditions(size);
            assert_eq!(all.len(), NETWORKS.len() + 2);
            let mut slugs: Vec<String> = all.iter().map(Condition::slug).collect();
            slugs.sort();
            slugs.dedup();
            assert_eq!(slugs.len(), all.len());
            for condition in &all {
                condition.check().unwrap();
            }
            assert!(DecayFigure.drawing(size) > 1e5);
        }
        assert!(Forgetting::of(&conditions(Size::Paper)[10]).is_ok());
        assert_eq!(networks()[8].fan_in(), 500);
    }

    /// ln(1 / .7) of a trace is lost with each of the wins, 50 of 2,000 units a pattern.
    #[test]
    fn independent_wins_forget_by_their_rate() {
        let paper = k_winner();
        assert!((Traced::independent(&paper) - 112.147).abs() < 1e-3);
    }
}
