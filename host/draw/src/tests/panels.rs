//! The kinds of panels, each with wrong and with odd input.

use super::*;

#[test]
fn boundaries_stand_on_their_axis_or_not_at_all() {
    let bounded = |at: f64| {
        let panel = curve(falling()).boundary(at, "L2");
        small(panel).draw().expect("a figure").svg
    };
    let plain = small(curve(falling())).draw().expect("a figure").svg;
    let inside = bounded(20.0);
    assert!(inside.contains(">L2<") && !plain.contains(">L2<"));
    // On either side of the middle the word is on the side with room.
    assert_ne!(bounded(80.0), inside);
    for outside in [-1.0, 200.0, f64::NAN] {
        assert_eq!(bounded(outside), plain, "{outside}");
    }
}

#[test]
fn wrong_curves_are_refused() {
    let series = |x: Vec<f64>, y: Vec<f64>| {
        CurvePanel::new("age", "y").series(Series::new("s", Role::Fit, x, y))
    };
    assert_eq!(
        error(small(CurvePanel::new("x", "y"))),
        DrawError::EmptyPanel { panel: 0 }
    );
    assert_eq!(
        error(small(series(vec![], vec![]))),
        DrawError::EmptySeries {
            panel: 0,
            series: "s".into()
        }
    );
    let length = |expected, got| DrawError::Length {
        panel: 0,
        what: "s".into(),
        expected,
        got,
    };
    assert_eq!(
        error(small(series(vec![1.0; 3], vec![1.0; 2]))),
        length(3, 2)
    );
    let banded = CurvePanel::new("age", "y")
        .series(Series::by_index("s", Role::Fit, vec![1.0; 3]).band(vec![0.1; 4]));
    assert_eq!(error(small(banded)), length(3, 4));
    for (lo, hi) in [
        (1.0, 0.0),
        (1.0, 1.0),
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
        (-f64::MAX, f64::MAX),
        (1.0, 1.0 + 1e-15),
    ] {
        assert!(
            matches!(
                error(small(curve(falling()).y_range(lo, hi))),
                DrawError::Range { panel: 0, .. }
            ),
            "{lo} {hi}"
        );
        assert!(
            matches!(
                error(small(curve(falling()).x_range(lo, hi))),
                DrawError::Range { panel: 0, .. }
            ),
            "{lo} {hi}"
        );
    }
    let log = curve(falling()).y_scale(Scale::Log10).y_range(0.0, 1.0);
    assert_eq!(
        error(small(log)),
        DrawError::LogRange {
            panel: 0,
            axis: "accuracy".into(),
            lo: 0.0
        }
    );
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
    let odd = [
        f64::NAN,
        1.0,
        f64::INFINITY,
        0.0,
        -0.0,
        2.0,
        5e-324,
        f64::MAX,
        -f64::MAX,
        f64::MIN_POSITIVE,
        3.0,
        1e-300,
        -4.0,
    ];
    for scale in [Scale::Linear, Scale::Log10] {
        let series = Series::by_index("odd", Role::Other(9), odd.to_vec())
            .band(odd.iter().rev().copied().collect());
        let other = Series::new("odd places", Role::Neutral, odd.to_vec(), odd.to_vec())
            .width(f64::NAN)
            .style(LineStyle::Dotted);
        let panel = CurvePanel::new("x", "y")
            .series(series)
            .series(other)
            .y_scale(scale)
            .x_scale(scale)
            .reference(f64::NAN);
        let panel = panel
            .advantage(Advantage::new("a", Role::Graded, odd.to_vec()))
            .advantage(Advantage::new("b", Role::Slow, vec![]));
        let picture = small(panel).draw().expect("a picture");
        assert_sane(&picture);
        assert!(!picture.svg.contains("no data"));
    }
}

