//! What is answered, against a plain reading of what is said of it.

use slotless_core::rng::{Key, Purpose};
use slotless_core::words::{self, Length, Lists, Sizes, Units};
use slotless_kernels::cpu::Isa;
use slotless_kernels::planes::Quantised;
use tempfile::TempDir;

use super::super::{
    Answer, Ask, Entry, Filter, Flush, Found, Metadata, NewItem, Question, Settings, Store, Writer,
};

/// Numbers in no order, so that no two cosines are equal.
fn drawn(key: Key, count: u32) -> Vec<f32> {
    let number = |at| key.at(at) as f32 / 2f32.powi(31) - 1.0;
    (0..count).map(number).collect()
}

fn of_length_1(vector: &[f32]) -> Vec<f32> {
    let norm = vector.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>();
    let scaled = vector.iter().map(|&x| (f64::from(x) / norm.sqrt()) as f32);
    scaled.collect()
}

const TEXTS: [&str; 9] = [
    "painting",
    "painted a cat",
    "Oslo",
    "the move to Oslo",
    "cats",
    "did it",
    "moving on",
    "Ann",
    "seven cats, 7",
];

/// What is known of the items: three speakers, one of them nobody, and sessions of five in a row.
fn known(item: u32) -> Metadata {
    let metadata = Metadata::new()
        .with(Metadata::SESSION, &(item / 5).to_string())
        .unwrap();
    match item % 3 {
        0 => metadata,
        one => metadata
            .with(Metadata::SPEAKER, ["", "Ann Berg", "Ben"][one as usize])
            .unwrap(),
    }
}

/// A cue: its item, numbers and text.
type Cue = (u32, Vec<f32>, String);

/// 60 items of one to three cues.
fn cues() -> Vec<Cue> {
    let cue = |item: u32, cue: u32| {
        let key = Key::new(3, Purpose(900)).derive(100 * item + cue);
        let text = format!(
            "{} {}",
            TEXTS[key.at(50) as usize % 9],
            TEXTS[key.at(51) as usize % 9]
        );
        (item, of_length_1(&drawn(key, 8)), text)
    };
    (0..60)
        .flat_map(|item| (0..1 + item % 3).map(move |of| cue(item, of)))
        .collect()
}

fn stored(folder: &TempDir, settings: &Settings) -> Store {
    let path = folder.path().join("memory");
    let mut writer = Writer::create(&path, settings).unwrap();
    writer.set_flush(Flush::System);
    let all = cues();
    for item in 0..60 {
        let own = all.iter().filter(|cue| cue.0 == item);
        let cues: Vec<Entry<'_>> = own
            .map(|(_, vector, text)| Entry {
                text,
                vector: (settings.inputs > 0).then_some(vector),
            })
            .collect();
        let target = Entry {
            text: "a text",
            vector: None,
        };
        let metadata = known(item);
        let item = NewItem {
            target,
            cues: &cues,
            metadata: Some(&metadata),
        };
        writer.add(&[item]).unwrap();
    }
    drop(writer);
    Store::open(&path).unwrap()
}

/// Scores of words by the core's own lists, cue by cue, and what all of a question's words would count.
fn by_words(question: &str) -> Vec<f64> {
    let texts: Vec<String> = cues().into_iter().map(|cue| cue.2).collect();
    by_words_of(&texts, question)
}

fn by_words_of(all: &[String], question: &str) -> Vec<f64> {
    let units = Units::new(16).unwrap();
    let sizes = Sizes::new(16, 4000, 40_000).unwrap();
    let mut lists = Lists::new(sizes, vec![0; sizes.words()]).unwrap();
    let mut room = [0; 64];
    for text in all {
        lists.add(units.distinct(text, &mut room).unwrap()).unwrap();
    }
    let asked = units.question(question, &mut room).unwrap();
    let mut found = vec![words::Found::NONE; all.len()];
    let length = Length::new(26).unwrap();
    let found = lists.best(asked, length, &mut [0; 64], &mut found).unwrap();
    let mut scores = vec![0.0; all.len()];
    for one in found {
        scores[one.item as usize] = f64::from(one.score);
    }
    scores
}

