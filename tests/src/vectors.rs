//! `tests/vectors`: lines of `name = 0x` and hex digits, and comments.

/// The vectors of `tests/vectors/kwinner.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn kwinner() -> Vec<(String, u64)> {
    read(include_str!("../vectors/kwinner.txt"))
}

/// The vectors of `tests/vectors/kwinner-500.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn kwinner_500() -> Vec<(String, u64)> {
    read(include_str!("../vectors/kwinner-500.txt"))
}

/// The vectors of `tests/vectors/hetero.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn hetero() -> Vec<(String, u64)> {
    read(include_str!("../vectors/hetero.txt"))
}

/// The vectors of `tests/vectors/classical.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn classical() -> Vec<(String, u64)> {
    read(include_str!("../vectors/classical.txt"))
}

/// The vectors of `tests/vectors/modern.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn modern() -> Vec<(String, u64)> {
    read(include_str!("../vectors/modern.txt"))
}

/// The vectors of `tests/vectors/attractor.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn attractor() -> Vec<(String, u64)> {
    read(include_str!("../vectors/attractor.txt"))
}

/// The vectors of `tests/vectors/recency.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn recency() -> Vec<(String, u64)> {
    read(include_str!("../vectors/recency.txt"))
}

/// The vectors of `tests/vectors/ring.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn ring() -> Vec<(String, u64)> {
    read(include_str!("../vectors/ring.txt"))
}

/// The vectors of `tests/vectors/encode.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn encode() -> Vec<(String, u64)> {
    read(include_str!("../vectors/encode.txt"))
}

fn read(text: &str) -> Vec<(String, u64)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, value) = line.split_once(" = 0x").expect("name = 0x...");
            let value = u64::from_str_radix(value, 16).expect("hex digits");
            (name.to_owned(), value)
        })
        .collect()
}

/// The vectors of `tests/vectors/recogniser.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn recogniser() -> Vec<(String, u64)> {
    read(include_str!("../vectors/recogniser.txt"))
}

/// The vectors of `tests/vectors/words.txt`, in its order.
///
/// # Panics
/// On a line that is neither a vector nor a comment.
#[must_use]
pub fn words() -> Vec<(String, u64)> {
    read(include_str!("../vectors/words.txt"))
}
