use std::fs;
use std::path::{Path, PathBuf};

use slotless_recall::vectors::Vectors;

use super::measure::{auc, rank, recall, refused};
use super::protocol::{Level, sessions, turns};
use super::*;

const LOCOMO: &str = r#"[
 {"sample_id": "c1",
  "conversation": {
   "speaker_a": "Ann", "session_1_date_time": "1 May",
   "session_2": [{"speaker": "Ben", "dia_id": "D2:1", "text": "I paint boats at the harbour", "blip_caption": "a boat"}],
   "session_10": [{"speaker": "Ann", "dia_id": "D10:1", "text": "Oslo is cold"}],
   "session_1": [{"speaker": "Ann", "dia_id": "D1:1", "text": "We moved to Oslo"},
                 {"speaker": "Ben", "dia_id": "D1:2", "text": "My cat is called Miso"}]},
  "observation": {"session_1_observation": {"Ann": [["Ann relocated to Norway", ["D1:1", "D9:9"]]], "Ben": [["Ben owns a pet", "D1:2"]]}},
  "qa": [
   {"question": "What does Ben paint?", "answer": "boats", "evidence": ["D2:1"], "category": 4},
   {"question": "What is said of Oslo?", "answer": "x", "evidence": ["D1:1; D10:1", "D", "D1:1"], "category": 1},
   {"question": "Who is in Norway?", "answer": "Ann", "evidence": ["D1:1"], "category": 3},
   {"question": "Where is the train?", "adversarial_answer": "x", "evidence": ["D1:1"], "category": 5},
   {"question": "Lost?", "answer": 3, "evidence": ["D7:7"], "category": 2}]},
 {"conversation": {"session_1": [{"speaker": "Eve", "dia_id": "D1:1", "text": "I play chess"}]}, "observation": {},
  "qa": [{"question": "Who plays chess?", "answer": "Eve", "evidence": ["D1:1"], "category": 4}]}
]"#;

const LONGMEMEVAL: &str = r#"[
 {"question_id": "q1", "question_type": "multi-session", "question": "Where do I keep my bicycle?", "answer": "shed",
  "question_date": "2023/05/30", "haystack_dates": ["a", "b", "c"], "answer_session_ids": ["answer_1"],
  "haystack_session_ids": ["s_1", "answer_1", "s_2"],
  "haystack_sessions": [
   [{"role": "user", "content": "I bought bread"}, {"role": "assistant", "content": "bicycle bicycle"}],
   [{"role": "user", "content": "My bicycle is in the shed", "has_answer": true},
    {"role": "assistant", "content": "Fine", "has_answer": false},
    {"role": "user", "content": "I like the bicycle", "has_answer": false}],
   [{"role": "user", "content": "Good night"}]]},
 {"question_id": "q2_abs", "question_type": "multi-session", "question": "Where is my piano?",
  "haystack_session_ids": ["answer_2"],
  "haystack_sessions": [[{"role": "user", "content": "I sold the guitar", "has_answer": true}]]},
 {"question_id": "q3", "question_type": "temporal-reasoning", "question": "When?",
  "haystack_session_ids": ["answer_3"],
  "haystack_sessions": [[{"role": "user", "content": "now", "has_answer": false}]]}
]"#;

fn file(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("data.json");
    fs::write(&path, text).unwrap();
    path
}

fn loaded(text: &str, facts: Facts) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    locomo::read_file(&file(folder.path(), text), facts, Dates::LeftOut).unwrap()
}

