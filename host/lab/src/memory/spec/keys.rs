//! A spec of keys and values, as programs give them: the names of the command's flags.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Spec, Sweep};
use crate::SpecError;
use crate::memory::published::k_winner;
use crate::memory::{Data, Network, Protocol};
use crate::run::given::{self, Why, Wrong};
use crate::run::parameter::{Sweeps, add_json};

/// Keys of a run.
const RUN: [&str; 2] = ["seed", "trials"];

/// Keys of the first network that are no parameters, and `matched`: whether the 1-winner network of as many weights is run, too.
const NETWORK: [&str; 3] = ["name", "preprocess", "matched"];

/// Keys of a protocol, as specs have them, but `cue` for the list of levels: `cues` are rows of data.
const PROTOCOL: [(&str, &str); 10] = [
    ("burn_in", "burn_in"),
    ("learned", "learned"),
    ("cue", "cues"),
    ("added", "added"),
    ("flipped", "flipped"),
    ("jitter", "jitter"),
    ("counted", "counted"),
    ("recall_steps", "recall_steps"),
    ("cueing", "cueing"),
    ("intrusions", "intrusions"),
];

/// Keys of data, as specs have them but for the files, and `b`, which is a parameter.
const DATA: [(&str, &str); 16] = [
    ("data", "kind"),
    ("steps", "steps"),
    ("categories", "categories"),
    ("prototypes", "prototypes"),
    ("power", "power"),
    ("context", "context"),
    ("lists", "lists"),
    ("length", "length"),
    ("similarity", "path"),
    ("order", "order"),
    ("patterns", "path"),
    ("levels", "levels"),
    ("lures", "lures"),
    ("cues", "cues"),
    ("lure_cues", "lure_cues"),
    ("target", "target"),
];

/// Names of files among them that a spec has as tables of their own.
const TABLES: [&str; 3] = ["lures", "cues", "lure_cues"];

/// Patterns that are learned, where they are somebody's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Their units.
    pub units: u32,
    /// The most ones of any.
    pub ones: u32,
}

/// What is read of a value, with the name of its key.
fn read<T: for<'de> Deserialize<'de>>(name: &'static str, value: Value) -> Result<T, SpecError> {
    given::read(value).map_err(|wrong: Wrong| SpecError::File(wrong.within(name).to_string()))
}

impl Spec {
    /// What one network on some data stands for unless more is said: seed 1, 100 trials, the paper's protocol. Of lists of
    /// parameters with one value the value is taken, others are swept; a network without a name gets that of its kind.
    ///
    /// # Errors
    /// [`SpecError`] for eps beside rates.
    pub fn of(network: Network, data: Data, given: &Sweep) -> Result<Self, SpecError> {
        given.check_rates()?;
        let spec = Self {
            seed: 1,
            trials: 100,
            protocol: Protocol::default(),
            data,
            network: vec![network],
            sweep: Sweep::default(),
        };
        let mut spec = spec.with(given);
        let swept = spec.sweep.memory.len() > 1;
        if let [network] = spec.network.as_mut_slice() {
            if swept {
                network.name.clear();
            } else if !network.memory.is_kwinner() {
                network.name = network.memory.to_string();
            } else if network.k == 1 {
                network.name = "1-winner MHN".to_owned();
            }
        }
        Ok(spec)
    }

