//! Retrieval measured on conversations: which turns of a long conversation a question finds.
//!
//! Two public formats are read: LoCoMo's ([`locomo`], Maharana and others 2024), a folder of questions for each conversation, and
//! LongMemEval's ([`longmemeval`], Wu and others 2025), a haystack of sessions for each question. Both become [`Haystack`]s, which
//! every [`Method`] is asked in alike ([`answers`]); [`Report`] has the shares, with intervals, and [`protocol`] the numbers of
//! LongMemEval as its authors define them.

mod data;
mod error;
mod judged;
pub mod locomo;
pub mod longmemeval;
pub mod measure;
mod method;
pub mod protocol;
mod report;
mod stored;
mod table;
mod vocabulary;

pub use data::{Dates, Facts, Haystack, Loaded, Question};
pub use error::RetrievalError;
pub use judged::judge;
pub use method::{Answer, Encoded, Method, Parts, answers};
pub use report::{Interval, Plan, Report, Row};

pub(crate) use table::FILES;
pub use table::{LEVELS, QUESTIONS, RETRIEVAL, levels, questions, rows};
pub use vocabulary::Vocabulary;

#[cfg(test)]
mod tests;
