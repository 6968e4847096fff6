//! Pairs as they are written: lines of columns, lines of JSON, flags.

use std::path::Path;

use serde::Deserialize;

use slotless_recall::{Item, Times};

use super::super::Failure;
use super::{read_input, show};
use slotless_files::input;

/// A cue, a target, and further cues.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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

    /// What is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let names = ["the cue", "the target"].into_iter();
        for (what, text) in names
            .chain(std::iter::repeat("a paraphrase"))
            .zip(self.texts())
        {
            if text.trim().is_empty() {
                return Err(format!("{what} is empty"));
            }
            if text.len() > Item::LONGEST_TEXT {
                let (length, most) = (text.len(), Item::LONGEST_TEXT);
                return Err(format!("{what} has {length} bytes, allowed {most} at most"));
            }
        }
        self.times().map(drop)
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

/// The pairs of a file, all of them sound.
pub(super) fn read(path: &Path, lines: Lines) -> Result<Vec<Pair>, Failure> {
    let (name, bytes) = read_input(path)?;
    let refused = |line: usize, why: &str| Failure::Input(format!("{name}: line {line}: {why}"));
    let mut pairs = Vec::new();
    for (line, number) in input::lines(&bytes).zip(1..) {
        let line = std::str::from_utf8(line).map_err(|_| refused(number, "no text in UTF-8"))?;
        let pair = match lines {
            Lines::Tsv => of_columns(line),
            Lines::Jsonl => of_json(line),
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
        added: None,
        updated: None,
    })
}

/// A line of JSON, as it is expected.
const OBJECT: &str = r#"{"cue": "...", "target": "...", "paraphrases": ["..."]}"#;

fn of_json(line: &str) -> Result<Pair, String> {
    // The parser takes a list for the values of an object in the order of its keys.
    if line.trim_start().starts_with('[') {
        return Err(format!("a list, expected {OBJECT}"));
    }
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
        assert_eq!(of_json(json).unwrap(), pair);
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
            let found = read(&path, Lines::Tsv).unwrap();
            assert_eq!(
                found,
                [of_columns("a\tb").unwrap(), of_columns("c d\te").unwrap()]
            );
        }
        assert!(of_json(r#"{"cue": "a"}"#).unwrap_err().contains("target"));
        assert!(of_json(r#"{"cue": "a", "target": "b", "other": 1}"#).is_err());
    }
}
