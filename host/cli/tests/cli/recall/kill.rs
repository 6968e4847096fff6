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
        let mut child = place.start("recall add --tsv pairs.tsv --vectors v.npy --batch 1 -m m");
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

/// A memory of `count` items, and a file of vectors for two texts.
fn memory(count: usize) -> Place {
    let place = Place::new();
    let texts: Vec<&str> = (0..2 * count)
        .map(|at| ["a", "b", "c", "d"][at % 4])
        .collect();
    place.vectors("v.npy", &texts);
    place.vectors("two.npy", &["a", "b"]);
    let lines = (0..count).map(|pair| format!("cue {pair}\ttarget {pair}\n"));
    place.write("pairs.tsv", lines.collect::<String>());
    place.ok("recall add --tsv pairs.tsv --vectors v.npy -m m");
    place
}

impl Place {
    /// Starts a command and kills it at any time up to when it would be done; what it has printed by then.
    fn killed(&self, arguments: &str, draws: &mut Draws, longest: &mut Duration) -> String {
        let start = Instant::now();
        let mut child = self.start(arguments);
        let most = longest.as_micros() as usize * 5 / 4;
        wait(Duration::from_micros(draws.below(most.max(1)) as u64));
        let was_done = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        let out = child.wait_with_output().unwrap().stdout;
        if was_done {
            *longest = start.elapsed().min(*longest);
        }
        String::from_utf8(out).unwrap()
    }
}

/// Runs `each` for as many kills; a kill at any time finds some done and some not, which it says.
fn kills(mut each: impl FnMut(&mut Draws, &mut Duration, usize) -> bool) {
    let (mut draws, mut longest) = (Draws(9), Duration::from_millis(60));
    let done = (0..KILLS)
        .filter(|&kill| each(&mut draws, &mut longest, kill))
        .count();
    assert!(
        (KILLS / 20..KILLS - KILLS / 20).contains(&done),
        "{done} of {KILLS} were done"
    );
}

#[test]
fn a_killed_forget_forgets_all_or_none() {
    let place = memory(3 * KILLS);
    let mut live: Vec<u64> = (1..=3 * KILLS as u64).collect();
    kills(|draws, longest, kill| {
        let ids: Vec<u64> = (0..3)
            .map(|_| live.remove(draws.below(live.len())))
            .collect();
        let [a, b, c] = ids[..] else { unreachable!() };
        let command = format!("recall forget --id {a} --id {b} --id {c} -m m");
        let out = place.killed(&command, draws, longest);
        let store = Store::open(&place.path("m")).unwrap();
        let left = ids.iter().filter(|&&id| store.item(id).is_ok()).count();
        assert!(
            left == 0 || left == 3 && out.is_empty(),
            "kill {kill}: {left} of three"
        );
        if left == 3 {
            live.extend(ids);
            live.sort_unstable();
        }
        assert!(store.ids().eq(live.iter().copied()), "kill {kill}");
        left == 0
    });
}

#[test]
fn a_killed_update_leaves_the_old_item_or_the_new_one() {
    let place = memory(40);
    kills(|draws, longest, kill| {
        let id = 1 + draws.below(40) as u64;
        let old = Store::open(&place.path("m")).unwrap().full(id).unwrap();
        let command =
            format!("recall update {id} --target t{kill} --cue c{kill} --vectors two.npy -m m");
        let out = place.killed(&command, draws, longest);
        let store = Store::open(&place.path("m")).unwrap();
        assert!(store.ids().eq(1..=40));
        let new = store.full(id).unwrap();
        let is_new = new.item.target == format!("t{kill}") && new.item.cues == [format!("c{kill}")];
        assert!(
            is_new || new == old && out.is_empty(),
            "kill {kill}: {new:?}"
        );
        is_new
    });
}

#[test]
fn a_killed_compaction_leaves_the_old_log_or_the_new_one() {
    let count = 2 * KILLS;
    let place = memory(count);
    let mut length = place.read("m/log").len();
    kills(|draws, longest, kill| {
        let kill = kill as u64 + 1;
        slotless_recall::Writer::open(&place.path("m"))
            .unwrap()
            .forget(&[kill])
            .unwrap();
        place.killed("recall compact -m m", draws, longest);
        let store =
            Store::open(&place.path("m")).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        assert!(store.ids().eq(kill + 1..=count as u64), "kill {kill}");
        let now = place.read("m/log").len();
        let is_shorter = now < length;
        length = now;
        is_shorter
    });
    place.ok("recall compact -m m");
    assert_eq!(place.names("m"), ["lock", "log", "memory.toml", "snapshot"]);
}
