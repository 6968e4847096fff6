//! Flags of drawing: formats, widths, captions, words as text; and runs of every kind that are drawn again.

use std::fs;

use super::common::{Place, TINY};

/// Names of what lies in a folder, without hidden ones.
fn files(place: &Place, folder: &str) -> Vec<String> {
    let names = place.names(folder).into_iter();
    names.filter(|name| !name.starts_with('.')).collect()
}

fn text(place: &Place, name: &str) -> String {
    String::from_utf8(place.read(name)).unwrap()
}

#[test]
fn a_picture_for_a_journal() {
    let place = Place::new();
    place.ok(&format!(
        "{TINY} --format pdf,svg --width 85mm --bare --text text"
    ));
    let names = [
        "manifest.json",
        "run.csv",
        "run.npz",
        "run.pdf",
        "run.svg",
        "run.txt",
    ];
    assert_eq!(files(&place, "out"), names);
    let svg = text(&place, "out/run.svg");
    assert!(svg.contains("width=\"85mm\"") && svg.contains("<text") && svg.contains("@font-face"));
    assert!(!svg.contains("Retention by age") && svg.contains("K-winner MHN"));
    let pdf = place.read("out/run.pdf");
    let has = |part: &[u8]| pdf.windows(part.len()).any(|window| window == part);
    assert!(pdf.starts_with(b"%PDF-") && has(b"/FontFile2") && has(b"/ToUnicode"));
    let caption = text(&place, "out/run.txt");
    for words in ["Retention by age", "n_i = 60", "standard error"] {
        assert!(caption.contains(words), "{words} in {caption}");
    }
    // The manifest lists what is there.
    let manifest = place.manifest("out");
    let listed: Vec<&str> = manifest
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(
        listed,
        ["run.pdf", "run.svg", "run.txt", "run.csv", "run.npz"]
    );
    // Kept trials are drawn again in another look; its files are beside the first ones.
    let again = place.ok(&format!("{TINY} --width 180 --format png"));
    assert_eq!(again.err, "");
    let png = place.read("out/run.png");
    let width = u32::from_be_bytes([png[16], png[17], png[18], png[19]]);
    assert_eq!(width, 4252, "180 mm at 600 dots per inch");
}

#[test]
fn words_are_paths_unless_told() {
    let place = Place::new();
    place.ok(TINY);
    let svg = text(&place, "out/run.svg");
    assert!(!svg.contains("<text") && !svg.contains("@font-face"));
    assert!(svg.contains("aria-label=\"Retention by age\""));
    assert!(!place.path("out/run.pdf").exists() && !place.path("out/run.txt").exists());
}

#[test]
fn looks_that_there_are_not() {
    let place = Place::new();
    for (flags, needles) in [
        ("--width 20mm", ["--width", "40mm to 400mm"]),
        ("--width 85cm", ["85cm", "40mm to 400mm"]),
        ("--format jpg", ["'jpg'", "svg, png, pdf"]),
        ("--format svg,", ["--format", "svg, png, pdf"]),
        ("--text letters", ["'letters'", "paths, text"]),
    ] {
        place.refused(&format!("{TINY} {flags}"), &needles);
        place.refused(&format!("plot out {flags}"), &needles);
    }
}

