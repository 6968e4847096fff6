//! Times one step of the modern Hopfield network, `X softmax(beta X^T s)`, by the crate `hopfield`.
//!
//! `slotless-peer-hopfield UNITS MEMORIES SECONDS` prints a line for each round, `name microseconds`, and ends with exit code 1 if an
//! answer is wrong, 2 for wrong arguments. The memories are random signs and the state is half of one, as in `slotless bench modern`;
//! numbers are doubles, the only ones that the crate takes.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use hopfield::{retrieve_dot_product, retrieve_lse};

const BETA: f64 = 1.0 / 16.0;

/// A step of the crate: state, memories, beta.
type Step = fn(&[f64], &[Vec<f64>], f64) -> Vec<f64>;

/// The same step twice: all memories have one norm, so that distances, which the crate has vector instructions for, give the shares
/// that products do.
const STEPS: [(&str, Step); 2] = [("dot", retrieve_dot_product), ("lse", retrieve_lse)];

/// splitmix64.
fn word(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn memories(units: usize, count: usize) -> Vec<Vec<f64>> {
    let mut state = 20_260;
    let mut sign = || {
        if word(&mut state) & 1 == 0 { -1.0 } else { 1.0 }
    };
    (0..count)
        .map(|_| (0..units).map(|_| sign()).collect())
        .collect()
}

/// The equation, written out.
fn expected(state: &[f64], memories: &[Vec<f64>]) -> Vec<f64> {
    let mut shares = Vec::new();
    for memory in memories {
        let mut product = 0.0;
        for unit in 0..state.len() {
            product += memory[unit] * state[unit];
        }
        shares.push(BETA * product);
    }
    let largest = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    for share in &mut shares {
        *share = (*share - largest).exp();
        total += *share;
    }
    let mut next = vec![0.0; state.len()];
    for (memory, share) in memories.iter().zip(&shares) {
        for unit in 0..state.len() {
            next[unit] += memory[unit] * share / total;
        }
    }
    next
}

fn run(units: usize, count: usize, budget: Duration) -> Result<(), String> {
    let memories = memories(units, count);
    let mut state = memories[0].clone();
    state[units / 2..].fill(0.0);
    let expected = expected(&state, &memories);
    for (name, step) in STEPS {
        let found = step(&state, &memories, BETA);
        let differences = found.iter().zip(&expected).map(|(a, b)| (a - b).abs());
        let largest = differences.fold(0.0, f64::max);
        // Not `>`, which a number that is none would pass.
        if found.len() != units
            || !matches!(largest.partial_cmp(&1e-9), Some(order) if order.is_lt())
        {
            return Err(format!(
                "{name}: {} numbers, {largest:e} from the equation",
                found.len()
            ));
        }
    }
    let calls = STEPS.map(|(_, step)| {
        let once = Instant::now();
        black_box(step(black_box(&state), &memories, BETA));
        (1e-3 / once.elapsed().as_secs_f64().max(1e-9)).ceil() as u32
    });
    let start = Instant::now();
    let mut rounds = 0;
    // In turns, so that other work on the machine meets both alike.
    while rounds < 3 || start.elapsed() < budget {
        for ((name, step), calls) in STEPS.into_iter().zip(calls) {
            let one = Instant::now();
            for _ in 0..calls {
                black_box(step(black_box(&state), &memories, BETA));
            }
            println!(
                "{name} {:.4}",
                one.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
            );
        }
        rounds += 1;
    }
    Ok(())
}

/// Units, memories and seconds, where they can be worked with.
fn asked() -> Option<(usize, usize, f64)> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [units, count, seconds] = &arguments[..] else {
        return None;
    };
    let (units, count) = (units.parse().ok()?, count.parse().ok()?);
    let seconds: f64 = seconds.parse().ok()?;
    let is_sound = (2..=1 << 20).contains(&units)
        && (1..=1 << 20).contains(&count)
        && (0.0..=3600.0).contains(&seconds);
    is_sound.then_some((units, count, seconds))
}

fn main() -> ExitCode {
    let Some((units, count, seconds)) = asked() else {
        eprintln!("usage: slotless-peer-hopfield UNITS MEMORIES SECONDS");
        return ExitCode::from(2);
    };
    match run(units, count, Duration::from_secs_f64(seconds)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
