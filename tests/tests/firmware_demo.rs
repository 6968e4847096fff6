//! The Hopfield demo and that of attractor memories on this machine: what they print is what the devices print.

#[path = "../../firmware/src/bin/attractor/demo.rs"]
mod attractor;
#[path = "../../firmware/src/bin/hopfield/demo/mod.rs"]
mod hopfield;

/// Compares what the host printed with what the devices did.
fn same(host: &str, device: &str) {
    for (place, (host, device)) in host.lines().zip(device.lines()).enumerate() {
        assert_eq!(host, device, "line {}", place + 1);
    }
    assert_eq!(host, device);
}

#[test]
fn the_host_prints_of_hopfield_networks_what_the_devices_print() {
    let mut out = String::new();
    let wrong = hopfield::run(
        &mut out,
        &mut [0; hopfield::WORDS],
        &mut [0; hopfield::SCRATCH_WORDS],
    );
    assert_eq!(wrong.unwrap(), 0);
    same(&out, include_str!("../../firmware/src/bin/hopfield.out"));
}

#[test]
fn the_host_prints_of_attractor_memories_what_the_devices_print() {
    let mut out = String::new();
    let wrong = attractor::run(
        &mut out,
        [&mut [0; attractor::WORDS], &mut [0; attractor::WORDS]],
        &mut [0; attractor::SCRATCH_WORDS],
    );
    assert_eq!(wrong.unwrap(), 0);
    same(&out, include_str!("../../firmware/src/bin/attractor.out"));
}
