use std::fs;

use slotless_core::rng;

use super::{DRIFT, Design, Plan, Protocol, Row, Samples, measure};

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
        let of = |bytes| measure(&samples, design, Protocol::Stream, bytes, &plan(2));
        let stream = of(2048).unwrap();
        let after = stream.after.unwrap();
        // K-winner networks and recency levels are here to be worse.
        let least = if after.damaged.is_some() { 1.0 } else { 0.4 };
        assert!(stream.accuracy.mean >= least, "{}", design.name());
        let auc = after.unknown.unwrap().auc.mean;
        assert!(auc > 0.0 && auc <= 1.0, "{}", design.name());
        assert!(of(8).is_none(), "{}", design.name());
    }
    // In turn, class by class: the last class has the ring for itself where the stream is longer than that.
    let ring = Design::ALL
        .iter()
        .find(|design| design.name() == "ring-fifo");
    let sorted = measure(&samples, *ring.unwrap(), Protocol::Sorted, 40, &plan(4)).unwrap();
    assert!(sorted.accuracy.mean < 0.6, "{sorted:?}");
    for train in [0, 60] {
        let plan = Plan { train, ..plan(1) };
        assert!(measure(&samples, Design::Grow(0), Protocol::Stream, 2048, &plan).is_none());
    }
}

/// Of samples that are the same in each class a protocol's stream is known, but for the order of the classes.
#[test]
fn what_protocols_do_to_samples_is_what_they_say() {
    // Two classes, at 64 and 128 in every feature.
    let sample = |number: u8| (vec![64 + 64 * (number % 2); 3], number % 2);
    let samples = Samples {
        all: (0..40).map(sample).collect(),
        features: 3,
        labels: 2,
    };
    let mut draws = rng::stream(7, crate::purpose::recogniser::DIVISION, 0, 0);
    let mut of = |protocol| super::measure::streams(&samples, protocol, 24, &mut draws);

    let (learned, tested) = of(Protocol::Shots(2));
    assert_eq!((learned.len(), tested.len()), (4, 16));
    let (learned, _) = of(Protocol::Sorted);
    let turns = learned.windows(2).filter(|two| two[0].1 != two[1].1);
    assert_eq!(turns.count(), 1);

    // The t-th of 24 has gone t / 24 of the way, rounded towards 0; tests all of it.
    let (learned, tested) = of(Protocol::Drift);
    let at_rest = |label: u8| 64 + 64 * i32::from(label);
    let ways: Vec<i32> = (0..3)
        .map(|j| i32::from(tested[0].0[j]) - at_rest(tested[0].1))
        .collect();
    assert!(
        ways.iter().all(|way| [-DRIFT, 0, DRIFT].contains(way)),
        "{ways:?}"
    );
    for (t, (sample, label)) in (0..).zip(&learned) {
        for (j, way) in ways.iter().enumerate() {
            let part = t * 256 / 24;
            assert_eq!(
                i32::from(sample[j]),
                at_rest(*label) + way * part / 256,
                "{t} {j}"
            );
        }
    }
    for (sample, label) in &tested {
        let gone = |j: usize| i32::from(sample[j]) - at_rest(*label);
        assert!((0..3).all(|j| gone(j) == ways[j]));
    }

    // Each class as it was for a quarter, and the other for the last one.
    let (learned, tested) = of(Protocol::Exchange);
    for (t, (sample, label)) in (0i32..).zip(&learned) {
        let part = (512 * t / 24 - 128).clamp(0, 256);
        let other = at_rest(1 - label);
        let mixed = (at_rest(*label) * (256 - part) + other * part) / 256;
        assert_eq!(i32::from(sample[0]), mixed, "{t}");
    }
    assert!(
        tested
            .iter()
            .all(|(sample, label)| i32::from(sample[2]) == at_rest(1 - label))
    );
}

#[test]
fn rows_are_the_same_on_any_day_and_errors_are_those_of_the_divisions() {
    let samples = samples();
    let row = |plan| {
        let mut done = 0;
        let row = Row::measure(&samples, Design::Grow(0), 64, plan, || done += 1).unwrap();
        assert_eq!(done, Protocol::ALL.len());
        row
    };
    let two = row(plan(2));
    assert_eq!(two, row(plan(2)));
    // The divisions of a plan are the first ones of a longer plan: of two values a and b the mean is m, the error |a - b| / sqrt(8).
    let first = row(plan(1));
    for (one, both) in first.shares().into_iter().zip(two.shares()) {
        let (one, both) = (one.unwrap(), both.unwrap());
        assert_eq!(one.error, None);
        let apart = 2.0 * (one.mean - both.mean).abs();
        assert!((both.error.unwrap() - apart / 8f64.sqrt()).abs() < 1e-12);
    }
    assert_eq!(two.cells().len(), super::COMPARISON.variables.len());
}

fn plan(divisions: u32) -> Plan {
    Plan {
        train: 36,
        divisions,
        seed: 1,
    }
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
        (
            "1,5\n2,5\n",
            format!("{name}: all 2 samples have label 5, needed two labels at least"),
        ),
        (
            &format!("{}1\n", "0,".repeat(1025)),
            format!("{name}: 1025 features, allowed 1 to 1024"),
        ),
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), wrong);
    }
    assert!(read("1,2,3\n1,2\n").is_err());
}