/// A question's units with what each counts, units of the cues, and how a sum becomes a score.
fn counted(question: &str) -> (Vec<(u32, u32)>, Vec<Vec<u32>>, words::Scale) {
    let units = Units::new(16).unwrap();
    let mut room = [0; 64];
    let cues: Vec<Vec<u32>> = cues()
        .iter()
        .map(|cue| units.distinct(&cue.2, &mut room).unwrap().to_vec())
        .collect();
    let having = |unit: &u32| cues.iter().filter(|cue| cue.contains(unit)).count() as u32;
    let asked = units.question(question, &mut room).unwrap().iter();
    let weight = |unit: &u32| words::inverse_document_frequency(cues.len() as u32, having(unit));
    let asked = asked.map(|unit| (*unit, weight(unit))).collect();
    let entries: usize = cues.iter().map(Vec::len).sum();
    let scale = words::Scale::new(Length::new(26).unwrap(), cues.len() as u32, entries as u32);
    (asked, cues, scale)
}

/// What a cue of all of a question's words would score, those that name a speaker left out unless there are no others.
fn all_words(question: &str) -> f64 {
    let (asked, _, scale) = counted(question);
    let mut room = [0; 64];
    let units = Units::new(16).unwrap();
    let named = units.distinct("Ann Berg Ben", &mut room).unwrap();
    let has_others = asked.iter().any(|one| !named.contains(&one.0));
    let counted = asked
        .iter()
        .filter(|one| !(has_others && named.contains(&one.0)));
    let weights: Vec<u32> = counted.map(|one| one.1).collect();
    f64::from(scale.score(weights.iter().sum(), weights.len() as u32))
}

/// What items' cues score together: the most that one scores, or what one of all words of those that share some would.
fn together(all: &[Cue], question: &str, scores: &[f64]) -> Vec<f64> {
    let (asked, cues, scale) = counted(question);
    let of = |item: u32| {
        let own = (0..all.len()).filter(|&at| all[at].0 == item && scores[at] > 0.0);
        let own: Vec<usize> = own.collect();
        let most = own.iter().map(|&at| scores[at]).fold(0.0, f64::max);
        if own.len() < 2 {
            return most;
        }
        let has = |unit: u32| own.iter().any(|&at| cues[at].contains(&unit));
        let sum = asked.iter().filter(|one| has(one.0)).map(|one| one.1).sum();
        let length: usize = own.iter().map(|&at| cues[at].len()).sum();
        most.max(f64::from(scale.score(sum, length as u32).max(1)))
    };
    (0..60).map(of).collect()
}

/// By how much the nearest item's cosine is above the fifth nearest's, in 8 bits a number.
fn lead(all: &[Cue], question: &[f32]) -> f64 {
    let mut vectors = Quantised::new(8, Isa::best());
    all.iter().for_each(|cue| vectors.push(&cue.1));
    let mut cosines = Vec::new();
    vectors.products(&vectors.ask(question).unwrap(), &mut cosines);
    let mut best = [f32::NEG_INFINITY; 60];
    for (cue, &cosine) in all.iter().zip(&cosines) {
        let best = &mut best[cue.0 as usize];
        *best = best.max(cosine);
    }
    best.sort_by(|a, b| b.total_cmp(a));
    f64::from(best[0]) - f64::from(best[4])
}

/// Another wording, of which others have the words, is found by its vector: of an item of one cue, and of one with many that are alike.
#[test]
fn an_item_that_stands_out_is_found_though_others_have_the_words() {
    let settings = Settings {
        words: Units::new(16).ok(),
        ..Settings::new(8)
    };
    for alike in [1, 4, 9] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("memory");
        let mut writer = Writer::create(&path, &settings).unwrap();
        writer.set_flush(Flush::System);
        let key = |number: u32| Key::new(6, Purpose(900)).derive(number);
        let meant = drawn(key(0), 8);
        let near = |of: u32| -> Vec<f32> {
            let noise = drawn(key(1000 + of), 8);
            meant
                .iter()
                .zip(noise)
                .map(|(one, noise)| one + 0.1 * noise)
                .collect()
        };
        let cues: Vec<Vec<f32>> = (0..alike).map(near).collect();
        fn entry<'a>(text: &'a str, vector: &'a [f32]) -> Entry<'a> {
            Entry {
                text,
                vector: Some(vector),
            }
        }
        fn item<'a>(cues: &'a [Entry<'a>]) -> NewItem<'a> {
            let target = Entry {
                text: "a text",
                vector: None,
            };
            NewItem {
                target,
                cues,
                metadata: None,
            }
        }
        let own: Vec<Entry<'_>> = cues
            .iter()
            .map(|cue| entry("the backup of our door opener", cue))
            .collect();
        writer.add(&[item(&own)]).unwrap();
        for number in 1..30 {
            // Away from what is meant.
            let other = drawn(key(number), 8);
            let product: f32 = meant.iter().zip(&other).map(|(a, b)| a * b).sum();
            let square: f32 = meant.iter().map(|a| a * a).sum();
            let away: Vec<f32> = other
                .iter()
                .zip(&meant)
                .map(|(one, of)| one - product / square * of)
                .collect();
            let cues = [entry("the spare key of the car", &away)];
            writer.add(&[item(&cues)]).unwrap();
        }
        let answer = writer
            .store()
            .ask(
                &Question::both("where is the spare key", &meant),
                &Ask::new(),
            )
            .unwrap();
        assert_eq!(answer.best.map(|best| best.id), Some(1), "{alike} cues");
    }
}