#[test]
fn conversations_are_read_in_the_order_of_their_sessions() {
    let all = loaded(LOCOMO, Facts::LeftOut);
    let [one, other] = &all.haystacks[..] else {
        panic!("{all:?}")
    };
    assert_eq!((&one.name[..], &other.name[..]), ("c1", "2"));
    assert_eq!(one.sessions, [1, 1, 2, 10]);
    let cues = [
        "Ann: We moved to Oslo",
        "Ben: My cat is called Miso",
        "Ben: I paint boats at the harbour",
        "Ann: Oslo is cold",
    ];
    let expected: Vec<(usize, String)> = cues
        .iter()
        .map(|cue| (*cue).to_owned())
        .enumerate()
        .collect();
    assert_eq!(one.cues, expected);
    let of: Vec<_> = one
        .questions
        .iter()
        .map(|one| (&one.id[..], &one.category[..], &one.evidence[..]))
        .collect();
    assert_eq!(
        of,
        [
            ("1", "single-hop", &[2][..]),
            ("2", "multi-hop", &[0, 3]),
            ("3", "open-domain", &[0]),
            ("4", "adversarial", &[])
        ]
    );
    // `D` and `D7:7`; the question about the latter is left out.
    assert_eq!((all.unknown, all.without), (2, 1));
    assert_eq!(all.texts().len(), 5 + 5);

    let with = loaded(LOCOMO, Facts::AsCues);
    let facts = &with.haystacks[0].cues[4..];
    assert_eq!(
        facts,
        [
            (0, "Ann relocated to Norway".to_owned()),
            (1, "Ben owns a pet".to_owned())
        ]
    );
    assert_eq!(with.unknown, 3);
}

#[test]
fn haystacks_of_questions_are_those_of_the_users_turns() {
    let folder = tempfile::tempdir().unwrap();
    let all = longmemeval::read_file(&file(folder.path(), LONGMEMEVAL)).unwrap();
    // The third has no turn with the answer.
    assert_eq!((all.haystacks.len(), all.without), (2, 1));
    let one = &all.haystacks[0];
    let cues: Vec<&str> = one.cues.iter().map(|cue| &cue.1[..]).collect();
    assert_eq!(
        cues,
        [
            "I bought bread",
            "My bicycle is in the shed",
            "I like the bicycle",
            "Good night"
        ]
    );
    // The turn without the answer is as of another session.
    assert_eq!(one.sessions, [0, 1, 2, 3]);
    assert_eq!(one.questions[0].evidence, [1]);
    assert!(!all.haystacks[1].questions[0].is_answerable());
}

#[test]
fn the_date_of_a_session_stands_in_front_of_its_turns() {
    let folder = tempfile::tempdir().unwrap();
    let read =
        |text: &str| locomo::read_file(&file(folder.path(), text), Facts::LeftOut, Dates::InCues);
    let error = read(LOCOMO).unwrap_err().to_string();
    assert!(
        error.ends_with("conversation 1: 'session_2_date_time' is not there, expected a text"),
        "{error}"
    );
    let text = r#"[{"conversation": {"session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [{"speaker": "Ann", "dia_id": "D1:1", "text": "We moved"}]},
        "qa": [{"question": "Who moved?", "evidence": ["D1:1"], "category": 4}]}]"#;
    let all = read(text).unwrap();
    assert_eq!(
        all.haystacks[0].cues,
        [(0, "[8 May, 2023] Ann: We moved".to_owned())]
    );
}

/// Three haystacks, whose questions are in the words of an item, or in one of these and others.
fn judged_haystacks() -> Loaded {
    let haystack = |of: usize| {
        let words = |item: usize| (0..6).map(move |at| format!("w{}", of * 7 + item * 4 + at));
        let text = |item: usize| words(item).collect::<Vec<_>>().join(" ");
        let question = |number: usize| {
            let item = number / 2;
            let has_answer = number.is_multiple_of(2);
            Question {
                id: number.to_string(),
                text: match has_answer {
                    true => words(item).skip(1).take(3).collect::<Vec<_>>().join(" "),
                    false => format!("w{} about nothing said", of * 7 + item * 4),
                },
                category: "any".to_owned(),
                evidence: if has_answer { vec![item] } else { Vec::new() },
            }
        };
        Haystack {
            name: of.to_string(),
            sessions: vec![1; 12],
            speakers: vec!["Ann".to_owned(); 12],
            cues: (0..12).map(|item| (item, text(item))).collect(),
            questions: (0..24).map(question).collect(),
        }
    };
    Loaded {
        haystacks: (0..3).map(haystack).collect(),
        unknown: 0,
        without: 0,
    }
}

