//! Energy along runs: of the classical network after every update, of the modern one after every step.

use super::START;
use crate::figures::declared::file_kind;
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::hopfield::{Classical, Condition, Modern, Order, Results, Start};
use crate::run::manifest::Check;
use slotless_draw::{CurvePanel, Figure, Role, Scale, Series};
use slotless_files::dictionary::Variable;

file_kind! {
    /// A row per run and time
    pub(crate) ENERGIES: "hopfield-energy.csv" by "reproduce hopfield-energy" {
        Variable::text("network", "classical or modern"),
        Variable::integer("units", "units", "Units N"),
        Variable::integer("memories", "memories", "Memories K"),
        Variable::number("beta", "", "Inverse temperature of the modern network"),
        START,
        Variable::integer("run", "", "Number of the run, from 0"),
        Variable::number("time", "updates / N, or steps", "Updates over N of the classical network, steps of the modern one"),
        Variable::number("energy", "", "Energy over N^2 of the classical network, over N of the modern one"),
    }
}

/// Loads and starts of the classical network.
const CLASSICAL: [(f64, Start); 4] = [
    (0.05, Start::Noise { share: 0.3 }),
    (0.14, Start::Noise { share: 0.3 }),
    (0.05, Start::Random),
    (0.14, Start::Random),
];

/// Inverse temperatures of the modern network.
const BETAS: [f64; 4] = [0.05, 0.15, 0.2, 1.0];

/// Colours of loads.
const LOADS: [Role; 2] = [Role::OneWinner, Role::KWinner];

/// Colours of inverse temperatures.
const ROLES: [Role; 4] = [Role::Other(0), Role::Graded, Role::Other(1), Role::Slow];

/// How often an update is drawn in the time of N of them.
const DRAWN: usize = 50;

/// A rise of the modern energy that is no rounding: above this share of the sum of its terms' magnitudes.
const ROUNDING: f64 = 1e-6;

/// Classical networks at every load and start, modern ones at every beta.
#[must_use]
pub fn conditions(size: Size) -> Vec<Condition> {
    let (units, visible, memories) = match size {
        Size::Paper => (1000, 64, 200),
        Size::Quick => (200, 64, 50),
    };
    let classical = CLASSICAL.map(|(load, start)| {
        Condition::ClassicalEnergy(Classical {
            units,
            memories: super::memories(load, units),
            start,
            order: Order::Random,
            networks: 1,
            runs: 3,
        })
    });
    let modern = BETAS.map(|beta| {
        Condition::ModernEnergy(Modern {
            units: visible,
            memories,
            beta,
            start: Start::Noise { share: 0.25 },
            steps: 1000,
            networks: 1,
            runs: 3,
        })
    });
    classical.into_iter().chain(modern).collect()
}

