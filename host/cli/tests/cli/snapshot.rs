//! Snapshots of trained networks: saved, described, verified, exported.

use std::process::{Command, Output};

use slotless_core::bits;
use slotless_core::kwinner::{Assignment, KWinner, Params, Random};
use slotless_core::recency::{self, Recency};
use slotless_core::rng::{Purpose, stream};
use slotless_core::snapshot::{self, Snapshot};
use slotless_core::weight::{Rounding, U4, U8, Width};

use super::common::{Draws, Place, csv_of};

/// A small network.
const SAVE: &str = "snapshot save net.slot --n-i 60 --n-h 80 --s 6 --f .2 --k 5 --eps .5 --weights u8 --learned 40 --seed 9";

fn params<W: Width>() -> Params<W> {
    Params::builder(60, 80)
        .fan_in(12)
        .winners(5)
        .active(6)
        .rate(32_768)
        .seed(9)
        .build()
        .unwrap()
}

/// The bytes that the core makes of a network that has learned these patterns.
fn bytes<W: Width>(params: Params<W>, patterns: impl IntoIterator<Item = Vec<u32>>) -> Vec<u8> {
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    for pattern in patterns {
        network.learn(&pattern, &mut scratch).unwrap();
    }
    let parts = snapshot::kwinner::parts(&network).unwrap();
    parts.words().flat_map(u32::to_le_bytes).collect()
}

fn drawn(number: u32) -> Vec<u32> {
    let mut pattern = vec![0; 2];
    bits::sample(60, 6, &mut stream(9, Purpose(256), 0, number), &mut pattern).unwrap();
    pattern
}

#[test]
fn the_saved_network_is_the_cores() {
    let place = Place::new();
    let ran = place.ok(SAVE);
    let expected = bytes(params::<U8>(), (0..40).map(drawn));
    assert_eq!(ran.out, format!("net.slot: {} bytes\n", expected.len()));
    assert_eq!(place.read("net.slot"), expected);
    // Other rules reach the network, too.
    let flags = "--weights u4 --rounding stochastic --assignment random-k";
    place.ok(&format!("{} {flags}", SAVE.replace("--weights u8 ", "")));
    let other = Params::<U4>::builder(60, 80)
        .fan_in(12)
        .winners(5)
        .active(6)
        .rate(32_768)
        .rounding(Rounding::Stochastic)
        .assignment(Assignment::RandomK)
        .seed(9)
        .build()
        .unwrap();
    assert_eq!(place.read("net.slot"), bytes(other, (0..40).map(drawn)));
    assert_eq!(place.names("."), ["net.slot"]);
}

#[test]
fn rows_of_a_file_are_learned_in_order() {
    let place = Place::new();
    let mut draws = Draws(4);
    let rows: Vec<Vec<u8>> = (0..9).map(|_| draws.row(60, 6)).collect();
    place.write("rows.csv", csv_of(&rows));
    let packed = |row: &Vec<u8>| {
        let mut pattern = vec![0; 2];
        for (bit, _) in (0..).zip(row).filter(|(_, cell)| **cell == 1) {
            bits::set(&mut pattern, bit);
        }
        pattern
    };
    let flags = "--patterns rows.csv --n-h 80 --f .2 --k 5 --eps .5 --weights u8 --seed 9";
    place.ok(&format!("snapshot save deep/all.slot {flags}"));
    assert_eq!(
        place.read("deep/all.slot"),
        bytes(params::<U8>(), rows.iter().map(packed))
    );
    place.ok(&format!("snapshot save some.slot {flags} --learned 4"));
    assert_eq!(
        place.read("some.slot"),
        bytes(params::<U8>(), rows[..4].iter().map(packed))
    );
    place.refused(
        &format!("snapshot save more.slot {flags} --learned 10"),
        &["learned is 10", "1..=9 (rows of rows.csv)"],
    );
    place.refused(
        &format!("snapshot save more.slot {flags} --n-i 61"),
        &["rows.csv has rows of 60 bits", "expected 61 (n_i)"],
    );
}

