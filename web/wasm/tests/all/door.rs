//! What the page's scripts call, called from here: the block is one, so this is one test.

use slotless_web::door::*;
use slotless_web::exchange::{self, Writer};
use slotless_web::pictures::ALL;

fn line(status: u32) -> String {
    let mut words = vec![0; status as usize];
    exchange::read(&mut words);
    words
        .into_iter()
        .map(|word| char::from(word as u8))
        .collect()
}

fn first(count: usize) -> Vec<u32> {
    let mut words = vec![0; count];
    exchange::read(&mut words);
    words
}

#[test]
fn calls_give_what_they_say() {
    assert_ne!(slotless_block(), 0);
    assert_eq!(slotless_results_version(), slotless_core::RESULTS_VERSION);
    // What sliders may say.
    assert_eq!(slotless_energy_ranges(), 6);
    let reals = [0.25f32, 64.0].map(f32::to_bits);
    assert_eq!(first(6), [1, 8, 0, 256, reals[0], reals[1]]);
    assert_eq!(slotless_training_ranges(), 2);
    assert_eq!(first(2), [2, 10]);
    // Nothing has been started.
    for status in [
        slotless_fade_teach(1),
        slotless_fade_cue(0, 50, 1),
        slotless_fade_recall(0),
        slotless_inside_start(),
        slotless_inside_recall(),
        slotless_inside_unit(0),
        slotless_inside_learn(),
        slotless_training_steps(1),
        slotless_training_matrices(),
    ] {
        assert_eq!(line(status), "nothing has been started here yet");
    }
    let empty = [
        slotless_fade_sizes(),
        slotless_fade_measured(0),
        slotless_fade_pattern(1),
        slotless_inside_weights(),
        slotless_energy_step(0),
    ];
    assert_eq!(empty, [0; 5]);
    assert_eq!((slotless_picture(8), slotless_picture(9)), (8 + 4, 0));
    assert_eq!(first(8), ALL[8].1);

    Writer::new()
        .words(&[2568, 8, 32, 16, 32_768, 8, 10, 1])
        .words(&ALL[0].1);
    assert_eq!(slotless_fade_start(), 0);
    assert_eq!(slotless_fade_teach(5), 0);
    assert_eq!(slotless_fade_sizes(), 13);
    assert_eq!(first(4), [5, 2568, 10, 256]);
    // A bad start leaves what there is.
    Writer::new()
        .words(&[2568, 8, 32, 1000, 32_768, 8, 10, 1])
        .words(&ALL[0].1);
    assert_eq!(
        line(slotless_fade_start()),
        "winners is 1000, expected 1 to 79"
    );
    assert_eq!((slotless_fade_sizes(), first(1)), (13, vec![5]));
    Writer::new().words(&[2568, 8, 32, 16, 32_768, 8, 10, 1, 32]);
    assert_eq!(slotless_fade_ranges(), 14);
    assert_eq!(
        first(14),
        [
            1024, 32_768, 4, 128, 1, 79, 1, 65_536, 1, 24, 0, 1000, 1, 128
        ]
    );
    assert_eq!(slotless_fade_cue(0, 50, 1), 0);
    let cue = first(8);
    assert_eq!(slotless_fade_recall(3), 0);
    assert_eq!(first(8), ALL[0].1);
    assert_eq!(
        line(slotless_fade_cue(3, 50, 1)),
        "there is no kind of cue number 3"
    );
    assert_eq!(line(slotless_fade_recall(4)), "there is no memory number 4");
    assert_eq!((slotless_fade_pattern(6), first(8)), (8, ALL[0].1.to_vec()));
    assert_eq!(slotless_fade_measured(1), 66);
    assert_eq!(first(2), [1, 5]);

    assert_eq!(slotless_inside_start(), 0);
    assert_eq!(first(5), [79, 32, 16, 255, 32]);
    Writer::new().words(&cue);
    assert_eq!(slotless_inside_recall(), 0);
    assert_eq!(first(265)[264], 16);
    assert_eq!(slotless_inside_weights(), 79 * 32);
    assert_eq!(slotless_inside_unit(78), 0);
    assert_eq!(
        first(256).iter().filter(|&&weight| weight < 256).count(),
        32
    );
    assert_eq!(
        line(slotless_inside_unit(79)),
        "there is no hidden unit number 79"
    );
    Writer::new().words(&cue);
    assert_eq!(slotless_inside_learn(), 0);

    assert_eq!(slotless_energy_classical(3, 0, 60, 1), 0);
    assert_eq!(first(21)[18..], [0, 0, 1]);
    assert_eq!(slotless_energy_modern(3, 0, 60, 1, 8.0), 0);
    assert_eq!(
        (
            first(1)[0] > 1,
            slotless_energy_step(0),
            slotless_energy_step(101)
        ),
        (true, 260, 0)
    );
    assert!(line(slotless_energy_modern(3, 0, 60, 1, 0.0)).contains("beta"));

    assert_eq!(slotless_training_start(4, 4, 1), 0);
    assert_eq!((slotless_training_steps(3), first(1)), (0, vec![3]));
    assert_eq!(slotless_training_matrices(), 0);
    assert_eq!(
        line(slotless_training_start(5, 4, 1)),
        "there is no model number 5"
    );
}
