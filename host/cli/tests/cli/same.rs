//! A result is a function of the spec and the seed, and of nothing else.

use ndarray::s;

use super::common::{Place, SLUG, TINY};

fn with(arguments: &str, out: &str) -> String {
    format!(
        "{} {arguments}",
        TINY.replace("--out out", &format!("--out {out}"))
    )
}

#[test]
fn threads_change_nothing_and_the_seed_changes_everything() {
    let place = Place::new();
    place.ok(&with("--threads 1", "one"));
    for threads in [2, 7] {
        let out = format!("on{threads}");
        place.ok(&with(&format!("--threads {threads}"), &out));
        for file in ["run.npz", "run.csv", "run.svg", "run.png"] {
            assert!(
                place.read(&format!("one/{file}")) == place.read(&format!("{out}/{file}")),
                "{file} on {threads} threads"
            );
        }
    }
    place.ok(&with("--seed 2", "other"));
    for kind in ["real", "pseudo"] {
        let name = format!("{SLUG}_cue100_{kind}_score");
        let (a, b) = (
            place.array::<u64>("one/run.npz", &name),
            place.array::<u64>("other/run.npz", &name),
        );
        let equal = a.iter().zip(&b).filter(|(a, b)| a == b).count();
        assert!(
            equal < 8,
            "{equal} of 320 match scores equal under another seed"
        );
    }
    assert_ne!(place.read("one/run.csv"), place.read("other/run.csv"));
}

/// With a fixed layer, stochastic rounding and random winners too.
#[test]
fn threads_change_nothing_for_other_rules() {
    let place = Place::new();
    let rules = "--data tree --b 2 --preprocess 90,.2,9 --weights u4 --rounding stochastic --assignment random-k";
    place.ok(&with(&format!("{rules} --threads 1"), "one"));
    place.ok(&with(&format!("{rules} --threads 3"), "three"));
    for file in ["run.npz", "run.csv"] {
        assert!(
            place.read(&format!("one/{file}")) == place.read(&format!("three/{file}")),
            "{file}"
        );
    }
}

/// Structured wiring is another network, said by a flag, in a spec and in a grid alike.
#[test]
fn structured_wiring_is_the_same_from_flag_spec_and_grid() {
    let place = Place::new();
    let base = TINY.replace("--n-h 80", "--n-h 79");
    assert_ne!(base, TINY);
    let to = |out: &str| base.replace("--out out", &format!("--out {out}"));
    place.ok(&to("random"));
    place.ok(&format!("{} --wiring structured", to("flag")));
    assert_ne!(place.read("random/run.npz"), place.read("flag/run.npz"));
    let spec = place.ok(&format!("{} --wiring structured --print-spec", to("none")));
    assert!(spec.out.contains("wiring = \"structured\""), "{}", spec.out);
    place.write("spec.toml", &spec.out);
    place.ok("memory run --spec spec.toml --out spec");
    assert_eq!(place.read("flag/run.npz"), place.read("spec/run.npz"));
    let grid = to("grid").replace(" run ", " sweep ");
    place.ok(&format!("{grid} --wiring random,structured"));
    let table = place.table("grid/sweep_summary.csv");
    let accuracies: Vec<_> = table.iter().map(|row| &row["accuracy_age_1"]).collect();
    let distinct: std::collections::BTreeSet<_> = accuracies.iter().collect();
    assert!(table.len() >= 2 && distinct.len() >= 2, "{accuracies:?}");
}

#[test]
fn cue_levels_do_not_touch_each_other() {
    let place = Place::new();
    for (out, cues) in [
        ("both", "1,.5"),
        ("turned", ".5,1"),
        ("full", "1"),
        ("half", ".5"),
    ] {
        place.ok(&with(&format!("--cue {cues}"), out));
    }
    for (cue, outs) in [
        ("cue100", ["turned", "full"]),
        ("cue50", ["turned", "half"]),
    ] {
        for kind in ["real", "pseudo"] {
            for out in outs {
                let name = format!("{SLUG}_{cue}_{kind}_score");
                let array = |out: &str| place.array::<u64>(&format!("{out}/run.npz"), &name);
                assert_eq!(array("both"), array(out), "{name} in {out}");
                let name = format!("{SLUG}_{cue}_{kind}_overlap");
                let array = |out: &str| place.array::<u32>(&format!("{out}/run.npz"), &name);
                assert_eq!(array("both"), array(out), "{name} in {out}");
            }
        }
    }
}

#[test]
fn fewer_trials_are_the_first_ones() {
    let place = Place::new();
    place.ok(&with("", "eight"));
    place.ok(&with("", "four").replace("--trials 8", "--trials 4"));
    for name in ["cue100_real_overlap", "cue50_pseudo_overlap"] {
        let array =
            |out: &str| place.array::<u32>(&format!("{out}/run.npz"), &format!("{SLUG}_{name}"));
        assert_eq!(array("four"), array("eight").slice(s![..4, ..]), "{name}");
    }
    let array = |out: &str| {
        place.array::<u64>(
            &format!("{out}/run.npz"),
            &format!("{SLUG}_cue50_real_score"),
        )
    };
    assert_eq!(array("four"), array("eight").slice(s![..4, ..]));
    // Trials differ from each other.
    let trials = array("eight");
    for (a, b) in (0..8).flat_map(|b| (0..b).map(move |a| (a, b))) {
        assert_ne!(trials.row(a), trials.row(b), "trials {a} and {b}");
    }
}

/// A network's name is no part of what is computed.
#[test]
fn names_change_no_numbers() {
    let place = Place::new();
    place.ok(&with("", "plain"));
    place.ok(&with("--name other", "named"));
    let array = |out: &str, slug: &str| {
        place.array::<u64>(
            &format!("{out}/run.npz"),
            &format!("{slug}_cue50_real_score"),
        )
    };
    assert_eq!(array("plain", SLUG), array("named", "other_random"));
}
