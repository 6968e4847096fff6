//! A memory calibrated by what it holds, and a calibration that is kept.

use std::collections::BTreeSet;

use slotless_core::words::Units;

use super::StoreError;
use super::ask::{Ask, Question};
use super::calibrate::{Calibration, LEAST, Source};
use super::metadata::Metadata;
use super::store::Store;
use super::writer::Writer;

/// Items whose parts stand for questions.
const SAMPLED: usize = 500;

impl Store {
    /// A calibration from what is stored, where there are no questions: a third of the words of a cue stands for a question, which has an
    /// answer while its item is there, and none without it, nor where it is asked of another speaker. For questions by words.
    ///
    /// # Errors
    /// [`StoreError::Setting`] where words are not compared, and for fewer than ten items; as [`Store::ask`].
    pub fn calibration_of_itself(&self, refuse: f64) -> Result<Calibration, StoreError> {
        let Some(units) = self.settings().words else {
            let why = "a memory without words is calibrated by questions, with their vectors";
            return Err(StoreError::Setting(why.to_owned()));
        };
        let ask = Ask::new();
        let mut asked = Vec::new();
        let items: Vec<u64> = self.ids().collect();
        let step = items.len().div_ceil(SAMPLED).max(1);
        let mut others = self.speakers();
        others.sort();
        for id in items.into_iter().step_by(step) {
            let item = self.item(id)?;
            let Some(place) = self.table.find(id).map(|(at, _)| at) else {
                continue;
            };
            let Some(part) = item.cues.first().and_then(|cue| part(units, cue)) else {
                continue;
            };
            let speaker = item.metadata.tag(Metadata::SPEAKER);
            let of = |name: Option<&str>| match name {
                Some(name) => format!("{name} {part}"),
                None => part.clone(),
            };
            let question = of(speaker);
            let signs = self.signs(&Question::text(&question), &ask)?;
            asked.push((signs, true));
            let without = |at: u32| at != place;
            let signs = self.signs_where(&Question::text(&question), &ask, &without)?;
            asked.push((signs, false));
            let other = others.iter().find(|&name| Some(&name[..]) != speaker);
            if let (Some(other), Some(_)) = (other, speaker) {
                let signs = self.signs(&Question::text(&of(Some(other))), &ask)?;
                asked.push((signs, false));
            }
        }
        let parts = asked.iter().filter(|one| one.1).count();
        if parts < LEAST {
            let why = format!(
                "{parts} items have a first cue of six words and more, needed are {LEAST}; or questions of which it is known whether they \
                 are answered"
            );
            return Err(StoreError::Setting(why));
        }
        let made = Calibration::fit(Source::Memory, &asked, &[], refuse);
        made.map_err(|error| StoreError::Setting(error.to_string()))
    }

    /// The names of its speakers.
    fn speakers(&self) -> Vec<String> {
        let descriptions = self.table.descriptions();
        let Some(key) = descriptions.key(Metadata::SPEAKER) else {
            return Vec::new();
        };
        let values = self
            .table
            .items()
            .filter_map(|(at, _)| descriptions.value(at, key));
        let values: BTreeSet<u32> = values.collect();
        values
            .into_iter()
            .map(|one| descriptions.text(one).to_owned())
            .collect()
    }
}

/// Every third of a text's words that are no function words; none of fewer than six.
fn part(units: Units, text: &str) -> Option<String> {
    let lower = text.split_whitespace();
    let says_something = |word: &&str| units.words(word).any(|one| !one.is_stop);
    let words: Vec<&str> = lower.filter(says_something).collect();
    if words.len() < 6 {
        return None;
    }
    let some: Vec<&str> = words.iter().skip(1).step_by(3).copied().collect();
    Some(some.join(" "))
}

impl Writer {
    /// Keeps a calibration in the memory's folder, in the place of another; whoever opens the memory from then on goes by it.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn keep_calibration(&mut self, calibration: &Calibration) -> Result<(), StoreError> {
        calibration.write(self.store.folder())?;
        self.store.read_calibration();
        Ok(())
    }

    /// Removes the calibration, if there is one; says whether.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn remove_calibration(&mut self) -> Result<bool, StoreError> {
        let removed = Calibration::remove(self.store.folder())?;
        self.store.read_calibration();
        Ok(removed)
    }
}
