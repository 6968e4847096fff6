//! Files that are none of conversations.

use slotless_core::words::WordsError;
use slotless_files::FileError;
use slotless_recall::StoreError;
use thiserror::Error;

/// A file that is not of its format; a line that says where.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RetrievalError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] FileError),
    /// It is no JSON.
    #[error("{path}: {source}")]
    Json {
        /// Which file.
        path: String,
        /// Why.
        source: serde_json::Error,
    },
    /// A field is not there, or of another kind.
    #[error("{path}: {place}: {field} is {found}, expected {expected}")]
    Field {
        /// Which file.
        path: String,
        /// Which object, such as `conversation 2, question 5`.
        place: String,
        /// Which field.
        field: String,
        /// What is there.
        found: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// Words as units.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// A memory of sentences.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No question has an answer among what can be found.
    #[error(
        "{path}: none of its {questions} questions has evidence among the turns, needed one at least"
    )]
    Empty {
        /// Which file.
        path: String,
        /// Its questions.
        questions: usize,
    },
}
