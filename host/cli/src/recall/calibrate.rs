//! `slotless recall calibrate`.

use std::path::PathBuf;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::super::{Failure, say};
use super::vectors::VectorArgs;
use super::{Format, MemoryArgs, WriteArgs, read_input, show, tell};
use slotless_files::input;
use slotless_recall::{
    AnswerModel, Ask, Calibration, CalibrationError, Question, Signs, Source, Store,
};

pub(super) const EXAMPLES: &str = "\
Examples:
  slotless recall calibrate --questions asked.jsonl
  slotless recall calibrate --questions asked.jsonl --refuse 0.2
  slotless recall calibrate                        from the memory itself
  slotless recall calibrate --remove

Whether a question is answered at all is then judged by what was learned from questions of which that is known, and no
more by a threshold: `ask` says how likely it is, and answers nothing below the probability found here. A line of the file is
{\"question\": \"...\", \"answerable\": true}; ten of either kind are the least, hundreds are better. What is printed as refused
was measured on questions that the judge had not learned from, in five parts. Without --questions a third of the words of
what is stored stands for questions, with the item there and without it, and asked of another speaker: real questions are
in other words, and the errors printed are then too small (docs/retrieval.md has by how much).";

#[derive(Debug, Args)]
pub(super) struct CalibrateArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    #[command(flatten)]
    vectors: VectorArgs,
    #[command(flatten)]
    write: WriteArgs,
    /// Questions, and whether the memory answers them, as JSON, one object a line; - for standard input
    #[arg(long, value_name = "FILE.jsonl")]
    questions: Option<PathBuf>,
    /// The share of the questions with an answer that may be refused, 0 to 0.5: the more, the more are of those without one
    #[arg(long, value_name = "SHARE", default_value_t = Calibration::REFUSE)]
    refuse: f64,
    /// Go by the threshold again
    #[arg(long, conflicts_with_all = ["questions", "refuse"])]
    remove: bool,
    /// Print what would be kept, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A line of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    question: String,
    answerable: bool,
}

impl From<CalibrationError> for Failure {
    fn from(error: CalibrationError) -> Self {
        Self::Input(error.to_string())
    }
}

pub(super) fn calibrate(args: &CalibrateArgs) -> Result<(), Failure> {
    if args.remove {
        let mut writer = args.memory.open_to_write(&args.write)?;
        let line = match writer.remove_calibration()? {
            true => "removed: a threshold decides again",
            false => "there is no calibration",
        };
        say(line);
        return Ok(());
    }
    if !(0.0..=0.5).contains(&args.refuse) {
        return Err(CalibrationError::Share(args.refuse).into());
    }
    let store = args.memory.open()?;
    let made = match &args.questions {
        Some(path) => of_questions(args, &store, read(path)?)?,
        None if args.vectors.vectors.is_some() => {
            let why = "--vectors are of questions, expected --questions FILE.jsonl";
            return Err(Failure::Input(why.to_owned()));
        }
        None => store.calibration_of_itself(args.refuse)?,
    };
    drop(store);
    if !args.dry_run {
        let mut writer = args.memory.open_to_write(&args.write)?;
        writer.keep_calibration(&made)?;
        tell(&writer);
    }
    print(args, &made);
    Ok(())
}

/// The questions of a file.
fn read(path: &std::path::Path) -> Result<Vec<Asked>, Failure> {
    const OBJECT: &str = r#"{"question": "...", "answerable": true}"#;
    let (name, bytes) = read_input(path)?;
    let refused = |line: usize, why: &str| Failure::Input(format!("{name}: line {line}: {why}"));
    let mut all = Vec::new();
    for (line, number) in input::lines(&bytes).zip(1..) {
        let line = std::str::from_utf8(line).map_err(|_| refused(number, "no text in UTF-8"))?;
        if line.trim_start().starts_with('[') {
            return Err(refused(number, &format!("a list, expected {OBJECT}")));
        }
        let asked: Asked = serde_json::from_str(line).map_err(|error| {
            let text = error.to_string();
            let why = show::line(text.split(" at line ").next().unwrap_or_default());
            let column = error.column();
            refused(
                number,
                &format!("{why} (column {column}), expected {OBJECT}"),
            )
        })?;
        if asked.question.trim().is_empty() {
            return Err(refused(number, "the question is empty"));
        }
        all.push(asked);
    }
    if all.is_empty() {
        return Err(Failure::Input(format!(
            "{name} is empty, expected one question per line"
        )));
    }
    Ok(all)
}

