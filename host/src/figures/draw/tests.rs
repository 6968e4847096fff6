//! What callers can expect: sane pictures of sane orders, typed errors for the rest, equal bytes for equal orders.

use super::*;

fn small(panel: impl Into<Panel>) -> Figure {
    Figure::new("A small figure", 1, 1).width(260.0).panel(panel)
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
            assert!(["amp;", "lt;", "gt;", "quot;", "apos;"].iter().any(|known| entity.starts_with(known)), "{entity:.20}");
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
    let drawing = picture.svg.split_once("</style>").map_or(picture.svg.as_str(), |(_, rest)| rest);
    assert!(!drawing.contains("NaN") && !drawing.contains("inf"), "a place that is no number");
    assert!(picture.png.starts_with(b"\x89PNG\r\n\x1a\n"));
}

fn png_size(png: &[u8]) -> (u32, u32) {
    let at = |i: usize| u32::from_be_bytes([png[i], png[i + 1], png[i + 2], png[i + 3]]);
    (at(16), at(20))
}

#[test]
fn a_figure_holds_its_texts_its_font_and_its_size() {
    let title = "Accuracy & <age>: \"cues\" of $5 and 'more'\u{7}";
    let panel = curve(falling()).title("Cue 50 %").advantage(Advantage::new("better", Role::KWinner, vec![1.0, 2.0, 50.0]));
    let picture = Figure::new(title, 1, 1).width(400.0).panel(panel).note("Bands: s.e.").draw().expect("a figure");
    assert_sane(&picture);
    assert!(picture.svg.contains("Accuracy &amp; &lt;age&gt;: &quot;cues&quot; of $5 and &apos;more&apos;"));
    for text in ["Cue 50 %", ">age<", ">accuracy<", ">K-winner<", ">better<", "Bands: s.e.", "@font-face", "viewBox=\"0 0 400 "] {
        assert!(picture.svg.contains(text), "{text}");
    }
    assert_eq!(png_size(&picture.png).0, 1200);
    assert!(picture.svg.len() < 150_000, "the font was not cut: {}", picture.svg.len());
}

#[test]
fn equal_orders_give_equal_bytes() {
    let figure = || {
        let heat = HeatPanel::new(40, 40, (0..1600).map(f64::from).collect(), ColourScale::new("value", 0.0, 1600.0));
        let marks = MarkPanel::new("", "loss").category("a", Role::Slow, vec![1.0, 2.0, 4.0]);
        Figure::new("Twice", 2, 2).panel(curve(falling()).y_scale(Scale::Log10)).panel(heat).skip().panel(marks)
    };
    let first = figure().draw().expect("a figure");
    assert_sane(&first);
    assert_eq!(first, figure().draw().expect("a figure"));
}

#[test]
fn long_texts_are_broken_and_nothing_is_lost() {
    let words: Vec<String> = (0..80).map(|i| format!("word{i}")).collect();
    let picture = small(curve(falling()).title(&words.join(" "))).subtitle(&format!("{}\n{}", words.join(" "), "x".repeat(300)));
    let picture = picture.draw().expect("a figure");
    assert_sane(&picture);
    for word in &words {
        assert!(picture.svg.matches(word.as_str()).count() >= 2, "{word}");
    }
    assert!(picture.svg.matches('x').count() >= 300);
}

