//! `reproduce`: figures by name.

use slotless::families::FIGURES;
use slotless::figures::{Group, Named};

use super::common::Place;
use super::described::joins;

#[test]
fn the_help_lists_every_figure_of_the_one_list() {
    let place = Place::new();
    let help = place.ok("reproduce --help").out;
    // Long lines are wrapped.
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for figure in FIGURES.iter() {
        let line = format!("- {}: {}", figure.name, figure.about);
        assert_eq!(help.matches(&line).count(), 1, "{line}: {help}");
        assert_eq!(Named::of(figure.name).unwrap().about, figure.about);
    }
    assert!(help.contains("- memory: Figure 4 and S1 to S7"), "{help}");
    let memory: Vec<&str> = Group::Memory.figures().map(|figure| figure.name).collect();
    assert_eq!(memory, ["fig4", "s1", "s2", "s3", "s4", "s5", "s6", "s7"]);
}

#[test]
fn a_figure_that_is_not_there_is_refused_with_those_that_are() {
    let place = Place::new();
    let mut needles: Vec<&str> = FIGURES.iter().map(|figure| figure.name).collect();
    needles.extend(["'nope'", "memory"]);
    place.refused("reproduce nope", &needles);
}

#[test]
fn a_figure_without_trials() {
    let place = Place::new();
    let ran = place.ok("reproduce s4 --out out");
    assert!(ran.out.starts_with("s4"), "{}", ran.out);
    assert_eq!(place.names("out"), ["manifest.json", "s4.png", "s4.svg"]);
    let manifest = place.manifest("out");
    assert_eq!(manifest.figure, "s4");
    assert!(
        manifest
            .listed::<slotless::memory::Condition>()
            .unwrap()
            .is_empty()
    );
    // Another seed, another tree; the same seed, the same.
    place.ok("reproduce s4 --seed 2 --out other");
    place.ok("reproduce s4 --seed 1 --out same");
    assert_ne!(place.read("out/s4.svg"), place.read("other/s4.svg"));
    assert_eq!(place.read("out/s4.svg"), place.read("same/s4.svg"));
}

#[test]
fn figure_4_in_small() {
    let place = Place::new();
    let ran = place.ok("reproduce fig4 --quick --trials 2 --out out");
    let names = [
        ".trials",
        "fig4.csv",
        "fig4.npz",
        "fig4.png",
        "fig4.svg",
        "manifest.json",
    ];
    assert_eq!(place.names("out"), names);
    assert!(
        ran.out.contains("K-winner MHN: fan-in m = 50"),
        "{}",
        ran.out
    );
    let manifest = place.manifest("out");
    assert_eq!((manifest.figure.as_str(), manifest.trials), ("fig4", 2));
    assert_eq!(
        manifest
            .listed::<slotless::memory::Condition>()
            .unwrap()
            .len(),
        2
    );
    for condition in &manifest.listed::<slotless::memory::Condition>().unwrap() {
        assert_eq!(
            (condition.protocol.burn_in, condition.protocol.learned),
            (1000, 500)
        );
    }
    for slug in ["k_winner_mhn_random", "1_winner_mhn_random"] {
        for cue in ["cue100", "cue50"] {
            let overlaps =
                place.array::<u32>("out/fig4.npz", &format!("{slug}_{cue}_real_overlap"));
            assert_eq!(overlaps.dim(), (2, 500));
            assert!(overlaps.iter().all(|&overlap| overlap <= 100));
        }
    }
    assert_eq!(place.table("out/fig4.csv").len(), 2 * 2 * 500);
    // The newest pattern of the 1-winner network is recalled whole, and its survival was checked.
    let overlaps = place.array::<u32>("out/fig4.npz", "1_winner_mhn_random_cue100_real_overlap");
    assert!(overlaps.column(0).iter().all(|&overlap| overlap == 100));
    assert!(
        manifest
            .checks
            .iter()
            .any(|check| check.name.contains("survival"))
    );
    // Another figure of the same conditions computes nothing again.
    let ran = place.ok("reproduce s1 --quick --trials 2 --out out");
    assert_eq!(ran.err, "");
    // Its fits belong to the curves of both.
    for curves in ["out/s1/s1.csv", "out/fig4.csv"] {
        joins(
            &place,
            ["out/s1/s1_fits.csv", curves],
            &["network", "data", "cue"],
        );
    }
    place.manifest("out/s1");
}

#[test]
fn one_trial_is_enough_for_a_picture() {
    let place = Place::new();
    place.ok("reproduce fig4 s4 --quick --trials 1 --out out");
    assert_eq!(place.names("out"), [".trials", "fig4", "s4"]);
    assert_eq!(place.names("out/s4"), ["manifest.json", "s4.png", "s4.svg"]);
    assert_eq!(place.manifest("out/fig4").trials, 1);
}

