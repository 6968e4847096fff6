//! Power fails in each write and erase of a save, at several points of it: what is loaded is the state of the last save or of the
//! one in progress, and saving goes on.

use slotless_store::{Identity, Store};

use crate::flash::{Cut, Draws, Flash};

const WORDS: usize = 61;

fn identity() -> Identity {
    Identity::new(300, WORDS as u32, [7; 12])
}

/// Changes as many bytes as the number says: seldom all, mostly a few.
fn change(state: &mut [u32; WORDS], draws: &mut Draws) {
    let words = match draws.next() % 16 {
        0 => WORDS,
        1 => WORDS / 3,
        _ => 3,
    };
    for _ in 0..words {
        let at = draws.next() as usize % WORDS;
        state[at] ^= 1 << (draws.next() % 32);
    }
    state[0] = state[0].wrapping_add(1);
}

/// After a cut: which of the states is there, and that three more saves are made and found, in the first of which power fails again.
fn recovers<const R: usize, const W: usize, const E: usize>(
    mut flash: Flash<R, W, E>,
    before: &[u32; WORDS],
    after: &[u32; WORDS],
    draws: &mut Draws,
    told: &str,
) -> u32 {
    let range = 0..flash.bytes.len() as u32;
    let mut words = [0; WORDS];
    (flash.off, flash.cut) = (false, None);
    let mut state = *after;
    let (mut known, mut cuts) = (Some((*before, *after)), 0);
    for round in 0..4 {
        let mut store = Store::mount(&mut flash, range.clone(), identity()).expect(told);
        let restored = store.load(&mut words).expect(told);
        if let Some((old, new)) = known {
            let nothing = restored.is_none() && old == [0; WORDS];
            assert!(
                nothing || words == old || words == new,
                "{told}, round {round}"
            );
        }
        let last = words;
        change(&mut state, draws);
        if round == 0 {
            let flash = store.into_flash();
            flash.cut = Some(Cut {
                operation: flash.operations + draws.next() as u32 % 4,
                eighths: draws.next() as usize % 9,
                seed: draws.next(),
            });
            store = Store::mount(flash, range.clone(), identity()).expect(told);
            let done = store.save(&state);
            known = Some(match done {
                Ok(_) => (state, state),
                Err(_) => (last, state),
            });
            cuts += u32::from(done.is_err());
        } else {
            store.save(&state).expect(told);
            known = Some((state, state));
        }
        (flash.off, flash.cut) = (false, None);
    }
    cuts
}

/// Cuts each operation of so many saves, and says how many cuts that were.
fn all_cuts<const R: usize, const W: usize, const E: usize>(pages: usize, saves: u32) -> u32 {
    all_cuts_of(Flash::<R, W, E>::new(pages), saves)
}

fn all_cuts_of<const R: usize, const W: usize, const E: usize>(
    mut flash: Flash<R, W, E>,
    saves: u32,
) -> u32 {
    let mut draws = Draws(W as u64);
    let range = 0..flash.bytes.len() as u32;
    let (mut state, mut cuts) = ([0; WORDS], 0);
    for save in 0..saves {
        let before = state;
        change(&mut state, &mut draws);
        let mut operation = flash.operations;
        loop {
            // As long as there is an operation to cut.
            let mut whole = false;
            for eighths in [0, 1, 4, 7, 8] {
                let mut trial = flash.clone();
                let seed = draws.next();
                trial.cut = Some(Cut {
                    operation,
                    eighths,
                    seed,
                });
                let mut store = Store::mount(&mut trial, range.clone(), identity()).unwrap();
                if store.save(&state).is_ok() {
                    whole = true;
                    break;
                }
                let told =
                    format!("writes of {W}, save {save}, operation {operation}, {eighths} eighths");
                cuts += 1 + recovers(trial, &before, &state, &mut draws, &told);
            }
            if whole {
                break;
            }
            operation += 1;
        }
        let mut store = Store::mount(&mut flash, range.clone(), identity()).unwrap();
        assert_eq!(store.save(&state).unwrap().sequence(), save + 1);
    }
    cuts
}

#[test]
fn of_single_bytes_in_4000_cuts() {
    let cuts = all_cuts::<1, 1, 256>(5, 300);
    assert!(cuts >= 4000, "{cuts}");
}

#[test]
fn of_words_in_2700_cuts() {
    let cuts = all_cuts::<1, 4, 1024>(4, 300);
    assert!(cuts >= 2700, "{cuts}");
}

#[test]
fn of_words_that_are_read_whole_in_3900_cuts() {
    let cuts = all_cuts::<4, 4, 256>(6, 300);
    assert!(cuts >= 3900, "{cuts}");
}

#[test]
fn of_double_words_in_3100_cuts() {
    let cuts = all_cuts::<8, 8, 512>(4, 300);
    assert!(cuts >= 3100, "{cuts}");
}

#[test]
fn of_sixteen_bytes_in_5400_cuts() {
    let cuts = all_cuts::<16, 16, 128>(10, 300);
    assert!(cuts >= 5400, "{cuts}");
}

#[test]
fn of_256_bytes_in_3400_cuts() {
    let cuts = all_cuts::<1, 256, 1024>(4, 300);
    assert!(cuts >= 3400, "{cuts}");
}

/// A flash that takes a second write of what a cut has left.
#[test]
fn of_words_that_can_be_written_again_in_2900_cuts() {
    let mut flash = Flash::<1, 4, 512>::new(4);
    flash.again = true;
    let cuts = all_cuts_of(flash, 300);
    assert!(cuts >= 2900, "{cuts}");
}
