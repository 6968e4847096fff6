//! What the page shows, computed from the library by hand: `web/tests/golden.json`, to which a test in a browser holds the page.
//! `SLOTLESS_BLESS=1` writes it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use slotless::transformer::model::{Model, Rule, WinnerBy};
use slotless::transformer::statistics::{products, value_contrast};
use slotless::transformer::trial::Run;
use slotless::transformer::{Condition, Slow, Training as Lab};
use slotless_core::hopfield::classical::{self, Classical};
use slotless_core::hopfield::modern::{self, Memories, Modern};
use slotless_core::hopfield::{Kind as What, Recall, identify};
use slotless_core::kwinner::{KWinner, Params};
use slotless_core::recency::{self, Recency};
use slotless_core::ring::{Replacement, Slots, SlotsParams};
use slotless_core::rng::{Purpose, below, stream};
use slotless_core::weight::{Rounding, U8};
use slotless_core::{bits, memory::Memory};
use slotless_kernels::cpu::Isa;
use slotless_web::fade::{AGES, Cue, Fade, Kind, Mode, Settings};
use slotless_web::pictures::{ALL, Picture};
use slotless_web::training::{self, Training};

/// What the page begins with.
pub(super) const SETTINGS: Settings = Settings {
    bytes: 2568,
    bits: 8,
    fan_in: 32,
    winners: 16,
    rate: 32_768,
    levels: 8,
    before: 200,
    seed: 1,
};
const ONES: u32 = 32;
const NAMES: [&str; 4] = ["1-winner", "K-winner", "recency", "ring"];

/// A memory of the library, and ones that it has right of a pattern, from a cue.
fn right<M: Memory>(memory: &M, cue: &Picture, pattern: &Picture) -> u32 {
    let mut scratch = vec![0; memory.scratch_words()];
    bits::overlap(memory.recall(cue, &mut scratch).unwrap().pattern, pattern)
}

fn learn<M: Memory>(memory: &mut M, pattern: &Picture) {
    let mut scratch = vec![0; memory.scratch_words()];
    memory.store(pattern, &mut scratch).unwrap();
}

fn cue(pattern: &Picture, purpose: u32, number: u32) -> Picture {
    let mut cue = [0; 8];
    let mut draws = stream(1, Purpose(purpose), 0, number);
    bits::cue(pattern, ONES / 2, &mut draws, &mut cue).unwrap();
    cue
}

