//! The Hopfield demo on this machine: what it prints is what the devices print.

#[path = "../../firmware/src/bin/hopfield/demo/mod.rs"]
mod demo;

const LOG: &str = include_str!("../../firmware/src/bin/hopfield.out");

#[test]
fn the_host_prints_what_the_devices_print() {
    let mut out = String::new();
    let wrong = demo::run(
        &mut out,
        &mut [0; demo::WORDS],
        &mut [0; demo::SCRATCH_WORDS],
    );
    assert_eq!(wrong.unwrap(), 0);
    for (place, (host, device)) in out.lines().zip(LOG.lines()).enumerate() {
        assert_eq!(host, device, "line {}", place + 1);
    }
    assert_eq!(out, LOG);
}
