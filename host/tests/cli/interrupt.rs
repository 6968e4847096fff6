//! Interrupted runs: whole files or none, and the same result in the end.
#![cfg(unix)]

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::common::{Place, Ran};

const LONG: &str = "memory run --n-i 300 --n-h 400 --s 30 --f .1 --k 20 --burn-in 1500 --learned 300 --trials 24 --threads 2";

/// Starts the run and waits until it has kept a trial.
fn begin(place: &Place) -> Child {
    let arguments: Vec<&str> = LONG.split(' ').chain(["--out", "out"]).collect();
    let mut child = place
        .command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !(place.path("out/.trials").exists()
        && place.record("out").metadata().unwrap().len() > 5000)
    {
        assert!(
            child.try_wait().unwrap().is_none(),
            "the run ended too soon"
        );
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "no trial is kept"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

/// Nothing but kept trials is there, and the same command goes on from them to the result of an uninterrupted run.
fn ends_well(place: &Place) {
    assert_eq!(place.names("out"), [".trials"]);
    assert_eq!(place.names("out/.trials").len(), 1);
    let ran = place.ok(&format!("{LONG} --out out"));
    let kept: u32 = ran.err.split(' ').rev().nth(3).unwrap().parse().unwrap();
    assert!((1..24).contains(&kept), "{}", ran.err);
    place.ok(&format!("{LONG} --out whole"));
    for file in ["run.npz", "run.csv", "run.svg"] {
        assert!(
            place.read(&format!("out/{file}")) == place.read(&format!("whole/{file}")),
            "{file}"
        );
    }
}

#[test]
fn an_interrupt_ends_a_run_and_the_same_command_goes_on() {
    let place = Place::new();
    let child = begin(&place);
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(130), "{}", ran.err);
    assert_eq!(ran.out, "");
    let last = ran.err.lines().last().unwrap();
    assert!(
        last.starts_with("slotless: stopped")
            && last.contains("out")
            && last.contains("run the same command again"),
        "{last}"
    );
    ends_well(&place);
}

#[test]
fn a_kill_leaves_no_half_file() {
    let place = Place::new();
    let mut child = begin(&place);
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    ends_well(&place);
}
