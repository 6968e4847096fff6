//! Specs in TOML are flags in another form; sweeps are many runs in one.

use super::common::{Place, TINY};

#[test]
fn a_printed_spec_runs_as_the_flags_did() {
    let place = Place::new();
    for (number, extra) in [
        "--matched --eps .25 --seed 5",
        "--data tree --b 2 --preprocess 90,.2,9 --weights u8 --rounding stochastic --name T",
        "--data correlated --b 2 --categories 4 --prototypes fresh --order category --assignment random-k --cue .25,1",
    ]
    .into_iter()
    .enumerate()
    {
        let (flags, again) = (format!("by-flags-{number}"), format!("by-spec-{number}"));
        let line = format!("{} {extra}", TINY.replace("--out out", &format!("--out {flags}")));
        let printed = place.ok(&format!("{line} --print-spec"));
        assert_eq!(printed.err, "");
        assert!(!place.path(&flags).exists(), "--print-spec wrote something");
        place.write("spec.toml", &printed.out);
        // Printing a spec that was read gives it back.
        assert_eq!(place.ok("memory run --spec spec.toml --print-spec").out, printed.out);
        place.ok(&line);
        place.ok(&format!("memory run --spec spec.toml --out {again}"));
        for file in ["run.npz", "run.csv", "run.svg"] {
            assert!(place.read(&format!("{flags}/{file}")) == place.read(&format!("{again}/{file}")), "{extra}: {file}");
        }
        assert_eq!(place.manifest(&flags).listed::<slotless::memory::Condition>().unwrap(), place.manifest(&again).listed::<slotless::memory::Condition>().unwrap());
        assert_eq!(place.manifest(&flags).seed, place.manifest(&again).seed);
    }
}

#[test]
fn flags_of_the_run_go_over_the_spec() {
    let place = Place::new();
    let spec = place.ok(&format!("{TINY} --print-spec")).out;
    place.write("spec.toml", spec);
    let changed = "--trials 3 --seed 7 --burn-in 10 --learned 12 --cue .5";
    place.ok(&format!("memory run --spec spec.toml --out out {changed}"));
    let manifest = place.manifest("out");
    assert_eq!((manifest.trials, manifest.seed), (3, 7));
    let protocol = &manifest.listed::<slotless::memory::Condition>().unwrap()[0].protocol;
    assert_eq!(
        (protocol.burn_in, protocol.learned, protocol.cues.as_slice()),
        (10, 12, [0.5].as_slice())
    );
}

#[test]
fn a_sweep_is_every_combination() {
    let place = Place::new();
    let sweep =
        TINY.replace(" run ", " sweep ").replace("--k 5", "--k 3,5") + " --eps 0.1,0.3 --trials 4";
    let sweep = sweep.replace("--trials 8 ", "");
    place.ok(&sweep);
    let names = [
        ".trials",
        "manifest.json",
        "sweep.csv",
        "sweep.npz",
        "sweep.png",
        "sweep.svg",
        "sweep_cue100.png",
        "sweep_cue100.svg",
        "sweep_cue50.png",
        "sweep_cue50.svg",
        "sweep_summary.csv",
    ];
    assert_eq!(place.names("out"), names);
    let manifest = place.manifest("out");
    let conditions = [
        "k = 3, eps = 0.1",
        "k = 3, eps = 0.3",
        "k = 5, eps = 0.1",
        "k = 5, eps = 0.3",
    ];
    let listed = manifest.listed::<slotless::memory::Condition>().unwrap();
    let found: Vec<&str> = listed
        .iter()
        .map(|condition| condition.network.name.as_str())
        .collect();
    assert_eq!(
        found,
        conditions.map(|name| format!("K-winner MHN, {name}"))
    );
    let pairs: Vec<(u32, f64)> = manifest
        .listed::<slotless::memory::Condition>()
        .unwrap()
        .iter()
        .map(|condition| (condition.network.k, condition.network.eps))
        .collect();
    assert_eq!(pairs, [(3, 0.1), (3, 0.3), (5, 0.1), (5, 0.3)]);
    assert!(
        manifest
            .files
            .iter()
            .any(|file| file.name == "sweep_summary.csv")
    );

    assert_eq!(place.table("out/sweep.csv").len(), 4 * 2 * 40);
    let summary = place.table("out/sweep_summary.csv");
    assert_eq!(summary.len(), 4 * 2);
    for (row, (pair, cue)) in summary
        .iter()
        .zip(pairs.iter().flat_map(|pair| [(pair, "1"), (pair, "0.5")]))
    {
        assert_eq!(
            (row["k"].as_str(), row["eps"].as_str(), row["cue"].as_str()),
            (
                pair.0.to_string().as_str(),
                pair.1.to_string().as_str(),
                cue
            )
        );
        assert!((0.0..=1.0).contains(&row["accuracy_age_1"].parse::<f64>().unwrap()));
        // 40 ages: 1 and 10 are given, 50 is not.
        assert!(row.contains_key("dprime_age_10") && !row.contains_key("dprime_age_50"));
    }

    // A condition of the sweep is the run of its parameters.
    place.ok("memory run --n-i 60 --n-h 80 --s 6 --f .2 --k 3 --eps .1 --burn-in 60 --learned 40 --trials 4 --out one");
    let one = place.array::<u64>("one/run.npz", "k_winner_mhn_random_cue50_real_score");
    let swept = place.array::<u64>(
        "out/sweep.npz",
        "k_winner_mhn_k_3_eps_0_1_random_cue50_real_score",
    );
    assert_eq!(one, swept);
    let other = place.array::<u64>(
        "out/sweep.npz",
        "k_winner_mhn_k_5_eps_0_1_random_cue50_real_score",
    );
    assert_ne!(one, other);

    // A larger grid takes the smaller one's trials over.
    let ran = place.ok(&sweep.replace("--k 3,5", "--k 3,5,7"));
    assert_eq!(
        ran.err,
        "memory sweep: 8 trials to compute, 16 kept from before\n"
    );
}

#[test]
fn data_and_rules_are_swept_too() {
    let place = Place::new();
    let flags = "--n-i 60 --n-h 40 --s 6 --f .2 --burn-in 10 --learned 10 --trials 2 --k 4 --data tree --b 1,3 --weights u8,u16";
    place.ok(&format!("memory sweep {flags} --rounding nearest,stochastic --assignment competitive,random-k --cue 1 --out out"));
    let manifest = place.manifest("out");
    assert_eq!(
        manifest
            .listed::<slotless::memory::Condition>()
            .unwrap()
            .len(),
        16
    );
    let slugs: std::collections::BTreeSet<String> = manifest
        .listed::<slotless::memory::Condition>()
        .unwrap()
        .iter()
        .map(slotless::memory::Condition::slug)
        .collect();
    assert_eq!(slugs.len(), 16);
    assert_eq!(place.table("out/sweep_summary.csv").len(), 16);
    // Two baselines on structured data.
    assert_eq!(place.table("out/sweep.csv").len(), 16 * 2 * 10);
}
