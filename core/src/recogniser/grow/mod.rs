//! The recogniser that grows: items of four bits that move, and give way where they are of no use.

mod params;
mod state;

pub use params::GrowParams;

use super::item::{self, Query};
use super::recognition::{self, Nearest, Unit};
use super::{
    MAX_LABELS, Outcome, Recogniser, RecogniserError, Recognition, check_buffer, check_label,
    check_sample, with_room,
};
use crate::memory::Writable;
use crate::rng::Key;
use state::{View, ViewMut};

/// Bits of the random rounding of a feature, and features in a word drawn.
const DITHER: u32 = 6;
const IN_DRAW: usize = 5;

/// Items of four bits a feature that learn by moving (learning vector quantisation: Kohonen 1990, "Improved versions
/// of learning vector quantization", LVQ2.1), in the caller's buffer: the recogniser to begin with.
///
/// Every sample is an item until the buffer is full, from the first on. Then the nearest item of the sample's class moves
/// towards it, and a nearest item of another class that is too near moves away; an item that has brought more errors than
/// right answers gives its place to the sample, and so does the least useful one of the largest class where a class has less
/// than its share. How many classes there will be need not be known.
///
/// `S` is anything that lends words; the buffer is the whole state. Distances are sums of squared differences of the high
/// four bits of the features: below `225 d + 1`.
///
/// # Cost
/// Recognition reads each item once, and so does learning, which writes two items at most. On the stack, besides a fixed part: 128
/// bytes up to 64 features, 512 up to 256, else 2,048.
#[derive(Clone, Debug)]
pub struct Grow<S> {
    params: GrowParams,
    words: S,
}

impl<S: AsRef<[u32]>> Grow<S> {
    /// Views a buffer that holds a recogniser already. Any content is safe.
    ///
    /// # Errors
    /// [`RecogniserError::Buffer`] unless there are exactly [`GrowParams::words`] words.
    pub fn open(params: GrowParams, words: S) -> Result<Self, RecogniserError> {
        check_buffer(words.as_ref(), params.words())?;
        Ok(Self { params, words })
    }

    /// The sizes.
    #[must_use]
    pub fn params(&self) -> &GrowParams {
        &self.params
    }

    /// The whole state.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Gives the buffer back.
    #[must_use]
    pub fn into_words(self) -> S {
        self.words
    }

    /// Items in use, of N.
    #[must_use]
    pub fn items(&self) -> u32 {
        self.view().filled() as u32
    }

    /// The items of a class; 0 for a label that there is not.
    #[must_use]
    pub fn items_of(&self, label: u8) -> u32 {
        let labels = self.view().places().map(|(label, _)| label);
        labels.filter(|&of| of == Some(label)).count() as u32
    }

    /// The score above which a sample is unknown; none before there is one.
    #[must_use]
    pub fn threshold(&self) -> Option<u32> {
        self.view().threshold().shown()
    }

    /// Recognises a sample; nothing in an empty memory. Changes nothing.
    ///
    /// # Errors
    /// [`RecogniserError::Sample`] for a sample of another number of features than d.
    pub fn recognise(&self, sample: &[u8]) -> Result<Option<Recognition>, RecogniserError> {
        check_sample(sample, self.params.features())?;
        let room = item::lanes_for(self.params.item_words());
        let nearest = with_room(room, |room| nearest(self.view(), sample, room));
        let threshold = self.view().threshold();
        Ok(Recognition::of(&nearest, Unit::One, threshold))
    }

    fn view(&self) -> View<'_> {
        View::new(&self.params, self.words.as_ref())
    }
}

/// The nearest items, of equal ones the first.
#[inline(never)]
fn nearest(view: View<'_>, sample: &[u8], room: &mut [u32]) -> Nearest {
    let query = Query::new(sample, room);
    let mut nearest = Nearest::NONE;
    for (label, item) in view.places() {
        if let Some(label) = label {
            nearest.take(label, query.distance(item));
        }
    }
    nearest
}

/// What learning asks of the items.
#[derive(Debug, Default)]
struct Scan {
    /// Place and distance of the nearest item of the sample's class, and of the others.
    own: Option<(usize, u32)>,
    other: Option<(usize, u32)>,
    /// The items of each class.
    counts: [u16; MAX_LABELS as usize],
    /// A place whose label is lost.
    silent: Option<usize>,
}

