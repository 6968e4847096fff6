//! A memory that is served, and what it is asked to do, whatever the protocol.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::super::super::Failure;
use super::super::list::Listed;
use super::super::vectors::{Source, VectorArgs};
use super::super::which::{AboutArgs, WhichArgs};
use super::super::{show, tell, warn_of_damage};
use super::ServeArgs;
use super::fields::{Fields, missing};
use crate::print::seen;
use slotless_recall::{
    Answer, Ask, Entry, Found, Item, Locking, Metadata, NewItem, Put, Question, Refreshed,
    Settings, Store, StoreError, Times, Writer,
};

/// What a memory can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Remember,
    Recall,
    Forget,
    Update,
    List,
}

/// All of them, in the order in which a client is told of them.
pub(super) const OPERATIONS: [Operation; 5] = [
    Operation::Remember,
    Operation::Recall,
    Operation::Forget,
    Operation::Update,
    Operation::List,
];

impl Operation {
    pub fn of(name: &str) -> Option<Self> {
        OPERATIONS.into_iter().find(|one| one.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Remember => "remember",
            Self::Recall => "recall",
            Self::Forget => "forget",
            Self::Update => "update",
            Self::List => "list",
        }
    }

    /// Whether the memory is another one after it.
    pub fn changes(self) -> bool {
        matches!(self, Self::Remember | Self::Forget | Self::Update)
    }
}

/// Where vectors come from.
#[derive(Debug)]
enum Vectors {
    Encoder(Source),
    /// From the requests: the memory was made without an encoder, and none is named.
    Requests,
    /// There are none: words alone are compared.
    None,
}

/// Whether requests may change the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

/// A memory that is served.
#[derive(Debug)]
pub(super) struct Served {
    store: Store,
    vectors: Vectors,
    locking: Locking,
    access: Access,
}

#[derive(Serialize)]
struct Recalled {
    close: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<f32>,
    items: Vec<Hit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// An item that a question is answered with.
#[derive(Serialize)]
struct Hit {
    id: u64,
    target: String,
    cue: String,
    score: f64,
    close: bool,
    added: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    tags: Map<String, Value>,
}

#[derive(Serialize)]
struct Page<'a> {
    items: Vec<Listed<'a>>,
    count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

impl Served {
    /// Items that answer a question, unless it says how many.
    pub const TOP: u64 = 3;
    /// Items on a page of a list, unless it says how many.
    pub const LIMIT: u64 = 20;
    /// Items on a page at most.
    pub const MOST: u64 = 1000;

    /// Opens the memory and its encoder; makes the memory if there is none.
    pub fn open(args: &ServeArgs) -> Result<Self, Failure> {
        let folder = &args.memory.memory;
        let locking = match args.wait {
            0 => Locking::Now,
            seconds => Locking::Wait(Duration::from_secs(seconds.into())),
        };
        let model = match args.words_only {
            true => VectorArgs::of_words(),
            false => VectorArgs::of_model(args.model.clone()),
        };
        if !args.read_only && !Store::is_at(folder)? {
            let source = model.open(None)?;
            let settings = Settings {
                model: source.model().cloned(),
                ..Settings::new(source.dim() as u32)
            };
            match Writer::create_with(folder, &settings, locking) {
                // Another process was faster.
                Err(StoreError::NotAMemory { .. }) if Store::is_at(folder)? => {}
                made => drop(made?),
            }
        }
        let store = args.memory.open()?;
        let vectors = match model.is_named(Some(store.settings())) {
            _ if store.settings().inputs == 0 => Vectors::None,
            _ if args.words_only => {
                let why = format!(
                    "{}: --words-only, but this memory has vectors of {} numbers",
                    folder.display(),
                    store.settings().inputs
                );
                return Err(Failure::Input(why));
            }
            true => Vectors::Encoder(model.open(Some(store.settings()))?),
            false => Vectors::Requests,
        };
        let access = match args.read_only {
            true => Access::Read,
            false => Access::Write,
        };
        Ok(Self {
            store,
            vectors,
            locking,
            access,
        })
    }