#[test]
fn structured_data_and_specs_are_taken() {
    let place = Place::new();
    for data in [
        "--data tree --b 2",
        "--data correlated --b 2 --categories 4",
    ] {
        place.ok(&format!("{SAVE} {data}"));
        let first = place.read("net.slot");
        assert_eq!(learned(&first), 40, "{data}");
        place.ok(&format!("{SAVE} {data}"));
        assert!(
            first == place.read("net.slot"),
            "{data}: not the same again"
        );
        let seed = SAVE.replace("--seed 9", "--seed 10");
        place.ok(&format!("{seed} {data}"));
        assert!(first != place.read("net.slot"), "{data}: whatever the seed");
    }
    // The same network by a spec: 30 + 10 patterns.
    let flags = "--n-i 60 --n-h 80 --s 6 --f .2 --k 5 --eps .5 --weights u8";
    let spec = place.ok(&format!(
        "memory run {flags} --burn-in 30 --learned 10 --seed 9 --print-spec"
    ));
    place.write("spec.toml", &spec.out);
    place.ok("snapshot save spec.slot --spec spec.toml");
    let expected = bytes(params::<U8>(), (0..40).map(drawn));
    assert_eq!(place.read("spec.slot"), expected);
    place.ok("snapshot save spec.slot --spec spec.toml --learned 3");
    assert_eq!(
        place.read("spec.slot"),
        bytes(params::<U8>(), (0..3).map(drawn))
    );
    place.refused(
        "snapshot save spec.slot --spec spec.toml --k 4",
        &[
            "--spec already describes networks and data",
            "--learned and --seed",
        ],
    );
    let spec = place.ok(&format!("memory run {flags} --matched --print-spec"));
    place.write("two.toml", &spec.out);
    place.refused(
        "snapshot save spec.slot --spec two.toml",
        &["takes one network, not 2"],
    );
}

fn learned(bytes: &[u8]) -> u64 {
    let mut words = vec![0; bytes.len() / 4];
    Snapshot::copy(bytes, &mut words).unwrap().learned()
}

#[test]
fn what_cannot_be_saved_is_refused() {
    let place = Place::new();
    place.write("file", "");
    for (arguments, needles) in [
        (
            "--weights float",
            ["weights is float", "u1, u2, u4, u8, u16"],
        ),
        ("--preprocess 100,.2,9", ["preprocess is 100,0.2,9", "none"]),
        (
            "--winners-code graded",
            ["winners_code is graded", "binary for a snapshot"],
        ),
        ("--k 5,6", ["k = [5, 6]", "one value per parameter"]),
        ("--k 81", ["k is 81", "1..=80 (n_h)"]),
        ("--learned 0", ["learned is 0", "from 1"]),
        (
            "--data correlated --b 2 --categories 7",
            ["learned is 40", "multiples of 7"],
        ),
        ("--data tree", ["needs --b", "tree"]),
        ("--trials 3", ["'--trials'", "unexpected"]),
    ] {
        let flag = arguments.split(' ').next().unwrap();
        let mut words: Vec<&str> = SAVE.split(' ').collect();
        if let Some(at) = words.iter().position(|&word| word == flag) {
            words.drain(at..at + 2);
        }
        place.refused(&format!("{} {arguments}", words.join(" ")), &needles);
    }
    place.refused(
        &SAVE.replace("--eps .5", "--rates 0.1+0.2"),
        &["rates is 0.1+0.2", "one for a snapshot"],
    );
    for (file, needle) in [
        ("file/net.slot", "file"),
        (".", "a folder, expected a file"),
        ("missing/..", "a folder, expected a file"),
    ] {
        place.refused(&SAVE.replace("net.slot", file), &[needle]);
    }
}

