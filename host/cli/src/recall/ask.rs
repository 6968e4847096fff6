//! `slotless recall ask` and `chain`.

use std::cell::Cell;
use std::io::{self, BufRead};

use clap::Args;
use serde::Serialize;

use super::super::parameters::single;
use super::super::{Failure, say};
use super::vectors::VectorArgs;
use super::which::WhichArgs;
use super::{Format, MemoryArgs, show};
use slotless_recall::{Answer, Ask, Found, Hop, Question, Store};

pub(super) const EXAMPLES: &str = "\
Examples:
  slotless recall ask \"we should push the new release\"
  slotless recall ask how do I get the logs --top 3
  slotless recall ask - < questions.txt            one question per line, answered as it comes
  slotless recall ask - --format json < questions.txt
  slotless recall ask --vectors questions.npy      one question per row
  slotless recall ask \"where does she live\" --where speaker=Ann --after 2026-03
  slotless recall ask \"how do I deploy\" --fail-if-none || echo unknown
  slotless recall ask \"what did Ann paint\" --words-only

The score is the cosine of the question's vector and that of the nearest cue of what is recalled, 1 for the same; where
words alone are compared, the share of the question's words that the item's cues have. Below the threshold nothing stored is close;
`slotless recall calibrate` learns from questions what is, and then --format json and tsv say how likely an answer is (known).
What comes first is decided by the cosine and --by-words times the share of the question's words, which counts the less the more the
nearest vector stands out, and where items have speakers and sessions by these: see --speaker and --neighbours. -v shows what that comes to, the words, and which
share of the nearest cues the answer has. What in a stored text would act on a terminal is printed as \\u and four digits; in
columns (--format tsv) a backslash, a tab and a line's end are \\\\, \\t, \\n and \\r, as in JSON.";

pub(super) const CHAIN_EXAMPLES: &str = "\
Examples:
  slotless recall chain \"let's deploy\" --hops 6
  slotless recall chain \"let's deploy\" --hops 3 --format json

Each target is the next question, and what was an answer is none again. A chain ends where nothing stored is close.";

/// How a memory is asked.
/// As [`single`]; what it is refused for says the range of beta.
fn beta(text: &str) -> Result<f32, String> {
    single(text).map_err(|why| match why.strip_prefix("allowed") {
        Some(_) => format!("allowed {:e} to 1000000", f32::from_bits(1)),
        None => why,
    })
}

#[derive(Clone, Debug, Args)]
struct HowArgs {
    /// The least score that is an answer [default: 0.45, or what `slotless recall calibrate` found]
    #[arg(long, value_name = "SCORE")]
    threshold: Option<f32>,
    /// How much words count, where the nearest vector does not stand out; 0: not at all [default: 1.9, and 0.8 by words alone]
    #[arg(long, value_name = "X")]
    by_words: Option<f32>,
    /// What is gained where the question names who said it (the tag speaker)
    #[arg(long, value_name = "X", default_value_t = Ask::SPEAKER)]
    speaker: f32,
    /// The share of the scores of the items before and behind it in its session (the tag session) that an item gains, and half of
    /// it of those two places away
    #[arg(long, value_name = "X", default_value_t = Ask::NEIGHBOURS)]
    neighbours: f32,
    /// Items that take part in the second stage, whose vectors are compared in full
    #[arg(long, value_name = "N", default_value_t = Ask::NEAREST)]
    nearest: usize,
    /// Inverse temperature of the second stage: a small one lets many cues of a target outweigh one that is nearer
    #[arg(long, value_name = "X", value_parser = beta, default_value_t = Ask::BETA)]
    beta: f32,
    /// How answers are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Show words, ranks and shares
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Debug, Args)]
pub(super) struct AskArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    #[command(flatten)]
    vectors: VectorArgs,
    #[command(flatten)]
    how: HowArgs,
    /// How many are shown, the answer and the next ones
    #[arg(long, value_name = "N", default_value_t = Ask::TOP)]
    top: usize,
    #[command(flatten)]
    which: WhichArgs,
    /// Exit code 3 where nothing stored is close to a question
    #[arg(long)]
    fail_if_none: bool,
    /// The question; - reads one question per line from standard input
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct ChainArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    #[command(flatten)]
    vectors: VectorArgs,
    #[command(flatten)]
    how: HowArgs,
    /// The most hops
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    hops: u32,
    /// The first question
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
}

impl HowArgs {
    fn ask(&self, top: usize) -> Ask {
        let ask = match self.threshold {
            Some(threshold) => Ask::new().threshold(threshold),
            None => Ask::new(),
        };
        let ask = match self.by_words {
            Some(weight) => ask.words(weight),
            None => ask,
        };
        ask.top(top)
            .nearest(self.nearest)
            .beta(self.beta)
            .speaker(self.speaker)
            .neighbours(self.neighbours)
    }
}