#[test]
fn a_haystack_is_judged_by_what_the_others_say() {
    let methods = [Method::Bm25, Method::Recall(Parts::Words)];
    let judged = |loaded: &Loaded| {
        let each = loaded
            .haystacks
            .iter()
            .map(|one| answers(one, &methods, 18, None).unwrap());
        let mut all: Vec<_> = each.collect();
        judge(loaded, &mut all);
        assert!(all.iter().flatten().all(|one| one[0].judged.is_none()));
        let of = |one: &Vec<Vec<Answer>>| one.iter().map(|one| one[1].judged).collect();
        all.iter().map(of).collect::<Vec<Vec<Option<f64>>>>()
    };
    let loaded = judged_haystacks();
    let found = judged(&loaded);
    for (haystack, found) in loaded.haystacks.iter().zip(&found) {
        for (question, found) in haystack.questions.iter().zip(found) {
            assert_eq!(
                found.unwrap() > 0.5,
                question.is_answerable(),
                "{question:?}"
            );
        }
    }
    // Its own answers do not matter to it, and matter to the others.
    let mut turned = loaded.clone();
    for question in &mut turned.haystacks[0].questions {
        question.evidence = if question.is_answerable() {
            Vec::new()
        } else {
            vec![0]
        };
    }
    let after = judged(&turned);
    assert_eq!(after[0], found[0]);
    assert_ne!(after[1], found[1]);
    // Of one there are no others.
    let mut alone = loaded;
    alone.haystacks.truncate(1);
    assert!(judged(&alone)[0].iter().all(Option::is_none));
}

#[test]
fn what_is_wrong_in_a_file_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = |text: &str, is_locomo: bool| {
        let path = file(folder.path(), text);
        let read = match is_locomo {
            true => locomo::read_file(&path, Facts::AsCues, Dates::LeftOut),
            false => longmemeval::read_file(&path),
        };
        let line = read.unwrap_err().to_string();
        assert!(!line.contains('\n'), "{line}");
        line.replace(&format!("{}: ", path.display()), "")
    };
    let change = |from: &str, to: &str| {
        assert!(LOCOMO.contains(from));
        wrong(&LOCOMO.replacen(from, to, 1), true)
    };
    for (from, to, line) in [
        (
            "\"category\": 1",
            "\"category\": 6",
            "conversation 1, question 2: 'category' is 6, expected an integer of 1..=5",
        ),
        (
            "\"category\": 3",
            "\"kind\": 3",
            "conversation 1, question 3: 'category' is not there, expected an integer of 1..=5",
        ),
        (
            "\"text\": \"Oslo is cold\"",
            "\"text\": 7",
            "conversation 1, session 10, turn 1: 'text' is 7, expected a text",
        ),
        (
            "\"D1:2\", \"text\"",
            "\"D1:1\", \"text\"",
            "conversation 1, session 1, turn 2: 'dia_id' is \"D1:1\", expected an id that no turn before it has",
        ),
        (
            "[\"D2:1\"]",
            "\"D2:1\"",
            "conversation 1, question 1: 'evidence' is \"D2:1\", expected a list",
        ),
        (
            "[\"D2:1\"]",
            "[2]",
            "conversation 1, question 1: 'evidence' is a list of 1, expected a list of texts",
        ),
        (
            "\"qa\"",
            "\"questions\"",
            "conversation 1: 'qa' is not there, expected a list",
        ),
        (
            "\"conversation\"",
            "\"talk\"",
            "conversation 1: 'conversation' is not there, expected an object",
        ),
        (
            "\"session_2\": [",
            "\"session_2\": 3, \"x\": [",
            "conversation 1: 'session_2' is 3, expected a list",
        ),
    ] {
        assert_eq!(change(from, to), line);
    }
    assert!(
        change("[\"Ben owns a pet\", \"D1:2\"]", "[\"Ben owns a pet\"]")
            .starts_with("conversation 1: 'observation' is an object, expected")
    );
    assert_eq!(
        wrong("{}", true),
        "the file: its value is an object, expected a list of objects"
    );
    assert_eq!(
        wrong("[]", true),
        "none of its 0 questions has evidence among the turns, needed one at least"
    );
    assert!(wrong("[{", true).contains("line 1"));
    assert!(
        locomo::read_file(
            &folder.path().join("none.json"),
            Facts::LeftOut,
            Dates::LeftOut
        )
        .unwrap_err()
        .to_string()
        .contains("none.json")
    );

    for (from, to, line) in [
        (
            "\"has_answer\": true",
            "\"has\": true",
            "question 1, session 2, turn 1: 'has_answer' is not there, expected true or false",
        ),
        (
            "\"role\": \"user\"",
            "\"role\": \"robot\"",
            "question 1, session 1, turn 1: 'role' is \"robot\", expected user or assistant",
        ),
        (
            "\"s_1\", ",
            "",
            "question 1: 'haystack_sessions' is a list of 3, expected as many as there are haystack_session_ids",
        ),
        (
            "\"question_type\"",
            "\"type\"",
            "question 1: 'question_type' is not there, expected a text",
        ),
        (
            "[\"answer_2\"]",
            "\"answer_2\"",
            "question 2: 'haystack_session_ids' is \"answer_2\", expected a list",
        ),
    ] {
        assert!(LONGMEMEVAL.contains(from));
        assert_eq!(wrong(&LONGMEMEVAL.replacen(from, to, 1), false), line);
    }
}

