//! What answers look like, and a memory that goes by what was learned of it.

use super::*;

const WORDS: [&str; 14] = [
    "paint", "river", "Oslo", "piano", "winter", "garden", "letter", "train", "coffee", "violin",
    "mountain", "harbour", "copper", "lantern",
];

/// Some words, different for each number.
fn text(number: u32, count: u32) -> String {
    let word = |at: u32| WORDS[(Key::new(3, Purpose(901)).at(16 * number + at) % 14) as usize];
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

/// Of `items` items with two cues each, every other one of Ann's.
fn memory(path: &Path, settings: &Settings, items: u32) -> Store {
    let mut writer = Writer::create(path, settings).unwrap();
    for number in 0..items {
        let texts = [text(number, 4), text(1000 + number, 3)];
        let vectors = [vector(number), vector(1000 + number)];
        let cues: Vec<Entry<'_>> = texts
            .iter()
            .zip(&vectors)
            .map(|(text, vector)| Entry {
                text,
                vector: (settings.inputs > 0).then_some(&vector[..]),
            })
            .collect();
        let name = if number % 2 == 0 { "Ann" } else { "Bo" };
        let known = Metadata::new().with(Metadata::SPEAKER, name).unwrap();
        let known = known
            .with(Metadata::SESSION, &(number / 8).to_string())
            .unwrap();
        let target = Entry {
            text: "it",
            vector: None,
        };
        let metadata = Some(&known);
        writer
            .add(&[NewItem {
                target,
                cues: &cues,
                metadata,
            }])
            .unwrap();
    }
    drop(writer);
    Store::open(path).unwrap()
}

fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NEG_INFINITY, f64::max)
}

/// The numbers of [`Signs`], from what each item answers by itself: of each cue one, so that an item has no other.
fn plainly(store: &Store, question: &Question<'_>, named: &str, has_vector: bool) -> Vec<f64> {
    let all = Ask::new().threshold(-1.0).top(1000).nearest(10_000);
    let answer = store.ask(question, &all).unwrap();
    let found: Vec<Found> = answer.best.into_iter().chain(answer.others).collect();
    let is_named = |id: u64| store.item(id).unwrap().metadata.tag(Metadata::SPEAKER) == Some(named);
    let of = |one: &Found| -> [f64; 2] {
        let words = f64::from(one.words.unwrap());
        [
            words,
            if has_vector {
                f64::from(one.score)
            } else {
                0.0
            },
        ]
    };
    let mut ranks: Vec<(f64, u64)> = found
        .iter()
        .map(|one| (f64::from(one.rank), one.id))
        .collect();
    ranks.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    let first = found.iter().find(|one| one.id == ranks[0].1).unwrap();
    let both = |which: usize| {
        let values = || found.iter().map(|one| (of(one)[which], is_named(one.id)));
        let best = |wanted: bool| largest(values().filter(|one| one.1 == wanted).map(|one| one.0));
        let mut sorted: Vec<f64> = values().map(|one| one.0).collect();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let five = &sorted[..sorted.len().min(5)];
        let lead = best(true) - best(false);
        let lead = if lead.is_finite() { lead } else { 0.0 };
        [
            sorted[0],
            of(first)[which],
            five.iter().sum::<f64>() / five.len() as f64,
            lead,
        ]
    };
    let [coverage, of_first, five, lead] = both(0);
    let ahead = ranks[0].0 - ranks[1].0;
    let mut numbers = vec![coverage, of_first, five, ahead, lead];
    if has_vector {
        numbers.extend(both(1));
    }
    numbers
}