    /// Whether requests bring vectors.
    pub fn takes_vectors(&self) -> bool {
        matches!(self.vectors, Vectors::Requests)
    }

    /// What can be asked for.
    pub fn operations(&self) -> impl Iterator<Item = Operation> {
        let access = self.access;
        OPERATIONS
            .into_iter()
            .filter(move |one| access == Access::Write || !one.changes())
    }

    /// Does what is asked for, with the memory as it is now, or says in a line why not.
    pub fn run(
        &mut self,
        operation: Operation,
        arguments: Map<String, Value>,
    ) -> Result<Value, String> {
        let done = self.run_it(operation, Fields::of(arguments));
        done.map_err(|failure| seen(&failure.line().replace('\n', " ")))
    }

    fn run_it(&mut self, operation: Operation, fields: Fields) -> Result<Value, Failure> {
        if !self.operations().any(|one| one == operation) {
            let why = format!(
                "{} changes the memory, which is served with --read-only; allowed: recall, list",
                operation.name()
            );
            return Err(Failure::Input(why));
        }
        if self.store.refresh()? == Refreshed::Replaced {
            warn_of_damage(&self.store);
        }
        match operation {
            Operation::Remember => self.remember(fields),
            Operation::Recall => self.recall(fields),
            Operation::Forget => self.forget(fields),
            Operation::Update => self.update(fields),
            Operation::List => self.list(fields),
        }
    }

    fn remember(&mut self, mut fields: Fields) -> Result<Value, Failure> {
        let target = fields.text("target")?.ok_or_else(|| missing("target"))?;
        let cues = fields.texts("cues")?;
        let about = about(&mut fields)?;
        let vectors = fields.vectors("vectors")?;
        fields.done()?;
        let metadata = about.over(Metadata::new())?;
        let cues = cues.unwrap_or_default();
        let mut texts: Vec<&str> = cues.iter().map(String::as_str).collect();
        // What is recalled may say by itself what it is asked for by. Nobody asks with it otherwise, and so no encoder sees it.
        if texts.is_empty() || self.takes_vectors() {
            texts.insert(0, &target);
        }
        sound(&target)?;
        let vectors = self.vectors_of(&texts, vectors)?;
        let entries = entries(&texts, &vectors);
        let is_first = entries.len() > cues.len();
        let item = NewItem {
            target: match is_first {
                true => entries[0],
                false => Entry {
                    text: &target,
                    vector: None,
                },
            },
            cues: match is_first && !cues.is_empty() {
                true => &entries[1..],
                false => &entries,
            },
            metadata: Some(&metadata),
        };
        let put = self.write(|writer| writer.put(&[(item, Times::default())]))?;
        let Put { id, replaced } = put[0];
        Ok(serde_json::json!({"id": id, "replaced": replaced}))
    }

    fn recall(&self, mut fields: Fields) -> Result<Value, Failure> {
        let question = fields
            .text("question")?
            .ok_or_else(|| missing("question"))?;
        let top = fields.whole("top", 1..=1000)?.unwrap_or(Self::TOP);
        let threshold = fields.number("threshold")?;
        let threshold = threshold.map(|threshold| threshold as f32);
        let which = which(&mut fields)?;
        let vector = fields.vector("vector")?;
        fields.done()?;
        let ask = Ask::new().top(top as usize);
        let ask = threshold.map_or(ask, |threshold| ask.threshold(threshold));
        ask.check()?;
        let filter = which.filter()?;
        let vector = self.vectors_of(&[&question], vector.map(|vector| vec![vector]))?;
        let asked = match &vector[0] {
            Some(vector) => Question::both(&question, vector),
            None => Question::text(&question),
        };
        let answer = self.store.ask_among(&asked, &ask, &filter)?;
        let message = self.message(&answer, threshold, &which);
        let (close, known) = (answer.best.is_some(), answer.known);
        // Only of the first is it judged by more than its score.
        let first = answer.best.as_ref().map(|best| best.id);
        let is_close = |found: &Found| match threshold.is_none() && known.is_some() {
            true => first == Some(found.id) || close && found.score >= Ask::THRESHOLD,
            false => found.score >= threshold.unwrap_or(Ask::THRESHOLD),
        };
        let found = answer.best.into_iter().chain(answer.others);
        let hits = found.map(|found| {
            let item = self.store.item(found.id)?;
            let close = is_close(&found);
            let tags = item.metadata.tags();
            Ok(Hit {
                id: found.id,
                target: found.target,
                cue: found.cue,
                score: (f64::from(found.score) * 1e4).round() / 1e4,
                close,
                added: item.added.map(show::time),
                time: item.metadata.time().map(show::exact_time),
                tags: tags
                    .map(|(key, value)| (key.to_owned(), value.into()))
                    .collect(),
            })
        });
        let items = hits.collect::<Result<Vec<_>, StoreError>>()?;
        Ok(value(&Recalled {
            close,
            known,
            items,
            message,
        }))
    }

