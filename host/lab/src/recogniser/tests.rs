use std::fs;

use slotless_core::rng;

use super::{Design, Protocol, Samples, measure};

/// Classes of 30, 20 and 10 samples of four features, far from each other.
fn samples() -> Samples {
    let sample = |number: u8| {
        let label = [0, 0, 0, 1, 1, 2][usize::from(number % 6)];
        let feature = |feature: u8| 40 + 80 * label + (number * 3 + feature * 5) % 24;
        ((0..4).map(feature).collect(), label)
    };
    Samples {
        all: (0..60).map(sample).collect(),
        features: 4,
        labels: 3,
    }
}

#[test]
fn a_division_has_each_class_by_the_same_share_and_every_sample_once() {
    let samples = samples();
    let mut draws = rng::stream(1, crate::purpose::recogniser::DIVISION, 0, 0);
    let (learned, tested) = samples.divide(36, &mut draws);
    let count = |of: &[(&[u8], u8)], label| of.iter().filter(|one| one.1 == label).count();
    assert_eq!([0, 1, 2].map(|label| count(&learned, label)), [18, 12, 6]);
    assert_eq!([0, 1, 2].map(|label| count(&tested, label)), [12, 8, 4]);
    let both = learned.iter().chain(&tested);
    let mut both: Vec<_> = both.map(|one| one.0.as_ptr()).collect();
    both.sort_unstable();
    both.dedup();
    assert_eq!(both.len(), 60);
}

#[test]
fn what_is_far_apart_is_recognised_by_all_and_what_does_not_fit_is_left_out() {
    let samples = samples();
    for &design in Design::ALL {
        let of = |protocol| measure(&samples, design, protocol, 2048, 36, 2).unwrap();
        let stream = of(Protocol::Stream);
        // K-winner networks and recency levels are here to be worse.
        let least = if stream.damaged.is_some() { 1.0 } else { 0.4 };
        assert!(stream.accuracy >= least, "{}", design.name());
        assert!((0.0..=1.0).contains(&stream.auc) && stream.auc > 0.0);
        let none = measure(&samples, design, Protocol::Stream, 8, 36, 1);
        assert!(none.is_none(), "{}", design.name());
    }
    // In turn, class by class: the last class has the ring for itself where the stream is longer than that.
    let ring = Design::ALL
        .iter()
        .find(|design| design.name() == "ring-fifo");
    let sorted = measure(&samples, *ring.unwrap(), Protocol::Sorted, 40, 36, 4).unwrap();
    assert!(sorted.accuracy < 0.6, "{sorted:?}");
}

#[test]
fn a_table_is_read_and_what_is_wrong_in_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    let read = |text: &str| {
        fs::write(&path, text).unwrap();
        Samples::read(&path)
    };
    let samples = read("1,2,3\n255, 0,15\n").unwrap();
    assert_eq!((samples.features, samples.labels), (2, 16));
    assert_eq!(samples.all[1], (vec![255, 0], 15));
    let name = path.display();
    for (text, wrong) in [
        (
            "",
            format!("{name}: 0 columns of 0 rows, needed a feature and a label at least"),
        ),
        (
            "7\n",
            format!("{name}: 1 columns of 0 rows, needed a feature and a label at least"),
        ),
        (
            "1,2\n1,x\n",
            format!("{name}: line 2: \"x\" is no integer of 0..=255"),
        ),
        (
            "256,2\n",
            format!("{name}: line 1: \"256\" is no integer of 0..=255"),
        ),
        ("1,16\n", format!("{name}: label 16, allowed 0..=15")),
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), wrong);
    }
    assert!(read("1,2,3\n1,2\n").is_err());
}