#[test]
fn signs_are_what_the_answers_are() {
    let folder = TempDir::new().unwrap();
    for inputs in [0, 3] {
        let settings = Settings {
            inputs,
            ..settings()
        };
        let path = folder.path().join(format!("of {inputs}"));
        let mut writer = Writer::create(&path, &settings).unwrap();
        // An item has one cue, so that what it answers is what its cue is.
        for number in 0..40 {
            let (text, vector) = (text(number, 4), vector(number));
            let vector = (inputs > 0).then_some(&vector[..]);
            let name = if number % 3 == 0 { "Ann" } else { "Bo" };
            let known = Metadata::new().with(Metadata::SPEAKER, name).unwrap();
            let known = known
                .with(Metadata::SESSION, &(number / 8).to_string())
                .unwrap();
            let entry = Entry {
                text: &text,
                vector,
            };
            let metadata = Some(&known);
            writer
                .add(&[NewItem {
                    target: entry,
                    cues: &[entry],
                    metadata,
                }])
                .unwrap();
        }
        let store = writer.store();
        for number in 0..60 {
            let name = ["", "Ann", "Bo"][number as usize % 3];
            let text = format!("{name} {}", text(500 + number, 3));
            let vector = vector(500 + number);
            let question = match inputs {
                0 => Question::text(&text),
                _ => Question::both(&text, &vector),
            };
            let signs = store.signs(&question, &Ask::new()).unwrap();
            let numbers = signs.numbers();
            let expected = plainly(store, &question, name, inputs > 0);
            // The lead by scores stands behind that by coverage: of it below.
            let without: Vec<f64> = [&numbers[..5], &numbers[6..]].concat();
            assert_eq!(without.len(), expected.len());
            for (a, b) in without.iter().zip(&expected) {
                // Cosines are in 8 bits in one, in full in the other.
                let most = if inputs == 0 { 1e-6 } else { 0.02 };
                assert!((a - b).abs() < most, "{numbers:?} {expected:?}");
            }
            match name {
                "" => assert_eq!([numbers[4], numbers[5]], [0.0; 2]),
                // Where there are no vectors, scores are shares of the largest.
                _ if inputs == 0 => {
                    let most = numbers[0];
                    let lead = f64::from(Ask::WORDS_ALONE) * numbers[4] / most;
                    assert!(
                        (numbers[5] - lead).abs() < 1e-4 || most == 1.0,
                        "{numbers:?}"
                    );
                }
                _ => assert!(numbers[5].abs() < 2.0),
            }
        }
    }
}

/// Questions in the words of items, and in those of none.
fn asked(store: &Store, has_vector: bool) -> Vec<(Signs, bool)> {
    let mut all = Vec::new();
    for number in 0..30 {
        for (text, draw, is_answer) in [
            (text(number, 3), number, true),
            (
                format!("{} unheard of {number}", WORDS[number as usize % 14]),
                7000 + number,
                false,
            ),
        ] {
            let vector = vector(draw);
            let question = match has_vector {
                true => Question::both(&text, &vector),
                false => Question::text(&text),
            };
            all.push((store.signs(&question, &Ask::new()).unwrap(), is_answer));
        }
    }
    all
}

#[test]
fn a_calibrated_memory_goes_by_what_it_learned() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let store = memory(&path, &settings(), 30);
    let (known, unknown) = (text(3, 3), "copper unheard of 12");
    let threshold = |question: &str| store.ask(&Question::text(question), &Ask::new()).unwrap();
    assert_eq!(threshold(&known).known, None);
    assert!(threshold("copper").best.is_some());
    let by_words = asked(&store, false);
    let made = Calibration::fit(Source::Questions, &by_words, &asked(&store, true), 0.1).unwrap();
    assert!(made.words().auc > 0.95, "{}", made.words().auc);
    assert!(made.words().answered_refused <= 0.1 && made.words().unanswered_refused > 0.8);
    let mut writer = Writer::open(&path).unwrap();
    writer.keep_calibration(&made).unwrap();
    assert_eq!(writer.store().calibration(), Some(&made));
    drop(writer);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.calibration(), Some(&made));
    let ask = |question: &Question<'_>, how: &Ask| store.ask(question, how).unwrap();
    let answer = ask(&Question::text(&known), &Ask::new());
    assert!(answer.best.is_some() && answer.known.unwrap() > 0.5);
    let answer = ask(&Question::text(unknown), &Ask::new());
    let signs = store.signs(&Question::text(unknown), &Ask::new()).unwrap();
    assert!(answer.best.is_none() && !answer.others.is_empty());
    assert_eq!(answer.known, Some(made.words().known(&signs) as f32));
    // A threshold that is given decides, and what was learned is said all the same.
    let answer = ask(&Question::text(unknown), &Ask::new().threshold(-1.0));
    assert!(answer.best.is_some() && answer.known.unwrap() < 0.5);
    // By its own model where there is a vector, and by none where there are no words.
    let vector = vector(3);
    let answer = ask(&Question::both(&known, &vector), &Ask::new());
    let signs = store
        .signs(&Question::both(&known, &vector), &Ask::new())
        .unwrap();
    assert_eq!(
        answer.known,
        Some(made.vectors().unwrap().known(&signs) as f32)
    );
    assert_eq!(ask(&Question::vector(&vector), &Ask::new()).known, None);
    // It stays where the log is written anew, and goes when it is told to.
    let mut writer = Writer::open(&path).unwrap();
    writer.forget(&[1]).unwrap();
    writer.compact().unwrap();
    assert_eq!(writer.store().calibration(), Some(&made));
    assert!(writer.remove_calibration().unwrap() && !writer.remove_calibration().unwrap());
    assert_eq!(writer.store().calibration(), None);
}

