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

/// The image without a network, whose sizes are taken off those of the others.
const NOTHING: &str = "nothing";
/// A goal beside a measure has the measure's name behind this.
const AIM: &str = "aim_";

/// What may be exceeded, in per cent: nothing that is exact. Instructions are counted to about three.
const INSTRUCTIONS: u32 = 1;
const FLASH: u32 = 2;
const EXACT: u32 = 0;

/// Each measure and its tolerance, in the order of the file.
const MEASURES: [(&str, u32); 21] = [
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
];

const HEADER: &str = "\
# What networks take on each core, and may: instructions, bytes of stack, RAM and flash. README.md says how they are
# measured. firmware/budgets.sh checks, firmware/budgets.sh --bless writes this file anew and leaves the aims as they are.
";

/// Around the table in the text.
const BEGIN: &str = "<!-- budgets: written by budgets.sh --bless -->\n";
const END: &str = "<!-- end of budgets -->\n";

/// Budgets that could not be measured, read or written.
#[derive(Debug, thiserror::Error)]
pub enum BudgetsError {
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    #[error("{path}: {reason}")]
    Toml { path: PathBuf, reason: String },
    #[error("{path}: {what}, which count does not print")]
    Printed { path: PathBuf, what: String },
    #[error("{path}: ended with exit code {code}")]
    Ended { path: PathBuf, code: u8 },
    #[error("{path}: it is smaller than the image without a network")]
    Smaller { path: PathBuf },
    #[error("{path}: no table between {begin} and {end}", begin = BEGIN.trim(), end = END.trim())]
    NoTable { path: PathBuf },
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
        let nothing = Image::read(&path.join(NOTHING))?.sizes;
        let cases = measured.entry(core.clone()).or_default();
        for name in names(&path)?.into_iter().filter(|name| name != NOTHING) {
            eprintln!("counting {name} on {core}");
            cases.insert(name.clone(), case(&path.join(&name), nothing)?);
        }
    }
    Ok(measured)
}

fn names(folder: &Path) -> Result<Vec<String>, BudgetsError> {
    let entries = fs::read_dir(folder).map_err(file_error(folder))?;
    entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, _>>()
        .map_err(file_error(folder))
}

fn case(path: &Path, nothing: Sizes) -> Result<Case, BudgetsError> {
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
    let mut case = parse(&out, path)?;
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
    for (name, _) in MEASURES {
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
fn parse(out: &str, path: &Path) -> Result<Case, BudgetsError> {
    let case: Case = toml::from_str(out).map_err(toml_error(path))?;
    let known = |name: &&String| MEASURES.iter().any(|(measure, _)| measure == name);
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

/// Writes what was measured as budgets, with the aims that the file has, and the table.
pub fn bless(measured: &Budgets, file: &Path, readme: &Path) -> Result<(), BudgetsError> {
    let mut budgets = measured.clone();
    if file.exists() {
        keep_aims(&mut budgets, &read(file)?);
    }
    let text = fs::read_to_string(readme).map_err(file_error(readme))?;
    let text = with_table(&text, &table(&budgets));
    let text = text.ok_or_else(|| no_table(readme))?;
    fs::write(file, print(&budgets)).map_err(file_error(file))?;
    fs::write(readme, text).map_err(file_error(readme))
}

fn no_table(readme: &Path) -> BudgetsError {
    BudgetsError::NoTable {
        path: readme.to_owned(),
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
    print!("{}", table(&shown));
    let mut findings = compare(measured, &budgets);
    let text = fs::read_to_string(readme).map_err(file_error(readme))?;
    let blessed = with_table(&text, &table(&budgets)).ok_or_else(|| no_table(readme))?;
    if text != blessed {
        findings.wrong.push(format!(
            "{}: its table is not that of the budgets",
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
        for (measure, per_cent) in MEASURES {
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
            for (measure, _) in MEASURES {
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

/// The budgets as a table in Markdown.
fn table(budgets: &Budgets) -> String {
    let mut text = String::from(
        "| network | core | hidden code | recall | learn, beyond hidden code | the same, stochastic | stack | RAM | \
         flash: code, tables |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut rows = Vec::new();
    for (core, cases) in budgets {
        for (name, case) in cases {
            rows.push((name, core, case));
        }
    }
    rows.sort();
    for (name, core, case) in rows {
        let number = |measure: &str| case.get(measure).copied().unwrap_or(0);
        let cell = |measure: &str| {
            let got = number(measure);
            match case.get(&format!("{AIM}{measure}")) {
                None => grouped(got),
                Some(&aim) => {
                    let verdict = if got <= aim { "met" } else { "missed" };
                    format!("{}, aim {} {verdict}", grouped(got), grouped(aim))
                }
            }
        };
        let stack = ["stack_hidden_code", "stack_recall", "stack_learn"];
        let stack = stack.into_iter().map(number).max().unwrap_or(0);
        let cells = [
            cell("hidden_code"),
            cell("recall"),
            cell("learn_beyond"),
            cell("stochastic_beyond"),
            grouped(stack),
            grouped(number("ram")),
            format!(
                "{}, {}",
                grouped(number("flash_code")),
                grouped(number("flash_tables"))
            ),
        ];
        let _ = writeln!(
            text,
            "| {name}, {} hidden | {core} | {} |",
            number("hidden"),
            cells.join(" | ")
        );
    }
    text
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

/// The text with another table; `None` if it has no place for one.
fn with_table(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{table}\n{END}{after}"))
}

#[cfg(test)]
#[path = "budgets_tests.rs"]
mod tests;
