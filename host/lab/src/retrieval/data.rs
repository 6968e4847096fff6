//! What both formats come to, and the fields of JSON that they are read from.

use std::path::Path;

use serde_json::Value;
use slotless_files::input;

use super::RetrievalError;

/// Whether the facts of a data set are cues, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Facts {
    /// Turns alone.
    #[default]
    LeftOut,
    /// A fact is one more cue of the turn that it is from.
    AsCues,
}

/// Whether the date of a session is part of its turns' cues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dates {
    /// Turns as they were said.
    #[default]
    LeftOut,
    /// `[8 May, 2023] ` in front of each.
    InCues,
}

/// A question about a haystack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// How it is named: LongMemEval's id, or of LoCoMo its number within the conversation, from 1.
    pub id: String,
    /// The question.
    pub text: String,
    /// Which kind of question, such as `multi-hop`.
    pub category: String,
    /// The items that answer it, ascending; none where nothing does.
    pub evidence: Vec<usize>,
}

impl Question {
    /// Whether anything answers it.
    #[must_use]
    pub fn is_answerable(&self) -> bool {
        !self.evidence.is_empty()
    }
}

/// What is stored, and what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Haystack {
    /// Its name in the file.
    pub name: String,
    /// Items, in their order: of which session each is, by a number.
    pub sessions: Vec<usize>,
    /// Who said each.
    pub speakers: Vec<String>,
    /// What items are found by: item and text. The first cues are the items' own texts, one each, in their order.
    pub cues: Vec<(usize, String)>,
    /// Questions.
    pub questions: Vec<Question>,
}

impl Haystack {
    /// Items.
    #[must_use]
    pub fn items(&self) -> usize {
        self.sessions.len()
    }
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// One for each conversation, or for each question.
    pub haystacks: Vec<Haystack>,
    /// Ids of evidence that are of no turn.
    pub unknown: usize,
    /// Questions left out, as they should have an answer and none of their evidence is there.
    pub without: usize,
}

impl Loaded {
    /// Refuses a file nothing can be measured with.
    pub(super) fn checked(self, path: &Path) -> Result<Self, RetrievalError> {
        let all = || self.haystacks.iter().flat_map(|one| &one.questions);
        if all().any(Question::is_answerable) {
            return Ok(self);
        }
        Err(RetrievalError::Empty {
            path: path.display().to_string(),
            questions: all().count() + self.without,
        })
    }

    /// All texts, each once, in the order in which they come: what an encoder is given.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        let mut seen = std::collections::HashSet::new();
        let texts = self.haystacks.iter().flat_map(|one| {
            let cues = one.cues.iter().map(|cue| &cue.1[..]);
            cues.chain(one.questions.iter().map(|question| &question.text[..]))
        });
        texts.filter(|text| seen.insert(*text)).collect()
    }
}

/// The most bytes of a file.
const MOST: u64 = 8 << 30;

/// Reads a list of objects.
pub(super) fn read(path: &Path) -> Result<Vec<Value>, RetrievalError> {
    let name = || path.display().to_string();
    let bytes = input::read(path, MOST)?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|source| RetrievalError::Json {
        path: name(),
        source,
    })?;
    match value {
        Value::Array(list) => Ok(list),
        other => Err(RetrievalError::Field {
            path: name(),
            place: "the file".to_owned(),
            field: "its value".to_owned(),
            found: shown(&other),
            expected: "a list of objects",
        }),
    }
}

/// An object of a file, with what is said of its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a, 'p> {
    pub path: &'p Path,
    pub place: &'p str,
    pub value: &'a Value,
}

impl<'a> Object<'a, '_> {
    pub fn wrong(&self, field: &str, expected: &'static str) -> RetrievalError {
        let found = self.value.get(field).map_or("not there".to_owned(), shown);
        RetrievalError::Field {
            path: self.path.display().to_string(),
            place: self.place.to_owned(),
            field: format!("'{field}'"),
            found,
            expected,
        }
    }

    pub fn optional(&self, field: &str) -> Option<&'a Value> {
        self.value.get(field)
    }

    pub fn text(&self, field: &str) -> Result<&'a str, RetrievalError> {
        let text = self.optional(field).and_then(Value::as_str);
        text.ok_or_else(|| self.wrong(field, "a text"))
    }

    pub fn list(&self, field: &str) -> Result<&'a Vec<Value>, RetrievalError> {
        let list = self.optional(field).and_then(Value::as_array);
        list.ok_or_else(|| self.wrong(field, "a list"))
    }

    pub fn texts(&self, field: &str) -> Result<Vec<&'a str>, RetrievalError> {
        let texts = self.list(field)?.iter().map(Value::as_str);
        let texts: Option<Vec<&str>> = texts.collect();
        texts.ok_or_else(|| self.wrong(field, "a list of texts"))
    }
}

/// A value in an error's line: short.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) if text.chars().count() > 40 => {
            format!("a text of {} characters", text.chars().count())
        }
        other => other.to_string(),
    }
}
