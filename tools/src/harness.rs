//! On-target tests in QEMU: a run of the machine for each, so that none sees what another left.

use std::time::Instant;

use crate::elf::{Image, Test};
use crate::run::{self, RunError};

/// Exit code where a test failed, as of cargo's own tests.
const FAILED: u8 = 101;

/// `slotless_firmware::PANICKED`: what a test that should panic ends with; a fault or a time limit is no panic.
const PANICKED: u8 = 101;

/// Whose logs are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logs {
    OfFailures,
    All,
}

/// Runs the tests whose names have `filter` in them.
pub fn run(image: &Image, filter: &str, logs: Logs) -> Result<u8, RunError> {
    let start = Instant::now();
    let (chosen, others): (Vec<_>, Vec<_>) = image
        .tests
        .iter()
        .partition(|test| test.name.contains(filter));
    println!("running {} tests on {}", chosen.len(), image.made_for.board);
    let (mut passed, mut failed, mut ignored) = (0, 0, 0);
    for test in chosen {
        if test.ignored {
            println!("test {} ... ignored", test.name);
            ignored += 1;
            continue;
        }
        let mut log = Vec::new();
        let code = run::test(image, test, &mut log)?;
        let good = succeeded(test, code);
        println!(
            "test {} ... {}",
            test.name,
            if good { "ok" } else { "FAILED" }
        );
        if !good || logs == Logs::All {
            print!("{}", String::from_utf8_lossy(&log));
        }
        if good {
            passed += 1;
        } else {
            println!("exit code {code}");
            failed += 1;
        }
    }
    println!(
        "test result: {}. {passed} passed; {failed} failed; {ignored} ignored; {} filtered out; {:.2} s",
        if failed == 0 { "ok" } else { "FAILED" },
        others.len(),
        start.elapsed().as_secs_f32()
    );
    Ok(if failed == 0 { 0 } else { FAILED })
}

fn succeeded(test: &Test, code: u8) -> bool {
    code == if test.should_panic { PANICKED } else { 0 }
}