#[test]
fn measures_are_those_written_out() {
    assert_eq!(rank(&[4, 2, 7], &[7, 2]), Some(2));
    assert_eq!(rank(&[4], &[7]), None);
    assert_eq!(recall(&[4, 2, 7], &[7, 2, 9], 2), 1.0 / 3.0);
    assert_eq!(recall(&[4, 2, 7], &[7, 2, 9], 10), 2.0 / 3.0);
    assert_eq!(recall(&[4], &[], 10), 0.0);
    // All pairs.
    let (high, low) = ([3.0, 1.0, 2.0, 2.0], [2.0, 0.5, 3.0]);
    let pairs = high.iter().flat_map(|a| {
        low.iter().map(move |b| {
            if a > b {
                1.0
            } else if a == b {
                0.5
            } else {
                0.0
            }
        })
    });
    assert_eq!(auc(&high, &low), Some(pairs.sum::<f64>() / 12.0));
    assert_eq!(auc(&high, &[]), None);
    // A quarter of the answered lies below 2: 0.5 does, too.
    assert_eq!(refused(&high, &low, 0.25), Some(1.0 / 3.0));
    assert_eq!(refused(&high, &low, 0.0), Some(1.0 / 3.0));
    assert_eq!(refused(&high, &low, 0.75), Some(2.0 / 3.0));
    assert_eq!(
        (refused(&[], &low, 0.1), refused(&high, &[], 0.1)),
        (None, None)
    );
}

/// LongMemEval's numbers, written out for a ranking of six turns in four sessions.
#[test]
fn the_protocols_numbers_are_those_written_out() {
    let ranking = [5, 0, 3, 1, 2, 4];
    let of = |any, all, ndcg| Level {
        recall_any: any,
        recall_all: all,
        ndcg_any: ndcg,
    };
    let near = |one: Level, other: Level| {
        let pairs = one.numbers().into_iter().zip(other.numbers());
        assert!(
            pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-12),
            "{one:?} {other:?}"
        );
    };
    let log3 = 3f64.log2();
    near(turns(&ranking, 6, &[0, 1], 1), of(0.0, 0.0, 0.0));
    // The second item's gain is not discounted.
    near(turns(&ranking, 6, &[0, 1], 3), of(1.0, 0.0, 0.5));
    near(
        turns(&ranking, 6, &[0, 1], 5),
        of(1.0, 1.0, (1.0 + 0.5) / 2.0),
    );
    near(turns(&ranking, 6, &[3], 3), of(1.0, 1.0, 1.0 / log3));
    // Sessions: turns 0 and 1 are of the first, 2, of the second, 3 and 4 of the third, 5 of the last.
    let groups = [0, 0, 1, 2, 2, 3];
    // Two sessions take two turns, 5 and 0; of the first session's two turns one is among them.
    near(
        sessions(&ranking, &groups, &[1], 2),
        of(1.0, 1.0, 1.0 / 2.0),
    );
    // Four sessions take five turns: gains of 0 (second) and 1 (fourth), and at best the first two.
    near(
        sessions(&ranking, &groups, &[1], 4),
        of(1.0, 1.0, (1.0 + 0.5) / 2.0),
    );
    // Five sessions there are not: all six turns.
    near(
        sessions(&ranking, &groups, &[1, 4], 5),
        of(
            1.0,
            1.0,
            (1.0 + 1.0 / log3 + 0.5 + 1.0 / 6f64.log2()) / (2.0 + 1.0 / log3 + 0.5),
        ),
    );
}

