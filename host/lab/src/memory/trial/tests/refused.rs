//! What data cannot be, and what records come back as.

use super::super::*;
use super::asked::{protocol, record, write};
use crate::memory::{FileData, Intrusions};

/// What the data's sizes cannot be.
#[test]
fn data_is_refused_by_what_is_wrong_with_it() {
    let condition = |[n_i, s]: [u32; 2], data: Data, burn_in, learned| Condition {
        network: Network {
            n_i,
            s,
            f: 0.5,
            n_h: 30,
            k: 3,
            ..Network::default()
        },
        data,
        protocol: protocol(burn_in, learned, &[1.0]),
    };
    let refused = |condition: Condition| condition.check().unwrap_err().to_string();
    let pairs = |lists, context| Data::Pairs { lists, context };
    let sequence = |length| Data::Sequence { length };
    let drift = |b, context| Data::Drift { b, context };
    for (sizes, data, told) in [
        (
            [41, 8],
            pairs(1, 0.0),
            "n_i is 41, allowed even numbers from 2 with data of pairs: two halves",
        ),
        (
            [40, 7],
            sequence(5),
            "s is 7, allowed even numbers from 2 with data of sequences: two halves",
        ),
        (
            [40, 8],
            pairs(3, 0.0),
            "lists is 3, allowed from 1, divisors of 20 (learned)",
        ),
        (
            [40, 8],
            pairs(0, 0.0),
            "lists is 0, allowed from 1, divisors of 20 (learned)",
        ),
        ([40, 8], pairs(2, 1.5), "context is 1.5, allowed 0 to 1"),
        ([40, 8], pairs(2, -0.0), "context is -0, allowed 0 to 1"),
        (
            [40, 8],
            pairs(2, 1.0),
            "context is 1, allowed so little that items have ones",
        ),
        (
            [40, 8],
            sequence(3),
            "burn_in is 10, allowed multiples of 3 (length, so that sequences are whole)",
        ),
        ([40, 8], sequence(0), "length is 0, allowed from 1"),
        (
            [40, 8],
            drift(0, 1.0),
            "b is 0, allowed 1..=8 (of the context, the smaller of its ones and its zeros)",
        ),
        (
            [40, 8],
            drift(5, 0.5),
            "b is 5, allowed 1..=4 (of the context, the smaller of its ones and its zeros)",
        ),
        ([40, 8], drift(1, 2.0), "context is 2, allowed 0 to 1"),
    ] {
        let line = refused(condition(sizes, data, 10, 20));
        assert!(line.starts_with(told), "{line}");
    }
    let power = |power| Data::Correlated {
        b: 2,
        categories: 3,
        prototypes: Default::default(),
        order: Default::default(),
        power,
    };
    // Unequal categories need no multiples.
    condition([40, 8], power(1.0), 10, 20).check().unwrap();
    assert!(
        refused(condition([40, 8], power(0.0), 10, 20))
            .starts_with("burn_in is 10, allowed multiples of 3")
    );
    assert_eq!(
        refused(condition([40, 8], power(-1.0), 10, 20)),
        "power is -1, allowed 0 to 10"
    );
    let mut content = condition([40, 8], sequence(5), 10, 20);
    content.protocol.counted = crate::memory::Counted::Content;
    assert!(refused(content).starts_with("counted is content, allowed overlap with"));
    let mut layer = condition([40, 8], sequence(5), 10, 20);
    layer.network.preprocess = Some(crate::memory::Preprocess {
        n: 60,
        f: 0.5,
        k: 5,
    });
    assert!(refused(layer).contains("codes have no part that is asked for"));
}

/// Records of every kind come back from their bytes.
#[test]
fn records_come_back_from_their_bytes() {
    use crate::run::family::Family;
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<Vec<u32>> = (0..12).map(|i| vec![i, i + 12, 36 + i % 4]).collect();
    let path = write(folder.path(), "rows.csv", &rows, 40);
    let counted = Protocol {
        intrusions: Intrusions::Counted,
        ..protocol(2, 4, &[1.0, 0.5])
    };
    let all = [
        (
            Data::Pairs {
                lists: 2,
                context: 0.0,
            },
            counted.clone(),
        ),
        (Data::Drift { b: 1, context: 1.0 }, counted.clone()),
        (Data::File(FileData::new(&path).target(4)), counted),
        (
            Data::File(FileData::new(&path).cues(&path)),
            protocol(2, 4, &[1.0]),
        ),
    ];
    for (data, protocol) in all {
        let network = Network {
            n_i: 40,
            n_h: 20,
            s: 4,
            f: 0.5,
            k: 2,
            ..Network::default()
        };
        let setup = Setup::new(
            Condition {
                network,
                data,
                protocol,
            },
            3,
        )
        .unwrap();
        let told = record(&setup, 0);
        let bytes = Setup::encode(&told);
        assert_eq!(setup.decode(&bytes), Some(told));
        assert_eq!(setup.decode(&bytes[..bytes.len() - 9]), None);
    }
}
