//! What Python gives and gets, as the library has it.

use numpy::{PyArray1, PyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use slotless_recall::vectors::Vectors;
use slotless_recall::{
    Answer, AnswerModel, Ask, Calibration, Entry, Filter, Found, Item, Metadata, Question, Version,
};

use super::failed;
use crate::reals::reals;
use crate::{arguments, errors};

/// Rows of numbers as the library's vectors; none where words alone are compared.
pub(super) fn vectors(
    input: Option<&Bound<'_, PyAny>>,
    rows: &[usize],
    dim: u32,
) -> PyResult<Option<Vectors>> {
    let Some(input) = input.filter(|_| dim > 0) else {
        return match (input, dim) {
            (None, 0) => Ok(None),
            (Some(_), _) => Err(errors::refuse(
                "vectors are given, but this memory compares words alone",
            )),
            (None, _) => Err(errors::refuse(format!(
                "no vectors are given, but this memory has vectors of {dim} numbers"
            ))),
        };
    };
    let reals = reals("vectors", input)?;
    let is_right = rows.iter().any(|&rows| reals.shape == [rows, dim as usize]);
    if !is_right {
        let shape = &reals.shape;
        let allowed: Vec<String> = rows.iter().map(|rows| format!("[{rows}, {dim}]")).collect();
        let line = format!(
            "vectors has shape {shape:?}, allowed {}",
            allowed.join(" or ")
        );
        return Err(errors::refuse(line));
    }
    let vectors = Vectors::new(reals.into_numbers(), dim as usize);
    vectors
        .and_then(|vectors| vectors.clone().unit().map(|_| vectors))
        .map(Some)
        .map_err(|error| errors::refuse(format!("vectors: {error}")))
}

/// Of each item when it happened, and its tags.
pub(super) type Known = (Option<u64>, Vec<(String, String)>);

pub(super) fn metadata((time, tags): &Known) -> PyResult<Metadata> {
    let mut metadata = Metadata::new();
    if let Some(time) = time {
        metadata = metadata.with_time(*time).map_err(errors::value)?;
    }
    for (key, value) in tags {
        metadata = metadata.with(key, value).map_err(errors::value)?;
    }
    Ok(metadata)
}

/// Which items take part: tags, from when on, and until when.
pub(super) type Which = (Vec<(String, String)>, Option<u64>, Option<u64>);

pub(super) fn filter((tags, after, before): Which) -> Filter {
    let with = |filter: Filter, (key, value): (String, String)| filter.with(&key, &value);
    let filter = tags.into_iter().fold(Filter::new(), with);
    let filter = after.into_iter().fold(filter, Filter::after);
    before.into_iter().fold(filter, Filter::before)
}

/// Texts with their vectors, if they have any, from a row on.
pub(super) fn entries<'a>(
    texts: &'a [String],
    vectors: Option<&'a Vectors>,
    first: usize,
) -> Vec<Entry<'a>> {
    let entry = |(at, text): (usize, &'a String)| Entry {
        text,
        vector: vectors.map(|rows| rows.row(first + at)),
    };
    texts.iter().enumerate().map(entry).collect()
}

/// The number of an item.
pub(super) fn id_of(id: &Bound<'_, PyAny>) -> PyResult<u64> {
    arguments::nearest("id", id)
}

pub(super) fn check_text(what: &str, text: &str) -> PyResult<()> {
    if text.trim().is_empty() {
        return Err(errors::refuse(format!("{what} is empty")));
    }
    if text.len() > Item::LONGEST_TEXT {
        let (length, most) = (text.len(), Item::LONGEST_TEXT);
        return Err(errors::refuse(format!(
            "{what} has {length} bytes, allowed {most} at most"
        )));
    }
    Ok(())
}

pub(super) type FoundParts = (u64, String, String, f32, Option<f32>, f32, f32);

pub(super) fn parts(found: Found) -> FoundParts {
    (
        found.id,
        found.target,
        found.cue,
        found.score,
        found.words,
        found.rank,
        found.share,
    )
}

pub(super) type AnswerParts = (Option<FoundParts>, Vec<FoundParts>, Option<f32>);

pub(super) fn answer_parts(answer: Answer) -> AnswerParts {
    (
        answer.best.map(parts),
        answer.others.into_iter().map(parts).collect(),
        answer.known,
    )
}

pub(super) type ItemVectors<'py> = (Option<Bound<'py, PyArray1<f32>>>, Bound<'py, PyArray2<f32>>);

pub(super) type ItemParts = (u64, String, Vec<String>, Option<u64>, Option<u64>, Known);

pub(super) fn item_parts(item: Item) -> ItemParts {
    let tags = item.metadata.tags();
    let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let known = (item.metadata.time(), tags.collect());
    (
        item.id,
        item.target,
        item.cues,
        item.added,
        item.updated,
        known,
    )
}

pub(super) type VersionParts = (Option<u64>, String, Vec<String>, Known);

pub(super) fn version_parts(version: Version) -> VersionParts {
    let tags = version.metadata.tags();
    let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let known = (version.metadata.time(), tags.collect());
    (version.since, version.target, version.cues, known)
}

/// The settings of a question, by their names.
pub(super) fn ask_of(how: &Bound<'_, PyDict>) -> PyResult<Ask> {
    let mut ask = Ask::new();
    for (name, value) in how {
        let name: String = name.extract()?;
        let number = || Ok::<_, PyErr>(arguments::number(&name, &value)? as f32);
        ask = match &*name {
            "top" => ask.top(arguments::whole("top", &value, 1..=1000)? as usize),
            "nearest" => ask.nearest(arguments::whole("nearest", &value, 1..=10_000)? as usize),
            "threshold" => ask.threshold(number()?),
            "beta" => ask.beta(number()?),
            "by_words" => ask.words(number()?),
            "speaker" => ask.speaker(number()?),
            _ => ask.neighbours(number()?),
        };
    }
    ask.check().map_err(failed)?;
    Ok(ask)
}

/// A question's text and vector.
pub(super) fn question<'a>(
    text: Option<&'a str>,
    vector: Option<&'a [f32]>,
) -> PyResult<Question<'a>> {
    match (text, vector) {
        (Some(text), Some(vector)) => Ok(Question::both(text, vector)),
        (Some(text), None) => Ok(Question::text(text)),
        (None, Some(vector)) => Ok(Question::vector(vector)),
        (None, None) => Err(errors::refuse("neither question nor vector is given")),
    }
}

/// What a calibration errs, of one kind of question.
fn model_parts<'py>(py: Python<'py>, model: &AnswerModel) -> PyResult<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    out.set_item("answered", model.answered)?;
    out.set_item("unanswered", model.unanswered)?;
    out.set_item("auc", model.auc)?;
    out.set_item("threshold", model.threshold)?;
    out.set_item("answered_refused", model.answered_refused)?;
    out.set_item("unanswered_refused", model.unanswered_refused)?;
    Ok(out)
}

/// What a calibration errs: by words, and with vectors where there is such a model.
pub(super) fn calibration_parts<'py>(
    py: Python<'py>,
    made: &Calibration,
) -> PyResult<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    out.set_item("words", model_parts(py, made.words())?)?;
    if let Some(model) = made.vectors() {
        out.set_item("vectors", model_parts(py, model)?)?;
    }
    Ok(out)
}
