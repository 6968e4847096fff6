//! Snapshots, from any words and bytes.

use slotless_core::kwinner::{KWinner, Params, Random, Seeded, Structured, Wiring};
use slotless_core::recency::{self, Recency};
use slotless_core::recogniser::{Grow, GrowParams, Means, MeansParams, Ring, RingParams};
use slotless_core::ring::{
    Coded, CodedParams, Replacement, Sketches, SketchesParams, Slots, SlotsParams,
};
use slotless_core::snapshot::{self, Model, Snapshot, SnapshotError, SnapshotOf};
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};

use crate::kwinner::builder;
use crate::{any, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    let bytes = [0u8; 40];
    let bytes = crate::black_box(&bytes[..]);
    opened(Snapshot::open(bytes), more);
    opened(Snapshot::open_unverified(bytes), more);
    opened(Snapshot::from_words(words), more);
    opened(Snapshot::open_prefix(bytes).map(shorter), more);
    opened(Snapshot::from_words_prefix(words).map(shorter), more);
    opened(Snapshot::from_words_unverified(words), more);
    if let Err(error) = Snapshot::copy(bytes, words) {
        show(&error);
    }
    keep(Snapshot::length(words));
    written::<U1>(words, more);
    written::<U2>(words, more);
    written::<U4>(words, more);
    written::<U8>(words, more);
    written::<U16>(words, more);
    if let Ok(params) = recency::Params::builder(any(), any()).build()
        && let Ok(recency) = Recency::open(params, &*words)
    {
        keep(snapshot::recency::words_for(recency.params()));
        keep(snapshot::recency::parameters(recency.params()));
        keep(snapshot::recency::parts(&recency).is_ok());
        if let Err(error) = snapshot::recency::encode(&recency, more) {
            show(&error);
        }
    }
    rings(words, more);
    recognisers(words, more);
    alone::<snapshot::kwinner::Settings>(bytes, words);
    alone::<Params<U8>>(bytes, words);
    alone::<Params<U4, Structured>>(bytes, words);
    alone::<recency::Params>(bytes, words);
    alone::<SlotsParams>(bytes, words);
    alone::<CodedParams>(bytes, words);
    alone::<SketchesParams>(bytes, words);
    alone::<GrowParams>(bytes, words);
    alone::<RingParams>(bytes, words);
    alone::<MeansParams>(bytes, words);
}

/// Opened as one kind, in all ways.
fn alone<M: Model>(bytes: &[u8], words: &mut [u32]) {
    fn one<M: Model>(snapshot: Result<SnapshotOf<'_, M>, SnapshotError>) {
        match snapshot {
            Ok(snapshot) => {
                keep((snapshot.kind().code(), snapshot.learned()));
                keep(snapshot.state().len());
            }
            Err(error) => show(&error),
        }
    }
    one(SnapshotOf::<M>::open(bytes));
    one(SnapshotOf::<M>::open_unverified(bytes));
    one(SnapshotOf::<M>::from_words(words));
    one(SnapshotOf::<M>::from_words_unverified(words));
    one(SnapshotOf::<M>::open_prefix(bytes).map(|(one, _)| one));
    one(SnapshotOf::<M>::from_words_prefix(words).map(|(one, _)| one));
    one(SnapshotOf::<M>::copy(bytes, words));
}

fn recognisers(words: &[u32], more: &mut [u32]) {
    if let Ok(params) = GrowParams::new(any(), any())
        && let Ok(grow) = Grow::open(params, words)
    {
        keep(params.rounding_seed());
        keep(snapshot::grow::words_for(grow.params()));
        keep(snapshot::grow::parameters(grow.params()));
        keep(snapshot::grow::parts(&grow).is_ok());
        if let Err(error) = snapshot::grow::encode(&grow, more) {
            show(&error);
        }
    }
    let (code, replacement) = crate::recogniser::any_ring();
    if let Ok(params) = RingParams::new(any(), any(), code, replacement)
        && let Ok(ring) = Ring::open(params, words)
    {
        keep(snapshot::samples::words_for(ring.params()));
        keep(snapshot::samples::parameters(ring.params()));
        keep(snapshot::samples::parts(&ring).is_ok());
        if let Err(error) = snapshot::samples::encode(&ring, more) {
            show(&error);
        }
    }
    if let Ok(params) = MeansParams::new(any(), any(), any())
        && let Ok(means) = Means::open(params, words)
    {
        keep(snapshot::means::words_for(means.params()));
        keep(snapshot::means::parameters(means.params()));
        keep(snapshot::means::parts(&means).is_ok());
        if let Err(error) = snapshot::means::encode(&means, more) {
            show(&error);
        }
    }
}

