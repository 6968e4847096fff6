//! The tables that are written.

use super::measure::rank;
use super::report::measures;
use super::{Answer, Interval, Loaded, Method, Report, Row, protocol};
use crate::figures::declared::file_kind;
use slotless_files::dictionary::{FileKind, Variable};

/// What is in the files.
pub(crate) const FILES: &[FileKind] = &[RETRIEVAL, QUESTIONS, LEVELS];

const METHOD: Variable = Variable::text(
    "method",
    "How items were ranked, by the name that --method takes",
);
const CATEGORY: Variable = Variable::text(
    "category",
    "Kind of the questions, by the data set's name; all: every question with an answer",
);
const COUNT: Variable = Variable::integer("questions", "questions", "Questions that the row is of");

const fn share(name: &'static str, about: &'static str) -> Variable {
    Variable::number(name, "share", about)
}

file_kind! {
    /// A row per method and category of questions; empty where a method or a file has no such number
    pub RETRIEVAL: "retrieval.csv" by "bench retrieval --out" {
        METHOD,
        CATEGORY,
        COUNT,
        share("hit_1", "Questions of whose evidence an item is found first"),
        share("hit_1_low", "Start of the 95 % interval of hit_1, from haystacks drawn with replacement; empty for a single one"),
        share("hit_1_high", "End of the 95 % interval of hit_1"),
        share("hit_5", "Questions of whose evidence an item is among the first five"),
        share("hit_5_low", "Start of the 95 % interval of hit_5"),
        share("hit_5_high", "End of the 95 % interval of hit_5"),
        share("hit_10", "Questions of whose evidence an item is among the first ten"),
        share("hit_10_low", "Start of the 95 % interval of hit_10"),
        share("hit_10_high", "End of the 95 % interval of hit_10"),
        share("recall_10", "Share of a question's evidence among the first ten items, mean over questions"),
        share("recall_10_low", "Start of the 95 % interval of recall_10"),
        share("recall_10_high", "End of the 95 % interval of recall_10"),
        share("mrr", "Mean reciprocal rank: 1 over the rank of the first item of evidence, 0 where none is ranked"),
        share("mrr_low", "Start of the 95 % interval of mrr"),
        share("mrr_high", "End of the 95 % interval of mrr"),
        Variable::number("auc", "", "Area under the ROC curve of the best score, 0 to 1: how often a question with an answer has a higher one than a question without, ties half"),
        Variable::number("auc_low", "", "Start of the 95 % interval of auc"),
        Variable::number("auc_high", "", "End of the 95 % interval of auc"),
        share("refused", "Questions without an answer whose best score is below the threshold below which a tenth of those with an answer lie; the threshold is of the questions themselves"),
        share("refused_low", "Start of the 95 % interval of refused"),
        share("refused_high", "End of the 95 % interval of refused"),
        Variable::number("judged_auc", "", "As auc, of how likely an answer is judged by the memory of sentences, calibrated with the questions of the other haystacks; empty for other methods and a single haystack"),
        Variable::number("judged_auc_low", "", "Start of the 95 % interval of judged_auc"),
        Variable::number("judged_auc_high", "", "End of the 95 % interval of judged_auc"),
        share("judged_refused", "As refused, of the same"),
        share("judged_refused_low", "Start of the 95 % interval of judged_refused"),
        share("judged_refused_high", "End of the 95 % interval of judged_refused"),
    }
}

file_kind! {
    /// A row per method and question
    pub QUESTIONS: "questions.csv" by "bench retrieval --out" {
        METHOD,
        Variable::text("haystack", "What was searched: a conversation's name, or the question's own"),
        Variable::text("question", "Id of the question, or its number within the conversation, from 1"),
        CATEGORY,
        Variable::integer("evidence", "items", "Items that answer the question; 0 where nothing does"),
        Variable::integer("rank", "", "Rank of the first of these, from 1; empty where none is ranked"),
        share("recall_10", "Share of the question's evidence among the first ten items; empty where there is none"),
        Variable::number("best", "", "Score of the item found first, in the method's own measure"),
        Variable::number("judged", "", "How likely it is that there is an answer, 0 to 1, as judged_auc has it"),
    }
}

