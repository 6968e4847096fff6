use super::bytes::Reader;
use super::*;
use crate::memory::kept::{Shape, decode, encode};
use crate::memory::{Condition, CueOutcome, Data, Network, Outcome, Protocol, Setup, TrialRecord};
use proptest::prelude::*;

fn setup(seed: u64, learned: u32) -> AnySetup {
    let condition = Condition {
        network: Network {
            name: "a network".to_owned(),
            n_i: 20,
            n_h: 9,
            s: 4,
            f: 0.5,
            k: 2,
            eps: 0.3,
            ..Network::default()
        },
        data: Data::Random,
        protocol: Protocol {
            burn_in: 0,
            learned,
            cues: vec![1.0],
            ..Protocol::default()
        },
    };
    AnySetup::new(Setup::new(condition, seed).unwrap())
}

fn record(number: u32) -> AnyRecord {
    let outcome = |base: u32| Outcome {
        counts: Vec::new(),
        overlaps: vec![base, number],
        others: Vec::new(),
        scores: vec![u64::from(base) << 33, u64::from(number)],
    };
    AnyRecord::new(TrialRecord {
        ones_real: vec![4; 2],
        ones_cued: None,
        ones_pseudo: vec![4, 3],
        cues: vec![CueOutcome {
            real: outcome(1),
            pseudo: outcome(70_000),
            unstructured: Outcome::default(),
        }],
        similarity: [0.1 * f64::from(number), -0.0],
    })
}

const TRIALS: u32 = 3;

/// Keeps some trials, and gives the file.
fn kept(folder: &Path) -> PathBuf {
    let setup = setup(1, 2);
    let records = Records::open(folder, std::slice::from_ref(&setup), 1, Others::Refused).unwrap();
    for trial in 0..TRIALS {
        records.finished(0, trial, &record(trial)).unwrap();
    }
    Wanted::new(&setup, 1).path(&folder.join(FOLDER))
}

/// Opens what is there: how many trials are known, each of which must be as it was.
fn known(folder: &Path) -> u32 {
    let setups = [setup(1, 2)];
    let records = Records::open(folder, &setups, 1, Others::Refused).unwrap();
    let known = (0..100).filter_map(|trial| Some((trial, records.known(0, trial)?)));
    known
        .inspect(|(trial, found)| {
            let expected = record(*trial);
            assert_eq!(found.of::<TrialRecord>(), expected.of::<TrialRecord>());
        })
        .count() as u32
}

#[test]
fn trials_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = kept(folder.path());
    assert_eq!(known(folder.path()), TRIALS);
    let bytes = fs::read(&path).unwrap();
    let setups = [setup(1, 2)];
    let records = Records::open(folder.path(), &setups, 1, Others::Refused).unwrap();
    assert_eq!((records.count(0, 2), records.count(0, 9)), (2, 3));
    records.finished(0, 7, &record(7)).unwrap();
    assert_eq!(known(folder.path()), TRIALS + 1);
    assert!(fs::read(&path).unwrap().starts_with(&bytes));
}

/// Wherever the file is cut, the whole records before the cut are known, and what is appended then is found again.
#[test]
fn any_cut_is_healed() {
    let folder = tempfile::tempdir().unwrap();
    let path = kept(folder.path());
    let bytes = fs::read(&path).unwrap();
    let header = bytes.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let each = (bytes.len() - header) / TRIALS as usize;
    for length in 0..bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        let whole = length.saturating_sub(header) / each;
        assert_eq!(known(folder.path()) as usize, whole, "cut to {length}");
        let setups = [setup(1, 2)];
        let records = Records::open(folder.path(), &setups, 1, Others::Refused).unwrap();
        for trial in whole as u32..TRIALS {
            records.finished(0, trial, &record(trial)).unwrap();
        }
        assert!(fs::read(&path).unwrap() == bytes, "cut to {length}");
    }
}