/// A grid has pictures over what is swept, for each cue level.
#[test]
fn grids_are_drawn_over_what_is_swept() {
    let place = Place::new();
    let sweep = |swept: &str, out: &str| {
        let line = TINY.replace(" run ", " sweep ").replace("--k 5", "");
        place.ok(&format!(
            "{} --out {out} {swept}",
            line.replace("--out out", "")
        ))
    };
    sweep("--k 3,5,7", "one");
    let names = files(&place, "one");
    for name in ["sweep_cue100.svg", "sweep_cue100.png", "sweep_cue50.svg"] {
        assert!(names.iter().any(|own| own == name), "{names:?}");
    }
    let svg = text(&place, "one/sweep_cue50.svg");
    assert!(svg.contains("aria-label=\"raw difference\"") && svg.contains("50% cues"));
    sweep("--k 3,5 --eps 0.1,0.3,0.6", "two");
    let svg = text(&place, "two/sweep_cue100.svg");
    for words in ["k = 3", "k = 5", "aria-label=\"0.6\""] {
        assert!(svg.contains(words), "{words}");
    }
    // Too many to be drawn are said, and nothing else is missing.
    let ran = place.ok(
        "memory sweep --n-i 60 --n-h 80,90 --s 5,6 --f .2 --k 3,5 --eps 0.1,0.3 --burn-in 60 --learned 40 --trials 8 --out many",
    );
    let line = "no picture over what is swept: 4 parameters";
    assert!(ran.out.contains(line), "{}", ran.out);
    assert!(
        files(&place, "many")
            .iter()
            .any(|name| name == "sweep_summary.csv")
    );
    let before = place.everything();
    place.ok("plot two --format pdf");
    let after = place.everything();
    let mut added: Vec<String> = after
        .keys()
        .filter(|path| !before.contains_key(*path))
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    added.sort();
    let expected = [
        "plot_accuracy.csv",
        "plot_accuracy.pdf",
        "plot_sweep_cue100.pdf",
        "plot_sweep_cue50.pdf",
    ];
    assert_eq!(added, expected);
}

/// Redraws a run, which must add these files and change no other.
fn redrawn(place: &Place, arguments: &str, expected: &[&str]) {
    let before = place.everything();
    let ran = place.ok(&format!("plot {arguments}"));
    let after = place.everything();
    let added: Vec<String> = after
        .keys()
        .filter(|path| !before.contains_key(*path))
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(added, expected, "{arguments}: {}", ran.err);
    let same = before
        .iter()
        .all(|(path, bytes)| after.get(path) == Some(bytes));
    assert!(same, "{arguments}: a file changed");
    assert!(
        added.iter().all(|name| ran.out.contains(name)),
        "{}",
        ran.out
    );
}

#[test]
fn runs_of_every_kind_are_drawn_again() {
    let place = Place::new();
    place.ok("transformer train --model qk --n 10 --batches 40 --trials 2 --out train");
    redrawn(&place, "train --format pdf", &["plot_train.pdf"]);
    place.ok("hopfield recall --memories 3 --out digits");
    redrawn(&place, "digits", &["plot_strip.png", "plot_strip.svg"]);
    assert_eq!(
        place.read("digits/plot_strip.svg"),
        place.read("digits/strip.svg")
    );
    // Two figures in a folder have their trials beside them.
    place.ok("reproduce hopfield-energy s4 --quick --out both");
    redrawn(
        &place,
        "both/hopfield-energy --format svg",
        &["plot_hopfield-energy.svg"],
    );
    let [own, again] = ["hopfield-energy", "plot_hopfield-energy"]
        .map(|name| place.read(&format!("both/hopfield-energy/{name}.svg")));
    assert!(own == again, "not the same picture");
    redrawn(
        &place,
        "both/s4 --name tree --bare",
        &["tree.png", "tree.svg", "tree.txt"],
    );
    place.refused("plot both/s4 --name s4", &["--name is s4", "s4.svg"]);
    for (arguments, needles) in [
        (
            "train --quantity rd",
            ["--quantity is for runs of memories", "train"],
        ),
        (
            "digits --log-y",
            ["--log-y is for runs of memories", "hopfield-recall"],
        ),
    ] {
        place.refused(&format!("plot {arguments}"), &needles);
    }
    // Without its trials a figure cannot be drawn, and nothing is made up.
    fs::remove_dir_all(place.path("both/.trials")).unwrap();
    let needles = ["no kept trials (.trials)", "hopfield-energy"];
    place.refused("plot both/hopfield-energy", &needles);
    fs::remove_dir_all(place.path("train/.trials")).unwrap();
    place.refused("plot train", &["no kept trials", "train"]);
}
