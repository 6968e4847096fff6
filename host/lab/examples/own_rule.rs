//! A rule of one's own in the paper's protocol, beside the paper's network: `cargo run --release -p slotless --example own_rule`.
use slotless::memory::{Condition, Data, Network, Protocol, Rule, Setup, Study};
use slotless_core::bits::{self, BitsError};
use slotless_core::memory::{Capacity, Memory, Recollection};

const UNITS: usize = 1000;
const ACTIVE: usize = 100;

/// CA3: each active unit moves its synapses to all others towards the pattern, `w_ij += 0.1 (x_j - w_ij)`.
#[derive(Debug)]
struct Ca3(Vec<[f32; UNITS]>, u64);

#[rustfmt::skip]
impl Memory for Ca3 {
    type Error = BitsError;

    fn units(&self) -> u32 { UNITS as u32 }
    fn stored(&self) -> u64 { self.1 }
    fn capacity(&self) -> Capacity { Capacity { reliable: None, limit: None } }
    fn state_words(&self) -> usize { UNITS * UNITS }
    fn scratch_words(&self) -> usize { bits::words_for(UNITS as u32) }

    fn store(&mut self, pattern: &[u32], _: &mut [u32]) -> Result<(), BitsError> {
        bits::check(pattern, UNITS as u32)?;
        for i in bits::ones(pattern) {
            for (w, j) in self.0[i as usize].iter_mut().zip(0..) {
                *w += 0.1 * (f32::from(u8::from(bits::get(pattern, j) && j != i)) - *w);
            }
        }
        self.1 += 1;
        Ok(())
    }

    fn recall<'a>(&'a self, cue: &[u32], out: &'a mut [u32]) -> Result<Recollection<'a>, BitsError> {
        bits::check(cue, UNITS as u32)?;
        let drive = |j: usize| -> f32 { bits::ones(cue).map(|i| self.0[i as usize][j]).sum() };
        let mut units: Vec<(f32, usize)> = (0..UNITS).map(|j| (drive(j), j)).collect();
        units.sort_by(|a, b| b.0.total_cmp(&a.0));
        units.truncate(ACTIVE);
        out.fill(0);
        units.iter().for_each(|&(_, j)| bits::set(out, j as u32));
        let most = (ACTIVE as u32 * bits::count(cue).max(1)) as f32;
        let share = 65_536.0 * units.iter().map(|unit| unit.0).sum::<f32>() / most;
        Ok(Recollection { pattern: out, share: share as u32 })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let ca3 = Rule::new("CA3", ACTIVE as u32, |_| Ca3(vec![[0.0; UNITS]; UNITS], 0))?;
    let ca3 = Setup::of_rule(&ca3, Data::Random, Protocol::default(), 1)?;
    let paper = Condition {
        network: Network::default(),
        ..ca3.condition().clone()
    };
    let paper = Setup::new(paper, 1)?;
    let study = Study::new("own_rule").condition(ca3).condition(paper);
    study.write("slotless-out/own_rule".as_ref())?;
    Ok(())
}
