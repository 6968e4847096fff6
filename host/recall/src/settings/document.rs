//! The text of `memory.toml`, read key by key: what is wrong with it is one line that says where, what is there, and what is allowed.

use std::ops::{Range, RangeInclusive};

use slotless_files::input;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Model, Settings, WITHOUT_CODES};
use slotless_core::words::{MAX_BITS, MIN_BITS, Units};

/// Characters of a key or a value that are quoted at most.
const QUOTED: usize = 40;

/// Keys of the file.
const KEYS: [&str; 6] = [
    "format",
    "results_version",
    "created",
    "inputs",
    "words",
    "model",
];

/// Those of formats 1 to 3, whose texts had codes.
const WITH_CODES: [&str; 9] = [
    "format",
    "results_version",
    "created",
    "inputs",
    "units",
    "active",
    "seed",
    "projection",
    "model",
];

const MAX: RangeInclusive<u64> = 0..=u32::MAX as u64;

/// The text as a table.
pub(super) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, String> {
    DeTable::parse(text).map_err(|error| {
        let why = input::in_words(error.message());
        match error.span() {
            Some(span) => placed(text, span, &why),
            None => why,
        }
    })
}

/// The versions alone, of a file of whatever version: of its format and of the results contract.
pub(super) fn versions(root: &Spanned<DeTable<'_>>, text: &str) -> Result<(u32, u32), String> {
    let keys = Keys::of(root, text);
    Ok((
        keys.number("format", MAX)? as u32,
        keys.number("results_version", MAX)? as u32,
    ))
}

/// All but the versions, of a file of a version that is read.
pub(super) fn settings(
    root: &Spanned<DeTable<'_>>,
    text: &str,
    format: u32,
) -> Result<Settings, String> {
    let keys = Keys::of(root, text);
    let has_codes = format < WITHOUT_CODES;
    keys.only(if has_codes { &WITH_CODES } else { &KEYS })?;
    keys.number("created", 0..=u64::MAX)?;
    let inputs = keys.number(
        "inputs",
        u64::from(has_codes)..=u64::from(Settings::MOST_INPUTS),
    )?;
    let words = if has_codes {
        codes(&keys, inputs)?;
        Settings::new(0).words
    } else {
        let allowed = format!("0, or a whole number from {MIN_BITS} to {MAX_BITS}");
        let bits = keys.number("words", 0..=u64::from(MAX_BITS));
        let bits = bits.map_err(|_| keys.wrong("words", &allowed))? as u32;
        let units = Units::new(bits).ok();
        if bits > 0 && units.is_none() || bits == 0 && inputs == 0 {
            return Err(keys.wrong("words", &allowed));
        }
        units
    };
    let model = if root.get_ref().contains_key("model") {
        let own = keys.table("model")?;
        own.only(&["folder", "hash"])?;
        Some(Model {
            folder: own.text("folder")?.to_owned(),
            hash: own.text("hash")?.to_owned(),
        })
    } else {
        None
    };
    Ok(Settings {
        inputs: inputs as u32,
        words,
        model,
    })
}

/// What codes were made with, which is looked at and left aside.
fn codes(keys: &Keys<'_>, inputs: u64) -> Result<(), String> {
    let units = keys.number("units", 1..=1 << 16)?;
    keys.number("active", 1..=units)?;
    keys.number("seed", 0..=u64::MAX)?;
    let own = keys.table("projection")?;
    match own.text("kind")? {
        "gaussian" => own.only(&["kind"]),
        "sparse" => {
            own.only(&["kind", "taps"])?;
            own.number("taps", 1..=inputs).map(|_| ())
        }
        _ => Err(own.wrong("kind", "\"gaussian\" or \"sparse\"")),
    }
}

/// The keys of a table, and where it is.
struct Keys<'a> {
    text: &'a str,
    /// Its name and a full stop; nothing of the file's own.
    name: String,
    span: Range<usize>,
    table: &'a DeTable<'a>,
}

impl<'a> Keys<'a> {
    fn of(root: &'a Spanned<DeTable<'a>>, text: &'a str) -> Self {
        Self {
            text,
            name: String::new(),
            span: root.span(),
            table: root.get_ref(),
        }
    }

