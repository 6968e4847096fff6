//! `--shard`, `merge` and `--slurm`: shares of a run's trials, put together to the files of the run in one.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::common::{Place, TINY, whole_trials};

/// A sweep of two conditions and eight trials.
const SWEEP: &str = "memory sweep --n-i 60 --n-h 80 --s 6 --f .2 --k 5,6 --cue 1 --burn-in 20 --learned 10 --trials 4";

const TRAINING: &str = "transformer train -L 2 --winner-by projections -N 5 --n-h 4 --batch 8 --batches 30 --trials 3 --final-window 10";

/// Runs all shards of a run, the last first.
fn compute(place: &Place, line: &str, of: u32, out: &str) {
    for number in (1..=of).rev() {
        place.ok(&format!("{line} --shard {number}/{of} --out {out}"));
    }
}

/// Every file of a run but kept trials and shards, its manifest without what differs from run to run.
fn files(place: &Place, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let root = place.path(folder);
    let all = place.everything().into_iter().filter_map(|(path, bytes)| {
        let name = path.strip_prefix(&root).ok()?.to_str()?.to_owned();
        let is_result = !name.starts_with(".trials") && !name.starts_with("shard-");
        Some((name, bytes?)).filter(|_| is_result)
    });
    let mut all: BTreeMap<String, Vec<u8>> = all.collect();
    let manifest = all.get_mut("manifest.json").expect("a manifest");
    let mut value: Value = serde_json::from_slice(manifest).unwrap();
    for key in ["wall_seconds", "threads"] {
        value[key] = Value::Null;
    }
    *manifest = value.to_string().into_bytes();
    all
}

fn assert_same(place: &Place, one: &str, other: &str) {
    let (a, b) = (files(place, one), files(place, other));
    assert!(a.len() > 2, "{:?}", a.keys());
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in &a {
        assert!(bytes == &b[name], "{name} of {one} and {other}");
    }
    // Kept trials too, in whatever order.
    let trials = |folder: &str| {
        let names = place.names(&format!("{folder}/.trials"));
        let read = |name: String| {
            let bytes = place.read(&format!("{folder}/.trials/{name}"));
            let (head, trials, rest) = whole_trials(&bytes).unwrap();
            assert!(rest.is_empty(), "{name}");
            (name, head, trials)
        };
        names.into_iter().map(read).collect::<Vec<_>>()
    };
    assert!(trials(one) == trials(other), "trials of {one} and {other}");
}

#[test]
fn seven_shards_of_a_sweep_are_the_sweep() {
    let place = Place::new();
    place.ok(&format!("{SWEEP} --out whole"));
    compute(&place, SWEEP, 7, "out");
    assert_eq!(place.names("out").len(), 7);
    assert_eq!(place.names("out/shard-3-of-7"), [".trials", "shard.json"]);
    let before = place.everything();
    let ran = place.ok("merge out");
    assert!(ran.out.starts_with("sweep: 4 trials, "), "{}", ran.out);
    assert_eq!(ran.err, "");
    assert_same(&place, "whole", "out");
    let after = place.everything();
    for (path, bytes) in &before {
        assert!(after[path] == *bytes, "{}", path.display());
    }
    // Once more, and as any run that is finished.
    place.ok("merge out");
    assert_eq!(place.ok(&format!("{SWEEP} --out out")).err, "");
    assert_same(&place, "whole", "out");
}

#[test]
fn seven_shards_of_a_training_are_the_training_with_shards_that_have_no_trial() {
    let place = Place::new();
    place.ok(&format!("{TRAINING} --out whole"));
    compute(&place, TRAINING, 7, "a");
    let ran = place.ok(&format!("{TRAINING} --shard 6/7 --out a"));
    assert!(
        ran.out.starts_with(
            "transformer train, shard 6/7: 0 of 3 trials, seed 1, kept in a/shard-6-of-7; "
        ),
        "{}",
        ran.out
    );
    // Of shards that have no trial, none need be there; the others may lie anywhere.
    fs::remove_dir_all(place.path("a/shard-7-of-7")).unwrap();
    fs::rename(place.path("a/shard-2-of-7"), place.path("b")).unwrap();
    place.ok("merge b a --out out");
    assert_same(&place, "whole", "out");
}

