//! Writes the seeds of the corpora again, after a change of a format: `cargo run --example seeds`, in this folder.

use std::fs;
use std::path::Path;

use slotless_core::bits;
use slotless_core::kwinner::{Assignment, KWinner, Params, Wiring};
use slotless_core::recency::{self, Recency};
use slotless_core::recogniser::{
    self, Code, Grow, GrowParams, Means, MeansParams, Ring, RingParams,
};
use slotless_core::ring::{
    Coded, CodedParams, Replacement, Sketches, SketchesParams, Slots, SlotsParams,
};
use slotless_core::rng::{Purpose, stream};
use slotless_core::snapshot;
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    recall()?;
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
    let balanced = Replacement::Balanced {
        classes: 3,
        seed: 5,
    };
    for (name, bytes) in [
        ("u1", bytes::<U1>(Stochastic, Competitive)?),
        ("u2", bytes::<U2>(Nearest, Competitive)?),
        ("u4", bytes::<U4>(Stochastic, RandomK)?),
        ("u8", u8.clone()),
        ("u16", bytes::<U16>(Nearest, RandomK)?),
        ("structured", structured()?),
        ("recency", recency(5)?),
        ("recency-one-level", recency(1)?),
        ("slots", slots(Replacement::Fifo)?),
        ("slots-balanced", slots(balanced)?),
        ("coded", coded()?),
        ("sketches", sketches()?),
        ("grow", grow()?),
        ("samples", samples()?),
        ("means", means()?),
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

/// A memory of sentences, which the targets of its files begin with, and what they change of it.
fn recall() -> Result<()> {
    use slotless_recall::{Entry, Metadata, NewItem, Settings, Writer};
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("memory");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut writer = Writer::create(&folder, &Settings::new(2))?;
    let add = |writer: &mut Writer, names: &[&str]| -> Result<()> {
        let items = names.iter().map(|name| {
            let angle = name.len() as f32;
            ([angle.cos(), angle.sin()], *name)
        });
        let items: Vec<([f32; 2], &str)> = items.collect();
        let cues = items.iter().map(|(vector, text)| {
            let vector = Some(&vector[..]);
            [Entry { text, vector }; 2]
        });
        let cues: Vec<[Entry<'_>; 2]> = cues.collect();
        let new = cues.iter().map(|cues| NewItem {
            target: cues[0],
            cues,
            metadata: None,
        });
        writer.add(&new.collect::<Vec<_>>())?;
        Ok(())
    };
    add(&mut writer, &["one", "three", "eleven"])?;
    let entry = Entry {
        text: "more",
        vector: Some(&[0.5, -0.5]),
    };
    writer.add_cues(2, &[entry])?;
    writer.update(3, None, &[entry])?;
    let known = Metadata::new().with(Metadata::SPEAKER, "more")?;
    writer.describe(&[(2, &known)])?;
    writer.forget(&[1])?;
    let before = fs::read(folder.join("log"))?;
    writer.compact()?;
    add(&mut writer, &["behind the snapshot"])?;
    drop(writer);
    fs::remove_file(folder.join("lock"))?;
    let corpus = |name: &str| -> Result<_> {
        let folder = root.join("corpus").join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    };
    let logs = corpus("recall_log")?;
    let body = before.get(72..).unwrap_or_default();
    // The first byte is how the others are read: as they are, behind a header; with right checksums; as the whole file.
    let after = fs::read(folder.join("log"))?;
    let own = after.get(72..).unwrap_or_default();
    fs::write(logs.join("body.seed"), [&[0][..], own].concat())?;
    fs::write(logs.join("mended.seed"), [&[1][..], body].concat())?;
    fs::write(logs.join("whole.seed"), [&[2][..], &before].concat())?;
    let cut = own.len() - 9;
    fs::write(
        logs.join("cut.seed"),
        [&[0][..], &own[..cut], &[0; 40]].concat(),
    )?;
    let snapshots = corpus("recall_snapshot")?;
    let snapshot = fs::read(folder.join("snapshot"))?;
    fs::remove_file(folder.join("snapshot"))?;
    let mut flipped = snapshot.clone();
    flipped[60] ^= 1;
    fs::write(snapshots.join("whole.seed"), &snapshot)?;
    fs::write(snapshots.join("flipped.seed"), flipped)?;
    fs::write(snapshots.join("cut.seed"), &snapshot[..snapshot.len() - 30])?;
    let toml = corpus("recall_settings")?;
    fs::copy(folder.join("memory.toml"), toml.join("whole.seed"))?;
    fs::write(
        toml.join("sparse.seed"),
        "format = 1\nresults_version = 1\ncreated = 1\ninputs = 8\nunits = 64\nactive = 3\nseed = 1\nprojection = { kind = \"sparse\", taps = 4 }\n\
         model = { folder = \"a\", hash = \"b\" }\n",
    )?;
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

fn recency(levels: u32) -> Result<Vec<u8>> {
    let params = recency::Params::builder(45, 4)
        .levels(levels)
        .active(6)
        .build()?;
    let mut memory = Recency::new(params, vec![0; params.words()])?;
    let mut scratch = vec![0; params.scratch_words()];
    let mut pattern = [0; 2];
    for number in 0..30 {
        bits::sample(45, 6, &mut stream(1, Purpose(256), 0, number), &mut pattern)?;
        memory.learn(&pattern, &mut scratch)?;
    }
    let parts = snapshot::recency::parts(&memory)?;
    Ok(parts.words().flat_map(u32::to_le_bytes).collect())
}

/// 45 units of which six are on.
fn patterns() -> Result<Vec<[u32; 2]>> {
    let mut patterns = Vec::new();
    for number in 0..30 {
        let mut pattern = [0; 2];
        bits::sample(45, 6, &mut stream(1, Purpose(256), 0, number), &mut pattern)?;
        patterns.push(pattern);
    }
    Ok(patterns)
}

fn slots(replacement: Replacement) -> Result<Vec<u8>> {
    let params = SlotsParams::new(45, 7, replacement)?;
    let mut memory = Slots::new(params, vec![0; params.words()])?;
    for (number, pattern) in (0..).zip(patterns()?) {
        memory.learn_as(&pattern, number % params.classes())?;
    }
    let parts = snapshot::slots::parts(&memory)?;
    Ok(parts.words().flat_map(u32::to_le_bytes).collect())
}

fn coded() -> Result<Vec<u8>> {
    let params = CodedParams::new(45, 6, 9)?;
    let mut memory = Coded::new(params, vec![0; params.words()])?;
    for pattern in patterns()? {
        memory.learn(&pattern)?;
    }
    let parts = snapshot::coded::parts(&memory)?;
    Ok(parts.words().flat_map(u32::to_le_bytes).collect())
}

fn sketches() -> Result<Vec<u8>> {
    let params = SketchesParams::new(45, 6, 9, 5)?;
    let mut memory = Sketches::new(params, vec![0; params.words()])?;
    for pattern in patterns()? {
        memory.learn(&pattern)?;
    }
    let parts = snapshot::sketches::parts(&memory)?;
    Ok(parts.words().flat_map(u32::to_le_bytes).collect())
}

/// Seven features and four classes.
fn labelled() -> impl Iterator<Item = ([u8; 7], u8)> {
    (0..30u8).map(|number| {
        let feature = |j| number.wrapping_mul(37).wrapping_add(j * 11) / 2 + number % 4 * 30;
        (std::array::from_fn(|j| feature(j as u8)), number % 4)
    })
}

fn grow() -> Result<Vec<u8>> {
    let params = GrowParams::new(7, 6)?.seed(5).fading(1)?;
    let mut grow = Grow::new(params, vec![0; params.words()])?;
    for (sample, label) in labelled() {
        grow.learn(&sample, label)?;
    }
    let parts = snapshot::grow::parts(&grow)?;
    Ok(parts.words().flat_map(u32::to_le_bytes).collect())
}

fn samples() -> Result<Vec<u8>> {
    let (code, seed) = (Code::Thermometer { bits: 5 }, 5);
    let replacement = recogniser::Replacement::Reservoir { seed };
    let params = RingParams::new(7, 6, code, replacement)?;
    let mut ring = Ring::new(params, vec![0; params.words()])?;
    for (sample, label) in labelled() {
        ring.learn(&sample, label)?;
    }
    let parts = snapshot::samples::parts(&ring)?;
    Ok(parts.words().flat_map(u32::to_le_bytes).collect())
}

fn means() -> Result<Vec<u8>> {
    let params = MeansParams::new(7, 4, 20)?;
    let mut means = Means::new(params, vec![0; params.words()])?;
    for (sample, label) in labelled() {
        means.learn(&sample, label)?;
    }
    let parts = snapshot::means::parts(&means)?;
    Ok(parts.words().flat_map(u32::to_le_bytes).collect())
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
