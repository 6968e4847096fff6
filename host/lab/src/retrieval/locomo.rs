//! LoCoMo: conversations of two people over many sessions, with questions about them.
//!
//! A list of objects. `conversation` has the sessions, `session_1`, `session_2`, ..., as lists of turns with `speaker`, `dia_id` and
//! `text`; `qa` the questions, with `evidence` (ids of turns) and `category`. An item is a turn, its cue `Speaker: text`. Several ids may
//! stand in one text of `evidence`, as in `D8:6; D9:17`; ids of no turn are left out, and counted. `session_1_date_time` and so on say when
//! that was, as `1:56 pm on 8 May, 2023`.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use super::data::{Object, read};
use super::{Dates, Facts, Haystack, Loaded, Question, RetrievalError};

/// Kinds of questions, by their number from 1. Nothing in the conversation answers the last.
pub const CATEGORIES: [&str; 5] = [
    "multi-hop",
    "temporal",
    "open-domain",
    "single-hop",
    "adversarial",
];

/// Reads a file.
///
/// # Errors
/// [`RetrievalError`].
pub fn read_file(path: &Path, facts: Facts, dates: Dates) -> Result<Loaded, RetrievalError> {
    let list = read(path)?;
    let mut loaded = Loaded {
        haystacks: Vec::with_capacity(list.len()),
        unknown: 0,
        without: 0,
    };
    for (number, value) in (1..).zip(&list) {
        let place = format!("conversation {number}");
        let object = Object {
            path,
            place: &place,
            value,
        };
        let haystack = conversation(object, number, (facts, dates), &mut loaded)?;
        loaded.haystacks.push(haystack);
    }
    loaded.checked(path)
}

/// Where a conversation's turns are, by their ids.
type Places<'a> = HashMap<&'a str, usize>;

fn conversation(
    object: Object<'_, '_>,
    number: usize,
    (facts, dates): (Facts, Dates),
    loaded: &mut Loaded,
) -> Result<Haystack, RetrievalError> {
    let Object { path, place, .. } = object;
    let conversation = object
        .optional("conversation")
        .filter(|one| one.is_object());
    let conversation = conversation.ok_or_else(|| object.wrong("conversation", "an object"))?;
    let sessions = Object {
        value: conversation,
        ..object
    };
    let name = match object.optional("sample_id") {
        None => number.to_string(),
        Some(_) => object.text("sample_id")?.to_owned(),
    };
    let mut haystack = Haystack {
        name,
        sessions: Vec::new(),
        speakers: Vec::new(),
        cues: Vec::new(),
        questions: Vec::new(),
    };
    let mut places = Places::new();
    for session in numbers(conversation) {
        let field = format!("session_{session}");
        let date = match dates {
            Dates::LeftOut => String::new(),
            Dates::InCues => {
                let when = sessions.text(&format!("{field}_date_time"))?;
                // As in `1:56 pm on 8 May, 2023`.
                format!("[{}] ", when.rsplit(" on ").next().unwrap_or(when))
            }
        };
        for (turn, value) in (1..).zip(sessions.list(&field)?) {
            let place = format!("{place}, session {session}, turn {turn}");
            let turn = Object {
                path,
                place: &place,
                value,
            };
            let (speaker, text) = (turn.text("speaker")?, turn.text("text")?);
            let item = haystack.sessions.len();
            if places.insert(turn.text("dia_id")?, item).is_some() {
                return Err(turn.wrong("dia_id", "an id that no turn before it has"));
            }
            haystack.sessions.push(session);
            haystack.speakers.push(speaker.to_owned());
            haystack
                .cues
                .push((item, format!("{date}{speaker}: {text}")));
        }
    }
    if facts == Facts::AsCues {
        observations(object, &places, &mut haystack, loaded)?;
    }
    for (number, value) in (1..).zip(object.list("qa")?) {
        let place = format!("{place}, question {number}");
        let of = Object {
            path,
            place: &place,
            value,
        };
        let allowed = "an integer of 1..=5";
        let category = of.optional("category").and_then(Value::as_u64);
        let category = category.filter(|one| (1..=5).contains(one));
        let category = category.ok_or_else(|| of.wrong("category", allowed))?;
        let category = CATEGORIES[category as usize - 1];
        let mut evidence = Vec::new();
        for ids in of.texts("evidence")? {
            loaded.unknown += known(ids, &places, &mut evidence);
        }
        evidence.sort_unstable();
        evidence.dedup();
        let is_answerable = category != CATEGORIES[4];
        if !is_answerable {
            evidence.clear();
        } else if evidence.is_empty() {
            loaded.without += 1;
            continue;
        }
        haystack.questions.push(Question {
            id: number.to_string(),
            text: of.text("question")?.to_owned(),
            category: category.to_owned(),
            evidence,
        });
    }
    Ok(haystack)
}

/// Numbers of the sessions, ascending.
fn numbers(conversation: &Value) -> Vec<usize> {
    let keys = conversation.as_object().into_iter().flatten();
    let number = |(key, _): (&String, _)| key.strip_prefix("session_")?.parse().ok();
    let mut numbers: Vec<usize> = keys.filter_map(number).collect();
    numbers.sort_unstable();
    numbers
}

/// Takes the places of ids that there are, and counts the others.
fn known(ids: &str, places: &Places<'_>, evidence: &mut Vec<usize>) -> usize {
    let ids = ids.split([';', ',', ' ']).filter(|id| !id.is_empty());
    let mut unknown = 0;
    for id in ids {
        match places.get(id) {
            Some(&item) => evidence.push(item),
            None => unknown += 1,
        }
    }
    unknown
}

/// Facts that a language model wrote of each session: `observation`, with an object for each session, in it a list of
/// pairs for each speaker, a fact and the id or ids of its turns.
fn observations(
    object: Object<'_, '_>,
    places: &Places<'_>,
    haystack: &mut Haystack,
    loaded: &mut Loaded,
) -> Result<(), RetrievalError> {
    let wrong = || {
        let expected = "an object of sessions, each an object of speakers, each a list of pairs of a fact and ids of turns";
        object.wrong("observation", expected)
    };
    let sessions = object.optional("observation").and_then(Value::as_object);
    for speakers in sessions.ok_or_else(wrong)?.values() {
        for facts in speakers.as_object().ok_or_else(wrong)?.values() {
            for fact in facts.as_array().ok_or_else(wrong)? {
                let Some([Value::String(text), ids]) = fact.as_array().map(Vec::as_slice) else {
                    return Err(wrong());
                };
                let ids = match ids {
                    Value::Array(list) => list.iter().map(Value::as_str).collect(),
                    other => Some(vec![other.as_str().ok_or_else(wrong)?]),
                };
                let mut items = Vec::new();
                for ids in ids.ok_or_else(wrong)? {
                    loaded.unknown += known(ids, places, &mut items);
                }
                haystack
                    .cues
                    .extend(items.into_iter().map(|item| (item, text.clone())));
            }
        }
    }
    Ok(())
}
