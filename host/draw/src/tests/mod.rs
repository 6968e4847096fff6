//! What callers can expect: sane pictures of sane orders, typed errors for the rest, equal bytes for equal orders.

mod panels;
mod print;

use super::*;

fn small(panel: impl Into<Panel>) -> Figure {
    Figure::new("A small figure", 1, 1)
        .width(260.0)
        .panel(panel)
}

fn curve(y: Vec<f64>) -> CurvePanel {
    CurvePanel::new("age", "accuracy").series(Series::by_index("K-winner", Role::KWinner, y))
}

fn falling() -> Vec<f64> {
    (0..100).map(|i| (-f64::from(i) / 30.0).exp()).collect()
}

fn error(figure: Figure) -> DrawError {
    figure.draw().expect_err("this order is wrong")
}

/// Refuses text that is not well-formed XML: every tag closed in turn, attributes quoted, no stray sign.
fn assert_well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        assert!(!text.contains('>'), "a stray sign in {text:.80}");
        for entity in text.split('&').skip(1) {
            assert!(
                ["amp;", "lt;", "gt;", "quot;", "apos;"]
                    .iter()
                    .any(|known| entity.starts_with(known)),
                "{entity:.20}"
            );
        }
        let end = start + rest[start..].find('>').expect("an end of the tag");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.starts_with('!') {
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag:.80}");
            if !tag.ends_with('/') {
                open.push(tag.split_whitespace().next().expect("a name"));
            }
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?}");
}

fn assert_sane(picture: &Picture) {
    assert_well_formed(&picture.svg);
    let drawing = picture
        .svg
        .split_once("</style>")
        .map_or(picture.svg.as_str(), |(_, rest)| rest);
    assert!(
        !drawing.contains("NaN") && !drawing.contains("inf"),
        "a place that is no number"
    );
    assert!(picture.png.starts_with(b"\x89PNG\r\n\x1a\n"));
}

fn png_size(png: &[u8]) -> (u32, u32) {
    let at = |i: usize| u32::from_be_bytes([png[i], png[i + 1], png[i + 2], png[i + 3]]);
    (at(16), at(20))
}

#[test]
fn a_figure_holds_its_texts_its_font_and_its_size() {
    let title = "Accuracy & <age>: \"cues\" of $5 and 'more'\u{7}";
    let panel = curve(falling()).title("Cue 50 %").advantage(Advantage::new(
        "better",
        Role::KWinner,
        vec![1.0, 2.0, 50.0],
    ));
    let picture = Figure::new(title, 1, 1)
        .width(400.0)
        .panel(panel)
        .note("Bands: s.e.")
        .draw()
        .expect("a figure");
    assert_sane(&picture);
    assert!(
        picture
            .svg
            .contains("Accuracy &amp; &lt;age&gt;: &quot;cues&quot; of $5 and &apos;more&apos;")
    );
    for text in [
        "Cue 50 %",
        ">age<",
        ">accuracy<",
        ">K-winner<",
        ">better<",
        "Bands: s.e.",
        "@font-face",
        "viewBox=\"0 0 400 ",
    ] {
        assert!(picture.svg.contains(text), "{text}");
    }
    assert_eq!(png_size(&picture.png).0, 1200);
    assert!(
        picture.svg.len() < 150_000,
        "the font was not cut: {}",
        picture.svg.len()
    );
}

#[test]
fn equal_orders_give_equal_bytes() {
    let figure = || {
        let heat = HeatPanel::new(
            40,
            40,
            (0..1600).map(f64::from).collect(),
            ColourScale::new("value", 0.0, 1600.0),
        );
        let marks = MarkPanel::new("", "loss").category("a", Role::Slow, vec![1.0, 2.0, 4.0]);
        Figure::new("Twice", 2, 2)
            .panel(curve(falling()).y_scale(Scale::Log10))
            .panel(heat)
            .skip()
            .panel(marks)
    };
    let first = figure().draw().expect("a figure");
    assert_sane(&first);
    assert_eq!(first, figure().draw().expect("a figure"));
}

