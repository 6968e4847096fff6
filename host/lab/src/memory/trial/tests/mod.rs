//! Trials on rows of files; of rates by unit and graded winners.

mod asked;
mod ranked;
mod refused;

use std::sync::Arc;

use super::*;
use crate::memory::{FileData, Protocol};
use crate::patterns::{Levels, RowOrder};
use slotless_core::kwinner::Code;

/// The file is gone before the conditions are checked, and is there once for all of them.
#[test]
fn conditions_share_the_file_that_they_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "1,0,0\n0,1,0\n0,0,1\n1,0,0\n").unwrap();
    let condition = |k| Condition {
        network: Network {
            n_i: 3,
            n_h: 20,
            s: 1,
            f: 1.0,
            k,
            ..Network::default()
        },
        data: Data::File(FileData::new(&path)),
        protocol: Protocol {
            burn_in: 2,
            learned: 1,
            cues: vec![1.0],
            ..Protocol::default()
        },
    };
    let mut files = PatternFiles::default();
    let rows = files.rows(&path, Levels::Bits).unwrap();
    std::fs::remove_file(&path).unwrap();
    let setups = Setup::all([1, 2, 3].map(condition), 1, &mut files).unwrap();
    for setup in &setups {
        assert!(Arc::ptr_eq(setup.sources.patterns.as_ref().unwrap(), &rows));
        let Data::File(file) = &setup.condition.data else {
            panic!("a file")
        };
        assert_eq!(file.sha256.as_deref(), Some(rows.sha256()));
        assert_eq!(setup.data(0).learned.len(), 3);
    }
    let line = Setup::new(condition(1), 1).unwrap_err().to_string();
    assert!(line.starts_with("pattern file "), "{line}");
}

/// Rows as they come, and lures of a file of their own; what they are is said by what is in them.
#[test]
fn rows_are_learned_in_their_order_and_lures_are_those_that_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, ones: &[usize]| {
        let row = |&one: &usize| {
            (0..9)
                .map(|unit| u8::from(unit == one).to_string())
                .collect::<Vec<_>>()
                .join(",")
        };
        let text: Vec<String> = ones.iter().map(row).collect();
        let path = folder.path().join(name);
        std::fs::write(&path, text.join("\n")).unwrap();
        path
    };
    let rows = write("rows.csv", &[0, 1, 2, 3, 4, 5]);
    let lures = write("lures.csv", &[8, 7, 6]);
    let same = write("same.csv", &[8, 7, 6]);
    let data = |order, lures: Option<&std::path::PathBuf>| {
        let rows = FileData::new(&rows).order(order);
        Data::File(match lures {
            Some(path) => rows.lures(path),
            None => rows,
        })
    };
    let condition = |data, learned| Condition {
        network: Network {
            n_i: 9,
            n_h: 20,
            s: 1,
            f: 1.0,
            k: 2,
            ..Network::default()
        },
        data,
        protocol: Protocol {
            burn_in: 2,
            learned,
            cues: vec![1.0],
            ..Protocol::default()
        },
    };
    let ones = |patterns: &Patterns| -> Vec<u32> {
        patterns.iter().map(|row| row[0].trailing_zeros()).collect()
    };
    let told = |data, learned, trial| {
        let data = Setup::new(condition(data, learned), 1).unwrap().data(trial);
        (ones(&data.learned), ones(&data.pseudo))
    };
    for trial in [0, 5] {
        let (learned, pseudo) = told(data(RowOrder::File, None), 2, trial);
        assert_eq!((learned, pseudo), (vec![0, 1, 2, 3], vec![5, 4]));
        let (learned, pseudo) = told(data(RowOrder::File, Some(&lures)), 3, trial);
        assert_eq!((learned, pseudo), (vec![0, 1, 2, 3, 4], vec![6, 7, 8]));
    }
    // Shuffled, all rows there are come first now and then, and no lure is ever learned.
    let mut firsts = std::collections::BTreeSet::new();
    let mut first_lures = firsts.clone();
    for trial in 0..40 {
        let (learned, pseudo) = told(data(RowOrder::Shuffled, Some(&lures)), 2, trial);
        assert!(learned.iter().all(|one| *one < 6) && pseudo.iter().all(|one| *one > 5));
        firsts.insert(learned[0]);
        first_lures.insert(pseudo[0]);
    }
    assert_eq!((firsts.len(), first_lures.len()), (6, 3));
    // Streams depend on what is in the files, not on their names; and on both.
    let seed = |lures: Option<&std::path::PathBuf>, order| {
        Setup::new(condition(data(order, lures), 2), 1)
            .unwrap()
            .seed()
    };
    assert_eq!(
        seed(Some(&lures), RowOrder::Shuffled),
        seed(Some(&same), RowOrder::Shuffled)
    );
    assert_ne!(
        seed(Some(&lures), RowOrder::Shuffled),
        seed(None, RowOrder::Shuffled)
    );
    assert_ne!(seed(None, RowOrder::File), seed(None, RowOrder::Shuffled));
    // As many as are needed of each.
    let refused = |data, learned| {
        Setup::new(condition(data, learned), 1)
            .unwrap_err()
            .to_string()
    };
    assert!(
        refused(data(RowOrder::File, None), 3)
            .ends_with("has 6 rows, expected at least 8 (burn_in + 2 learned)")
    );
    assert!(
        refused(data(RowOrder::File, Some(&lures)), 5)
            .ends_with("has 6 rows, expected at least 7 (burn_in + learned)")
    );
    assert!(
        refused(data(RowOrder::File, Some(&lures)), 4)
            .ends_with("lures.csv has 3 rows, expected at least 4 (learned)")
    );
    let narrow = folder.path().join("narrow.csv");
    std::fs::write(&narrow, "1,0\n0,1\n").unwrap();
    assert!(
        refused(data(RowOrder::File, Some(&narrow)), 2)
            .ends_with("narrow.csv has rows of 2 bits, expected 9 (n_i)")
    );
}