#[test]
fn values_of_zero_and_below_break_a_logarithmic_curve() {
    let picture = |y: Vec<f64>| {
        small(curve(y).y_scale(Scale::Log10).y_range(0.1, 10.0))
            .draw()
            .expect("a picture")
            .svg
    };
    let lines = |svg: &str| svg.matches("stroke=\"#d55e00\"").count();
    // One of the lines is the legend's.
    assert_eq!(lines(&picture(vec![1.0; 7])), 2);
    assert_eq!(
        lines(&picture(vec![1.0, 1.0, 0.0, 1.0, 1.0, -3.0, 1.0, 1.0])),
        4
    );
}

#[test]
fn wrong_matrices_are_refused_and_odd_ones_drawn() {
    let scale = || ColourScale::new("value", 0.0, 1.0).colours(Colours::Diverging);
    let heat = |rows, columns, n: usize| HeatPanel::new(rows, columns, vec![0.5; n], scale());
    assert_eq!(
        error(small(heat(0, 3, 0))),
        DrawError::EmptyPanel { panel: 0 }
    );
    assert!(matches!(
        error(small(heat(2, 3, 5))),
        DrawError::Length {
            expected: 6,
            got: 5,
            ..
        }
    ));
    assert!(matches!(
        error(small(heat(usize::MAX, 2, 5))),
        DrawError::Length { .. }
    ));
    assert!(matches!(
        error(small(heat(2, 2, 4).ticks(vec!["A".into()], vec![]))),
        DrawError::Length {
            expected: 2,
            got: 1,
            ..
        }
    ));
    let reversed = HeatPanel::new(1, 1, vec![0.0], ColourScale::new("value", 1.0, 0.0));
    assert!(matches!(error(small(reversed)), DrawError::Range { .. }));
    let odd = HeatPanel::new(
        2,
        3,
        vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5.0, 7.0, 0.5],
        scale(),
    );
    assert_sane(&small(odd).draw().expect("a picture"));
    assert_sane(&small(heat(300, 2, 600)).draw().expect("a picture"));
}

#[test]
fn wrong_trees_are_refused() {
    let bits = || vec![true, false, true];
    let reason = |nodes: Vec<TreeNode>| error(small(TreePanel::new(nodes))).to_string();
    assert_eq!(
        error(small(TreePanel::new(vec![]))),
        DrawError::EmptyPanel { panel: 0 }
    );
    assert!(reason(vec![TreeNode::root(vec![])]).contains("0 bits"));
    assert!(reason(vec![TreeNode::root(bits()), TreeNode::root(bits())]).contains("2"));
    assert!(reason(vec![TreeNode::child(0, bits())]).contains("0"));
    assert!(
        reason(vec![TreeNode::root(bits()), TreeNode::child(9, bits())])
            .contains("parent of node 1")
    );
    let circle = vec![
        TreeNode::root(bits()),
        TreeNode::child(2, bits()),
        TreeNode::child(1, bits()),
    ];
    assert!(reason(circle).contains("its own ancestor"));
    assert!(
        reason(vec![TreeNode::root(bits()), TreeNode::child(0, vec![true])])
            .contains("bits of node 1")
    );
}

#[test]
fn trees_are_drawn_whatever_their_shape() {
    let node = |i: usize, parent| {
        TreeNode::child(parent, (0..16).map(|b| (i * b).is_multiple_of(3)).collect()).label("name")
    };
    let root = || TreeNode::root(vec![true; 16]).label("root");
    let chain = std::iter::once(root())
        .chain((1..8).map(|i| node(i, i - 1)))
        .collect();
    let star = std::iter::once(root())
        .chain((1..60).map(|i| node(i, 0)))
        .collect();
    let reversed = vec![node(0, 1), node(1, 2), root()];
    for nodes in [chain, star, reversed, vec![root()]] {
        assert_sane(&small(TreePanel::new(nodes)).draw().expect("a picture"));
    }
}

