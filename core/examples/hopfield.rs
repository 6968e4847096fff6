//! The classical and the modern Hopfield network in a few lines, as in the README.

use slotless_core::hopfield::classical::{Classical, Params};
use slotless_core::hopfield::modern::{self, Memories, Modern};
use slotless_core::hopfield::{Recall, identify};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    // 64 units, up to 127 memories: integer weights of 8 bits, 2,116 bytes.
    let params = Params::builder(64, 127).build()?;
    let mut network = Classical::new(params, vec![0; params.words()])?;
    let memories = [0xff00_ff00, 0x0f0f_0f0f, 0xcccc_3333, 0xaaaa_5555];
    for memory in memories.chunks_exact(2) {
        network.store(memory)?;
    }
    let mut scratch = vec![0; params.scratch_words()];
    let cue = [memories[0] ^ 0xffff, memories[1]];
    let recalled = network.recall(&cue, &Recall::sweeps(), &mut scratch)?;
    println!("energy {}, {:?}", recalled.energy, recalled.run.ended);
    println!("{:?}", identify(recalled.state, &memories, 64, 3)?.kind); // stored, inverted, a mixture, spurious

    // Continuous states, memories where they lie; one step is attention (slotless_core::attention has values and masks).
    let rows = [0.9, 0.1, -0.8, 0.2, /**/ -0.7, 0.6, 0.3, -0.9f32];
    let network = Modern::new(Memories::rows(&rows, 4)?, 8.0)?;
    let mut scratch = vec![0; network.scratch_words()];
    let recalled = network.recall(&[-0.7, 0.6, 0.0, 0.0], &modern::Recall::new(), &mut scratch)?;
    println!("{:?} after {} steps", recalled.shares, recalled.steps);
    Ok(())
}
