//! `slotless bench --layouts`.

use std::time::Duration;

use super::BenchArgs;
use crate::{Failure, Target, say, weigh};
use slotless::bench::Sizes;
use slotless::bench::layouts::{Comparison, LAYOUTS, TOLERATED, compare, networks};
use slotless::figures::Table;
use slotless::memory::WeightWidth;
use slotless_kernels::cpu::{Isa, Layout};

/// Times the networks in all layouts, a line per network.
pub(super) fn bench(args: &BenchArgs, sets: &[Isa]) -> Result<(), Failure> {
    let filter = args.filter.as_deref().unwrap_or("");
    let chosen: Vec<Sizes> = networks().filter(|of| of.name.contains(filter)).collect();
    if chosen.is_empty() {
        let mut names: Vec<&str> = networks().map(|of| of.name).collect();
        names.dedup();
        return Err(Failure::Input(format!(
            "no network of --layouts has '{filter}' in its name, allowed: {}",
            names.join(", ")
        )));
    }
    for sizes in &chosen {
        // A network in each layout; the dense one is the largest.
        let dense = 2.0 * f64::from(sizes.n_i) * f64::from(sizes.n_h);
        let bytes = dense + 3.0 * sizes.params(WeightWidth::U16).layout_bytes();
        weigh::bytes("hidden units", sizes.n_h.into(), bytes)?;
    }
    let csv = args.csv.as_deref().map(Target::with_folder).transpose()?;
    let budget = Duration::from_millis(if args.quick { 20 } else { 200 });
    let mut heads = String::new();
    for layout in Layout::ALL {
        heads += &format!(" {:>9}", layout.name());
    }
    say(&format!(
        "{:<14} {:>5} {:>4} {:>3} {:<8} {:<6}{heads} {:>6}",
        "n_i n_h m", "s", "k", "", "isa", "chosen", "off"
    ));
    let mut table = Table::new("", &LAYOUTS, Vec::new());
    let (mut all, mut off) = (0, 0);
    for &isa in sets {
        for weights in [WeightWidth::U8, WeightWidth::U16] {
            for sizes in &chosen {
                let of = compare(sizes, weights, isa, budget);
                say(&line(&of));
                table.rows.extend(of.cells());
                all += 1;
                off += u32::from(of.excess() > TOLERATED);
            }
        }
    }
    say(&format!(
        "microseconds, the mean of a learning step and a recall, least of many rounds; {off} of {all} choices take more than \
         {:.0}% longer than the fastest layout",
        100.0 * TOLERATED
    ));
    csv.map_or(Ok(()), |target| target.write_with(|file| table.write(file)))
}

fn line(of: &Comparison) -> String {
    let mut times = String::new();
    for layout in Layout::ALL {
        let timed = of.timed.iter().find(|timed| timed.layout == layout);
        let mean = timed.map_or_else(String::new, |timed| format!("{:.2}", 1e6 * timed.mean()));
        times += &format!(" {mean:>9}");
    }
    let excess = of.excess();
    let off = if excess > TOLERATED {
        format!("+{:.0}%", 100.0 * excess)
    } else {
        String::new()
    };
    let sizes = &of.sizes;
    format!(
        "{:<14} {:>5} {:>4} {:>3} {:<8} {:<6}{times} {off:>6}",
        sizes.name,
        sizes.s,
        sizes.k,
        format!("u{}", of.weights.bits()),
        of.isa,
        of.chosen.name(),
    )
}
