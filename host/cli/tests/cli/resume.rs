//! Kept trials: a run continues where it was, heals what was damaged, and refuses what is another run's.

use std::fs;

use super::common::{Draws, Place, SLUG, TINY};

const FILES: [&str; 4] = ["run.csv", "run.npz", "run.svg", "run.png"];

fn same(place: &Place, one: &str, other: &str) {
    for file in FILES {
        let (a, b) = (
            place.read(&format!("{one}/{file}")),
            place.read(&format!("{other}/{file}")),
        );
        assert!(a == b, "{file} of {one} and {other}");
    }
    let (mut a, mut b) = (place.manifest(one), place.manifest(other));
    for manifest in [&mut a, &mut b] {
        manifest.wall_seconds = 0.0;
    }
    assert_eq!(
        serde_json::to_value(&a).unwrap(),
        serde_json::to_value(&b).unwrap()
    );
}

#[test]
fn more_trials_continue_a_run() {
    let place = Place::new();
    let fresh = TINY.replace("--out out", "--out fresh");
    place.ok(&fresh);
    place.ok(&TINY.replace("--trials 8", "--trials 4"));
    assert_eq!(place.manifest("out").trials, 4);
    let first_four = fs::read(place.record("out")).unwrap();
    let ran = place.ok(TINY);
    assert_eq!(
        ran.err,
        "memory run: 4 trials to compute, 4 kept from before\n"
    );
    same(&place, "fresh", "out");
    assert!(
        fs::read(place.record("out"))
            .unwrap()
            .starts_with(&first_four),
        "kept trials were touched"
    );

    // Nothing to compute: nothing is said, and nothing changes.
    let ran = place.ok(TINY);
    assert_eq!(ran.err, "");
    same(&place, "fresh", "out");

    // Fewer trials again: the others stay for later.
    place.ok(&TINY.replace("--trials 8", "--trials 4"));
    let rows = place.array::<u32>("out/run.npz", &format!("{SLUG}_cue100_real_overlap"));
    assert_eq!(rows.dim(), (4, 40));
    assert_eq!(place.ok(TINY).err, "");
    same(&place, "fresh", "out");
}

/// Puts `bytes` in place of the kept trials of a whole run: the command must compute the difference, and end with the
/// same files and as many kept trials. Unit tests of the records go through every byte.
fn healed(place: &Place, bytes: &[u8], what: &str) {
    let record = place.record("whole");
    let whole = fs::read(&record).unwrap();
    fs::create_dir_all(place.path("out/.trials")).unwrap();
    let copy = place.path("out/.trials").join(record.file_name().unwrap());
    fs::write(&copy, bytes).unwrap();
    let ran = place.ok(&small("out"));
    assert!(
        ran.err.contains(" trials to compute, "),
        "{what} passed for good"
    );
    // What is lost is said; of a file without a byte nothing is.
    let is_said = ran.err.contains("out/.trials/") && ran.err.contains("computed again");
    assert_eq!(is_said, !bytes.is_empty(), "{what}: {}", ran.err);
    for file in ["run.csv", "run.npz"] {
        let equal = place.read(&format!("whole/{file}")) == place.read(&format!("out/{file}"));
        assert!(equal, "{what}: {file}");
    }
    assert_eq!(fs::read(&copy).unwrap().len(), whole.len(), "{what}");
    fs::remove_dir_all(place.path("out")).unwrap();
}

fn small(out: &str) -> String {
    format!(
        "{} --cue 1",
        TINY.replace("--out out", &format!("--out {out}"))
    )
}

#[test]
fn a_record_that_is_cut_off_is_healed() {
    let place = Place::new();
    place.ok(&small("whole"));
    let whole = fs::read(place.record("whole")).unwrap();
    let header = whole.iter().position(|&byte| byte == b'\n').unwrap();
    let inside = header + 1 + Draws(5).below(whole.len() - header - 2);
    for length in [0, header, inside] {
        healed(
            &place,
            &whole[..length],
            &format!("{length} of {} bytes", whole.len()),
        );
    }
}

#[test]
fn a_damaged_record_is_healed() {
    let place = Place::new();
    place.ok(&small("whole"));
    let whole = fs::read(place.record("whole")).unwrap();
    let header = whole.iter().position(|&byte| byte == b'\n').unwrap();
    let seed = b"\"seed\":";
    let seed = seed.len()
        + whole
            .windows(seed.len())
            .position(|bytes| bytes == seed)
            .unwrap();
    let inside = header + 1 + Draws(6).below(whole.len() - header - 1);
    for at in [seed, header, inside] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        healed(&place, &damaged, &format!("byte {at} of {}", whole.len()));
    }
}

/// The trials behind a damaged one are not computed again, and the line says which it is.
#[test]
fn one_damaged_record_costs_one_trial() {
    let place = Place::new();
    place.ok(&small("out"));
    let whole = fs::read(place.record("out")).unwrap();
    let (head, trials) = place.trials("out");
    let each = (whole.len() - head.len()) / trials.len();
    let mut damaged = whole.clone();
    damaged[head.len() + 2 * each + 30] ^= 1;
    fs::write(place.record("out"), &damaged).unwrap();
    let ran = place.ok(&small("out"));
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.err);
    let said = format!(
        ".rec: record 3 (byte {}) of 8 is damaged, its trial is computed again",
        head.len() + 2 * each
    );
    assert!(
        lines[0].starts_with("slotless: warning: out/.trials/"),
        "{}",
        ran.err
    );
    assert!(lines[0].ends_with(&said), "{said} not in {}", ran.err);
    assert_eq!(
        lines[1],
        "memory run: 1 trials to compute, 7 kept from before"
    );
    assert_eq!(place.trials("out"), (head, trials));
}

#[test]
fn trials_of_another_run_are_refused() {
    let place = Place::new();
    place.ok(TINY);
    for (flag, other) in [
        ("--trials 8", "--trials 8 --seed 2"),
        ("--trials 8", "--trials 8 --cue 1"),
        ("--trials 8", "--trials 8 --weights u4"),
        ("--k 5", "--k 6"),
        ("--k 5", "--k 6 --matched"),
        ("--learned 40", "--learned 41"),
    ] {
        let arguments = TINY.replace(flag, other);
        place.refused(&arguments, &[".rec", "seed 1", "another --out", "delete"]);
    }
    // A file that is no record at all.
    place.write("out/.trials/notes.rec", "what is this\n");
    place.refused(TINY, &["notes.rec", "unknown format"]);
    fs::remove_file(place.path("out/.trials/notes.rec")).unwrap();
    assert_eq!(place.ok(TINY).err, "");
}
