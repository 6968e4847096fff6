//! What networks may take on each core: instructions, stack, RAM, flash.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::elf::{ElfError, Image, Sizes};
use crate::run::{self, RunError, Time};

/// Measures by name.
pub type Case = BTreeMap<String, u32>;
/// Cases by core and name.
pub type Budgets = BTreeMap<String, BTreeMap<String, Case>>;

/// A goal beside a measure has the measure's name behind this.
const AIM: &str = "aim_";

/// What may be exceeded, in per cent: nothing that is exact. Instructions are counted to about three.
const INSTRUCTIONS: u32 = 1;
const FLASH: u32 = 2;
const EXACT: u32 = 0;

/// A kind of network: what is measured of it, and the table that shows it.
struct Kind {
    /// The names of its cases start with it.
    prefix: &'static str,
    /// The image without a network, whose sizes are taken off those of its cases.
    nothing: &'static str,
    /// Each measure and its tolerance, in the order of the file.
    measures: &'static [(&'static str, u32)],
    /// Around the table in the text.
    begin: &'static str,
    end: &'static str,
    /// Measures that tell its sizes, with what they count.
    sizes: &'static [(&'static str, &'static str)],
    columns: &'static [Column],
}

/// A column of a table.
struct Column {
    title: &'static str,
    measures: &'static [&'static str],
    shown: Shown,
}

/// What a column shows of its measures.
enum Shown {
    Each,
    Largest,
}