#[test]
fn seven_shards_of_figures_are_the_figures() {
    let place = Place::new();
    let line = "reproduce hopfield-energy hopfield-time --quick --trials 2 --seed 5";
    place.ok(&format!("{line} --out whole"));
    compute(&place, line, 7, "out");
    place.ok("merge out");
    for name in ["hopfield-energy", "hopfield-time"] {
        let of = |folder: &str| files(&place, &format!("{folder}/{name}"));
        assert_eq!(of("whole").len(), of("out").len());
        assert!(of("whole") == of("out"), "{name}");
    }
}

#[test]
fn a_shard_that_was_ended_goes_on() {
    let place = Place::new();
    let line = TINY.replace("--out out", "--cue 1");
    place.ok(&format!("{line} --out whole"));
    compute(&place, &line, 2, "out");
    let record = place.record("out/shard-1-of-2");
    let bytes = fs::read(&record).unwrap();
    // A kill in the middle of the last of its four trials.
    fs::write(&record, &bytes[..bytes.len() - 5]).unwrap();
    let named = record.file_name().unwrap().to_str().unwrap();
    place.refused(
        "merge out",
        &[
            "out/shard-1-of-2 lacks 1 of the 4 trials of shard 1/2",
            named,
            "run that shard again",
        ],
    );
    let ran = place.ok(&format!("{line} --shard 1/2 --out out"));
    assert!(
        ran.err
            .ends_with("memory run, shard 1/2: 1 trials to compute, 3 kept from before\n"),
        "{}",
        ran.err
    );
    assert_eq!(fs::read(&record).unwrap().len(), bytes.len());
    place.ok("merge out");
    assert_same(&place, "whole", "out");
}

#[test]
fn what_is_no_shard_is_refused() {
    let place = Place::new();
    for shard in ["0/3", "4/3", "1/0", "a/b", "3", "1/2/3", "+1/2", "-1/2"] {
        place.refused(
            &format!("{SWEEP} --shard {shard}"),
            &[shard, "--shard", "allowed I/N"],
        );
    }
    place.refused(
        "reproduce scaling --shard 1/2",
        &["reproduce scaling has no trials"],
    );
    place.refused(
        &format!("{SWEEP} --shard 1/2 --slurm s"),
        &["--shard", "--slurm"],
    );
    place.refused(&format!("{SWEEP} --shards 2"), &["--slurm"]);
    for shards in ["0", "100001"] {
        place.refused(
            &format!("{SWEEP} --slurm s --shards {shards}"),
            &["shards is", "allowed 1 to 100000"],
        );
    }
    // What else is wrong is said as ever.
    place.refused(&format!("{SWEEP} --shard 1/2 --eps 2"), &["eps is 2"]);
    place.refused(&format!("{SWEEP} --slurm s --eps 2"), &["eps is 2"]);
}

#[test]
fn a_folder_of_another_run_is_refused() {
    let place = Place::new();
    let line = |more: &str| format!("{SWEEP} {more} --out out");
    place.ok(&line("--shard 1/2"));
    // As another shard's folder would be found, and as a run in one finds the place taken.
    fs::rename(
        place.path("out/shard-1-of-2"),
        place.path("out/shard-2-of-2"),
    )
    .unwrap();
    place.refused(
        &line("--shard 2/2"),
        &[
            "shard.json",
            "shard 1/2 of `slotless memory sweep",
            "not of this run (shard 2/2",
        ],
    );
    fs::rename(
        place.path("out/shard-2-of-2"),
        place.path("out/shard-1-of-2"),
    )
    .unwrap();
    place.refused(
        &line("--shard 1/2 --seed 2"),
        &["seed 1", "seed 2", "another --out"],
    );
    place.refused(&line("--shard 1/2 --data tree --b 2"), &["another --out"]);
    let trials = TINY.replace("--out out", "");
    place.ok(&format!("{trials} --out other"));
    place.refused(
        &format!("{SWEEP} --shard 1/2 --out other"),
        &["other", "not of this run"],
    );
    place.refused(
        &format!("{SWEEP} --slurm s --out other"),
        &["other", "not of this run"],
    );
    place.ok(&line("--shard 2/2"));
    place.refused("merge out --out other", &["other", "not of this run"]);
    place.ok("merge out");
}

