//! The guide's code is that of the example, which is compiled and run.

#[test]
fn the_worked_example_is_the_one_that_runs() {
    let guide = include_str!("../../docs/embedded.md");
    let example = include_str!("../../core/examples/sensors.rs");
    let section = guide
        .split("\n## ")
        .find(|part| part.starts_with("From sensor values"));
    let code = section.unwrap().split("```rust\n").nth(1).unwrap();
    let code = code.split("```").next().unwrap();
    // Line by line but for comments and how far lines are indented: the example has a function around them.
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| line.trim().to_owned());
        lines
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .collect()
    };
    let (code, example) = (lines(code), lines(example));
    assert!(code.len() > 15, "{} lines", code.len());
    let mut rest = example.iter();
    for line in &code {
        assert!(
            rest.any(|own| own == line),
            "not in the example, or not in this order: {line}"
        );
    }
}
