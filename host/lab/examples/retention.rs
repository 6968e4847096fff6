//! The library under the command: a retention experiment of one's own, in a few lines.
//!
//! A K-winner network of 400 visible and 800 hidden units learns 600 random patterns; the last 200 are recalled from
//! half their ones. Prints accuracy and d' by age, and the exponential fitted to the forgetting curve.

use std::sync::atomic::AtomicBool;

use slotless::memory::curves::{Curves, Plan};
use slotless::memory::measure::fit_exponential;
use slotless::memory::{Condition, Data, Kind, Network, Protocol, Setup};
use slotless::run::simulate::{NoKeeper, simulate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let condition = Condition {
        network: Network {
            name: "mine".to_owned(),
            n_i: 400,
            n_h: 800,
            s: 40,
            f: 0.1,
            k: 30,
            eps: 0.3,
            ..Network::default()
        },
        data: Data::Random,
        protocol: Protocol {
            burn_in: 400,
            learned: 200,
            cues: vec![0.5],
            ..Protocol::default()
        },
    };
    let setup = Setup::new(condition, 1)?;
    let trials = 40;
    let results = simulate(&[setup], &[trials], 0, &NoKeeper, &AtomicBool::new(false))?;
    let plan = Plan::new(trials as usize, trials as usize);
    let curves = Curves::new(&results[0], 0, Kind::Pseudo, plan)?;
    let d_prime = curves.d_prime.summary();
    println!("age  accuracy  pseudo-patterns  d'");
    for age in [1, 10, 50, 100, 200] {
        let (real, base) = (curves.real.mean[age - 1], curves.base.mean[age - 1]);
        let sensitivity = d_prime[age - 1]
            .mean
            .map_or_else(String::new, |value| format!("{value:.2}"));
        println!("{age:3}  {real:8.3}  {base:15.3}  {sensitivity}");
    }
    let fitted = fit_exponential(&curves.raw_difference.means()?, 200)?;
    println!(
        "raw difference = {:.3} exp(-{:.4} age)",
        fitted.amplitude, fitted.rate
    );
    Ok(())
}
