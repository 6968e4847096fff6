//! Widths of text in the bundled font, and line breaking.
//!
//! kuva bundles DejaVu Sans and measures with it, but keeps its measuring private; these are the advance widths of the same
//! face for the letters that figures use. They decide where lines break and how wide margins are.

/// Font units in one em.
const EM: f64 = 2048.0;

/// Advances of U+0020 to U+007E, regular.
#[rustfmt::skip]
const ASCII: [u16; 95] = [
    651, 821, 942, 1716, 1303, 1946, 1597, 563, 799, 799, 1024, 1716, 651, 739, 651, 690, 1303, 1303, 1303, 1303,
    1303, 1303, 1303, 1303, 1303, 1303, 690, 690, 1716, 1716, 1716, 1087, 2048, 1401, 1405, 1430, 1577, 1294, 1178, 1587,
    1540, 604, 604, 1343, 1141, 1767, 1532, 1612, 1235, 1612, 1423, 1300, 1251, 1499, 1401, 2025, 1403, 1251, 1403, 799,
    690, 799, 1716, 1024, 1024, 1255, 1300, 1126, 1300, 1260, 721, 1300, 1298, 569, 569, 1186, 569, 1995, 1298, 1253,
    1300, 1300, 842, 1067, 803, 1298, 1212, 1675, 1212, 1212, 1075, 1303, 690, 1303, 1716,
];
/// Advances of U+0020 to U+007E, bold.
#[rustfmt::skip]
const ASCII_BOLD: [u16; 95] = [
    713, 934, 1067, 1716, 1425, 2052, 1786, 627, 936, 936, 1071, 1716, 778, 850, 778, 748, 1425, 1425, 1425, 1425,
    1425, 1425, 1425, 1425, 1425, 1425, 819, 819, 1716, 1716, 1716, 1188, 2048, 1585, 1561, 1503, 1700, 1399, 1399, 1681,
    1714, 762, 762, 1587, 1305, 2038, 1714, 1741, 1501, 1741, 1577, 1475, 1397, 1663, 1585, 2259, 1579, 1483, 1485, 936,
    748, 936, 1716, 1024, 1024, 1382, 1466, 1214, 1466, 1389, 891, 1466, 1458, 702, 702, 1362, 702, 2134, 1458, 1407,
    1466, 1466, 1010, 1219, 979, 1458, 1335, 1892, 1321, 1335, 1192, 1458, 748, 1458, 1716,
];
/// Advances of U+0391 to U+03C9, regular.
#[rustfmt::skip]
const GREEK: [u16; 57] = [
    1401, 1405, 1141, 1401, 1294, 1403, 1540, 1612, 604, 1343, 1401, 1767, 1532, 1294, 1612, 1540, 1235, 0, 1294, 1251,
    1251, 1612, 1403, 1612, 1565, 604, 1251, 1350, 1107, 1298, 693, 1185, 1350, 1307, 1212, 1253, 1107, 1114, 1298, 1253,
    693, 1207, 1212, 1303, 1144, 1142, 1253, 1233, 1300, 1202, 1298, 1233, 1185, 1351, 1183, 1351, 1715,
];

/// Advance of one character in font units. Unknown ones count as a full em: too much room is better than a cut label.
fn advance(c: char, bold: bool) -> u16 {
    let code = c as usize;
    let regular = match code {
        0x20..=0x7e if bold => return ASCII_BOLD[code - 0x20],
        0x20..=0x7e => return ASCII[code - 0x20],
        0x391..=0x3c9 => GREEK[code - 0x391],
        0xb2 | 0xb3 | 0xb9 | 0x2070..=0x2079 | 0x2080..=0x2089 => 821,
        0x207a..=0x207c => 1081,
        0xa0 | 0xb7 | 0x2018 | 0x2019 => 651,
        0xb0 => 1024,
        0xb1 | 0xd7 | 0x2190..=0x21ff | 0x2200..=0x22ff => 1716,
        0x2032 => 465,
        0x2033 => 765,
        0x2013 => 1024,
        0x201c | 0x201d => 1061,
        0x2022 => 1208,
        0xc0..=0x17f => 1400,
        _ => 2048,
    };
    if bold { regular + regular / 8 } else { regular }
}

/// Width of one line of text, in the unit of `size`.
pub(super) fn width(text: &str, size: u32, bold: bool) -> f64 {
    let units: u64 = text.chars().map(|c| u64::from(advance(c, bold))).sum();
    units as f64 / EM * f64::from(size)
}

/// Width of the widest of several lines.
pub(super) fn widest<'a>(lines: impl IntoIterator<Item = &'a str>, size: u32, bold: bool) -> f64 {
    lines
        .into_iter()
        .map(|line| width(line, size, bold))
        .fold(0.0, f64::max)
}

/// Distance between the baselines of two lines.
pub(super) fn leading(size: u32) -> f64 {
    f64::from(size) * 1.28
}

/// Height of capitals and digits above the baseline.
pub(super) fn cap(size: u32) -> f64 {
    f64::from(size) * 0.729
}

/// Depth of descenders below the baseline.
pub(super) fn descent(size: u32) -> f64 {
    f64::from(size) * 0.236
}

/// Height of a block of `lines` lines, from the top of the capitals to the bottom of the descenders; 0 without lines.
pub(super) fn block(lines: usize, size: u32) -> f64 {
    if lines == 0 {
        0.0
    } else {
        cap(size) + descent(size) + leading(size) * (lines - 1) as f64
    }
}

/// Breaks text into lines no wider than `limit`: at line feeds, then at spaces, then, where one word is too wide, inside it.
/// Empty text gives no line.
pub(super) fn wrap(text: &str, size: u32, bold: bool, limit: f64) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines().filter(|line| !line.trim().is_empty()) {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let joined = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if width(&joined, size, bold) <= limit {
                line = joined;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                line.push(c);
                if width(&line, size, bold) > limit && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, c.to_string()));
                }
            }
        }
        lines.push(line);
    }
    lines
}
