//! Logs that are cut, lengthened and damaged at every byte.

use std::fs;

use slotless_core::words::Units;
use tempfile::TempDir;

use super::super::record::{Kind, Part, payload};
use super::super::settings::{self, Settings};
use super::*;

fn header() -> Header {
    Header {
        format: settings::FORMAT,
        identity: Identity {
            created: 77,
            generation: 3,
            random: 1 << 40 | 5,
        },
        next_id: 1,
        settings: Settings {
            words: Units::new(16).ok(),
            ..Settings::new(3)
        },
        codes: None,
    }
}

/// A folder with a log of three records, and the places behind each.
fn example() -> (TempDir, Vec<u64>) {
    let folder = TempDir::new().unwrap();
    Log::create(folder.path(), &header()).unwrap();
    let log = Log::open_to_write(folder.path()).unwrap();
    let mut ends = vec![log.start().at];
    let mut mark = log.start();
    for id in 1..=3 {
        let vector = [id as f32, 0.5, 0.0];
        let parts = ["t", "cue"].map(|text| Part {
            text,
            vector: Some(&vector),
        });
        let mut records = Records::behind(mark);
        records.push_all(&[match id {
            1 => (Kind::Item, payload(1, &parts, &[9])),
            2 => (Kind::Cues, payload(1, &parts[1..], &[])),
            _ => (Kind::Forget, 1u64.to_le_bytes().to_vec()),
        }]);
        log.append(mark, &records, true).unwrap();
        mark = records.end();
        ends.push(mark.at);
    }
    (folder, ends)
}

/// Records that a log holds and where they end, or what is wrong.
fn read(folder: &TempDir) -> Result<(Vec<(u64, Kind)>, u64), StoreError> {
    let log = Log::open(folder.path())?;
    assert_eq!(log.header(), &header());
    let mut found = Vec::new();
    let (mark, length) = log.replay(log.start(), |place, kind, _, record| {
        assert_eq!(record.id(), 1);
        found.push((place, kind));
        Ok(())
    })?;
    assert_eq!(length, log.length()?);
    Ok((found, mark.at))
}

#[test]
fn what_is_written_is_read() {
    let (folder, ends) = example();
    let (found, end) = read(&folder).unwrap();
    let kinds: Vec<Kind> = found.iter().map(|one| one.1).collect();
    assert_eq!(kinds, [Kind::Item, Kind::Cues, Kind::Forget]);
    let places: Vec<u64> = found.iter().map(|one| one.0 - HEAD as u64).collect();
    assert_eq!(places, ends[..3]);
    assert_eq!(end, ends[3]);
}

#[test]
fn every_beginning_of_a_log_is_a_log() {
    let (folder, ends) = example();
    let path = folder.path().join(NAME);
    let whole = fs::read(&path).unwrap();
    for length in 0..=whole.len() {
        // As a kill leaves it, and as a file system may that made the file longer before its bytes were there.
        for zeros in [0, 1, 20, 500] {
            let mut bytes = whole[..length].to_vec();
            bytes.resize(length + zeros, 0);
            fs::write(&path, &bytes).unwrap();
            if length < HEADER {
                // A log is renamed into place with its header.
                let ends_right = whole[length..HEADER].iter().all(|&byte| byte == 0);
                assert!(read(&folder).is_err() || ends_right);
                continue;
            }
            let (found, end) = read(&folder).unwrap_or_else(|error| panic!("{length}: {error}"));
            // Zeros may be just what was cut off.
            let same = bytes.iter().zip(&whole).take_while(|(a, b)| a == b).count() as u64;
            let expected = ends.iter().filter(|&&end| end <= same).count() - 1;
            assert_eq!(
                (found.len(), end),
                (expected, ends[expected]),
                "{length} + {zeros}"
            );
        }
    }
}

#[test]
fn every_flipped_bit_is_refused_or_leaves_out_the_last() {
    let (folder, ends) = example();
    let path = folder.path().join(NAME);
    let whole = fs::read(&path).unwrap();
    let mut torn = 0;
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            fs::write(&path, &bytes).unwrap();
            match read(&folder) {
                // Only the last record, which may not have been written to its end.
                Ok((found, end)) => {
                    assert!(
                        at as u64 >= ends[2] && found.len() == 2 && end == ends[2],
                        "{at}"
                    );
                    torn += 1;
                }
                Err(error) => {
                    let line = error.to_string();
                    assert!(line.contains("log: ") && !line.contains('\n'), "{line}");
                    let record = ends.iter().rfind(|&&end| end <= at as u64).unwrap_or(&0);
                    assert!(
                        line.contains(&format!("byte {record}")) || at < HEADER,
                        "{at}: {line}"
                    );
                }
            }
        }
    }
    assert_eq!(torn, 8 * (8 + TAIL));
}