pub(super) fn ask(args: &AskArgs) -> Result<(), Failure> {
    let how = args.how.ask(args.top);
    how.check()?;
    let filter = args.which.filter()?;
    let mut store = args.memory.open()?;
    let without = Cell::new(0);
    // Nothing is printed before there is an answer.
    let is_first = Cell::new(true);
    let answer = |store: &Store, question: &str, asked: &Question<'_>, is_alone: bool| {
        let answer = store.ask_among(asked, &how, &filter)?;
        without.set(without.get() + usize::from(answer.best.is_none()));
        if is_first.replace(false) {
            header(&args.how);
        }
        print(&args.how, &args.which, question, &answer, is_alone);
        Ok::<(), Failure>(())
    };
    ask_all(args, &mut store, answer)?;
    match without.get() {
        0 => Ok(()),
        _ if !args.fail_if_none => Ok(()),
        1 => Err(Failure::Nothing(
            "nothing stored is close to the question, or to one of them".to_owned(),
        )),
        several => Err(Failure::Nothing(format!(
            "nothing stored is close to {several} of the questions"
        ))),
    }
}

/// Answers every question that is given.
fn ask_all(
    args: &AskArgs,
    store: &mut Store,
    answer: impl Fn(&Store, &str, &Question<'_>, bool) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if args.text == ["-"] {
        return ask_lines(args, store, answer);
    }
    let text = args.text.join(" ");
    if text.trim().is_empty() && (args.vectors.vectors.is_none() || !args.text.is_empty()) {
        return Err(Failure::Input("the question is empty".to_owned()));
    }
    let source = args.vectors.open(Some(store.settings()))?;
    if args.text.is_empty() {
        // Vectors without their texts.
        let mut row = 0;
        while let Some(vector) = source.row(row) {
            row += 1;
            answer(
                store,
                &format!("row {row}"),
                &Question::vector(vector),
                false,
            )?;
        }
        return Ok(());
    }
    source.check_rows(1, "one for the question")?;
    let rows = source.vectors(&[&text], 0)?;
    answer(store, &text, &asked(&text, rows.get(0)), true)
}

/// A question by its words, and by its vector where there is one.
fn asked<'a>(text: &'a str, vector: Option<&'a [f32]>) -> Question<'a> {
    match vector {
        Some(vector) => Question::both(text, vector),
        None => Question::text(text),
    }
}

/// Lines of standard input as they come, none longer than a text may be. They end with CR, LF or both, as those of a file.
fn lines() -> impl Iterator<Item = io::Result<String>> {
    const LONGEST: usize = 1 << 20;
    let mut is_first = true;
    // A line feed belongs to the carriage return that the line before ended with.
    let mut after_return = false;
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        let mut ended = false;
        let mut stdin = io::stdin().lock();
        while !ended {
            let bytes = match stdin.fill_buf() {
                Ok([]) => break,
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Some(Err(error)),
            };
            let skipped = usize::from(after_return && bytes[0] == b'\n');
            after_return = false;
            let bytes = &bytes[skipped..];
            let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            line.extend(&bytes[..end.unwrap_or(bytes.len())]);
            if let Some(end) = end {
                (ended, after_return) = (true, bytes[end] == b'\r');
            }
            let used = skipped + end.map_or(bytes.len(), |end| end + 1);
            stdin.consume(used);
            if line.len() > LONGEST {
                let why = format!("longer than {LONGEST} bytes");
                return Some(Err(io::Error::new(io::ErrorKind::InvalidData, why)));
            }
        }
        if !ended && line.is_empty() {
            return None;
        }
        if std::mem::take(&mut is_first) && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        let text = String::from_utf8(line);
        Some(text.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "no text in UTF-8")))
    })
}

