//! `slotless bench --device`.

use super::BenchArgs;
use crate::Failure;

/// There is nothing to compare with.
#[cfg(not(feature = "cuda"))]
pub(super) fn bench(args: &BenchArgs) -> Result<(), Failure> {
    crate::machine::Machine::open(args.device).map(|_| ())
}

#[cfg(feature = "cuda")]
pub(super) fn bench(args: &BenchArgs) -> Result<(), Failure> {
    use super::{Table, Target, say};
    use crate::print::note;
    use slotless::bench::DEVICES;
    use slotless::bench::device::{Amount, compare, names};
    use slotless::run::gpu::Gpus;

    let filter = args.filter.as_deref().unwrap_or("");
    let chosen: Vec<&str> = names()
        .into_iter()
        .filter(|name| name.contains(filter))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::Input(format!(
            "nothing that a GPU is compared in has '{filter}' in its name, allowed: {}",
            names().join(", ")
        )));
    }
    let gpus = Gpus::open(args.device, note).map_err(|error| Failure::Input(error.to_string()))?;
    let Some(gpus) = gpus else { return Ok(()) };
    let csv = args.csv.as_deref().map(Target::with_folder).transpose()?;
    let amount = if args.quick {
        Amount::Quick
    } else {
        Amount::Full
    };
    let mut table = Table::new("", &DEVICES, Vec::new());
    say(&format!(
        "{:<15} {:<7} {:<6} {:>12} {:>7} {:>12} {:>7} {:>8}",
        "work", "device", "of", "cpu us", "on cpu", "gpu us", "on gpu", "cpu/gpu"
    ));
    for device in gpus.devices() {
        for name in &chosen {
            let one = compare(name, device, amount)
                .map_err(|error| Failure::Failed(error.to_string()))?;
            let number = format!("cuda:{}", device.info().number);
            let (cpu, gpu, ratio) = (1e6 * one.cpu, 1e6 * one.gpu, one.cpu / one.gpu);
            say(&format!(
                "{name:<15} {number:<7} {:<6} {cpu:>12.2} {:>7} {gpu:>12.2} {:>7} {ratio:>8.2}",
                one.unit, one.on_cpu, one.on_gpu
            ));
            table.rows.push(vec![
                (*name).to_owned(),
                number,
                one.unit.to_owned(),
                cpu.to_string(),
                one.on_cpu.to_string(),
                gpu.to_string(),
                one.on_gpu.to_string(),
                ratio.to_string(),
            ]);
        }
    }
    for kernel in gpus.times() {
        say(&format!(
            "  {}: {} launches of {}, {:.3} ms, {:.0} % of a multiprocessor's threads",
            kernel.device,
            kernel.launches,
            kernel.kernel,
            kernel.milliseconds,
            100.0 * kernel.occupancy
        ));
    }
    csv.map_or(Ok(()), |target| target.write_with(|file| table.write(file)))
}
