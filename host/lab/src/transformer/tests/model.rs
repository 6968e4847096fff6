use super::small;
use crate::transformer::model::Frozen;
use crate::transformer::{Condition, Data, Form, Model, Rule, Slow, Training, WinnerBy};

/// What is wrong with a model of four letters after a change.
fn refused(change: impl Fn(&mut Condition)) -> String {
    let mut condition = Condition {
        model: Model::of(Rule::Qk, WinnerBy::Projections),
        training: Training::default(),
        checkpoints: Vec::new(),
    };
    condition.check().unwrap();
    change(&mut condition);
    condition.check().unwrap_err().to_string()
}

#[test]
fn what_is_out_of_range_is_named() {
    for (line, change) in [
        (
            "context is 5, allowed 1 to 4 (the number of letters)",
            (|c| c.model.context = 5) as fn(&mut Condition),
        ),
        ("letters is 0, allowed 1 to 1024", |c| c.model.letters = 0),
        (
            "n_h is 7, allowed 8 to 65536 (2 x letters and more, with input projections)",
            |c| c.model.n_h = 7,
        ),
        (
            "n_h is 3, allowed 4 to 65536 (the items of a context and more)",
            |c| {
                c.model.winner_by = WinnerBy::Key;
                c.model.n_h = 3;
            },
        ),
        (
            "n_h is 16, allowed 24 to 65536 (2 x letters x hidden winners and more, with input projections)",
            |c| c.model.hidden_winners = 3,
        ),
        ("rate_q is 0, allowed finite numbers above 0", |c| {
            c.model.rate_q = 0.0
        }),
        ("rate_k is NaN, allowed finite numbers above 0", |c| {
            c.model.rate_k = f64::NAN
        }),
        ("rate_v is -1, allowed finite numbers above 0", |c| {
            c.model.rate_v = -1.0
        }),
        ("beta is inf, allowed finite numbers above 0", |c| {
            c.model.beta = f64::INFINITY
        }),
        // Single precision has no such number.
        (
            "beta is 1e-60, allowed finite numbers above 0, of single precision (from 1e-45 to 3.4028235e38)",
            |c| c.model.beta = 1e-60,
        ),
        ("init_scale is -1, allowed finite numbers from 0", |c| {
            c.model.init_scale = -1.0
        }),
        ("batch is 0, allowed 1 to 65536", |c| c.training.batch = 0),
        ("batches is 0, allowed from 1", |c| c.training.batches = 0),
        (
            "letters and context is 4 and 4, allowed 2 and 2 with toy data",
            |c| c.training.data = Data::Toy,
        ),
        ("number of sequences in alphabetical order", |c| {
            c.model.letters = 20;
            c.model.context = 20;
            c.model.n_h = 40;
            c.training.data = Data::PermutationReduced;
        }),
        (
            "form is published-2025, allowed standard, but in the baseline",
            |c| c.model.form = Form::Published2025,
        ),
        ("checkpoints is [5, 5]", |c| c.checkpoints = vec![5, 5]),
        ("checkpoints is [5000]", |c| c.checkpoints = vec![5000]),
    ] {
        let said = refused(change);
        assert!(said.starts_with(line), "{said}\nexpected {line}");
    }
}

#[test]
fn what_is_left_out_of_a_file_is_the_papers() {
    let read = |text: &str| toml::from_str::<Model>(text);
    assert_eq!(
        read("model = \"mhn\"").unwrap(),
        Model::of(Rule::Mhn, WinnerBy::Key)
    );
    let six = read("model = \"qk\"\nwinner_by = \"projections\"\nletters = 12").unwrap();
    assert_eq!((six.context, six.n_h, six.rate_k), (12, 24, 1e-4));
    let baseline = read("model = \"baseline\"").unwrap();
    assert_eq!((baseline.n, baseline.n_h), (10, 0));
    assert!(read("modle = \"qk\"").is_err());
    for model in Model::published() {
        let text = toml::to_string(&model).unwrap();
        assert_eq!(read(&text).unwrap(), model);
    }
}

#[test]
fn what_is_frozen_has_no_rate() {
    let mut model = Model::of(Rule::Qk, WinnerBy::Key);
    model.freeze = vec![Frozen::Q, Frozen::V];
    assert_eq!(Slow::ALL.map(|of| model.learns(of)), [false, true, false]);
    assert_eq!(model.settings(64).rates, [None, Some(1e-4), None]);
    let fixed = Model::of(Rule::Fixed, WinnerBy::Key);
    assert_eq!(Slow::ALL.map(|of| fixed.learns(of)), [true, false, true]);
}

#[test]
fn data_that_is_the_same_has_a_batch_of_its_own() {
    let mut condition = small(Rule::Baseline, WinnerBy::Key);
    assert_eq!(condition.batch(), 16);
    condition.training.data = Data::Toy;
    assert_eq!(condition.batch(), 8);
    condition.model = Model::of(Rule::Baseline, WinnerBy::Key);
    condition.training.data = Data::PermutationReduced;
    assert_eq!(condition.batch(), 64);
    condition.check().unwrap();
}