impl Scan {
    #[inline(never)]
    fn of(view: View<'_>, sample: &[u8], label: u8, room: &mut [u32]) -> Self {
        let query = Query::new(sample, room);
        let mut scan = Self::default();
        for (place, (of, item)) in view.places().enumerate() {
            let Some(of) = of else {
                scan.silent = scan.silent.or(Some(place));
                continue;
            };
            if let Some(count) = scan.counts.get_mut(usize::from(of)) {
                *count = count.saturating_add(1);
            }
            let nearest = if of == label {
                &mut scan.own
            } else {
                &mut scan.other
            };
            let distance = query.distance(item);
            if nearest.is_none_or(|(_, nearest)| distance < nearest) {
                *nearest = Some((place, distance));
            }
        }
        scan
    }

    fn count(&self, label: u8) -> u32 {
        let count = self.counts.get(usize::from(label));
        count.copied().unwrap_or(0).into()
    }

    /// The class of most items, of several the one of the lowest label.
    fn largest(&self) -> u8 {
        let (mut largest, mut most) = (0, 0);
        for (label, &count) in (0..).zip(&self.counts) {
            if count > most {
                (largest, most) = (label, count);
            }
        }
        largest
    }
}

/// Which way an item moves.
#[derive(Clone, Copy)]
enum Way {
    /// Towards the sample.
    Pull,
    /// Away from it.
    Push,
}

impl<S: AsRef<[u32]>> Grow<S> {
    /// Makes an empty recogniser in the buffer. What the buffer held is lost; [`Grow::open`] keeps it.
    ///
    /// # Errors
    /// [`RecogniserError::Buffer`] unless there are exactly [`GrowParams::words`] words.
    pub fn new(params: GrowParams, words: S) -> Result<Self, RecogniserError>
    where
        S: Writable,
    {
        let mut recogniser = Self::open(params, words)?;
        recogniser.words.as_mut().fill(0);
        Ok(recogniser)
    }

    /// Learns a sample of a class, new or known, and tells what it would have been recognised as.
    ///
    /// # Errors
    /// [`RecogniserError::Sample`] for a sample of another number of features than d, [`RecogniserError::Label`] for a
    /// label from 16 on. Nothing is learned then.
    pub fn learn(&mut self, sample: &[u8], label: u8) -> Result<Outcome, RecogniserError>
    where
        S: Writable,
    {
        check_sample(sample, self.params.features())?;
        check_label(label, MAX_LABELS)?;
        let room = item::lanes_for(self.params.item_words());
        let scan = with_room(room, |room| Scan::of(self.view(), sample, label, room));
        let known = scan.counts.iter().filter(|&&count| count > 0).count();
        let distance = |nearest: Option<(usize, u32)>| nearest.map(|(_, distance)| distance);
        let (own, other) = (distance(scan.own), distance(scan.other));
        let threshold = self.view().threshold();
        let (outcome, threshold) = recognition::judged(own, other, known, Unit::One, threshold);
        ViewMut::new(&self.params, self.words.as_mut()).set_threshold(threshold);
        self.take_in(&scan, known, sample, label);
        Ok(outcome)
    }

    fn take_in(&mut self, scan: &Scan, known: usize, sample: &[u8], label: u8)
    where
        S: Writable,
    {
        let view = self.view();
        let (filled, rotor) = (view.filled(), view.rotor());
        let items = self.params.items();
        if let Some(place) = scan.silent {
            return self.store(place, sample, label);
        }
        if filled < items as usize {
            let mut view = ViewMut::new(&self.params, self.words.as_mut());
            view.set_places(filled.saturating_add(1), rotor);
            return self.store(filled, sample, label);
        }
        let classes = (known as u32).saturating_add(u32::from(scan.own.is_none()));
        let share = items.checked_div(classes).unwrap_or(0);
        let count = scan.count(label);
        let (Some((own, near)), true) = (scan.own, count >= share) else {
            let place = self.least_useful(scan.largest(), rotor);
            self.turn(place);
            return self.store(place, sample, label);
        };
        let fading = self.params.fades() as u8;
        if fading > 0 {
            ViewMut::new(&self.params, self.words.as_mut()).lose_useful(rotor, fading);
            self.turn(rotor);
        }
        match scan.other {
            None => {
                self.was_useful(own);
                self.shift(own, sample, Way::Pull);
            }
            Some((other, far)) if near < far => {
                self.was_useful(own);
                self.shift(own, sample, Way::Pull);
                // Distances are below 2^18.
                if 4 * near > 3 * far {
                    self.shift(other, sample, Way::Push);
                }
            }
            Some((other, _)) if self.view().useful(other) == 0 && count <= share => {
                self.store(other, sample, label);
            }
            Some((other, far)) => {
                ViewMut::new(&self.params, self.words.as_mut()).lose_useful(other, 1);
                self.shift(own, sample, Way::Pull);
                if 4 * far > near {
                    self.shift(other, sample, Way::Push);
                }
            }
        }
    }

