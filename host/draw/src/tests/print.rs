//! Figures for print: widths in millimetres, PDF, words as text and as paths, marks of what is not on the axes.

use std::collections::HashMap;

use super::*;

const COLUMN: f64 = 85.0;
const PAGE: f64 = 180.0;

/// Two by two panels with indices, Greek and signs that the letters of a keyboard do not have.
fn four() -> Figure {
    let panel = |title: &str| {
        CurvePanel::new("age (patterns learned since)", "raw difference, n_h = 20")
            .title(title)
            .series(Series::by_index(
                "K-winner, 𝑘 = 5",
                Role::KWinner,
                falling(),
            ))
            .series(
                Series::by_index("K-winner, pseudo-patterns", Role::KWinner, vec![0.1; 100])
                    .baseline(),
            )
    };
    Figure::new("Four panels", 2, 2)
        .subtitle("n_i = 100, eps = 0.3")
        .note("Bands: none.")
        .panel(panel("cue 100 %"))
        .panel(panel("W_K\u{1d40} W_K"))
        .panel(panel("beta = 4"))
        .panel(panel("d\u{2032} \u{2212} 1"))
}

fn laid_out(figure: &Figure, width: f64) -> Sheet {
    let layout = Layout::new().millimetres(width);
    figure.lay_out(&layout).expect("a sane order")
}

#[test]
fn a_width_is_that_of_the_files() {
    for width in [COLUMN, PAGE] {
        let sheet = laid_out(&four(), width);
        assert!((sheet.millimetres()[0] - width).abs() < 1e-9);
        let svg = sheet.svg(TextAs::Text).unwrap();
        assert_well_formed(&svg);
        assert!(svg.contains(&format!("width=\"{width}mm\"")), "{svg:.200}");
        // 600 dots per inch.
        let pixels = f64::from(png_size(&sheet.png().unwrap()).0);
        assert!((pixels - width / 25.4 * 600.0).abs() <= 1.0, "{pixels}");
        let pdf = sheet.pdf(TextAs::Text);
        let [_, _, points, _] = media_box(&pdf);
        assert!((points - width / 25.4 * 72.0).abs() < 0.01, "{points}");
    }
    for width in [39.9, 400.1, f64::NAN, -85.0] {
        let layout = Layout::new().millimetres(width);
        let error = four().lay_out(&layout).expect_err("no page is that wide");
        assert!(error.to_string().contains("40 to 400 mm"), "{error}");
    }
}

#[test]
fn a_column_has_fewer_columns_and_no_smaller_type() {
    let at = |sheet: &Sheet, word: &str| {
        sheet.marks.iter().find_map(|mark| match mark {
            surface::Mark::Text(text) if text.text == word => Some(text.at),
            _ => None,
        })
    };
    let (column, page) = (laid_out(&four(), COLUMN), laid_out(&four(), PAGE));
    for (sheet, beside) in [(&column, false), (&page, true)] {
        let smallest = sheet.smallest_type().expect("there are words");
        assert!((6.5 - 1e-9..8.0).contains(&smallest), "{smallest}");
        assert!(sheet.furthest().unwrap().1 < 0.2, "{:?}", sheet.furthest());
        let (a, b) = (at(sheet, "A").unwrap(), at(sheet, "B").unwrap());
        assert_eq!(b.0 > a.0 + 1.0, beside);
        assert_eq!(b.1 > a.1 + 1.0, !beside);
        assert!(at(sheet, "D").is_some() && at(sheet, "E").is_none());
    }
    // The natural size is not that of either, and has the same words.
    let natural = four().lay_out(&Layout::new()).unwrap();
    for word in ["A", "B", "C", "D", "Four panels", "Bands: none."] {
        assert!(natural.words().any(|own| own == word), "{word}");
    }
}

