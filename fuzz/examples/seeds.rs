//! Writes the seeds of the corpus again, after a change of the format: `cargo run --example seeds`, in this folder.

use std::fs;
use std::path::Path;

use slotless_core::bits;
use slotless_core::kwinner::{Assignment, KWinner, Params, Wiring};
use slotless_core::rng::{Purpose, stream};
use slotless_core::snapshot;
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    use Assignment::{Competitive, RandomK};
    use Rounding::{Nearest, Stochastic};
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/snapshot");
    fs::create_dir_all(&folder)?;
    let u8 = bytes::<U8>(Nearest, Competitive)?;
    let flipped = |place: usize| {
        let mut bytes = u8.clone();
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1;
        }
        bytes
    };
    let swapped = u8
        .chunks_exact(4)
        .flat_map(|word| word.iter().rev().copied())
        .collect();
    for (name, bytes) in [
        ("u1", bytes::<U1>(Stochastic, Competitive)?),
        ("u2", bytes::<U2>(Nearest, Competitive)?),
        ("u4", bytes::<U4>(Stochastic, RandomK)?),
        ("u8", u8.clone()),
        ("u16", bytes::<U16>(Nearest, RandomK)?),
        ("structured", structured()?),
        ("header-only", u8.iter().take(128).copied().collect()),
        ("half-a-word", u8.iter().take(202).copied().collect()),
        ("flipped-length", flipped(20)),
        ("flipped-mask", flipped(140)),
        ("swapped", swapped),
    ] {
        fs::write(folder.join(format!("{name}.slot")), bytes)?;
    }
    Ok(())
}

/// The snapshot of a small network that has learned five patterns: sizes that fill no word exactly.
fn bytes<W: Width>(rounding: Rounding, assignment: Assignment) -> Result<Vec<u8>> {
    trained(params::<W>(rounding, assignment)?)
}

/// The same with structured wiring.
fn structured() -> Result<Vec<u8>> {
    trained(params::<U8>(Rounding::Nearest, Assignment::Competitive)?.structured()?)
}

fn params<W: Width>(rounding: Rounding, assignment: Assignment) -> Result<Params<W>> {
    Ok(Params::<W>::builder(45, 10)
        .fan_in(9)
        .winners(3)
        .active(6)
        .rate(40_000)
        .rounding(rounding)
        .assignment(assignment)
        .seed(5)
        .build()?)
}

fn trained<W: Width, G: Wiring>(params: Params<W, G>) -> Result<Vec<u8>> {
    let mut network = KWinner::new(params, vec![0; params.words()])?;
    let mut scratch = vec![0; params.scratch_words()];
    let mut pattern = [0; 2];
    for number in 0..5 {
        bits::sample(45, 6, &mut stream(1, Purpose(256), 0, number), &mut pattern)?;
        network.learn(&pattern, &mut scratch)?;
    }
    let parts = snapshot::kwinner::parts(&network)?;
    Ok(parts.words().flat_map(u32::to_le_bytes).collect())
}