#[test]
fn a_calibration_that_is_none_is_left_aside() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let store = memory(&path, &settings(), 30);
    let made = Calibration::fit(Source::Questions, &asked(&store, false), &[], 0.2).unwrap();
    Writer::open(&path)
        .unwrap()
        .keep_calibration(&made)
        .unwrap();
    let file = path.join("calibration");
    let good = fs::read_to_string(&file).unwrap();
    for (from, to) in [
        ("\"format\": 2", "\"format\": 3"),
        ("\"coverage\"", "\"other\""),
        ("\"bias\"", "\"bios\""),
        ("\"deviation\"", "\"deviation\": 0, \"was\""),
        ("{", ""),
        ("\"auc\": ", "\"auc\": 1"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        fs::write(&file, bad).unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!(store.calibration(), None, "{from}");
        assert!(
            store
                .calibration_left_aside()
                .is_some_and(|why| !why.contains('\n'))
        );
        assert!(
            store
                .ask(&Question::text("copper"), &Ask::new())
                .unwrap()
                .best
                .is_some()
        );
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert!(
        Store::open(&path)
            .unwrap()
            .calibration_left_aside()
            .is_some()
    );
}

#[test]
fn what_is_too_little_is_refused() {
    let folder = TempDir::new().unwrap();
    let store = memory(&folder.path().join("memory"), &settings(), 30);
    let all = asked(&store, false);
    let few: Vec<_> = all.iter().filter(|one| one.1).cloned().collect();
    let error = Calibration::fit(Source::Questions, &few, &[], 0.1).unwrap_err();
    let expected = "30 questions with an answer and 0 without one, needed are 10 of each";
    assert_eq!(error.to_string(), expected);
    for share in [-0.1, 0.51, f64::NAN] {
        let error = Calibration::fit(Source::Questions, &all, &[], share).unwrap_err();
        assert!(matches!(error, CalibrationError::Share(_)));
    }
    let small = memory(&folder.path().join("small"), &settings(), 3);
    let error = small.calibration_of_itself(0.1).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("0 items have a first cue of six words and more"),
        "{error}"
    );
    let without = Settings {
        words: None,
        ..settings()
    };
    let vectors = memory(&folder.path().join("vectors"), &without, 30);
    assert!(matches!(
        vectors.calibration_of_itself(0.1),
        Err(StoreError::Setting(_))
    ));
}

#[test]
fn a_memory_calibrates_itself() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let mut writer = Writer::create(&path, &settings()).unwrap();
    for number in 0..60 {
        let words: Vec<String> = (0..9)
            .map(|at| format!("word{}", number * 5 + at))
            .collect();
        let text = words.join(" ");
        let vector = vector(number);
        let entry = Entry {
            text: &text,
            vector: Some(&vector),
        };
        writer
            .add(&[NewItem {
                target: entry,
                cues: &[entry],
                metadata: None,
            }])
            .unwrap();
    }
    let made = writer.store().calibration_of_itself(0.1).unwrap();
    assert_eq!(made.source(), Source::Memory);
    assert_eq!((made.words().answered, made.words().unanswered), (60, 60));
    assert!(made.words().auc > 0.9 && made.vectors().is_none());
    writer.keep_calibration(&made).unwrap();
    let asked = |text: &str| {
        let answer = writer
            .store()
            .ask(&Question::text(text), &Ask::new())
            .unwrap();
        answer.best.is_some()
    };
    assert!(asked("word41 word44 word47") && !asked("word41 nothing like this"));
}