/// What [`Ask`] says of a score, written down plainly: cosine and words over their largest, a share of the neighbours' in the session, and
/// the speaker's gain; then shares of a softmax over all cues.
#[test]
fn an_answer_is_what_its_parts_come_to() {
    let settings = Settings {
        words: Units::new(16).ok(),
        ..Settings::new(8)
    };
    let folder = TempDir::new().unwrap();
    let both = stored(&folder, &settings);
    let folder = TempDir::new().unwrap();
    let alone = stored(
        &folder,
        &Settings {
            inputs: 0,
            ..settings
        },
    );
    let all = cues();
    let texts = [
        "what did Ann paint",
        "cats in Oslo",
        "Berg moved",
        "did",
        "nothing of it",
        "7",
    ];
    for (number, text) in (0..).zip(texts) {
        let question = of_length_1(&drawn(Key::new(4, Purpose(900)).derive(number), 8));
        let scores = by_words(text);
        let together = together(&all, text, &scores);
        let largest = together.iter().copied().fold(0.0, f64::max);
        for (store, asked, vector) in [
            (&both, Question::both(text, &question), true),
            (&both, Question::vector(&question), true),
            (&both, Question::text(text), false),
            (&alone, Question::text(text), false),
            // What is not compared is left aside.
            (&alone, Question::both(text, &question), false),
        ] {
            let has_text = asked.text.is_some();
            let beta = 4.0;
            let how = Ask::new().threshold(-1.0).top(60).nearest(60).beta(beta);
            let answer = store.ask(&asked, &how).unwrap();
            let found: Vec<Found> = answer.best.into_iter().chain(answer.others).collect();

            let cosine = |of: &Cue| -> f64 {
                let products = of.1.iter().zip(&question).map(|(a, b)| f64::from(a * b));
                if vector { products.sum() } else { 0.0 }
            };
            // By words alone over the largest; beside vectors over what all of the question's words count, and the less the more the nearest
            // is before the fifth, as it is in 8 bits.
            let lead = if vector { lead(&all, &question) } else { 0.0 };
            let (weight, against) = match vector {
                true => (
                    1.9 * (1.0 - lead / 0.25).max(0.0),
                    largest.max(all_words(text)),
                ),
                false => (0.8, largest),
            };
            let words = |at: usize| {
                if has_text && largest > 0.0 {
                    weight * together[all[at].0 as usize] / against
                } else {
                    0.0
                }
            };
            let takes_part = |at: usize| vector || scores[at] > 0.0;
            let own: Vec<Option<f64>> = (0..60)
                .map(|item| {
                    let cues = (0..all.len()).filter(|&at| all[at].0 == item && takes_part(at));
                    cues.map(|at| cosine(&all[at]) + words(at)).reduce(f64::max)
                })
                .collect();
            let gain = |item: u32| {
                let beside = |other: Option<u32>| {
                    let other = other.filter(|&other| other < 60 && other / 5 == item / 5);
                    other
                        .and_then(|other| own[other as usize])
                        .unwrap_or(0.0)
                        .max(0.0)
                };
                let named = known(item).tags().any(|(key, name)| {
                    let is_called = |word: &str| has_text && text.split(' ').any(|one| one == word);
                    key == Metadata::SPEAKER && name.split(' ').any(is_called)
                });
                0.25 * (beside(item.checked_sub(1)) + beside(Some(item + 1)))
                    + 0.125 * (beside(item.checked_sub(2)) + beside(Some(item + 2)))
                    + if named { 0.5 } else { 0.0 }
            };
            let parts: Vec<(u32, f64)> = (0..all.len())
                .filter(|&at| takes_part(at))
                .map(|at| (all[at].0, cosine(&all[at]) + words(at) + gain(all[at].0)))
                .collect();
            let total: f64 = parts
                .iter()
                .map(|one| (f64::from(beta) * one.1).exp())
                .sum();
            let mut expected: Vec<(u32, f64)> = (0..60)
                .filter(|&item| own[item as usize].is_some())
                .map(|item| {
                    let own = parts.iter().filter(|one| one.0 == item);
                    (
                        item,
                        own.map(|one| (f64::from(beta) * one.1).exp()).sum::<f64>() / total,
                    )
                })
                .collect();
            expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
            assert_eq!(found.len(), expected.len(), "{text}");
            for (found, (item, share)) in found.iter().zip(&expected) {
                let off = (f64::from(found.share) - share).abs();
                assert!(off < 2e-3, "{text}: {found:?}, {item} {share}");
                let one = expected.iter().find(|one| u64::from(one.0) + 1 == found.id);
                let off = (f64::from(found.share) - one.unwrap().1).abs();
                assert!(off < 2e-3, "{text}: {found:?}, {one:?}");
            }
        }
    }
}