    /// Refuses all other keys.
    fn only(&self, known: &[&str]) -> Result<(), String> {
        let other = self.table.keys().find(|key| {
            let key: &str = key.get_ref();
            !known.contains(&key)
        });
        let Some(key) = other else { return Ok(()) };
        let why = format!(
            "there is no key {}{}, allowed {}",
            self.name,
            quoted(key.get_ref()),
            known.join(", ")
        );
        Err(placed(self.text, key.span(), &why))
    }

    /// Says what is there in place of what is allowed.
    fn wrong(&self, key: &str, allowed: &str) -> String {
        let name = format!("{}{key}", self.name);
        match self.table.get(key) {
            None => {
                let why = format!("{name} is missing, expected {allowed}");
                match self.name.is_empty() {
                    true => why,
                    false => placed(self.text, self.span.clone(), &why),
                }
            }
            Some(value) => {
                let found = match value.get_ref() {
                    DeValue::Table(_) => "a table".to_owned(),
                    DeValue::Array(_) => "a list".to_owned(),
                    _ => quoted(self.text.get(value.span()).unwrap_or_default()),
                };
                let why = format!("{name} is {found}, allowed {allowed}");
                placed(self.text, value.span(), &why)
            }
        }
    }

    fn number(&self, key: &str, range: RangeInclusive<u64>) -> Result<u64, String> {
        let value = self.table.get(key).and_then(|value| match value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        });
        value.filter(|value| range.contains(value)).ok_or_else(|| {
            let allowed = format!("a whole number from {} to {}", range.start(), range.end());
            self.wrong(key, &allowed)
        })
    }

    fn text(&self, key: &str) -> Result<&'a str, String> {
        let value = self.table.get(key).and_then(|value| match value.get_ref() {
            DeValue::String(text) => Some(text.as_ref()),
            _ => None,
        });
        value.ok_or_else(|| self.wrong(key, "a text"))
    }

    fn table(&self, key: &str) -> Result<Keys<'a>, String> {
        let value = self.table.get(key);
        let table = value.and_then(|value| match value.get_ref() {
            DeValue::Table(table) => Some(Self {
                text: self.text,
                name: format!("{}{key}.", self.name),
                span: value.span(),
                table,
            }),
            _ => None,
        });
        table.ok_or_else(|| self.wrong(key, "a table"))
    }
}

/// What is wrong, with its line.
fn placed(text: &str, span: Range<usize>, why: &str) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    format!("line {line}: {why}")
}

/// A key or a value on one line, its beginning if it is long.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        let table = parse(text)?;
        let (format, _) = versions(&table, text)?;
        settings(&table, text, format)
    }

    const GOOD: &str = "\
# Comment.
format = 2
results_version = 1
created = 12
inputs = 384
units = 16_384
active = 0x32
seed = 18446744073709551615

[projection]
kind = \"sparse\"
taps = 8

