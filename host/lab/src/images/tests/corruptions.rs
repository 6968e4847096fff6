use rand_core::Rng;
use slotless_core::rng::{Purpose, stream};

use super::*;

fn rectangle(corruption: &str) -> Vec<bool> {
    let corruption: Corruption = corruption.parse().unwrap();
    let full = vec![u32::MAX >> (32 - SHAPE.pixels())];
    let words = corruption.check(SHAPE).unwrap().bits(&full, SHAPE, 1, 0);
    let black = |at| !bits::get(&words, at);
    let grey = corruption.grey(&[1.0; 15], SHAPE, Erased::Black, 1, 0);
    let erased: Vec<bool> = (0..SHAPE.pixels()).map(black).collect();
    assert!(
        grey.iter()
            .map(|&value| value == -1.0)
            .eq(erased.iter().copied())
    );
    let grey = corruption.grey(&[1.0; 15], SHAPE, Erased::Grey, 1, 0);
    assert!(
        grey.iter()
            .map(|&value| value == 0.0)
            .eq(erased.iter().copied())
    );
    erased
}

#[test]
fn halves_and_masks_erase_what_they_say() {
    // Five columns, three rows; 1 is erased.
    for (corruption, expected) in [
        ("half", "00000 00000 11111"),
        ("half:lower", "00000 00000 11111"),
        ("half:upper", "11111 00000 00000"),
        ("half:left", "11000 11000 11000"),
        ("half:right", "00011 00011 00011"),
        ("mask:1,0,2,2", "01100 01100 00000"),
        ("mask:4,2,1,1", "00000 00000 00001"),
        ("mask:0,0,5,3", "11111 11111 11111"),
    ] {
        let expected: Vec<bool> = expected
            .chars()
            .filter(|c| *c != ' ')
            .map(|c| c == '1')
            .collect();
        assert_eq!(rectangle(corruption), expected, "{corruption}");
    }
}

#[test]
fn corruptions_that_are_refused() {
    for (text, why) in [
        ("", "corruption is \"\""),
        ("quarter", "corruption is \"quarter\""),
        ("noise", "corruption is \"noise\""),
        ("mask", "corruption is \"mask\""),
        ("Half", "corruption is \"Half\""),
        ("half:middle", "half is \"middle\""),
        ("half:", "half is \"\""),
        ("noise:-0.1", "noise is \"-0.1\""),
        ("noise:1.01", "noise is \"1.01\""),
        ("noise:nan", "noise is \"nan\""),
        ("noise:much", "noise is \"much\""),
        ("mask:1,2,3", "mask is \"1,2,3\""),
        ("mask:1,2,3,4,5", "mask is \"1,2,3,4,5\""),
        ("mask:1,2,-3,4", "mask is \"1,2,-3,4\""),
        ("mask:1,2,0,4", "mask is \"1,2,0,4\""),
        ("mask:1,2,4,0", "mask is \"1,2,4,0\""),
        ("mask:99999999999,2,4,1", "mask is"),
    ] {
        let error = text.parse::<Corruption>().unwrap_err().to_string();
        assert!(
            error.starts_with(why) && error.contains("allowed"),
            "{text}: {error}"
        );
    }
    for text in [
        "mask:0,0,6,1",
        "mask:0,0,1,4",
        "mask:5,0,1,1",
        "mask:4294967295,0,1,1",
    ] {
        let error = text
            .parse::<Corruption>()
            .unwrap()
            .check(SHAPE)
            .unwrap_err();
        assert!(
            matches!(error, CorruptionError::Outside { .. }),
            "{text}: {error}"
        );
    }
    let row = Shape {
        width: 4,
        height: 1,
    };
    let check = |text: &str| text.parse::<Corruption>().unwrap().check(row);
    assert!(matches!(check("half"), Err(CorruptionError::NoHalf { .. })));
    assert!(check("half:left").is_ok());
}

#[test]
fn names_of_corruptions_and_thresholds_are_read_back() {
    for text in [
        "half:upper",
        "half:left",
        "noise:0.25",
        "noise:0",
        "mask:1,2,3,4",
    ] {
        assert_eq!(text.parse::<Corruption>().unwrap().to_string(), text);
    }
    for text in ["mean", "0.5", "0", "ones:12"] {
        assert_eq!(text.parse::<Threshold>().unwrap().to_string(), text);
    }
    for text in [
        "", "1", "-0.1", "nan", "ones:0", "ones:", "ones:-1", "median",
    ] {
        let error = text.parse::<Threshold>().unwrap_err().to_string();
        assert!(error.contains("allowed mean"), "{text}: {error}");
    }
}

/// Noise falls as often as it says, on other pixels of every picture and seed, and on the same ones in bits and in grey.
#[test]
fn noise_has_its_rate() {
    let shape = Shape {
        width: 200,
        height: 100,
    };
    let pixels = shape.pixels();
    let mut draws = stream(7, Purpose(999), 0, 0);
    let words: Vec<u32> = (0..pixels / 32).map(|_| draws.next_u32()).collect();
    // No value that noise gives: it is a multiple of 2^-23.
    let grey = vec![1.0f32 / 3.0; pixels as usize];
    for share in [0.0, 0.02, 0.3, 0.9, 1.0] {
        let corruption = Corruption::Noise(share);
        let mut before = Vec::new();
        for number in 0..4 {
            let noisy = corruption.bits(&words, shape, 5, number);
            let flipped: Vec<u32> = words.iter().zip(&noisy).map(|(a, b)| a ^ b).collect();
            let count = f64::from(bits::count(&flipped));
            let (mean, sd) = (
                f64::from(pixels) * share,
                (f64::from(pixels) * share * (1.0 - share)).sqrt(),
            );
            assert!(
                (count - mean).abs() <= 5.0 * sd,
                "{share}: {count}, expected {mean} +- {sd}"
            );
            let noisy = corruption.grey(&grey, shape, Erased::Grey, 5, number);
            let changed = noisy.iter().map(|&value| value != 1.0 / 3.0);
            assert!(
                changed.eq((0..pixels).map(|at| bits::get(&flipped, at))),
                "{share}"
            );
            // Uniform from -1 to 1: mean 0, standard deviation 1 / sqrt(3).
            assert!(noisy.iter().all(|value| (-1.0..1.0).contains(value)));
            if share == 1.0 {
                let mean =
                    noisy.iter().map(|&value| f64::from(value)).sum::<f64>() / f64::from(pixels);
                let square = noisy
                    .iter()
                    .map(|&value| f64::from(value).powi(2))
                    .sum::<f64>()
                    / f64::from(pixels);
                assert!(
                    mean.abs() < 5.0 * (1.0 / 3.0 / f64::from(pixels)).sqrt(),
                    "{mean}"
                );
                assert!((square - 1.0 / 3.0).abs() < 0.02, "{square}");
            }
            assert!(share == 0.0 || share == 1.0 || !before.contains(&flipped));
            before.push(flipped);
        }
        let other = corruption.bits(&words, shape, 6, 0);
        let same = other == corruption.bits(&words, shape, 5, 0);
        assert_eq!(same, share == 0.0 || share == 1.0, "{share}");
    }
}