#[test]
fn info_says_what_is_in_it() {
    let place = Place::new();
    place.ok(SAVE);
    let size = place.read("net.slot").len();
    assert_eq!(size, 4 * (32 + 2 + 80 * 2 + 80 * 3 + 1));
    let lines = place.ok("snapshot info net.slot").out;
    let crc = lines
        .split("CRC ")
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap();
    assert_eq!(
        lines,
        format!(
            "K-winner network, 1740 bytes, 40 patterns learned; format 1, results version 1\n\
             n_i 60, n_h 80, fan-in 12, k 5, s 6, rate 32768/65536, seed 9\n\
             8-bit weights, nearest rounding, competitive assignment, random wiring\n\
             position at byte 128, 8 bytes\n\
             masks at byte 136, 640 bytes\n\
             weights at byte 776, 960 bytes\n\
             CRC {crc}, right\n"
        )
    );
    let json: serde_json::Value =
        serde_json::from_str(&place.ok("snapshot info net.slot --json").out).unwrap();
    for (key, value) in [
        ("model", serde_json::json!("K-winner network")),
        ("bytes", size.into()),
        ("learned", 40.into()),
        ("n_i", 60.into()),
        ("n_h", 80.into()),
        ("m", 12.into()),
        ("k", 5.into()),
        ("s", 6.into()),
        ("rate", 32_768.into()),
        ("weight_bits", 8.into()),
        ("rounding", "nearest".into()),
        ("assignment", "competitive".into()),
        ("wiring", "random".into()),
        ("seed", 9.into()),
        ("crc", crc.into()),
        ("crc_right", true.into()),
    ] {
        assert_eq!(json[key], value, "{key}");
    }
    assert_eq!(json["sections"][1]["kind"], "masks");
    assert_eq!(json["sections"][1]["offset"], 136);
    assert_eq!(json["sections"][1]["bytes"], 640);
    // A weight that has changed leaves the rest readable.
    let mut bytes = place.read("net.slot");
    bytes[1000] ^= 4;
    place.write("net.slot", &bytes);
    let damaged = place.ok("snapshot info net.slot").out;
    assert_eq!(damaged, lines.replace(", right", ", wrong"));
}

#[test]
fn what_is_damaged_is_refused_in_one_line() {
    let place = Place::new();
    place.ok(SAVE);
    let good = place.read("net.slot");
    let verified = place.ok("snapshot verify net.slot").out;
    assert!(
        verified.starts_with("net.slot: 1740 bytes, 40 patterns learned, CRC 0x"),
        "{verified}"
    );
    let changed = |place: usize, bit: u8| {
        let mut bytes = good.clone();
        bytes[place] ^= bit;
        bytes
    };
    place.write("weight.slot", changed(1000, 1));
    place.write("version.slot", changed(8, 2));
    place.write("results.slot", changed(12, 2));
    place.write("hidden.slot", changed(40, 1));
    place.write("short.slot", &good[..good.len() - 4]);
    place.write("ragged.slot", &good[..good.len() - 1]);
    place.write("empty.slot", "");
    place.write("text.slot", "a file of another kind");
    let params = recency::Params::builder(40, 3).build().unwrap();
    let memory = Recency::new(params, vec![0; params.words()]).unwrap();
    let other = snapshot::recency::parts(&memory).unwrap();
    let other = other.words().flat_map(u32::to_le_bytes);
    place.write("recency.slot", other.collect::<Vec<u8>>());
    let swapped = good.chunks(4).flat_map(|word| word.iter().rev().copied());
    place.write("swapped.slot", swapped.collect::<Vec<u8>>());
    for (file, needle) in [
        ("weight", "CRC 0x"),
        ("version", "snapshot format 3, this program reads 1 to 2"),
        (
            "results",
            "results version 3, this program computes version 1",
        ),
        ("hidden", "the parameters ask for"),
        ("short", "434 words, its header says 435"),
        ("ragged", "1739 bytes, expected a multiple of 4"),
        ("empty", "0 bytes, the header alone takes 32"),
        ("text", "it starts with the bytes 61 20 66"),
        ("swapped", "reversed"),
        (
            "recency",
            "a memory of recency levels, expected a K-winner network",
        ),
        ("missing", "missing.slot"),
    ] {
        let name = format!("{file}.slot");
        place.refused(&format!("snapshot verify {name}"), &[&name, needle]);
        place.refused(
            &format!("snapshot export {name} --format bin --out out.bin"),
            &[&name, needle],
        );
        if file != "weight" {
            place.refused(&format!("snapshot info {name}"), &[&name, needle]);
        }
    }
    // Of a long file the header is read first: this one has but a hole behind it.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.slot");
    std::fs::write(&path, &good).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_len(1 << 42).unwrap();
    let needle = "1099511627776 words, its header says 435";
    place.refused(&format!("snapshot info {}", path.display()), &[needle]);
}

