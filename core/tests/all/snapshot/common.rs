//! Networks, their snapshots, and what is done with whatever opens.

use crate::naive::{self, Sizes, words};
use slotless_core::kwinner::{
    Assignment, KWinner, Params, ParamsError, Random, Seeded, Structured, WiringKind,
};
use slotless_core::snapshot::{self, Snapshot, SnapshotError};
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};

pub fn params<W: Width>(sizes: &Sizes, stochastic: bool, random_k: bool, seed: u64) -> Params<W> {
    wired(sizes, stochastic, random_k, seed).unwrap()
}

pub fn wired<W: Width, G: Seeded>(
    sizes: &Sizes,
    stochastic: bool,
    random_k: bool,
    seed: u64,
) -> Result<Params<W, G>, ParamsError> {
    let builder = Params::builder(sizes.n_i as u32, sizes.n_h as u32)
        .fan_in(sizes.m as u32)
        .winners(sizes.k as u32)
        .active(sizes.s as u32)
        .rate(sizes.eps as u32)
        .rounding(if stochastic {
            Rounding::Stochastic
        } else {
            Rounding::Nearest
        })
        .assignment(if random_k {
            Assignment::RandomK
        } else {
            Assignment::Competitive
        })
        .seed(seed);
    G::build(builder)
}

/// A network that has learned a few patterns.
pub fn trained<W: Width, G: Seeded>(
    params: Params<W, G>,
    patterns: u64,
) -> KWinner<W, Vec<u32>, G> {
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut data = naive::Pcg::new(params.seed(), 7);
    for _ in 0..patterns {
        let x = data.sample(params.visible().into(), params.active().into());
        network.learn(&words(&x), &mut scratch).unwrap();
    }
    network
}

pub fn encoded<W: Width, G: Seeded>(network: &KWinner<W, Vec<u32>, G>) -> Vec<u32> {
    let mut file = vec![0; snapshot::kwinner::words_for(network.params())];
    snapshot::kwinner::encode(network, &mut file).unwrap();
    file
}

/// 4-bit weights, 3 patterns learned: 65 words.
pub fn small() -> Vec<u32> {
    let sizes = Sizes {
        n_i: 40,
        n_h: 10,
        m: 7,
        k: 3,
        s: 5,
        eps: 20_000,
        bits: 4,
    };
    encoded(&trained(params::<U4>(&sizes, true, false, 9), 3))
}

pub fn bytes_of(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The bytes at an address that is a multiple of 4, whatever their number.
pub struct Aligned(Vec<u32>, usize);

impl Aligned {
    pub fn new(bytes: &[u8]) -> Self {
        let mut words = vec![0; bytes.len().div_ceil(4)];
        bytemuck::cast_slice_mut::<u32, u8>(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Self(words, bytes.len())
    }

    pub fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.0)[..self.1]
    }
}

/// What opening bytes in place gives on this machine, where on a little-endian one it gives `little`.
pub fn in_place(little: SnapshotError) -> SnapshotError {
    if cfg!(target_endian = "big") {
        SnapshotError::BigEndian
    } else {
        little
    }
}

/// Recalls, learns and writes whatever network opened.
pub fn exercise(snapshot: &Snapshot<'_>) {
    fn with<W: Width, G: Seeded>(snapshot: &Snapshot<'_>) {
        let flash = snapshot.kwinner::<W, G>().unwrap();
        let params = *flash.params();
        if params.scratch_words() > 1 << 20 {
            // Structured wiring keeps nothing for a visible unit, so a few words can stand for billions of them.
            return;
        }
        let mut scratch = vec![!0; params.scratch_words()];
        let mut cue = vec![0x5a5a_5a5b; params.pattern_words()];
        let used = params.visible() % 32;
        if used != 0 {
            *cue.last_mut().unwrap() &= (1 << used) - 1;
        }
        let recalled = flash.recall(&cue, &mut scratch).unwrap();
        assert_eq!(
            slotless_core::bits::count(recalled.pattern),
            params.active()
        );
        let mut ram = vec![0; params.words() + 1];
        let mut network = snapshot.thaw_kwinner::<W, G>(&mut ram).unwrap();
        assert_eq!(network.words(), flash.words());
        network.learn(&cue, &mut scratch).unwrap();
        assert_eq!(network.learned(), snapshot.learned().wrapping_add(1));
        let mut file = vec![0; snapshot::kwinner::words_for(&params)];
        let written = snapshot::kwinner::encode(&network, &mut file).unwrap();
        written.verify().unwrap();
        assert_eq!(written.state(), network.words());
    }
    fn wired<G: Seeded>(snapshot: &Snapshot<'_>, bits: u32) {
        match bits {
            1 => with::<U1, G>(snapshot),
            2 => with::<U2, G>(snapshot),
            4 => with::<U4, G>(snapshot),
            8 => with::<U8, G>(snapshot),
            16 => with::<U16, G>(snapshot),
            bits => panic!("{bits} bits should not open"),
        }
    }
    let settings = snapshot.kwinner_settings().unwrap();
    match settings.wiring {
        WiringKind::Random => wired::<Random>(snapshot, settings.bits),
        WiringKind::Structured => wired::<Structured>(snapshot, settings.bits),
    }
}
