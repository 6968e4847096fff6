//! `--device` and `slotless devices`. What needs a CUDA driver runs when it is asked for: `scripts/check.sh cuda`; what needs
//! a driver that can be made to fail needs the one that SLOTLESS_LIBCUDA names there.

use std::fs;
use std::process::Output;

use super::common::{Place, Ran};

const SMALL: &str = "memory run --n-i 128 --n-h 96 --s 13 --f 0.125 --k 7 --eps 0.3 --burn-in 20 --learned 10 --cue 0.5,1";
const ENDINGS: [&str; 4] = ["npz", "csv", "svg", "png"];

/// A trial is computed on the CPU and on the GPU: the same files, and a manifest that says where and what kernels took.
fn same_files(arguments: &str) {
    let place = Place::new();
    place.ok(&format!("{arguments} --out cpu"));
    let ran = place.ok(&format!("{arguments} --device cuda --out gpu"));
    assert!(ran.out.contains(" s on cuda:0 ("), "{}", ran.out);
    let name = arguments.split_whitespace().nth(1).unwrap_or_default();
    for ending in ENDINGS {
        let [cpu, gpu] =
            ["cpu", "gpu"].map(|folder| place.read(&format!("{folder}/{name}.{ending}")));
        assert!(cpu == gpu, "{ending} of {arguments}");
    }
    let [cpu, gpu] = ["cpu", "gpu"].map(|folder| place.manifest(folder));
    assert_eq!((cpu.device.as_str(), cpu.kernels.len()), ("cpu", 0));
    assert!(gpu.device.starts_with("cuda:0 ("), "{}", gpu.device);
    assert!(
        gpu.kernels
            .iter()
            .any(|kernel| kernel.launches > 0 && kernel.milliseconds > 0.0)
    );
    assert_eq!(cpu.resolved, gpu.resolved);
}

macro_rules! same_files {
    ($($name:ident: $arguments:expr;)*) => {$(
        #[test]
        #[ignore = "needs a CUDA driver"]
        fn $name() {
            same_files(&format!("{SMALL} --trials 2 {}", $arguments));
        }
    )*};
}
same_files! {
    random_data: "";
    tree_data: "--data tree --b 9";
    correlated_data: "--data correlated --b 9 --weights u8 --rounding stochastic";
    structured_wiring: "--wiring structured";
    a_fixed_layer_in_front: "--preprocess 150,0.1,12";
}

#[test]
#[ignore = "needs a CUDA driver"]
fn data_of_a_file() {
    let place = Place::new();
    let rows: Vec<u8> = (0..60u32 * 128)
        .map(|bit| u8::from((bit * 7 + bit / 128).is_multiple_of(9)))
        .collect();
    let rows = ndarray::Array2::from_shape_vec((60, 128), rows).unwrap();
    ndarray_npy::write_npy(place.path("rows.npy"), &rows).unwrap();
    let run = format!("{SMALL} --trials 2 --data file --patterns rows.npy");
    place.ok(&format!("{run} --out cpu"));
    place.ok(&format!("{run} --device cuda:0 --out gpu"));
    assert!(place.read("cpu/run.npz") == place.read("gpu/run.npz"));
}

/// Shards that GPUs compute, one of them on the CPU, are those of the run.
#[test]
#[ignore = "needs a CUDA driver"]
fn shards() {
    let place = Place::new();
    let run = format!("{SMALL} --trials 3");
    place.ok(&format!("{run} --out cpu"));
    place.ok(&format!("{run} --shard 1/2 --device cuda --out gpu"));
    place.ok(&format!("{run} --shard 2/2 --out gpu"));
    place.ok("merge gpu");
    assert!(place.read("cpu/run.npz") == place.read("gpu/run.npz"));
    let trials = ["cpu", "gpu"].map(|folder| place.trials(folder));
    assert!(trials[0].1.len() == 3 && trials[0] == trials[1]);
    // Nothing was left to compute where they were put together.
    assert_eq!(place.manifest("gpu").device, "cpu");
}

