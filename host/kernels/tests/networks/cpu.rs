use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::kwinner::{Assignment, Code, KWinner, NetworkError, Params, Readout, Wiring};
use slotless_core::rng::{self, Key, Purpose};
use slotless_core::select;
use slotless_core::weight::{Rate, Rounding, U1, U2, U4, U8, U16, Width};

use slotless_kernels::Empty;
use slotless_kernels::cpu::{
    AnyParams, Isa, Layout, Network, Selector, StateError, StructuredParams,
};

/// Sizes of networks tried, and patterns learned by each. Miri is slow enough for the smallest only.
const SIZES: std::ops::Range<u32> = if cfg!(miri) { 1..10 } else { 1..150 };
const PATTERNS: u32 = if cfg!(miri) { 1 } else { 25 };
/// The checks' emulated machines are Linux with musl.
const EMULATED: bool = cfg!(target_env = "musl");
/// Values that winners are selected of, and how often.
const VALUES: usize = if cfg!(miri) { 20 } else { 80 };
const CALLS: usize = if cfg!(miri) { 3 } else { 12 };

fn pattern(visible: u32, ones: u32, number: u32) -> Vec<u32> {
    let mut out = vec![0; bits::words_for(visible)];
    bits::sample(
        visible,
        ones,
        &mut rng::stream(7, Purpose(900), 0, number),
        &mut out,
    )
    .unwrap();
    out
}

/// Every set of instructions with every layout that takes the network, and the library's own choice.
fn all<W: Width>(params: &Params<W>) -> Vec<(Isa, Option<Layout>)> {
    let layouts = Layout::ALL
        .into_iter()
        .filter(|layout| layout.takes(params));
    let layouts: Vec<_> = layouts.map(Some).chain([None]).collect();
    Isa::available()
        .flat_map(|isa| layouts.iter().map(move |&layout| (isa, layout)))
        .collect()
}

/// Core and backends side by side over a run: winners, scores, recalls and the whole state agree.
fn agree<W: Width>(any: AnyParams, params: Params<W>, patterns: u32) {
    agree_wired(params, params, patterns, |isa, layout| {
        Network::with(any, isa, layout)
    });
    // Sizes that structured wiring does not take are left out.
    if let Ok(structured) = StructuredParams::new(any) {
        let wired = params.structured().unwrap();
        assert_eq!(structured.state_bytes().total(), 4 * wired.words() as u64);
        agree_wired(params, wired, patterns, |isa, layout| {
            Network::structured_with(structured, isa, layout)
        });
    }
    reopened(any, params);
    if let Ok(structured) = StructuredParams::new(any) {
        let wired = params.structured().unwrap();
        let mut core = KWinner::new(wired, vec![0; wired.words()]).unwrap();
        let x = pattern(params.visible(), params.active(), 0);
        let mut scratch = vec![0; wired.scratch_words()];
        core.learn(&x, &mut scratch).unwrap();
        let mut again = Network::structured_from_words(structured, core.words()).unwrap();
        assert_eq!(again.export(), core.words());
        let expected = core.learn(&x, &mut scratch).unwrap().score();
        assert_eq!(again.learn(&x), Ok(expected));
        assert_eq!(again.export(), core.words());
        let short = Network::structured_from_words(structured, &core.words()[1..]);
        assert!(matches!(short, Err(StateError::Core(_))));
    }
}

