use std::sync::atomic::AtomicBool;

use super::*;
use crate::memory::{FileData, Network, Protocol, Setup};
use crate::run::simulate::{NoKeeper, simulate};

fn results(name: &str, data: Data) -> Results {
    let condition = Condition {
        network: Network {
            name: name.to_owned(),
            n_i: 20,
            n_h: 9,
            s: 4,
            f: 0.5,
            k: 2,
            eps: 0.3,
            ..Network::default()
        },
        data,
        protocol: Protocol {
            burn_in: 5,
            learned: 6,
            cues: vec![1.0, 0.125],
            ..Protocol::default()
        },
    };
    let setup = Setup::new(condition, 1).unwrap();
    let stop = AtomicBool::new(false);
    simulate(&[setup], &[3], 1, &NoKeeper, &stop)
        .unwrap()
        .remove(0)
}

#[test]
fn what_is_saved_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let patterns = folder.path().join("rows.csv");
    let rows: Vec<String> = (0..20)
        .map(|row| {
            (0..20)
                .map(|column| {
                    if column <= row || column == 19 {
                        "1 "
                    } else {
                        "0 "
                    }
                })
                .collect()
        })
        .collect();
    std::fs::write(&patterns, rows.join("\n")).unwrap();
    let file = FileData::new(&patterns);
    let all = [
        results("one", Data::Random),
        results("two", Data::Tree { b: 1, steps: None }),
        results("three", Data::File(file.clone())),
        results("cued", Data::File(file.cues(&patterns).target(5))),
    ];
    let conditions: Vec<Condition> = all.iter().map(|one| one.condition.clone()).collect();
    let mut out = Folder::create(folder.path()).unwrap();
    save(&mut out, "x.npz", &all.iter().collect::<Vec<_>>()).unwrap();
    let path = folder.path().join("x.npz");
    assert_eq!(load(&path, &conditions).unwrap(), all);
    // Any of them alone, and only what is there.
    assert_eq!(load(&path, &conditions[1..2]).unwrap(), all[1..2]);
    let refused = |change: &dyn Fn(&mut Condition), needle: &str| {
        let mut condition = conditions[0].clone();
        change(&mut condition);
        let error = load(&path, &[condition]).unwrap_err().to_string();
        assert!(
            error.contains("x.npz: ") && error.contains(needle),
            "{error}"
        );
        assert!(!error.contains('\n'), "{error}");
    };
    refused(
        &|condition| condition.network.name = "four".to_owned(),
        "four_random_similarity",
    );
    refused(
        &|condition| condition.protocol.learned = 7,
        "expected (3, 7)",
    );
    refused(
        &|condition| condition.protocol.cues = vec![0.5],
        "one_random_cue50_real_overlap",
    );
}

/// The same results give the same bytes: an archive carries no time of day.
#[test]
fn bytes_are_the_results_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut out = Folder::create(folder.path()).unwrap();
    let one = results("one", Data::Random);
    save(&mut out, "a.npz", &[&one]).unwrap();
    save(&mut out, "b.npz", &[&one]).unwrap();
    assert_eq!(out.entries()[0].sha256, out.entries()[1].sha256);
    let mut bytes = Cursor::new(Vec::new());
    write(&[&one], &mut bytes).unwrap();
    let bytes = bytes.into_inner();
    assert_eq!(bytes, std::fs::read(folder.path().join("a.npz")).unwrap());
    let conditions = [one.condition.clone()];
    assert_eq!(of_bytes(&bytes, "bytes", &conditions).unwrap(), [one]);
    let line = of_bytes(&bytes[1..], "bytes", &conditions).unwrap_err();
    assert!(line.to_string().starts_with("bytes"), "{line}");
}

#[test]
fn cue_levels_have_short_names() {
    for (level, name) in [
        (1.0, "cue100"),
        (0.5, "cue50"),
        (0.125, "cue12.5"),
        (0.29, "cue29"),
        (0.07, "cue7"),
        (0.0, "cue0"),
        (1.0 / 3.0, "cue33.333333"),
    ] {
        assert_eq!(cue_name(level), name);
    }
}