/// Of so many cues that not all are looked at: those that share most words are found in their order, of equal ones the newer first.
#[test]
fn of_very_many_the_best_by_words_are_found() {
    let settings = Settings {
        words: Units::new(16).ok(),
        ..Settings::new(0)
    };
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let mut writer = Writer::create(&path, &settings).unwrap();
    writer.set_flush(Flush::System);
    // Words that many have, some, and few; one cue is longer than the others.
    let texts: Vec<String> = (0..2500)
        .map(|at: u32| {
            let common = if at.is_multiple_of(3) {
                "oslo"
            } else {
                "bergen"
            };
            let long = if at.is_multiple_of(97) {
                " a far longer text than others"
            } else {
                ""
            };
            format!(
                "{common} w{} v{} u{}{long}",
                at % 11,
                at * 7 % 130,
                at * 13 % 900
            )
        })
        .collect();
    let cues: Vec<[Entry<'_>; 1]> = texts
        .iter()
        .map(|text| [Entry { text, vector: None }])
        .collect();
    let second = Metadata::new().with("kind", "second").unwrap();
    let items: Vec<NewItem<'_>> = cues
        .iter()
        .map(|cues| NewItem {
            target: cues[0],
            cues,
            metadata: cues[0].text.contains(" w2 ").then_some(&second),
        })
        .collect();
    writer.add(&items).unwrap();
    drop(writer);
    let store = Store::open(&path).unwrap();
    let ask = Ask::new().top(30).threshold(-1.0);
    let numbers = |answer: Answer| -> Vec<usize> {
        let found = answer.best.into_iter().chain(answer.others);
        found.map(|one| one.id as usize - 1).collect()
    };
    for question in [
        "oslo w3",
        "oslo",
        "w5 v12 u300 bergen",
        "u899 oslo v3",
        "no such thing",
    ] {
        let scores = by_words_of(&texts, question);
        let mut expected: Vec<usize> = (0..texts.len()).filter(|&at| scores[at] > 0.0).collect();
        expected.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(b.cmp(&a)));
        let question = Question::text(question);
        let found = numbers(store.ask(&question, &ask).unwrap());
        assert_eq!(
            found[..],
            expected[..expected.len().min(30)],
            "{question:?}"
        );
        // Among those that a filter takes, too.
        expected.retain(|&at| at % 11 == 2);
        let filter = Filter::new().with("kind", "second");
        let found = numbers(store.ask_among(&question, &ask, &filter).unwrap());
        assert_eq!(
            found[..],
            expected[..expected.len().min(30)],
            "{question:?}"
        );
    }
}

/// The vectors of those that are found are compared in full, others' only in 8 bits.
#[test]
fn scores_are_cosines_in_full() {
    let folder = TempDir::new().unwrap();
    let store = stored(&folder, &Settings::new(8));
    let all = cues();
    for (item, vector, text) in all.iter().step_by(7) {
        let ask = Ask::new().neighbours(0.0);
        let answer = store.ask(&Question::vector(vector), &ask).unwrap();
        let best = answer.best.unwrap();
        assert_eq!((best.id, &best.cue), (u64::from(*item) + 1, text));
        assert!((best.score - 1.0).abs() < 1e-6, "{}", best.score);
    }
}

/// The same bits whatever instructions compare.
#[test]
fn answers_are_the_same_with_each_set_of_instructions() {
    let folder = TempDir::new().unwrap();
    let mut store = stored(&folder, &Settings::new(8));
    let question = drawn(Key::new(4, Purpose(900)).derive(77), 8);
    let question = Question::both("cats that Ann painted", &question);
    let ask = Ask::new().top(10);
    let first = store.ask(&question, &ask).unwrap();
    for isa in Isa::available() {
        store.set_isa(isa);
        assert_eq!(store.ask(&question, &ask).unwrap(), first, "{isa}");
    }
}
