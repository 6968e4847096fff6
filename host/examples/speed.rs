use slotless::backend::cpu::{AnyParams, Network};
use slotless_core::{
    bits,
    kwinner::Params,
    rng,
    weight::{U8, U16},
};
use std::time::Instant;
fn main() {
    for any in [
        AnyParams::U8(
            Params::<U8>::builder(1000, 2000)
                .fan_in(50)
                .winners(50)
                .active(100)
                .rate(19661)
                .build()
                .unwrap(),
        ),
        AnyParams::U16(
            Params::<U16>::builder(1000, 2000)
                .fan_in(50)
                .winners(50)
                .active(100)
                .rate(19661)
                .build()
                .unwrap(),
        ),
        AnyParams::U16(
            Params::<U16>::builder(1000, 1000)
                .fan_in(100)
                .winners(50)
                .active(100)
                .rate(19661)
                .build()
                .unwrap(),
        ),
        AnyParams::U16(
            Params::<U16>::builder(1000, 100)
                .fan_in(1000)
                .winners(1)
                .active(100)
                .rate(65536)
                .build()
                .unwrap(),
        ),
    ] {
        let t = Instant::now();
        let mut n = Network::new(any);
        println!("new {:?}", t.elapsed());
        let ps: Vec<Vec<u32>> = (0..4000)
            .map(|i| {
                let mut o = vec![0; 32];
                bits::sample(
                    1000,
                    100,
                    &mut rng::stream(1, rng::Purpose(300), 0, i),
                    &mut o,
                )
                .unwrap();
                o
            })
            .collect();
        let t = Instant::now();
        for p in &ps {
            n.learn(p);
        }
        let l = t.elapsed();
        let mut out = vec![0; 32];
        let t = Instant::now();
        let mut ov = 0;
        for p in ps.iter().rev().take(1000) {
            n.recall(p, 100, &mut out);
            ov += bits::overlap(p, &out);
        }
        let r = t.elapsed();
        println!(
            "learn {:?} recall {:?} mean overlap {}",
            l / 4000,
            r / 1000,
            ov as f64 / 1000.
        );
    }
}