    /// Why nothing is close, if so.
    fn message(
        &self,
        answer: &Answer,
        threshold: Option<f32>,
        which: &WhichArgs,
    ) -> Option<String> {
        if answer.best.is_some() {
            return None;
        }
        let why = match answer.others.first() {
            Some(best) => match (threshold, answer.known) {
                (None, Some(known)) => {
                    format!(
                        "an answer is {:.0} % likely, by what the memory was calibrated with",
                        100.0 * known
                    )
                }
                (threshold, _) => {
                    let threshold = threshold.unwrap_or(Ask::THRESHOLD);
                    format!("the best score is {:.3}, below {threshold}", best.score)
                }
            },
            None if self.store.ids().next().is_none() => "nothing is stored".to_owned(),
            None if !which.is_all() => "no item is one of these".to_owned(),
            None => "no stored cue has a word in common with the question".to_owned(),
        };
        Some(format!("nothing stored is close: {why}"))
    }

    fn forget(&mut self, mut fields: Fields) -> Result<Value, Failure> {
        let id = id(&mut fields)?;
        fields.done()?;
        let item = self.write(|writer| {
            let item = writer.store().item(id)?;
            writer.forget(&[id]).map(|()| item)
        })?;
        Ok(serde_json::json!({"forgot": value(&Listed::of(&item))}))
    }

    fn update(&mut self, mut fields: Fields) -> Result<Value, Failure> {
        let id = id(&mut fields)?;
        let target = fields.text("target")?;
        let cues = fields.texts("cues")?.unwrap_or_default();
        let about = about(&mut fields)?;
        let vectors = fields.vectors("vectors")?;
        fields.done()?;
        let mut texts: Vec<&str> = cues.iter().map(String::as_str).collect();
        if target.is_none() && texts.is_empty() && about.is_empty() {
            let why = "nothing to update, expected target, cues, time or tags";
            return Err(Failure::Input(why.to_owned()));
        }
        if let Some(target) = &target {
            sound(target)?;
            // A new target has a vector where the old one had.
            let had = || self.store.full(id).map(|full| full.target.is_some());
            if self.takes_vectors() || matches!(self.vectors, Vectors::Encoder(_)) && had()? {
                texts.insert(0, target);
            }
        }
        let vectors = self.vectors_of(&texts, vectors)?;
        let entries = entries(&texts, &vectors);
        let (first, rest) = entries.split_at(texts.len() - cues.len());
        let new_target = target.as_deref().map(|text| match first {
            [first, ..] => *first,
            [] => Entry { text, vector: None },
        });
        let item = self.write(|writer| {
            // As it is now: another process may have said more of it.
            let known = writer.store().item(id)?.metadata;
            let metadata = about.over(known)?;
            match new_target.is_none() && rest.is_empty() {
                true => writer.describe(&[(id, &metadata)])?,
                false => {
                    let metadata = (!about.is_empty()).then_some(&metadata);
                    writer.update_described(id, new_target, rest, metadata)?;
                }
            }
            writer.store().item(id).map_err(Failure::from)
        })?;
        Ok(serde_json::json!({"item": value(&Listed::of(&item))}))
    }

