//! Trials of all families in one folder, and files from before families were named in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::*;
use crate::hopfield::{Modern, Start};
use crate::memory::{Condition, Data, Network, Protocol};
use crate::run::RunError;
use crate::run::family::{AnySetup, Family};
use crate::run::parameter::Kind;
use crate::run::records::{self, FOLDER, Others, Records};
use crate::run::simulate::{Experiment, Keeper};
use crate::transformer::{Model, Rule, Training, WinnerBy};

fn memory(learned: u32) -> AnySetup {
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
    AnySetup::new(memory::Setup::new(condition, 1).unwrap())
}

fn transformer(rate: f64) -> AnySetup {
    let mut model = Model::of(Rule::Qk, WinnerBy::Projections);
    (model.letters, model.context) = (2, 2);
    (model.rate_q, model.name) = (rate, "a model".to_owned());
    let condition = transformer::Condition {
        model,
        training: Training {
            batch: 3,
            batches: 5,
            ..Training::default()
        },
        checkpoints: vec![0, 3],
    };
    AnySetup::new(transformer::Setup::new(condition, 1).unwrap())
}

fn hopfield() -> AnySetup {
    let start = Start::Noise { share: 0.25 };
    let condition = hopfield::Condition::Modern(Modern {
        units: 20,
        memories: 7,
        beta: 0.3,
        start,
        steps: 9,
        networks: 2,
        runs: 3,
    });
    AnySetup::new(hopfield::Setup::new(condition, 1).unwrap())
}

fn paraphrase() -> AnySetup {
    let condition = paraphrase::Condition {
        background: paraphrase::Background::Synthetic,
        sizes: vec![0, 3],
        units: 64,
        active: 4,
        vectors: paraphrase::Source::Shipped,
    };
    AnySetup::new(paraphrase::Setup::new(condition, 1).unwrap())
}

fn all() -> [AnySetup; 5] {
    [
        memory(2),
        transformer(0.1),
        transformer(1e30),
        hopfield(),
        paraphrase(),
    ]
}

/// Runs and keeps two trials of each; gives them in words.
fn run(folder: &Path, setups: &[AnySetup]) -> Vec<Vec<String>> {
    let records = Records::open(folder, setups, 1, Others::Refused).unwrap();
    let stop = AtomicBool::new(false);
    let kept = setups.iter().enumerate().map(|(condition, setup)| {
        let trials = (0..2).map(|trial| {
            let record = setup.run(trial, (&stop).into()).unwrap();
            records.finished(condition, trial, &record).unwrap();
            format!("{record:?}")
        });
        trials.collect()
    });
    kept.collect()
}

/// Every trial that is known there, in words.
fn known(folder: &Path, setups: &[AnySetup]) -> Vec<Vec<String>> {
    let records = Records::open(folder, setups, 1, Others::Refused).unwrap();
    let words = |condition| {
        let known = (0..9).filter_map(|trial| records.known(condition, trial));
        known.map(|record| format!("{record:?}")).collect()
    };
    (0..setups.len()).map(words).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join(FOLDER)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn trials_of_all_families_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let setups = all();
    let kept = run(folder.path(), &setups);
    assert_eq!(known(folder.path(), &setups), kept);
    // Whole trainings have weights of start, middle and end; those that diverged stop before.
    let checkpoints = |words: &String| words.matches("Checkpoint {").count();
    let checkpoints: Vec<Vec<usize>> = kept
        .iter()
        .map(|trials| trials.iter().map(checkpoints).collect())
        .collect();
    assert_eq!(checkpoints[1], [3, 3]);
    assert!(checkpoints[2].iter().all(|&count| count < 3), "{kept:?}");
}

/// Files are as they were before families were named in them but for the name, and are read without it, too.
#[test]
fn files_without_a_family_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let setups = all();
    let kept = run(folder.path(), &setups);
    for (number, path) in files(folder.path()).iter().enumerate() {
        let bytes = fs::read(path).unwrap();
        let end = bytes.iter().position(|&byte| byte == b'\n').unwrap();
        let line = std::str::from_utf8(&bytes[..end]).unwrap();
        let at = line.find(",\"family\":").unwrap();
        let to = at + line[at..].find(",\"condition\":").unwrap();
        let old = format!("{}{}", &line[..at], &line[to..]);
        assert_ne!(line, old, "{number}");
        fs::write(path, [old.as_bytes(), &bytes[end..]].concat()).unwrap();
    }
    assert_eq!(known(folder.path(), &setups), kept);
    // They are continued as they are.
    let names: Vec<_> = files(folder.path());
    assert_eq!(names.len(), setups.len());
    let bytes = fs::read(&names[0]).unwrap();
    assert!(!bytes.windows(6).any(|bytes| bytes == b"family"));
}