file_kind! {
    /// A row per method, level and number of items, of a LongMemEval file
    pub LEVELS: "longmemeval.csv" by "bench retrieval --longmemeval --out" {
        METHOD,
        Variable::text("level", "What is counted: turn, or session, of which as many turns are looked at as k sessions take"),
        Variable::integer("k", "", "How many turns or sessions are looked at"),
        COUNT,
        share("recall_any", "Questions of whose evidence any is among the first k"),
        share("recall_any_low", "Start of the 95 % interval of recall_any, from questions drawn with replacement"),
        share("recall_any_high", "End of the 95 % interval of recall_any"),
        share("recall_all", "Questions of whose evidence all is among the first k"),
        share("recall_all_low", "Start of the 95 % interval of recall_all"),
        share("recall_all_high", "End of the 95 % interval of recall_all"),
        share("ndcg_any", "Normalised discounted cumulative gain of the first k, as LongMemEval's program has it: gains of the second item undiscounted"),
        share("ndcg_any_low", "Start of the 95 % interval of ndcg_any"),
        share("ndcg_any_high", "End of the 95 % interval of ndcg_any"),
    }
}

fn cells(interval: Option<Interval>) -> [String; 3] {
    let number = |value: f64| format!("{value:.5}");
    let ends = interval.and_then(|one| one.ends);
    [
        interval.map_or(String::new(), |one| number(one.value)),
        ends.map_or(String::new(), |ends| number(ends[0])),
        ends.map_or(String::new(), |ends| number(ends[1])),
    ]
}

/// The cells of [`RETRIEVAL`].
#[must_use]
pub fn rows(rows: &[Row]) -> Vec<Vec<String>> {
    let of = |row: &Row| {
        let mut all = vec![
            row.method.name().to_owned(),
            row.category.clone(),
            row.questions.to_string(),
        ];
        let shares = row.shares.map(Some);
        all.extend(
            shares
                .into_iter()
                .chain([row.auc, row.refused])
                .chain(row.judged)
                .flat_map(cells),
        );
        all
    };
    rows.iter().map(of).collect()
}

/// The cells of [`QUESTIONS`].
#[must_use]
pub fn questions(loaded: &Loaded, method: Method, answers: &[Vec<&Answer>]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (haystack, answers) in loaded.haystacks.iter().zip(answers) {
        for (question, answer) in haystack.questions.iter().zip(answers) {
            let rank = rank(&answer.ranking, &question.evidence);
            let recall = measures(answer, &question.evidence)[3];
            rows.push(vec![
                method.name().to_owned(),
                haystack.name.clone(),
                question.id.clone(),
                question.category.clone(),
                question.evidence.len().to_string(),
                rank.map_or(String::new(), |rank| rank.to_string()),
                match question.is_answerable() {
                    true => format!("{recall:.5}"),
                    false => String::new(),
                },
                format!("{:.6}", answer.best),
                answer
                    .judged
                    .map_or(String::new(), |one| format!("{one:.6}")),
            ]);
        }
    }
    rows
}

/// The cells of [`LEVELS`]: turns, then sessions, for each of [`protocol::CUTS`].
#[must_use]
pub fn levels(
    loaded: &Loaded,
    report: &Report<'_>,
    method: Method,
    answers: &[Vec<&Answer>],
) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for level in ["turn", "session"] {
        for k in protocol::CUTS {
            let mut sums = [const { Vec::new() }; 3];
            let mut count = 0;
            for (haystack, answers) in loaded.haystacks.iter().zip(answers) {
                let mut sum = ([0.0; 3], 0);
                for (question, answer) in haystack.questions.iter().zip(answers) {
                    if !question.is_answerable() {
                        continue;
                    }
                    let (ranking, evidence) = (&answer.ranking, &question.evidence);
                    let of = match level {
                        "turn" => protocol::turns(ranking, haystack.items(), evidence, k),
                        _ => protocol::sessions(ranking, &haystack.sessions, evidence, k),
                    };
                    sum.1 += 1;
                    for (sum, one) in sum.0.iter_mut().zip(of.numbers()) {
                        *sum += one;
                    }
                }
                count += sum.1;
                for (all, one) in sums.iter_mut().zip(sum.0) {
                    all.push((one, sum.1));
                }
            }
            let mut row = vec![
                method.name().to_owned(),
                level.to_owned(),
                k.to_string(),
                count.to_string(),
            ];
            row.extend(sums.iter().flat_map(|sums| cells(report.mean(sums))));
            rows.push(row);
        }
    }
    rows
}
