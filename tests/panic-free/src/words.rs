//! Text to units, and lists of them.

use slotless_core::words::{
    Found, Length, Lists, Scale, Sizes, Units, Words, inverse_document_frequency,
};

use crate::{any, any_64, black_box, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    let units = match (Units::new(any()), Units::seeded(any(), any_64())) {
        (Ok(_), Ok(units)) => units,
        (Err(error), _) | (_, Err(error)) => return show(&error),
    };
    keep((units.bits(), units.has(any()), units.unit(any_64())));
    let text = black_box("Ann's cats \u{6771}\u{4eac}");
    let found: Words<'_> = units.words(text);
    for word in found {
        keep((word, word.of(text).len()));
    }
    match (units.question(text, words), units.distinct(text, more)) {
        (Ok(one), Ok(other)) => lists(one, other),
        (Err(error), _) | (_, Err(error)) => show(&error),
    }
}

fn lists(question: &[u32], item: &[u32]) {
    let sizes = match Sizes::new(any(), any(), any()) {
        Ok(sizes) => sizes,
        Err(error) => return show(&error),
    };
    keep((sizes.bits(), sizes.items(), sizes.entries(), sizes.words()));
    let (mut buffer, mut scratch) = ([any(); 16], [any(); 16]);
    let buffer = black_box(&mut buffer[..]);
    match Lists::new(sizes, &mut *buffer) {
        Ok(mut lists) => {
            if let Err(error) = lists.add(item) {
                show(&error);
            }
            lists.clear();
        }
        Err(error) => return show(&error),
    }
    let lists = match Lists::open(sizes, &*buffer) {
        Ok(lists) => lists,
        Err(error) => return show(&error),
    };
    keep((
        lists.sizes(),
        lists.buffer().len(),
        lists.items(),
        lists.entries(),
    ));
    lists.units(any()).for_each(keep);
    let length = match Length::new(any()) {
        Ok(length) => length,
        Err(error) => return show(&error),
    };
    keep(length.share());
    let mut found = [Found::NONE; 4];
    let found = black_box(&mut found[..]);
    keep(Scale::new(length, any(), any()).score(inverse_document_frequency(any(), any()), any()));
    match lists.best(question, length, black_box(&mut scratch[..]), found) {
        Ok(found) => keep(found.len()),
        Err(error) => show(&error),
    }
}