/// Labels at the ends of axes come and go with the width.
#[test]
fn nothing_hangs_over_the_edge_at_any_width() {
    let panel = || {
        let ages = (0..1500).map(f64::from).collect();
        let series = Series::new("s", Role::KWinner, ages, vec![0.5; 1500]);
        CurvePanel::new("iteration", "accuracy")
            .series(series)
            .x_range(0.0, 1500.0)
    };
    let heat = |rows: usize| {
        let names = |count: usize| (0..count).map(|at| format!("n{at}")).collect();
        let scale = ColourScale::new("", -1.0, rows as f64);
        HeatPanel::new(rows, 8, vec![0.5; 8 * rows], scale)
            .ticks(names(rows), names(8))
            .labels("letter", "case")
    };
    let figure = Figure::new("A figure", 2, 6)
        .wide_panel(panel(), 3)
        .wide_panel(panel(), 3)
        .wide_panel(heat(2), 2)
        .wide_panel(heat(4), 2)
        .wide_panel(heat(8), 2);
    for width in 60..220 {
        let sheet = laid_out(&figure, f64::from(width));
        let furthest = sheet.furthest().unwrap();
        assert!(furthest.1 < 0.3, "{width}: {furthest:?}");
    }
}

#[test]
fn a_bare_figure_leaves_its_words_to_the_caption() {
    let layout = Layout::new().millimetres(PAGE).bare();
    let sheet = four().lay_out(&layout).unwrap();
    for word in ["Four panels", "n_i = 100, eps = 0.3", "Bands: none."] {
        assert!(sheet.words().all(|own| own != word), "{word}");
        assert!(sheet.caption().contains(word), "{}", sheet.caption());
    }
    assert!(sheet.millimetres()[1] < laid_out(&four(), PAGE).millimetres()[1]);
    // Legend and letters stay, and so does what is said of a sample.
    let small = four().remark("small sample: 2 trials");
    let sheet = small.lay_out(&layout).unwrap();
    for word in ["A", "K-winner, 𝑘 = 5", "small sample: 2 trials"] {
        assert!(sheet.words().any(|own| own == word), "{word}");
    }
}

#[test]
fn a_following_panel_has_no_letter_of_its_own() {
    let panel = || curve(falling());
    let figure = Figure::new("", 1, 3)
        .panel(panel())
        .following_panel(panel())
        .panel(panel());
    for layout in [Layout::new(), Layout::new().millimetres(COLUMN)] {
        let sheet = figure.lay_out(&layout).unwrap();
        let letters: Vec<&str> = sheet
            .words()
            .filter(|word| ["A", "B", "C"].contains(word))
            .collect();
        assert_eq!(letters, ["A", "B"]);
    }
}

#[test]
fn words_as_paths_need_no_font_and_are_said() {
    let sheet = laid_out(&four(), PAGE);
    let paths = sheet.svg(TextAs::Paths).unwrap();
    assert_well_formed(&paths);
    assert!(!paths.contains("<text") && !paths.contains("@font-face"));
    for word in sheet.words() {
        let label = format!("aria-label=\"{word}\"");
        assert!(paths.contains(&label), "{word}");
    }
    let text = sheet.svg(TextAs::Text).unwrap();
    assert!(text.contains("<text") && text.contains("@font-face"));
    // A letter as a path is where it is in the pixels: the same outline.
    let drawn = paths.matches("<path aria-label").count();
    assert_eq!(drawn, sheet.words().count());
    let pdf = sheet.pdf(TextAs::Paths);
    assert!(!contains(&pdf, b"/FontFile2") && !contains(&pdf, b"/Font "));
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    let mut windows = bytes.windows(part.len());
    let found = windows.position(|window| window == part);
    found.unwrap_or_else(|| panic!("{} is not there", String::from_utf8_lossy(part)))
}

/// An object of a PDF, up to its end.
fn object(pdf: &[u8], number: usize) -> &[u8] {
    let start = find(pdf, format!("\n{number} 0 obj\n").as_bytes());
    let rest = &pdf[start..];
    &rest[..find(rest, b"endobj")]
}

