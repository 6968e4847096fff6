use super::*;
use crate::hopfield::{Condition, Modern, Setup, Start};
use crate::run::records::Others;
use crate::run::simulate::{Experiment, Keeper};
use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

const SEED: u64 = 1;

fn setup(memories: u32) -> AnySetup {
    let condition = Condition::Modern(Modern {
        units: 20,
        memories,
        beta: 0.3,
        start: Start::Noise { share: 0.25 },
        steps: 9,
        networks: 2,
        runs: 3,
    });
    AnySetup::new(Setup::new(condition, SEED).unwrap())
}

fn run<'a>(setups: &'a [AnySetup], trials: &'a [u32]) -> Run<'a> {
    Run {
        label: "a figure",
        setups,
        trials,
        seed: SEED,
    }
}

/// Computes a shard into its folder below `out`.
fn compute(out: &Path, shard: Shard, run: &Run<'_>, command: &str) -> PathBuf {
    let folder = out.join(shard.folder_name());
    let command = command.split(' ').map(str::to_owned).collect();
    ShardFile::new(shard, run, command).save(&folder).unwrap();
    let records = Records::open(&folder, run.setups, run.seed, Others::Refused).unwrap();
    let stop = AtomicBool::new(false);
    for (condition, trial) in shard.share(run.trials) {
        let record = run.setups[condition].run(trial, (&stop).into()).unwrap();
        records.finished(condition, trial, &record).unwrap();
    }
    folder
}

fn shard(text: &str) -> Shard {
    text.parse().unwrap()
}

fn why<T: fmt::Debug>(result: Result<T, RunError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn every_trial_is_in_one_share_and_shares_are_even() {
    for trials in [&[1][..], &[10, 10, 10], &[3, 0, 1, 5], &[200, 100]] {
        let all: Vec<Job> = jobs(trials).collect();
        let expected: Vec<Job> = (0..trials.len())
            .flat_map(|condition| (0..trials[condition]).map(move |trial| (condition, trial)))
            .collect();
        assert_eq!(all, expected);
        for of in [1, 2, 3, 7, 16, 1000] {
            let mut seen = HashSet::new();
            for number in 1..=of {
                let one = Shard::new(number, of).unwrap();
                let share: Vec<Job> = one.share(trials).collect();
                let even = all.len() / of as usize;
                assert!((even..=even + 1).contains(&share.len()), "{one}");
                // Of each condition as many as its part is, but for one.
                for (condition, &count) in one.counts(trials).iter().enumerate() {
                    let own = share.iter().filter(|job| job.0 == condition).count() as u32;
                    assert_eq!(own, count);
                    assert!(
                        (trials[condition] / of..=trials[condition].div_ceil(of)).contains(&own)
                    );
                }
                for job in share {
                    assert!(seen.insert(job), "{job:?} is in two shares");
                }
            }
            assert_eq!(seen.len(), all.len());
        }
    }
}

#[test]
fn shards_are_written_as_i_of_n() {
    for (text, number, of) in [("1/1", 1, 1), ("3/7", 3, 7), ("100000/100000", MAX, MAX)] {
        let one = shard(text);
        assert_eq!((one.number(), one.of()), (number, of));
        assert_eq!(one.to_string(), text);
    }
    for text in [
        "0/3",
        "4/3",
        "1/0",
        "0/0",
        "a/b",
        "1",
        "",
        "/",
        "1/",
        "/3",
        "1/2/3",
        "+1/3",
        "-1/3",
        " 1/3",
        "1/100001",
        "1.0/3",
        "99999999999/99999999999",
    ] {
        let error = text.parse::<Shard>().unwrap_err();
        assert!(error.starts_with("allowed I/N"), "{text:?}: {error}");
    }
}

#[test]
fn shards_give_the_trials_of_the_run() {
    let setups = [setup(7), setup(8)];
    let trials = [3, 2];
    let run = run(&setups, &trials);
    let place = tempfile::tempdir().unwrap();
    // Two of them have no trial, and of those one is not there.
    for number in [2, 6, 1, 4, 3, 5] {
        compute(place.path(), Shard::new(number, 7).unwrap(), &run, "a run");
    }
    let found = Shards::find(&[place.path().to_owned()]).unwrap();
    let (folder, first) = found.first().unwrap();
    assert_eq!(folder, place.path().join("shard-1-of-7"));
    assert_eq!(first.command_line(), "slotless a run");
    let whole = tempfile::tempdir().unwrap();
    let mut records = Records::open(whole.path(), &setups, SEED, Others::Refused).unwrap();
    found.gather(&run).unwrap().put(&mut records).unwrap();
    // A second time nothing is new.
    found.gather(&run).unwrap().put(&mut records).unwrap();
    drop(records);
    let records = Records::open(whole.path(), &setups, SEED, Others::Refused).unwrap();
    let stop = AtomicBool::new(false);
    for (condition, trial) in jobs(&trials) {
        let computed = setups[condition].run(trial, (&stop).into()).unwrap();
        let kept = records.known(condition, trial).unwrap();
        assert_eq!(format!("{kept:?}"), format!("{computed:?}"));
    }
    assert_eq!((records.count(0, 99), records.count(1, 99)), (3, 2));
}

#[test]
fn what_is_not_all_of_one_run_is_refused() {
    let (setups, others) = ([setup(7)], [setup(8)]);
    let run = run(&setups, &[4]);
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    let one = compute(&at("a"), shard("1/3"), &run, "a run");
    let three = compute(&at("a"), shard("3/3"), &run, "a run");
    let find = |folders: &[&PathBuf]| {
        let folders: Vec<PathBuf> = folders.iter().map(|&folder| folder.clone()).collect();
        Shards::find(&folders)
    };
    let error = why(find(&[&at("a")]));
    assert_eq!(error, "shard 2 is missing; expected all 3 of the run");
    assert_eq!(
        why(find(&[&one])),
        "shards 2, 3 are missing; expected all 3 of the run"
    );
    let error = why(find(&[&at("a"), &three]));
    assert!(
        error.starts_with("shard 3/3 is there twice, in "),
        "{error}"
    );
    // Shards of another number, command, seed, number of trials, or conditions.
    let differing = [
        (shard("2/4"), run, "a run", "4 shards"),
        (shard("2/3"), run, "a walk", "`slotless a walk`"),
        (shard("2/3"), Run { seed: 2, ..run }, "a run", "seed 2"),
        (
            shard("2/3"),
            Run {
                trials: &[5],
                ..run
            },
            "a run",
            "5 trials",
        ),
        (
            shard("2/3"),
            Run {
                setups: &others,
                ..run
            },
            "a run",
            "run ",
        ),
    ];
    for (number, (shard, other, command, word)) in differing.iter().enumerate() {
        let folder = at(&number.to_string());
        ShardFile::new(
            *shard,
            other,
            command.split(' ').map(str::to_owned).collect(),
        )
        .save(&folder)
        .unwrap();
        let error = why(find(&[&at("a"), &folder]));
        let said = format!("{} is of {word}", folder.display());
        assert!(error.starts_with(&said), "{said} not in {error}");
        assert!(error.ends_with("expected shards of one run"), "{error}");
    }
    // All there, but what the command means is another thing by now.
    let two = compute(&at("a"), shard("2/3"), &run, "a run");
    let found = find(&[&at("a")]).unwrap();
    for other in [
        Run {
            setups: &others,
            ..run
        },
        Run {
            label: "another",
            ..run
        },
        Run {
            trials: &[5],
            ..run
        },
    ] {
        let error = why(found.gather(&other));
        assert!(
            error.contains("holds trials of another run than `slotless a run`"),
            "{error}"
        );
    }
    // A trial is missing, and then all are.
    let file = fs::read_dir(two.join(crate::run::records::FOLDER)).unwrap();
    let file = file.last().unwrap().unwrap().path();
    let bytes = fs::read(&file).unwrap();
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&file, damaged).unwrap();
    let error = why(found.gather(&run));
    let said = format!("{} lacks 1 of the 1 trials of shard 2/3 (", two.display());
    assert!(
        error.starts_with(&said) && error.contains("record 1 (byte "),
        "{error}"
    );
    fs::remove_file(&file).unwrap();
    let said = format!(
        "{} lacks 1 of the 1 trials of shard 2/3; run",
        two.display()
    );
    let error = why(found.gather(&run));
    assert!(error.starts_with(&said), "{error}");
    assert!(!file.exists(), "a folder of a shard was written to");
    fs::write(&file, bytes).unwrap();
    found.gather(&run).unwrap();
}