/// The first station after 40 patterns, and a look into its network.
fn fade(json: &mut String) {
    let one = Params::<U8>::builder(256, 10)
        .active(ONES)
        .seed(1)
        .build()
        .unwrap();
    let many = Params::<U8>::builder(256, 79)
        .fan_in(32)
        .winners(16)
        .active(ONES)
        .rate(32_768);
    let many = many
        .rounding(Rounding::Stochastic)
        .seed(1)
        .structured()
        .build()
        .unwrap();
    let levels = recency::Params::builder(256, 1)
        .levels(8)
        .active(ONES)
        .build_in(2568)
        .unwrap();
    let slots = SlotsParams::new(256, 80, Replacement::Fifo).unwrap();
    let mut one = KWinner::new(one, vec![0; one.words()]).unwrap();
    let mut many = KWinner::new(many, vec![0; many.words()]).unwrap();
    let mut levels = Recency::new(levels, vec![0; levels.words()]).unwrap();
    let mut ring = Slots::new(slots, vec![0; slots.words()]).unwrap();

    let heart = ALL[0].1;
    let random = |number| {
        let mut pattern = [0; 8];
        let mut draws = stream(1, Purpose(256), 0, number);
        bits::sample(256, ONES, &mut draws, &mut pattern).unwrap();
        pattern
    };
    let mut stream: Vec<(Option<u32>, Picture)> = (0..200).map(|i| (Some(i), random(i))).collect();
    stream.push((None, heart));
    stream.extend((200..240).map(|i| (Some(i), random(i))));
    let mut after_ten = [0; 4];
    let mut recalls = 0;
    for (at, (_, pattern)) in stream.iter().enumerate() {
        learn(&mut one, pattern);
        learn(&mut many, pattern);
        learn(&mut levels, pattern);
        learn(&mut ring, pattern);
        // Age 10: nine others came after it.
        if at > 200
            && let (Some(number), pattern) = stream[at + 1 - 10]
        {
            let cue = cue(&pattern, 264, number);
            recalls += 1;
            after_ten[0] += right(&one, &cue, &pattern);
            after_ten[1] += right(&many, &cue, &pattern);
            after_ten[2] += right(&levels, &cue, &pattern);
            after_ten[3] += right(&ring, &cue, &pattern);
        }
    }
    let half = cue(&heart, 273, 0);
    let found = [
        right(&one, &half, &heart),
        right(&many, &half, &heart),
        right(&levels, &half, &heart),
        right(&ring, &half, &heart),
    ];

    // The same by the page's own way.
    let mut page = Fade::new(SETTINGS, heart).unwrap();
    page.teach(40).unwrap();
    let asked = Cue {
        mode: Mode::Share,
        percent: 50,
        seed: 1,
    };
    assert_eq!(asked.make(&heart).unwrap(), half);
    let ten = AGES.iter().position(|&age| age == 10).unwrap();
    for (kind, (&found, &after)) in Kind::ALL.iter().zip(found.iter().zip(&after_ten)) {
        let answer = page.recall(*kind, &half).unwrap();
        assert_eq!(bits::overlap(&answer.pattern, &heart), found, "{kind:?}");
        let measured = page.measured(*kind)[ten];
        assert_eq!(
            (measured.recalls, measured.overlap),
            (recalls, after),
            "{kind:?}"
        );
    }

    let mut potentials = [0; 79];
    many.potentials(&half, &mut potentials).unwrap();
    let strongest = f64::from(*potentials.iter().max().unwrap()) / 255.0;
    let percent = |sum: u32| (f64::from(100 * sum) / f64::from(recalls * ONES)).round();
    let curve: Vec<String> = NAMES
        .iter()
        .zip(after_ten)
        .map(|(name, sum)| format!("{name}: {} % after ten", percent(sum)))
        .collect();
    let texts = found
        .map(|found| format!("\"{found} of {ONES}\""))
        .join(", ");
    let bytes = 4 * levels.params().words();
    let rows = levels.params().rows();
    writeln!(json, "  \"fade\": {{\n    \"recalled\": [{texts}],").unwrap();
    writeln!(
        json,
        "    \"sizes\": [\"10 units, 2,568 bytes\", \"79 units of 32 wires, {} bytes\", \"{rows} rows of 8 levels, {} bytes\", \"80 slots, 2,568 bytes\"],",
        thousands(4 * many.params().words()),
        thousands(bytes),
    )
    .unwrap();
    writeln!(json, "    \"curve\": \"{}\"\n  }},", curve.join(", ")).unwrap();
    writeln!(
        json,
        "  \"inside\": {{\n    \"right\": \"Recalled: {} of {ONES} right\",\n    \"potential\": \"{strongest:.2}\"\n  }},",
        found[1]
    )
    .unwrap();
}

fn thousands(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}

