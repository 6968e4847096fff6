//! What every cue scores, and so every item: the first stage of a question, in RAM.

use slotless_kernels::planes::{Asked, Quantised};

use super::StoreError;
use super::ask::{Ask, Question};
use super::lexicon::Scores;
use super::metadata::Metadata;
use super::store::Store;
use super::table::Table;
use super::unit::unit;

/// Of very many cues so many are looked at, by their codes and as many by their words.
const LOOKED_AT: usize = if cfg!(test) { 512 } else { 4096 };

/// So many of these have the items beside theirs looked at.
const BESIDE: usize = LOOKED_AT / 4;

/// A question, ready to be compared.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    /// Its vector, of length 1.
    pub vector: Option<Vec<f32>>,
    asked: Option<Asked>,
    scores: Scores<'a>,
    /// Where there are very many cues, the pairs that take part whose words score most.
    best: Vec<(u32, u32)>,
    /// What a score by words of `against` is worth beside a cosine, once cues are known; of 0 none is worth anything.
    weight: f32,
    against: u32,
    /// Numbers of the speakers that it names.
    named: Vec<u32>,
    /// Whether it has a text, of which the words are compared.
    pub has_words: bool,
}

/// A cue that is looked at: its pair, cosine by 8 bits, and score by words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cue {
    pub pair: u32,
    /// Its item's place among those of which cues are looked at.
    pub slot: u32,
    pub cosine: f32,
    pub words: u32,
}

impl Cue {
    fn of_words(pair: u32, words: u32) -> Self {
        Self {
            pair,
            slot: u32::MAX,
            cosine: 0.0,
            words,
        }
    }
}

/// An item that takes part: its place in the table and among those of which cues are looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scored {
    pub item: u32,
    pub slot: u32,
    /// The largest of its cues' cosines, by 8 bits.
    pub cosine: f32,
    /// What the words of its cues score together.
    pub words: u32,
    /// What it gains beside these.
    pub gain: f32,
    /// All of it.
    pub score: f32,
}

/// What takes part: cues, by their pairs, some of them of items that do not; and the items that do.
#[derive(Debug)]
pub(super) struct Ranked {
    pub cues: Vec<Cue>,
    pub scored: Vec<Scored>,
    /// Items of which cues are looked at.
    slots: usize,
}

impl Ranked {
    /// Where items stand in a list of some of them, by their slots; `u32::MAX` for none.
    pub fn places(&self, some: &[Scored]) -> Vec<u32> {
        let mut places = vec![u32::MAX; self.slots];
        for (place, one) in (0..).zip(some) {
            places[one.slot as usize] = place;
        }
        places
    }
}

impl Prepared<'_> {
    /// Whether the question names the speaker of an item.
    pub fn is_named(&self, table: &Table, item: u32) -> bool {
        if self.named.is_empty() {
            return false;
        }
        let descriptions = table.descriptions();
        let speaker = descriptions.key(Metadata::SPEAKER);
        let value = speaker.and_then(|key| descriptions.value(item, key));
        value.is_some_and(|value| self.named.contains(&value))
    }

    /// What a cue scores by its cosine and its item's words.
    pub fn score(&self, cosine: f32, words: u32) -> f32 {
        match self.against {
            0 => cosine,
            against => cosine + self.weight * (words as f32 / against as f32),
        }
    }

    /// Says how much words count, from the items that take part: their cosines and what their words score.
    fn weigh(&mut self, items: impl Iterator<Item = (f32, u32)>, ask: &Ask) {
        // The five nearest, the last of them first.
        let mut best = [f32::NEG_INFINITY; 5];
        let mut largest = 0;
        for (cosine, words) in items {
            largest = largest.max(words);
            if cosine > best[0] {
                let place = best.partition_point(|&one| one < cosine);
                best.copy_within(1..place, 0);
                best[place - 1] = cosine;
            }
        }
        if self.vector.is_none() {
            self.weight = ask.words.unwrap_or(Ask::WORDS_ALONE);
            self.against = largest;
            return;
        }
        let last = best.iter().find(|one| one.is_finite());
        let lead = last.map_or(0.0, |last| best[4] - last);
        self.weight = ask.words.unwrap_or(Ask::WORDS) * (1.0 - lead / Ask::LEAD).max(0.0);
        self.against = match largest {
            0 => 0,
            largest => largest.max(self.scores.most),
        };
    }

    /// The share of the question's words that a cue has, by what they count, 0 to 1; a cue of other words has less than one of these alone.
    pub fn coverage(&self, words: u32) -> f32 {
        match self.scores.most {
            0 => 0.0,
            most => (words as f32 / most as f32).min(1.0),
        }
    }
}

