use super::*;

/// A core `M4` with a case `net` whose every measure is this.
fn every(number: u32) -> Budgets {
    let case = MEASURES.map(|(name, _)| (name.to_owned(), number));
    let cases = BTreeMap::from([("net".to_owned(), Case::from(case))]);
    BTreeMap::from([("M4".to_owned(), cases)])
}

fn net(budgets: &mut Budgets) -> &mut Case {
    budgets.get_mut("M4").unwrap().get_mut("net").unwrap()
}

#[test]
fn printed_lines_are_read_and_others_are_errors() {
    let path = Path::new("count");
    let case = parse("hidden = 256\nrecall = 20000\n", path).unwrap();
    assert_eq!(
        case,
        Case::from([("hidden".into(), 256), ("recall".into(), 20_000)])
    );
    for (out, expected) in [
        ("colour = 3\n", "count: colour, which count does not print"),
        ("recall = 20000\nrecall = 1\n", "count: duplicate key"),
        ("recall = -1\n", "count: invalid value: integer `-1`"),
        ("recall = 4294967296\n", "count: invalid value: integer"),
        ("error: nothing counted\n", "count: "),
    ] {
        let error = parse(out, path).unwrap_err().to_string();
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
    assert_eq!(found.wrong.len(), MEASURES.len());
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
    let table = table(&budgets);
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
fn only_the_table_is_replaced() {
    let text = format!("before\n{BEGIN}old\n{END}after\n");
    let new = with_table(&text, "| new |\n").unwrap();
    assert_eq!(new, format!("before\n{BEGIN}\n| new |\n\n{END}after\n"));
    assert_eq!(with_table(&new, "| new |\n").unwrap(), new);
    assert_eq!(with_table(&format!("{END}{BEGIN}"), ""), None);
}