#[test]
fn shards_that_are_not_all_of_one_run_are_refused() {
    let place = Place::new();
    compute(&place, SWEEP, 3, "out");
    place.ok(&format!("{SWEEP} --seed 2 --shard 2/3 --out seed"));
    place.ok(&format!(
        "{} --shard 2/3 --out run",
        SWEEP.replace("5,6", "5,7")
    ));
    place.ok(&format!("{SWEEP} --shard 2/4 --out four"));
    let (first, two) = ("out/shard-1-of-3", "out/shard-2-of-3");
    place.refused("merge", &["<DIR>"]);
    place.refused("merge nothing", &["nothing"]);
    place.write("file", "");
    place.refused("merge file", &["file"]);
    fs::create_dir(place.path("empty")).unwrap();
    place.refused("merge empty", &["no shard.json"]);
    place.refused(
        &format!("merge {first} --out new"),
        &["shards 2, 3 are missing; expected all 3"],
    );
    place.refused(
        &format!("merge out {two} --out new"),
        &["shard 2/3 is there twice", two],
    );
    for (other, words) in [
        ("seed", ["seed 2", "seed 1"]),
        ("run", ["--k 5,7", "--k 5,6"]),
        ("four", ["4 shards", "3 shards"]),
    ] {
        place.refused(
            &format!("merge {first} {other} --out new"),
            &[
                first,
                other,
                words[0],
                words[1],
                "expected shards of one run",
            ],
        );
    }
    place.refused(
        &format!("merge {first} {two} out/shard-3-of-3"),
        &["--out is missing"],
    );
    place.refused(&format!("merge {two}"), &["shards 1, 3 are missing"]);
    place.refused(&format!("merge out --out {two}"), &["a shard lies here"]);
    // A file that says of itself what cannot be.
    let path = place.path(&format!("{first}/shard.json"));
    let text = fs::read_to_string(&path).unwrap();
    for (from, to, said) in [
        ("\"sweep\"", "\"swoop\"", "swoop"),
        (
            "\"memory\",\n    \"sweep\"",
            "\"devices\",\n    \"--help\"",
            "devices --help",
        ),
        ("\"run_sha256\": \"", "\"run_sha256\": \"0", "run "),
        (
            "\"results_version\": ",
            "\"results_version\": 9",
            "results_version is 9",
        ),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(text, changed, "{from}");
        fs::write(&path, changed).unwrap();
        place.refused("merge out", &[said]);
    }
    let all = text.replacen("\"sweep\"", "\"swoop\"", 1);
    for shard in 1..=3 {
        let text = all.replacen("\"shard\": 1", &format!("\"shard\": {shard}"), 1);
        place.write(&format!("out/shard-{shard}-of-3/shard.json"), text);
    }
    place.refused(
        "merge out",
        &["command is `slotless memory swoop", "allowed a run"],
    );
}

#[test]
fn a_file_that_a_run_reads_has_to_be_as_it_was() {
    let place = Place::new();
    let spec = place.ok(&format!("{SWEEP} --print-spec")).out;
    place.write("spec.toml", &spec);
    let line = "memory sweep --spec spec.toml";
    place.ok(&format!("{line} --out whole"));
    compute(&place, line, 2, "out");
    let other = spec.replace("learned = 10", "learned = 11");
    assert_ne!(spec, other);
    place.write("spec.toml", other);
    place.refused(
        "merge out",
        &["holds trials of another run than `slotless memory sweep --spec spec.toml` is now"],
    );
    place.write("spec.toml", &spec);
    place.ok("merge out");
    assert_same(&place, "whole", "out");
}

