//! The memory of sentences itself: a haystack is stored in a folder, and asked as anybody asks.

use slotless_recall::{
    Answer as Recalled, Ask, Entry, Filter, Flush, Metadata, NewItem, Question as Asked, Settings,
    Store, StoreError, Writer,
};

use super::method::{Answer, Encoded};
use super::{Haystack, Parts, Question};

/// A memory of a haystack, in a folder that goes with it.
#[derive(Debug)]
pub(super) struct Memory {
    store: Store,
    /// Of its items' numbers, which begin with 1, none is left out.
    items: usize,
    _folder: tempfile::TempDir,
}

/// Items that are wanted at most.
const MOST: usize = 1000;

impl Parts {
    fn ask(self, items: usize) -> Ask {
        let ask = Ask::new().top(items.clamp(1, MOST));
        let without = ask.speaker(0.0).neighbours(0.0);
        match self {
            Self::All | Self::Words => ask,
            Self::Plain => without,
            Self::Speaker => without.speaker(Ask::SPEAKER),
            Self::Neighbours => ask.speaker(0.0),
        }
    }
}

impl Memory {
    /// Stores a haystack: with vectors where there are any, and with the speakers and sessions of its items.
    pub fn new(haystack: &Haystack, encoded: Option<&Encoded<'_>>) -> Result<Self, StoreError> {
        let folder = tempfile::TempDir::new().map_err(|error| StoreError::Io {
            path: std::env::temp_dir(),
            error,
        })?;
        let inputs = encoded.map_or(0, Encoded::dim);
        let path = folder.path().join("memory");
        let mut writer = Writer::create(&path, &Settings::new(inputs as u32))?;
        writer.set_flush(Flush::System);
        let mut cues: Vec<Vec<Entry<'_>>> = vec![Vec::new(); haystack.items()];
        for (item, text) in &haystack.cues {
            let vector = encoded.and_then(|encoded| encoded.of(text));
            cues[*item].push(Entry { text, vector });
        }
        let known = haystack.sessions.iter().zip(&haystack.speakers);
        let known: Vec<Metadata> = known
            .map(|(session, speaker)| {
                let known = Metadata::new().with(Metadata::SESSION, &session.to_string());
                let known = known.map_err(|error| StoreError::Setting(error.to_string()))?;
                // A name that is no tag's value is none here.
                Ok(match known.clone().with(Metadata::SPEAKER, speaker) {
                    Ok(with) => with,
                    Err(_) => known,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        let items: Vec<NewItem<'_>> = cues
            .iter()
            .zip(&known)
            .filter_map(|(cues, known)| {
                let target = Entry {
                    vector: None,
                    ..*cues.first()?
                };
                Some(NewItem {
                    target,
                    cues,
                    metadata: Some(known),
                })
            })
            .collect();
        writer.add(&items)?;
        drop(writer);
        Ok(Self {
            store: Store::open(&path)?,
            items: haystack.items(),
            _folder: folder,
        })
    }

    /// What is found.
    pub fn answer(
        &self,
        question: &Question,
        encoded: Option<&Encoded<'_>>,
        parts: Parts,
    ) -> Result<Answer, StoreError> {
        let vector = encoded.and_then(|encoded| encoded.of(&question.text));
        let asked = match vector.filter(|_| parts != Parts::Words) {
            Some(vector) => Asked::both(&question.text, vector),
            None => Asked::text(&question.text),
        };
        let ask = parts.ask(self.items);
        let Recalled { best, others, .. } = self.store.ask_among(&asked, &ask, &Filter::new())?;
        let found = best.into_iter().chain(others);
        let mut found = found.peekable();
        let best = found.peek().map_or(0.0, |best| f64::from(best.score));
        let ranking = found.map(|one| one.id as usize - 1).collect();
        Ok(Answer {
            ranking,
            best,
            signs: Some(self.store.signs(&asked, &ask)?),
            judged: None,
        })
    }
}
