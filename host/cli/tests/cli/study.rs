//! Studies of programs, beside the command.

use slotless::memory::{Condition, Data, Network, Protocol, Setup, Study};

use super::common::{Place, TINY};

/// What a program writes with the library is what the command writes, but for the program's revision, times and threads.
#[test]
fn a_study_leaves_the_files_of_a_run() {
    let place = Place::new();
    place.ok(TINY);
    let network = Network {
        n_i: 60,
        n_h: 80,
        s: 6,
        f: 0.2,
        k: 5,
        ..Network::default()
    };
    let protocol = Protocol {
        burn_in: 60,
        learned: 40,
        ..Protocol::default()
    };
    let condition = Condition {
        network,
        data: Data::Random,
        protocol,
    };
    let setup = Setup::new(condition, 1).unwrap();
    let study = Study::new("run");
    let manifest = study.condition(setup).trials(8).write(&place.path("own"));
    assert_eq!(manifest.unwrap().seed, 1);
    for file in ["run.csv", "run.npz", "run.svg", "run.png"] {
        let [own, ran] = ["own", "out"].map(|folder| place.read(&format!("{folder}/{file}")));
        assert!(own == ran, "{file}");
    }
    // It is read as a run is.
    place.ok("plot own --max-age 30");
}