/// [`agree`] for one wiring; `sizes` are those of `params`.
fn agree_wired<W: Width, G: Wiring>(
    sizes: Params<W>,
    params: Params<W, G>,
    patterns: u32,
    network: impl Fn(Isa, Option<Layout>) -> Network,
) {
    // By the same loops over weights, which Miri sees below.
    if !cfg!(miri) {
        asked(sizes, params, patterns.min(5), &network);
    }
    let mut core = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut networks: Vec<(Network, Network)> = all(&sizes)
        .into_iter()
        .map(|(isa, layout)| {
            let network = || network(isa, layout);
            assert_eq!(network().isa(), isa);
            assert!(layout.is_none_or(|layout| network().layout() == layout));
            (network(), network())
        })
        .collect();
    let words = params.pattern_words();
    let (mut cues, mut active, mut expected_rows, mut expected_scores) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 0..patterns {
        let ones = rng::below(
            &mut rng::stream(8, Purpose(901), 0, number),
            params.visible() + 1,
        );
        let x = pattern(params.visible(), ones, number);
        let expected = core.learn(&x, &mut scratch);
        let cue = pattern(params.visible(), ones, number / 2);
        let wanted = ones.max(1);
        let mut potentials = vec![0; params.hidden() as usize];
        core.potentials(&cue, &mut potentials).unwrap();
        let winners = core
            .hidden_code(&cue, &mut scratch)
            .unwrap()
            .winners
            .to_vec();
        let mut recalled = vec![0; words];
        let matched = core
            .recall_into(&cue, wanted, &mut scratch, &mut recalled)
            .unwrap();
        for (fast, forced) in &mut networks {
            let name = (fast.isa(), fast.layout());
            match expected {
                Ok(expected) => {
                    assert_eq!(fast.learn(&x), Ok(expected.score()), "{name:?}");
                    forced.reinforce(fast.winners(), &x);
                    assert_eq!(fast.most(ones), expected.most());
                }
                Err(NetworkError::Empty) => assert_eq!(fast.learn(&x), Err(Empty), "{name:?}"),
                Err(error) => panic!("{error}"),
            }
            assert_eq!(fast.potentials(&cue), potentials, "{name:?}");
            let mut out = vec![0; words];
            let score = fast.recall(&cue, wanted, &mut out);
            assert_eq!(fast.winners(), winners, "{name:?}");
            assert_eq!((score, &out), (matched.score(), &recalled), "{name:?}");
        }
        cues.extend(cue);
        active.push(wanted);
    }
    for (cue, &wanted) in cues.chunks(words).zip(&active) {
        let mut recalled = vec![0; words];
        let matched = core
            .recall_into(cue, wanted, &mut scratch, &mut recalled)
            .unwrap();
        expected_rows.extend(recalled);
        expected_scores.push(matched.score());
    }
    for (fast, forced) in &mut networks {
        let name = (fast.isa(), fast.layout());
        let (mut rows, mut scores) = (vec![0; cues.len()], vec![0; active.len()]);
        fast.recall_many(&cues, &active, &mut rows, &mut scores);
        assert_eq!(
            (&rows, &scores),
            (&expected_rows, &expected_scores),
            "{name:?}"
        );
        assert_eq!(fast.export(), core.words(), "{name:?}");
        assert_eq!(forced.export(), core.words(), "{name:?}");
        if let Some(cue) = cues.chunks(words).next() {
            let code = core.hidden_code(cue, &mut scratch).unwrap();
            let expected = (code.winners, code.matched.score());
            assert_eq!(fast.hidden_code(cue), expected, "{name:?}");
        }
        connected(fast, &core);
    }
}

/// The connections that a network tells are those of the core.
fn connected<W: Width, G: Wiring>(network: &Network, core: &KWinner<W, Vec<u32>, G>) {
    let params = core.params();
    let mut next = 0;
    network.connections(|hidden, units, raw| {
        assert_eq!(hidden, next);
        next += 1;
        let mut mask = vec![0; params.pattern_words()];
        core.fan_in(hidden, &mut mask).unwrap();
        assert_eq!(units, bits::ones(&mask).collect::<Vec<_>>());
        let weights = units.iter().map(|&unit| core.weight(hidden, unit).unwrap());
        assert!(weights.eq(raw.iter().map(|&raw| W::to_fixed(raw))));
    });
    assert_eq!(next, params.hidden());
}