#[test]
fn marks_are_drawn_with_their_median() {
    let panel = MarkPanel::new("model", "loss")
        .category("none", Role::Slow, vec![])
        .category("odd", Role::Fit, vec![f64::NAN, 1.0, 3.0]);
    let picture = small(panel).draw().expect("a picture");
    assert_sane(&picture);
    assert!(picture.svg.contains(">median<") && !picture.svg.contains("no data"));
    assert_eq!(
        error(small(MarkPanel::new("x", "y"))),
        DrawError::EmptyPanel { panel: 0 }
    );
    let empty = MarkPanel::new("x", "y")
        .category("a", Role::Slow, vec![f64::NAN])
        .y_scale(Scale::Log10);
    assert!(
        small(empty)
            .draw()
            .expect("a picture")
            .svg
            .contains("no data")
    );
}

fn strip_row(pictures: [Option<StripPicture>; 3]) -> StripRow {
    StripRow::new("7: <seven>", pictures.into())
        .curve(vec![(0.0, -2.0), (3.0, -5.5), (10.0, -9.0)])
        .remark(vec!["right & well".to_owned(), "10 updates".to_owned()])
}

fn strip(rows: Vec<StripRow>) -> StripPanel {
    let headings = vec![("stored".to_owned(), 1), ("on the way".to_owned(), 2)];
    rows.into_iter().fold(
        StripPanel::new(3, 2, headings).curves("updates", "energy"),
        StripPanel::row,
    )
}

#[test]
fn a_strip_shows_its_pictures_names_and_remarks() {
    let picture = |lo: f64| StripPicture::new(vec![lo, -0.5, 0.0, 0.5, 1.0, f64::NAN]);
    let panel = |lo| {
        let marked = picture(lo).caption("12").marked(vec![0, 5]);
        let first = strip_row([Some(picture(-1.0)), None, Some(marked)]);
        strip(vec![first.clone(), first])
    };
    let draw = |lo| {
        let figure = Figure::new("Pictures", 1, 1).width(600.0);
        figure.panel(panel(lo)).draw().expect("a sane order")
    };
    let drawn = draw(-1.0);
    assert_sane(&drawn);
    for text in [
        "7: &lt;seven&gt;",
        "on the way",
        "right &amp; well",
        ">12<",
        "updates",
        "energy",
    ] {
        assert!(drawn.svg.contains(text), "{text}");
    }
    assert!(drawn == draw(-1.0), "not the same again");
    assert!(drawn.png != draw(1.0).png, "whatever the pixels");
}

#[test]
fn strips_that_cannot_be_drawn() {
    let picture = || Some(StripPicture::new(vec![0.0; 6]));
    let of = |panel: StripPanel| error(Figure::new("Pictures", 1, 1).width(600.0).panel(panel));
    assert_eq!(of(strip(vec![])), DrawError::EmptyPanel { panel: 0 });
    let short = StripRow::new("short", vec![picture(), picture()]);
    assert!(matches!(
        of(strip(vec![short])),
        DrawError::Length {
            expected: 3,
            got: 2,
            ..
        }
    ));
    let small = Some(StripPicture::new(vec![0.0; 5]));
    let small = strip_row([picture(), small, None]);
    assert!(matches!(
        of(strip(vec![small])),
        DrawError::Length {
            expected: 6,
            got: 5,
            ..
        }
    ));
    // Rows without a curve, or without a picture, are no mistake.
    let bare = StripRow::new("bare", vec![None, None, None]);
    let drawn = Figure::new("Pictures", 1, 1)
        .width(600.0)
        .panel(strip(vec![bare]))
        .draw();
    assert_sane(&drawn.expect("a sane order"));
}

/// A table of few values takes the height of the curves beside it, cells being no squares then; a matrix keeps its squares.
#[test]
fn a_matrix_is_as_high_as_it_is_told_to_be() {
    let heat = || HeatPanel::new(3, 2, vec![0.5; 6], ColourScale::new("", 0.0, 1.0));
    assert_eq!(heat().height(100.0), 150.0);
    assert_eq!(heat().height_over_width(0.66).height(100.0), 66.0);
    let height = |panel| png_size(&small(panel).draw().unwrap().png).1;
    assert!(height(heat().height_over_width(0.5)) < height(heat()));
}
