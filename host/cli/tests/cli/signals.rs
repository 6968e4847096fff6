//! Signals: heard early and late by every command that takes long, with the exit codes of the help, and nothing half written.
#![cfg(unix)]

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::common::{Draws, Place, Ran};

/// Name, number, exit code.
const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

/// Those that this program was not started with as ignored, which a command then leaves ignored.
fn signals() -> Vec<(&'static str, i32)> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap());
    let mut signals = SIGNALS.to_vec();
    signals.retain(|&(name, _)| name != "HUP" || ignored & 1 == 0);
    signals
}

fn send(child: &Child, signal: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Waits for the end of a command, for a minute at most: a busy machine is slow.
fn ended(mut child: Child) -> Ran {
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("the signal was not heard");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap().into()
}

fn begin(place: &Place, line: &str) -> Child {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let mut command = place.command(&arguments);
    // What is left in the folder for temporary files is seen, too.
    command.env("TMPDIR", place.path(""));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    // Signals are caught before anything else is done.
    let began = Instant::now();
    let status = format!("/proc/{}/status", child.id());
    let caught = || {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .is_some_and(|mask| mask & 1 << 14 != 0)
    };
    while cfg!(target_os = "linux") && !caught() && began.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(1));
    }
    if !cfg!(target_os = "linux") {
        std::thread::sleep(Duration::from_secs(1));
    }
    child
}

/// A signal ends the command with its code and one line, and leaves nothing but what is named.
fn stops(line: &str, wait: Duration, signal: (&str, i32), left: &[&str]) {
    stops_in(&Place::new(), line, wait, signal, left);
}

/// The same where there are files that it works on, which are named, too.
fn stops_in(place: &Place, line: &str, wait: Duration, (signal, code): (&str, i32), left: &[&str]) {
    let child = begin(place, line);
    std::thread::sleep(wait);
    send(&child, signal);
    let ran = ended(child);
    assert_eq!(ran.code, Some(code), "{line}, {signal}: {}", ran.err);
    let last = ran.err.lines().last().unwrap_or_default();
    assert!(last.starts_with("slotless: stopped"), "{line}: {}", ran.err);
    let found = place.everything();
    let names: Vec<String> = found
        .keys()
        .map(|path| {
            path.strip_prefix(place.path(""))
                .unwrap()
                .display()
                .to_string()
        })
        .filter(|name| !left.iter().any(|allowed| name.starts_with(allowed)))
        .collect();
    assert!(names.is_empty(), "{line}: {names:?}");
}

/// Commands that would take minutes at least, most of them in one piece of work that looks at no flag.
const LONG: [(&str, &[&str]); 9] = [
    // Building a network of 4e8 weights; learning; testing.
    (
        "memory run --n-h 8000000 --trials 1 --threads 1 --out out",
        &["out"],
    ),
    (
        "memory run --trials 4000 --burn-in 300000 --threads 1 --out out",
        &["out"],
    ),
    (
        "memory run --data tree --b 10 --burn-in 3000000 --trials 1 --threads 1 --out out",
        &["out"],
    ),
    (
        "transformer train --batches 4000000 --trials 1 --threads 1 --out out",
        &["out"],
    ),
    ("reproduce hopfield --threads 1 --out out", &["out"]),
    ("snapshot save net.slot --learned 3000000", &[]),
    ("bench", &[]),
    ("bench recall_20000", &[]),
    ("reproduce exp07 --threads 1 --out out", &["out"]),
];

#[test]
fn every_long_command_hears_a_signal_at_once() {
    let signals = signals();
    for (number, (line, left)) in LONG.into_iter().enumerate() {
        stops(line, Duration::ZERO, signals[number % signals.len()], left);
    }
}

#[test]
fn and_later() {
    let signals = signals();
    for (number, (line, left)) in LONG.into_iter().enumerate() {
        let signal = signals[(number + 1) % signals.len()];
        stops(line, Duration::from_millis(400), signal, left);
    }
}

/// Pictures of 4,096 pixels, 400 of them in a network whose single update looks at all of them.
#[test]
fn pictures_that_are_recalled_hear_them() {
    for (number, signal) in signals().into_iter().enumerate() {
        let place = Place::new();
        let mut draws = Draws(3);
        let pixels = (0..400 * 4096).map(|_| draws.below(256) as u8);
        let pictures = ndarray::Array::from_iter(pixels);
        let pictures = pictures.into_shape_with_order((400, 64, 64)).unwrap();
        ndarray_npy::write_npy(place.path("pictures.npy"), &pictures).unwrap();
        let line = "hopfield recall --images pictures.npy --memories 400 --network dense --corrupt noise:0.3 --threads 1 --out out";
        let wait = Duration::from_millis(300 * number as u64);
        stops_in(&place, line, wait, signal, &["out", "pictures.npy"]);
        assert!(!place.path("out/strip.svg").exists());
    }
}

