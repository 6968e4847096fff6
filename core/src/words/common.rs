//! Function words of English.

/// Lower-case, ascending. What an apostrophe leaves of contractions is among them (`don` and `t` of `don't`), but for `won`, which
/// is a word of its own, and so is `may`, a month.
const STOP: [&str; 108] = [
    "a", "about", "am", "an", "and", "any", "are", "aren", "as", "at", "be", "been", "being",
    "but", "by", "can", "could", "couldn", "d", "did", "didn", "do", "does", "doesn", "doing",
    "don", "for", "from", "had", "hadn", "has", "hasn", "have", "haven", "having", "he", "her",
    "hers", "him", "his", "how", "i", "if", "in", "into", "is", "isn", "it", "its", "ll", "m",
    "me", "might", "mine", "must", "my", "no", "not", "of", "on", "or", "our", "ours", "re", "s",
    "shall", "she", "should", "shouldn", "so", "some", "t", "than", "that", "the", "their",
    "theirs", "them", "then", "there", "these", "they", "this", "those", "to", "us", "ve", "was",
    "wasn", "we", "were", "weren", "what", "when", "where", "which", "who", "whom", "whose", "why",
    "will", "with", "would", "wouldn", "you", "your", "yours", "yourself",
];

/// Whether a word in lower case is one of them.
pub(super) fn is_stop(word: &[u8]) -> bool {
    STOP.binary_search_by(|stop| stop.as_bytes().cmp(word))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::{STOP, is_stop};

    #[test]
    fn the_list_ascends_and_is_found() {
        assert!(STOP.is_sorted_by(|a, b| a < b));
        for word in STOP {
            assert!(is_stop(word.as_bytes()), "{word}");
        }
        for word in ["", "won", "may", "ann", "zebra", "The", "th"] {
            assert!(!is_stop(word.as_bytes()), "{word}");
        }
    }
}