#[test]
fn long_texts_are_broken_and_nothing_is_lost() {
    let words: Vec<String> = (0..80).map(|i| format!("word{i}")).collect();
    let picture = small(curve(falling()).title(&words.join(" "))).subtitle(&format!(
        "{}\n{}",
        words.join(" "),
        "x".repeat(300)
    ));
    let picture = picture.draw().expect("a figure");
    assert_sane(&picture);
    for word in &words {
        assert!(picture.svg.matches(word.as_str()).count() >= 2, "{word}");
    }
    assert!(picture.svg.matches('x').count() >= 300);
}

#[test]
fn heat_panels_that_agree_share_one_colour_bar() {
    let panel = |hi| HeatPanel::new(2, 2, vec![0.5; 4], ColourScale::new("the bar", 0.0, hi));
    let bars = |a, b| {
        let figure = Figure::new("", 1, 2)
            .width(400.0)
            .panel(panel(a))
            .panel(panel(b));
        figure
            .draw()
            .expect("a picture")
            .svg
            .matches("the bar")
            .count()
    };
    assert_eq!((bars(1.0, 1.0), bars(1.0, 2.0)), (1, 2));
}

#[test]
fn a_heat_panel_may_leave_its_bar_to_a_neighbour() {
    let panel = |hi| HeatPanel::new(2, 2, vec![0.5; 4], ColourScale::new("the bar", 0.0, hi));
    let figure = Figure::new("", 1, 3)
        .panel(panel(1.0).without_bar())
        .panel(panel(1.0))
        .panel(panel(2.0));
    let picture = figure.draw().expect("a picture");
    assert_eq!(picture.svg.matches("the bar").count(), 2);
}

#[test]
fn a_wide_panel_is_as_wide_as_the_cells_it_covers() {
    // A heat panel of 3 x 9 is a third as high as wide: its height tells its width.
    let heat = || HeatPanel::new(3, 9, vec![0.5; 27], ColourScale::new("", 0.0, 1.0));
    let height = |figure: Figure| {
        let picture = figure
            .letters(false)
            .width(600.0)
            .draw()
            .expect("a picture");
        f64::from(png_size(&picture.png).1)
    };
    let wide = height(Figure::new("", 1, 2).wide_panel(heat(), 2));
    let one = height(Figure::new("", 1, 1).panel(heat()));
    let half = height(Figure::new("", 1, 2).panel(heat()).panel(heat()));
    assert!((wide - one).abs() <= 6.0, "{wide} {one}");
    assert!(one > 1.5 * half, "{one} {half}");
}

#[test]
fn wrong_grids_are_refused() {
    let panel = || curve(falling());
    for (span, skip) in [(0, 0), (4, 0), (2, 2)] {
        let mut figure = Figure::new("", 2, 3);
        for _ in 0..skip {
            figure = figure.skip();
        }
        assert_eq!(
            error(figure.wide_panel(panel(), span)),
            DrawError::Span {
                panel: skip,
                span,
                columns: 3
            }
        );
    }
    assert_eq!(
        error(Figure::new("", 0, 3)),
        DrawError::Grid {
            rows: 0,
            columns: 3
        }
    );
    assert_eq!(
        error(Figure::new("", 1, 99)),
        DrawError::Grid {
            rows: 1,
            columns: 99
        }
    );
    assert_eq!(error(Figure::new("", 1, 1).skip()), DrawError::NoPanel);
    assert_eq!(
        error(Figure::new("", 1, 1).panel(panel()).panel(panel())),
        DrawError::TooManyPanels {
            panels: 2,
            cells: 1
        }
    );
    for width in [f64::NAN, -1.0, 20.0, 1e9] {
        assert!(
            matches!(error(small(panel()).width(width)), DrawError::Width { .. }),
            "{width}"
        );
    }
    assert!(matches!(
        error(Figure::new("", 1, 26).panel(panel())),
        DrawError::Width { .. }
    ));
    let chain: Vec<TreeNode> = (0..600usize)
        .map(|i| {
            if i == 0 {
                TreeNode::root(vec![true])
            } else {
                TreeNode::child(i - 1, vec![true])
            }
        })
        .collect();
    assert!(matches!(
        error(small(TreePanel::new(chain))),
        DrawError::TooLarge { .. }
    ));
}

#[test]
fn an_error_names_the_panel() {
    let figure = Figure::new("", 1, 3)
        .panel(curve(falling()))
        .skip()
        .panel(CurvePanel::new("x", "y"));
    assert_eq!(error(figure).to_string(), "panel 2 has nothing to draw");
}