    fn list(&self, mut fields: Fields) -> Result<Value, Failure> {
        let first = fields.whole("first", 1..=u64::MAX)?.unwrap_or(1);
        let limit = fields
            .whole("limit", 1..=Self::MOST)?
            .unwrap_or(Self::LIMIT) as usize;
        let which = which(&mut fields)?;
        fields.done()?;
        let filter = which.filter()?;
        let ids: Vec<u64> = self.store.ids_of(&filter).collect();
        let from = ids.partition_point(|&id| id < first);
        let items = self.store.items_of(&filter, first).take(limit);
        let items = items.map(|full| Ok(full?.item));
        let items = items.collect::<Result<Vec<Item>, StoreError>>()?;
        Ok(value(&Page {
            items: items.iter().map(Listed::of).collect(),
            count: ids.len(),
            next: ids.get(from + limit).copied(),
        }))
    }

    /// Vectors of texts, which are sound; from the encoder, or from the request; none where words alone are compared.
    fn vectors_of(
        &self,
        texts: &[&str],
        given: Option<Vec<Vec<f32>>>,
    ) -> Result<Vec<Option<Vec<f32>>>, Failure> {
        texts.iter().try_for_each(|text| sound(text))?;
        match (&self.vectors, given) {
            (Vectors::None, Some(_)) => Err(Failure::Input(
                "a vector is given, but this memory compares words alone".to_owned(),
            )),
            (Vectors::None, None) => Ok(vec![None; texts.len()]),
            (Vectors::Encoder(_), Some(_)) => Err(Failure::Input(
                "a vector is given, but this memory has an encoder; expected texts alone"
                    .to_owned(),
            )),
            (Vectors::Encoder(_), None) if texts.is_empty() => Ok(Vec::new()),
            (Vectors::Encoder(source), None) => {
                let rows = source.vectors(texts, 0)?;
                let row = |row| rows.get(row).map(<[f32]>::to_vec);
                Ok((0..texts.len()).map(row).collect())
            }
            (Vectors::Requests, given) => {
                let given = given.unwrap_or_default();
                if given.len() != texts.len() {
                    return Err(Failure::Input(format!(
                        "{} vectors for {} texts, expected one for each: this memory has no encoder",
                        given.len(),
                        texts.len()
                    )));
                }
                Ok(given.into_iter().map(Some).collect())
            }
        }
    }

    /// Takes the lock for as long as something is written.
    fn write<T, E>(
        &mut self,
        change: impl FnOnce(&mut Writer) -> Result<T, E>,
    ) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        let mut writer = Writer::open_beside(&self.store, self.locking)?;
        let done = change(&mut writer);
        tell(&writer);
        Ok(done?)
    }
}

fn entries<'a>(texts: &[&'a str], vectors: &'a [Option<Vec<f32>>]) -> Vec<Entry<'a>> {
    let pairs = texts.iter().zip(vectors);
    let entry = |(&text, vector): (&&'a str, &'a Option<Vec<f32>>)| Entry {
        text,
        vector: vector.as_deref(),
    };
    pairs.map(entry).collect()
}

/// Refuses a text that is none, or too long.
fn sound(text: &str) -> Result<(), Failure> {
    if text.trim().is_empty() {
        return Err(Failure::Input("a text is empty".to_owned()));
    }
    if text.len() > Item::LONGEST_TEXT {
        let (length, most) = (text.len(), Item::LONGEST_TEXT);
        let why = format!("a text has {length} bytes, allowed {most} at most");
        return Err(Failure::Input(why));
    }
    Ok(())
}

fn id(fields: &mut Fields) -> Result<u64, Failure> {
    fields
        .whole("id", 1..=u64::MAX)?
        .ok_or_else(|| missing("id"))
}

fn about(fields: &mut Fields) -> Result<AboutArgs, Failure> {
    let time = fields.text("time")?;
    AboutArgs::of(&fields.texts_by_key("tags")?, time.as_deref())
}

fn which(fields: &mut Fields) -> Result<WhichArgs, Failure> {
    let tags = fields.texts_by_key("where")?;
    let (after, before) = (fields.text("after")?, fields.text("before")?);
    WhichArgs::of(&tags, after.as_deref(), before.as_deref())
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).expect("only texts, numbers and lists")
}
