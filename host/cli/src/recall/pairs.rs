//! Pairs as they are written: lines of columns, lines of JSON, flags.

use std::path::Path;

use std::collections::BTreeMap;

use clap::ValueEnum;
use serde::Deserialize;
use serde_json::Value;

use slotless_recall::{Item, Metadata, Times};

use super::super::Failure;
use super::{read_input, show, which};
use slotless_files::input;

/// A cue, a target, and further cues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pair {
    pub cue: String,
    pub target: String,
    #[serde(default)]
    pub paraphrases: Vec<String>,
    /// When it was added to the memory that it comes from, and updated there last.
    #[serde(default)]
    pub added: Option<String>,
    #[serde(default)]
    pub updated: Option<String>,
    /// When it happened.
    #[serde(default)]
    pub time: Option<String>,
    #[serde(default)]
    pub speaker: Option<String>,
    #[serde(default)]
    pub session: Option<String>,
    #[serde(default)]
    pub namespace: Option<String>,
    /// What it is about: the item of this key takes its place.
    #[serde(default)]
    pub key: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// Further cues of an item that is there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cues {
    pub id: u64,
    pub cues: Vec<String>,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Pair(Box<Pair>),
    Cues(Cues),
}

impl Input {
    /// Its texts, in the order in which rows of vectors belong to them, each with whether it is a target.
    pub fn texts(&self) -> impl Iterator<Item = (&str, bool)> {
        let (pair, cues) = match self {
            Self::Pair(pair) => (Some(pair), None),
            Self::Cues(cues) => (None, Some(cues)),
        };
        let of_pair = pair.into_iter().flat_map(|pair| pair.texts());
        let of_pair = of_pair.enumerate().map(|(place, text)| (text, place == 1));
        let of_cues = cues.into_iter().flat_map(|cues| &cues.cues);
        of_pair.chain(of_cues.map(|text| (text.as_str(), false)))
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Self::Pair(pair) => pair.check(),
            Self::Cues(cues) => {
                if cues.cues.is_empty() {
                    return Err("\"cues\" is empty".to_owned());
                }
                cues.cues
                    .iter()
                    .try_for_each(|text| check_text("a cue", text))
            }
        }
    }
}

fn check_text(what: &str, text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err(format!("{what} is empty"));
    }
    if text.len() > Item::LONGEST_TEXT {
        let (length, most) = (text.len(), Item::LONGEST_TEXT);
        return Err(format!("{what} has {length} bytes, allowed {most} at most"));
    }
    Ok(())
}

/// How the lines of a file are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    Tsv,
    Jsonl,
}

impl Pair {
    /// Its texts, in the order in which rows of vectors belong to them: cue, target, paraphrases.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let first = [&self.cue, &self.target];
        first
            .into_iter()
            .chain(&self.paraphrases)
            .map(String::as_str)
    }

    /// Puts a day in front of its cues.
    pub fn date(&mut self, day: &str) {
        for cue in [&mut self.cue].into_iter().chain(&mut self.paraphrases) {
            *cue = format!("[{day}] {cue}");
        }
    }

    /// What is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let names = ["the cue", "the target"].into_iter();
        for (what, text) in names
            .chain(std::iter::repeat("a paraphrase"))
            .zip(self.texts())
        {
            check_text(what, text)?;
        }
        self.metadata()?;
        self.times().map(drop)
    }

    /// What is said of it beside its texts.
    pub fn metadata(&self) -> Result<Metadata, String> {
        let mut metadata = Metadata::new();
        let named = [
            (Metadata::SPEAKER, &self.speaker),
            (Metadata::SESSION, &self.session),
            (Metadata::NAMESPACE, &self.namespace),
            (Metadata::KEY, &self.key),
        ];
        let named = named
            .into_iter()
            .filter_map(|(key, value)| Some((key, value.as_ref()?)));
        let tags = self.tags.iter().map(|(key, value)| (key.as_str(), value));
        for (key, value) in named.chain(tags) {
            if metadata.tag(key).is_some() {
                return Err(format!("{key} is given twice, beside \"tags\" and in them"));
            }
            let with = metadata.with(key, value);
            metadata = with.map_err(|error| show::line(&error.to_string()))?;
        }
        let Some(time) = &self.time else {
            return Ok(metadata);
        };
        let moment = show::moment(time);
        let moment = moment
            .ok_or_else(|| format!("\"time\" is \"{}\", {}", show::line(time), which::MOMENT))?;
        metadata
            .with_time(moment)
            .map_err(|error| error.to_string())
    }

    /// Its times, none where none are given.
    pub fn times(&self) -> Result<Times, String> {
        let of = |text: &Option<String>| {
            let read = |text: &String| {
                show::time_of(text).ok_or_else(|| {
                    let text = show::line(text);
                    format!(
                        "\"{text}\" is no time that can be kept, expected one in UTC, after 1970 began and before 10000 does, such \
                         as 2026-11-28T16:22:02Z or 2026-11-28T16:22:02.125Z"
                    )
                })
            };
            text.as_ref().map(read).transpose()
        };
        Ok(Times {
            added: of(&self.added)?,
            updated: of(&self.updated)?,
        })
    }
}

