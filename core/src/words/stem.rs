//! Light stems of English.

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// The stem of a word in lower case, written in its place: its first bytes, how many.
///
/// First the plural (after the S-stemmer: Harman 1991, "How effective is suffixing?"), then one ending of `ing`, `ed` and `ly`, then
/// a last `e` or `y`, in which what is left of `hiking` and `hike`, or of `studies` and `study`, would differ.
pub(super) fn stem(word: &mut [u8]) -> usize {
    let length = plural(word);
    let length = ending(word.get(..length).unwrap_or(&[]));
    match word.get_mut(..length) {
        Some([rest @ .., b'e']) if rest.len() >= 3 => rest.len(),
        Some([_, _, .., before, last @ b'y']) if !is_vowel(*before) => {
            *last = b'i';
            length
        }
        _ => length,
    }
}

/// How much is left without the ending of the plural; of `ies` an `i`.
fn plural(word: &[u8]) -> usize {
    let length = word.len();
    match word {
        [.., b'e' | b'a', b'i', b'e', b's'] => length - 1,
        [_, _, .., b'i', b'e', b's'] => length - 2,
        [.., b'u' | b's', b's'] => length,
        [_, _, _, .., b's'] => length - 1,
        _ => length,
    }
}

/// How much is left without its ending, if that is enough to be a word.
fn ending(word: &[u8]) -> usize {
    let (rest, least) = match word {
        [.., b'e', b'e', b'd'] => return word.len(),
        [rest @ .., b'i', b'n', b'g'] | [rest @ .., b'e', b'd'] => (rest, 2),
        [rest @ .., b'l', b'y'] => (rest, 3),
        _ => return word.len(),
    };
    if rest.len() < least || !rest.iter().copied().any(is_vowel) {
        return word.len();
    }
    match rest {
        [single @ .., a, b] if a == b && is_doubled(*b) => single.len() + 1,
        _ => rest.len(),
    }
}

/// Whether a letter is doubled before an ending, as in `running`, and not of itself, as in `falling`.
fn is_doubled(letter: u8) -> bool {
    letter.is_ascii_lowercase() && !is_vowel(letter) && !matches!(letter, b'l' | b's' | b'z')
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn stems_are_those_of_the_rules() {
        for (words, expected) in [
            ("cat cats", "cat"),
            ("hobby hobbies", "hobbi"),
            ("movie movies", "movi"),
            ("study studies studied", "studi"),
            ("class classes", "class"),
            ("shoe shoes", "sho"),
            ("1990s 1990", "1990"),
            ("run runs running", "run"),
            ("fall falls falling", "fall"),
            ("paint paints painted painting paintings", "paint"),
            ("hike hikes hiked hiking", "hik"),
            ("speed speeds speeding", "speed"),
            ("quick quickly", "quick"),
            ("add adds", "add"),
            ("added adding", "ad"),
            ("go going", "go"),
            // An ending it is not, but looks like one: such a word and its plural stay two.
            ("family", "fami"),
            ("families", "famili"),
            // Without what an ending needs before it.
            ("sing", "sing"),
            ("string", "string"),
            ("need", "need"),
            ("agreed", "agreed"),
            ("only", "onli"),
            ("bus", "bus"),
            ("glass", "glass"),
            ("gas", "gas"),
            ("tie ties", "tie"),
            ("day", "day"),
            ("boys", "boy"),
            ("fly", "fly"),
            ("see", "see"),
            ("s", "s"),
            ("ing", "ing"),
            ("ies", "ies"),
            ("eies", "eie"),
        ] {
            for word in words.split(' ') {
                let mut bytes = word.as_bytes().to_vec();
                let length = stem(&mut bytes);
                assert_eq!(
                    core::str::from_utf8(&bytes[..length]),
                    Ok(expected),
                    "{word}"
                );
            }
        }
        assert_eq!(stem(&mut []), 0);
    }
}