/// The third station at its start: three pictures, the heart with 60 points flipped.
fn energy(json: &mut String) {
    let mut start = ALL[1].1;
    let mut draws = stream(1, Purpose(333), 0, 0);
    let mut points: Vec<u32> = (0..256).collect();
    for at in 0..60 {
        points.swap(at, at + below(&mut draws, 256 - at as u32) as usize);
        start[points[at] as usize / 32] ^= 1 << (points[at] % 32);
    }
    let pictures: Vec<u32> = ALL[1..4].iter().flat_map(|(_, picture)| *picture).collect();
    let params = classical::Params::builder(256, 3).seed(1).build().unwrap();
    let mut network = Classical::new(params, vec![0; params.words()]).unwrap();
    for picture in pictures.chunks_exact(8) {
        network.store(picture).unwrap();
    }
    let mut scratch = vec![0; params.scratch_words()];
    let recalled = network
        .recall(&start, &Recall::sweeps(), &mut scratch)
        .unwrap();
    let identity = identify(recalled.state, &pictures, 256, 12).unwrap();
    assert_eq!(
        (identity.kind, identity.distance),
        (What::Stored { memory: 0 }, 0)
    );
    let flips = recalled.run.flips;

    let numbers = |picture: &[u32]| -> Vec<f32> {
        let sign = |point| {
            if bits::get(picture, point) {
                1.0 / 16.0
            } else {
                -1.0 / 16.0
            }
        };
        (0..256).map(sign).collect()
    };
    let memories: Vec<f32> = pictures.chunks_exact(8).flat_map(numbers).collect();
    let network = Modern::new(Memories::rows(&memories, 256).unwrap(), 8.0).unwrap();
    let mut scratch = vec![0; network.scratch_words()];
    let recall = modern::Recall::new().max_steps(Some(100));
    let recalled = network
        .recall(&numbers(&start), &recall, &mut scratch)
        .unwrap();
    let (steps, state) = (recalled.steps, recalled.state.to_vec());
    assert!(recalled.shares[0] > 0.95);
    let energy = network.energy(&state, &mut scratch).unwrap();
    writeln!(
        json,
        "  \"energy\": {{\n    \"classical\": \"After {flips} flips: the heart.\",\n    \"modern\": \"After {steps} steps: the heart.\",\n    \
         \"energy\": \"{energy:.3}\"\n  }},"
    )
    .unwrap();
}

/// The fourth station after 100 iterations, as the laboratory trains.
fn training(json: &mut String) {
    let mut lab = lab(Rule::Qk, WinnerBy::Projections);
    for _ in 0..100 {
        lab.step();
    }
    let contrast = value_contrast(lab.weights());
    let mut found = 0.0;
    for from in [0, 4] {
        let block = products(
            lab.weights(),
            (Slow::Queries, 8..12),
            (Slow::Keys, from..from + 4),
        );
        for (query, row) in block.chunks_exact(4).enumerate() {
            let all: f64 = row.iter().map(|product| product.exp()).sum();
            found += row[query].exp() / all / 8.0;
        }
    }
    writeln!(
        json,
        "  \"training\": {{\n    \"values\": \"Values: contrast of the cases {contrast:.2}\",\n    \"queries\": \"Products of queries and keys: a query \
         gives {:.2} % of its attention to its own letter\"\n  }}",
        100.0 * found
    )
    .unwrap();
}

fn lab(rule: Rule, winner_by: WinnerBy) -> Run {
    let condition = Condition {
        model: Model::of(rule, winner_by),
        training: Lab::default(),
        checkpoints: Vec::new(),
    };
    Run::new(&condition, 1, 0, Isa::best())
}

#[test]
fn the_page_shows_what_the_library_computes() {
    let mut json = String::from("{\n");
    fade(&mut json);
    energy(&mut json);
    training(&mut json);
    json.push_str("}\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden.json");
    if std::env::var_os("SLOTLESS_BLESS").is_some() {
        fs::write(&path, &json).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), json);
}

/// The page's training is trial 0 of `slotless transformer train`, bit for bit.
#[test]
fn training_is_the_laboratorys() {
    for (own, rule, winner_by) in [
        (training::Rule::Baseline, Rule::Baseline, WinnerBy::Key),
        (training::Rule::Fixed, Rule::Fixed, WinnerBy::Key),
        (training::Rule::Mhn, Rule::Mhn, WinnerBy::Key),
        (training::Rule::Qk, Rule::Qk, WinnerBy::Key),
        (training::Rule::QkProjected, Rule::Qk, WinnerBy::Projections),
    ] {
        let settings = training::Settings {
            rule: own,
            letters: 4,
            seed: 1,
        };
        let mut page = Training::new(settings).unwrap();
        let mut lab = lab(rule, winner_by);
        for _ in 0..20 {
            assert_eq!(page.step(), lab.step(), "{own:?}");
        }
        assert_eq!(page.weights(), lab.weights(), "{own:?}");
    }
}
