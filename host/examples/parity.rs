use slotless::memory::*;
use std::sync::atomic::AtomicBool;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let net = match args[1].as_str() {
        "kw" => Network::new("kw", 1000, 2000, 100, 0.05, 50, 0.3),
        "kw1" => Network::new("kw1", 1000, 1000, 100, 0.1, 50, 0.3),
        _ => Network::new("mhn", 1000, 100, 100, 1.0, 1, 1.0),
    };
    let data = match args[2].as_str() {
        "random" => Data::Random,
        b => Data::Tree {
            b: b.parse().unwrap(),
            steps: None,
        },
    };
    let trials: u32 = args[3].parse().unwrap();
    let t = std::time::Instant::now();
    let s = Setup::new(
        Condition {
            network: net,
            data,
            protocol: Protocol::default(),
        },
        1,
    )
    .unwrap();
    let r = simulate::simulate(
        &[s],
        &[trials],
        0,
        &simulate::NoKeeper,
        &AtomicBool::new(false),
    )
    .unwrap();
    eprintln!("{:?}", t.elapsed());
    for cue in 0..2 {
        for &k in r[0].kinds() {
            let a = r[0].accuracy(cue, k);
            println!(
                "{cue} {} {}",
                k.name(),
                a.columns()
                    .into_iter()
                    .map(|c| format!("{} {}", c.mean().unwrap(), c.var(1.) / c.len() as f64))
                    .collect::<Vec<_>>()
                    .join(" ")
            );
        }
    }
}
