//! Which items take part: `--where`, `--after`, `--before`, `--older-than`; and what is said of items: `--tag`, `--time`.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use super::super::Failure;
use super::show;
use slotless_recall::{Filter, Metadata};

/// Headings of `--help`.
const WHICH: &str = "Which items";
const KNOWN: &str = "What else is known";

/// Which items take part.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct WhichArgs {
    /// Only items with this tag, as speaker=Ann; given again, with all of them
    #[arg(long = "where", value_name = "KEY=VALUE", value_parser = tag, help_heading = WHICH)]
    tags: Vec<Tag>,
    /// Only items of this time or later, as 2026-03 or 2026-03-05T09:30 (UTC); an item without --time is of when it was added
    #[arg(long, value_name = "TIME", value_parser = moment, help_heading = WHICH)]
    after: Option<u64>,
    /// Only items from before this time
    #[arg(long, value_name = "TIME", value_parser = moment, help_heading = WHICH)]
    before: Option<u64>,
    /// Only items from before this long ago: minutes, hours, days, weeks or years of 365 days, as 90d
    #[arg(long, value_name = "AGE", value_parser = age, help_heading = WHICH, conflicts_with = "before")]
    older_than: Option<u64>,
}

/// What is said of an item beside its texts.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct AboutArgs {
    /// A tag, as speaker=Ann, session=7, namespace=work or any other; may be given again
    #[arg(long, value_name = "KEY=VALUE", value_parser = tag, help_heading = KNOWN)]
    tag: Vec<Tag>,
    /// When it happened, as 2026-03-05 or 2026-03-05T09:30 (UTC) [default: when it is added]
    #[arg(long, value_name = "TIME", value_parser = moment, help_heading = KNOWN)]
    time: Option<u64>,
}

/// A key and a value.
#[derive(Clone, Debug)]
pub(super) struct Tag(String, String);

fn tag(text: &str) -> Result<Tag, String> {
    let (key, value) = text.split_once('=').ok_or("allowed: KEY=VALUE")?;
    // What no item can have.
    let checked = Metadata::new().with(key, value);
    checked.map_err(|error| show::line(&error.to_string()))?;
    Ok(Tag(key.to_owned(), value.to_owned()))
}

/// Tags of an object.
fn tags(of: &BTreeMap<String, String>) -> Result<Vec<Tag>, Failure> {
    let checked = of.iter().map(|(key, value)| {
        let checked = Metadata::new().with(key, value);
        checked.map_err(|error| Failure::Input(error.to_string()))?;
        Ok(Tag(key.clone(), value.clone()))
    });
    checked.collect()
}

/// A time of an object's field.
fn field(name: &str, text: Option<&str>) -> Result<Option<u64>, Failure> {
    let time = |text| {
        moment(text)
            .map_err(|why| Failure::Input(format!("{name} is \"{}\", {why}", show::line(text))))
    };
    text.map(time).transpose()
}

fn moment(text: &str) -> Result<u64, String> {
    show::moment(text).ok_or_else(|| MOMENT.to_owned())
}

/// The time of so long ago.
fn age(text: &str) -> Result<u64, String> {
    let allowed = "allowed: a whole number and m, h, d, w or y, as 90d, of a time after 1970 began";
    let unit = text.chars().last().and_then(|unit| match unit {
        'm' => Some(60),
        'h' => Some(3600),
        'd' => Some(86_400),
        'w' => Some(7 * 86_400),
        'y' => Some(365 * 86_400),
        _ => None,
    });
    let age = unit.and_then(|unit| {
        let number: u64 = text[..text.len() - 1].parse().ok()?;
        number.checked_mul(1000 * unit)
    });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let now = now.and_then(|now| u64::try_from(now.as_millis()).ok());
    let then = now.zip(age).and_then(|(now, age)| now.checked_sub(age));
    then.filter(|&then| then > 0)
        .ok_or_else(|| allowed.to_owned())
}

/// Which times there are.
pub(super) const MOMENT: &str = "allowed: a time in UTC after 1970 began and before 10000 does, such as 2026, 2026-03, 2026-03-05, \
                                 2026-03-05T09:30 or 2026-03-05T09:30:00.125Z";

impl WhichArgs {
    /// Of the fields where, after and before.
    pub fn of(
        of: &BTreeMap<String, String>,
        after: Option<&str>,
        before: Option<&str>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            tags: tags(of)?,
            after: field("after", after)?,
            before: field("before", before)?,
            older_than: None,
        })
    }

    /// The filter.
    pub fn filter(&self) -> Result<Filter, Failure> {
        let before = self.before.or(self.older_than);
        if let (Some(after), Some(before)) = (self.after, before)
            && after >= before
        {
            let [after, before] = [after, before].map(show::exact_time);
            let flag = match self.older_than {
                Some(_) => "--older-than, which is",
                None => "--before",
            };
            let why = format!(
                "--after {after} is not earlier than {flag} {before}: no time is between them"
            );
            return Err(Failure::Input(why));
        }
        let tags = self.tags.iter();
        let mut filter = tags.fold(Filter::new(), |filter, Tag(key, value)| {
            filter.with(key, value)
        });
        if let Some(after) = self.after {
            filter = filter.after(after);
        }
        if let Some(before) = before {
            filter = filter.before(before);
        }
        Ok(filter)
    }

    /// Whether all items take part.
    pub fn is_all(&self) -> bool {
        let times = [self.after, self.before, self.older_than];
        self.tags.is_empty() && times.iter().all(Option::is_none)
    }
}

impl AboutArgs {
    /// Of the fields tags and time.
    pub fn of(of: &BTreeMap<String, String>, time: Option<&str>) -> Result<Self, Failure> {
        Ok(Self {
            tag: tags(of)?,
            time: field("time", time)?,
        })
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.tag.is_empty() && self.time.is_none()
    }

    /// What is said, over what was known.
    pub fn over(&self, known: Metadata) -> Result<Metadata, Failure> {
        let refused = |error: slotless_recall::MetadataError| Failure::Input(error.to_string());
        let mut known = known;
        for Tag(key, value) in &self.tag {
            known = known.with(key, value).map_err(refused)?;
        }
        match self.time {
            Some(time) => known.with_time(time).map_err(refused),
            None => Ok(known),
        }
    }
}