/// Of some numbers the last bit is another one once they are written and read; their trials are found, and can be read alone.
#[test]
fn trials_are_found_whatever_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let setups = vec![transformer(200_f64.sqrt()), transformer(0.1), hopfield()];
    let kept = run(folder.path(), &setups);
    assert_eq!(known(folder.path(), &setups), kept);
    let bytes = || {
        let files = files(folder.path()).into_iter();
        files
            .map(|path| fs::read(path).unwrap())
            .collect::<Vec<_>>()
    };
    let before = bytes();
    let computed = records::kept(folder.path(), setups, 2, 1).unwrap();
    let trials = computed.all::<transformer::Setup>().map(|one| one.trials());
    assert_eq!(trials.collect::<Vec<_>>(), [2, 2]);
    // One that is not there is said, and nothing is written.
    let error = records::kept(folder.path(), vec![hopfield()], 3, 1).unwrap_err();
    assert!(
        error.to_string().contains("trial 2 is not in it"),
        "{error}"
    );
    let other = transformer(0.2);
    assert!(records::kept(folder.path(), vec![other], 1, 1).is_err());
    assert!(before == bytes());
}

/// Names of files hold a hash of what they hold, and so does every folder that anybody has: these are of before families
/// were named.
#[test]
fn names_of_files_stay() {
    let folder = tempfile::tempdir().unwrap();
    let setups = all();
    Records::open(folder.path(), &setups, 1, Others::Refused).unwrap();
    let names = files(folder.path());
    let names: Vec<String> = names
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, NAMES);
}

const NAMES: [&str; 5] = [
    "a_model-4e69247d0be0.rec",
    "a_model-508fe375c93f.rec",
    "a_network_random-f290d779fbfa.rec",
    "modern_n_20_k_7_beta_0_3_noise_25_steps_9-57d9b4fbe89a.rec",
    "synthetic_k_4_of_64_to_3-9feb4cde97be.rec",
];

/// The trials of one family are nobody else's, even under another's name.
#[test]
fn each_family_refuses_the_others() {
    let setups = all();
    for (number, own) in setups.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let own = std::slice::from_ref(own);
        let kept = run(folder.path(), own);
        let before = files(folder.path());
        for (other_number, other) in setups.iter().enumerate() {
            if other_number == number {
                continue;
            }
            let error = Records::open(
                folder.path(),
                std::slice::from_ref(other),
                1,
                Others::Refused,
            )
            .unwrap_err();
            assert!(matches!(error, RunError::OtherRun { .. }), "{error}");
            let line = error.to_string();
            let is_same = own[0].family() == other.family();
            let named = format!("of the family {}", own[0].family());
            assert_eq!(line.contains(&named), !is_same, "{line}");
            assert!(line.contains("holds trials of seed 1"), "{line}");
        }
        assert_eq!(files(folder.path()), before);
        assert_eq!(known(folder.path(), own), kept);
        // The tag of another family is believed: the file is nobody's then.
        let text = fs::read(&before[0]).unwrap();
        let (tag, other) = (
            format!("\"family\":\"{}\"", own[0].family()),
            "\"family\":\"another\"",
        );
        let at = text
            .windows(tag.len())
            .position(|bytes| bytes == tag.as_bytes())
            .unwrap();
        let changed = [&text[..at], other.as_bytes(), &text[at + tag.len()..]].concat();
        fs::write(before[0].with_file_name("foreign.rec"), changed).unwrap();
        let error = Records::open(folder.path(), own, 1, Others::Refused).unwrap_err();
        assert!(
            error.to_string().contains("of the family another"),
            "{error}"
        );
    }
}

/// Wherever the payload of a transformer's record is cut or lengthened, it is none.
#[test]
fn a_payload_of_another_length_is_refused() {
    let setup = transformer(0.1);
    let setup = setup.of::<transformer::Setup>().unwrap();
    let record = setup.run(0, &AtomicBool::new(false)).unwrap();
    let bytes = transformer::Setup::encode(&record);
    assert_eq!(setup.decode(&bytes), Some(record));
    for length in 0..bytes.len() {
        assert_eq!(setup.decode(&bytes[..length]), None, "cut to {length}");
    }
    assert_eq!(setup.decode(&[&bytes[..], &[0]].concat()), None);
}