/// Whether a C compiler takes these arguments in a place; none where there is no compiler.
fn compiles(place: &Place, arguments: &[&str]) -> Option<Output> {
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let mut command = Command::new(compiler);
    let warnings = "-std=c99 -Wall -Wextra -pedantic -Werror".split(' ');
    command
        .args(warnings)
        .args(arguments)
        .current_dir(place.path("."));
    match command.output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped, no C compiler: {error}");
            None
        }
    }
}

#[test]
fn the_c_header_compiles_and_holds_the_snapshot() {
    let place = Place::new();
    place.ok(SAVE);
    let good = place.read("net.slot");
    place.ok("snapshot export net.slot --format c --name GLYPHS_2 --out glyphs.h");
    let source = String::from_utf8(place.read("glyphs.h")).unwrap();
    assert!(source.lines().all(|line| line.len() <= 100), "{source}");
    for line in [
        " * n_i 60, n_h 80, fan-in 12, k 5, s 6, rate 32768/65536, seed 9",
        "#ifndef GLYPHS_2_H",
        "#define GLYPHS_2_RESULTS_VERSION 1",
        "#define GLYPHS_2_N_I 60",
        "#define GLYPHS_2_WEIGHT_BITS 8",
        "#define GLYPHS_2_BYTES 1740",
        "#define GLYPHS_2_WORDS 435",
        "static const uint32_t GLYPHS_2[GLYPHS_2_WORDS] = {",
    ] {
        assert!(
            source.lines().any(|found| found == line),
            "{line}\n{source}"
        );
    }
    // Words, without a compiler.
    let (_, array) = source.split_once("_WORDS] = {\n").unwrap();
    let (array, _) = array.split_once("};").unwrap();
    let words = array
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let words = words.map(|word| u32::from_str_radix(&word[2..], 16).unwrap());
    let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
    assert_eq!(bytes, good);
    place.ok("snapshot export net.slot --format c --out plain.h");
    let plain = String::from_utf8(place.read("plain.h")).unwrap();
    assert_eq!(plain, source.replace("GLYPHS_2", "SNAPSHOT"));
    place.refused(
        "snapshot export net.slot --format c --name _A --out x.h",
        &["name is \"_A\"", "a capital first"],
    );
    // Twice, for the guard; what a program writes is the file.
    let program = "#include \"glyphs.h\"\n#include \"glyphs.h\"\n#include \"plain.h\"\n#include <stdio.h>\n\
        int main(void) {\n    unsigned i, b;\n    if (sizeof GLYPHS_2 != GLYPHS_2_BYTES) return 1;\n    \
        if (SNAPSHOT[5] != SNAPSHOT_WORDS) return 2;\n    for (i = 0; i < GLYPHS_2_WORDS; i++)\n        \
        for (b = 0; b < 32; b += 8) putchar((int)(GLYPHS_2[i] >> b & 255));\n    return 0;\n}\n";
    place.write("main.c", program);
    let Some(compiled) = compiles(&place, &["main.c", "-o", "main"]) else {
        return;
    };
    let messages = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "{messages}");
    let ran = Command::new(place.path("main")).output().unwrap();
    assert_eq!((ran.status.code(), ran.stdout), (Some(0), good));
}

