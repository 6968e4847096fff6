use super::*;
use crate::memory::{FileData, MemoryKind, Preprocess, WeightWidth};
use crate::patterns::{FreshPrototypes, Levels, OrderMatch};
use slotless_core::kwinner::{Assignment, Code};
use slotless_core::weight::Rounding;

fn spec() -> Spec {
    Spec {
        seed: 3,
        trials: 4,
        protocol: Protocol::default(),
        data: Data::Random,
        network: vec![Network {
            name: "".to_owned(),
            n_i: 60,
            n_h: 80,
            s: 6,
            f: 0.2,
            k: 5,
            eps: 0.3,
            ..Network::default()
        }],
        sweep: Sweep::default(),
    }
}

fn names(spec: &Spec) -> Vec<String> {
    let conditions = spec.conditions().unwrap();
    conditions
        .into_iter()
        .map(|condition| condition.network.name)
        .collect()
}

#[test]
fn toml_there_and_back() {
    let mut spec = spec();
    let data = [
        Data::Random,
        Data::Tree { b: 2, steps: None },
        Data::Tree {
            b: 2,
            steps: Some(9000),
        },
        Data::Correlated {
            b: 3,
            categories: 4,
            prototypes: FreshPrototypes::Fresh,
            order: OrderMatch::Category,
            power: 0.0,
        },
        Data::File(FileData {
            sha256: Some("00ff".to_owned()),
            ..FileData::new("a folder/rows.npy").levels(Levels::Signs)
        }),
    ];
    for data in data {
        spec.data = data;
        assert_eq!(Spec::from_toml(&spec.to_toml()).unwrap(), spec);
    }
    let mut other = Network {
        name: "\"quoted\" = [1]\nübung".to_owned(),
        n_i: 1,
        n_h: 1,
        s: 1,
        f: 0.1,
        k: 1,
        eps: 1.0 / 3.0,
        ..Network::default()
    };
    other.preprocess = Some(Preprocess { n: 5, f: 0.7, k: 2 });
    other.weights = WeightWidth::U2;
    other.rounding = Rounding::Stochastic;
    other.assignment = Assignment::RandomK;
    other.eps = Network::default().eps;
    other.rates = Some("0.1+0.3".parse().unwrap());
    other.winners_code = Code::Graded;
    spec.network.push(other);
    spec.sweep.eps = vec![0.1, 1e-5];
    assert!(spec.sweep.check_rates().is_ok());
    spec.sweep.weights = vec![WeightWidth::U1, WeightWidth::U16];
    spec.sweep.assignment = vec![Assignment::RandomK];
    spec.sweep.rates = vec!["0.05..0.5:log".parse().unwrap(), "0.3".parse().unwrap()];
    spec.sweep.winners_code = vec![Code::Graded];
    assert_eq!(Spec::from_toml(&spec.to_toml()).unwrap(), spec);
}

