//! Words as units: text in any script to sparse units by hashing, and items found by the words that they share with a question.
//!
//! A memory of sentences needs names and numbers as they are, which no vector of a sentence holds. Here each word of a text
//! becomes one of `2^b` units ([`Units`]), by a hash: there is no dictionary, and no word is unknown ("feature hashing", Weinberger
//! and others 2009). [`Lists`] keeps the units of items in the caller's buffer and finds those that share rare ones with a
//! question, in integers: what inverse document frequency (Spärck Jones 1972) and BM25 (Robertson and Zaragoza 2009) are where a
//! word counts once.
//!
//! * *Words* are runs of letters and numbers, lower-cased, of English a light stem; of scripts without spaces every two neighbouring
//!   characters. Apostrophes and hyphens end a word: `Ann's` is `ann`, `s`. Nothing else is left out; [`Word::is_stop`] says which are
//!   function words of English, which a question is better asked without ([`Units::question`]).
//! * *What is a letter* and what its lower case is are the standard library's tables, whose version of Unicode is that of the
//!   pinned toolchain; what is ASCII does not change with it, nor do characters that had their place in it. Texts are taken as
//!   they are: bring them to Unicode's form NFC if their sources differ. The tables take about 12 KB of a program.
//!
//! ```
//! use slotless_core::words::{Found, Length, Lists, Sizes, Units};
//!
//! const SIZES: Sizes = match Sizes::new(14, 3, 40) {
//!     Ok(sizes) => sizes,
//!     Err(_) => panic!("sizes out of range"),
//! };
//! let units = Units::new(14)?;
//! let mut lists = Lists::new(SIZES, [0; SIZES.words()])?;
//! let mut room = [0; 32];
//! for text in ["Ann: I moved to Oslo", "Ben: painting again, at last", "Ann: my cat is called Miso"] {
//!     lists.add(units.distinct(text, &mut room)?)?;
//! }
//! let question = units.question("What does Ben paint?", &mut room)?;
//! let mut found = [Found::NONE; 2];
//! let best = lists.best(question, Length::NONE, &mut [0; 32], &mut found)?;
//! assert_eq!(best[0].item, 1);
//! # Ok::<(), slotless_core::words::WordsError>(())
//! ```

mod common;
mod error;
mod lists;
mod score;
mod split;
mod stem;
mod units;

pub use error::WordsError;
pub use lists::{Lists, Sizes};
pub use score::{Found, Length, Scale, inverse_document_frequency};
pub use split::{Word, Words};
pub use units::Units;

/// The fewest bits of a unit.
pub const MIN_BITS: u32 = 8;
/// The most bits of a unit.
pub const MAX_BITS: u32 = 32;
/// The most items of [`Lists`].
pub const MAX_ITEMS: u32 = 1 << 24;
/// The most units of all items of [`Lists`] together.
pub const MAX_ENTRIES: u32 = 1 << 28;
/// The most units of a question.
pub const MAX_QUESTION: usize = 512;
/// Words of ASCII that are longer, in bytes, have no stem but themselves.
pub const LONGEST_STEMMED: usize = 32;
