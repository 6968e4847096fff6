use slotless_core::bits;
use slotless_core::rng::{self, Purpose};

use super::super::super::simd::Isa;
use super::Network;

fn states(seed: u64, units: u32, count: u32) -> Vec<u32> {
    let row = |number| {
        let mut out = vec![0; bits::words_for(units)];
        let ones = rng::below(&mut rng::stream(seed, Purpose(900), 0, number), units + 1);
        let mut stream = rng::stream(seed, Purpose(901), 0, number);
        bits::sample(units, ones, &mut stream, &mut out).unwrap();
        out
    };
    (0..count).flat_map(row).collect()
}

#[test]
fn weights_are_made_band_by_band_until_told_to_end() {
    for (units, bands) in [(1, 1), (64, 1), (65, 2), (200, 4)] {
        let memories = states(7, units, 40);
        let mut asked = 0;
        let count = |asked: &mut usize| {
            *asked += 1;
            true
        };
        let by_bands = Network::by_bands(units, &memories, Isa::best(), 1, || count(&mut asked));
        let (network, by_bands) = (Network::new(units, &memories), by_bands.unwrap());
        assert_eq!(asked, bands);
        for (i, j) in (0..units).flat_map(|i| (0..units).map(move |j| (i, j))) {
            assert_eq!(by_bands.weight(i, j), network.weight(i, j));
        }
        let mut left = bands;
        let stopped = Network::by_bands(units, &memories, Isa::best(), 1, || {
            left -= 1;
            left > 0
        });
        assert!(stopped.is_none());
    }
    assert!(Network::new_while(3, &[0b111], || false).is_none());
}
