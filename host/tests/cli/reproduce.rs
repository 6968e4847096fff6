//! `reproduce`: figures by name.

use slotless::figures::catalogue::{FIGURES, Group, NamedFigure};

use super::common::Place;

#[test]
fn the_help_lists_every_figure_of_the_one_list() {
    let place = Place::new();
    let help = place.ok("reproduce --help").out;
    // Long lines are wrapped.
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for figure in &FIGURES {
        let line = format!("- {}: {}", figure.name, figure.about);
        assert_eq!(help.matches(&line).count(), 1, "{line}: {help}");
        assert_eq!(NamedFigure::of(figure.name).unwrap().about, figure.about);
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
    assert!(manifest.conditions.is_empty());
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
    assert_eq!(manifest.conditions.len(), 2);
    for condition in &manifest.conditions {
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
}

#[test]
fn one_trial_is_enough_for_a_picture() {
    let place = Place::new();
    place.ok("reproduce fig4 s4 --quick --trials 1 --out out");
    assert_eq!(place.names("out"), [".trials", "fig4", "s4"]);
    assert_eq!(place.names("out/s4"), ["manifest.json", "s4.png", "s4.svg"]);
    assert_eq!(place.manifest("out/fig4").trials, 1);
}
