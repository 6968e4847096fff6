//! Any bytes as a file of patterns: refused in one line, or rows of one length with a 1 in each, which a text of zeros and ones
//! gives again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slotless::patterns::file::{FileErrorKind, of_array, of_text};
use slotless::patterns::{Levels, Patterns};
use slotless_core::bits;

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, bytes)) = bytes.split_first() else {
        return;
    };
    let levels = [Levels::Bits, Levels::Bytes, Levels::Signs][usize::from(first) % 3];
    check(of_text(bytes, levels));
    check(of_array(bytes, levels));
});

fn check(found: Result<Patterns, FileErrorKind>) {
    let patterns = match found {
        Ok(patterns) => patterns,
        Err(error) => {
            let line = error.to_string();
            assert!(line.len() < 2000 && !line.contains(|c: char| c.is_control()));
            return;
        }
    };
    let mut text = String::new();
    for (row, &ones) in patterns.iter().zip(patterns.ones()) {
        assert!(ones > 0 && ones == bits::count(row));
        assert!(bits::ones(row).all(|bit| bit < patterns.visible()));
        let set = |bit: u32| row[bit as usize / 32] >> (bit % 32) & 1;
        let cells: Vec<String> = (0..patterns.visible())
            .map(|bit| set(bit).to_string())
            .collect();
        text += &(cells.join(",") + "\r");
    }
    let again = of_text(text.as_bytes(), Levels::Bits).expect("zeros and ones");
    assert_eq!(again, patterns);
    assert_eq!(again.sha256(), patterns.sha256());
}