/// One question per line, answered as it comes; all together where their vectors are in a file, which must have as many rows.
fn ask_lines(
    args: &AskArgs,
    store: &mut Store,
    answer: impl Fn(&Store, &str, &Question<'_>, bool) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let source = args.vectors.open(Some(store.settings()))?;
    let questions = lines().zip(1..).map(|(line, number)| {
        let line = line
            .map_err(|error| Failure::Input(format!("standard input: line {number}: {error}")))?;
        match line.trim() {
            "" => Err(Failure::Input(format!(
                "standard input: line {number} is empty"
            ))),
            question => Ok(question.to_owned()),
        }
    });
    let mut count = 0;
    let mut ask = |question: String| {
        let rows = source.vectors(&[&question], count)?;
        count += 1;
        // What others have added since the last question.
        store.refresh()?;
        answer(store, &question, &asked(&question, rows.get(0)), false)
    };
    if !source.is_file() {
        for question in questions {
            ask(question?)?;
        }
    } else {
        let questions = questions.collect::<Result<Vec<_>, _>>()?;
        if !questions.is_empty() {
            source.check_rows(questions.len(), "one for each line of standard input")?;
        }
        for question in questions {
            ask(question)?;
        }
    }
    match count {
        0 => Err(Failure::Input(
            "standard input is empty, expected one question per line".to_owned(),
        )),
        _ => Ok(()),
    }
}

pub(super) fn chain(args: &ChainArgs) -> Result<(), Failure> {
    let how = args.how.ask(1);
    how.check()?;
    let store = args.memory.open()?;
    let text = args.text.join(" ");
    if text.trim().is_empty() {
        return Err(Failure::Input("the question is empty".to_owned()));
    }
    let source = args.vectors.open(Some(store.settings()))?;
    source.check_rows(1, "one for the question")?;
    let rows = source.vectors(&[&text], 0)?;
    let encode = |target: &str| match source.is_file() {
        // There is no vector of it.
        true => Ok(None),
        false => {
            let rows = source.vectors(&[target], 0)?;
            Ok::<_, Failure>(rows.get(0).map(<[f32]>::to_vec))
        }
    };
    let mut question = text.clone();
    store.chain(&asked(&text, rows.get(0)), args.hops, &how, encode, |hop| {
        if hop.hop == 1 {
            header(&args.how);
        }
        print_hop(&args.how, &question, &hop);
        if let Some(best) = hop.answer.best {
            question = best.target;
        }
    })?;
    Ok(())
}

/// Names of columns.
fn header(how: &HowArgs) {
    if how.format == Format::Tsv {
        say("question\trank\tclose\tscore\tid\ttarget\tcue\twords\trank\tshare\tknown");
    }
}

/// A question with what came of it.
#[derive(Serialize)]
struct Answered<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    hop: Option<u32>,
    question: &'a str,
    #[serde(flatten)]
    answer: &'a Answer,
}

fn print(how: &HowArgs, which: &WhichArgs, question: &str, answer: &Answer, is_alone: bool) {
    match how.format {
        Format::Json => json(None, question, answer),
        Format::Tsv => columns(question, answer),
        Format::Text => {
            if !is_alone {
                say(&format!("> {}", show::line(question)));
            }
            match &answer.best {
                Some(best) => say(&line(how, best)),
                None => say(&nothing(how, which, answer)),
            }
            let others = answer
                .others
                .iter()
                .skip(usize::from(answer.best.is_none()));
            others.for_each(|found| say(&line(how, found)));
        }
    }
}

fn print_hop(how: &HowArgs, question: &str, hop: &Hop) {
    match (how.format, &hop.answer.best) {
        (Format::Json, _) => json(Some(hop.hop), question, &hop.answer),
        (Format::Tsv, _) => columns(question, &hop.answer),
        (Format::Text, Some(best)) => say(&format!("{:>3}  {}", hop.hop, line(how, best))),
        (Format::Text, None) => say(&format!(
            "{:>3}  {}",
            hop.hop,
            nothing(how, &WhichArgs::default(), &hop.answer)
        )),
    }
}

fn json(hop: Option<u32>, question: &str, answer: &Answer) {
    let answered = Answered {
        hop,
        question,
        answer,
    };
    say(&show::json(&answered));
}

fn columns(question: &str, answer: &Answer) {
    let question = show::column(question);
    let known = answer
        .known
        .map_or(String::new(), |known| format!("{known:.4}"));
    let all = answer.best.iter().chain(&answer.others);
    for (found, rank) in all.zip(1..) {
        say(&format!(
            "{question}\t{rank}\t{}\t{:.4}\t{}\t{}\t{}\t{}\t{:.4}\t{:.4}\t{known}",
            if answer.best.is_some() && rank == 1 {
                "yes"
            } else {
                "no"
            },
            found.score,
            found.id,
            show::column(&found.target),
            show::column(&found.cue),
            found
                .words
                .map_or(String::new(), |words| format!("{words:.4}")),
            found.rank,
            found.share
        ));
    }
    if answer.best.is_none() && answer.others.is_empty() {
        say(&format!("{question}\t0\tno\t\t\t\t\t\t\t\t{known}"));
    }
}

/// What was found, on a line.
fn line(how: &HowArgs, found: &Found) -> String {
    let more = if how.verbose {
        let words = found.words.map(|words| format!("; words {words:.2}"));
        format!(
            "{}; rank {:.2}, share {:.2}",
            words.unwrap_or_default(),
            found.rank,
            found.share
        )
    } else {
        String::new()
    };
    format!(
        "{:.3}  {}  ({}: {}{more})",
        found.score,
        show::line(&found.target),
        found.id,
        show::line(&found.cue)
    )
}

/// That nothing is close, and how far the nearest is.
fn nothing(how: &HowArgs, which: &WhichArgs, answer: &Answer) -> String {
    let why = match answer.others.first() {
        None if !which.is_all() => "no item is one of these".to_owned(),
        None => "no stored cue has a word in common with it".to_owned(),
        Some(nearest) => {
            let why = match (how.threshold, answer.known) {
                (None, Some(known)) => format!("{:.0} % likely to be answered", 100.0 * known),
                (threshold, _) => format!("below {}", threshold.unwrap_or(Ask::THRESHOLD)),
            };
            format!("{why}: {}", line(how, nearest))
        }
    };
    format!("nothing stored is close ({why})")
}