/// Holds a page of the documentation against what it is made of; `SLOTLESS_WRITE_DOCS=1` writes it anew.
pub(super) fn holds(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name);
    if std::env::var_os("SLOTLESS_WRITE_DOCS").is_some() {
        fs::write(&path, page).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == page,
        "docs/{name} is not what the declarations say; SLOTLESS_WRITE_DOCS=1 cargo test -p slotless families writes it"
    );
}

/// A figure that is added is shown there, and what is shown there can be made. That each has its picture, the site's own check holds.
#[test]
fn the_gallery_has_every_figure() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/gallery.md");
    let page = fs::read_to_string(path).unwrap();
    let made = page
        .lines()
        .filter_map(|line| line.strip_prefix("slotless reproduce "));
    let made: Vec<&str> = made.collect();
    for figure in FIGURES.iter() {
        assert!(
            made.contains(&figure.name),
            "docs/gallery.md has no command of {}",
            figure.name
        );
    }
    for name in made {
        assert!(
            FIGURES.iter().any(|figure| figure.name == name),
            "docs/gallery.md makes {name}, which is no figure"
        );
    }
}

/// What stands in a cell of a table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_page_of_parameters_is_that_of_the_declarations() {
    let mut page = "\
# Parameters

Made from the declarations that flags, specs, grids, captions and tables read: `host/lab/src/memory/condition/parameters.rs` and
`host/lab/src/transformer/parameters.rs`. A name is that of a spec's key and of a column in `sweep_summary.csv`; as a flag it has
hyphens (`n_h`: `--n-h`). Several values, with commas between, make a grid.
"
    .to_owned();
    for (family, parameters) in PARAMETERS {
        page += &format!(
            "\n## {family}\n\n| name | symbol | what it is | unit | values | default |\n|---|---|---|---|---|---|\n"
        );
        for one in parameters {
            let values = match one.kind {
                Kind::Name(names) => {
                    let names = names().into_iter();
                    let names: Vec<String> = names
                        .map(|(name, help)| format!("`{name}`: {help}"))
                        .collect();
                    names.join("; ")
                }
                Kind::Whole | Kind::Real | Kind::Text { .. } => one.range.to_string(),
            };
            let mut name = format!("`{}`", one.name);
            if one.column() != one.name {
                name += &format!(" (column `{}`)", one.column());
            }
            let cells = [
                name.as_str(),
                one.symbol,
                one.help,
                one.unit,
                &values,
                one.default,
            ]
            .map(cell);
            page += &format!("| {} |\n", cells.join(" | "));
        }
    }
    holds("parameters.md", &page);
}

/// What a declaration says is left out is what a network is unless told otherwise.
#[test]
fn defaults_are_those_of_the_paper() {
    let network = memory::published::k_winner();
    for (parameter, value) in memory::spec::Sweep::values(&network) {
        assert_eq!(parameter.default, value.to_string(), "{}", parameter.name);
    }
    let of = |model: Model| transformer::Condition {
        model,
        training: Training::default(),
        checkpoints: Vec::new(),
    };
    let condition = of(Model::of(Rule::Qk, WinnerBy::Key));
    for (parameter, value) in transformer::spec::Sweep::values(&condition) {
        let (default, value) = (parameter.default, value.to_string());
        // Those that other models have others of, or that follow from others, are said in words.
        let is_said = default.starts_with("published") || default == "L";
        assert!(
            is_said || default == value,
            "{}: {default}, {value}",
            parameter.name
        );
    }
}

/// Every parameter is read by its name, and refuses what is none.
#[test]
fn parameters_are_read_by_their_names() {
    fn held<S: Sweeps + serde::Serialize>() {
        for parameter in S::PARAMETERS {
            let good = match parameter.kind {
                Kind::Whole => "3",
                Kind::Real => "0.5",
                Kind::Name(names) => names()[0].0,
                Kind::Text { example, .. } => example,
            };
            let mut sweep = S::default();
            sweep.add(parameter.name, good).unwrap();
            let read = serde_json::to_value(&sweep).unwrap();
            let read = read.as_object().unwrap();
            assert_eq!(read.keys().collect::<Vec<_>>(), [parameter.name]);
            assert_eq!(read[parameter.name].as_array().unwrap().len(), 1);
            for bad in ["", "x", "-", "1e", "\u{fc}"] {
                assert!(
                    sweep.add(parameter.name, bad).is_err(),
                    "{}: {bad}",
                    parameter.name
                );
            }
            assert!(!parameter.help.is_empty() && !parameter.heading.is_empty());
        }
        assert!(S::default().add("nobody", "1").is_err());
    }
    held::<memory::spec::Sweep>();
    held::<transformer::spec::Sweep>();
}