#[test]
fn precision_in_small() {
    let place = Place::new();
    let ran = place.ok("reproduce precision --quick --trials 4 --out out");
    let names = [
        ".trials",
        "manifest.json",
        "precision.csv",
        "precision.npz",
        "precision.png",
        "precision.svg",
        "precision_bytes.csv",
        "precision_difference.csv",
        "precision_difference.png",
        "precision_difference.svg",
        "precision_summary.csv",
    ];
    assert_eq!(place.names("out"), names);
    let manifest = place.manifest("out");
    assert_eq!(
        manifest
            .listed::<slotless::memory::Condition>()
            .unwrap()
            .len(),
        8
    );
    let slugs = [
        "16_bits_nearest",
        "8_bits_nearest",
        "8_bits_stochastic",
        "4_bits_nearest",
        "4_bits_stochastic",
        "2_bits_stochastic",
        "1_bit_stochastic",
        "64_bit_float",
    ];
    for (slug, condition) in slugs
        .iter()
        .zip(&manifest.listed::<slotless::memory::Condition>().unwrap())
    {
        assert_eq!(condition.slug(), format!("{slug}_random"));
        let name = format!("{slug}_random_cue50_real_overlap");
        assert_eq!(
            place.array::<u32>("out/precision.npz", &name).dim(),
            (4, 500)
        );
    }
    // Packed state: 8 bytes of a counter, 32 words of mask and ceil(50 bits / 32) words of weights per hidden unit.
    let bytes: Vec<String> = place
        .table("out/precision_bytes.csv")
        .into_iter()
        .map(|row| format!("{} {}", row["weights"], row["bytes"]))
        .collect();
    let expected = [
        "u16 456008",
        "u8 360008",
        "u4 312008",
        "u2 288008",
        "u1 272008",
    ];
    assert_eq!(bytes[..5], expected);
    assert_eq!(bytes[5..], ["float 1056008"]);
    // Two samples of two trials: accuracy is compared, d' is not.
    let summary = place.table("out/precision_summary.csv");
    assert_eq!(summary.len(), 7 * 2);
    assert_eq!(
        place.table("out/precision_difference.csv").len(),
        7 * 2 * 500
    );
    let tables = ["out/precision_difference.csv", "out/precision.csv"];
    joins(&place, tables, &["network", "data", "cue", "age"]);
    assert!(ran.out.contains("d' is not compared"), "{}", ran.out);
    for row in &summary {
        let squares: f64 = row["mean_squared_t"].parse().unwrap();
        match row["weights"].as_str() {
            "u16" | "u8" => assert!((0.5..2.0).contains(&squares), "{row:?}"),
            "u1" => assert!(squares > 5.0 && row["equal"] == "false", "{row:?}"),
            _ => {}
        }
    }
    let verdict =
        "1 bit, stochastic: not equal to float: accuracy at 100% cues, accuracy at 50% cues";
    assert!(manifest.report.iter().any(|line| line == verdict));
    let name = |weights: &str| format!("{weights}, 100% cues: accuracy, ");
    for weights in ["16 bits, nearest", "1 bit, stochastic"] {
        let found = manifest
            .checks
            .iter()
            .filter(|check| check.name.starts_with(&name(weights)));
        assert!(found.clone().count() > 0 && found.clone().all(|check| check.pass));
    }
    // Two trials have a picture, and no comparison.
    let ran = place.ok("reproduce precision --quick --trials 2 --out out");
    assert!(ran.out.contains("fewer than 3 trials"), "{}", ran.out);
    assert!(place.table("out/precision_summary.csv").is_empty());
    // The 16-bit network is that of figure 4; each figure has its own name for it.
    let ran = place.ok("reproduce precision fig4 --quick --trials 1 --out both");
    assert_eq!(
        ran.err.matches("9 trials to compute").count(),
        1,
        "{}",
        ran.err
    );
    let overlaps = |file: &str, slug: &str| {
        place.array::<u32>(file, &format!("{slug}_random_cue100_real_overlap"))
    };
    assert_eq!(
        overlaps("both/precision/precision.npz", "16_bits_nearest"),
        overlaps("both/fig4/fig4.npz", "k_winner_mhn")
    );
}

