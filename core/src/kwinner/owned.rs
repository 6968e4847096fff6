//! A network with its buffers, for a static.

use crate::kwinner::{KWinner, Params, Wiring};
use crate::weight::Width;

/// Defines a type that owns a K-winner network: its state and its scratch, of the sizes that the parameters give.
///
/// After the name stand the width of the weights and the wiring ([`Random`](crate::kwinner::Random) or
/// [`Structured`](crate::kwinner::Structured)), then the parameters as the builder gives them, which are checked when the program is
/// compiled: those that are out of range do not compile, with the name of the setting.
///
/// The type is all zeros until it is first used, so that a static of it takes RAM and no flash; the first call that needs it draws
/// wiring and start weights, or `prepare` does, when it suits. It takes the bytes of its two buffers and four more.
///
/// | method | what it does |
/// |---|---|
/// | `const fn new() -> Self` | a network that has learned nothing |
/// | `learn(&mut self, &[u32])` | [`KWinner::learn`](crate::kwinner::KWinner::learn) |
/// | `learn_novel(&mut self, &[u32], u32)` | [`KWinner::learn_novel`](crate::kwinner::KWinner::learn_novel) |
/// | `recall(&mut self, &[u32])` | [`KWinner::recall`](crate::kwinner::KWinner::recall) |
/// | `hidden_code(&mut self, &[u32])` | [`KWinner::hidden_code`](crate::kwinner::KWinner::hidden_code) |
/// | `prepare(&mut self)` | draws wiring and start weights now, if that was not done |
/// | `clear(&mut self)` | forgets all: what `new` gives |
/// | `load(&mut self, &[u32])` | takes a state that [`KWinner::words`](crate::kwinner::KWinner::words) gave, such as a snapshot's |
/// | `parts(&mut self)` | the network and its scratch, for everything else |
///
/// They fail as those methods do, for a pattern of the wrong length and for one without a one; the buffers always fit.
///
/// ```
/// use slotless_core::kwinner::{Params, Structured};
/// use slotless_core::weight::U8;
///
/// slotless_core::kwinner! {
///     /// Motions of a wrist, 256 bits of which 32 are ones.
///     #[derive(Debug)]
///     pub struct Motions<U8, Structured> =
///         Params::<U8>::builder(256, 256).structured().fan_in(32).winners(8).active(32).rate_of(3, 10).build();
/// }
///
/// // In a program for a microcontroller: a static, behind what it has for exclusive access.
/// let mut motions = Motions::new();
/// motions.learn(&[0xf0f0_f0f0; 8])?;
/// assert_eq!(motions.recall(&[0xf0f0_f0f0, 0xf0f0_f0f0, 0xf0f0_f0f0, 0xf0f0_f0f0, 0, 0, 0, 0])?.pattern.len(), 8);
/// assert_eq!(Motions::PARAMS.hidden(), 256);
/// # Ok::<(), slotless_core::kwinner::NetworkError>(())
/// ```
///
/// What is out of range does not compile:
///
/// ```compile_fail
/// use slotless_core::kwinner::{Params, Random};
/// use slotless_core::weight::U8;
/// slotless_core::kwinner! {
///     struct Wrong<U8, Random> = Params::<U8>::builder(256, 256).winners(257).build();
/// }
/// let wrong = Wrong::new();
/// ```
#[macro_export]
macro_rules! kwinner {
    ($(#[$attribute:meta])* $visibility:vis struct $name:ident<$width:ty, $wiring:ty> = $params:expr;) => {
        $(#[$attribute])*
        $visibility struct $name {
            words: [u32; $name::PARAMS.words()],
            scratch: [u32; $name::PARAMS.scratch_words()],
            prepared: bool,
        }

        // A program need not call all of these.
        #[allow(dead_code)]
        impl $name {
            /// Sizes and rules.
            pub const PARAMS: $crate::kwinner::Params<$width, $wiring> = match $params {
                Ok(params) => params,
                Err(error) => panic!("{}", error.setting()),
            };

            /// A network that has learned nothing.
            #[must_use]
            pub const fn new() -> Self {
                Self {
                    words: [0; $name::PARAMS.words()],
                    scratch: [0; $name::PARAMS.scratch_words()],
                    prepared: false,
                }
            }

            /// The network and its scratch.
            pub fn parts(
                &mut self,
            ) -> ($crate::kwinner::KWinner<$width, &mut [u32], $wiring>, &mut [u32]) {
                let words: &mut [u32] = &mut self.words;
                let network = $crate::kwinner::KWinner::in_place(Self::PARAMS, words, &mut self.prepared);
                (network, &mut self.scratch)
            }

            /// Draws wiring and start weights, if that was not done.
            pub fn prepare(&mut self) {
                self.parts();
            }

            /// Learns a pattern in one step.
            pub fn learn(
                &mut self,
                pattern: &[u32],
            ) -> ::core::result::Result<$crate::kwinner::Match, $crate::kwinner::NetworkError> {
                let (mut network, scratch) = self.parts();
                network.learn(pattern, scratch)
            }

            /// Learns a pattern if its match has a share below `below`.
            pub fn learn_novel(
                &mut self,
                pattern: &[u32],
                below: u32,
            ) -> ::core::result::Result<$crate::kwinner::Novelty, $crate::kwinner::NetworkError> {
                let (mut network, scratch) = self.parts();
                network.learn_novel(pattern, below, scratch)
            }

            /// Recalls the pattern that a cue belongs to.
            pub fn recall(
                &mut self,
                cue: &[u32],
            ) -> ::core::result::Result<$crate::kwinner::Recalled<'_>, $crate::kwinner::NetworkError> {
                let (network, scratch) = self.parts();
                network.recall(cue, scratch)
            }

            /// The hidden code of a cue, and how well it matched.
            pub fn hidden_code(
                &mut self,
                cue: &[u32],
            ) -> ::core::result::Result<$crate::kwinner::Assigned<'_>, $crate::kwinner::NetworkError> {
                let (network, scratch) = self.parts();
                network.hidden_code(cue, scratch)
            }

            /// Forgets all.
            pub fn clear(&mut self) {
                self.prepared = false;
            }

            /// Takes a state that was kept: [`KWinner::words`]($crate::kwinner::KWinner::words).
            pub fn load(
                &mut self,
                words: &[u32],
            ) -> ::core::result::Result<(), $crate::kwinner::NetworkError> {
                $crate::kwinner::KWinner::<$width, _, $wiring>::open(Self::PARAMS, words)?;
                for (word, &kept) in self.words.iter_mut().zip(words) {
                    *word = kept;
                }
                self.prepared = true;
                Ok(())
            }
        }

        impl ::core::default::Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
}

impl<'a, W: Width, G: Wiring> KWinner<W, &'a mut [u32], G> {
    /// For the macro: the network in a buffer of the right length, a fresh one unless it was prepared before.
    #[doc(hidden)]
    pub fn in_place(params: Params<W, G>, words: &'a mut [u32], prepared: &mut bool) -> Self {
        let mut network = Self { params, words };
        if !*prepared {
            network.restart();
            *prepared = true;
        }
        network
    }
}