/// Whichever byte is damaged, no wrong trial is known; only a name in the first line is nobody's business.
#[test]
fn any_damage_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = kept(folder.path());
    let bytes = fs::read(&path).unwrap();
    let name = b"a network";
    let name = bytes
        .windows(name.len())
        .position(|bytes| bytes == name)
        .unwrap();
    for at in 0..bytes.len() {
        for flip in [1, 0x80] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            fs::write(&path, &damaged).unwrap();
            let count = known(folder.path());
            let in_name = (name..name + 9).contains(&at) && flip == 1;
            assert!(in_name || count < TRIALS, "byte {at} ^ {flip} passed");
        }
    }
}

#[test]
fn others_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = kept(folder.path());
    let bytes = fs::read(&path).unwrap();
    for (setup, seed) in [(setup(2, 2), 2), (setup(1, 3), 1)] {
        let error = Records::open(folder.path(), &[setup], seed, Others::Refused).unwrap_err();
        assert!(matches!(error, RunError::OtherRun { .. }), "{error}");
        let line = error.to_string();
        assert!(
            line.contains("seed 1") && line.contains(&format!("seed {seed}, ")),
            "{line}"
        );
        assert_eq!(fs::read_dir(folder.path().join(FOLDER)).unwrap().count(), 1);
        assert!(fs::read(&path).unwrap() == bytes);
    }
    // Another results version under another name.
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let line = text.lines().next().unwrap();
    let version = format!("\"results_version\":{RESULTS_VERSION}");
    let other = line.replace(&version, "\"results_version\":999") + "\n";
    assert_ne!(other.trim(), line);
    fs::write(path.with_file_name("old.rec"), other).unwrap();
    let error = Records::open(folder.path(), &[setup(1, 2)], 1, Others::Refused).unwrap_err();
    assert!(error.to_string().contains("results version 999"), "{error}");
    // Several conditions may share a folder, in any order.
    fs::remove_file(path.with_file_name("old.rec")).unwrap();
    let setups = [setup(1, 3), setup(1, 2)];
    let records = Records::open(folder.path(), &setups, 1, Others::Refused).unwrap();
    assert_eq!((records.count(0, 9), records.count(1, 9)), (0, 3));
}

/// A condition under another name has the same trials, in the same file; two of them at once have a file each.
#[test]
fn trials_of_a_renamed_condition_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = kept(folder.path());
    let other = path.with_file_name(
        "another_name".to_owned()
            + &path.to_string_lossy()[path.to_string_lossy().rfind('-').unwrap()..],
    );
    fs::rename(&path, &other).unwrap();
    assert_eq!(known(folder.path()), TRIALS);
    assert!(!path.exists() && other.exists());
    let renamed = |name: &str| {
        let setup = setup(1, 2);
        let mut condition = setup.of::<Setup>().unwrap().condition().clone();
        condition.network.name = name.to_owned();
        AnySetup::new(Setup::new(condition, 1).unwrap())
    };
    let setups = [renamed("one"), renamed("two")];
    let records = Records::open(folder.path(), &setups, 1, Others::Refused).unwrap();
    let counts = [records.count(0, 9), records.count(1, 9)];
    assert_eq!(counts, [TRIALS as usize, 0]);
    assert_eq!(fs::read_dir(folder.path().join(FOLDER)).unwrap().count(), 2);
}

