//! The snapshot in the firmware is the one that its commands make, and what the device knows after it went on learning is
//! what the host knows after as many patterns.

use slotless::memory::snapshot;
use slotless::memory::{Data, Network, Training, WeightWidth};
use slotless_core::kwinner::WiringKind;
use slotless_core::weight::Rounding;

const TRAINED: &[u8] = include_bytes!("../../firmware/data/trained.slot");
const LOG: &str = include_str!("../../firmware/src/bin/from_flash.out");

/// The command in `firmware/data/README.md`.
fn saved(learned: u32) -> Vec<u8> {
    let network = Network {
        weights: WeightWidth::U4,
        rounding: Rounding::Stochastic,
        wiring: WiringKind::Structured,
        name: "trained".to_owned(),
        n_i: 128,
        n_h: 256,
        s: 16,
        f: 0.5,
        k: 8,
        eps: 0.5,
        ..Network::default()
    };
    let training = Training::new(network, Data::Random, Some(learned), 1).unwrap();
    let never = std::sync::atomic::AtomicBool::new(false);
    snapshot::bytes(&training.run(&never).unwrap()).unwrap()
}

#[test]
fn the_file_is_what_its_command_makes() {
    assert!(saved(300) == TRAINED);
}

#[test]
fn what_the_device_learns_the_host_learns() {
    let host = saved(310);
    let (_, crc) = host.split_last_chunk::<4>().unwrap();
    let expected = format!("CRC {:#010x}", u32::from_le_bytes(*crc));
    let last = LOG.lines().last().unwrap();
    assert!(last.ends_with(&expected), "{last:?} is not of {expected}");
}
