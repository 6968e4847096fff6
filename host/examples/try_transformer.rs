use slotless::transformer::*;
use slotless::transformer::statistics::*;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
fn main() {
    let trials: u32 = std::env::args().nth(1).map_or(2, |a| a.parse().unwrap());
    let only = std::env::args().nth(2);
    let stop = AtomicBool::new(false);
    let mut models: Vec<Model> = Model::published().into();
    models[0].form = Form::Published2025;
    for model in models {
        if only.as_ref().is_some_and(|o| !model.name.contains(o.as_str())) { continue; }
        let condition = Condition { model: model.clone(), training: Training::default(), checkpoints: vec![] };
        let setup = Setup::new(condition, 1).unwrap();
        let t = Instant::now();
        let records: Vec<_> = (0..trials).map(|t| setup.run(t, &stop).unwrap()).collect();
        let us = t.elapsed().as_secs_f64() * 1e6 / 5000.0 / f64::from(trials);
        let results = Results::from_trials(setup.condition().clone(), records);
        let acc = Results::ending(&results.accuracy, 1000);
        print!("{:26} {us:6.1} us acc {:.3}", model.name, acc.iter().sum::<f64>() / acc.len() as f64);
        for s in Similarity::ALL {
            let blocks: Vec<[f64; 4]> = results.final_weights().map(|(_, w)| Block::of(&s.matrix(w), 4).numbers()).collect();
            print!(" |");
            for i in 0..4 { print!(" {:.2}", blocks.iter().map(|b| b[i]).sum::<f64>() / blocks.len() as f64); }
        }
        println!();
    }
}