/// Energies against updates and steps.
///
/// # Errors
/// [`FigureError`].
pub fn energy(results: &[&Results]) -> Result<Drawn, FigureError> {
    let mut drawn = Drawn::default();
    let classical = |title: &str| {
        CurvePanel::new("updates / 𝑁", "energy / 𝑁²")
            .title(title)
            .y_range(-0.65, 0.05)
    };
    let mut noisy = classical("classical, from a memory with 30% of units flipped");
    let mut random = classical("classical, from a random state");
    let mut modern = CurvePanel::new("steps", "energy / 𝑁")
        .title("modern, from a memory with 25% of units flipped");
    let mut above = CurvePanel::new("steps", "energy above its last / 𝑁")
        .title("the same above the last energy")
        .y_scale(Scale::Log10)
        .y_range(1e-10, 10.0);
    let mut rows = Vec::new();
    let (mut updates, mut rises, mut steps, mut worst) = (0, 0, 0, 0.0f64);
    let mut labelled: Vec<String> = Vec::new();
    let mut label = |text: String| {
        if labelled.contains(&text) {
            return String::new();
        }
        labelled.push(text.clone());
        text
    };
    for one in results {
        match &one.condition {
            Condition::ClassicalEnergy(of) => {
                let units = f64::from(of.units);
                let load = CLASSICAL.iter().position(|&(load, start)| {
                    start == of.start && super::memories(load, of.units) == of.memories
                });
                let role = LOADS[load.unwrap_or(0) % LOADS.len()];
                for (run, energies) in one.classical_energies().enumerate() {
                    updates += energies.len() - 1;
                    rises += energies.windows(2).filter(|pair| pair[1] > pair[0]).count();
                    let every = (of.units as usize / DRAWN).max(1);
                    let last = energies.len() - 1;
                    let shown = (0..=last).filter(|at| at % every == 0 || *at == last);
                    let (x, y): (Vec<f64>, Vec<f64>) = shown
                        .map(|at| (at as f64 / units, energies[at] as f64 / (units * units)))
                        .unzip();
                    let sizes = [of.units, of.memories];
                    let key = key("classical", sizes, None, of.start, run);
                    rows.extend(rows_of(&key, &x, &y));
                    let text = label(format!("classical, K/N = {}", of.load()));
                    let series = Series::new(&text, role, x, y).width(0.9);
                    if of.start == Start::Random {
                        random = random.series(series);
                    } else {
                        noisy = noisy.series(series);
                    }
                }
            }
            Condition::ModernEnergy(of) => {
                let units = f64::from(of.units);
                let terms = units / 2.0 + libm::log(of.memories.into()) / of.beta;
                let beta = BETAS
                    .iter()
                    .position(|beta| beta.total_cmp(&of.beta).is_eq());
                let role = ROLES[beta.unwrap_or(0)];
                for (run, energies) in one.modern_energies().enumerate() {
                    steps += energies.len() - 1;
                    let rise = energies.windows(2).map(|pair| (pair[1] - pair[0]) / terms);
                    worst = rise.fold(worst, f64::max);
                    let last = energies.last().copied().unwrap_or(0.0);
                    let x: Vec<f64> = (0..energies.len()).map(|at| at as f64).collect();
                    let y: Vec<f64> = energies.iter().map(|energy| energy / units).collect();
                    let sizes = [of.units, of.memories];
                    let key = key("modern", sizes, Some(of.beta), of.start, run);
                    rows.extend(rows_of(&key, &x, &y));
                    // The last is above itself by nothing.
                    let before = &energies[..energies.len().saturating_sub(1).max(1)];
                    let over = before
                        .iter()
                        .map(|energy| (energy - last) / units)
                        .collect();
                    let text = label(format!("modern, beta = {}", of.beta));
                    modern = modern.series(Series::by_index(&text, role, y).width(0.9));
                    above = above.series(Series::by_index("", role, over).width(0.9));
                }
            }
            _ => {}
        }
    }
    drawn.report.push(format!(
        "classical: {updates} updates, {rises} raised the energy; modern: {steps} steps, the largest rise {worst:.1e} of the terms"
    ));
    let what = "classical: updates that raised the energy";
    drawn
        .checks
        .push(Check::within(what, rises as f64, 0.0, 0.0));
    let what = "modern: largest rise of the energy in millionths of its terms";
    drawn
        .checks
        .push(Check::within(what, worst / ROUNDING, 0.0, 1.0));
    let figure = Figure::new("Energy along runs of Hopfield networks", 2, 2)
        .subtitle(&subtitle(results))
        .panel(noisy)
        .panel(random)
        .panel(modern)
        .panel(above)
        .note("A line per run. Classical: units drawn at random, until 𝑁 updates in a row change nothing, at most 10 𝑁; integer energies. Modern: until the state or the shares rest; energies of the states in double precision.");
    drawn.pictures.push(("hopfield-energy".to_owned(), figure));
    drawn
        .tables
        .push(Table::new("hopfield-energy.csv", &ENERGIES, rows));
    Ok(drawn)
}

fn subtitle(results: &[&Results]) -> String {
    let classical = results.iter().find_map(|one| match &one.condition {
        Condition::ClassicalEnergy(of) => Some(format!("Classical: N = {}", of.units)),
        _ => None,
    });
    let modern = results.iter().find_map(|one| match &one.condition {
        Condition::ModernEnergy(of) => {
            Some(format!("modern: N = {}, K = {}", of.units, of.memories))
        }
        _ => None,
    });
    let parts: Vec<String> = classical.into_iter().chain(modern).collect();
    format!("{}; random memories", parts.join("; "))
}

/// What is the same in all rows of a run: the network, its sizes, beta if it has one, the start, the number of the run.
fn key(network: &str, sizes: [u32; 2], beta: Option<f64>, start: Start, run: usize) -> Vec<String> {
    let [units, memories] = sizes.map(|size| size.to_string());
    let beta = beta.map_or_else(String::new, |beta| beta.to_string());
    let (network, run) = (network.to_owned(), run.to_string());
    vec![network, units, memories, beta, start.caption(), run]
}

/// Rows of the table: times in updates over N, or in steps; energies over N^2, or over N.
fn rows_of(key: &[String], times: &[f64], energies: &[f64]) -> Vec<Vec<String>> {
    let pairs = times.iter().zip(energies);
    pairs
        .map(|(time, energy)| [key, &[time.to_string(), energy.to_string()]].concat())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_is_valid_and_has_a_name_of_its_own() {
        for size in [Size::Paper, Size::Quick] {
            crate::hopfield::figures::assert_sound(&conditions(size));
        }
    }
}
