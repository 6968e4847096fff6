//! `recogniser compare`: recognisers side by side on a table of samples.

use super::common::{Place, csv_of};

/// 30 samples of two features in two classes, far from each other.
fn samples() -> String {
    let rows: Vec<Vec<u8>> = (0..30)
        .map(|number| vec![number, 10 + 200 * (number % 2), number % 2])
        .collect();
    csv_of(&rows)
}

#[test]
fn a_table_of_recognisers_and_a_file_the_same_every_time() {
    let place = Place::new();
    place.write("samples.csv", samples());
    let command = "recogniser compare samples.csv --bytes 16,2048 --divisions 3 --csv";
    let ran = place.ok(&format!("{command} out/one.csv"));
    assert!(
        ran.out.starts_with(
            "30 samples of 2 features and 2 labels; of each of 3 divisions 18 learned, 12 tested\n"
        ),
        "{}",
        ran.out
    );
    // Class means alone take 16 bytes.
    assert!(ran.out.contains("does not fit, in bytes: "), "{}", ran.out);
    let rows = place.table("out/one.csv");
    let of = |name: &str, bytes: &str| {
        rows.iter()
            .find(|row| row["recogniser"] == name && row["bytes"] == bytes)
    };
    let grow = of("grow", "2048").unwrap();
    assert_eq!(
        ["learned", "divisions", "stream", "sorted", "stream_se"].map(|name| &grow[name]),
        ["18", "3", "1.00000", "1.00000", "0.00000"]
    );
    // All classes but one are one class: what is far from it has a higher score.
    assert_eq!(grow["auc"], "1.00000");
    // The state of a memory under labels is not seen.
    assert_eq!(of("k-winner", "2048").unwrap()["damaged"], "");
    assert!(of("recency", "16").is_none() && of("means", "16").is_some());
    place.ok(&format!("{command} out/two.csv"));
    assert!(place.read("out/one.csv") == place.read("out/two.csv"));
    place.ok(&format!("{command} out/two.csv --seed 2"));
    assert!(place.read("out/one.csv") != place.read("out/two.csv"));

    let ran = place.ok("recogniser compare samples.csv --recognisers means --learn 20 --bytes 512");
    let rows: Vec<&str> = ran.out.lines().skip(2).collect();
    assert!(
        matches!(rows[..], [row] if row.contains(" means ")),
        "{}",
        ran.out
    );
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let place = Place::new();
    place.write("samples.csv", samples());
    place.write("one.csv", "1,3\n2,3\n");
    place.write("words.csv", "a,b,label\n1,2,0\n");
    place.refused(
        "recogniser compare samples.csv --recognisers grow,best",
        &["'best'", "ring-balanced"],
    );
    for learn in ["0", "30"] {
        place.refused(
            &format!("recogniser compare samples.csv --learn {learn}"),
            &["--learn", learn, "1 to 29"],
        );
    }
    place.refused("recogniser compare samples.csv --bytes 8", &["8", "16"]);
    place.refused("recogniser compare samples.csv --divisions 0", &["0", "1"]);
    place.refused("recogniser compare none.csv", &["none.csv"]);
    place.refused("recogniser compare one.csv", &["label 3", "two labels"]);
    place.refused(
        "recogniser compare words.csv",
        &["line 1", "\"a\"", "0..=255"],
    );
    place.refused(
        "recogniser compare samples.csv --csv samples.csv/out.csv",
        &["samples.csv"],
    );
}