/// Rates by unit, parts of the pattern, graded winners: core and backends side by side.
fn asked<W: Width, G: Wiring>(
    sizes: Params<W>,
    params: Params<W, G>,
    steps: u32,
    network: &impl Fn(Isa, Option<Layout>) -> Network,
) {
    let (visible, hidden) = (params.visible(), params.hidden());
    let mut draws = rng::stream(params.seed(), Purpose(902), 0, 0);
    // Neighbours at one rate, and others that are not.
    let choice = [65_536, 1, 1 + rng::below(&mut draws, 65_536), 20_000];
    let rate = |_| Rate::new(choice[rng::below(&mut draws, 4) as usize]).unwrap();
    let rates: Vec<Rate> = (0..hidden).map(rate).collect();
    let mut core = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let xs: Vec<_> = (0..steps)
        .map(|number| pattern(visible, rng::below(&mut draws, visible + 1), number))
        .collect();
    let learned: Vec<_> = xs
        .iter()
        .map(|x| core.learn_at(x, &rates, &mut scratch))
        .collect();
    let (mut cues, mut readouts) = (Vec::new(), Vec::new());
    let (mut expected, mut expected_scores) = (Vec::new(), Vec::new());
    for number in 0..2 * steps - 1 {
        let ones = rng::below(&mut draws, visible + 1);
        let cue = pattern(visible, ones, number / 2);
        let [from, to, active] = [0; 3].map(|_| rng::below(&mut draws, visible + 2));
        let code = [Code::Graded, Code::Binary][usize::from(number % 3 == 2)];
        let readout = Readout::of(&params).active(active).code(code);
        let readout = match number % 3 {
            // One with more units than this network has.
            0 => Readout::among(visible + 9, active)
                .units(from..visible + 7)
                .code(code),
            1 => readout,
            _ => readout.units(from.min(to)..to.max(from)),
        };
        let mut recalled = vec![0; params.pattern_words()];
        let matched = core
            .recall_as(&cue, &readout, &mut scratch, &mut recalled)
            .unwrap();
        cues.extend(cue);
        readouts.push(readout);
        expected.extend(recalled);
        expected_scores.push(matched.score());
    }
    for (isa, layout) in all(&sizes) {
        let mut fast = network(isa, layout);
        let name = (fast.isa(), fast.layout());
        fast.set_rates(&rates);
        for (x, learned) in xs.iter().zip(&learned) {
            let score = learned.map(|learned| learned.score());
            assert_eq!(fast.learn(x).ok(), score.ok(), "{name:?}");
        }
        assert_eq!(fast.export(), core.words(), "{name:?}");
        let (mut rows, mut scores) = (vec![!0; cues.len()], vec![0; readouts.len()]);
        fast.recall_many_as(&cues, &readouts, &mut rows, &mut scores);
        assert_eq!((&rows, &scores), (&expected, &expected_scores), "{name:?}");
        let words = params.pattern_words();
        let each = cues
            .chunks(words)
            .zip(&readouts)
            .zip(expected.chunks(words));
        for ((cue, readout), expected) in each {
            let mut out = vec![!0; words];
            fast.recall_as(cue, readout, &mut out);
            assert_eq!(out, expected, "{name:?} {readout:?}");
        }
    }
}

/// A core state is taken up where it is.
fn reopened<W: Width>(any: AnyParams, params: Params<W>) {
    let mut core = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let [first, second] = [0, 1].map(|number| pattern(params.visible(), params.active(), number));
    core.learn(&first, &mut scratch).unwrap();
    let before = core.words().to_vec();
    let expected = core.learn(&second, &mut scratch).unwrap().score();
    for (isa, layout) in all(&params) {
        let mut again = Network::from_words_with(any, &before, isa, layout).unwrap();
        let name = (again.isa(), again.layout());
        let nothing = vec![0; params.pattern_words()];
        assert_eq!(again.learn(&nothing), Err(Empty), "{name:?}");
        assert_eq!(again.export(), before, "{name:?}");
        assert_eq!(again.learn(&second), Ok(expected), "{name:?}");
        assert_eq!(again.export(), core.words(), "{name:?}");
    }
}