fn rings(words: &[u32], more: &mut [u32]) {
    let seed = crate::any_64();
    let replacement = match any() {
        0 => Replacement::Fifo,
        1 => Replacement::Random { seed },
        2 => Replacement::Reservoir { seed },
        _ => Replacement::Balanced {
            classes: any(),
            seed,
        },
    };
    if let Ok(params) = SlotsParams::new(any(), any(), replacement)
        && let Ok(memory) = Slots::open(params, words)
    {
        keep(snapshot::slots::words_for(memory.params()));
        keep(snapshot::slots::parameters(memory.params()));
        keep(snapshot::slots::parts(&memory).is_ok());
        if let Err(error) = snapshot::slots::encode(&memory, more) {
            show(&error);
        }
    }
    if let Ok(params) = CodedParams::new(any(), any(), any())
        && let Ok(memory) = Coded::open(params, words)
    {
        keep(snapshot::coded::words_for(memory.params()));
        keep(snapshot::coded::parameters(memory.params()));
        keep(snapshot::coded::parts(&memory).is_ok());
        if let Err(error) = snapshot::coded::encode(&memory, more) {
            show(&error);
        }
    }
    if let Ok(params) = SketchesParams::new(any(), any(), any(), seed)
        && let Ok(memory) = Sketches::open(params, words)
    {
        keep(snapshot::sketches::words_for(memory.params()));
        keep(snapshot::sketches::parameters(memory.params()));
        keep(snapshot::sketches::parts(&memory).is_ok());
        if let Err(error) = snapshot::sketches::encode(&memory, more) {
            show(&error);
        }
    }
}

fn shorter<'a>((snapshot, length): (Snapshot<'a>, usize)) -> Snapshot<'a> {
    keep(length);
    snapshot
}

fn opened(snapshot: Result<Snapshot<'_>, SnapshotError>, more: &mut [u32]) {
    let snapshot = match snapshot {
        Ok(snapshot) => snapshot,
        Err(error) => return show(&error),
    };
    if let Err(error) = snapshot.verify() {
        show(&error);
    }
    keep((snapshot.version(), snapshot.kind().code()));
    keep((snapshot.learned(), snapshot.crc()));
    keep((snapshot.words().len(), snapshot.state().len()));
    for section in snapshot.sections() {
        keep((section.kind.code(), section));
    }
    keep(snapshot.kwinner_settings());
    show(&snapshot.kind());
    keep(snapshot.recency_params());
    keep(snapshot.recency().is_ok());
    match snapshot.thaw_recency(more) {
        Ok(recency) => keep(recency.learned()),
        Err(error) => show(&error),
    }
    keep((snapshot.slots_params(), snapshot.coded_params()));
    keep((snapshot.sketches_params(), snapshot.slots().is_ok()));
    keep((snapshot.coded().is_ok(), snapshot.sketches().is_ok()));
    keep(snapshot.thaw_slots(more).is_ok());
    keep(snapshot.thaw_coded(more).is_ok());
    keep(snapshot.thaw_sketches(more).is_ok());
    keep((snapshot.grow_params(), snapshot.grow().is_ok()));
    keep((snapshot.samples_params(), snapshot.samples().is_ok()));
    keep((snapshot.means_params(), snapshot.means().is_ok()));
    keep(snapshot.thaw_grow(more).is_ok());
    keep(snapshot.thaw_samples(more).is_ok());
    keep(snapshot.thaw_means(more).is_ok());
    networks::<U1>(&snapshot, more);
    networks::<U2>(&snapshot, more);
    networks::<U4>(&snapshot, more);
    networks::<U8>(&snapshot, more);
    networks::<U16>(&snapshot, more);
}

fn networks<W: Width>(snapshot: &Snapshot<'_>, more: &mut [u32]) {
    fn wired<W: Width, G: Seeded>(snapshot: &Snapshot<'_>, more: &mut [u32]) {
        if let Ok(settings) = snapshot.kwinner_settings() {
            keep(settings.params::<W, G>().is_ok());
        }
        keep(snapshot.kwinner::<W, G>().is_ok());
        keep(snapshot.thaw_kwinner::<W, G>(more).is_ok());
    }
    wired::<W, Random>(snapshot, more);
    wired::<W, Structured>(snapshot, more);
    keep(snapshot.thaw_kwinner_weights::<W>(more).is_ok());
}

fn written<W: Width>(words: &mut [u32], more: &mut [u32]) {
    if let Ok(params) = builder::<W>().build() {
        network(KWinner::open(params, &*words).ok(), more);
        let masks = [any(); 16];
        if let Ok(params) = params.lend_masks(&masks) {
            network(KWinner::open(params, &*words).ok(), more);
        }
    }
    if let Ok(params) = builder::<W>().structured().build() {
        network(KWinner::open(params, &*words).ok(), more);
    }
}

fn network<W: Width, G: Wiring>(network: Option<KWinner<W, &[u32], G>>, more: &mut [u32]) {
    let Some(network) = network else { return };
    keep(snapshot::kwinner::words_for(network.params()));
    keep(snapshot::kwinner::parameters(network.params()));
    if let Ok(parts) = snapshot::kwinner::parts(&network) {
        keep((parts.count(), parts.pieces().len()));
        parts.words().for_each(keep);
    }
    if let Err(error) = snapshot::kwinner::encode(&network, more) {
        show(&error);
    }
}
