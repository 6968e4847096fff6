use super::*;

fn spec(text: &str) -> Spec {
    Spec::from_toml(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn conditions(text: &str) -> Vec<Condition> {
    spec(text)
        .conditions()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(text: &str) -> String {
    spec(text).conditions().unwrap_err().to_string()
}

/// A rule and what chooses winners are enough to have a published model, name and all.
#[test]
fn what_is_left_out_is_published() {
    for published in Model::published() {
        let (rule, by) = (published.model.to_string(), published.winner_by.to_string());
        let text = format!("[[model]]\nmodel = \"{rule}\"\nwinner_by = \"{by}\"\n");
        let [condition] = &conditions(&text)[..] else {
            panic!("one condition")
        };
        assert_eq!(condition.model, published);
        assert_eq!(condition.training, Training::default());
        assert_eq!(
            (condition.training.batches, condition.training.batch),
            (5000, 64)
        );
    }
    let spec = spec("[[model]]\n");
    assert_eq!((spec.seed, spec.trials, spec.window()), (1, 10, 1000));
}

#[test]
fn a_spec_comes_back_from_toml() {
    let text = "
        seed = 3
        final_window = 7
        checkpoints = [0, 5]
        [training]
        batches = 20
        data = \"permutation-reduced\"
        [[model]]
        name = \"mine\"
        freeze = [\"q\", \"v\"]
        beta = 2.5
        [[model]]
        model = \"baseline\"
        form = \"published-2025\"
        [sweep]
        n = [3, 4]
        rate = [0.1, 1e-7]
    ";
    let given = spec(text);
    assert_eq!(spec(&given.to_toml()), given);
    // Full models, as they are printed, are the same models.
    let [first, ..] = &conditions(text)[..] else {
        panic!("conditions")
    };
    let full = Spec {
        model: vec![first.model.clone().into()],
        sweep: Sweep::default(),
        ..given
    };
    let back = spec(&full.to_toml()).conditions().unwrap();
    assert_eq!(back, std::slice::from_ref(first));
}

/// Values that a model leaves out follow what is swept: published rates of each rule, room for each number of letters.
#[test]
fn a_grid_takes_left_out_values_from_each_model() {
    let text = "[[model]]\nwinner_by = \"projections\"\n[sweep]\nmodel = [\"fixed\", \"qk\"]\nletters = [2, 9]\n";
    let found: Vec<_> = conditions(text)
        .into_iter()
        .map(|one| {
            (
                one.model.name,
                one.model.n_h,
                one.model.context,
                one.model.rate_k,
            )
        })
        .collect();
    let expected = [
        ("model = fixed, letters = 2", 8, 2, 1e-3),
        ("model = fixed, letters = 9", 18, 9, 1e-3),
        ("model = qk, letters = 2", 16, 2, 1e-4),
        ("model = qk, letters = 9", 18, 9, 1e-4),
    ]
    .map(|(name, n_h, context, rate)| (name.to_owned(), n_h, context, rate));
    assert_eq!(found, expected);
}

#[test]
fn one_rate_is_for_all_that_have_none() {
    let text = "[[model]]\nrate_k = 0.5\n[sweep]\nrate = [0.1, 0.2]\n";
    let rates: Vec<_> = conditions(text)
        .into_iter()
        .map(|one| [one.model.rate_q, one.model.rate_k, one.model.rate_v])
        .collect();
    assert_eq!(rates, [[0.1, 0.5, 0.1], [0.2, 0.5, 0.2]]);
}

#[test]
fn every_model_has_the_whole_grid() {
    let text = "
        [[model]]
        name = \"a\"
        [[model]]
        name = \"b\"
        [sweep]
        batch = [1, 2]
        batches = [3, 4]
        data = [\"random\", \"permutation-reduced\"]
        beta = [0.5, 1.0, 2.0]
    ";
    let conditions = conditions(text);
    assert_eq!(conditions.len(), 2 * 2 * 2 * 2 * 3);
    let last = conditions.last().unwrap();
    let name = "b, beta = 2, batch = 2, batches = 4, data = permutation-reduced";
    assert_eq!(last.model.name, name);
    assert_eq!((last.model.beta, last.training.batches), (2.0, 4));
}

#[test]
fn what_cannot_be_run_is_refused() {
    for (text, needles) in [
        ("model = []", ["missing", "[[model]]"]),
        ("trials = 0\n[[model]]", ["trials is 0", "from 1"]),
        (
            "final_window = 0\n[[model]]",
            ["final window is 0", "1 to 5000"],
        ),
        (
            "final_window = 6\n[[model]]\n[sweep]\nbatches = [9, 5]",
            ["final window is 6", "1 to 5"],
        ),
        ("[[model]]\n[[model]]", ["name of two models", "\"QK\""]),
        (
            "[[model]]\nmodel = \"baseline\"\nwinner_by = \"item\"",
            ["winner by is item", "key"],
        ),
        (
            "[[model]]\nmodel = \"baseline\"\nvalues_by = \"output\"",
            ["values by is output", "no module"],
        ),
        (
            "[[model]]\nprojection_strength = 2.0",
            ["projection_strength is 2", "projections"],
        ),
        (
            "[[model]]\nfreeze = [\"q\", \"q\"]",
            ["freeze is q,q", "once"],
        ),
    ] {
        let error = refused(text);
        for needle in needles {
            assert!(error.contains(needle), "{needle:?} not in {error}");
        }
    }
    for (text, needle) in [
        ("[[model]]\nlettres = 3", "line 2: unknown field `lettres`"),
        ("sweeps = 1\n[[model]]", "line 1: unknown field `sweeps`"),
        (
            "[training]\nrate = 1\n[[model]]",
            "line 2: unknown field `rate`",
        ),
        (
            "[[model]]\n[sweep]\nfreeze = [1]",
            "line 3: unknown field `freeze`",
        ),
        ("[[model]]\nmodel = \"q\"", "line 2: unknown variant `q`"),
    ] {
        let error = Spec::from_toml(text).unwrap_err().to_string();
        assert!(error.starts_with(needle), "{error}");
    }
}
