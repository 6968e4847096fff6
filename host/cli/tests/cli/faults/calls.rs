//! Calls that fail in ways of their own: interrupted by a signal, no file or thread to be had, modes that a file system does not set.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::{COMMANDS, library, memory};

const EPERM: &str = "1";
const EINTR: &str = "4";
const EAGAIN: &str = "11";
const EACCES: &str = "13";
const EMFILE: &str = "24";
const EROFS: &str = "30";
const ENAMETOOLONG: &str = "36";
const ELOOP: &str = "40";

/// What only reads, with the vectors of a question.
const READERS: [&str; 4] = [
    "ask a --vectors q.npy",
    "list",
    "verify",
    "export --vectors out.npy",
];

#[test]
fn calls_that_a_signal_interrupts_are_made_again() {
    let Some(library) = library() else { return };
    let place = memory();
    place.vectors("q.npy", &["a"]);
    let every_other = |calls| {
        [
            ("FAULT_AT", "1"),
            ("FAULT_STAYS", "other"),
            ("FAULT_CALLS", calls),
            ("FAULT_ERRNO", EINTR),
        ]
    };
    for command in COMMANDS {
        place.copied("m", "done");
        place.ok(&format!("recall {command} -m done"));
        for calls in ["flock", "read,write,fsync,folder,ftruncate,open"] {
            place.copied("m", "try");
            let line = format!("recall {command} -m try");
            let (ran, was_hit) = place.faulty(&line, &library, &every_other(calls));
            assert!(was_hit && ran.code == Some(0), "{line}: {}", ran.err);
            assert_eq!(ran.err, "", "{line}");
            assert!(place.stored("try") == place.stored("done"), "{line}");
        }
    }
    for command in READERS {
        let line = format!("recall {command} -m m");
        let plain = place.ok(&line);
        let (ran, was_hit) = place.faulty(&line, &library, &every_other("read,write,open"));
        assert!(was_hit && ran.code == Some(0), "{line}: {}", ran.err);
        assert_eq!((ran.out, ran.err), (plain.out, plain.err), "{line}");
    }
    // A lock that is never had, nor refused, is not waited for for ever.
    for wait in ["", "--wait 1"] {
        let always = [
            ("FAULT_AT", "1"),
            ("FAULT_STAYS", "yes"),
            ("FAULT_CALLS", "flock"),
            ("FAULT_ERRNO", EINTR),
        ];
        let (ran, _) = place.faulty(&format!("recall compact -m m {wait}"), &library, &always);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(
            ran.err.contains("m/lock: no lock can be had"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn files_that_cannot_be_opened_are_named_and_the_memory_stays_usable() {
    let Some(library) = library() else { return };
    let place = memory();
    place.vectors("q.npy", &["a"]);
    // With a snapshot.
    place.ok("recall compact -m m");
    let before = place.stored("m");
    let errors = [EMFILE, ELOOP, ENAMETOOLONG, EROFS, EACCES];
    for (first, command) in [COMMANDS[0], COMMANDS[1], COMMANDS[3]]
        .iter()
        .chain(&READERS[..2])
        .enumerate()
    {
        place.copied("m", "done");
        place.ok(&format!("recall {command} -m done"));
        let after = place.stored("done");
        let mut failed = 0;
        for at in 1.. {
            place.copied("m", "try");
            let errno = errors[(first + at) % errors.len()];
            let at = at.to_string();
            let set = [
                ("FAULT_AT", at.as_str()),
                // From then on, or once.
                ("FAULT_STAYS", ["", "yes"][first % 2]),
                ("FAULT_CALLS", "open"),
                ("FAULT_ERRNO", errno),
            ];
            let (ran, was_hit) = place.faulty(&format!("recall {command} -m try"), &library, &set);
            let seen = format!("{command}, call {at}, {errno}: {:?} {}", ran.code, ran.err);
            let now = place.stored("try");
            if ran.code == Some(0) {
                assert!(now == after, "{seen}");
            } else {
                failed += 1;
                // A snapshot can be done without.
                let is_warning =
                    |line: &&str| line.starts_with("slotless: warning: the file snapshot");
                let lines: Vec<&str> = ran.err.lines().filter(|line| !is_warning(line)).collect();
                let [line] = lines[..] else { panic!("{seen}") };
                let named = ["try", "more.tsv", "vectors four.npy", "vectors q.npy"];
                let is_named = |file| line.starts_with(&format!("slotless: {file}"));
                assert!(named.into_iter().any(is_named), "{seen}");
                // Too many files are no fault of the input.
                let code = if errno == EMFILE { 1 } else { 2 };
                assert_eq!(ran.code, Some(code), "{seen}");
                assert!(now == before || now == after, "{seen}");
            }
            if !was_hit {
                break;
            }
        }
        assert!(failed >= 2, "{command}: only {failed} failed");
    }
}

#[test]
fn without_threads_all_is_computed_on_one() {
    let Some(library) = library() else { return };
    let place = memory();
    place.vectors("q.npy", &["a"]);
    let lines = [
        format!("recall {} -m try", COMMANDS[0]),
        "recall ask a --vectors q.npy -m try --top 3".to_owned(),
    ];
    for line in lines {
        place.copied("m", "try");
        let plain = place.ok(&line);
        let after = place.stored("try");
        for at in 1.. {
            for stays in ["", "yes"] {
                place.copied("m", "try");
                let at = at.to_string();
                let set = [
                    ("FAULT_AT", at.as_str()),
                    ("FAULT_STAYS", stays),
                    ("FAULT_CALLS", "thread"),
                    ("FAULT_ERRNO", EAGAIN),
                ];
                let (ran, _) = place.faulty(&line, &library, &set);
                assert_eq!(
                    (ran.code, &ran.out, &ran.err),
                    (Some(0), &plain.out, &plain.err),
                    "{line}, thread {at}"
                );
                assert!(place.stored("try") == after, "{line}, thread {at}");
            }
            // The one that hears signals, and as many as there are cores at most, of which a few are enough here.
            if !place.path("mark").exists() || at > 6 {
                break;
            }
        }
    }
}

/// Waits for the end of a command, a minute at most.
fn ended(child: &mut Child) -> std::process::ExitStatus {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if began.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("the signal was not heard");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A signal that is caught, and heard by nobody, would leave a program that cannot be stopped.
#[test]
fn without_a_thread_that_hears_signals_they_end_the_program() {
    let Some(library) = library() else { return };
    let place = memory();
    let writer = slotless_recall::Writer::open(&place.path("m")).unwrap();
    // A job in the background of a script has Ctrl-C ignored, and hands that on.
    let own = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = own.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = u64::from_str_radix(ignored.unwrap().trim(), 16).unwrap();
    let signals: &[&str] = match ignored & 1 << 1 {
        0 => &["INT", "TERM"],
        _ => &["TERM"],
    };
    for &signal in signals {
        let mark = place.path("mark");
        let _ = std::fs::remove_file(&mark);
        let mut child = place
            .command(&["recall", "forget", "--id", "1", "-m", "m", "--wait", "600"])
            .env("LD_PRELOAD", &library)
            .env("FAULT_MARK", &mark)
            .envs([("FAULT_AT", "1"), ("FAULT_STAYS", "yes")])
            .envs([("FAULT_CALLS", "thread"), ("FAULT_ERRNO", EAGAIN)])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !mark.exists() {
            assert!(child.try_wait().unwrap().is_none());
            std::thread::sleep(Duration::from_millis(1));
        }
        // What is done behind the thread that was not to be had.
        std::thread::sleep(Duration::from_millis(50));
        let status = format!("/proc/{}/status", child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = u64::from_str_radix(caught.unwrap().trim(), 16).unwrap();
        assert_eq!(caught & (1 << 1 | 1 << 14), 0, "{caught:x}");
        let sent = std::process::Command::new("kill")
            .args([&format!("-{signal}"), &child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        let number = if signal == "INT" { 2 } else { 15 };
        assert_eq!(ended(&mut child).signal(), Some(number));
    }
    drop(writer);
    assert_eq!(place.stored("m").len(), 5);
}

/// As CIFS and FUSE do: all files have one mode, and to set it is refused.
#[test]
fn a_file_system_that_sets_no_modes_is_written_to_where_they_are_right() {
    let Some(library) = library() else { return };
    let place = memory();
    let set = [
        ("FAULT_AT", "1"),
        ("FAULT_STAYS", "yes"),
        ("FAULT_CALLS", "chmod"),
        ("FAULT_ERRNO", EPERM),
    ];
    for command in COMMANDS {
        place.copied("m", "done");
        place.ok(&format!("recall {command} -m done"));
        place.copied("m", "try");
        let line = format!("recall {command} -m try");
        let (ran, _) = place.faulty(&line, &library, &set);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{line}");
        assert!(place.stored("try") == place.stored("done"), "{line}");
    }
    let save = "snapshot save net.slot --n-i 60 --n-h 80 --s 6 --f .2 --k 5 --learned 4";
    place.ok(save);
    let net = place.read("net.slot");
    let (ran, was_hit) = place.faulty(save, &library, &set);
    assert_eq!((ran.code, was_hit), (Some(0), false), "{}", ran.err);
    // A mode that is another's is not given up without a word: what is private would be read by all.
    let path = place.path("net.slot");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (ran, was_hit) = place.faulty(save, &library, &set);
    assert_eq!((ran.code, was_hit), (Some(1), true), "{}", ran.err);
    assert!(
        ran.err.contains("net.slot: Operation not permitted"),
        "{}",
        ran.err
    );
    assert!(place.read("net.slot") == net);
}