/// What becomes of fields of an object that are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Unknown {
    /// They are refused
    #[default]
    Refuse,
    /// They are tags: texts, and numbers and truth values as they are written
    Tags,
}

/// The pairs of a file, all of them sound.
pub(super) fn read(path: &Path, lines: Lines, unknown: Unknown) -> Result<Vec<Input>, Failure> {
    let (name, bytes) = read_input(path)?;
    let refused = |line: usize, why: &str| Failure::Input(format!("{name}: line {line}: {why}"));
    let mut pairs = Vec::new();
    for (line, number) in input::lines(&bytes).zip(1..) {
        let line = std::str::from_utf8(line).map_err(|_| refused(number, "no text in UTF-8"))?;
        let pair = match lines {
            Lines::Tsv => of_columns(line).map(|pair| Input::Pair(Box::new(pair))),
            Lines::Jsonl => of_line(line, unknown),
        };
        let checked = pair.and_then(|pair| pair.check().map(|()| pair));
        pairs.push(checked.map_err(|why| refused(number, &why))?);
    }
    if pairs.is_empty() {
        return Err(Failure::Input(format!(
            "{name} is empty, expected one pair per line"
        )));
    }
    Ok(pairs)
}

/// Fields that are known.
const FIELDS: [&str; 11] = [
    "cue",
    "target",
    "paraphrases",
    "added",
    "updated",
    "time",
    "speaker",
    "session",
    "namespace",
    "key",
    "tags",
];

fn of_columns(line: &str) -> Result<Pair, String> {
    let mut columns = line.split('\t').map(str::to_owned);
    let (Some(cue), Some(target)) = (columns.next(), columns.next()) else {
        return Err(
            "one column, expected a cue, a tab and a target, and paraphrases behind further tabs"
                .to_owned(),
        );
    };
    Ok(Pair {
        cue,
        target,
        paraphrases: columns.collect(),
        ..Pair::default()
    })
}

/// A line of JSON, as it is expected.
const OBJECT: &str = r#"{"cue": "...", "target": "...", "paraphrases": ["..."]}"#;

