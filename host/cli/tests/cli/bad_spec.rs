//! Specs that must be refused, with the line and the key.

use super::common::Place;

const GOOD: &str = "\
trials = 2

[protocol]
burn_in = 20
learned = 20
cues = [1.0]

[data]
kind = 'tree'
b = 2

[[network]]
n_i = 60
n_h = 80
s = 6
f = 0.2
k = 5
eps = 0.3

[sweep]
eps = [0.3, 0.4]
";

fn with(find: &str, put: &str) -> String {
    assert_eq!(GOOD.matches(find).count(), 1, "{find}");
    GOOD.replace(find, put)
}

#[test]
fn keys_and_types() {
    let place = Place::new();
    for (text, line, needles) in [
        (
            with("trials = 2", "trials = 2\ncolour = 1"),
            2,
            ["`colour`", "`trials`"],
        ),
        (
            with("[protocol]", "[protocol]\ncolour = 1"),
            4,
            ["`colour`", "`burn_in`"],
        ),
        (
            with("b = 2", "b = 2\ncolour = 1"),
            // Keys of [data] are checked as one, where the table begins.
            8,
            ["`colour`", "`b` or `steps`"],
        ),
        (
            with("k = 5", "k = 5\ncolour = 1"),
            18,
            ["`colour`", "`eps`"],
        ),
        (
            with("[sweep]", "[sweep]\ncolour = 1"),
            21,
            ["`colour`", "`rounding`"],
        ),
        (
            with("kind = 'tree'\nb = 2", "kind = 'random'\nb = 2"),
            8,
            ["`b`", "no fields"],
        ),
        (
            with("kind = 'tree'\n", "kind = 'correlated'\nsteps = 9\n"),
            8,
            ["`steps`", "`categories`"],
        ),
        (
            with(
                "k = 5",
                "k = 5\npreprocess = { n = 9, f = 0.5, k = 3, g = 1 }",
            ),
            18,
            ["`g`", "`n`, `f`, `k`"],
        ),
        (
            with("trials = 2", "trials = 'two'"),
            1,
            ["string \"two\"", "whole number from 0"],
        ),
        (
            with("trials = 2", "trials = -2"),
            1,
            ["`-2`", "whole number from 0"],
        ),
        (
            with("k = 5", "k = 5.5"),
            17,
            ["`5.5`", "whole number from 0"],
        ),
        (with("cues = [1.0]", "cues = 1.0"), 6, ["`1.0`", "sequence"]),
        (
            with("kind = 'tree'", "kind = 'blue'"),
            9,
            ["`blue`", "`random`, `tree`"],
        ),
        (
            with("k = 5", "k = 5\nweights = 'u3'"),
            18,
            ["`u3`", "`u16`"],
        ),
        (
            with("trials = 2", "trials = 2 2"),
            1,
            ["expected", "line 1"],
        ),
    ] {
        place.write("spec.toml", &text);
        let line = format!("spec.toml, line {line}: ");
        for command in ["run", "sweep"] {
            let arguments = format!("memory {command} --spec spec.toml --out out");
            place.refused(&arguments, &[&line, needles[0], needles[1]]);
        }
    }
    // A key left out is missed where its table stands, or in the file.
    for (text, needle) in [
        (with("b = 2\n", ""), "`b`"),
        (with("k = 5\n", ""), "`k`"),
        (String::new(), "`network`"),
    ] {
        place.write("spec.toml", &text);
        place.refused(
            "memory sweep --spec spec.toml --out out",
            &["spec.toml, line", "missing field", needle],
        );
    }
}

#[test]
fn values() {
    let place = Place::new();
    for (text, needles) in [
        (with("trials = 2", "trials = 0"), ["trials is 0", "from 1"]),
        (
            with("learned = 20", "learned = 0"),
            ["learned is 0", "from 1"],
        ),
        (with("cues = [1.0]", "cues = []"), ["cues", "at least one"]),
        (
            with("cues = [1.0]", "cues = [1.5]"),
            ["cue is 1.5", "0 to 1"],
        ),
        (with("b = 2", "b = 9"), ["b is 9", "1..=6"]),
        (
            with("b = 2", "b = 2\nsteps = 59"),
            ["steps is 59", "from 60"],
        ),
        (with("k = 5", "k = 81"), ["k is 81", "1..=80"]),
        (
            with("[0.3, 0.4]", "[0.3, 4.0]"),
            ["eps is 4", "above 0 to 1"],
        ),
        (
            with("[0.3, 0.4]", "[0.3, 0.3]"),
            ["eps = 0.3", "names that differ"],
        ),
        (
            with("kind = 'tree'\nb = 2", "kind = 'random'")
                .replace("[0.3, 0.4]", "[0.3]\nb = [1, 2]"),
            ["tree, correlated or drift", "values of b"],
        ),
        ("network = []".to_owned(), ["[[network]]", "at least one"]),
    ] {
        place.write("spec.toml", &text);
        place.refused("memory sweep --spec spec.toml --out out", &needles);
    }
    let network = "[[network]]\nn_i = 60\nn_h = 80\ns = 6\nf = 0.2\nk = 5\neps = 0.3\n";
    place.write(
        "spec.toml",
        format!("{network}name = 'a b'\n{network}name = 'A-B'\n"),
    );
    let needles = ["\"A-B\"", "names that differ in letters and digits"];
    place.refused("memory run --spec spec.toml --out out", &needles);
}

#[test]
fn files_and_flags() {
    let place = Place::new();
    place.write("spec.toml", GOOD);
    let run = "memory run --out out --spec";
    place.refused(
        &format!("{run} spec.toml"),
        &["eps = [0.3, 0.4]", "memory sweep"],
    );
    place.refused(
        &format!("{run} missing.toml"),
        &["missing.toml", "No such file"],
    );
    place.refused(&format!("{run} ."), &["a folder"]);
    for flag in [
        "--k 3",
        "--name x",
        "--data random",
        "--b 2",
        "--matched",
        "--preprocess 9,.5,3",
        "--patterns p.csv",
    ] {
        place.refused(
            &format!("{run} spec.toml {flag}"),
            &["--spec", "--trials, --seed"],
        );
    }
    place.write("spec.toml", [0xff, 0xfe]);
    place.refused(&format!("{run} spec.toml"), &["spec.toml", "UTF-8"]);
}
