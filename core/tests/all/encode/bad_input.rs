//! What is refused, each in one line, and bytes.

use slotless_core::bits::{self, BitsError};
use slotless_core::encode::{
    Bucket, Calibration, Circular, Decode, Encode, EncodeError, Range, SparseRandom, Thermometer,
    WindowParams,
};

#[test]
fn every_size_out_of_range_is_named_with_what_is_allowed() {
    let thermometer = |n| Thermometer::new(Range::I8, n).map(drop);
    let bucket = |n, w| Bucket::new(Range::I8, n, w).map(drop);
    let circular = |period, n, w| Circular::new(period, n, w).map(drop);
    let sparse = |steps, n, k| SparseRandom::new(Range::I8, steps, n, k, 0).map(drop);
    let window = |n, frames| WindowParams::new(n, frames).map(drop);
    let calibration = |low, high, memory| Calibration::new(low, high, memory).map(drop);
    for (built, text) in [
        (
            Range::new(1, 0).map(drop),
            "range 1..=0 has no values, allowed low up to high",
        ),
        (thermometer(0), "n is 0, allowed 1..=1048576"),
        (
            thermometer((1 << 20) + 1),
            "n is 1048577, allowed 1..=1048576",
        ),
        (bucket(0, 1), "n is 0, allowed 1..=1048576"),
        (bucket(9, 0), "ones are 0, allowed 1..=9 of these units"),
        (bucket(9, 10), "ones are 10, allowed 1..=9 of these units"),
        (circular(0, 9, 1), "period is 0, allowed 1..=2147483648"),
        (
            circular((1 << 31) + 1, 9, 1),
            "period is 2147483649, allowed 1..=2147483648",
        ),
        (circular(9, 1, 1), "n is 1, allowed 2..=1048576"),
        (
            circular(9, 9, 9),
            "ones are 9, allowed 1..=8 of these units",
        ),
        (
            circular(9, 9, 0),
            "ones are 0, allowed 1..=8 of these units",
        ),
        (sparse(0, 9, 1), "steps are 0, allowed 1..=1048576"),
        (
            sparse((1 << 20) + 1, 9, 1),
            "steps are 1048577, allowed 1..=1048576",
        ),
        (sparse(9, 1, 1), "n is 1, allowed 2..=1048576"),
        (sparse(9, 9, 5), "ones are 5, allowed 1..=4 of these units"),
        (sparse(9, 9, 0), "ones are 0, allowed 1..=4 of these units"),
        (window(0, 1), "n is 0, allowed 1..=1048576"),
        (
            window(9, 0),
            "frames are 0, allowed 1..=65536 of these units",
        ),
        (
            window(1 << 10, 1025),
            "frames are 1025, allowed 1..=1024 of these units",
        ),
        (
            calibration(0, 9, 64),
            "shares 0 and 9 of 65536, allowed 1..=65535, the first below the second",
        ),
        (
            calibration(9, 9, 64),
            "shares 9 and 9 of 65536, allowed 1..=65535, the first below the second",
        ),
        (
            calibration(9, 65_536, 64),
            "shares 9 and 65536 of 65536, allowed 1..=65535, the first below the second",
        ),
        (
            calibration(1, 2, 63),
            "memory for 63 values, allowed 64..=1048576",
        ),
        (
            calibration(1, 2, (1 << 20) + 1),
            "memory for 1048577 values, allowed 64..=1048576",
        ),
    ] {
        assert_eq!(built.unwrap_err().to_string(), text);
    }
    // The largest there are.
    assert!(thermometer(1 << 20).is_ok() && bucket(1 << 20, 1 << 20).is_ok());
    assert!(circular(1 << 31, 1 << 20, (1 << 20) - 1).is_ok());
    assert!(sparse(1 << 20, 1 << 20, 1 << 19).is_ok());
    assert!(window(16, 1 << 16).is_ok() && window(1 << 20, 1).is_ok());
    assert!(calibration(1, 65_535, 1 << 20).is_ok());
}

#[test]
fn buffers_of_another_length_are_refused_and_left_alone() {
    let all = (
        Bucket::new(Range::I8, 40, 8).unwrap(),
        Thermometer::new(Range::I8, 30).unwrap(),
    );
    for length in [0, 2, 4] {
        let mut out = vec![9; length];
        let error = all.encode((1, 2), &mut out).unwrap_err();
        let expected = format!("pattern: bit vector of {length} words, expected 3");
        assert_eq!(error.to_string(), expected);
        assert_eq!(out, vec![9; length]);
        assert_eq!(all.decode(&out).unwrap_err(), error);
        let source = core::error::Error::source(&error);
        assert!(source.is_some_and(|source| source.is::<BitsError>()));
    }
    assert_eq!(
        all.decode(&[0, 0, 64]).unwrap_err(),
        EncodeError::Pattern(BitsError::Beyond { bits: 70 })
    );
}

#[test]
fn bytes_are_the_words_lowest_bit_first() {
    let bytes: Vec<u8> = (0..9).map(|byte| byte * 31 + 5).collect();
    for n in 0..=72u32 {
        let length = n.div_ceil(8) as usize;
        let mut own = bytes[..length].to_vec();
        if n % 8 != 0 {
            own[length - 1] &= (1 << (n % 8)) - 1;
        }
        let mut words = vec![u32::MAX; bits::words_for(n)];
        bits::from_bytes(&own, n, &mut words).unwrap();
        for j in 0..n {
            let bit = own[j as usize / 8] >> (j % 8) & 1 == 1;
            assert_eq!(bits::get(&words, j), bit, "bit {j} of {n}");
        }
        assert_eq!(bits::check(&words, n), Ok(()));
        let mut back = vec![0xaa; length];
        bits::to_bytes(&words, n, &mut back).unwrap();
        assert_eq!(back, own);
    }
    let mut words = [7; 2];
    let from = |bytes: &[u8], n, words: &mut [u32]| {
        bits::from_bytes(bytes, n, words).unwrap_err().to_string()
    };
    let text = from(&[1; 4], 33, &mut words);
    assert_eq!(text, "bit vector of 4 bytes, expected 5");
    let text = from(&[0, 0, 0, 0, 2], 33, &mut words);
    assert_eq!(text, "a bit at or beyond 33, the length, is set");
    let text = from(&[1; 5], 33, &mut words[..1]);
    assert_eq!(text, "bit vector of 1 words, expected 2");
    assert_eq!(words, [7; 2]);
    let mut out = [9; 5];
    assert!(bits::to_bytes(&[0, 2], 33, &mut out).is_err());
    assert!(bits::to_bytes(&[0], 33, &mut out).is_err());
    assert!(bits::to_bytes(&[0, 1], 33, &mut out[..4]).is_err());
    assert_eq!(out, [9; 5]);
}
