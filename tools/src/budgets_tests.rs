use super::*;

/// A core `M4` with a case `net` whose every measure is this.
fn every(number: u32) -> Budgets {
    BTreeMap::from([(
        "M4".to_owned(),
        BTreeMap::from([("net".into(), full("net", number))]),
    )])
}

/// A case of this name whose every measure is this.
fn full(name: &str, number: u32) -> Case {
    let measures = kind(name).measures.iter();
    measures
        .map(|(measure, _)| ((*measure).to_owned(), number))
        .collect()
}

fn net(budgets: &mut Budgets) -> &mut Case {
    budgets.get_mut("M4").unwrap().get_mut("net").unwrap()
}

#[test]
fn printed_lines_are_read_and_others_are_errors() {
    let path = Path::new("count");
    let case = parse("hidden = 256\nrecall = 20000\n", path, kind("net")).unwrap();
    assert_eq!(
        case,
        Case::from([("hidden".into(), 256), ("recall".into(), 20_000)])
    );
    for (out, expected) in [
        ("colour = 3\n", "count: colour, which it does not print"),
        // Another kind's.
        ("store = 3\n", "count: store, which it does not print"),
        ("recall = 20000\nrecall = 1\n", "count: duplicate key"),
        ("recall = -1\n", "count: invalid value: integer `-1`"),
        ("recall = 4294967296\n", "count: invalid value: integer"),
        ("error: nothing counted\n", "count: "),
    ] {
        let error = parse(out, path, kind("net")).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{out}{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn a_budget_holds_up_to_its_tolerance_and_not_beyond() {
    let budgets = every(1000);
    assert_eq!(compare(&every(1000), &budgets), Findings::default());
    for (name, most) in [("recall", 1010), ("ram", 1000), ("flash_code", 1020)] {
        let mut measured = every(1000);
        net(&mut measured).insert(name.into(), most);
        assert_eq!(compare(&measured, &budgets), Findings::default(), "{name}");
        net(&mut measured).insert(name.into(), most + 1);
        let found = compare(&measured, &budgets);
        assert_eq!((found.wrong.len(), found.below.len()), (1, 0), "{found:?}");
        let start = format!("M4 net: {name} is {}, ", most + 1);
        assert!(found.wrong[0].starts_with(&start), "{found:?}");
    }
}

#[test]
fn what_got_better_is_said_and_is_not_wrong() {
    let mut measured = every(1000);
    net(&mut measured).insert("recall".into(), 990);
    assert_eq!(compare(&measured, &every(1000)), Findings::default());
    net(&mut measured).insert("recall".into(), 989);
    let found = compare(&measured, &every(1000));
    assert_eq!((found.wrong.len(), found.below.len()), (0, 1), "{found:?}");
}

#[test]
fn what_is_only_measured_or_only_budgeted_is_wrong() {
    let mut fewer = every(1000);
    net(&mut fewer).remove("ram");
    let found = compare(&every(1000), &fewer);
    assert_eq!(found.wrong, ["M4 net: ram is 1000 and has no budget"]);

    let empty = Budgets::new();
    let found = compare(&every(1000), &empty);
    assert_eq!(found.wrong.len(), kind("net").measures.len());
    let found = compare(&empty, &every(1000));
    assert_eq!(found.wrong, ["M4 net: has budgets but was not measured"]);
}

#[test]
fn the_file_is_read_as_it_was_written_and_blessing_keeps_its_aims() {
    let mut old = every(1000);
    net(&mut old).insert("aim_recall".into(), 900);
    let text = print(&old);
    assert_eq!(toml::from_str::<Budgets>(&text).unwrap(), old);
    assert!(
        text.contains("\nrecall = 1000\naim_recall = 900\n"),
        "{text}"
    );

    let mut new = every(800);
    keep_aims(&mut new, &old);
    assert_eq!(net(&mut new)["aim_recall"], 900);
    assert_eq!(net(&mut new)["recall"], 800);
}

#[test]
fn the_table_says_which_aims_are_met() {
    let mut budgets = every(1_234_567);
    net(&mut budgets).insert("aim_hidden_code".into(), 1_234_567);
    net(&mut budgets).insert("aim_learn_beyond".into(), 1_234_566);
    let table = table(&budgets, kind("net"));
    let row = table.lines().last().unwrap();
    assert!(
        row.starts_with(
            "| net, 1234567 hidden | M4 | 1,234,567, aim 1,234,567 met | 1,234,567 | \
             1,234,567, aim 1,234,566 missed | 1,234,567 | "
        ),
        "{row}"
    );
    assert_eq!([0, 999, 1000].map(grouped), ["0", "999", "1,000"]);
}

#[test]
fn each_kind_has_measures_and_a_table_of_its_own() {
    let mut budgets = every(1000);
    let cases = budgets.get_mut("M4").unwrap();
    for name in [
        "hopfield-classical",
        "hopfield-modern-f32",
        "attractor-u1",
        "recency-slots",
        "encode-sensors",
        "recogniser-grow",
        "store-slots",
    ] {
        cases.insert(name.into(), full(name, 2000));
    }
    assert_eq!(
        toml::from_str::<Budgets>(&print(&budgets)).unwrap(),
        budgets
    );
    let firsts = KINDS.each_ref().map(|kind| {
        let table = table(&budgets, kind);
        let rows: Vec<_> = table.lines().skip(2).map(str::to_owned).collect();
        assert_eq!(rows.len(), 1, "{table}");
        // As many cells as titles.
        let bars = |line: &str| line.matches('|').count();
        assert!(
            table.lines().all(|line| bars(line) == bars(&rows[0])),
            "{table}"
        );
        rows[0].split(" | ").next().unwrap_or_default().to_owned()
    });
    assert_eq!(
        firsts,
        [
            "| hopfield-classical, 2000 units, 2000 memories",
            "| hopfield-modern-f32, 2000 units, 2000 memories",
            "| attractor-u1, 2000 units, 2000 pairs",
            "| recency-slots, 2000 units",
            "| encode-sensors, 2000 units",
            "| recogniser-grow, 2000 features",
            "| store-slots, 2000 bytes",
            "| net, 1000 hidden"
        ]
    );
    let mut measured = budgets.clone();
    let classical = measured
        .get_mut("M4")
        .unwrap()
        .get_mut("hopfield-classical");
    classical.unwrap().insert("store".into(), 2021);
    let found = compare(&measured, &budgets);
    assert_eq!(found.wrong.len(), 1, "{found:?}");
    assert!(
        found.wrong[0].starts_with("M4 hopfield-classical: store is 2021, "),
        "{found:?}"
    );
}

#[test]
fn a_name_says_how_its_image_is_optimised() {
    assert_eq!(optimised("u8-structured-z"), ("u8-structured", "-z"));
    assert_eq!(optimised("nothing-z"), ("nothing", "-z"));
    for name in ["nothing", "z", "u8-z-all", "u8-structuredz"] {
        assert_eq!(optimised(name), (name, ""));
    }
}

#[test]
fn what_a_column_shows_is_measured() {
    for kind in &KINDS {
        let sizes = kind.sizes.iter().map(|(measure, _)| measure);
        for name in kind
            .columns
            .iter()
            .flat_map(|column| column.measures)
            .chain(sizes)
        {
            assert!(
                kind.measures.iter().any(|(measure, _)| measure == name),
                "{name}"
            );
        }
    }
}

#[test]
fn only_the_tables_are_replaced() {
    let places = KINDS
        .each_ref()
        .map(|kind| format!("{}old\n{}", kind.begin, kind.end));
    let text = format!("before\n{}after\n", places.concat());
    let first = &KINDS[0];
    let new = with_table(&text, first, "| new |\n").unwrap();
    let expected = format!("{}\n| new |\n\n{}", first.begin, first.end);
    assert_eq!(new, text.replace(&places[0], &expected));
    assert_eq!(with_table(&new, first, "| new |\n").unwrap(), new);
    assert_eq!(
        with_table(&format!("{}{}", first.end, first.begin), first, ""),
        None
    );

    let all = with_tables(&text, &every(1000)).unwrap_or_default();
    assert!(
        all.starts_with("before\n") && all.ends_with("after\n") && !all.contains("old"),
        "{all}"
    );
    for (kind, place) in KINDS.iter().zip(&places) {
        let missing = with_tables(&text.replace(place, ""), &every(1000));
        assert_eq!(missing.map_err(|kind| kind.begin), Err(kind.begin));
    }
}