#[test]
fn a_folder_is_one_shards_of_one_run() {
    let (setups, others) = ([setup(7)], [setup(8)]);
    let run = run(&setups, &[4]);
    let place = tempfile::tempdir().unwrap();
    let folder = compute(place.path(), shard("1/3"), &run, "a run");
    let before = fs::read(folder.join(NAME)).unwrap();
    let save = |shard: Shard, run: &Run<'_>| ShardFile::new(shard, run, Vec::new()).save(&folder);
    for (shard, run) in [
        (shard("2/3"), run),
        (shard("1/4"), run),
        (shard("1/3"), Run { seed: 2, ..run }),
        (
            shard("1/3"),
            Run {
                setups: &others,
                ..run
            },
        ),
    ] {
        let error = save(shard, &run).unwrap_err();
        assert!(matches!(error, RunError::OtherRun { .. }), "{error}");
    }
    assert_eq!(fs::read(folder.join(NAME)).unwrap(), before);
    // With more trials it goes on.
    save(
        shard("1/3"),
        &Run {
            trials: &[9],
            ..run
        },
    )
    .unwrap();
    let file = ShardFile::load(&folder).unwrap().unwrap();
    assert_eq!((file.trials(), file.shard()), (9, shard("1/3")));
}

#[test]
fn a_damaged_file_is_named() {
    let setups = [setup(7)];
    let run = run(&setups, &[4]);
    let place = tempfile::tempdir().unwrap();
    let folder = compute(place.path(), shard("1/1"), &run, "a run");
    let path = folder.join(NAME);
    let text = fs::read_to_string(&path).unwrap();
    let find = || Shards::find(std::slice::from_ref(&folder));
    assert!(find().is_ok());
    let version = format!("\"results_version\": {RESULTS_VERSION}");
    assert!(text.contains(&version));
    for (from, to, said) in [
        ("\"shard\": 1", "\"shard\": 2", "shard is 2, of is 1"),
        ("\"of\": 1", "\"of\": 0", "shard is 1, of is 0"),
        (
            &version,
            "\"results_version\": 999",
            "results_version is 999, allowed",
        ),
        ("\"seed\"", "\"sead\"", "sead"),
        ("{", "", ""),
    ] {
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let error = why(find());
        assert!(
            error.starts_with(&format!("{}: ", path.display())),
            "{error}"
        );
        assert!(error.contains(said), "{error}");
    }
    fs::remove_file(&path).unwrap();
    let error = why(find());
    assert!(
        error.contains("no shard.json in it or in a folder of it"),
        "{error}"
    );
}