/// Changed weights stand where the core reads them, and are what it recalls and learns from.
fn changed<W: Width, G: Wiring>(
    sizes: Params<W>,
    params: Params<W, G>,
    network: impl Fn(Isa, Option<Layout>) -> Network,
) {
    let x = pattern(params.visible(), params.active(), 0);
    let mut before = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    before.learn(&x, &mut scratch).unwrap();
    for (isa, layout) in all(&sizes) {
        let mut network = network(isa, layout);
        network.learn(&x).unwrap();
        let mut old = Vec::new();
        network.map_weights(|weight| {
            old.push(weight);
            weight ^ (old.len() as u32).wrapping_mul(0x9e37_79b9) >> 9
        });
        let name = (network.isa(), network.layout());
        let mut core = KWinner::open(params, network.export()).unwrap();
        let mut order = old.iter().zip(1u32..);
        for hidden in 0..params.hidden() {
            for visible in 0..params.visible() {
                let Some(weight) = core.weight(hidden, visible) else {
                    continue;
                };
                let (&old, number) = order.next().unwrap();
                let new = (old ^ number.wrapping_mul(0x9e37_79b9) >> 9) & W::FULL;
                assert_eq!(before.weight(hidden, visible), Some(W::to_fixed(old)));
                assert_eq!(weight, W::to_fixed(new), "{name:?} {hidden} {visible}");
            }
        }
        assert_eq!(order.next(), None);
        let mut recalled = [0, 1].map(|_| vec![0; params.pattern_words()]);
        let cue = pattern(params.visible(), params.active().div_ceil(2), 1);
        let score = network.recall(&cue, params.active(), &mut recalled[0]);
        let matched = core.recall_into(&cue, params.active(), &mut scratch, &mut recalled[1]);
        assert_eq!(score, matched.unwrap().score(), "{name:?}");
        assert_eq!(recalled[0], recalled[1], "{name:?}");
        let expected = core.learn(&cue, &mut scratch).unwrap().score();
        assert_eq!(network.learn(&cue), Ok(expected), "{name:?}");
        assert_eq!(network.export(), core.words(), "{name:?}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes longer than all others")]
fn changed_weights_are_the_cores() {
    macro_rules! widths {
        ($($width:ident)*) => {$(
            for (visible, hidden, fan_in) in [(40, 23, 11), (64, 40, 64), (64, 64, 16)] {
                let builder = Params::<$width>::builder(visible, hidden).fan_in(fan_in);
                let params = builder.winners(5).active(9).rate(20_000).build().unwrap();
                let any = AnyParams::$width(params);
                changed(params, params, |isa, layout| Network::with(any, isa, layout));
                if let Ok(structured) = StructuredParams::new(any) {
                    changed(params, params.structured().unwrap(), |isa, layout| {
                        Network::structured_with(structured, isa, layout)
                    });
                }
            }
        )*};
    }
    widths!(U1 U4 U16);
    let params = Params::<U4>::builder(64, 64).fan_in(16).winners(5).build();
    assert!(StructuredParams::new(AnyParams::U4(params.unwrap())).is_ok());
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn as_many_units_as_16_bits_can_name_and_more() {
    for (visible, hidden, fan_in) in [
        (20, 65_535, 3),
        (20, 65_536, 3),
        (3, 65_540, 3),
        (65_535, 20, 9),
        (65_536, 20, 9),
    ] {
        let params = Params::<U8>::builder(visible, hidden)
            .fan_in(fan_in)
            .winners(7)
            .rate(20_000)
            .build()
            .unwrap();
        agree(AnyParams::U8(params), params, if EMULATED { 1 } else { 3 });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else if EMULATED { 24 } else { 96 }))]

    #[test]
    fn equals_the_core_bit_for_bit(
        visible in SIZES, hidden in SIZES, fan_in in prop_oneof![SIZES, Just(SIZES.end)], winners in SIZES,
        rate in prop_oneof![Just(65536u32), Just(1), 1u32..65536], width in 0..5,
        stochastic in any::<bool>(), random in any::<bool>(), seed in any::<u64>(),
    ) {
        let rounding = if stochastic { Rounding::Stochastic } else { Rounding::Nearest };
        let assignment = if random { Assignment::RandomK } else { Assignment::Competitive };
        macro_rules! case {
            ($variant:ident) => {{
                let params = Params::<$variant>::builder(visible, hidden)
                    .fan_in(fan_in.min(visible)).winners(winners.min(hidden)).rate(rate)
                    .rounding(rounding).assignment(assignment).seed(seed).build().unwrap();
                agree(AnyParams::$variant(params), params, PATTERNS);
            }};
        }
        match width { 0 => case!(U1), 1 => case!(U2), 2 => case!(U4), 3 => case!(U8), _ => case!(U16) }
    }

    #[test]
    fn selector_equals_the_core_over_a_run_of_calls(
        calls in prop::collection::vec((prop::collection::vec(prop_oneof![0u32..8, 0u32..1000, any::<u32>()], 1..VALUES), 0u32..90, any::<u64>()), 1..CALLS)
    ) {
        let mut selectors: Vec<_> = Isa::available().map(Selector::new).collect();
        for (values, k, seed) in calls {
            let key = Key::new(seed, Purpose(3));
            let mut expected = Vec::new();
            select::top_k(&values, k, key, |index| expected.push(index));
            for selector in &mut selectors {
                prop_assert_eq!(selector.top_k(&values, k, || key), &expected);
            }
        }
    }
}