/// Memories and transformers in one call: every condition is computed once, for the trials that its figure wants.
#[test]
fn figures_of_both_kinds_in_one_run() {
    let place = Place::new();
    let ran = place.ok("reproduce fig7 s1 --quick --trials 2 --out out");
    assert!(
        ran.err
            .starts_with("reproduce fig7+s1: 18 trials to compute"),
        "{}",
        ran.err
    );
    assert_eq!(place.names("out"), [".trials", "fig7", "s1"]);
    let names = place.names("out/fig7");
    for name in [
        "fig7.csv",
        "fig7.npz",
        "fig7.png",
        "fig7.svg",
        "fig7_statistics.csv",
    ] {
        assert!(
            names.iter().any(|found| found == name),
            "{name} in {names:?}"
        );
    }
    let manifest = place.manifest("out/fig7");
    assert_eq!((manifest.figure.as_str(), manifest.trials), ("fig7", 2));
    assert_eq!(
        (
            manifest
                .listed::<slotless::memory::Condition>()
                .unwrap()
                .len(),
            manifest
                .listed::<slotless::transformer::Condition>()
                .unwrap()
                .len()
        ),
        (0, 7)
    );
    let accuracy = place.array::<f32>("out/fig7/fig7.npz", "qk_projections_accuracy");
    assert_eq!(accuracy.dim(), (2, 1500));
    // The two models with projections that know the task after 1,500 batches, beside chance at the start.
    assert!(accuracy.column(0).iter().all(|&share| share < 0.9));
    assert!(accuracy.column(1499).iter().all(|&share| share > 0.9));
    assert_eq!(place.table("out/fig7/fig7.csv").len(), 7 * 1500);
    assert_eq!(
        place
            .manifest("out/s1")
            .listed::<slotless::memory::Condition>()
            .unwrap()
            .len(),
        2
    );
    // Everything is kept, for both together and for one of them.
    assert_eq!(
        place
            .ok("reproduce s1 fig7 --quick --trials 2 --out out")
            .err,
        ""
    );
    let again = place.ok("reproduce fig7 --quick --trials 2 --out out");
    assert_eq!(again.err, "");
    assert_eq!(place.names("out"), [".trials", "fig7", "s1"]);
    // Drawn again, of the trials that are kept beside it, it is the same picture.
    place.ok("plot out/fig7");
    assert!(place.read("out/fig7/plot_fig7.svg") == place.read("out/fig7/fig7.svg"));
}

/// A flag that changes nothing of what is asked for is a mistake; of several figures it has to be of use to one.
#[test]
fn flags_without_effect_are_refused() {
    let place = Place::new();
    for (arguments, flag) in [
        ("s5 --trials 3", "--trials changes nothing of s5"),
        ("scaling --trials 3", "--trials changes nothing of scaling"),
        ("s4 s5 --trials 3", "--trials changes nothing of s4, s5"),
        ("s4 --quick", "--quick changes nothing of s4"),
        ("s5 --threads 2", "--threads changes nothing of s5"),
        (
            "scaling --threads 2",
            "--threads changes nothing of scaling",
        ),
        ("s4 --device auto", "--device changes nothing of s4"),
    ] {
        place.refused(&format!("reproduce {arguments} --out out"), &[flag]);
    }
    place.ok("reproduce s4 hopfield-energy --quick --trials 1 --threads 1 --out out");
}

/// What takes long without trials says how long it will take.
#[cfg(unix)]
#[test]
fn figures_without_trials_say_how_far_they_are() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    let place = Place::new();
    for figure in ["s5", "scaling"] {
        let mut command = place.command(&["reproduce", figure, "--out", "out"]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = lines.find_map(|line| line.ok().filter(|line| line.contains("left")));
        child.kill().unwrap();
        child.wait().unwrap();
        let said = said.unwrap();
        assert!(said.contains(" of 100 hundredths, about "), "{said}");
    }
}

/// Figures share a folder, whatever comes first; what is there already of a figure is not replaced by another run of it.
#[test]
fn any_figures_share_a_folder() {
    let place = Place::new();
    let quick = "--quick --trials 1 --threads 2 --out runs";
    // The commands of docs/neuroscience.md, in their order.
    place.ok(&format!("reproduce memory {quick}"));
    place.ok(&format!("reproduce transformer {quick}"));
    place.ok(&format!("reproduce hopfield-energy {quick}"));
    assert_eq!(
        place.names("runs"),
        [
            ".trials",
            "fig4",
            "fig7",
            "hopfield-energy.csv",
            "hopfield-energy.npz",
            "hopfield-energy.png",
            "hopfield-energy.svg",
            "manifest.json",
            "s1",
            "s10",
            "s11",
            "s12",
            "s13",
            "s2",
            "s3",
            "s4",
            "s5",
            "s6",
            "s7",
            "s9",
            "tables",
            "theorem7"
        ]
    );
    // One beside another that has the folder for itself.
    place.ok(&format!("reproduce stack {quick}"));
    assert_eq!(place.manifest("runs").figure, "hopfield-energy");
    assert_eq!(place.manifest("runs/stack").figure, "stack");
    place.refused(
        &format!("reproduce fig7 --seed 2 {quick}"),
        &["manifest.json", "seed 1", "another --out"],
    );
    place.refused(
        "reproduce fig4 --trials 1 --out runs",
        &["manifest.json", "other sizes or settings"],
    );
    // Of experiments of one's own, whose files have no figure's name, a folder has one.
    place.refused("memory run --trials 1 --out runs", &["holds trials of"]);
}