/// Vectors that a test makes up: of texts with a word the first axis, of others the second.
fn encoded<'a>(all: &'a Loaded, word: &str) -> Encoded<'a> {
    let texts = all.texts();
    let rows = texts.iter().flat_map(|text| match text.contains(word) {
        true => [1.0, 0.0],
        false => [0.0, 1.0],
    });
    let vectors = Vectors::new(rows.collect(), 2).unwrap();
    Encoded::new(&texts, vectors)
}

#[test]
fn methods_rank_by_what_they_say() {
    let all = loaded(LOCOMO, Facts::LeftOut);
    let one = &all.haystacks[0];
    let encoded = encoded(&all, "Oslo");
    let answers = answers(one, &Method::ALL, 20, Some(&encoded)).unwrap();
    let of = |question: usize, method: usize| &answers[question][method];
    // What Ben paints: paint and Ben, then Ben alone; the others share nothing.
    for method in [0, 1] {
        assert_eq!(of(0, method).ranking, [2, 1]);
        assert!(of(0, method).best > 0.0);
    }
    // By the cosine all without Oslo are alike, the newest first, then those with it.
    assert_eq!(of(0, 2).ranking, [2, 1, 3, 0]);
    assert_eq!(of(1, 2).ranking, [3, 0, 2, 1]);
    assert_eq!((of(1, 2).best, of(0, 2).best), (1.0, 1.0));
    // Words decide where the cosine does not: 1 + 2 for the first.
    assert_eq!(of(0, 3).ranking, [2, 1, 3, 0]);
    assert!((of(0, 3).best - 3.0).abs() < 1e-12);
    let reciprocal = |ranks: &[f64]| ranks.iter().map(|rank| 1.0 / (60.0 + rank)).sum::<f64>();
    assert!((of(0, 4).best - reciprocal(&[1.0, 1.0])).abs() < 1e-12);
    // Nothing of it stands anywhere.
    assert_eq!((of(3, 0).ranking.len(), of(3, 0).best), (0, 0.0));

    // BM25 by hand, of the second question: Oslo is in two of four cues; one has three words, one two, beside names.
    let idf = (5.0f64 / 2.5).ln();
    let length = |words: f64| 1.0 - 0.75 + 0.75 * words / (5.0 + 6.0 + 7.0 + 4.0) * 4.0;
    let score = idf * 2.2 / (1.0 + 1.2 * length(4.0));
    // 'is' and 'of' are left out, 'said' is nowhere.
    assert_eq!(of(1, 0).ranking, [3, 0]);
    assert!(
        (of(1, 0).best - score).abs() < 1e-12,
        "{} {score}",
        of(1, 0).best
    );

    let with = loaded(LOCOMO, Facts::AsCues);
    let found = super::answers(&with.haystacks[0], &[Method::Words], 20, None).unwrap();
    assert_eq!(found[2][0].ranking, [0], "a fact finds its turn");
    assert!(super::answers(one, &[Method::Words], 7, None).is_err());
}