#[test]
#[should_panic(expected = "as many rates as hidden units")]
fn rates_are_as_many_as_hidden_units() {
    let params = Params::<U8>::builder(20, 10).build().unwrap();
    Network::new(AnyParams::U8(params)).set_rates(&[Rate::ONE; 9]);
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn cues_of_several_segments() {
    // Tiles look up 1,024 visible units at a time.
    for (visible, fan_in, rounding) in [
        (1_024, 40, Rounding::Stochastic),
        (1_025, 41, Rounding::Stochastic),
        (2_500, 97, Rounding::Stochastic),
        (2_500, 97, Rounding::Nearest),
    ] {
        let params = Params::<U16>::builder(visible, 37)
            .fan_in(fan_in)
            .winners(5)
            .rate(20_000)
            .rounding(rounding)
            .build()
            .unwrap();
        agree(AnyParams::U16(params), params, 6);
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn the_paper_s_networks_have_the_layouts_meant_for_them() {
    let params = |visible, hidden, fan_in, winners| {
        let builder = Params::<U8>::builder(visible, hidden);
        let builder = builder.fan_in(fan_in).winners(winners).active(100);
        AnyParams::U8(builder.build().unwrap())
    };
    let sparse = params(1000, 2000, 50, 50);
    for isa in Isa::available() {
        let (looks_up, chosen) = match isa.name() {
            "avx512" | "neon" => (true, Layout::Tiles),
            _ => (false, Layout::Lists),
        };
        let layout = |params| Network::with(params, isa, None).layout();
        assert_eq!(layout(sparse), chosen, "{isa}");
        assert_eq!(layout(params(1000, 100, 1000, 1)), Layout::Blocks, "{isa}");
        let half = layout(params(1000, 200, 500, 5));
        assert_eq!(half == Layout::Blocks, !looks_up, "{isa}: {half:?}");
        // Sixteen million pairs of units.
        let large = layout(params(8000, 2000, 4000, 5));
        assert_ne!(large, Layout::Blocks, "{isa}");
        let asked = Network::with(sparse, isa, Some(Layout::Planes)).layout();
        assert_eq!(asked, chosen, "planes need every connection");
    }
}

#[test]
fn a_state_that_is_no_network_is_refused() {
    let params = Params::<U8>::builder(40, 10)
        .fan_in(7)
        .winners(3)
        .active(5)
        .build()
        .unwrap();
    let any = AnyParams::U8(params);
    let good = Network::new(any).export();
    assert!(Network::from_words(any, &good).is_ok());
    assert!(matches!(
        Network::from_words(any, &good[1..]),
        Err(StateError::Core(_))
    ));
    // The masks follow the two words of the counter: two words per unit. Bit 40 is the first that is no visible unit.
    for (word, flip) in [(2, 1), (3, 1 << 8), (21, 1 << 31)] {
        let mut bad = good.clone();
        bad[word] ^= flip;
        let unit = (word as u32 - 2) / 2;
        let error = Network::from_words(any, &bad).unwrap_err();
        assert!(
            matches!(error, StateError::Mask { unit: found, .. } if found == unit),
            "{error}"
        );
    }
    // As many ones as there should be, one of them beyond n_i.
    let mut moved = good.clone();
    let lowest = moved[2..4].iter().position(|&word| word != 0).unwrap();
    moved[2 + lowest] &= moved[2 + lowest] - 1;
    moved[3] |= 1 << 9;
    let error = Network::from_words(any, &moved).unwrap_err().to_string();
    assert_eq!(
        error,
        "the fan-in mask of hidden unit 0 has 7 ones, expected 7, all below 40 (n_i)"
    );
}

#[test]
fn the_best_is_the_last_of_those_there_are() {
    let all: Vec<Isa> = Isa::available().collect();
    println!("backends tested: {all:?}");
    assert_eq!(all[0], Isa::PORTABLE);
    assert_eq!(*all.last().unwrap(), Isa::best());
    assert_eq!(Isa::default(), Isa::best());
}