/// Rates take the place of eps, as a text or as a list.
#[test]
fn rates_are_written_in_two_ways() {
    let text = "[[network]]\nn_i = 60\nn_h = 80\ns = 6\nf = 0.2\nk = 5\n";
    let with = |lines: &str| Spec::from_toml(&format!("{text}{lines}\n"));
    let as_text = with("rates = '0.1+0.3'").unwrap();
    assert_eq!(with("rates = [0.1, 0.3]").unwrap(), as_text);
    assert_eq!(as_text.network[0].rates, "0.1+0.3".parse().ok());
    let condition = &as_text.conditions().unwrap()[0];
    assert!(
        condition.network.caption().contains("eps = 0.1+0.3"),
        "{}",
        condition.network.caption()
    );
    // Those that are swept take the place of the network's eps; of eps that is swept too they do not.
    let mut swept = with("eps = 0.2").unwrap();
    swept.sweep.rates = vec!["0.1+0.3".parse().unwrap(), "0.2".parse().unwrap()];
    let conditions = swept.conditions().unwrap();
    assert!(conditions.iter().all(|one| one.network.rates.is_some()));
    swept.sweep.eps = vec![0.3];
    let error = swept.conditions().unwrap_err().to_string();
    assert!(error.contains("none beside rates"), "{error}");
    for (lines, needle) in [
        ("", "missing field `eps`"),
        ("eps = 0.3\nrates = '0.1+0.2'", "none beside rates"),
        ("rates = 'fast'", "expected rates as 0.1+0.3"),
        ("rates = []", "rates as"),
        ("rates = 0.3", "rates as"),
        ("eps = 0.3\nwinners_code = 'soft'", "unknown variant `soft`"),
    ] {
        let error = with(lines).unwrap_err().to_string();
        assert!(error.contains(needle), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[test]
fn what_is_left_out_is_the_papers() {
    let text = "[[network]]\nn_i = 60\nn_h = 80\ns = 6\nf = 0.2\nk = 5\neps = 0.3\n";
    let found = Spec::from_toml(text).unwrap();
    let expected = Spec {
        seed: 1,
        trials: 100,
        ..spec()
    };
    assert_eq!(found, expected);
    assert_eq!(names(&found), ["network 1"]);
}

#[test]
fn errors_name_the_line() {
    let text = spec().to_toml();
    for (number, line) in text.lines().enumerate() {
        if line.is_empty() {
            continue;
        }
        // A key of nobody's behind each line.
        let lines: Vec<&str> = text.lines().collect();
        let (before, after) = lines.split_at(number + 1);
        let damaged = [before, &["nobody = 1"], after].concat().join("\n");
        let error = Spec::from_toml(&damaged).unwrap_err().to_string();
        assert!(error.contains("unknown field `nobody`"), "{error}");
        // Keys of [data] are checked as one, where that table begins.
        let data = line.starts_with("kind") || line == "[data]";
        let expected = match lines.iter().position(|line| *line == "[data]") {
            Some(table) if data => table + 1,
            _ => number + 2,
        };
        assert!(
            error.starts_with(&format!("line {expected}: ")),
            "{error} after {line:?}"
        );
    }
}

/// What none of the memories of a sweep has is refused, and so is a list of nothing: neither goes without a word.
#[test]
fn what_no_memory_of_a_sweep_has_is_refused() {
    let mut spec = spec();
    let swept = format!("{}\n[sweep]\nk = []\n", spec.to_toml());
    let line = |spec: &Spec| spec.conditions().map_err(|error| error.to_string());
    spec.sweep.memory = vec![MemoryKind::Ring, MemoryKind::Willshaw];
    spec.network[0] = Network {
        n_i: spec.network[0].n_i,
        s: spec.network[0].s,
        n_h: 20,
        ..Network::default()
    };
    assert_eq!(line(&spec).unwrap().len(), 2);
    let of = |change: fn(&mut Network)| {
        let mut spec = spec.clone();
        change(&mut spec.network[0]);
        line(&spec).unwrap_err()
    };
    assert_eq!(
        of(|network| network.parts = Some(5)),
        "parts is 5, allowed none: no parameter of memory ring, willshaw"
    );
    assert!(of(|network| network.cap = Some(30)).starts_with("cap is 30, allowed none"));
    assert!(of(|network| network.recency_levels = Some(3)).starts_with("recency_levels is 3"));
    assert!(of(|network| network.k = 3).starts_with("k is 3, allowed none"));
    assert!(of(|network| network.rounding = Rounding::Stochastic).starts_with("rounding is stoch"));
    // One of them has it.
    spec.network[0].eps = 0.2;
    assert!(line(&spec).is_ok());
    spec.sweep.memory = vec![MemoryKind::Ring];
    assert!(line(&spec).unwrap_err().starts_with("eps is 0.2"));
    spec.sweep.memory = vec![MemoryKind::Willshaw];
    assert!(line(&spec).unwrap_err().starts_with("n_h is 20"));
    let error = Spec::from_toml(&swept).unwrap_err().to_string();
    assert!(
        error.ends_with(": no value in a list that is swept, expected one at least"),
        "{error}"
    );
}

/// -0 is no other cue than 0, which has a name.
#[test]
fn zero_has_no_sign() {
    let mut spec = spec();
    spec.protocol.cues = vec![0.0, 1.0];
    assert!(spec.conditions().is_ok());
    spec.protocol.cues[0] = -0.0;
    assert_eq!(
        spec.conditions().unwrap_err().to_string(),
        "cue is -0, allowed 0 to 1"
    );
}

#[test]
fn a_grid_in_order() {
    let mut spec = spec();
    spec.sweep.k = vec![3, 5];
    spec.sweep.n_h = vec![70, 80];
    assert_eq!(
        names(&spec),
        [
            "n_h = 70, k = 3",
            "n_h = 70, k = 5",
            "n_h = 80, k = 3",
            "n_h = 80, k = 5"
        ]
    );
    assert_eq!(spec.sweep.to_string(), "n_h = [70, 80], k = [3, 5]");
    spec.network[0].name = "mine".to_owned();
    spec.network.push(Network {
        name: "beside".to_owned(),
        n_i: 60,
        n_h: 9,
        s: 6,
        f: 1.0,
        k: 1,
        eps: 1.0,
        ..Network::default()
    });
    spec.sweep = Sweep {
        b: vec![1, 2],
        ..Sweep::default()
    };
    spec.data = Data::Tree { b: 6, steps: None };
    let conditions = spec.conditions().unwrap();
    let found: Vec<(&str, &Data)> = conditions
        .iter()
        .map(|condition| (condition.network.name.as_str(), &condition.data))
        .collect();
    let tree = |b| Data::Tree { b, steps: None };
    // Networks after the first are not swept, and keep the data as written.
    assert_eq!(
        found,
        [
            ("mine, b = 1", &tree(1)),
            ("mine, b = 2", &tree(2)),
            ("beside", &tree(6))
        ]
    );
}

#[test]
fn names_must_differ() {
    let mut spec = spec();
    spec.network.push(spec.network[0].clone());
    assert_eq!(names(&spec), ["network 1", "network 2"]);
    spec.network[0].name = "K winner".to_owned();
    spec.network[1].name = "k-winner".to_owned();
    let error = spec.conditions().unwrap_err().to_string();
    assert!(
        error.contains("\"k-winner\"") && error.contains("names that differ"),
        "{error}"
    );
}

#[test]
fn a_file_of_other_contents_than_the_spec_names_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, "1,0,1,0\n0,1,1,0\n1,1,0,0\n").unwrap();
    let of = |sha256: Option<String>| {
        let mut spec = spec();
        spec.network[0] = Network {
            n_i: 4,
            n_h: 3,
            s: 2,
            f: 0.5,
            k: 1,
            ..spec.network[0].clone()
        };
        spec.protocol = Protocol {
            burn_in: 1,
            learned: 1,
            cues: vec![1.0],
            ..Protocol::default()
        };
        let path = path.clone();
        spec.data = Data::File(FileData {
            sha256,
            ..FileData::new(path)
        });
        crate::memory::Setup::new(spec.conditions().unwrap().remove(0), 1)
    };
    let setup = of(None).unwrap();
    let Data::File(FileData { sha256, .. }) = &setup.condition().data else {
        panic!("data of a file");
    };
    let digest = sha256.clone().unwrap();
    assert!(of(Some(digest.clone())).is_ok());
    let other = "0".repeat(64);
    let error = of(Some(other.clone())).unwrap_err().to_string();
    assert!(error.contains(&digest) && error.contains(&other), "{error}");
}
