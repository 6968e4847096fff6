//! Interrupted runs: whole files or none, and the same result in the end.
#![cfg(unix)]

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::common::{Place, Ran, whole_trials};

/// A run of some seconds, and the names of its files.
struct Long {
    line: &'static str,
    files: [&'static str; 3],
}

const MEMORY: Long = Long {
    line: "memory run --n-i 300 --n-h 400 --s 30 --f .1 --k 20 --burn-in 1500 --learned 300 --trials 24 --threads 2",
    files: ["run.npz", "run.csv", "run.svg"],
};

const TRANSFORMER: Long = Long {
    line: "transformer train --batches 300 --trials 24 --threads 2",
    files: [
        "train.npz",
        "train_statistics.csv",
        "weights/qk_trial23.npz",
    ],
};

/// Starts the run and waits until it has kept a trial.
fn begin(place: &Place, long: &Long) -> Child {
    let arguments: Vec<&str> = long.line.split(' ').chain(["--out", "out"]).collect();
    let mut child = place
        .command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    let keeps = || {
        let trials = place.path("out/.trials");
        // Files that are being made come and go there.
        trials.read_dir().is_ok_and(|mut entries| {
            entries.any(|entry| {
                let path = entry.unwrap().path();
                let is_record = path.extension().is_some_and(|end| end == "rec");
                // One is written in pieces, and this may come between two of them.
                is_record
                    && whole_trials(&std::fs::read(path).unwrap())
                        .is_some_and(|(_, trials, _)| !trials.is_empty())
            })
        })
    };
    while !keeps() {
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
fn ends_well(place: &Place, long: &Long) {
    assert_eq!(place.names("out"), [".trials"]);
    assert_eq!(place.names("out/.trials").len(), 1);
    let ran = place.ok(&format!("{} --out out", long.line));
    let kept: u32 = ran.err.split(' ').rev().nth(3).unwrap().parse().unwrap();
    assert!((1..24).contains(&kept), "{}", ran.err);
    place.ok(&format!("{} --out whole", long.line));
    for file in long.files {
        assert!(
            place.read(&format!("out/{file}")) == place.read(&format!("whole/{file}")),
            "{file}"
        );
    }
}

fn interrupted(long: &Long) {
    let place = Place::new();
    let child = begin(&place, long);
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
    ends_well(&place, long);
}

fn killed(long: &Long) {
    let place = Place::new();
    let mut child = begin(&place, long);
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    ends_well(&place, long);
}

#[test]
fn an_interrupt_ends_a_run_and_the_same_command_goes_on() {
    interrupted(&MEMORY);
}

#[test]
fn a_kill_leaves_no_half_file() {
    killed(&MEMORY);
}

#[test]
fn an_interrupted_training_goes_on() {
    interrupted(&TRANSFORMER);
}

#[test]
fn a_killed_training_leaves_no_half_file() {
    killed(&TRANSFORMER);
}
