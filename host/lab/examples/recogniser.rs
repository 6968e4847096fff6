//! Recognisers on a table of one's own: `recogniser TABLE.csv TRAIN BYTES [DIVISIONS]`, as in
//! `cargo run --release -p slotless --example recogniser digits.csv 1000 4096 5`.
//!
//! The table has a sample a line: features of 0 to 255, and in the last column a label below 16. Prints a row per recogniser: the
//! share of test samples recognised after one and five samples of each class, after a stream in random order, class by class, while
//! features drift, while classes turn into each other; after the stream with 1 % of the state's bits flipped;
//! then the AUC of unknown classes by the score, and at the threshold that each
//! has set itself the share of known samples rejected and of unknown ones caught.

use std::path::Path;
use std::process::ExitCode;

use slotless::recogniser::{Design, Protocol, Samples, measure};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| {
        arguments
            .get(at)
            .and_then(|text| text.parse::<usize>().ok())
    };
    let (Some(table), Some(train), Some(bytes)) = (arguments.first(), number(1), number(2)) else {
        eprintln!("usage: recogniser TABLE.csv TRAIN BYTES [DIVISIONS]");
        return ExitCode::from(2);
    };
    let divisions = number(3).unwrap_or(5) as u32;
    let samples = match Samples::read(Path::new(table)) {
        Ok(samples) => samples,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    println!("recogniser,1 shot,5 shots,stream,sorted,drift,exchange,damaged,auc,rejected,caught");
    for &design in Design::ALL {
        let of = |protocol| measure(&samples, design, protocol, bytes, train, divisions);
        let accuracies = [
            Protocol::Shots(1),
            Protocol::Shots(5),
            Protocol::Stream,
            Protocol::Sorted,
            Protocol::Drift,
            Protocol::Exchange,
        ];
        let all: Option<Vec<_>> = accuracies.into_iter().map(of).collect();
        // What does not fit the bytes has no row.
        let Some(all) = all else { continue };
        let stream = all[2];
        let accuracies = all.iter().map(|one| one.accuracy);
        let damaged = stream.damaged.unwrap_or(f64::NAN);
        let rest = [damaged, stream.auc, stream.rejected, stream.caught];
        let cells: Vec<String> = accuracies.chain(rest).map(|x| format!("{x:.3}")).collect();
        println!("{},{}", design.name(), cells.join(","));
    }
    ExitCode::SUCCESS
}
