//! LongMemEval: questions, each about many sessions of a user with an assistant.
//!
//! A list of objects with `question_id`, `question_type`, `question`, `haystack_session_ids` and `haystack_sessions`, lists of turns with
//! `role`, `content` and, in sessions whose id has `answer` in it, `has_answer`. As its authors' program does: an item is a turn of the
//! user's; evidence are those of sessions with `answer` in their id that have the answer; a question whose id has `_abs` in it has
//! none. In a session with `answer` in its id, turns without the answer count as another session than those with it.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use super::data::{Object, read};
use super::{Haystack, Loaded, Question, RetrievalError};

/// Reads a file.
///
/// # Errors
/// [`RetrievalError`].
pub fn read_file(path: &Path) -> Result<Loaded, RetrievalError> {
    let list = read(path)?;
    let mut loaded = Loaded {
        haystacks: Vec::with_capacity(list.len()),
        unknown: 0,
        without: 0,
    };
    for (number, value) in (1..).zip(&list) {
        let place = format!("question {number}");
        let object = Object {
            path,
            place: &place,
            value,
        };
        let haystack = question(object)?;
        let question = &haystack.questions[0];
        if question.is_answerable() || is_abstention(&question.id) {
            loaded.haystacks.push(haystack);
        } else {
            loaded.without += 1;
        }
    }
    loaded.checked(path)
}

fn is_abstention(id: &str) -> bool {
    id.contains("_abs")
}

fn question(object: Object<'_, '_>) -> Result<Haystack, RetrievalError> {
    let Object { path, place, .. } = object;
    let id = object.text("question_id")?;
    let mut haystack = Haystack {
        name: id.to_owned(),
        sessions: Vec::new(),
        speakers: Vec::new(),
        cues: Vec::new(),
        questions: Vec::new(),
    };
    let mut evidence = Vec::new();
    let ids = object.texts("haystack_session_ids")?;
    let sessions = object.list("haystack_sessions")?;
    if sessions.len() != ids.len() {
        return Err(object.wrong(
            "haystack_sessions",
            "as many as there are haystack_session_ids",
        ));
    }
    // Sessions that have an id twice are one.
    let mut numbers: HashMap<(&str, bool), usize> = HashMap::new();
    for (number, (session, turns)) in (1..).zip(ids.into_iter().zip(sessions)) {
        let place = format!("{place}, session {number}");
        let Some(turns) = turns.as_array() else {
            let of = Object {
                path,
                place: &place,
                value: object.value,
            };
            return Err(of.wrong("haystack_sessions", "a list of turns for each"));
        };
        for (turn, value) in (1..).zip(turns) {
            let place = format!("{place}, turn {turn}");
            let turn = Object {
                path,
                place: &place,
                value,
            };
            let content = turn.text("content")?;
            match turn.text("role")? {
                "user" => {}
                "assistant" => continue,
                _ => return Err(turn.wrong("role", "user or assistant")),
            }
            let has_answer = session.contains("answer") && {
                let has_answer = turn.optional("has_answer").and_then(Value::as_bool);
                has_answer.ok_or_else(|| turn.wrong("has_answer", "true or false"))?
            };
            let item = haystack.sessions.len();
            if has_answer {
                evidence.push(item);
            }
            let next = numbers.len();
            let of = *numbers.entry((session, has_answer)).or_insert(next);
            haystack.sessions.push(of);
            haystack.speakers.push("user".to_owned());
            haystack.cues.push((item, content.to_owned()));
        }
    }
    if is_abstention(id) {
        evidence.clear();
    }
    haystack.questions.push(Question {
        id: id.to_owned(),
        text: object.text("question")?.to_owned(),
        category: object.text("question_type")?.to_owned(),
        evidence,
    });
    Ok(haystack)
}