/// The number of the object that a key of an object, or the whole file, refers to.
fn referred(bytes: &[u8], key: &str) -> usize {
    let rest = &bytes[find(bytes, format!("/{key} ").as_bytes()) + key.len() + 2..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
    let digits: String = digits.map(|&byte| char::from(byte)).collect();
    digits.parse().expect("a reference")
}

/// The bytes of a stream, unpacked.
fn stream(object: &[u8]) -> Vec<u8> {
    let start = find(object, b"stream\n") + 7;
    let end = object
        .windows(10)
        .rposition(|window| window == b"\nendstream")
        .unwrap();
    miniz_oxide::inflate::decompress_to_vec_zlib(&object[start..end]).expect("a packed stream")
}

fn media_box(pdf: &[u8]) -> [f64; 4] {
    let rest = &pdf[find(pdf, b"/MediaBox [") + 11..];
    let text = String::from_utf8_lossy(&rest[..find(rest, b"]")]).into_owned();
    let numbers: Vec<f64> = text
        .split_whitespace()
        .map(|one| one.parse().unwrap())
        .collect();
    numbers.try_into().unwrap()
}

/// Which letter each glyph of a face is, by the table that the file has of it.
fn letters(pdf: &[u8], face: usize) -> HashMap<u16, char> {
    let font = object(pdf, referred(pdf, &format!("F{face}")));
    let table = stream(object(pdf, referred(font, "ToUnicode")));
    let table = String::from_utf8(table).unwrap();
    let lines = table.lines().filter_map(|line| {
        let (glyph, letter) = line
            .strip_prefix('<')?
            .strip_suffix('>')?
            .split_once("> <")?;
        let hex = |text| u16::from_str_radix(text, 16).ok();
        Some((hex(glyph)?, char::from_u32(hex(letter)?.into())?))
    });
    lines.filter(|(_, letter)| *letter != '\u{ffff}').collect()
}

/// A string of a content stream, in parentheses or in hexadecimal digits.
fn string(text: &[u8]) -> (Vec<u8>, usize) {
    if text[0] == b'<' {
        let end = find(text, b">");
        let digits = std::str::from_utf8(&text[1..end]).unwrap();
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        return ((0..digits.len()).step_by(2).map(byte).collect(), end + 1);
    }
    let (mut bytes, mut at, mut depth) = (Vec::new(), 1, 1);
    loop {
        match text[at] {
            b'\\' => {
                at += 1;
                match text[at] {
                    digit @ b'0'..=b'7' => {
                        let digits = [digit, text[at + 1], text[at + 2]].map(|digit| digit - b'0');
                        bytes.push(digits.iter().fold(0, |sum, digit| sum * 8 + digit));
                        at += 2;
                    }
                    b'n' => bytes.push(b'\n'),
                    b'r' => bytes.push(b'\r'),
                    b't' => bytes.push(b'\t'),
                    b'b' => bytes.push(8),
                    b'f' => bytes.push(12),
                    other => bytes.push(other),
                }
            }
            b'(' => {
                depth += 1;
                bytes.push(b'(');
            }
            b')' if depth == 1 => return (bytes, at + 1),
            b')' => {
                depth -= 1;
                bytes.push(b')');
            }
            other => bytes.push(other),
        }
        at += 1;
    }
}

/// The words of a PDF, a line for each block of text.
fn words_of(pdf: &[u8]) -> Vec<String> {
    let content = stream(object(pdf, referred(pdf, "Contents")));
    let mut tables: HashMap<usize, HashMap<u16, char>> = HashMap::new();
    let (mut words, mut at, mut face) = (Vec::<String>::new(), 0, 0);
    while at < content.len() {
        let rest = &content[at..];
        if rest.starts_with(b"BT") {
            words.push(String::new());
        } else if rest.starts_with(b"/F") {
            face = usize::from(rest[2] - b'0');
            tables.entry(face).or_insert_with(|| letters(pdf, face));
        } else if matches!(rest[0], b'(' | b'<') {
            let (bytes, length) = string(rest);
            let line = words.last_mut().expect("text stands in a block");
            for pair in bytes.chunks(2) {
                line.push(tables[&face][&u16::from_be_bytes([pair[0], pair[1]])]);
            }
            at += length;
            continue;
        }
        at += 1;
    }
    words
}

#[test]
fn words_of_a_pdf_can_be_read_and_its_fonts_are_inside() {
    let sheet = laid_out(&four(), PAGE);
    let pdf = sheet.pdf(TextAs::Text);
    assert!(pdf.starts_with(b"%PDF-1.7") && pdf.ends_with(b"%%EOF"));
    assert_eq!(pdf, laid_out(&four(), PAGE).pdf(TextAs::Text));
    let words = words_of(&pdf);
    // Variables are letters: of mathematical italic ones those that they are, of names the Greek.
    for word in [
        "Four panels",
        "ni = 100, ε = 0.3",
        "K-winner, k = 5",
        "WK\u{1d40} WK",
        "β = 4",
        "d\u{2032} \u{2212} 1",
        "age (patterns learned since)",
    ] {
        assert!(words.iter().any(|own| own == word), "{word} in {words:?}");
    }
    assert_eq!(words.len(), sheet.words().count());
    // Regular, bold for title and letters, oblique for variables; no bold variable is there.
    for face in [0, 1, 2] {
        let font = object(&pdf, referred(&pdf, &format!("F{face}")));
        let start = find(font, b"/DescendantFonts [") + 18;
        let digits = font[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        let number: String = digits.map(|&byte| char::from(byte)).collect();
        let descendant = object(&pdf, number.parse().unwrap());
        let descriptor = object(&pdf, referred(descendant, "FontDescriptor"));
        let file = stream(object(&pdf, referred(descriptor, "FontFile2")));
        assert!(ttf_parser::Face::parse(&file, 0).is_ok());
    }
    assert!(!contains(&pdf, b"/F3 "));
}

#[test]
fn every_kind_of_panel_goes_into_every_format() {
    let scale = || ColourScale::new("value", 0.0, 9.0);
    let marks = MarkPanel::new("", "loss")
        .category("a long name of a model", Role::Slow, vec![1.0, 2.0, 4.0])
        .category("b", Role::Graded, vec![0.5, 30.0])
        .y_range(0.0, 5.0);
    let tree = TreePanel::new(vec![
        TreeNode::root(vec![true, false, true]),
        TreeNode::child(0, vec![true, true, true]).label("leaf"),
    ]);
    let figure = Figure::new("All kinds", 3, 2)
        .panel(curve(falling()))
        .panel(HeatPanel::new(
            3,
            3,
            (0..9).map(f64::from).collect(),
            scale(),
        ))
        .panel(HeatPanel::new(
            90,
            90,
            (0..8100).map(|v| f64::from(v % 9)).collect(),
            scale(),
        ))
        .panel(marks)
        .panel(tree);
    for layout in [
        Layout::new(),
        Layout::new().millimetres(COLUMN).bare(),
        Layout::new().millimetres(PAGE),
    ] {
        let sheet = figure.lay_out(&layout).expect("a sane order");
        assert_well_formed(&sheet.svg(TextAs::Paths).unwrap());
        assert_well_formed(&sheet.svg(TextAs::Text).unwrap());
        let pdf = sheet.pdf(TextAs::Text);
        // The fine matrix is an image; saved states are restored.
        assert!(contains(&pdf, b"/Subtype /Image"));
        let content = stream(object(&pdf, referred(&pdf, "Contents")));
        let content = String::from_utf8_lossy(&content).into_owned();
        let count = |operator: &str| content.lines().filter(|line| *line == operator).count();
        assert_eq!(count("q"), count("Q"));
        assert!(!content.contains("NaN") && !content.contains("inf"));
    }
}

/// Triangles and bars of a colour that are drawn, by their highest and lowest places.
fn marks_of(sheet: &Sheet, role: Role) -> usize {
    let colour = role.colour();
    let is_one = |mark: &&surface::Mark| match mark {
        surface::Mark::Polygon(points, fill, _) => *fill == colour && points.len() == 3,
        surface::Mark::Fill(area, fill) => *fill == colour && area.h < 2.0,
        _ => false,
    };
    sheet.marks.iter().filter(is_one).count()
}

#[test]
fn what_is_not_on_an_axis_has_a_mark_at_its_end() {
    // A role whose own marks are no triangles.
    let draw = |y: Vec<f64>, log: bool| {
        let panel = CurvePanel::new("x", "y")
            .series(Series::by_index("s", Role::KWinner, y))
            .y_range(0.1, 10.0);
        let panel = if log {
            panel.y_scale(Scale::Log10)
        } else {
            panel
        };
        small(panel).lay_out(&Layout::new()).unwrap()
    };
    let beyond = |sheet: &Sheet| sheet.words().any(|word| word.contains("beyond the axis"));
    let none = draw(vec![1.0, 2.0, 3.0], true);
    assert!(marks_of(&none, Role::KWinner) == 0 && !beyond(&none));
    // A zero, a negative value and one above: a triangle each; what is no number has none.
    let few = draw(vec![1.0, 0.0, -3.0, 2.0, 99.0, f64::NAN], true);
    assert_eq!(marks_of(&few, Role::KWinner), 3);
    assert!(beyond(&few));
    let linear = draw(vec![1.0, 0.0, 2.0, 99.0], false);
    assert_eq!(marks_of(&linear, Role::KWinner), 2);
    // Of a curve of many points each stretch has a bar and, as they are few, a triangle.
    let mut many = vec![1.0; 100];
    many[20..40].fill(0.0);
    many[60..80].fill(50.0);
    let many = draw(many, true);
    assert_eq!(marks_of(&many, Role::KWinner), 4);
}

#[test]
fn few_measured_points_are_marked_each() {
    let discs = |series: Series| {
        let panel = CurvePanel::new("x", "y").series(series).y_range(0.0, 2.0);
        let sheet = small(panel).lay_out(&Layout::new()).unwrap();
        let is_disc = |mark: &&surface::Mark| matches!(mark, surface::Mark::Disc(..));
        sheet.marks.iter().filter(is_disc).count()
    };
    // One more is the legend's.
    let points = |count: usize| Series::by_index("s", Role::KWinner, vec![1.0; count]);
    assert_eq!(discs(points(4)), 5);
    assert_eq!(discs(points(20)), 21);
    assert_eq!(discs(points(21)), 0);
    // Those of a model are a line, unless they were measured.
    let theory = || Series::by_index("s", Role::Theory, vec![1.0; 4]);
    assert_eq!(discs(theory()), 0);
    assert_eq!(discs(theory().measured()), 5);
    assert_eq!(discs(points(4).model()), 0);
}

#[test]
fn the_legend_keeps_the_lines_of_a_network_together() {
    let line = |name: &str, role| Series::by_index(name, role, falling());
    let mut panel = CurvePanel::new("x", "y");
    for (name, role) in [("K-winner", Role::KWinner), ("1-winner", Role::OneWinner)] {
        for of in ["", ", pseudo-patterns", ", unstructured"] {
            panel = panel.series(line(&format!("{name}{of}"), role));
        }
    }
    let sheet = Figure::new("", 1, 1)
        .width(500.0)
        .panel(panel)
        .lay_out(&Layout::new())
        .unwrap();
    let left = |word: &str| {
        sheet.marks.iter().find_map(|mark| match mark {
            surface::Mark::Text(text) if text.text == word => Some(text.at.0),
            _ => None,
        })
    };
    for name in ["K-winner", "1-winner"] {
        for of in [", pseudo-patterns", ", unstructured"] {
            assert_eq!(
                left(name).unwrap(),
                left(&format!("{name}{of}")).unwrap(),
                "{name}{of}"
            );
        }
    }
    assert!(left("K-winner") < left("1-winner"));
}