    /// The keys that [`Spec::from_keys`] takes.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        let parameters = Sweep::PARAMETERS.iter().map(|parameter| parameter.name);
        let data = DATA.iter().map(|key| key.0);
        let others = PROTOCOL.iter().map(|key| key.0).chain(data);
        parameters.chain(NETWORK).chain(others).chain(RUN)
    }

    /// The spec of keys and values in the form of JSON: parameters of networks, lists of them for a sweep; keys of data, of the
    /// protocol and of the run. What is left out is as in the paper; files are named by their paths, and of patterns `rows` says
    /// how long they are, where they are not in `keys`.
    ///
    /// # Errors
    /// [`SpecError`] with the key, its value and what is allowed.
    pub fn from_keys(keys: &Map<String, Value>, rows: Option<Rows>) -> Result<Self, SpecError> {
        if let Some(key) = keys.keys().find(|key| !Self::keys().any(|one| one == *key)) {
            let known: Vec<&str> = Self::keys().collect();
            let known = known.join(", ");
            return Err(SpecError::File(format!(
                "{key:?} is no key, allowed {known}"
            )));
        }
        let mut given = Sweep::default();
        for parameter in Sweep::PARAMETERS {
            if let Some(value) = keys.get(parameter.name) {
                add_json(&mut given, parameter, value)?;
            }
        }
        let mut network = k_winner();
        if let Some(rows) = rows {
            (network.n_i, network.s) = (rows.units, rows.ones);
        }
        let get = |name: &str| keys.get(name).cloned();
        if let Some(value) = get("preprocess") {
            // As on the command line: units, share, active units.
            let table = match value {
                Value::Array(list) if list.len() == 3 => {
                    json!({ "n": list[0], "f": list[1], "k": list[2] })
                }
                Value::Array(_) => {
                    let allowed = "[units, share, active units]";
                    return Err(SpecError::range("preprocess", value, allowed));
                }
                other => other,
            };
            network.preprocess = Some(read("preprocess", table)?);
        }
        let mut spec = Self::of(network, data(keys, &given)?, &given)?;
        if let Some(value) = get("name") {
            spec.network[0].name = read("name", value)?;
        }
        if let Some(value) = get("matched")
            && read("matched", value)?
        {
            let other = spec.network[0].matched()?;
            spec.network.push(other);
        }
        spec.set_keys(keys)?;
        Ok(spec)
    }

    /// The spec of tables in the form of JSON: those of the TOML.
    ///
    /// # Errors
    /// [`SpecError`] with the key, its value and what is allowed.
    pub fn from_tables(tables: Map<String, Value>) -> Result<Self, SpecError> {
        let said = |wrong: Wrong| SpecError::File(wrong.within("spec").to_string());
        if let Some(Value::Object(data)) = tables.get("data") {
            let read: Result<Data, Wrong> = given::read_tagged(data, "kind");
            read.map_err(|wrong| said(wrong.within("data")))?;
        }
        given::read(Value::Object(tables)).map_err(said)
    }

    /// Keys of the protocol and of the run in place of what the spec has.
    ///
    /// # Errors
    /// As [`Spec::from_keys`].
    pub fn set_keys(&mut self, keys: &Map<String, Value>) -> Result<(), SpecError> {
        let mut protocol = read("protocol", json!(self.protocol))?;
        for (name, key) in PROTOCOL {
            let Some(value) = keys.get(name) else {
                continue;
            };
            let value = match (name, value) {
                ("cue", Value::Number(_)) => json!([value]),
                _ => value.clone(),
            };
            // One key at a time, so that what is wrong has a name.
            let one: Result<Protocol, Wrong> = given::read(json!({ key: value }));
            one.map_err(|wrong| SpecError::File(wrong.renamed(key, name).to_string()))?;
            let Value::Object(table) = &mut protocol else {
                continue;
            };
            table.insert(key.to_owned(), value);
        }
        self.protocol = read("protocol", protocol)?;
        if let Some(value) = keys.get("seed") {
            self.seed = read("seed", value.clone())?;
        }
        if let Some(value) = keys.get("trials") {
            self.trials = read("trials", value.clone())?;
        }
        Ok(())
    }

    /// Whether a key is one that [`Spec::set_keys`] takes.
    #[must_use]
    pub fn is_of_protocol(key: &str) -> bool {
        RUN.contains(&key) || PROTOCOL.iter().any(|one| one.0 == key)
    }
}