/// A record whose checksum is right, and which is none of this condition: it is computed again, and no figure is made of it.
#[test]
fn a_record_of_other_sizes_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = kept(folder.path());
    let whole = fs::read(&path).unwrap();
    let record = record(5).of::<TrialRecord>().unwrap().clone();
    let mut others = vec![record.clone(); 6];
    others[0].ones_real.pop();
    others[1].ones_pseudo.push(1);
    others[2].cues.clear();
    others[3].cues[0].real.overlaps.pop();
    others[4].cues[0].pseudo.scores.push(1);
    others[5].cues[0].unstructured.scores.push(1);
    let with = |payload: &[u8], length: u32| {
        let mut bytes = [&5u32.to_le_bytes()[..], &length.to_le_bytes(), payload].concat();
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        fs::write(&path, [&whole[..], &bytes].concat()).unwrap();
        known(folder.path())
    };
    let payload = encode(&record);
    assert_eq!(with(&payload, payload.len() as u32), TRIALS + 1);
    for other in others {
        let payload = encode(&other);
        assert_eq!(with(&payload, payload.len() as u32), TRIALS, "{other:?}");
        assert!(fs::read(&path).unwrap() == whole);
    }
    // Lengths that lie, of the record and of a list in it.
    assert_eq!(with(&payload, u32::MAX), TRIALS);
    assert_eq!(with(&payload, payload.len() as u32 - 1), TRIALS);
    let mut lying = payload.clone();
    lying[..4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(with(&lying, lying.len() as u32), TRIALS);
    // As long as only a file with holes is.
    let sparse = OpenOptions::new().write(true).open(&path).unwrap();
    sparse.set_len(1 << 42).unwrap();
    assert_eq!(known(folder.path()), TRIALS);
    let sparse = OpenOptions::new().write(true).open(&path).unwrap();
    sparse.set_len(0).unwrap();
    sparse.set_len(1 << 42).unwrap();
    assert_eq!(known(folder.path()), 0);
}

/// Of a damaged record the trial is lost, and none of those behind it; the line says which it is. Where its length is damaged,
/// nobody knows where the next one begins.
#[test]
fn damage_is_said_and_what_is_behind_it_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = kept(folder.path());
    let whole = fs::read(&path).unwrap();
    let header = whole.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let each = (whole.len() - header) / TRIALS as usize;
    let setups = [setup(1, 2)];
    let said = |damaged: &[u8]| {
        fs::write(&path, damaged).unwrap();
        let records = Records::open(folder.path(), &setups, 1, Others::Refused).unwrap();
        let lines: Vec<String> = records.damage().map(str::to_owned).collect();
        let known: Vec<u32> = (0..9)
            .filter(|&trial| records.known(0, trial).is_some())
            .collect();
        (lines, known)
    };
    assert_eq!(said(&whole), (Vec::new(), vec![0, 1, 2]));
    assert_eq!(said(b""), (Vec::new(), Vec::new()));
    let flipped = |places: &[usize]| {
        let mut damaged = whole.clone();
        for place in places {
            damaged[*place] ^= 4;
        }
        damaged
    };
    let second = header + each;
    for (places, known, needle) in [
        // The payload, the trial's number, the checksum.
        (
            &[second + 20][..],
            &[0, 2][..],
            format!("record 2 (byte {second}) of 3 is damaged, its trial is"),
        ),
        (&[second], &[0, 2], format!("record 2 (byte {second}) of 3")),
        (
            &[second + each - 1],
            &[0, 2],
            format!("record 2 (byte {second}) of 3"),
        ),
        (&[header + 9, second + 9], &[2], "1 (byte ".to_owned()),
        (
            &[header + 9, second + 9],
            &[2],
            "their 2 trials are computed again".to_owned(),
        ),
        (&[second + each + 9], &[0, 1], "record 3 (byte ".to_owned()),
        // The length: of the last 2 of 3.
        (
            &[second + 6],
            &[0],
            format!(
                "record 2 (byte {second}) is damaged or cut off, its trial and all behind it, 2 in all"
            ),
        ),
        (
            &[3],
            &[],
            "its first line is damaged: all its trials".to_owned(),
        ),
    ] {
        let (lines, found) = said(&flipped(places));
        assert_eq!(found, known, "{places:?}");
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(
            lines[0].contains(&needle) && lines[0].contains(".rec: "),
            "{needle} not in {lines:?}"
        );
        // Said once: it is gone from the file, and the others are there.
        let again = Records::open(folder.path(), &setups, 1, Others::Refused).unwrap();
        assert_eq!(
            (again.damage().count(), again.count(0, 9)),
            (0, known.len())
        );
    }
    let (lines, found) = said(&whole[..second + 30]);
    assert_eq!(found, [0]);
    assert!(
        lines[0].ends_with("is damaged or cut off, its trial is computed again"),
        "{lines:?}"
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = kept(folder.path());
    let open = || {
        Records::open(folder.path(), &[setup(1, 2)], 1, Others::Refused)
            .unwrap_err()
            .to_string()
    };
    let fifo = |path: &Path| {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    };
    let other = path.with_file_name("other.rec");
    fifo(&other);
    assert!(open().ends_with("other.rec: a fifo, expected a regular file"));
    fs::remove_file(&other).unwrap();
    fs::remove_file(&path).unwrap();
    fifo(&path);
    assert!(open().ends_with(".rec: a fifo, expected a regular file"));
    fs::remove_dir_all(folder.path().join(FOLDER)).unwrap();
    fs::write(folder.path().join(FOLDER), "").unwrap();
    assert!(open().ends_with(".trials: a file, expected a folder"));
}