#[test]
fn wrong_curves_are_refused() {
    let series = |x: Vec<f64>, y: Vec<f64>| CurvePanel::new("age", "y").series(Series::new("s", Role::Fit, x, y));
    assert_eq!(error(small(CurvePanel::new("x", "y"))), DrawError::EmptyPanel { panel: 0 });
    assert_eq!(error(small(series(vec![], vec![]))), DrawError::EmptySeries { panel: 0, series: "s".into() });
    let length = |expected, got| DrawError::Length { panel: 0, what: "s".into(), expected, got };
    assert_eq!(error(small(series(vec![1.0; 3], vec![1.0; 2]))), length(3, 2));
    let banded = CurvePanel::new("age", "y").series(Series::by_index("s", Role::Fit, vec![1.0; 3]).band(vec![0.1; 4]));
    assert_eq!(error(small(banded)), length(3, 4));
    for (lo, hi) in [(1.0, 0.0), (1.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (-f64::MAX, f64::MAX), (1.0, 1.0 + 1e-15)] {
        assert!(matches!(error(small(curve(falling()).y_range(lo, hi))), DrawError::Range { panel: 0, .. }), "{lo} {hi}");
        assert!(matches!(error(small(curve(falling()).x_range(lo, hi))), DrawError::Range { panel: 0, .. }), "{lo} {hi}");
    }
    let log = curve(falling()).y_scale(Scale::Log10).y_range(0.0, 1.0);
    assert_eq!(error(small(log)), DrawError::LogRange { panel: 0, axis: "accuracy".into(), lo: 0.0 });
}

#[test]
fn curves_without_a_drawable_point_say_so() {
    for panel in [
        curve(vec![f64::NAN; 5]),
        curve(vec![f64::INFINITY, f64::NEG_INFINITY]),
        curve(vec![0.0, -1.0, -0.0]).y_scale(Scale::Log10),
        curve(vec![f64::NAN; 3]).y_range(0.0, 2.0),
    ] {
        let picture = small(panel).draw().expect("a picture");
        assert_sane(&picture);
        assert!(picture.svg.contains("no data"));
    }
}

#[test]
fn odd_values_leave_gaps_only() {
    let odd = [f64::NAN, 1.0, f64::INFINITY, 0.0, -0.0, 2.0, 5e-324, f64::MAX, -f64::MAX, f64::MIN_POSITIVE, 3.0, 1e-300, -4.0];
    for scale in [Scale::Linear, Scale::Log10] {
        let series = Series::by_index("odd", Role::Other(9), odd.to_vec()).band(odd.iter().rev().copied().collect());
        let other = Series::new("odd places", Role::Neutral, odd.to_vec(), odd.to_vec()).width(f64::NAN).style(LineStyle::Dotted);
        let panel = CurvePanel::new("x", "y").series(series).series(other).y_scale(scale).x_scale(scale).reference(f64::NAN);
        let panel = panel.advantage(Advantage::new("a", Role::Graded, odd.to_vec())).advantage(Advantage::new("b", Role::Slow, vec![]));
        let picture = small(panel).draw().expect("a picture");
        assert_sane(&picture);
        assert!(!picture.svg.contains("no data"));
    }
}

#[test]
fn values_of_zero_and_below_break_a_logarithmic_curve() {
    let picture = |y: Vec<f64>| small(curve(y).y_scale(Scale::Log10).y_range(0.1, 10.0)).draw().expect("a picture").svg;
    let lines = |svg: &str| svg.matches("stroke=\"#d55e00\"").count();
    // One of the lines is the legend's.
    assert_eq!(lines(&picture(vec![1.0; 7])), 2);
    assert_eq!(lines(&picture(vec![1.0, 1.0, 0.0, 1.0, 1.0, -3.0, 1.0, 1.0])), 4);
}

#[test]
fn wrong_matrices_are_refused_and_odd_ones_drawn() {
    let scale = || ColourScale::new("value", 0.0, 1.0).colours(Colours::Diverging);
    let heat = |rows, columns, n: usize| HeatPanel::new(rows, columns, vec![0.5; n], scale());
    assert_eq!(error(small(heat(0, 3, 0))), DrawError::EmptyPanel { panel: 0 });
    assert!(matches!(error(small(heat(2, 3, 5))), DrawError::Length { expected: 6, got: 5, .. }));
    assert!(matches!(error(small(heat(usize::MAX, 2, 5))), DrawError::Length { .. }));
    assert!(matches!(error(small(heat(2, 2, 4).ticks(vec!["A".into()], vec![]))), DrawError::Length { expected: 2, got: 1, .. }));
    let reversed = HeatPanel::new(1, 1, vec![0.0], ColourScale::new("value", 1.0, 0.0));
    assert!(matches!(error(small(reversed)), DrawError::Range { .. }));
    let odd = HeatPanel::new(2, 3, vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5.0, 7.0, 0.5], scale());
    assert_sane(&small(odd).draw().expect("a picture"));
    assert_sane(&small(heat(300, 2, 600)).draw().expect("a picture"));
}

