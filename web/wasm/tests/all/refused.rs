//! What is out of its range is refused in a line that says what is allowed.

use slotless_core::bits;
use slotless_web::energy;
use slotless_web::fade::{Cue, Fade, Kind, Mode, Settings};
use slotless_web::pictures::ALL;
use slotless_web::training::{self, Rule, Training};

use super::golden::SETTINGS;

fn refused(settings: Settings) -> String {
    Fade::new(settings, ALL[0].1).unwrap_err().to_string()
}

#[test]
fn settings_out_of_range() {
    for (settings, line) in [
        (
            Settings {
                bytes: 1023,
                ..SETTINGS
            },
            "bytes is 1023, expected 1024 to 32768",
        ),
        (
            Settings {
                bytes: u32::MAX,
                ..SETTINGS
            },
            "bytes is 4294967295, expected 1024 to 32768",
        ),
        (
            Settings {
                fan_in: 0,
                ..SETTINGS
            },
            "points that a hidden unit sees is 0, expected 4 to 128",
        ),
        (
            Settings {
                fan_in: 129,
                ..SETTINGS
            },
            "points that a hidden unit sees is 129, expected 4 to 128",
        ),
        (
            Settings {
                winners: 0,
                ..SETTINGS
            },
            "winners is 0, expected 1 to 79",
        ),
        (
            Settings {
                winners: 80,
                ..SETTINGS
            },
            "winners is 80, expected 1 to 79",
        ),
        (
            Settings {
                levels: 0,
                ..SETTINGS
            },
            "levels is 0, expected 1 to 24",
        ),
        (
            Settings {
                before: 1001,
                ..SETTINGS
            },
            "patterns before is 1001, expected 0 to 1000",
        ),
    ] {
        assert_eq!(refused(settings), line);
    }
    assert!(
        refused(Settings {
            bits: 3,
            ..SETTINGS
        })
        .contains("1, 2, 4 or 8 bits")
    );
    assert!(
        refused(Settings {
            rate: 0,
            ..SETTINGS
        })
        .contains("rate")
    );
}

#[test]
fn drawings_that_are_empty_or_too_full() {
    let line = Fade::new(SETTINGS, [0; 8]).unwrap_err().to_string();
    assert_eq!(line, "the drawing is empty: draw at least one point");
    let line = Fade::new(SETTINGS, [u32::MAX; 8]).unwrap_err().to_string();
    assert_eq!(line, "points drawn is 256, expected 1 to 128");
}

/// At every end of every range there is a network, of any width.
#[test]
fn the_ends_of_the_ranges_are_allowed() {
    for bits in Settings::BITS {
        for bytes in [Settings::BYTES.low, Settings::BYTES.high] {
            let settings = Settings {
                bits,
                bytes,
                before: 3,
                ..SETTINGS
            };
            for ones in [1, Settings::MOST_ONES] {
                let mut drawing = [0; 8];
                (0..ones).for_each(|point| bits::set(&mut drawing, point));
                for fan_in in [settings.fan_ins().low, settings.fan_ins().high] {
                    let settings = Settings { fan_in, ..settings };
                    let winners = settings.all_winners().unwrap();
                    let levels = settings.all_levels(ones);
                    for (winners, levels) in
                        [(winners.low, levels.low), (winners.high, levels.high)]
                    {
                        let settings = Settings {
                            winners,
                            levels,
                            ..settings
                        };
                        let mut fade = Fade::new(settings, drawing).unwrap();
                        fade.teach(1).unwrap();
                        for kind in Kind::ALL {
                            assert!(fade.size(kind)[0] <= bytes, "{kind:?}");
                            fade.recall(kind, &drawing).unwrap();
                        }
                        // Of the ring nothing is gone yet.
                        let answer = fade.recall(Kind::Ring, &drawing).unwrap();
                        assert_eq!(answer.pattern, drawing);
                    }
                }
            }
        }
    }
}

#[test]
fn cues_keep_what_they_say() {
    let heart = ALL[0].1;
    let make = |mode, percent| {
        Cue {
            mode,
            percent,
            seed: 5,
        }
        .make(&heart)
        .unwrap()
    };
    for percent in [0, 50, 100] {
        let part = make(Mode::Share, percent);
        assert_eq!(bits::count(&part), 32 * percent / 100);
        assert_eq!(bits::overlap(&part, &heart), 32 * percent / 100);
        let noise = make(Mode::Noise, percent);
        assert_eq!(
            (bits::count(&noise), bits::overlap(&noise, &heart)),
            (32, 32 * percent / 100)
        );
    }
    assert_eq!(make(Mode::Erased, 100), heart);
    assert!(bits::ones(&make(Mode::Erased, 50)).all(|point| point < 128));
    let line = Cue {
        mode: Mode::Share,
        percent: 101,
        seed: 1,
    }
    .make(&heart)
    .unwrap_err()
    .to_string();
    assert_eq!(line, "percent of the drawing is 101, expected 0 to 100");
}

#[test]
fn energies_and_trainings_out_of_range() {
    let settings = energy::Settings {
        stored: 3,
        picture: 0,
        flips: 60,
        seed: 1,
    };
    for (settings, line) in [
        (
            energy::Settings {
                stored: 9,
                ..settings
            },
            "pictures stored is 9, expected 1 to 8",
        ),
        (
            energy::Settings {
                picture: 3,
                ..settings
            },
            "picture is 3, expected 0 to 2",
        ),
        (
            energy::Settings {
                flips: 257,
                ..settings
            },
            "points flipped is 257, expected 0 to 256",
        ),
    ] {
        assert_eq!(energy::classical(&settings).unwrap_err().to_string(), line);
        assert_eq!(
            energy::modern(&settings, 1.0).unwrap_err().to_string(),
            line
        );
    }
    for beta in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert!(energy::modern(&settings, beta).is_err(), "{beta}");
    }
    let line = Training::new(training::Settings {
        rule: Rule::Qk,
        letters: 11,
        seed: 1,
    })
    .unwrap_err();
    assert_eq!(line.to_string(), "letters is 11, expected 2 to 10");
}

/// No update raises the energy, and the modern network's never rises either.
#[test]
fn energies_fall() {
    for stored in 1..=8 {
        for flips in [0, 60, 128, 256] {
            let settings = energy::Settings {
                stored,
                picture: stored - 1,
                flips,
                seed: 2,
            };
            let descent = energy::classical(&settings).unwrap();
            let mut last = descent.start_energy;
            for flip in &descent.flips {
                assert!(flip.energy < last, "{settings:?}");
                last = flip.energy;
            }
            let steps = energy::modern(&settings, 8.0).unwrap();
            for pair in steps.windows(2) {
                assert!(pair[1].energy <= pair[0].energy + 1e-5, "{settings:?}");
            }
        }
    }
}
