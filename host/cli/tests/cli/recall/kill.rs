//! 200 kills in the middle of `add`: nothing that was printed as stored is lost, and the folder opens every time.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use slotless_recall::Store;

use super::super::common::{Draws, Place};

const KILLS: usize = 200;
const PAIRS: usize = 16;

impl Place {
    fn start(&self, arguments: &str) -> Child {
        self.command(&arguments.split(' ').collect::<Vec<_>>())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }
}

/// Waits without sleeping, which would be too coarse.
fn wait(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    let place = Place::new();
    let mut draws = Draws(7);
    let letters = ["a", "b", "c", "d", "A", "B", "?", "a"];
    let texts: Vec<&str> = (0..2 * PAIRS)
        .map(|at| letters[(at * 5 + 3) % letters.len()])
        .collect();
    place.vectors("v.npy", &texts);
    // Number of an item and its target, of all that were acknowledged.
    let mut stored: BTreeMap<u64, String> = BTreeMap::new();
    let (mut in_the_middle, mut last) = (0, 0);
    for kill in 0..KILLS {
        let lines = (0..PAIRS).map(|pair| format!("cue {kill} {pair}\ttarget {kill} {pair}\n"));
        place.write("pairs.tsv", lines.collect::<String>());
        let mut child = place.start(
            "recall add --tsv pairs.tsv --vectors v.npy --batch 1 --units 256 --active 8 -m m",
        );
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // At once, or after some pairs were stored, and a little later.
        let wanted = draws.below(PAIRS + 4).saturating_sub(4);
        let mut acknowledged: Vec<String> =
            lines.by_ref().take(wanted).map(Result::unwrap).collect();
        wait(Duration::from_micros(
            draws.below(if wanted == 0 { 8000 } else { 2000 }) as u64,
        ));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(lines.map(Result::unwrap));
        let numbers = acknowledged
            .iter()
            .filter_map(|line| line.strip_prefix("stored "));
        let before = stored.len();
        for (pair, number) in numbers.enumerate() {
            stored.insert(number.parse().unwrap(), format!("target {kill} {pair}"));
        }
        in_the_middle += usize::from((1..PAIRS).contains(&(stored.len() - before)));
        if !place.path("m/memory.toml").exists() {
            assert!(stored.is_empty(), "kill {kill}");
            continue;
        }
        let store =
            Store::open(&place.path("m")).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        for (&id, target) in stored.iter().rev().take(3 * PAIRS) {
            assert_eq!(&store.item(id).unwrap().target, target, "kill {kill}");
        }
        // What was not acknowledged is there or not, in order and without a gap.
        let ids: Vec<u64> = store.ids().collect();
        assert!(ids.iter().copied().eq(1..=ids.len() as u64), "kill {kill}");
        assert!(ids.len() >= last, "kill {kill}");
        last = ids.len();
    }
    assert!(
        in_the_middle > KILLS / 4,
        "only {in_the_middle} kills came in the middle"
    );
    let store = Store::open(&place.path("m")).unwrap();
    assert!(
        store.stats().unwrap().snapshot_reaches > 0,
        "no snapshot was written meanwhile"
    );
    for (&id, target) in &stored {
        assert_eq!(&store.item(id).unwrap().target, target);
    }
    // And the next writer tidies up.
    place.vectors("v.npy", &["a", "b"]);
    place.ok("recall add --cue a --target b --vectors v.npy -m m");
    assert_eq!(place.names("m"), ["lock", "log", "memory.toml", "snapshot"]);
}

#[test]
fn a_killed_compaction_leaves_the_old_log_or_the_new_one() {
    let place = Place::new();
    let mut draws = Draws(8);
    let count = 600;
    let texts: Vec<&str> = (0..2 * count)
        .map(|at| ["a", "b", "c", "d"][at % 4])
        .collect();
    place.vectors("v.npy", &texts);
    let lines = (0..count).map(|pair| format!("cue {pair}\ttarget {pair}\n"));
    place.write("pairs.tsv", lines.collect::<String>());
    place.ok("recall add --tsv pairs.tsv --vectors v.npy --units 256 --active 8 -m m");
    for kill in 1..=30u64 {
        place.ok(&format!("recall forget --id {kill} -m m"));
        let mut child = place.start("recall compact -m m");
        wait(Duration::from_micros(draws.below(12_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let store =
            Store::open(&place.path("m")).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        assert!(store.ids().eq(kill + 1..=count as u64), "kill {kill}");
    }
    place.ok("recall compact -m m");
    assert_eq!(place.names("m"), ["lock", "log", "memory.toml", "snapshot"]);
}