fn of_questions(
    args: &CalibrateArgs,
    store: &Store,
    asked: Vec<Asked>,
) -> Result<Calibration, Failure> {
    let source = args.vectors.open(Some(store.settings()))?;
    source.check_rows(asked.len(), "one for each question")?;
    let texts: Vec<&str> = asked.iter().map(|one| one.question.trim()).collect();
    let rows = source.vectors(&texts, 0)?;
    let ask = Ask::new();
    let signs = |question: &Question<'_>, one: &Asked| -> Result<(Signs, bool), Failure> {
        Ok((store.signs(question, &ask)?, one.answerable))
    };
    let (mut by_words, mut with_vectors) = (Vec::new(), Vec::new());
    for (row, (text, one)) in texts.iter().zip(&asked).enumerate() {
        by_words.push(signs(&Question::text(text), one)?);
        if let Some(vector) = rows.get(row) {
            with_vectors.push(signs(&Question::both(text, vector), one)?);
        }
    }
    Ok(Calibration::fit(
        Source::Questions,
        &by_words,
        &with_vectors,
        args.refuse,
    )?)
}

/// What was found, as an object.
#[derive(Serialize)]
struct Printed<'a> {
    source: Source,
    kept: bool,
    words: Numbers<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vectors: Option<Numbers<'a>>,
}

#[derive(Serialize)]
struct Numbers<'a> {
    answered: usize,
    unanswered: usize,
    auc: &'a f64,
    threshold: &'a f64,
    answered_refused: &'a f64,
    unanswered_refused: &'a f64,
}

fn numbers(model: &AnswerModel) -> Numbers<'_> {
    Numbers {
        answered: model.answered,
        unanswered: model.unanswered,
        auc: &model.auc,
        threshold: &model.threshold,
        answered_refused: &model.answered_refused,
        unanswered_refused: &model.unanswered_refused,
    }
}

fn print(args: &CalibrateArgs, made: &Calibration) {
    let kinds = [
        Some(("words", made.words())),
        made.vectors().map(|model| ("vectors and words", model)),
    ];
    let kinds = kinds.into_iter().flatten();
    match args.format {
        Format::Json => say(&show::json(&Printed {
            source: made.source(),
            kept: !args.dry_run,
            words: numbers(made.words()),
            vectors: made.vectors().map(numbers),
        })),
        Format::Tsv => {
            say("by\tanswered\tunanswered\tauc\tthreshold\tanswered_refused\tunanswered_refused");
            for (name, model) in kinds {
                say(&format!(
                    "{name}\t{}\t{}\t{:.4}\t{:.4}\t{:.4}\t{:.4}",
                    model.answered,
                    model.unanswered,
                    model.auc,
                    model.threshold,
                    model.answered_refused,
                    model.unanswered_refused
                ));
            }
        }
        Format::Text => {
            let of = match made.source() {
                Source::Questions => "questions",
                Source::Memory => "parts of what is stored",
            };
            let model = made.words();
            say(&format!(
                "{} {of} with an answer, {} without",
                model.answered, model.unanswered
            ));
            for (name, model) in kinds {
                say(&format!(
                    "by {name}: refused below {:.3}, which are {:.1} % of those with an answer and {:.1} % of those without; AUC {:.3}",
                    model.threshold,
                    100.0 * model.answered_refused,
                    100.0 * model.unanswered_refused,
                    model.auc
                ));
            }
            if made.source() == Source::Memory {
                say(
                    "real questions are in other words, and more of these errors are made with them",
                );
            }
            if args.dry_run {
                say("nothing is kept");
            }
        }
    }
}