/// The data of some keys.
fn data(keys: &Map<String, Value>, given: &Sweep) -> Result<Data, SpecError> {
    let mut table = Map::new();
    let kind = match (
        keys.get("data"),
        keys.get("patterns"),
        keys.get("similarity"),
    ) {
        (Some(kind), ..) => kind.clone(),
        (None, Some(_), _) => json!("file"),
        (None, None, Some(_)) => json!("similarity"),
        (None, None, None) => json!("random"),
    };
    if !kind.is_string() {
        return Err(SpecError::range("data", &kind, "a name"));
    }
    let flips = given.b.first();
    let takes_flips = ["tree", "correlated", "drift"]
        .iter()
        .any(|one| kind == *one);
    match flips {
        Some(b) if takes_flips => {
            table.insert("b".to_owned(), json!(b));
        }
        Some(b) => {
            let allowed = "none but for data tree, correlated or drift";
            return Err(SpecError::range("b", b, allowed));
        }
        None => {}
    }
    if kind == "sequence" {
        table.insert("length".to_owned(), json!(10));
    }
    for (name, key) in DATA {
        let Some(value) = keys.get(name).filter(|_| name != "data") else {
            continue;
        };
        if key == "path" && kind != if name == "patterns" { "file" } else { name } {
            let allowed = match name {
                "patterns" => "none but for data file",
                _ => "none but for data similarity",
            };
            return Err(SpecError::range(name, value, allowed));
        }
        let value = match TABLES.contains(&name) {
            true => json!({ "path": value }),
            false => value.clone(),
        };
        table.insert(key.to_owned(), value);
    }
    table.insert("kind".to_owned(), kind.clone());
    given::read_tagged(&table, "kind").map_err(|wrong: Wrong| {
        // The name of the keyword of a key.
        let keyword = |key: &str| match key {
            "path" if kind == "similarity" => "similarity",
            "path" => "patterns",
            _ => DATA
                .iter()
                .find(|one| one.1 == key)
                .map_or("b", |one| one.0),
        };
        let text = match &wrong.why {
            Why::Lacks(key) => format!("data {kind} takes {}, none is given", keyword(key)),
            Why::Unknown(key, keys) => {
                let taken = keys.iter().filter(|key| **key != "sha256");
                let taken: Vec<&str> = taken.map(|key| keyword(key)).collect();
                let taken = match taken.is_empty() {
                    true => "nothing".to_owned(),
                    false => taken.join(", "),
                };
                let (key, value) = (keyword(key), &table[key.as_str()]);
                format!("{key} is {value}, allowed none: data {kind} takes {taken}")
            }
            _ => DATA
                .iter()
                .find(|one| wrong.is_at(one.1) && (one.1 != "path" || keyword("path") == one.0))
                .map_or(wrong.clone(), |&(name, key)| {
                    wrong.clone().renamed(key, name)
                })
                .to_string(),
        };
        SpecError::File(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::{Counted, Cueing, FileData, WeightWidth};
    use crate::patterns::RowOrder;

    fn keys(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    fn refused(value: Value) -> String {
        let spec = Spec::from_keys(&keys(value), None);
        spec.and_then(|spec| spec.conditions())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn keys_say_what_flags_say() {
        let spec = Spec::from_keys(&Map::new(), None).unwrap();
        assert_eq!(
            spec,
            Spec::of(k_winner(), Data::Random, &Sweep::default()).unwrap()
        );
        let spec = Spec::from_keys(
            &keys(json!({
                "n_h": 300, "eps": [0.1, 1], "k": [1], "weights": "u8", "cue": 0.5, "learned": 7, "seed": u64::MAX,
                "trials": 3, "counted": "content", "preprocess": [50, 0.5, 5], "matched": true,
            })),
            None,
        )
        .unwrap();
        assert_eq!((spec.seed, spec.trials), (u64::MAX, 3));
        let [network, other] = &spec.network[..] else {
            panic!("two networks");
        };
        assert_eq!((network.n_h, network.k), (300, 1));
        assert_eq!(network.weights, WeightWidth::U8);
        assert_eq!(network.name, "1-winner MHN");
        assert_eq!(network.preprocess.unwrap().k, 5);
        assert_eq!((other.n_h, other.k), (15, 1));
        assert_eq!(spec.sweep.eps, [0.1, 1.0]);
        assert_eq!(spec.protocol.cues, [0.5]);
        assert_eq!((spec.protocol.learned, spec.protocol.burn_in), (7, 3000));
        assert_eq!(spec.protocol.counted, Counted::Content);
        let data = |value| Spec::from_keys(&keys(value), None).unwrap().data;
        let tree = Data::Tree { b: 5, steps: None };
        assert_eq!(data(json!({ "data": "tree", "b": 5 })), tree);
        let spec = keys(json!({ "data": "sequence", "cueing": "chain" }));
        let spec = Spec::from_keys(&spec, None).unwrap();
        assert_eq!(spec.data, Data::Sequence { length: 10 });
        assert_eq!(spec.protocol.cueing, Cueing::Chain);
        let rows = Rows { units: 64, ones: 9 };
        let own = keys(json!({ "patterns": "rows.npy", "lures": "l.npy", "order": "file" }));
        let spec = Spec::from_keys(&own, Some(rows)).unwrap();
        assert_eq!((spec.network[0].n_i, spec.network[0].s), (64, 9));
        let file = FileData::new("rows.npy").lures("l.npy");
        assert_eq!(spec.data, Data::File(file.order(RowOrder::File)));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (value, line) in [
            (
                json!({ "learnt": 3 }),
                "\"learnt\" is no key, allowed memory, n_i, ",
            ),
            (
                json!({ "n_i": -3 }),
                "n_i is -3, allowed a whole number, 0 to 4294967295",
            ),
            (json!({ "n_i": "20" }), "n_i is \"20\", allowed a number"),
            (json!({ "k": [] }), "k is [], allowed one value or more"),
            (
                json!({ "weights": "u3" }),
                "weights is \"u3\", allowed one of u1, ",
            ),
            (
                json!({ "learned": 2.5 }),
                "learned is 2.5, allowed a whole number, 0 to 4294967295",
            ),
            (json!({ "cue": [2.0] }), "cue is 2, allowed 0 to 1"),
            (
                json!({ "data": "tree" }),
                "data \"tree\" takes b, none is given",
            ),
            (
                json!({ "data": "file" }),
                "data \"file\" takes patterns, none is given",
            ),
            (
                json!({ "data": "woods" }),
                "data is \"woods\", allowed one of random, tree, ",
            ),
            (json!({ "data": 3 }), "data is 3, allowed a name"),
            (
                json!({ "trials": -1 }),
                "trials is -1, allowed a whole number, 0 to 4294967295",
            ),
            (
                json!({ "trials": [1] }),
                "trials is [1], allowed a whole number",
            ),
            (
                json!({ "matched": 1 }),
                "matched is 1, allowed true or false",
            ),
            (
                json!({ "cue": [0.5, "a"] }),
                "cue[1] is \"a\", allowed a number",
            ),
            (
                json!({ "counted": "all" }),
                "counted is \"all\", allowed one of ",
            ),
            (
                json!({ "data": "pairs", "context": [0.1, 0.2] }),
                "context is [0.1,0.2], allowed a number",
            ),
            (
                json!({ "patterns": "a", "levels": 2 }),
                "levels is 2, allowed a text",
            ),
            (
                json!({ "preprocess": [1, 2] }),
                "preprocess is [1,2], allowed [units, share, active units]",
            ),
            (json!({ "b": 3 }), "b is 3, allowed none but for data tree"),
            (
                json!({ "categories": 3 }),
                "categories is 3, allowed none: data \"random\" takes nothing",
            ),
            (
                json!({ "data": "drift", "b": 2, "categories": 3 }),
                "categories is 3, allowed none: data \"drift\" takes b, context",
            ),
            (
                json!({ "patterns": "a", "data": "random" }),
                "patterns is \"a\", allowed none but",
            ),
            (
                json!({ "similarity": "a", "patterns": "b" }),
                "similarity is \"a\", allowed none but",
            ),
            (
                json!({ "eps": 0.5, "rates": "0.1+0.3" }),
                "eps is 0.5, allowed none beside rates",
            ),
            (
                json!({ "matched": true, "memory": "ring" }),
                "memory is ring, allowed kwinner for",
            ),
            (json!({ "trials": 0 }), "trials is 0, allowed from 1"),
        ] {
            let said = refused(value);
            assert!(said.starts_with(line), "{said}");
        }
    }

    #[test]
    fn tables_are_what_the_toml_has() {
        let spec = Spec::of(
            k_winner(),
            Data::Tree { b: 3, steps: None },
            &Sweep::default(),
        );
        let spec = spec.unwrap();
        let tables = || keys(serde_json::to_value(&spec).unwrap());
        assert_eq!(Spec::from_tables(tables()).unwrap(), spec);
        let refused = |at: &str, key: &str, value: Value| {
            let mut tables = tables();
            tables[at][key] = value;
            Spec::from_tables(tables).unwrap_err().to_string()
        };
        assert_eq!(
            refused("data", "b", json!("3")),
            "spec.data.b is \"3\", allowed a whole number, 0 to 4294967295"
        );
        assert_eq!(
            refused("protocol", "learned", json!(-3)),
            "spec.protocol.learned is -3, allowed a whole number, 0 to 4294967295"
        );
        let said = refused("protocol", "none", json!(1));
        assert!(
            said.starts_with("spec.protocol has \"none\", allowed burn_in, "),
            "{said}"
        );
        let said = refused("data", "kind", json!("woods"));
        assert!(
            said.starts_with("spec.data.kind is \"woods\", allowed one of random"),
            "{said}"
        );
        let mut tables = tables();
        tables["network"][0]["n_h"] = json!(1.5);
        let said = Spec::from_tables(tables).unwrap_err().to_string();
        assert_eq!(
            said,
            "spec.network[0].n_h is 1.5, allowed a whole number, 0 to 4294967295"
        );
    }

    /// What serde would take of a table: its own list of fields.
    fn fields(error: impl ToString) -> Vec<String> {
        let error = error.to_string();
        let names = error.split('`').skip(3).step_by(2);
        names.map(str::to_owned).collect()
    }

    /// Each field of a spec's protocol and data has a key.
    #[test]
    fn no_key_is_left_out() {
        let none = json!({ "none": 0 });
        let found = fields(serde_json::from_value::<Protocol>(none).unwrap_err());
        assert_eq!(found, PROTOCOL.map(|key| key.1));
        let mut all = vec!["b".to_owned(), "sha256".to_owned()];
        all.extend(DATA.iter().map(|key| key.1.to_owned()));
        for kind in [
            "tree",
            "correlated",
            "drift",
            "pairs",
            "sequence",
            "similarity",
            "file",
        ] {
            let error = serde_json::from_value::<Data>(json!({ "kind": kind, "none": 0 }));
            let found = fields(error.unwrap_err());
            assert!(
                !found.is_empty() && found.iter().all(|one| all.contains(one)),
                "{found:?}"
            );
        }
        assert!(serde_json::from_value::<Data>(json!({ "kind": "none" })).is_err());
    }
}