fn small(network: Network) -> Condition {
    Condition {
        network: Network {
            n_i: 60,
            n_h: 80,
            s: 6,
            f: 0.2,
            k: network.k.min(5),
            ..network
        },
        data: Data::Random,
        protocol: Protocol {
            burn_in: 60,
            learned: 30,
            ..Protocol::default()
        },
    }
}

fn record(network: Network) -> TrialRecord {
    let stop = std::sync::atomic::AtomicBool::new(false);
    let setup = Setup::new(small(network), 3).unwrap();
    setup.run(1, &stop).unwrap()
}

/// Rates that are all one are that rate, on the same streams, whichever the arithmetic; others are not.
#[test]
fn equal_rates_are_eps() {
    use crate::memory::WeightWidth;
    for weights in [WeightWidth::U8, WeightWidth::Float] {
        let network = |rates: Option<&str>| Network {
            weights,
            rates: rates.map(|rates| rates.parse().unwrap()),
            ..Network::default()
        };
        let expected = record(network(None));
        assert_eq!(record(network(Some("0.3"))), expected);
        assert_eq!(record(network(Some("0.3+0.3"))), expected);
        assert_ne!(record(network(Some("0.3+0.1"))), expected);
        let drawn = record(network(Some("0.01..0.9:log")));
        assert_eq!(record(network(Some("0.01..0.9:log"))), drawn);
        assert_ne!(record(network(Some("0.01..0.9"))), drawn);
    }
}

/// What is asked is asked of the same networks and patterns: of one winner the answer is the same, of several it is not, and
/// scores are those of the winners.
#[test]
fn graded_winners_are_asked_of_the_same_trials() {
    let network = |k, winners_code| Network {
        k,
        winners_code,
        ..Network::default()
    };
    for (k, is_same) in [(1, true), (5, false)] {
        let [binary, graded] = [Code::Binary, Code::Graded].map(|code| record(network(k, code)));
        assert_eq!(binary.cues == graded.cues, is_same, "k = {k}");
        for (binary, graded) in binary.cues.iter().zip(&graded.cues) {
            assert_eq!(binary.real.scores, graded.real.scores);
        }
        assert_eq!(binary.similarity, graded.similarity);
    }
}