#[test]
fn heat_panels_that_agree_share_one_colour_bar() {
    let panel = |hi| HeatPanel::new(2, 2, vec![0.5; 4], ColourScale::new("the bar", 0.0, hi));
    let bars = |a, b| {
        let figure = Figure::new("", 1, 2).width(400.0).panel(panel(a)).panel(panel(b));
        figure.draw().expect("a picture").svg.matches("the bar").count()
    };
    assert_eq!((bars(1.0, 1.0), bars(1.0, 2.0)), (1, 2));
}

#[test]
fn wrong_trees_are_refused() {
    let bits = || vec![true, false, true];
    let reason = |nodes: Vec<TreeNode>| error(small(TreePanel::new(nodes))).to_string();
    assert_eq!(error(small(TreePanel::new(vec![]))), DrawError::EmptyPanel { panel: 0 });
    assert!(reason(vec![TreeNode::root(vec![])]).contains("0 bits"));
    assert!(reason(vec![TreeNode::root(bits()), TreeNode::root(bits())]).contains("2"));
    assert!(reason(vec![TreeNode::child(0, bits())]).contains("0"));
    assert!(reason(vec![TreeNode::root(bits()), TreeNode::child(9, bits())]).contains("parent of node 1"));
    let circle = vec![TreeNode::root(bits()), TreeNode::child(2, bits()), TreeNode::child(1, bits())];
    assert!(reason(circle).contains("its own ancestor"));
    assert!(reason(vec![TreeNode::root(bits()), TreeNode::child(0, vec![true])]).contains("bits of node 1"));
}

#[test]
fn trees_are_drawn_whatever_their_shape() {
    let node = |i: usize, parent| TreeNode::child(parent, (0..16).map(|b| (i * b).is_multiple_of(3)).collect()).label("name");
    let root = || TreeNode::root(vec![true; 16]).label("root");
    let chain = std::iter::once(root()).chain((1..8).map(|i| node(i, i - 1))).collect();
    let star = std::iter::once(root()).chain((1..60).map(|i| node(i, 0))).collect();
    let reversed = vec![node(0, 1), node(1, 2), root()];
    for nodes in [chain, star, reversed, vec![root()]] {
        assert_sane(&small(TreePanel::new(nodes)).draw().expect("a picture"));
    }
}

#[test]
fn marks_are_drawn_with_their_median() {
    let panel = MarkPanel::new("model", "loss").category("none", Role::Slow, vec![]).category("odd", Role::Fit, vec![f64::NAN, 1.0, 3.0]);
    let picture = small(panel).draw().expect("a picture");
    assert_sane(&picture);
    assert!(picture.svg.contains(">median<") && !picture.svg.contains("no data"));
    assert_eq!(error(small(MarkPanel::new("x", "y"))), DrawError::EmptyPanel { panel: 0 });
    let empty = MarkPanel::new("x", "y").category("a", Role::Slow, vec![f64::NAN]).y_scale(Scale::Log10);
    assert!(small(empty).draw().expect("a picture").svg.contains("no data"));
}

#[test]
fn wrong_grids_are_refused() {
    let panel = || curve(falling());
    assert_eq!(error(Figure::new("", 0, 3)), DrawError::Grid { rows: 0, columns: 3 });
    assert_eq!(error(Figure::new("", 1, 99)), DrawError::Grid { rows: 1, columns: 99 });
    assert_eq!(error(Figure::new("", 1, 1).skip()), DrawError::NoPanel);
    assert_eq!(error(Figure::new("", 1, 1).panel(panel()).panel(panel())), DrawError::TooManyPanels { panels: 2, cells: 1 });
    for width in [f64::NAN, -1.0, 20.0, 1e9] {
        assert!(matches!(error(small(panel()).width(width)), DrawError::Width { .. }), "{width}");
    }
    assert!(matches!(error(Figure::new("", 1, 26).panel(panel())), DrawError::Width { .. }));
    let chain: Vec<TreeNode> = (0..600usize)
        .map(|i| if i == 0 { TreeNode::root(vec![true]) } else { TreeNode::child(i - 1, vec![true]) })
        .collect();
    assert!(matches!(error(small(TreePanel::new(chain))), DrawError::TooLarge { .. }));
}

#[test]
fn an_error_names_the_panel() {
    let figure = Figure::new("", 1, 3).panel(curve(falling())).skip().panel(CurvePanel::new("x", "y"));
    assert_eq!(error(figure).to_string(), "panel 2 has nothing to draw");
}