/// A pair, or further cues of an item: an object that has no target.
fn of_line(line: &str, unknown: Unknown) -> Result<Input, String> {
    #[derive(Deserialize)]
    struct Which {
        id: Option<serde::de::IgnoredAny>,
        target: Option<serde::de::IgnoredAny>,
    }
    let which: Option<Which> = match line.trim_start().starts_with('{') {
        true => serde_json::from_str(line).ok(),
        false => None,
    };
    match which {
        Some(Which {
            id: Some(_),
            target: None,
        }) => parsed(line)
            .map(Input::Cues)
            .map_err(|why| why.replace(OBJECT, r#"{"id": 7, "cues": ["..."]}"#)),
        _ => of_json(line, unknown).map(|pair| Input::Pair(Box::new(pair))),
    }
}

fn of_json(line: &str, unknown: Unknown) -> Result<Pair, String> {
    // The parser takes a list for the values of an object in the order of its keys.
    if line.trim_start().starts_with('[') {
        return Err(format!("a list, expected {OBJECT}"));
    }
    match unknown {
        Unknown::Refuse => parsed(line),
        Unknown::Tags => with_unknown(line),
    }
}

/// An object, whose fields are texts and so on, whatever they are called.
fn with_unknown(line: &str) -> Result<Pair, String> {
    let mut object: serde_json::Map<String, Value> = parsed(line)?;
    let mut tags = BTreeMap::new();
    let unknown: Vec<String> = object
        .keys()
        .filter(|key| !FIELDS.contains(&key.as_str()))
        .cloned()
        .collect();
    for key in unknown {
        let value = match object.remove(&key) {
            Some(Value::String(text)) => text,
            Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            Some(Value::Null) | None => continue,
            Some(Value::Array(_) | Value::Object(_)) => {
                let key = show::line(&key);
                return Err(format!(
                    "\"{key}\" is a list or an object, and no tag; allowed: texts, numbers, true, false, null"
                ));
            }
        };
        tags.insert(key, value);
    }
    let text = Value::Object(object).to_string();
    let mut pair: Pair = parsed(&text)?;
    for (key, value) in tags {
        if pair.tags.contains_key(&key) {
            return Err(format!(
                "{} is given twice, beside \"tags\" and in them",
                show::line(&key)
            ));
        }
        pair.tags.insert(key, value);
    }
    Ok(pair)
}

/// What a line of JSON says.
fn parsed<T: serde::de::DeserializeOwned>(line: &str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|error| {
        // Every line is line 1 to the parser, which would only confuse.
        let text = error.to_string();
        // It quotes what it does not know.
        let why = show::line(text.split(" at line ").next().unwrap_or_default());
        format!("{why} (column {}), expected {OBJECT}", error.column())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_json_say_the_same() {
        let pair = of_columns("a\tb\tc\td").unwrap();
        let json = r#"{"target": "b", "cue": "a", "paraphrases": ["c", "d"]}"#;
        for unknown in [Unknown::Refuse, Unknown::Tags] {
            assert_eq!(of_json(json, unknown).unwrap(), pair);
        }
        assert_eq!(pair.texts().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        assert!(pair.check().is_ok());
        assert!(of_columns("a").is_err());
        assert!(of_columns("a\t").unwrap().check().is_err());
        assert!(of_columns("a\tb\t ").unwrap().check().is_err());
        // Lines end with CR, LF or both; a mark of UTF-8 is no part of a cue.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pairs.tsv");
        for end in ["\n", "\r", "\r\n"] {
            std::fs::write(&path, format!("\u{feff}a\tb{end}c d\te{end}")).unwrap();
            let found = read(&path, Lines::Tsv, Unknown::Refuse).unwrap();
            let expected =
                ["a\tb", "c d\te"].map(|line| Input::Pair(Box::new(of_columns(line).unwrap())));
            assert_eq!(found, expected);
        }
        let refused = |json| of_json(json, Unknown::Refuse);
        assert!(refused(r#"{"cue": "a"}"#).unwrap_err().contains("target"));
        assert!(refused(r#"{"cue": "a", "target": "b", "other": 1}"#).is_err());
    }

    #[test]
    fn cues_of_an_item_are_a_line() {
        let found = of_line(r#" {"id": 7, "cues": ["a", "b"]}"#, Unknown::Refuse).unwrap();
        let texts: Vec<_> = found.texts().collect();
        assert_eq!(texts, [("a", false), ("b", false)]);
        assert!(matches!(found, Input::Cues(Cues { id: 7, .. })) && found.check().is_ok());
        for (wrong, why) in [
            (r#"{"id": 7, "cues": []}"#, "empty"),
            (r#"{"id": 7, "cues": ["a", " "]}"#, "a cue is empty"),
            (r#"{"id": 7}"#, "cues"),
            (r#"{"id": -7, "cues": ["a"]}"#, "-7"),
            (r#"{"id": 7, "cues": ["a"], "time": "2026"}"#, "time"),
            (r#"{"id": 7, "cue": "a", "target": "b"}"#, "id"),
            (r#"[7, ["a"]]"#, "a list"),
        ] {
            let found = of_line(wrong, Unknown::Refuse);
            let error = found.and_then(|one| one.check()).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        let pair = of_line(
            r#"{"cue": "a", "target": "b", "key": "k"}"#,
            Unknown::Refuse,
        )
        .unwrap();
        assert_eq!(
            pair.texts().collect::<Vec<_>>(),
            [("a", false), ("b", true)]
        );
        let Input::Pair(pair) = pair else {
            panic!("a pair")
        };
        assert_eq!(pair.metadata().unwrap().tag("key"), Some("k"));
    }

    #[test]
    fn what_is_not_known_may_be_tags() {
        let json = r#"{"cue": "a", "target": "b", "speaker": "Ann", "room": 7, "loud": true, "none": null, "tags": {"x": "y"}, "time": "2026-03"}"#;
        assert!(of_json(json, Unknown::Refuse).unwrap_err().contains("room"));
        let metadata = of_json(json, Unknown::Tags).unwrap().metadata().unwrap();
        let expected = [
            ("loud", "true"),
            ("room", "7"),
            ("speaker", "Ann"),
            ("x", "y"),
        ];
        assert_eq!(metadata.tags().collect::<Vec<_>>(), expected);
        assert_eq!(metadata.time(), show::time_of("2026-03-01T00:00:00Z"));
        for (wrong, why) in [
            (r#"{"cue": "a", "target": "b", "list": [1]}"#, "list"),
            (
                r#"{"cue": "a", "target": "b", "x": "1", "tags": {"x": "2"}}"#,
                "twice",
            ),
            (
                r#"{"cue": "a", "target": "b", "speaker": "1", "tags": {"speaker": "2"}}"#,
                "twice",
            ),
            (r#"{"cue": "a", "target": "b", "a key": "1"}"#, "a key"),
            (r#"{"cue": "a", "target": "b", "speaker": ""}"#, "empty"),
            (
                r#"{"cue": "a", "target": "b", "time": "yesterday"}"#,
                "yesterday",
            ),
            (r#"{"cue": "a"}"#, "target"),
        ] {
            let pair = of_json(wrong, Unknown::Tags);
            let error = pair.and_then(|pair| pair.check()).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
