//! Rates by hidden unit and graded winners.

use super::common::{Place, SLUG, TINY};

/// Arrays of a run with all rates alike are those of the run with that rate, and differ from others.
#[test]
fn rates_by_unit() {
    let place = Place::new();
    let run = |rates: &str, out: &str| {
        let ran = place.ok(&format!(
            "{} {rates}",
            TINY.replace("--out out", &format!("--out {out}"))
        ));
        let overlaps = format!("{SLUG}_cue50_real_overlap");
        (
            ran.out,
            place.array::<u32>(&format!("{out}/run.npz"), &overlaps),
        )
    };
    let (_, by_eps) = run("--eps 0.2", "eps");
    let (said, by_rates) = run("--rates 0.2+0.2", "same");
    assert_eq!(by_rates, by_eps);
    assert!(said.contains("rate = 0.2+0.2"), "{said}");
    let manifest = String::from_utf8(place.read("same/manifest.json")).unwrap();
    assert!(manifest.contains("\"rates\": \"0.2+0.2\"") && !manifest.contains("\"eps\""));
    let before = String::from_utf8(place.read("eps/manifest.json")).unwrap();
    assert!(!before.contains("rates") && !before.contains("winners_code"));
    let (_, drawn) = run("--rates 0.05..0.9:log", "drawn");
    assert_ne!(drawn, by_eps);
}

#[test]
fn a_grid_of_both() {
    let place = Place::new();
    let sweep = TINY.replace("run", "sweep");
    place.ok(&format!(
        "{sweep} --rates 0.3,0.1+0.5,0.05..0.5:log --winners-code binary,graded"
    ));
    let table = String::from_utf8(place.read("out/sweep_summary.csv")).unwrap();
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|of| *of == name);
    assert_eq!(column("eps"), None);
    let rates = column("rates").unwrap();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 12);
    let of = |value: &str| table.matches(value).count();
    assert!(
        rates > 0 && of("0.05..0.5:log") >= 4 && of("graded") >= 6,
        "{table}"
    );
}

#[test]
fn what_is_no_rate_is_refused() {
    let place = Place::new();
    for (flags, needles) in [
        ("--rates fast", &["--rates", "0.1+0.3"][..]),
        ("--rates 0.1+", &["--rates", "0.1+0.3"]),
        ("--rates 0.1+1.5", &["rates is 0.1+1.5", "above 0 to 1"]),
        ("--rates 0..0.5", &["rates is 0..0.5", "above 0 to 1"]),
        (
            "--rates 0.5..0.1",
            &["rates is 0.5..0.1", "the lower one first"],
        ),
        (
            "--rates 0.1+0.2+0.3",
            &["rates is 0.1+0.2+0.3", "divide 80 (n_h)", "not 3"],
        ),
        (
            "--rates 1e-9+0.1",
            &["rates is 0.000000001+0.1", "1/131072 to 1"],
        ),
        (
            "--rates 0.1+0.2 --eps 0.2",
            &["eps is 0.2", "none beside rates"],
        ),
        (
            "--rates 0.1+0.2 --eps 0.3",
            &["eps is 0.3", "none beside rates"],
        ),
        ("--winners-code soft", &["--winners-code", "graded"]),
        (
            "--rates 0.1+0.3 --rates 0.2",
            &["rates = [\"0.1+0.3\", \"0.2\"]", "one value per parameter"],
        ),
    ] {
        place.refused(&format!("{TINY} {flags}"), needles);
    }
    for (flag, name) in [
        ("--rates 0.1+0.3", "rates"),
        ("--winners-code graded", "winners_code"),
    ] {
        let line = format!("memory run --memory ring --n-h 20 {flag}");
        place.refused(&line, &[&format!("{name} is no parameter of memory ring")]);
        let line = format!("memory sweep --memory ring,willshaw --n-h 20 {flag}");
        place.refused(
            &line,
            &[name, "none: no parameter of memory ring, willshaw"],
        );
    }
}