/// Curves, statistics and weights of three models, and the kept trials, which lie in the order in which they ended.
#[test]
#[ignore = "needs a CUDA driver"]
fn transformers() {
    for model in [
        "baseline",
        "mhn --winner-by projections --n-h 8",
        "qk --n-h 5",
    ] {
        let place = Place::new();
        let train = format!(
            "transformer train --model {model} --n 10 --batch 6 --batches 12 --trials 3 --checkpoints 5"
        );
        place.ok(&format!("{train} --out cpu"));
        place.ok(&format!("{train} --device cuda --out gpu"));
        let [cpu, gpu] = ["cpu", "gpu"].map(|folder| {
            let everything = place.everything().into_iter();
            let own = everything.filter_map(|(path, bytes)| {
                let name = path.strip_prefix(place.path(folder)).ok()?.to_owned();
                let same = !name.ends_with("manifest.json") && !name.starts_with(".trials");
                same.then_some((name, bytes))
            });
            own.collect::<std::collections::BTreeMap<_, _>>()
        });
        assert!(cpu.len() > 10 && cpu == gpu, "{model}");
        let [cpu, gpu] = ["cpu", "gpu"].map(|folder| place.trials(folder));
        assert!(cpu.1.len() == 3 && cpu == gpu, "{model}");
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn the_same_work_side_by_side() {
    let place = Place::new();
    let ran = place.ok("bench --device cuda --quick queries --csv both.csv");
    assert!(ran.out.contains("modern_queries  cuda:0"), "{}", ran.out);
    assert!(ran.out.contains(" launches of nearest, "), "{}", ran.out);
    assert_eq!(place.table("both.csv").len(), 2);
    place.refused(
        "bench --device cuda none",
        &["'none'", "allowed: kw_f005, "],
    );
}

/// Trials kept by either device are the other's.
#[test]
#[ignore = "needs a CUDA driver"]
fn a_run_continues_on_another_device() {
    let place = Place::new();
    place.ok(&format!("{SMALL} --trials 2 --device cuda --out out"));
    let ran = place.ok(&format!("{SMALL} --trials 3 --out out"));
    assert_eq!(
        ran.err,
        "memory run: 1 trials to compute, 2 kept from before\n"
    );
    let ran = place.ok(&format!("{SMALL} --trials 4 --device auto --out out"));
    assert_eq!(
        ran.err,
        "memory run: 1 trials to compute, 3 kept from before\n"
    );
    place.ok(&format!("{SMALL} --trials 4 --out fresh"));
    assert!(place.read("out/run.npz") == place.read("fresh/run.npz"));
}

/// The command with a driver that can be made to fail.
struct Failing {
    place: Place,
}

impl Failing {
    fn new() -> Option<Self> {
        std::env::var_os("SLOTLESS_LIBCUDA")?;
        Some(Self {
            place: Place::new(),
        })
    }

    fn run(&self, arguments: &str, switches: &[(&str, &str)]) -> Ran {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let mut command = self.place.command(&arguments);
        // What is made to fail does not belong to the log of what must not.
        command.env("PTXCPU_LOG", self.place.path("log"));
        let output: Output = command.envs(switches.iter().copied()).output().unwrap();
        output.into()
    }

    /// Refused before anything is written.
    fn refused(&self, arguments: &str, switches: &[(&str, &str)], needle: &str) {
        let ran = self.run(arguments, switches);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (Some(2), ""),
            "{switches:?}: {}",
            ran.err
        );
        assert!(
            ran.err.matches('\n').count() == 1 && ran.err.contains(needle),
            "{switches:?}: {}",
            ran.err
        );
        assert!(!self.place.path("out").exists(), "{switches:?}");
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn devices_that_cannot_be_used() {
    let Some(failing) = Failing::new() else {
        return;
    };
    let run = format!("{SMALL} --trials 2 --device cuda --out out");
    failing.refused(
        &run,
        &[("PTXCPU_DEVICES", "0")],
        "the CUDA driver finds no device",
    );
    failing.refused(
        &run,
        &[("PTXCPU_CC", "7.0")],
        "has compute capability 7.0, 7.5 or above is needed",
    );
    let third = run.replace("cuda", "cuda:3");
    failing.refused(&third, &[], "CUDA device 3 is not there, allowed 0 to 0");
    let float = format!("{run} --weights float");
    failing.refused(&float, &[], "floating-point weights have no form for a GPU");
    let other = "reproduce hopfield --quick --trials 1 --device cuda --out out";
    failing.refused(
        other,
        &[],
        "have no form for a GPU; --device auto computes on the CPU",
    );
    // The same devices under `auto`, which says why it takes the CPU.
    for (switch, value) in [("PTXCPU_DEVICES", "0"), ("PTXCPU_CC", "7.0")] {
        let ran = failing.run(&run.replace("cuda", "auto"), &[(switch, value)]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(
            ran.err
                .lines()
                .next()
                .unwrap_or_default()
                .ends_with("; computing on the CPU"),
            "{}",
            ran.err
        );
        fs::remove_dir_all(failing.place.path("out")).unwrap();
    }
    let listed = failing.run("devices", &[("PTXCPU_CC", "7.0")]);
    assert!(listed.out.contains("cannot be used: "), "{}", listed.out);
    let listed = failing.run("devices", &[("PTXCPU_DEVICES", "2")]);
    assert!(
        listed.out.contains("cuda:0  ") && listed.out.contains("cuda:1  "),
        "{}",
        listed.out
    );
}

/// Each allocation in turn fails. One trial cannot be split: one line, and the kept trials stay. Several are: all come.
#[test]
#[ignore = "needs a CUDA driver"]
fn out_of_memory_at_any_allocation() {
    let Some(failing) = Failing::new() else {
        return;
    };
    let small = SMALL.replace("--burn-in 20 --learned 10", "--burn-in 4 --learned 2");
    failing.run(&format!("{small} --trials 2 --out cpu"), &[]);
    let mut failed = 0;
    for number in 1.. {
        let switch = [("PTXCPU_FAIL_ALLOC", number.to_string())];
        let switch: Vec<(&str, &str)> = switch
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let ran = failing.run(
            &format!("{small} --trials 1 --device cuda --out one"),
            &switch,
        );
        fs::remove_dir_all(failing.place.path("one")).unwrap();
        if ran.code == Some(0) {
            break;
        }
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (Some(1), ""),
            "{number}: {}",
            ran.err
        );
        let lines: Vec<&str> = ran.err.lines().collect();
        assert!(
            matches!(lines[..], [_, line] if line.contains(" MB of the GPU's memory, ") && line.contains(" are free")),
            "{number}: {}",
            ran.err
        );
        failed += 1;
        // Every seventh, for time's sake.
        if number % 7 == 0 {
            let ran = failing.run(
                &format!("{small} --trials 2 --device cuda --out two"),
                &switch,
            );
            assert_eq!(ran.code, Some(0), "{number}: {}", ran.err);
            assert!(failing.place.read("two/run.npz") == failing.place.read("cpu/run.npz"));
            fs::remove_dir_all(failing.place.path("two")).unwrap();
        }
    }
    assert!(failed > 12, "{failed} allocations");
}

/// A device is lost on the way: what was computed is kept, and `auto` goes on without it.
#[test]
#[ignore = "needs a CUDA driver"]
fn a_lost_device() {
    let Some(failing) = Failing::new() else {
        return;
    };
    // Threads that draw so much wiring take more instructions than the driver is told to allow.
    let sizes =
        "memory run --n-i 1500 --n-h 20 --s 13 --f 0.5 --k 3 --eps 0.3 --burn-in 4 --learned 4";
    let run = format!("{sizes} --trials 3 --out out");
    failing.run(&run.replace("--trials 3", "--trials 1"), &[]);
    let fault = [("PTXCPU_MAX_STEPS", "500")];
    let ran = failing.run(&format!("{run} --device cuda"), &fault);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{}", ran.err);
    // The driver may have its own line.
    let own = ran.err.lines().filter(|line| !line.starts_with("ptxcpu "));
    let own: Vec<&str> = own.collect();
    assert!(
        matches!(own[..], [_, line] if line.starts_with("slotless: the GPU failed (masks): ")),
        "{}",
        ran.err
    );
    let ran = failing.run(&format!("{run} --device auto"), &fault);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.err
            .contains("2 trials to compute, 1 kept from before\n"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("; computing the rest on the CPU\n"),
        "{}",
        ran.err
    );
    let fresh = run.replace("--out out", "--out fresh");
    failing.run(&fresh, &[]);
    assert!(failing.place.read("out/run.npz") == failing.place.read("fresh/run.npz"));
}

/// Trials that do not fit at a time are taken in parts, and two devices share them.
#[test]
#[ignore = "needs a CUDA driver"]
fn trials_are_split_and_shared() {
    let Some(failing) = Failing::new() else {
        return;
    };
    failing.run(&format!("{SMALL} --trials 4 --out cpu"), &[]);
    for switch in [("PTXCPU_MEMORY", "50000"), ("PTXCPU_DEVICES", "2")] {
        let ran = failing.run(
            &format!("{SMALL} --trials 4 --device cuda --out out"),
            &[switch],
        );
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(failing.place.read("out/run.npz") == failing.place.read("cpu/run.npz"));
        let manifest = failing.place.manifest("out");
        let learned: u64 = manifest
            .kernels
            .iter()
            .filter(|kernel| kernel.kernel == "learn")
            .map(|kernel| kernel.launches)
            .sum();
        assert!(learned > 1, "{switch:?}: {learned} launches");
        assert_eq!(
            manifest.device.contains("cuda:1"),
            switch.0 == "PTXCPU_DEVICES"
        );
        fs::remove_dir_all(failing.place.path("out")).unwrap();
    }
    let none = failing.run(
        &format!("{SMALL} --trials 1 --device cuda --out out"),
        &[("PTXCPU_MEMORY", "10000")],
    );
    assert_eq!(none.code, Some(1), "{}", none.err);
    assert!(
        none.err.contains("slotless: a trial takes "),
        "{}",
        none.err
    );
}

#[test]
fn a_device_that_is_none() {
    let place = Place::new();
    place.refused(
        &format!("{SMALL} --device gpu"),
        &["'gpu'", "allowed auto, cpu, cuda, or cuda:N"],
    );
    place.refused(
        &format!("{SMALL} --device cuda:x"),
        &["'cuda:x'", "allowed auto, cpu, cuda, or cuda:N"],
    );
    // No driver, or no such device.
    place.refused(&format!("{SMALL} --device cuda:99"), &["CUDA"]);
}

#[test]
fn devices_are_listed() {
    let ran = Place::new().ok("devices");
    assert!(
        ran.err.is_empty() && ran.out.contains("CUDA") || ran.out.contains("cuda:0"),
        "{}",
        ran.out
    );
}