#[test]
fn exports_hold_the_snapshot() {
    let place = Place::new();
    place.ok(SAVE);
    let good = place.read("net.slot");
    place.ok("snapshot export net.slot --format bin --out net.bin");
    assert_eq!(place.read("net.bin"), good);
    place.ok("snapshot export net.slot --format rust --out src/net.rs");
    let source = String::from_utf8(place.read("src/net.rs")).unwrap();
    assert!(source.lines().all(|line| line.len() <= 100), "{source}");
    assert!(
        source.contains("// n_i 60, n_h 80, fan-in 12, k 5, s 6"),
        "{source}"
    );
    assert!(source.contains("weight::U8"), "{source}");
    let (before, array) = source
        .split_once("pub static SNAPSHOT: [u32; 435] = [\n")
        .unwrap();
    assert!(
        before
            .lines()
            .all(|line| line.is_empty() || line.starts_with("//"))
    );
    let words: Vec<u32> = array
        .strip_suffix("];\n")
        .unwrap()
        .split_whitespace()
        .map(|word| {
            let digits = word.strip_prefix("0x").unwrap().strip_suffix(',').unwrap();
            u32::from_str_radix(digits, 16).unwrap()
        })
        .collect();
    let snapshot = Snapshot::from_words(&words).unwrap();
    assert_eq!(snapshot.learned(), 40);
    assert_eq!(
        snapshot.kwinner::<U8, Random>().unwrap().params(),
        &params::<U8>()
    );
    place.ok("snapshot export net.slot --format rust --name GLYPHS_2 --out net.rs");
    let named = String::from_utf8(place.read("net.rs")).unwrap();
    assert_eq!(named, source.replace("SNAPSHOT", "GLYPHS_2"));

    for name in ["glyphs", "2D", "A-B", "_", ""] {
        place.refused_with(
            &[
                "snapshot", "export", "net.slot", "--format", "rust", "--name", name, "--out",
                "x.rs",
            ],
            &[&format!("name is {name:?}"), "capitals"],
        );
    }
    place.refused(
        "snapshot export net.slot --format bin --name A --out x.bin",
        &["--name is for --format rust and c"],
    );
    place.refused(
        "snapshot export net.slot --format hex --out x",
        &["'hex'", "bin, rust, c"],
    );
}

