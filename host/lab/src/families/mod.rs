//! The families of experiments: the one place that knows them all.

use std::sync::LazyLock;

use crate::figures::{Group, Named};
use crate::run::parameter::{Parameter, Sweeps};
use crate::{bench, hopfield, images, memory, paraphrase, recogniser, retrieval, transformer};
use slotless_files::dictionary::FileKind;

/// The figures of every family, in the order of the help: a line each.
const FAMILIES: [&[Named]; 5] = [
    memory::figures::FIGURES,
    bench::FIGURES,
    transformer::figures::FIGURES,
    hopfield::figures::FIGURES,
    paraphrase::figures::FIGURES,
];

/// The parameters of the families that take any of a user's, each with what they are of.
pub const PARAMETERS: [(&str, &[Parameter]); 2] = [
    ("Memories", memory::spec::Sweep::PARAMETERS),
    ("Transformers", transformer::spec::Sweep::PARAMETERS),
];

/// What is in the files of numbers that the command writes, each with what they are of.
pub const FILES: [(&str, &[FileKind]); 8] = [
    ("Memories", memory::figures::FILES),
    ("Transformers", transformer::figures::FILES),
    ("Hopfield networks", hopfield::figures::FILES),
    ("Pictures", images::recall::files::FILES),
    ("Sentences", paraphrase::figures::FILES),
    ("Recognisers", recogniser::FILES),
    ("Retrieval", retrieval::FILES),
    ("Times", bench::FILES),
];

/// Every figure there is, family by family, in the order of the help.
pub static FIGURES: LazyLock<Vec<Named>> = LazyLock::new(|| FAMILIES.concat());

impl Named {
    /// The figure of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        FIGURES.iter().find(|figure| figure.name == name)
    }
}

impl Group {
    /// Its figures, in the order of [`FIGURES`].
    pub fn figures(self) -> impl Iterator<Item = &'static Named> {
        FIGURES
            .iter()
            .filter(move |figure| figure.group == Some(self))
    }
}

#[cfg(test)]
mod data_page;
#[cfg(test)]
mod tests;