/// The script does what Slurm's tasks do, started by a shell from elsewhere.
#[cfg(unix)]
#[test]
fn a_script_for_slurm_runs_all_shards() {
    use std::process::{Command, Stdio};
    let place = Place::new();
    let (name, out) = ("it's \"$HOME\" `x`", "my 'runs' $1; #");
    let mut line: Vec<&str> = SWEEP.split(' ').collect();
    line.extend(["--name", name, "--out"]);
    let with = |more: &[&'static str]| [&line[..], more].concat();
    assert_eq!(place.run_with(&with(&["whole"])).code, Some(0));
    let out: &'static str = out;
    let ran = place.run_with(&with(&[
        out,
        "--threads",
        "2",
        "--shards",
        "3",
        "--slurm",
        "a job.sh",
    ]));
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{}", ran.out);
    assert!(
        ran.out
            .starts_with("memory sweep: 8 trials in 3 shards; a job.sh is written: "),
        "{}",
        ran.out
    );
    // Nothing but the script is there.
    assert_eq!(place.names("."), ["a job.sh", "whole"]);
    let script = String::from_utf8(place.read("a job.sh")).unwrap();
    for line in [
        "#!/bin/sh\n",
        "\n#SBATCH --array=1-3\n",
        "\n#SBATCH --cpus-per-task=2\n",
        "\n#SBATCH --requeue\n",
    ] {
        assert!(script.contains(line), "{line} in {script}");
    }
    for task in 1..=3 {
        let ran = Command::new("sh")
            .arg(place.path("a job.sh"))
            .current_dir("/")
            .env("SLURM_ARRAY_TASK_ID", task.to_string())
            .env("SLURM_CPUS_PER_TASK", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(ran.status.success(), "{ran:?}");
    }
    // The command that a comment gives.
    let merge = script
        .lines()
        .find(|line| line.contains(" merge "))
        .unwrap();
    let merge = merge.trim_start_matches('#').trim();
    let ran = Command::new("sh")
        .args(["-c", merge])
        .current_dir("/")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    assert_same(&place, "whole", out);
}

#[test]
fn a_script_is_an_output_as_any() {
    let place = Place::new();
    let printed = place.ok(&format!("{SWEEP} --slurm - --out o"));
    assert!(printed.out.starts_with("#!/bin/sh\n"), "{}", printed.out);
    assert!(
        printed.out.contains("#SBATCH --array=1-8\n"),
        "{}",
        printed.out
    );
    assert!(
        printed
            .err
            .starts_with("memory sweep: 8 trials in 8 shards; standard output"),
        "{}",
        printed.err
    );
    assert!(place.everything().is_empty());
    place.ok(&format!("{SWEEP} --slurm job.sh --out o"));
    let script = String::from_utf8(place.read("job.sh")).unwrap();
    let submitted = script.replace("$(sbatch --parsable job.sh)", "JOB");
    assert_ne!(script, submitted);
    assert_eq!(printed.out, submitted);
    place.refused(&format!("{SWEEP} --slurm no/job.sh"), &["no/job.sh"]);
    place.refused_with(
        &[
            &SWEEP.split(' ').collect::<Vec<_>>()[..],
            &["--slurm", "b", "--name", "two\nlines"],
        ]
        .concat(),
        &["allowed text in UTF-8 on one line for --slurm"],
    );
    let mut mode = fs::metadata(place.path("job.sh")).unwrap().permissions();
    mode.set_readonly(true);
    fs::set_permissions(place.path("job.sh"), mode).unwrap();
    place.refused(&format!("{SWEEP} --slurm job.sh"), &["read-only"]);
}
