//! The K-winner network, at every width and wiring.

use slotless_core::kwinner::{
    Assignment, Code, KWinner, Masks, Match, Novelty, Params, ParamsBuilder, Readout, Structured,
    Wiring,
};
use slotless_core::weight::{Rate, Rounding, U1, U2, U4, U8, U16, Width};

use crate::{any, any_64, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    of::<U1>(words, more);
    of::<U2>(words, more);
    of::<U4>(words, more);
    of::<U8>(words, more);
    of::<U16>(words, more);
    own(words);
}

pub fn builder<W: Width>() -> ParamsBuilder<W> {
    Params::<W>::builder(any(), any())
        .fan_in(any())
        .winners(any())
        .active(any())
        .rate(any())
        .rate_of(any(), any())
        .rounding(if any() == 0 {
            Rounding::Nearest
        } else {
            Rounding::Stochastic
        })
        .assignment(if any() == 0 {
            Assignment::Competitive
        } else {
            Assignment::RandomK
        })
        .seed(any_64())
}

slotless_core::kwinner! {
    struct Own<U8, Structured> = Params::<U8>::builder(64, 16).structured().fan_in(8).winners(2).build();
}

/// The network that owns its buffers.
fn own(words: &[u32]) {
    let mut own = Own::new();
    let own = crate::black_box(&mut own);
    own.prepare();
    keep(own.learn(words).is_ok());
    keep(own.learn_novel(words, any()).is_ok());
    keep(own.recall(words).map(|recalled| recalled.pattern.len()));
    keep(own.hidden_code(words).map(|code| code.winners.len()));
    own.clear();
    keep(own.load(words).is_ok());
    keep(own.parts().0.learned());
    let mut elsewhere = [1; Own::PARAMS.words()];
    let prepared = &mut (any() == 0);
    keep(KWinner::in_place(Own::PARAMS, &mut elsewhere[..], prepared).learned());
    keep(Rate::from_ratio(any(), any()));
}

fn of<W: Width>(words: &mut [u32], more: &mut [u32]) {
    match builder::<W>().build() {
        Ok(params) => {
            network(params, words, more);
            masks(params, words);
            let mut others = [1; 64];
            match params.lend_masks(crate::black_box(&others)) {
                Ok(params) => network(params, words, more),
                Err(error) => show(&error),
            }
            masks(params, &mut others);
            if let Err(error) = params.structured() {
                show(&error);
            }
        }
        Err(error) => {
            keep(error.setting());
            show(&error);
        }
    }
    match builder::<W>().build_within(any() as usize) {
        Ok(params) => network(params, words, more),
        Err(error) => show(&error),
    }
    if let Err(error) = builder::<W>().structured().build_within(any() as usize) {
        show(&error);
    }
    match builder::<W>().structured().build() {
        Ok(params) => {
            wiring(params.wiring(), words);
            network(params, words, more);
        }
        Err(error) => show(&error),
    }
}

fn wiring(wiring: &Structured, words: &mut [u32]) {
    keep((wiring.multiplier(), wiring.turn()));
    wiring.slots(any(), keep);
    keep(wiring.slot(any(), any()));
    wiring.mask(any(), words);
}

fn masks<W: Width, G: Masks>(params: Params<W, G>, words: &mut [u32]) {
    if let Ok(network) = KWinner::open(params, words) {
        keep(network.mask(any()));
        keep(network.weights(any()));
    }
}

fn network<W: Width, G: Wiring>(params: Params<W, G>, words: &mut [u32], more: &mut [u32]) {
    settings(&params);
    let mut pattern = [0; 8];
    let pattern = crate::black_box(&mut pattern[..]);
    match KWinner::new(params, &mut *words) {
        Ok(mut network) => {
            match network.learn(pattern, more) {
                Ok(matched) => score(matched),
                Err(error) => show(&error),
            }
            let mut rates = [Rate::ONE; 64];
            rates[0] = Rate::new(any()).unwrap_or(Rate::ONE);
            match network.learn_at(pattern, crate::black_box(&rates[..]), more) {
                Ok(matched) => score(matched),
                Err(error) => show(&error),
            }
            match network.learn_novel(pattern, any(), more) {
                Ok(Novelty::Known(matched) | Novelty::Learned(matched)) => score(matched),
                Err(error) => show(&error),
            }
            keep(network.into_words().len());
        }
        Err(error) => show(&error),
    }
    let network = match KWinner::open(params, &*words) {
        Ok(network) => network,
        Err(error) => return show(&error),
    };
    keep((
        network.learned(),
        network.words().len(),
        network.params().hidden(),
    ));
    keep(network.weight(any(), any()));
    let mut out = [0; 8];
    let out = crate::black_box(&mut out[..]);
    for error in [
        network.fan_in(any(), out).err(),
        network.potentials(pattern, out).err(),
        network.hidden_code(pattern, more).map(keep).err(),
        network.recall(pattern, more).map(keep).err(),
        network.recall_sums(pattern, more, out).map(score).err(),
        network
            .recall_into(pattern, any(), more, out)
            .map(score)
            .err(),
        network
            .recall_as(pattern, &readout(&params), more, out)
            .map(score)
            .err(),
    ]
    .into_iter()
    .flatten()
    {
        show(&error);
    }
}

fn readout<W: Width, G: Wiring>(params: &Params<W, G>) -> Readout {
    let graded = any() == 0;
    let of = if any() == 0 {
        Readout::of(params)
    } else {
        Readout::among(any(), any())
    };
    let code = if graded { Code::Graded } else { Code::Binary };
    let readout = of.units(any()..any()).active(any()).code(code);
    keep((readout.range(), readout.ones(), readout.winners_code()));
    readout
}

fn settings<W: Width, G: Wiring>(params: &Params<W, G>) {
    keep((
        params.visible(),
        params.hidden(),
        params.fan_in(),
        params.winners(),
    ));
    keep((
        params.active(),
        params.rate(),
        params.rounding(),
        params.assignment(),
    ));
    keep((params.seed(), params.pattern_words(), params.row_words()));
    keep((params.words(), params.scratch_words()));
    show(&G::KIND);
}

fn score(matched: Match) {
    keep((matched.score(), matched.most(), matched.share()));
}
