//! What networks of synapses between all units answer.

use slotless_core::bits;

use super::super::*;
use super::asked::{protocol, record, write};
use crate::memory::FileData;

/// Networks of synapses between all units answer with as many ones as are asked for, of the part that is: by the definition of
/// Willshaw's network, synapse by synapse.
#[test]
fn ranked_units_are_those_of_the_part() {
    let folder = tempfile::tempdir().unwrap();
    // Rows of 5 to 9 ones, two of them in the last 12 units.
    let rows: Vec<Vec<u32>> = (0..12u32)
        .map(|i| {
            let first = (0..3 + i % 5).map(|one| (7 * i + 5 * one * (i + 1)) % 48);
            let mut row: Vec<u32> = first.chain([48 + i, 48 + (5 * i + 7) % 12]).collect();
            row.sort_unstable();
            row.dedup();
            row
        })
        .collect();
    let path = write(folder.path(), "rows.csv", &rows, 60);
    for target in [None, Some(12)] {
        let data = match target {
            Some(target) => FileData::new(&path).target(target),
            None => FileData::new(&path),
        };
        let from = target.map_or(0, |target| 60 - target);
        let condition = Condition {
            network: Network {
                n_i: 60,
                s: 9,
                // No synapse of 1,770 is cleared.
                eps: 1e-9,
                memory: MemoryKind::Willshaw,
                ..Network::default()
            },
            data: Data::File(data),
            protocol: protocol(4, 4, &[1.0]),
        };
        let setup = Setup::new(condition, 3).unwrap();
        let told = record(&setup, 2);
        let all = setup.data(2);
        for age in 0..4 {
            let pattern = all.learned.get(7 - age);
            let cue: Vec<u32> = bits::ones(pattern)
                .filter(|&unit| target.is_none() || unit < from)
                .collect();
            let ones = bits::ones(pattern).filter(|&unit| unit >= from).count();
            // A unit's sum: units of the cue that it shares a pattern with, or is.
            let sum = |unit: u32| {
                let shares = |other: &u32| {
                    let both = |one: &[u32]| bits::get(one, unit) && bits::get(one, *other);
                    *other == unit || all.learned.iter().any(both)
                };
                cue.iter().filter(|&other| shares(other)).count()
            };
            let mut sums: Vec<(usize, bool)> = (from..60)
                .map(|unit| (sum(unit), bits::get(pattern, unit)))
                .collect();
            // Ties may fall either way: the overlap lies between the worst and the best of them.
            let overlap =
                |sums: &[(usize, bool)]| sums[..ones].iter().filter(|(_, is)| *is).count() as u32;
            sums.sort_by_key(|&(sum, is)| (std::cmp::Reverse(sum), is));
            let least = overlap(&sums);
            sums.sort_by_key(|&(sum, is)| (std::cmp::Reverse(sum), !is));
            let most = overlap(&sums);
            let found = told.cues[0].real.overlaps[age];
            assert!(
                (least..=most).contains(&found),
                "{found}: {least} to {most}"
            );
        }
    }
}