#[test]
fn a_report_has_categories_and_intervals_that_hold_its_numbers() {
    let all = loaded(LOCOMO, Facts::LeftOut);
    let methods = [Method::Words];
    let found: Vec<_> = all
        .haystacks
        .iter()
        .map(|one| answers(one, &methods, 20, None).unwrap())
        .collect();
    let of: Vec<Vec<&Answer>> = found
        .iter()
        .map(|one| one.iter().map(|each| &each[0]).collect())
        .collect();
    let report = Report::new(
        &all,
        Plan {
            draws: 200,
            seed: 1,
        },
    );
    let rows = report.rows(Method::Words, &of);
    let names: Vec<_> = rows
        .iter()
        .map(|row| (&row.category[..], row.questions))
        .collect();
    assert_eq!(
        names,
        [
            ("all", 4),
            ("multi-hop", 1),
            ("open-domain", 1),
            ("single-hop", 2)
        ]
    );
    // Found first: painting, chess and one of Oslo; Norway is nowhere. All that is found is found.
    let values = rows[0].shares.map(|one| one.value);
    assert_eq!(values, [0.75, 0.75, 0.75, 0.75, 0.75]);
    // Three of four in the first conversation (of which two are right), one of one in the other: between these.
    let ends = rows[0].shares[0].ends.unwrap();
    assert!(
        (ends[0] - 2.0 / 3.0).abs() < 1e-12 && (ends[1] - 1.0).abs() < 1e-12,
        "{ends:?}"
    );
    assert!(rows[1].auc.is_none());
    // The question without an answer scores 0; of the four with one so does one.
    assert_eq!(rows[0].auc.unwrap().value, 3.5 / 4.0);
    assert_eq!(rows[0].refused.unwrap().value, 0.0);
    for row in super::rows(&rows) {
        assert_eq!(row.len(), RETRIEVAL.variables.len());
    }
    let each = questions(&all, Method::Words, &of);
    assert_eq!(each.len(), 5);
    assert!(
        each.iter()
            .all(|row| row.len() == QUESTIONS.variables.len())
    );
    assert_eq!(each[3][2..7], ["4", "adversarial", "0", "", ""]);
    // A single haystack gives no interval.
    let single = Loaded {
        haystacks: vec![all.haystacks[1].clone()],
        ..all.clone()
    };
    let rows = Report::new(
        &single,
        Plan {
            draws: 200,
            seed: 1,
        },
    )
    .rows(Method::Words, &of[1..]);
    assert!(rows[0].shares[0].ends.is_none() && rows[0].auc.is_none());

    let folder = tempfile::tempdir().unwrap();
    let all = longmemeval::read_file(&file(folder.path(), LONGMEMEVAL)).unwrap();
    let found: Vec<_> = all
        .haystacks
        .iter()
        .map(|one| answers(one, &methods, 20, None).unwrap())
        .collect();
    let of: Vec<Vec<&Answer>> = found
        .iter()
        .map(|one| one.iter().map(|each| &each[0]).collect())
        .collect();
    let report = Report::new(&all, Plan { draws: 20, seed: 1 });
    let cuts = levels(&all, &report, Method::Words, &of);
    assert_eq!(cuts.len(), 12);
    assert!(cuts.iter().all(|row| row.len() == LEVELS.variables.len()));
    // The shorter of the two turns about the bicycle comes first, and it has no answer.
    assert_eq!(cuts[0][..5], ["words", "turn", "1", "1", "0.00000"]);
    assert_eq!(cuts[1][..5], ["words", "turn", "3", "1", "1.00000"]);
}

#[test]
fn words_that_share_a_unit_are_counted_by_haystack() {
    let all = loaded(LOCOMO, Facts::LeftOut);
    // Ann, we, mov, to, oslo, ben, my, cat, is, call, miso, i, paint, boat, at, the, harbour, cold; eve, i, play, chess.
    assert_eq!(
        Vocabulary::of(&all, 32).unwrap(),
        Vocabulary {
            words: 22,
            shared: 0
        }
    );
    // At 8 bits, some 18 * 17 / 512 words share one; by plain counting.
    let units = slotless_core::words::Units::new(8).unwrap();
    let shared = all.haystacks.iter().map(|one| {
        let text: String = one.cues.iter().map(|cue| format!("{} ", cue.1)).collect();
        let mut words: Vec<_> = units
            .words(&text)
            .map(|word| (word.hash, word.unit))
            .collect();
        words.sort_unstable();
        words.dedup();
        let is_shared = |one: &&(u64, u32)| {
            words
                .iter()
                .any(|other| other.0 != one.0 && other.1 == one.1)
        };
        words.iter().filter(is_shared).count()
    });
    let shared = shared.sum();
    assert_eq!(
        Vocabulary::of(&all, 8).unwrap(),
        Vocabulary { words: 22, shared }
    );
}