impl Store {
    /// Makes a question ready, of which what this memory does not compare is left aside. `takes` says of items whether they take part, by
    /// their places.
    pub(super) fn prepare(
        &self,
        question: &Question<'_>,
        takes: &impl Fn(u32) -> bool,
    ) -> Result<Prepared<'_>, StoreError> {
        let settings = self.settings();
        let vector = match question.vector {
            Some(vector) if settings.inputs > 0 => {
                Some(unit("the question", vector, settings.inputs)?)
            }
            Some(_) | None => None,
        };
        let text = question.text.filter(|text| !text.trim().is_empty());
        if vector.is_none() && (text.is_none() || settings.words.is_none()) {
            let why = match (settings.inputs, &settings.words) {
                (0, _) => "the question has no text, and this memory compares words alone",
                (_, None) => "the question has no vector, and this memory compares vectors alone",
                _ => "the question has neither a text nor a vector",
            };
            return Err(StoreError::Setting(why.to_owned()));
        }
        let table = &self.table;
        let asked = vector
            .as_deref()
            .and_then(|vector| table.vectors()?.ask(vector));
        let words = text.zip(table.lexicon());
        let (scores, named) = match words {
            Some((text, lexicon)) => {
                let units = lexicon.question(text);
                let scores = lexicon.scores(&units, |unit| table.names(unit), &self.lists);
                (scores, table.named(&units))
            }
            None => (Scores::none(&self.lists), Vec::new()),
        };
        let takes_part = |pair: u32| table.is_live(pair) && takes(table.pair(pair).item);
        let best = table
            .lexicon()
            .filter(|_| table.is_large())
            .map(|lexicon| lexicon.best(&scores, LOOKED_AT, takes_part));
        Ok(Prepared {
            vector,
            asked,
            scores,
            best: best.unwrap_or_default(),
            weight: 0.0,
            against: 0,
            named,
            has_words: words.is_some(),
        })
    }

    /// What takes part in the answer to a question.
    pub(super) fn rank(
        &self,
        prepared: &mut Prepared<'_>,
        ask: &Ask,
        takes: &impl Fn(u32) -> bool,
    ) -> Ranked {
        let table = &self.table;
        let mut cues = self.cues(prepared);
        // Items of which cues are looked at, which may be few of all.
        let mut slots = self.lists.lend(table.all_items(), u32::MAX);
        let mut items = Vec::new();
        for cue in &mut cues {
            let item = table.pair(cue.pair).item;
            let slot = &mut slots[item as usize];
            if *slot == u32::MAX {
                *slot = items.len() as u32;
                items.push(item);
            }
            cue.slot = *slot;
        }
        let mut cosines = vec![f32::NEG_INFINITY; items.len()];
        for cue in &cues {
            let cosine = &mut cosines[cue.slot as usize];
            *cosine = cosine.max(cue.cosine);
        }
        let words = self.words_together(prepared, &cues, items.len());
        let of_each = cosines.iter().copied().zip(words.iter().copied());
        let taking_part = of_each.zip(&items).filter(|(_, item)| takes(**item));
        prepared.weigh(taking_part.map(|one| one.0), ask);
        let prepared = &*prepared;
        // What each item scores by its cues, which its neighbours get a share of.
        let own = cosines.iter().zip(&words);
        let own: Vec<f32> = own
            .map(|(&cosine, &words)| prepared.score(cosine, words))
            .collect();
        let own_of = |item: u32| own.get(slots[item as usize] as usize).copied();
        let mut scored = Vec::with_capacity(items.len());
        for (slot, &item) in items.iter().enumerate().filter(|(_, item)| takes(**item)) {
            let gain = self.gain(prepared, ask, item, own_of);
            scored.push(Scored {
                item,
                slot: slot as u32,
                cosine: cosines[slot],
                words: words[slot],
                gain,
                score: own[slot] + gain,
            });
        }
        Ranked {
            cues,
            scored,
            slots: items.len(),
        }
    }

    /// What the words of items' cues score, by their slots: the most of what one scores, and of what those that share a word would as one.
    fn words_together(&self, prepared: &Prepared<'_>, cues: &[Cue], slots: usize) -> Vec<u32> {
        let mut words = vec![0u32; slots];
        let mut sharing = vec![0u32; slots];
        for cue in cues.iter().filter(|cue| cue.words > 0) {
            let most = &mut words[cue.slot as usize];
            *most = cue.words.max(*most);
            sharing[cue.slot as usize] += 1;
        }
        let Some(lexicon) = self.table.lexicon() else {
            return words;
        };
        let is_one = |cue: &&Cue| cue.words > 0 && sharing[cue.slot as usize] > 1;
        let several = cues.iter().filter(is_one).map(|cue| (cue.slot, cue.pair));
        let mut several: Vec<(u32, u32)> = several.collect();
        several.sort_unstable();
        for own in several.chunk_by(|a, b| a.0 == b.0) {
            let pairs: Vec<u32> = own.iter().map(|one| one.1).collect();
            let together = lexicon.score_together(&prepared.scores, &pairs);
            let most = &mut words[own[0].0 as usize];
            *most = together.max(*most);
        }
        words
    }

    /// The items that score best, `count` of them, by their numbers, and the cues of each.
    pub(super) fn best(&self, mut ranked: Ranked, count: usize) -> Vec<(Scored, Vec<Cue>)> {
        let table = &self.table;
        let mut scored = std::mem::take(&mut ranked.scored);
        let order = |a: &Scored, b: &Scored| {
            let newer = || table.item(b.item).id.cmp(&table.item(a.item).id);
            b.score.total_cmp(&a.score).then_with(newer)
        };
        if count < scored.len() {
            scored.select_nth_unstable_by(count, order);
            scored.truncate(count);
        }
        // Sums over them are then the same in whatever order they lie in RAM, which is another when a memory is opened anew.
        scored.sort_unstable_by_key(|one| table.item(one.item).id);
        let places = ranked.places(&scored);
        let mut found: Vec<(Scored, Vec<Cue>)> =
            scored.into_iter().map(|one| (one, Vec::new())).collect();
        for cue in ranked.cues {
            if let Some((_, own)) = found.get_mut(places[cue.slot as usize] as usize) {
                own.push(cue);
            }
        }
        found
    }

    /// Cues of items that are not forgotten: all of them, or where there are very many those that may be near, and neighbours of the best
    /// of these. What has neither a vector nor a word in common is not among them.
    fn cues(&self, prepared: &Prepared<'_>) -> Vec<Cue> {
        let table = &self.table;
        let mut cues = match (table.vectors(), &prepared.asked, &prepared.vector) {
            (Some(vectors), Some(_), Some(vector)) => match table.codes() {
                Some(codes) => {
                    let room = &mut self.lists.lend(0, 0);
                    let near = vectors.near(codes, vector, LOOKED_AT, room);
                    self.few_cues(prepared, near)
                }
                None => self.compared(prepared, table.pairs().map(|one| one.0).collect()),
            },
            _ if table.is_large() => self.few_cues(prepared, Vec::new()),
            _ => {
                let lexicon = table.lexicon();
                let shared = lexicon.map(|lexicon| lexicon.shared(&prepared.scores));
                let live = shared.into_iter().flatten();
                let live = live.filter(|one| table.is_live(one.0));
                live.map(|(pair, words)| Cue::of_words(pair, words))
                    .collect()
            }
        };
        if prepared.asked.is_none() {
            cues.retain(|cue| cue.words > 0);
        }
        cues
    }

    /// Cues of some pairs, of those that are best by words, and of the items beside the best of them; by their pairs.
    fn few_cues(&self, prepared: &Prepared<'_>, mut pairs: Vec<u32>) -> Vec<Cue> {
        let table = &self.table;
        pairs.extend(prepared.best.iter().map(|one| one.0));
        let settle = |pairs: &mut Vec<u32>| {
            pairs.retain(|&pair| table.is_live(pair));
            pairs.sort_unstable();
            pairs.dedup();
        };
        settle(&mut pairs);
        let mut cues = self.compared(prepared, pairs);
        let is_there = |pair: &u32| cues.binary_search_by_key(pair, |cue| cue.pair).is_ok();
        let score = |cue: &Cue| cue.cosine + Ask::WORDS * prepared.coverage(cue.words);
        let mut scores: Vec<(f32, u32)> = cues.iter().map(|cue| (score(cue), cue.pair)).collect();
        if scores.len() > BESIDE {
            let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
            scores.select_nth_unstable_by(BESIDE, order);
            scores.truncate(BESIDE);
        }
        let beside = scores
            .iter()
            .flat_map(|one| table.neighbours(table.pair(one.1).item))
            .flatten()
            .map(|item| table.item(item).first);
        let mut beside: Vec<u32> = beside.filter(|pair| !is_there(pair)).collect();
        settle(&mut beside);
        cues.extend(self.compared(prepared, beside));
        cues.sort_unstable_by_key(|cue| cue.pair);
        cues
    }

    /// Cues of some pairs, which ascend, with what they have in common with the question.
    fn compared(&self, prepared: &Prepared<'_>, pairs: Vec<u32>) -> Vec<Cue> {
        let table = &self.table;
        let cosines = match table.vectors().zip(prepared.asked.as_ref()) {
            Some((vectors, asked)) => cosines(vectors, asked, &pairs),
            None => vec![0.0; pairs.len()],
        };
        let lexicon = table.lexicon();
        let words = |pair| lexicon.map_or(0, |lexicon| lexicon.score(&prepared.scores, pair));
        let cue = |(pair, cosine)| Cue {
            cosine,
            ..Cue::of_words(pair, words(pair))
        };
        pairs.into_iter().zip(cosines).map(cue).collect()
    }

    /// What an item gains from its neighbours and its speaker. `own` says what an item scores by its cues; none where none is looked at.
    fn gain(
        &self,
        prepared: &Prepared<'_>,
        ask: &Ask,
        item: u32,
        own: impl Fn(u32) -> Option<f32>,
    ) -> f32 {
        let table = &self.table;
        let mut gain = 0.0;
        let has_sessions = table.descriptions().key(Metadata::SESSION).is_some();
        if has_sessions && ask.neighbours > 0.0 {
            let of = |one: Option<u32>| one.and_then(&own).unwrap_or(0.0).max(0.0);
            let [before, behind] = table.neighbours(item);
            let before_that = before.and_then(|one| table.neighbours(one)[0]);
            let behind_that = behind.and_then(|one| table.neighbours(one)[1]);
            gain += ask.neighbours * (of(before) + of(behind));
            gain += 0.5 * ask.neighbours * (of(before_that) + of(behind_that));
        }
        if prepared.is_named(table, item) {
            gain += ask.speaker;
        }
        gain
    }
}

/// Cosines by 8 bits of some pairs, ascending; in one pass where they are most of all.
fn cosines(vectors: &Quantised, asked: &Asked, pairs: &[u32]) -> Vec<f32> {
    let mut products = Vec::new();
    if pairs.len() * 2 < vectors.len() {
        vectors.products_of(asked, pairs, &mut products);
        return products;
    }
    vectors.products(asked, &mut products);
    if pairs.len() < products.len() {
        return pairs.iter().map(|&pair| products[pair as usize]).collect();
    }
    products
}
