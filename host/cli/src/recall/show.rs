//! Stored text as it is printed: nothing in it moves a cursor, changes a title, or turns what is read around.

use serde::Serialize;
use slotless_recall::Metadata;

use crate::print::{acts, seen};

/// A text on one line, for people: white space as blanks.
pub(super) fn line(text: &str) -> String {
    seen(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A text as a column, which JSON's escapes read back: of a backslash, a tab, a line's end, and what acts.
pub(super) fn column(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\t', "\\t");
    seen(&text.replace('\n', "\\n").replace('\r', "\\r"))
}

/// What is known of an item beside its texts, in brackets; nothing where that is nothing.
pub(super) fn known(metadata: &Metadata) -> String {
    let time = metadata.time().map(time).into_iter();
    let tags = metadata
        .tags()
        .map(|(key, value)| line(&format!("{key}={value}")));
    let all: Vec<String> = time.chain(tags).collect();
    match all.is_empty() {
        true => String::new(),
        false => format!("  [{}]", all.join(", ")),
    }
}

/// A value on a line of JSON.
pub(super) fn json(value: &impl Serialize) -> String {
    // What acts stands within strings alone; the escapes are JSON's own.
    seen(&serde_json::to_string(value).expect("only strings, numbers and lists"))
}

/// Whether a text is a column of `add --tsv` as it stands, and can be looked at.
pub(super) fn is_plain(text: &str) -> bool {
    !text.chars().any(acts) && !text.starts_with('\u{feff}')
}

/// The day of a time in milliseconds since 1970, in UTC and words: 8 May 2023.
pub(super) fn day(milliseconds: u64) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let date = time(milliseconds);
    let mut parts = date.split(['-', 'T']).map_while(number);
    let [year, month, day] = [(); 3].map(|()| parts.next().unwrap_or(1));
    format!("{day} {} {year}", MONTHS[(month as usize).clamp(1, 12) - 1])
}

/// A time in milliseconds since 1970, exactly, in UTC.
pub(super) fn exact_time(milliseconds: u64) -> String {
    let seconds = time(milliseconds);
    match milliseconds % 1000 {
        0 => seconds,
        part => format!("{}.{part:03}Z", seconds.trim_end_matches('Z')),
    }
}

/// The first millisecond of the year 10000, from which on a time is not written in four digits of a year, and not read by others.
pub(super) const YEAR_10000: u64 = 253_402_300_800_000;

/// Milliseconds since 1970 of a time before the year 10000 as [`exact_time`] gives it, or as [`time`] does.
pub(super) fn time_of(text: &str) -> Option<u64> {
    let (seconds, part) = match text.strip_suffix('Z')?.split_once('.') {
        Some((seconds, part)) if part.len() == 3 => (seconds, number(part)?),
        Some(_) => return None,
        None => (text.strip_suffix('Z')?, 0),
    };
    let (date, clock) = seconds.split_once('T')?;
    let mut parts = date.splitn(3, '-').chain(clock.splitn(3, ':')).map(number);
    let mut next = || parts.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    // Years begin in March.
    let (of, month) = match month {
        1 | 2 => (year.checked_sub(1)?, month + 9),
        3..=12 => (year, month - 3),
        _ => return None,
    };
    let days = 365 * of + of / 4 - of / 100 + of / 400 + (153 * month + 2) / 5 + day;
    let days = days.checked_sub(719_469)?;
    let milliseconds = 1000 * (86_400 * days + 3600 * hour + 60 * minute + second) + part;
    // A day or an hour that there is not comes out as another. A stored 0 says that no time is known.
    let is_kept = (1..YEAR_10000).contains(&milliseconds);
    (is_kept && time(milliseconds) == format!("{seconds}Z")).then_some(milliseconds)
}

/// Milliseconds since 1970 of a time in UTC of which the end may be left out, from the month on; the first of those that it says. The
/// beginning of 1970 is none.
pub(super) fn moment(text: &str) -> Option<u64> {
    const REST: &str = "0000-01-01T00:00:00.000Z";
    let text = text
        .strip_suffix('Z')
        .filter(|rest| rest.contains('T'))
        .unwrap_or(text);
    // As long as a time that ends with a year, a month, a day, a minute, a second or a millisecond.
    let is_cut = matches!(text.len(), 4 | 7 | 10 | 16 | 19 | 23) && text.is_ascii();
    let filled = is_cut.then(|| format!("{text}{}", &REST[text.len()..]))?;
    time_of(&filled)
}

/// A few digits.
fn number(digits: &str) -> Option<u64> {
    let is_number = digits.len() < 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// A time in milliseconds since 1970, to the second, in UTC.
pub(super) fn time(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Years begin in March, so that the day that some have is their last; 400 of them are 146,097 days.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..10 => (400 * era + year, month + 3),
        _ => (400 * era + year + 1, month - 9),
    };
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z",
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_a_terminal() {
        let text = "a\u{1b}]0;title\u{7}\u{1b}[2J\u{202e}b\u{9b}31m\u{2028}c\u{2066}\u{7f}\u{200f}é\u{200d}";
        for shown in [line(text), column(text), json(&text)] {
            assert!(!shown.chars().any(acts), "{shown:?}");
            assert!(
                shown.contains("\\u001b]0;title\\u0007\\u001b[2J\\u202eb\\u009b31m"),
                "{shown}"
            );
            assert!(shown.contains("é\u{200d}"), "{shown}");
        }
        let read: String = serde_json::from_str(&json(&text)).unwrap();
        assert_eq!(read, text);
    }

    #[test]
    fn a_column_is_read_back_by_the_escapes_of_json() {
        for text in ["a\\u0041\tb\r\n\\t", "\u{1b}\u{202d}\\", "plain"] {
            let read: String = serde_json::from_str(&format!("\"{}\"", column(text))).unwrap();
            assert_eq!(read, text);
        }
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        // By `date -u -d @SECONDS`.
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_210_096, "2024-02-29T12:34:56Z"),
            (1_795_882_922, "2026-11-28T16:22:02Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(time(1000 * seconds + 999), expected);
            for part in [0, 1, 999] {
                if seconds + part == 0 {
                    continue;
                }
                let exact = exact_time(1000 * seconds + part);
                assert_eq!(time_of(&exact), Some(1000 * seconds + part), "{exact}");
            }
        }
        for (text, expected) in [
            ("2023-05-08T13:56", "8 May 2023"),
            ("2024-02-29", "29 February 2024"),
            ("1999-12-31", "31 December 1999"),
        ] {
            assert_eq!(moment(text).map(day).as_deref(), Some(expected));
        }
        for (text, expected) in [
            ("2026", "2026-01-01T00:00:00Z"),
            ("2026-11", "2026-11-01T00:00:00Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("2026-11-28T16:22", "2026-11-28T16:22:00Z"),
            ("2026-11-28T16:22Z", "2026-11-28T16:22:00Z"),
            ("2026-11-28T16:22:02", "2026-11-28T16:22:02Z"),
            ("2026-11-28T16:22:02.125Z", "2026-11-28T16:22:02.125Z"),
        ] {
            assert_eq!(moment(text).map(exact_time).as_deref(), Some(expected));
        }
        for wrong in [
            "",
            "26",
            "2026-",
            "2026-1",
            "2026-13",
            "2026Z",
            "2026-11-28T16",
            "2026-02-30",
            "1970",
            "10000",
            "2026-11-28 16:22",
            "2026é",
        ] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
        assert_eq!(time(YEAR_10000), "10000-01-01T00:00:00Z");
        for wrong in [
            "",
            "Z",
            "2026-11-28",
            "2026-11-28T16:22:02",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-11-28T24:00:00Z",
            "2026-11-28T16:60:02Z",
            "2026-11-28T16:22:02.5Z",
            "2026-11-28T16:22:02.+55Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-1-2T3:4:5Z",
            "99999999999999999999-01-01T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "99999-12-31T23:59:59Z",
            "-001-01-01T00:00:00Z",
            "2016-12-31T23:59:60Z",
            "2026-11-28T16:22:02+00:00",
            "2026-11-28T16:22:02.125+02:00",
            "2026-11-28t16:22:02z",
            "2026-11-28 16:22:02Z",
            "2026-11-28T16:22:02:03Z",
        ] {
            assert_eq!(time_of(wrong), None, "{wrong}");
        }
    }
}