const fn each(title: &'static str, measures: &'static [&'static str]) -> Column {
    Column {
        title,
        measures,
        shown: Shown::Each,
    }
}

const fn largest(title: &'static str, measures: &'static [&'static str]) -> Column {
    Column {
        title,
        measures,
        shown: Shown::Largest,
    }
}

const RAM: Column = each("RAM", &["ram"]);
const FLASH_COLUMN: Column = each("flash: code, tables", &["flash_code", "flash_tables"]);

/// The first whose prefix a case's name has is the case's.
const KINDS: [Kind; 5] = [
    Kind {
        prefix: "hopfield-classical",
        nothing: "hopfield-nothing",
        measures: &[
            ("units", EXACT),
            ("memories", EXACT),
            ("store", INSTRUCTIONS),
            ("store_largest", INSTRUCTIONS),
            ("start", INSTRUCTIONS),
            ("start_largest", INSTRUCTIONS),
            ("keep", INSTRUCTIONS),
            ("keep_largest", INSTRUCTIONS),
            ("flip", INSTRUCTIONS),
            ("flip_largest", INSTRUCTIONS),
            ("recall", INSTRUCTIONS),
            ("recall_largest", INSTRUCTIONS),
            ("updates_in_all", EXACT),
            ("flips_in_all", EXACT),
            ("energy", INSTRUCTIONS),
            ("energy_largest", INSTRUCTIONS),
            ("stack_store", EXACT),
            ("stack_start", EXACT),
            ("stack_keep", EXACT),
            ("stack_flip", EXACT),
            ("stack_recall", EXACT),
            ("stack_energy", EXACT),
            ("ram_network", EXACT),
            ("ram_scratch", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets of classical networks: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets of classical networks -->\n",
        sizes: &[("units", "units"), ("memories", "memories")],
        columns: &[
            each("store", &["store"]),
            each("start", &["start"]),
            each("update that keeps", &["keep"]),
            each("that flips, largest", &["flip", "flip_largest"]),
            each("recall, largest", &["recall", "recall_largest"]),
            each("energy", &["energy"]),
            largest(
                "stack",
                &[
                    "stack_store",
                    "stack_start",
                    "stack_keep",
                    "stack_flip",
                    "stack_recall",
                    "stack_energy",
                ],
            ),
            RAM,
            FLASH_COLUMN,
        ],
    },
    Kind {
        prefix: "hopfield-modern",
        nothing: "hopfield-nothing",
        measures: &[
            ("units", EXACT),
            ("memories", EXACT),
            ("open", INSTRUCTIONS),
            ("open_largest", INSTRUCTIONS),
            ("step", INSTRUCTIONS),
            ("step_largest", INSTRUCTIONS),
            ("recall", INSTRUCTIONS),
            ("recall_largest", INSTRUCTIONS),
            ("steps_in_all", EXACT),
            ("energy", INSTRUCTIONS),
            ("energy_largest", INSTRUCTIONS),
            ("stack_open", EXACT),
            ("stack_step", EXACT),
            ("stack_recall", EXACT),
            ("stack_energy", EXACT),
            ("ram_scratch", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets of modern networks: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets of modern networks -->\n",
        sizes: &[("units", "units"), ("memories", "memories")],
        columns: &[
            each("memories checked", &["open"]),
            each("step", &["step"]),
            each("recall, largest", &["recall", "recall_largest"]),
            each("energy", &["energy"]),
            largest(
                "stack",
                &["stack_open", "stack_step", "stack_recall", "stack_energy"],
            ),
            RAM,
            FLASH_COLUMN,
        ],
    },
    Kind {
        prefix: "attractor-",
        nothing: "hopfield-nothing",
        measures: &[
            ("units", EXACT),
            ("pairs", EXACT),
            ("encode", INSTRUCTIONS),
            ("encode_largest", INSTRUCTIONS),
            ("learn", INSTRUCTIONS),
            ("learn_largest", INSTRUCTIONS),
            ("recall", INSTRUCTIONS),
            ("recall_largest", INSTRUCTIONS),
            ("right_in_all", EXACT),
            ("stack_encode", EXACT),
            ("stack_learn", EXACT),
            ("stack_recall", EXACT),
            ("ram_network", EXACT),
            ("ram_scratch", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets of attractor memories: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets of attractor memories -->\n",
        sizes: &[("units", "units"), ("pairs", "pairs")],
        columns: &[
            each("encode", &["encode"]),
            each("learn", &["learn"]),
            each("recall, largest", &["recall", "recall_largest"]),
            each("units right", &["right_in_all"]),
            largest("stack", &["stack_encode", "stack_learn", "stack_recall"]),
            RAM,
            FLASH_COLUMN,
        ],
    },
    Kind {
        prefix: "recency-",
        nothing: "hopfield-nothing",
        measures: &[
            ("units", EXACT),
            ("learn", INSTRUCTIONS),
            ("learn_largest", INSTRUCTIONS),
            ("recall", INSTRUCTIONS),
            ("recall_largest", INSTRUCTIONS),
            ("novel", INSTRUCTIONS),
            ("novel_largest", INSTRUCTIONS),
            ("right_in_all", EXACT),
            ("stack_learn", EXACT),
            ("stack_recall", EXACT),
            ("stack_novel", EXACT),
            ("ram_network", EXACT),
            ("ram_scratch", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets of the last patterns: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets of the last patterns -->\n",
        sizes: &[("units", "units")],
        columns: &[
            each("learn, largest", &["learn", "learn_largest"]),
            each("recall, largest", &["recall", "recall_largest"]),
            each("of a new pattern, largest", &["novel", "novel_largest"]),
            each("ones right", &["right_in_all"]),
            largest("stack", &["stack_learn", "stack_recall", "stack_novel"]),
            RAM,
            FLASH_COLUMN,
        ],
    },
    Kind {
        prefix: "",
        nothing: "nothing",
        measures: &[
            ("hidden", EXACT),
            ("hidden_code", INSTRUCTIONS),
            ("hidden_code_largest", INSTRUCTIONS),
            ("recall", INSTRUCTIONS),
            ("recall_largest", INSTRUCTIONS),
            ("learn", INSTRUCTIONS),
            ("learn_largest", INSTRUCTIONS),
            ("learn_beyond", INSTRUCTIONS),
            ("learn_beyond_largest", INSTRUCTIONS),
            ("stochastic", INSTRUCTIONS),
            ("stochastic_largest", INSTRUCTIONS),
            ("stochastic_beyond", INSTRUCTIONS),
            ("stochastic_beyond_largest", INSTRUCTIONS),
            ("stack_hidden_code", EXACT),
            ("stack_recall", EXACT),
            ("stack_learn", EXACT),
            ("ram_network", EXACT),
            ("ram_scratch", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets -->\n",
        sizes: &[("hidden", "hidden")],
        columns: &[
            each("hidden code", &["hidden_code"]),
            each("recall", &["recall"]),
            each("learn, beyond hidden code", &["learn_beyond"]),
            each("the same, stochastic", &["stochastic_beyond"]),
            largest(
                "stack",
                &["stack_hidden_code", "stack_recall", "stack_learn"],
            ),
            RAM,
            FLASH_COLUMN,
        ],
    },
];

/// The kind of a case; the last one takes any name.
fn kind(case: &str) -> &'static Kind {
    let [.., last] = &KINDS;
    let mut kinds = KINDS.iter();
    kinds
        .find(|kind| case.starts_with(kind.prefix))
        .unwrap_or(last)
}

const HEADER: &str = "\
# What networks take on each core, and may: instructions, bytes of stack, RAM and flash. README.md says how they are
# measured. firmware/budgets.sh checks, firmware/budgets.sh --bless writes this file anew and leaves the aims as they are.
";

/// Budgets that could not be measured, read or written.
#[derive(Debug, thiserror::Error)]
pub enum BudgetsError {
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    #[error("{path}: {reason}")]
    Toml { path: PathBuf, reason: String },
    #[error("{path}: {what}, which it does not print")]
    Printed { path: PathBuf, what: String },
    #[error("{path}: ended with exit code {code}")]
    Ended { path: PathBuf, code: u8 },
    #[error("{path}: it is smaller than the image without a network")]
    Smaller { path: PathBuf },
    #[error("{path}: no table between {begin} and {end}")]
    NoTable {
        path: PathBuf,
        begin: &'static str,
        end: &'static str,
    },
    #[error(transparent)]
    Elf(#[from] ElfError),
    #[error(transparent)]
    Run(#[from] RunError),
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> BudgetsError {
    let path = path.to_owned();
    |error| BudgetsError::File { path, error }
}

/// Runs the images of a folder, FOLDER/CORE/CASE, and looks at their sizes.
pub fn measure(folder: &Path) -> Result<Budgets, BudgetsError> {
    let mut measured = Budgets::new();
    for core in names(folder)? {
        let path = folder.join(&core);
        let cases = measured.entry(core.clone()).or_default();
        for name in names(&path)? {
            let (base, level) = optimised(&name);
            if KINDS.iter().any(|kind| kind.nothing == base) {
                continue;
            }
            let kind = kind(&name);
            let nothing = Image::read(&path.join(format!("{}{level}", kind.nothing)))?.sizes;
            eprintln!("counting {name} on {core}");
            cases.insert(name.clone(), case(&path.join(&name), kind, nothing)?);
        }
    }
    Ok(measured)
}

/// A case's name without what says how it is optimised, and that: `-z` for size.
fn optimised(name: &str) -> (&str, &str) {
    let base = name.strip_suffix("-z").unwrap_or(name);
    name.split_at(base.len())
}

fn names(folder: &Path) -> Result<Vec<String>, BudgetsError> {
    let entries = fs::read_dir(folder).map_err(file_error(folder))?;
    entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, _>>()
        .map_err(file_error(folder))
}

fn case(path: &Path, kind: &Kind, nothing: Sizes) -> Result<Case, BudgetsError> {
    let image = Image::read(path)?;
    let mut out = Vec::new();
    let code = run::run_in_qemu(&image, Time::Instructions, &mut out)?;
    let out = String::from_utf8_lossy(&out);
    if code != 0 {
        eprint!("{out}");
        return Err(BudgetsError::Ended {
            path: path.to_owned(),
            code,
        });
    }
    let mut case = parse(&out, path, kind)?;
    let Sizes { code, tables, ram } = image.sizes;
    for (name, with, without) in [
        ("ram", ram, nothing.ram),
        ("flash_code", code, nothing.code),
        ("flash_tables", tables, nothing.tables),
    ] {
        let more = with.checked_sub(without);
        let more = more.ok_or_else(|| BudgetsError::Smaller {
            path: path.to_owned(),
        })?;
        case.insert(name.into(), more);
    }
    for &(name, _) in kind.measures {
        if !case.contains_key(name) {
            return Err(BudgetsError::Toml {
                path: path.to_owned(),
                reason: format!("it printed no {name}"),
            });
        }
    }
    Ok(case)
}

/// The measures that an image printed.
fn parse(out: &str, path: &Path, kind: &Kind) -> Result<Case, BudgetsError> {
    let case: Case = toml::from_str(out).map_err(toml_error(path))?;
    let known = |name: &&String| kind.measures.iter().any(|(measure, _)| measure == name);
    match case.keys().find(|name| !known(name)) {
        None => Ok(case),
        Some(what) => Err(BudgetsError::Printed {
            path: path.to_owned(),
            what: what.clone(),
        }),
    }
}

fn toml_error(path: &Path) -> impl FnOnce(toml::de::Error) -> BudgetsError {
    let path = path.to_owned();
    // Its message alone: the rest is a picture of several lines.
    |error| BudgetsError::Toml {
        path,
        reason: error.message().replace('\n', " "),
    }
}

fn read(file: &Path) -> Result<Budgets, BudgetsError> {
    let text = fs::read_to_string(file).map_err(file_error(file))?;
    toml::from_str(&text).map_err(toml_error(file))
}

/// Writes what was measured as budgets, with the aims that the file has, and the tables.
pub fn bless(measured: &Budgets, file: &Path, readme: &Path) -> Result<(), BudgetsError> {
    let mut budgets = measured.clone();
    if file.exists() {
        keep_aims(&mut budgets, &read(file)?);
    }
    let text = fs::read_to_string(readme).map_err(file_error(readme))?;
    let text = with_tables(&text, &budgets).map_err(no_table(readme))?;
    fs::write(file, print(&budgets)).map_err(file_error(file))?;
    fs::write(readme, text).map_err(file_error(readme))
}

fn no_table(readme: &Path) -> impl FnOnce(&'static Kind) -> BudgetsError {
    let path = readme.to_owned();
    |kind| BudgetsError::NoTable {
        path,
        begin: kind.begin.trim(),
        end: kind.end.trim(),
    }
}

fn keep_aims(budgets: &mut Budgets, old: &Budgets) {
    for (core, cases) in budgets {
        for (name, case) in cases {
            let old = old.get(core).and_then(|cases| cases.get(name));
            let aims = old.into_iter().flatten();
            let aims = aims.filter(|(name, _)| name.starts_with(AIM));
            case.extend(aims.map(|(name, aim)| (name.clone(), *aim)));
        }
    }
}

/// Prints what was measured and says what exceeds the budgets; 1 if anything does.
pub fn check(measured: &Budgets, file: &Path, readme: &Path) -> Result<u8, BudgetsError> {
    let budgets = read(file)?;
    let mut shown = measured.clone();
    keep_aims(&mut shown, &budgets);
    for kind in &KINDS {
        println!("{}", table(&shown, kind));
    }
    let mut findings = compare(measured, &budgets);
    let text = fs::read_to_string(readme).map_err(file_error(readme))?;
    let blessed = with_tables(&text, &budgets).map_err(no_table(readme))?;
    if text != blessed {
        findings.wrong.push(format!(
            "{}: its tables are not those of the budgets",
            readme.display()
        ));
    }
    for line in findings.wrong.iter().chain(&findings.below) {
        eprintln!("{line}");
    }
    Ok(u8::from(!findings.wrong.is_empty()))
}

/// What a comparison found, a line each.
#[derive(Debug, Default, PartialEq, Eq)]
struct Findings {
    /// Budgets that are exceeded or missing.
    wrong: Vec<String>,
    /// Budgets that could be lower.
    below: Vec<String>,
}

fn compare(measured: &Budgets, budgets: &Budgets) -> Findings {
    let mut findings = Findings::default();
    let every = |budgets: &Budgets| -> Vec<(String, String)> {
        let cases = budgets.iter().flat_map(|(core, cases)| {
            let names = cases.keys().cloned();
            names.map(|name| (core.clone(), name))
        });
        cases.collect()
    };
    for (core, name) in every(budgets) {
        if !measured
            .get(&core)
            .is_some_and(|cases| cases.contains_key(&name))
        {
            let line = format!("{core} {name}: has budgets but was not measured");
            findings.wrong.push(line);
        }
    }
    for (core, name) in every(measured) {
        let case = &measured[&core][&name];
        let budget = budgets.get(&core).and_then(|cases| cases.get(&name));
        for &(measure, per_cent) in kind(&name).measures {
            let got = case.get(measure).copied().unwrap_or(0);
            let Some(&budget) = budget.and_then(|budget| budget.get(measure)) else {
                let line = format!("{core} {name}: {measure} is {got} and has no budget");
                findings.wrong.push(line);
                continue;
            };
            let slack = u64::from(budget) * u64::from(per_cent) / 100;
            let (got_wide, budget_wide) = (u64::from(got), u64::from(budget));
            if got_wide > budget_wide + slack {
                findings.wrong.push(format!(
                    "{core} {name}: {measure} is {got}, above its budget of {budget} by more than the {per_cent} % allowed"
                ));
            } else if got_wide + slack < budget_wide {
                findings.below.push(format!(
                    "{core} {name}: {measure} is {got}, below its budget of {budget}: --bless lowers that"
                ));
            }
        }
    }
    findings
}

/// The budgets as a TOML file.
fn print(budgets: &Budgets) -> String {
    let mut text = HEADER.to_owned();
    for (core, cases) in budgets {
        for (name, case) in cases {
            // Writing to a string does not fail.
            let _ = write!(text, "\n[{core}.{name}]\n");
            for &(measure, _) in kind(name).measures {
                let aim = format!("{AIM}{measure}");
                for name in [measure, &aim] {
                    if let Some(number) = case.get(name) {
                        let _ = writeln!(text, "{name} = {number}");
                    }
                }
            }
        }
    }
    text
}

/// The budgets of a kind as a table in Markdown.
fn table(budgets: &Budgets, kind: &Kind) -> String {
    let titles = kind.columns.iter().map(|column| column.title);
    let titles: Vec<_> = ["network", "core"].into_iter().chain(titles).collect();
    let mut text = format!(
        "| {} |\n|{}\n",
        titles.join(" | "),
        "---|".repeat(titles.len())
    );
    let mut rows = Vec::new();
    for (core, cases) in budgets {
        for (name, case) in cases {
            if self::kind(name).prefix == kind.prefix {
                rows.push((name, core, case));
            }
        }
    }
    rows.sort();
    for (name, core, case) in rows {
        let sizes = kind.sizes.iter().map(|(measure, what)| {
            let size = case.get(*measure).copied().unwrap_or(0);
            format!(", {size} {what}")
        });
        let sizes: String = sizes.collect();
        let cells: Vec<_> = kind
            .columns
            .iter()
            .map(|column| cell(case, column))
            .collect();
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {name}{sizes} | {core} | {} |", cells.join(" | "));
    }
    text
}

fn cell(case: &Case, column: &Column) -> String {
    let number = |measure: &&str| case.get(*measure).copied().unwrap_or(0);
    let with_aim = |measure: &&str| {
        let got = number(measure);
        match case.get(&format!("{AIM}{measure}")) {
            None => grouped(got),
            Some(&aim) => {
                let verdict = if got <= aim { "met" } else { "missed" };
                format!("{}, aim {} {verdict}", grouped(got), grouped(aim))
            }
        }
    };
    let measures = column.measures.iter();
    match column.shown {
        Shown::Each => measures.map(with_aim).collect::<Vec<_>>().join(", "),
        Shown::Largest => grouped(measures.map(number).max().unwrap_or(0)),
    }
}

/// 12,345.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The text with the tables of these budgets; the kind whose table has no place in it.
fn with_tables(text: &str, budgets: &Budgets) -> Result<String, &'static Kind> {
    let mut text = text.to_owned();
    for kind in &KINDS {
        text = with_table(&text, kind, &table(budgets, kind)).ok_or(kind)?;
    }
    Ok(text)
}

/// The text with another table; `None` if it has no place for one.
fn with_table(text: &str, kind: &Kind, table: &str) -> Option<String> {
    let (begin, end) = (kind.begin, kind.end);
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}\n{table}\n{end}{after}"))
}

#[cfg(test)]
#[path = "budgets_tests.rs"]
mod tests;
