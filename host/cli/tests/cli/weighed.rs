//! Work that cannot fit is refused before anything is allocated or written.

use super::common::{Place, Ran};

/// Each asks for more than any machine has, by one value.
#[test]
fn what_no_machine_holds() {
    let place = Place::new();
    for (line, needles) in [
        ("memory run --n-h 4294967295", &["n_h is 4294967295"][..]),
        (
            "memory run --n-i 4294967295 --f 1e-6",
            &["n_i is 4294967295"],
        ),
        ("memory run --n-h 100000000 --f 1", &["n_h is 100000000"]),
        ("memory sweep --n-h 2000,4294967295", &["n_h is 4294967295"]),
        (
            "memory run --weights float --n-h 4294967295",
            &["n_h m is 214748364750"],
        ),
        (
            "memory run --trials 4294967295",
            &["trials is 4294967295", "up to "],
        ),
        (
            "memory run --burn-in 90000000 --n-i 1000000 --s 100000",
            &["is "],
        ),
        (
            "reproduce fig4 --trials 4294967295",
            &["trials is 4294967295", "up to "],
        ),
        (
            "reproduce hopfield --trials 4294967295",
            &["trials is 4294967295", "up to "],
        ),
        (
            "reproduce exp07 --trials 4294967295",
            &["trials is 4294967295", "up to "],
        ),
        (
            "transformer train --batches 4294967295",
            &["batches is 4294967295"],
        ),
        (
            "transformer sweep --batches 100,4294967295",
            &["batches is 4294967295"],
        ),
        (
            "transformer train --trials 4294967295",
            &["trials is 4294967295", "up to "],
        ),
        (
            "transformer train --n 65536 --n-h 65536 --model fixed --trials 1000000",
            &["is "],
        ),
        (
            "snapshot save net.slot --n-h 4294967295",
            &["n_h is 4294967295"],
        ),
        (
            "memory run --trials 1000000 --threads 1000000",
            &["threads is 1000000"],
        ),
        (
            "transformer train --trials 1000000 --threads 1000000",
            &["threads is 1000000"],
        ),
    ] {
        place.refused(line, needles);
    }
}

/// A limit of the shell, so that the test is the same on any machine.
#[cfg(target_os = "linux")]
fn limited(place: &Place, kilobytes: u32, line: &str) -> Ran {
    let script = format!(
        "ulimit -v {kilobytes}; exec {} {line}",
        env!("CARGO_BIN_EXE_slotless")
    );
    std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(place.path(""))
        .output()
        .unwrap()
        .into()
}

/// Just beyond the limit it is refused, and well below it runs.
#[cfg(target_os = "linux")]
#[test]
fn what_this_limit_does_not_hold() {
    let place = Place::new();
    let run = "memory run --n-h 10 --k 5 --f .1 --n-i 100 --s 10 --threads 1 --learned 10";
    for (line, needles) in [
        (
            format!("{run} --burn-in 90000000 --trials 1"),
            &["burn_in is 90000000"][..],
        ),
        (
            format!("{run} --burn-in 10 --trials 3000000"),
            &["trials is 3000000", "up to "],
        ),
        (
            "memory run --n-h 4000000 --trials 1 --threads 1".to_owned(),
            &["n_h is 4000000"],
        ),
        (
            "snapshot save net.slot --n-h 4000000".to_owned(),
            &["n_h is 4000000"],
        ),
        ("bench --large".to_owned(), &["hidden units is 1000000"]),
        (
            "memory run --n-h 200000 --threads 100".to_owned(),
            &["threads is 100", "up to "],
        ),
        (
            "transformer train --batches 3000000 --trials 1".to_owned(),
            &["batches is 3000000"],
        ),
        (
            "hopfield recall --network kwinner --n-h 4194304".to_owned(),
            &["n_h is 4194304"],
        ),
    ] {
        let ran = limited(&place, 800_000, &line);
        assert_eq!(ran.code, Some(2), "{line}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{line}: {}", ran.err);
        for needle in needles.iter().chain(&["ulimit -v"]) {
            assert!(ran.err.contains(needle), "{needle} not in {}", ran.err);
        }
        assert!(place.everything().is_empty(), "{line}");
    }
    let ran = limited(
        &place,
        800_000,
        &format!("{run} --burn-in 10 --trials 3 --out out"),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

/// What is weighed against the limit and let through has room for it: threads take no addresses that nothing uses.
#[cfg(target_os = "linux")]
#[test]
fn what_fits_into_this_limit_comes_to_its_end() {
    let place = Place::new();
    let run = "transformer train -L 8 --n 4096 --batches 1 --trials 2 --batch 1024 --threads 2";
    let ran = limited(&place, 195_000, &format!("{run} --out out"));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let ran = limited(&place, 100_000, &format!("{run} --out small"));
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(
        ran.err.contains("102.4 MB, all that ulimit -v allows"),
        "{}",
        ran.err
    );
}

/// What only takes long is not refused, and says how long within seconds of a trial that takes hours.
#[cfg(unix)]
#[test]
fn what_takes_hours_says_so() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    let place = Place::new();
    for line in [
        "memory run --burn-in 60000000 --n-i 100 --s 10 --n-h 2000 --trials 1 --threads 1 --out a",
        "transformer train --batches 8000000 --trials 1 --threads 1 --out b",
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = place.command(&arguments);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = lines
            .map_while(Result::ok)
            .find(|line| line.contains("left"));
        child.kill().unwrap();
        child.wait().unwrap();
        let said = said.unwrap();
        assert!(
            said.starts_with("0 of 1 trials, about ") && said.contains(" left"),
            "{said}"
        );
    }
}

#[test]
fn threads_that_the_environment_asks_for() {
    let place = Place::new();
    for (value, code) in [("2", 0), ("none", 0), ("100000", 2)] {
        let mut command = place.command(&["completions", "bash"]);
        let ran: Ran = command
            .env("RAYON_NUM_THREADS", value)
            .output()
            .unwrap()
            .into();
        assert_eq!(ran.code, Some(code), "{value}: {}", ran.err);
        if code == 2 {
            assert!(
                ran.err.contains("RAYON_NUM_THREADS is 100000, allowed: "),
                "{}",
                ran.err
            );
            assert_eq!((ran.err.lines().count(), ran.out.as_str()), (1, ""));
        }
    }
}
