//! How files of numbers are declared: what stands in them is written by the declaration, and docs/data.md is made of it.

/// Declares what is in the files of a kind: their names, the commands that write them, what a row is of, and the columns or arrays.
macro_rules! file_kind {
    (
        $(#[doc = $of:literal])+
        $visible:vis $kind:ident: $name:literal by $by:literal {
            $($variable:expr,)+
        }
    ) => {
        $(#[doc = $of])+
        $visible const $kind: slotless_files::dictionary::FileKind = slotless_files::dictionary::FileKind {
            name: $name,
            by: $by,
            of: concat!($($of),+).trim_ascii(),
            variables: &[$($variable),+],
        };
    };
}

pub(crate) use file_kind;
