//! Hopfield networks: classical, dense and modern, and what their updates share.
//!
//! Bipolar states `s` of N units, each -1 or +1, are packed [bits](crate::bits): bit 1 is +1, bit 0 is -1. Memories that are
//! bipolar too are K such states, one after the other, [`bits::words_for`](crate::bits::words_for)`(N)` words each.
//!
//! * [`classical`]: Hebbian integer weights; capacity about 0.138 N.
//! * [`dense`]: powers of similarities, bipolar states; capacity about `N^(n - 1)`.
//! * [`modern`]: continuous states, an exponential of similarities; a step is attention.
//!
//! A network that is updated one unit at a time is a [`Descend`]: its energy never rises. [`Recall`] says in which order
//! the units come and what ends it, [`descend`] runs it, and [`identify`] names what it has come to.
//!
//! [`StoredModern`] and [`StoredDense`] keep their patterns in slots of their own, so that they are a
//! [`Memory`](crate::memory::Memory) as [`Classical`](classical::Classical) is.

pub mod classical;
pub mod dense;
mod descent;
mod identify;
pub mod modern;
mod stored;

pub use descent::{Descend, Ended, Recall, RecallError, Run, Update, descend, update_order};
pub use identify::{Identity, Kind, MAX_MIXTURE, Mixture, Part, Sign, identify, nearest};
pub use stored::{StoredDense, StoredError, StoredModern};