[model]
folder = \"a\"
hash = \"00ff\"
";

    #[test]
    fn what_is_right_is_read() {
        let settings = read(GOOD).unwrap();
        assert_eq!(settings.inputs, 384);
        assert_eq!(settings.words, Settings::new(0).words);
        assert_eq!(settings.model.unwrap().folder, "a");
        let inline = GOOD.replace("[model]\nfolder = \"a\"\nhash = \"00ff\"\n", "");
        assert_eq!(read(&inline).unwrap().model, None);
    }

    /// The line, what is there, and what is allowed.
    #[test]
    fn what_is_wrong_is_one_line() {
        for (from, to, line) in [
            (
                "inputs = 384",
                "inputs = 0",
                "line 5: inputs is 0, allowed a whole number from 1 to 65536",
            ),
            (
                "inputs = 384",
                "inputs = 4294967296",
                "line 5: inputs is 4294967296, allowed a whole number from 1 to 65536",
            ),
            (
                "units = 16_384",
                "units = 65537",
                "line 6: units is 65537, allowed a whole number from 1 to 65536",
            ),
            (
                "units = 16_384",
                "units = 40",
                "line 7: active is 0x32, allowed a whole number from 1 to 40",
            ),
            (
                "active = 0x32",
                "active = 5.0",
                "line 7: active is 5.0, allowed a whole number from 1 to 16384",
            ),
            (
                "18446744073709551615",
                "18446744073709551616",
                "line 8: seed is 18446744073709551616, allowed a whole number from 0 to 18446744073709551615",
            ),
            (
                "18446744073709551615",
                "-1",
                "line 8: seed is -1, allowed a whole number from 0 to 18446744073709551615",
            ),
            (
                "created = 12",
                "created = 1979-05-27",
                "line 4: created is 1979-05-27, allowed a whole number from 0 to 18446744073709551615",
            ),
            (
                "results_version = 1",
                "results_version = \"1\"",
                "line 3: results_version is \"1\", allowed a whole number from 0 to 4294967295",
            ),
            (
                "inputs = 384\n",
                "",
                "inputs is missing, expected a whole number from 1 to 65536",
            ),
            (
                "taps = 8",
                "taps = 385",
                "line 12: projection.taps is 385, allowed a whole number from 1 to 384",
            ),
            (
                "taps = 8\n",
                "",
                "line 10: projection.taps is missing, expected a whole number from 1 to 384",
            ),
            (
                "\"sparse\"",
                "\"dense\"",
                "line 11: projection.kind is \"dense\", allowed \"gaussian\" or \"sparse\"",
            ),
            (
                "\"sparse\"",
                "\"gaussian\"",
                "line 12: there is no key projection.taps, allowed kind",
            ),
            (
                "[projection]\nkind = \"sparse\"\ntaps = 8\n",
                "projection = [\"sparse\", 8]\n",
                "line 10: projection is a list, allowed a table",
            ),
            (
                "[model]\nfolder = \"a\"\nhash = \"00ff\"\n",
                "[[model]]\nfolder = \"a\"\n",
                "line 14: model is a list, allowed a table",
            ),
            (
                "hash = \"00ff\"",
                "hash = 255",
                "line 16: model.hash is 255, allowed a text",
            ),
            (
                "hash =",
                "hush =",
                "line 16: there is no key model.hush, allowed folder, hash",
            ),
            (
                "created = 12",
                "created = 12\ncolour = 1",
                "line 5: there is no key colour, allowed format, results_version, created, inputs, units, active, seed, \
                 projection, model",
            ),
        ] {
            let text = GOOD.replace(from, to);
            assert_ne!(text, GOOD, "{from}");
            assert_eq!(read(&text).unwrap_err(), line);
        }
    }

    const NEW: &str = "format = 4\nresults_version = 1\ncreated = 12\ninputs = 384\nwords = 18\n";

    #[test]
    fn words_are_a_setting_from_format_4_on() {
        let bits = |text: &str| read(text).unwrap().words.as_ref().map(Units::bits);
        assert_eq!(bits(NEW), Some(18));
        assert_eq!(bits(&NEW.replace("words = 18", "words = 0")), None);
        assert_eq!(bits(&NEW.replace("inputs = 384", "inputs = 0")), Some(18));
        for (from, to, why) in [
            (
                "words = 18",
                "words = 7",
                "line 5: words is 7, allowed 0, or a whole number from 8 to 32",
            ),
            (
                "words = 18",
                "words = 33",
                "line 5: words is 33, allowed 0, or a whole number from 8 to 32",
            ),
            (
                "words = 18",
                "",
                "words is missing, expected 0, or a whole number from 8 to 32",
            ),
            (
                "words = 18",
                "words = 18\nseed = 1",
                "line 6: there is no key seed, allowed format, results_version, created, inputs, words, model",
            ),
            (
                "384\nwords = 18",
                "0\nwords = 0",
                "line 5: words is 0, allowed 0, or a whole number from 8 to 32",
            ),
        ] {
            assert_eq!(read(&NEW.replace(from, to)).unwrap_err(), why);
        }
    }

    #[test]
    fn what_is_no_toml_says_where() {
        for (text, line) in [
            ("format = 2\nunits = \n", "line 2: "),
            ("format = 2\nformat = 2\n", "line 2: "),
            ("format = 2\n\n[projection\n", "line 3: "),
            ("\u{feff}\u{feff}format = 2", "line 1: "),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.starts_with(line) && why.lines().count() == 1, "{why}");
            assert!(why.len() < 200 && !why.contains(" | "), "{why}");
        }
        let long = format!(
            "format = 2\nresults_version = 1\n{} = 1",
            "k".repeat(50_000)
        );
        let why = read(&long).unwrap_err();
        assert!(
            why.starts_with("line 3: there is no key kkk") && why.len() < 300,
            "{why}"
        );
        // Deep nesting ends in an error, too.
        let deep = format!("format = {}", "[".repeat(60_000));
        assert!(read(&deep).unwrap_err().starts_with("line 1: "));
        assert_eq!(
            read("").unwrap_err(),
            "format is missing, expected a whole number from 0 to 4294967295"
        );
    }
}