    /// Moves the rotor behind a place.
    fn turn(&mut self, place: usize)
    where
        S: Writable,
    {
        let filled = self.view().filled();
        let next = place.saturating_add(1);
        let next = if next < filled { next } else { 0 };
        ViewMut::new(&self.params, self.words.as_mut()).set_places(filled, next);
    }

    fn was_useful(&mut self, place: usize)
    where
        S: Writable,
    {
        ViewMut::new(&self.params, self.words.as_mut()).was_useful(place);
    }

    fn store(&mut self, place: usize, sample: &[u8], label: u8)
    where
        S: Writable,
    {
        let mut view = ViewMut::new(&self.params, self.words.as_mut());
        item::write(view.item(place), sample);
        view.set_label(place, label);
    }

    /// The place of the least useful item of a class, of several the first from the rotor on, around the end.
    fn least_useful(&self, label: u8, rotor: usize) -> usize
    where
        S: Writable,
    {
        let view = self.view();
        let mut least = None;
        for place in (rotor..view.filled()).chain(0..rotor) {
            let useful = view.useful(place);
            if view.label(place) == Some(label) && least.is_none_or(|(_, least)| useful < least) {
                least = Some((place, useful));
            }
        }
        least.map_or(rotor, |(place, _)| place)
    }

    /// Moves an item a quarter of the way on average, by rounding at random.
    fn shift(&mut self, place: usize, sample: &[u8], way: Way)
    where
        S: Writable,
    {
        let drawn = self.view().drawn();
        let key = self.params.key();
        let mut view = ViewMut::new(&self.params, self.words.as_mut());
        let draws = shifted(view.item(place), sample, way, key, drawn);
        view.set_drawn(drawn.wrapping_add(draws));
    }
}

/// Moves an item, and gives the number of words drawn.
#[inline(never)]
fn shifted(item: &mut [u32], sample: &[u8], way: Way, key: Key, drawn: u32) -> u32 {
    let (mut draws, mut left, mut bits) = (0u32, 0, 0);
    for (word, part) in item.iter_mut().zip(sample.chunks(item::IN_WORD)) {
        // Turned by a nibble for each feature: the first is the lowest again after eight.
        let mut turned = *word;
        for &feature in part {
            if left == 0 {
                bits = key.at(drawn.wrapping_add(draws));
                draws = draws.wrapping_add(1);
                left = IN_DRAW;
            }
            let nibble = (turned & 0xf) as i32;
            let error = i32::from(feature) - (16 * nibble + 8);
            let error = match way {
                Way::Pull => error,
                Way::Push => -error,
            };
            let dither = (bits & ((1 << DITHER) - 1)) as i32;
            let moved = (nibble + ((error + dither) >> DITHER)).clamp(0, 15);
            turned = (turned & !0xf | moved as u32).rotate_right(4);
            bits >>= DITHER;
            left -= 1;
        }
        // At the end of a sample that fills no word.
        let rest = item::IN_WORD.saturating_sub(part.len()) as u32;
        *word = turned.rotate_right(4 * rest);
    }
    draws
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Recogniser for Grow<S> {
    type Error = RecogniserError;

    fn features(&self) -> u32 {
        self.params.features()
    }

    fn labels(&self) -> u32 {
        MAX_LABELS
    }

    fn state_words(&self) -> usize {
        self.params.words()
    }

    fn threshold(&self) -> Option<u32> {
        Self::threshold(self)
    }

    fn learn(&mut self, sample: &[u8], label: u8) -> Result<Outcome, RecogniserError> {
        Self::learn(self, sample, label)
    }

    fn recognise(&self, sample: &[u8]) -> Result<Option<Recognition>, RecogniserError> {
        Self::recognise(self, sample)
    }
}
