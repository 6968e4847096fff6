//! What `transformer` refuses: one line that names the value and what is allowed, exit code 2, nothing written.

use ndarray::{Array1, Array2};
use ndarray_npy::NpzWriter;

use super::common::Place;

#[test]
fn numbers_out_of_range() {
    let place = Place::new();
    for (arguments, needles) in [
        ("-L 0", ["letters is 0", "1 to 1024"]),
        ("-L 3 -C 4", ["context is 4", "1 to 3"]),
        ("-C 0", ["context is 0", "1 to 4"]),
        ("-N 0", ["n is 0", "1 to 65536"]),
        (
            "--winner-by projections --n-h 7",
            ["n_h is 7", "8 to 65536"],
        ),
        (
            "--winner-by projections -K 2 --n-h 15",
            ["n_h is 15", "16 to 65536"],
        ),
        ("--n-h 3", ["n_h is 3", "4 to 65536"]),
        ("-K 0", ["hidden_winners is 0", "1 to 1024"]),
        (
            "--model baseline --n-h 8",
            ["n_h is 8, allowed 0 ", "the baseline has no module"],
        ),
        (
            "--model baseline -K 2",
            [
                "hidden_winners is 2, allowed 0 ",
                "the baseline has no module",
            ],
        ),
        ("--rate 0", ["rate_q is 0", "above 0"]),
        ("--rate -1", ["rate_q is -1", "above 0"]),
        ("--rate-k nan", ["rate_k is NaN", "above 0"]),
        ("--rate-v inf", ["rate_v is inf", "above 0"]),
        ("--beta 0", ["beta is 0", "above 0"]),
        ("--beta -1", ["beta is -1", "above 0"]),
        ("--beta 1e-300", ["beta is 1e-300", "from 1e-45"]),
        ("--init-scale -1", ["init_scale is -1", "from 0"]),
        ("--batch 0", ["batch is 0", "1 to 65536"]),
        ("--batches 0", ["batches is 0", "from 1"]),
        ("--trials 0", ["trials is 0", "from 1"]),
        ("--data toy", ["letters and context is 4 and 4", "2 and 2"]),
        ("--final-window 0", ["final window is 0", "1 to 5000"]),
        (
            "--final-window 11 --batches 10",
            ["final window is 11", "1 to 10"],
        ),
        (
            "--form published-2025",
            ["form is published-2025", "baseline"],
        ),
        ("--checkpoints 3,2", ["checkpoints is [3, 2]", "ascending"]),
        (
            "--checkpoints 9 --batches 9",
            ["checkpoints is [9]", "below"],
        ),
        ("--freeze x", ["'x' for '--freeze", "q, k, v"]),
        (
            "--model transformer",
            ["'transformer'", "baseline, fixed, mhn, qk, hebbian"],
        ),
        ("--winner-by me", ["'me'", "key, projections, item"]),
        (
            "--data none",
            ["'none'", "random, permutation-reduced, toy"],
        ),
        ("--rate fast", ["'fast'", "expected a number"]),
        ("--published --model qk", ["--published", "--model"]),
        (
            "--batch 8 --data permutation-reduced",
            ["batch is 8", "data random"],
        ),
        ("--n-h 8,16", ["n_h = [8, 16]", "sweep"]),
        (
            "--data permutation-reduced -L 16",
            ["sequences in alphabetical order", "65536"],
        ),
    ] {
        place.refused(
            &format!("transformer train {arguments} --out out"),
            &needles,
        );
    }
    place.refused(
        "transformer sweep --n-h 8,3 --out out",
        &["n_h is 3", "4 to 65536"],
    );
    let line = "transformer sweep --model baseline,qk --winner-by key,item --out out";
    place.refused(line, &["winner by is item", "baseline"]);
}

#[test]
fn bad_specs() {
    let place = Place::new();
    for (text, needles) in [
        (
            "[[model]]\nlettres = 3\n",
            ["spec.toml, line 2", "unknown field `lettres`"],
        ),
        (
            "seeds = 3\n[[model]]\n",
            ["spec.toml, line 1", "unknown field `seeds`"],
        ),
        (
            "[training]\n",
            ["spec.toml, line 1", "missing field `model`"],
        ),
        ("[[model]]\nbeta = 0.0\n", ["beta is 0", "above 0"]),
    ] {
        place.write("spec.toml", text);
        place.refused("transformer train --spec spec.toml --out out", &needles);
    }
    place.write("spec.toml", "[[model]]\n");
    let line = "transformer train --spec spec.toml --beta 2 --out out";
    place.refused(line, &["--spec already describes the models"]);
    place.refused("transformer train --spec nowhere.toml", &["nowhere.toml"]);
}

