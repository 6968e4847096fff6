//! The words of a state.

use super::super::label;
use super::super::threshold::Threshold;
use super::GrowParams;
use super::params::{HEADER, MOST_USEFUL};

/// A state's parts, lent.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    header: &'a [u32],
    items: &'a [u32],
    labels: &'a [u32],
    useful: &'a [u32],
    size: usize,
    room: usize,
}

impl<'a> View<'a> {
    pub(super) fn new(params: &GrowParams, words: &'a [u32]) -> Self {
        let (header, rest) = cut(words, HEADER);
        let room = params.items() as usize;
        let size = params.item_words();
        let (items, rest) = cut(rest, room.saturating_mul(size));
        let (labels, useful) = cut(rest, params.label_words());
        Self {
            header,
            items,
            labels,
            useful,
            size,
            room,
        }
    }

    /// Places that were filled, at most N whatever the words say.
    pub(super) fn filled(self) -> usize {
        let word = self.header.first().copied().unwrap_or(0);
        ((word & 0xffff) as usize).min(self.room)
    }

    /// Where the search for the least useful starts.
    pub(super) fn rotor(self) -> usize {
        let word = self.header.first().copied().unwrap_or(0);
        let rotor = (word >> 16) as usize;
        if rotor < self.room { rotor } else { 0 }
    }

    pub(super) fn drawn(self) -> u32 {
        self.header.get(1).copied().unwrap_or(0)
    }

    pub(super) fn threshold(self) -> Threshold {
        Threshold::of(self.header.get(2).copied().unwrap_or(0))
    }

    pub(super) fn label(self, place: usize) -> Option<u8> {
        label::decode(label::byte(self.labels, place))
    }

    pub(super) fn useful(self, place: usize) -> u8 {
        label::byte(self.useful, place)
    }

    /// The filled places, with their labels; none where one is lost.
    #[inline]
    pub(super) fn places(self) -> impl Iterator<Item = (Option<u8>, &'a [u32])> {
        let items = self.items.chunks_exact(self.size.max(1));
        let places = items.take(self.filled()).enumerate();
        places.map(move |(place, item)| (self.label(place), item))
    }
}

/// A slice in two, the first as long as there is.
fn cut(words: &[u32], length: usize) -> (&[u32], &[u32]) {
    words.split_at_checked(length).unwrap_or((words, &[]))
}

/// A state's parts, to write.
#[derive(Debug)]
pub(super) struct ViewMut<'a> {
    header: &'a mut [u32],
    items: &'a mut [u32],
    labels: &'a mut [u32],
    useful: &'a mut [u32],
    size: usize,
}

impl<'a> ViewMut<'a> {
    pub(super) fn new(params: &GrowParams, words: &'a mut [u32]) -> Self {
        let (header, rest) = cut_mut(words, HEADER);
        let size = params.item_words();
        let (items, rest) = cut_mut(rest, (params.items() as usize).saturating_mul(size));
        let (labels, useful) = cut_mut(rest, params.label_words());
        Self {
            header,
            items,
            labels,
            useful,
            size,
        }
    }

    pub(super) fn set_places(&mut self, filled: usize, rotor: usize) {
        self.set(0, filled as u32 | (rotor as u32) << 16);
    }

    pub(super) fn set_drawn(&mut self, drawn: u32) {
        self.set(1, drawn);
    }

    pub(super) fn set_threshold(&mut self, threshold: Threshold) {
        self.set(2, threshold.word());
    }

    fn set(&mut self, at: usize, value: u32) {
        if let Some(word) = self.header.get_mut(at) {
            *word = value;
        }
    }

    pub(super) fn item(&mut self, place: usize) -> &mut [u32] {
        let start = place.saturating_mul(self.size);
        let rest = self.items.get_mut(start..).unwrap_or(&mut []);
        rest.get_mut(..self.size).unwrap_or(&mut [])
    }

    /// Labels an item that was of no use so far.
    pub(super) fn set_label(&mut self, place: usize, label: u8) {
        label::set_byte(self.labels, place, label::encode(label));
        label::set_byte(self.useful, place, 0);
    }

    /// One more.
    pub(super) fn was_useful(&mut self, place: usize) {
        let useful = label::byte(self.useful, place).saturating_add(1);
        label::set_byte(self.useful, place, useful.min(MOST_USEFUL));
    }

    /// So many less, down to none.
    pub(super) fn lose_useful(&mut self, place: usize, points: u8) {
        let useful = label::byte(self.useful, place).saturating_sub(points);
        label::set_byte(self.useful, place, useful);
    }
}

fn cut_mut(words: &mut [u32], length: usize) -> (&mut [u32], &mut [u32]) {
    if length > words.len() {
        return (words, &mut []);
    }
    words.split_at_mut_checked(length).unwrap_or_default()
}
