use crate::transformer::{Form, Model, Rule, Slow, WinnerBy, start};

/// Mean and standard deviation.
fn moments(values: &[f32]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / n;
    let squares: f64 = values
        .iter()
        .map(|&value| (f64::from(value) - mean).powi(2))
        .sum();
    (mean, (squares / n).sqrt())
}

#[test]
fn weights_start_as_the_paper_has_them() {
    let mut model = Model::of(Rule::Qk, WinnerBy::Key);
    model.n = 400;
    model.letters = 8;
    model.context = 8;
    let weights = start::weights(&model, 1, 0);
    // 9,600 entries of standard deviation 1/20.
    for of in [Slow::Queries, Slow::Keys] {
        let (mean, deviation) = moments(&weights.matrix(of));
        assert!(mean.abs() < 4.0 * 0.05 / 98.0, "{mean}");
        assert!((deviation / 0.05 - 1.0).abs() < 0.03, "{deviation}");
        let beyond = weights
            .matrix(of)
            .iter()
            .filter(|value| value.abs() > 0.098)
            .count();
        assert!(
            (400..=560).contains(&beyond),
            "{beyond} of 9,600 beyond 1.96 standard deviations, 480 expected"
        );
    }
    let values = weights.matrix(Slow::Values);
    assert!(values.iter().all(|&value| value > 0.0 && value < 0.1));
    assert!((moments(&values).0 - 0.05).abs() < 0.02);
    assert_ne!(weights.matrix(Slow::Queries), weights.matrix(Slow::Keys));
}

#[test]
fn the_start_scales() {
    let model = Model::of(Rule::Baseline, WinnerBy::Key);
    let plain = start::weights(&model, 1, 3).matrix(Slow::Keys);
    let mut doubled = model.clone();
    doubled.init_scale = 2.0;
    let mut published = model.clone();
    published.form = Form::Published2025;
    let twice = start::weights(&doubled, 1, 3).matrix(Slow::Keys);
    let quarter = start::weights(&published, 1, 3).matrix(Slow::Keys);
    for ((plain, twice), quarter) in plain.iter().zip(twice).zip(quarter) {
        // Powers of two: exact.
        assert_eq!((2.0 * plain, 0.25 * plain), (twice, quarter));
    }
    for (seed, trial) in [(2, 3), (1, 4)] {
        assert_ne!(
            plain,
            start::weights(&model, seed, trial).matrix(Slow::Keys)
        );
    }
}