const OVERLAP: Shape = Shape {
    cued: false,
    counts: false,
    others: false,
};
const CONTENT: Shape = Shape {
    counts: true,
    ..OVERLAP
};
const ALL: Shape = Shape {
    cued: true,
    counts: true,
    others: true,
};

fn outcomes() -> impl Strategy<Value = Outcome> {
    let numbers = || prop_oneof![any::<u64>(), 0u64..1000, any::<u32>().prop_map(u64::from)];
    (
        prop::collection::vec(any::<u32>(), 0..6),
        prop::collection::vec(numbers(), 0..6),
    )
        .prop_map(|(overlaps, scores)| Outcome {
            counts: Vec::new(),
            overlaps,
            others: Vec::new(),
            scores,
        })
}

proptest! {
    #[test]
    fn any_record_comes_back(
        ones_real in prop::collection::vec(any::<u32>(), 0..6),
        ones_pseudo in prop::collection::vec(0u32..1000, 0..6),
        cues in prop::collection::vec((outcomes(), outcomes(), outcomes()), 0..4),
        similarity in any::<[f64; 2]>(),
    ) {
        let record = TrialRecord {
            ones_real,
            ones_pseudo,
            ones_cued: None,
            cues: cues
                .into_iter()
                .map(|(real, pseudo, unstructured)| CueOutcome { real, pseudo, unstructured })
                .collect(),
            similarity,
        };
        let found = decode(&mut Reader(&encode(&record)), OVERLAP).unwrap();
        prop_assert_eq!(found.similarity.map(f64::to_bits), record.similarity.map(f64::to_bits));
        let found = TrialRecord { similarity, ..found };
        prop_assert_eq!(format!("{found:?}"), format!("{record:?}"));
        // The same with counts, wherever there are ages.
        let mut counted = record;
        for outcome in counted.cues.iter_mut().flat_map(|cue| [&mut cue.real, &mut cue.pseudo]) {
            outcome.counts = outcome.overlaps.iter().flat_map(|&of| [of, 1, 7, 0]).collect();
            outcome.counts.truncate(4 * outcome.overlaps.len());
        }
        for cue in &mut counted.cues {
            cue.unstructured = Outcome::default();
        }
        let found = decode(&mut Reader(&encode(&counted)), CONTENT).unwrap();
        prop_assert_eq!(&found.cues, &counted.cues);
        // And with all that there can be.
        for outcome in counted.cues.iter_mut().flat_map(|cue| [&mut cue.real, &mut cue.pseudo]) {
            outcome.others = outcome.overlaps.iter().map(|of| of / 2).collect();
        }
        counted.ones_cued = Some([counted.ones_pseudo.clone(), counted.ones_real.clone()]);
        let found = decode(&mut Reader(&encode(&counted)), ALL).unwrap();
        prop_assert_eq!(found.cues, counted.cues);
        prop_assert_eq!(found.ones_cued, counted.ones_cued);
    }

    /// Bytes from anywhere give a record or none, and never a panic.
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&mut Reader(&bytes), CONTENT);
        let _ = decode(&mut Reader(&bytes), OVERLAP);
        let _ = decode(&mut Reader(&bytes), ALL);
        let length = bytes.len() as u64;
        let _ = walk(&mut &bytes[..], 0, length, |payload| decode(&mut Reader(payload), OVERLAP)).unwrap();
    }
}
