//! Snapshots, from any words and bytes.

use slotless_core::kwinner::{KWinner, Random, Seeded, Structured, Wiring};
use slotless_core::recency::{self, Recency};
use slotless_core::snapshot::{self, Snapshot, SnapshotError};
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
        keep(snapshot::recency::parts(&recency).is_ok());
        if let Err(error) = snapshot::recency::encode(&recency, more) {
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
    if let Ok(parts) = snapshot::kwinner::parts(&network) {
        keep((parts.count(), parts.pieces().len()));
        parts.words().for_each(keep);
    }
    if let Err(error) = snapshot::kwinner::encode(&network, more) {
        show(&error);
    }
}