/// Weights as arrays, and from them by the paper's equations, with sums of integers, what the command recalls: for both wirings and
/// widths of weights from a bit to 16.
#[test]
fn recall_is_what_the_exported_weights_say() {
    let place = Place::new();
    let mut draws = Draws(8);
    let cues: Vec<Vec<u8>> = (0..7).map(|_| draws.row(64, 5)).collect();
    place.write("cues.csv", csv_of(&cues));
    for (width, flags) in [
        (1u32, "--weights u1"),
        (4, "--weights u4 --rounding stochastic"),
        (8, "--weights u8 --wiring structured"),
        (16, "--weights u16 --wiring structured"),
    ] {
        place.ok(&format!(
            "snapshot save net.slot --n-i 64 --n-h 64 --s 9 --f .25 --k 5 --eps .4 --learned 30 {flags}"
        ));
        place.ok("snapshot export net.slot --format npz --out w.npz");
        place.ok("snapshot recall net.slot --cues cues.csv --ones 12 --potentials --out r.npz");
        for name in ["w.npz", "r.npz"] {
            super::described::archive(&place.path(name));
        }
        let (inputs, weights) = (
            place.array::<u32>("w.npz", "inputs"),
            place.array::<u32>("w.npz", "weights"),
        );
        assert_eq!((inputs.dim(), weights.dim()), ((64, 16), (64, 16)));
        let full = (1u64 << width) - 1;
        assert!(
            weights.iter().all(|&weight| u64::from(weight) <= full)
                && weights.iter().any(|&weight| weight > 0)
        );
        assert!(
            inputs
                .rows()
                .into_iter()
                .all(|row| row.iter().zip(row.iter().skip(1)).all(|(a, b)| a < b))
        );
        let recalled = place.array::<u8>("r.npz", "recalled");
        let (hidden, potentials) = (
            place.array::<u32>("r.npz", "hidden"),
            place.array::<u32>("r.npz", "potentials"),
        );
        let scores = place.vector::<u64>("r.npz", "scores");
        let most = place.vector::<u64>("r.npz", "max_scores");
        for (number, cue) in cues.iter().enumerate() {
            let expected: Vec<u32> = inputs
                .rows()
                .into_iter()
                .zip(weights.rows())
                .map(|(inputs, weights)| {
                    inputs
                        .iter()
                        .zip(weights)
                        .filter(|(input, _)| cue[**input as usize] == 1)
                        .map(|(_, weight)| weight)
                        .sum()
                })
                .collect();
            assert_eq!(potentials.row(number).to_vec(), expected, "{flags}");
            // The winners are k of the largest, and their sum is the score.
            let winners = hidden.row(number).to_vec();
            let least = winners
                .iter()
                .map(|&unit| expected[unit as usize])
                .min()
                .unwrap();
            let others = (0..64).filter(|unit| !winners.contains(unit));
            assert_eq!(winners.len(), 5);
            assert!(
                others
                    .into_iter()
                    .all(|unit| expected[unit as usize] <= least),
                "{flags}"
            );
            let sum: u64 = winners
                .iter()
                .map(|&unit| u64::from(expected[unit as usize]))
                .sum();
            assert_eq!(
                (scores[number], most[number]),
                (sum, 5 * full * 5),
                "{flags}"
            );
            // The pattern: 12 of the visible units that most of the winners' weights lead to.
            let mut drive = vec![0u64; 64];
            for &winner in &winners {
                let row = inputs.row(winner as usize);
                for (input, weight) in row.iter().zip(weights.row(winner as usize)) {
                    drive[*input as usize] += u64::from(*weight);
                }
            }
            let ones: Vec<usize> = (0..64)
                .filter(|&unit| recalled[[number, unit]] == 1)
                .collect();
            assert_eq!(ones.len(), 12, "{flags}");
            let least = ones.iter().map(|&unit| drive[unit]).min().unwrap();
            assert!(
                (0..64).all(|unit| ones.contains(&unit) || drive[unit] <= least),
                "{flags}"
            );
        }
    }
    place.write("short.csv", "1,0\n0,1\n");
    for (line, needles) in [
        (
            "--cues short.csv",
            ["short.csv: cues have 2 bits", "expected 64 (n_i)"],
        ),
        (
            "--cues cues.csv --ones 65",
            ["ones is 65", "allowed 1..=64 (n_i)"],
        ),
        (
            "--cues cues.csv --ones 0",
            ["ones is 0", "allowed 1..=64 (n_i)"],
        ),
        ("--cues none.npy", ["none.npy", ""]),
        ("--cues net.slot", ["net.slot", ""]),
    ] {
        place.refused(
            &format!("snapshot recall net.slot {line} --out no.npz"),
            &needles,
        );
    }
    place.refused(
        "snapshot recall net.slot --cues cues.csv --out cues.csv",
        &["cues.csv", "is read here"],
    );
    place.refused(
        "snapshot export net.slot --format npz --name A --out no.npz",
        &["--name is for --format rust and c"],
    );
    let wrong = place.run("snapshot recall cues.csv --cues cues.csv --out no.npz");
    assert_eq!(wrong.code, Some(2), "{}", wrong.err);
    // Of a spec it is what its snapshot recalls.
    let spec = "[protocol]\nburn_in = 20\nlearned = 10\n[[network]]\nn_i = 64\nn_h = 64\ns = 9\nk = 5\nf = 0.25\neps = 0.4\n";
    place.write("spec.toml", spec);
    place.ok("snapshot save spec.slot --spec spec.toml");
    place.ok("snapshot recall spec.slot --cues cues.csv --out a.npz");
    place.ok("snapshot recall spec.toml --cues cues.csv --out b.npz");
    assert!(place.read("a.npz") == place.read("b.npz"));
    place.write(
        "two.toml",
        format!("{spec}{}", spec.split_at(spec.find("[[").unwrap()).1),
    );
    let two = "snapshot recall two.toml --cues cues.csv --out no.npz";
    place.refused(two, &["`snapshot recall` takes one network, not 2"]);
}