#[cfg(feature = "embed")]
#[test]
fn sentences_that_are_encoded_hear_them() {
    use super::embed::tiny::Tiny;
    for (number, signal) in signals().into_iter().enumerate() {
        let place = Place::new();
        Tiny::new().write(&place, "model");
        place.write("lines.txt", "w1 w2 w3 w4 w5 w6 w7 w8\n".repeat(400_000));
        let line = "embed lines.txt --model model --threads 1 --out vectors.npy";
        let wait = Duration::from_millis(300 * number as u64);
        stops_in(&place, line, wait, signal, &["lines.txt", "model"]);
    }
}

/// Nothing looks at a flag while a pattern file, or standard input, is waited for.
#[test]
fn a_command_that_waits_for_its_input_hears_them() {
    for signal in signals() {
        let place = Place::new();
        let mut command = place.command(&["recall", "add", "--jsonl", "-", "--memory", "m"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        std::thread::sleep(Duration::from_millis(300));
        send(&child, signal.0);
        let ran = ended(child);
        drop(input);
        assert_eq!(ran.code, Some(signal.1), "{}", ran.err);
        assert!(place.everything().is_empty());
    }
}

#[test]
fn a_command_that_waits_for_a_lock_hears_them() {
    let place = Place::new();
    place.vectors("two.npy", &["a", "b"]);
    place.ok("recall add --cue a --target b --vectors two.npy -m m");
    let writer = slotless_recall::Writer::open(&place.path("m")).unwrap();
    for signal in signals() {
        let line = "recall forget --id 1 -m m --wait 600";
        let wait = Duration::from_millis(100);
        stops_in(&place, line, wait, signal, &["m", "two.npy"]);
    }
    drop(writer);
    assert!(place.ok("recall list -m m").out.starts_with("1  "));
}

/// Of a file that goes into a pipe, or to two places, a part may be there: nothing else is said.
#[test]
fn what_is_partly_written_is_not_said_to_be_unwritten() {
    let place = Place::new();
    place.vectors("two.npy", &["a", "b"]);
    // More than a pipe holds.
    place.write("long.tsv", format!("a\t{}\n", "b ".repeat(200_000)));
    place.ok("recall add --tsv long.tsv --vectors two.npy -m m");
    for (line, places) in [
        (
            "snapshot save - --n-i 600 --n-h 800 --s 6 --f .2 --k 5 --learned 4",
            "standard output",
        ),
        (
            "recall export -m m --vectors v.npy",
            "standard output and v.npy",
        ),
    ] {
        let mut child = begin(&place, line);
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 1]).unwrap();
        send(&child, "INT");
        let ran = ended(child);
        assert_eq!(ran.code, Some(130), "{line}: {}", ran.err);
        let said = format!("slotless: stopped; a part may have been written to {places}\n");
        assert!(ran.err.ends_with(&said), "{line}: {}", ran.err);
    }
}

/// Waits until a process has a thread of this name, or has ended; where threads cannot be looked at, a while. Whether it runs.
fn wait_for_thread(child: &mut Child, name: &str) -> bool {
    let tasks = PathBuf::from(format!("/proc/{}/task", child.id()));
    if !tasks.exists() {
        std::thread::sleep(Duration::from_millis(200));
    }
    while let Ok(threads) = fs::read_dir(&tasks)
        && child.try_wait().unwrap().is_none()
    {
        let mut names = threads
            .flatten()
            .map(|thread| fs::read_to_string(thread.path().join("comm")));
        if names.any(|found| found.is_ok_and(|found| found.trim() == name)) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    child.try_wait().unwrap().is_none()
}

#[test]
fn a_second_signal_ends_at_once_with_the_code_of_the_first() {
    let place = Place::new();
    let mut child = begin(&place, LONG[1].0);
    send(&child, "TERM");
    // Of two that are there when the program looks, either may be the first.
    if wait_for_thread(&mut child, "grace") {
        send(&child, "INT");
    }
    assert_eq!(ended(child).code, Some(143));
}

/// What `nohup` does: it starts the command with SIGHUP ignored.
#[cfg(target_os = "linux")]
#[test]
fn a_hangup_that_is_ignored_stays_so() {
    let place = Place::new();
    let line = "memory run --n-i 60 --n-h 80 --s 6 --f .2 --k 5 --burn-in 400000 --learned 40 --trials 1 --threads 1 --out out";
    let script = format!(
        "trap '' HUP; exec {} {line}",
        env!("CARGO_BIN_EXE_slotless")
    );
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(place.path(""));
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It says what it computes, and so has passed the place where signals are taken.
    let mut seen = [0; 10];
    child
        .stderr
        .as_mut()
        .unwrap()
        .read_exact(&mut seen)
        .unwrap();
    send(&child, "HUP");
    let ran = ended(child);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

/// The help names the codes.
#[test]
fn the_help_names_the_codes() {
    let help = Place::new().ok("--help").out;
    for (_, code) in SIGNALS {
        assert!(help.contains(&code.to_string()), "{help}");
    }
}
