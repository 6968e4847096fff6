//! Sizes of a module that the code may know while it is compiled.

use super::scratch::Scratch;

/// Sizes in chunks: of the hidden units, of a key, of an item with its values. Where they are constants, loops over them are none.
pub(super) trait Shape {
    /// Chunks of the hidden units, for which the buffers have this many.
    fn units(of: &Scratch) -> usize;
    /// Chunks of a key.
    fn key(of: &Scratch) -> usize;
    /// Chunks of an item with its values.
    fn item(of: &Scratch) -> usize;
}

/// Any sizes.
#[derive(Debug)]
pub(super) struct Any;

impl Shape for Any {
    #[inline(always)]
    fn units(of: &Scratch) -> usize {
        of.units
    }

    #[inline(always)]
    fn key(of: &Scratch) -> usize {
        of.key
    }

    #[inline(always)]
    fn item(of: &Scratch) -> usize {
        of.pull.len()
    }
}

/// One chunk of units, one of an item, and this many of a key: the published models'.
#[derive(Debug)]
pub(super) struct Small<const KEY: usize>;

impl<const KEY: usize> Small<KEY> {
    /// Whether the buffers are of these sizes.
    pub(super) fn fits(of: &Scratch) -> bool {
        [of.units, of.key, of.pull.len()] == [1, KEY, 1]
    }
}

impl<const KEY: usize> Shape for Small<KEY> {
    #[inline(always)]
    fn units(_: &Scratch) -> usize {
        1
    }

    #[inline(always)]
    fn key(_: &Scratch) -> usize {
        KEY
    }

    #[inline(always)]
    fn item(_: &Scratch) -> usize {
        1
    }
}

/// `of_shape!(F, scratch, |S| code)`: the code with `S` the sizes of these buffers as far as there is a copy of the code for them:
/// of the published models, unless an operation of `F` is many instructions.
macro_rules! of_shape {
    ($F:ty, $scratch:expr, |$S:ident| $code:expr) => {
        if !<$F>::LOOPS && Small::<4>::fits($scratch) {
            type $S = Small<4>;
            $code
        } else if !<$F>::LOOPS && Small::<2>::fits($scratch) {
            type $S = Small<2>;
            $code
        } else {
            type $S = Any;
            $code
        }
    };
}
pub(super) use of_shape;