#[test]
fn a_record_left_out_doubled_or_moved_is_refused() {
    let (folder, ends) = example();
    let path = folder.path().join(NAME);
    let whole = fs::read(&path).unwrap();
    let [first, second, third] =
        [0, 1, 2].map(|at| &whole[ends[at] as usize..ends[at + 1] as usize]);
    let header = &whole[..HEADER];
    for (bytes, at) in [
        ([header, first, third, b""].concat(), ends[1]),
        ([header, second, third, b""].concat(), ends[0]),
        ([header, first, first, second].concat(), ends[1]),
        ([header, first, third, second].concat(), ends[1]),
    ] {
        fs::write(&path, bytes).unwrap();
        let line = read(&folder).unwrap_err().to_string();
        assert!(line.contains(&format!("byte {at}: ")), "{line}");
    }
}

#[test]
fn a_batch_is_there_as_a_whole_or_not_at_all() {
    let (folder, ends) = example();
    let path = folder.path().join(NAME);
    let log = Log::open_to_write(folder.path()).unwrap();
    let (mark, _) = log.replay(log.start(), |_, _, _, _| Ok(())).unwrap();
    let mut records = Records::behind(mark);
    let forget = (Kind::Forget, 1u64.to_le_bytes().to_vec());
    records.push_all(&[forget.clone(), forget.clone(), forget]);
    log.append(mark, &records, true).unwrap();
    let whole = fs::read(&path).unwrap();
    assert_eq!(read(&folder).unwrap().0.len(), 6);
    assert_eq!(
        log.scan(|_| {}).unwrap(),
        (whole.len() as u64, whole.len() as u64)
    );
    let third = ends[3] as usize;
    for length in third..whole.len() {
        for zeros in [0, 500] {
            let mut bytes = whole[..length].to_vec();
            bytes.resize(length + zeros, 0);
            fs::write(&path, &bytes).unwrap();
            if bytes.starts_with(&whole) {
                continue;
            }
            let (found, end) = read(&folder).unwrap();
            assert_eq!((found.len(), end), (3, ends[3]), "{length} + {zeros}");
            assert_eq!(log.scan(|_| {}).unwrap().0, ends[3], "{length} + {zeros}");
        }
    }
    // One that is damaged in its middle is no write that was cut off.
    let mut damaged = whole.clone();
    damaged[third + 30] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let line = read(&folder).unwrap_err().to_string();
    assert!(line.contains(&format!("byte {third}: ")), "{line}");
}

#[test]
fn a_scan_goes_on_behind_what_is_damaged() {
    let (folder, ends) = example();
    let path = folder.path().join(NAME);
    let whole = fs::read(&path).unwrap();
    for at in HEADER..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        fs::write(&path, &bytes).unwrap();
        let log = Log::open(folder.path()).unwrap();
        let (mut good, mut bad) = (0, Vec::new());
        let (end, length) = log
            .scan(|scanned| match scanned {
                Scanned::Whole => good += 1,
                Scanned::Damaged { places, .. } => bad.push(places),
            })
            .unwrap();
        let record = ends.iter().rposition(|&end| end <= at as u64).unwrap();
        assert_eq!(good, 2, "{at}");
        let is_torn = end < length;
        assert_eq!(is_torn, bad.is_empty(), "{at}");
        if is_torn {
            assert_eq!((record, end), (2, ends[2]), "{at}");
        } else {
            assert_eq!(bad.len(), 1, "{at}");
            assert_eq!(bad[0], ends[record]..ends[record + 1], "{at}");
        }
    }
}

#[test]
fn a_log_that_lost_what_a_snapshot_has_is_refused() {
    let (folder, ends) = example();
    let log = Log::open(folder.path()).unwrap();
    let (mark, _) = log.replay(log.start(), |_, _, _, _| Ok(())).unwrap();
    log_is_cut(&folder, ends[2]);
    let line = log
        .replay(mark, |_, _, _, _| Ok(()))
        .unwrap_err()
        .to_string();
    assert!(line.contains("snapshot"), "{line}");
}

fn log_is_cut(folder: &TempDir, length: u64) {
    let file = OpenOptions::new()
        .write(true)
        .open(folder.path().join(NAME))
        .unwrap();
    file.set_len(length).unwrap();
}