fn write_npz(place: &Place, name: &str, shapes: [(usize, usize); 3], value: f32, json: &str) {
    let file = std::fs::File::create(place.path(name)).unwrap();
    let mut npz = NpzWriter::new(file);
    for (matrix, shape) in ["W_Q", "W_K", "W_V"].into_iter().zip(shapes) {
        let mut array = Array2::<f32>::zeros(shape);
        array[(0, 1)] = value;
        npz.add_array(matrix, &array).unwrap();
    }
    npz.add_array("condition", &Array1::from(json.as_bytes().to_vec()))
        .unwrap();
    npz.finish().unwrap();
}

#[test]
fn bad_weights() {
    let place = Place::new();
    let train = "transformer train -L 2 -N 3 --n-h 4 --batch 2 --batches 2 --trials 1 --out out";
    place.ok(train);
    let condition = serde_json::to_string(
        &place
            .manifest("out")
            .listed::<slotless::transformer::Condition>()
            .unwrap()[0],
    )
    .unwrap();
    let shapes = [(3, 6), (3, 6), (2, 6)];
    write_npz(&place, "good.npz", shapes, 0.5, &condition);
    place.ok("transformer eval --weights good.npz");
    write_npz(
        &place,
        "shape.npz",
        [(3, 6), (4, 6), (2, 6)],
        0.5,
        &condition,
    );
    write_npz(&place, "nan.npz", shapes, f32::NAN, &condition);
    write_npz(&place, "json.npz", shapes, 0.5, "{}");
    write_npz(
        &place,
        "range.npz",
        shapes,
        0.5,
        &condition.replace("\"beta\":1.0", "\"beta\":0.0"),
    );
    place.write("text.npz", "PK, but no archive");
    place.write("text.safetensors", "no weights at all");
    let whole = place.read("out/weights/qk_trial0.safetensors");
    place.write("cut.safetensors", &whole[..whole.len() - 4]);
    let text = String::from_utf8_lossy(&whole).into_owned();
    let at = text.find("__metadata__").unwrap();
    let mut nameless = whole.clone();
    nameless[at + 2] = b'M';
    place.write("nameless.safetensors", nameless);
    for (file, needle) in [
        ("shape.npz", "W_K is 4 x 6, expected 3 x 6"),
        ("nan.npz", "W_Q has NaN at (0, 1)"),
        ("json.npz", "condition: missing field"),
        ("range.npz", "beta is 0"),
        ("text.npz", "text.npz"),
        ("text.safetensors", "neither .npz nor .safetensors"),
        ("cut.safetensors", "cut.safetensors"),
        ("nameless.safetensors", "nameless.safetensors"),
        ("nowhere.npz", "nowhere.npz"),
    ] {
        place.refused(
            &format!("transformer eval --weights good.npz {file}"),
            &[file, needle],
        );
    }
    place.refused("transformer eval", &["--weights"]);
    for (arguments, needle) in [
        ("--batches 0", "batches is 0"),
        ("--batch 70000", "batch is 70000"),
    ] {
        place.refused(
            &format!("transformer eval --weights good.npz {arguments}"),
            &[needle],
        );
    }
}

/// Finite weights whose products are none: a line, and no loss that is no number.
#[test]
fn weights_that_overflow() {
    let place = Place::new();
    place.ok("transformer train -L 2 --batches 1 --trials 1 --out out");
    let mut npz = place.npz("out/weights/qk_trial0.npz");
    let condition: Array1<u8> = npz.by_name("condition").unwrap();
    let mut written = NpzWriter::new(std::fs::File::create(place.path("large.npz")).unwrap());
    written.add_array("condition", &condition).unwrap();
    for name in ["W_Q", "W_K", "W_V"] {
        let matrix: Array2<f32> = npz.by_name(name).unwrap();
        written
            .add_array(name, &matrix.mapv(|value| value.signum() * 2e38))
            .unwrap();
    }
    written.finish().unwrap();
    let line = "transformer eval --weights out/weights/qk_trial0.npz large.npz";
    let needles = [
        "large.npz: its loss is no finite number",
        "2e38 (W_",
        "overflow",
    ];
    place.refused(line, &needles);
    place.refused(&format!("{line} --json"), &needles);
    place.ok("transformer eval --weights out/weights/qk_trial0.npz");
}
