//! `--slurm`: a script that has Slurm run the shards of a run as a job array.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::{Failure, Target, say};
use slotless::run::device::DeviceChoice;

/// Shards where nobody says how many.
const SHARDS: u32 = 10;

/// A script that is to be written, and what is known of it before the run is.
#[derive(Debug)]
pub(super) struct Script {
    target: Target,
    /// As it was given.
    path: PathBuf,
    settings: Settings,
}

/// How a run is to be cut and computed.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub shards: Option<u32>,
    /// The arguments of the run.
    pub command: Vec<String>,
    pub threads: usize,
    pub device: DeviceChoice,
}

/// What the text of a script is made of.
#[derive(Debug)]
struct Parts<'a> {
    label: &'a str,
    trials: u64,
    shards: u32,
    settings: &'a Settings,
    /// The program, the folder in which relative paths begin, the run's folder, and the script's own file if it has one.
    program: &'a str,
    folder: &'a str,
    out: &'a str,
    script: Option<&'a str>,
}

impl Script {
    /// Looks at the place before anything else is done.
    pub(super) fn new(path: &Path, settings: Settings) -> Result<Self, Failure> {
        Ok(Self {
            target: Target::new(path)?,
            path: path.to_owned(),
            settings,
        })
    }

    /// Writes the script of a run with so many trials of each condition, whose files are to be in `out`.
    pub(super) fn write(&self, label: &str, trials: &[u32], out: &Path) -> Result<(), Failure> {
        let trials: u64 = trials.iter().map(|&trials| u64::from(trials)).sum();
        let usual = u64::from(SHARDS).min(trials) as u32;
        let shards = self.settings.shards.unwrap_or(usual);
        let here = |error| Failure::Failed(format!("the program's own path: {error}"));
        let program = std::env::current_exe().map_err(here)?;
        let folder = std::env::current_dir().map_err(here)?;
        let program = text_of(&program)?;
        let (folder, out) = (text_of(&folder)?, text_of(out)?);
        let script = text_of(&self.path)?;
        for argument in &self.settings.command {
            text_of(Path::new(argument))?;
        }
        let parts = Parts {
            label,
            trials,
            shards,
            settings: &self.settings,
            program,
            folder,
            out,
            script: (script != "-").then_some(script),
        };
        self.target.write(parts.text().as_bytes())?;
        say(&format!(
            "{label}: {trials} trials in {shards} shards; {} is written: sbatch it, and then slotless merge {}",
            self.target.name(),
            quoted(out)
        ));
        Ok(())
    }
}

impl Parts<'_> {
    fn text(&self) -> String {
        let settings = self.settings;
        let [program, folder, out] = [self.program, self.folder, self.out].map(quoted);
        let words = format!("slotless {}", self.label);
        let words = words.split(|c: char| !c.is_ascii_alphanumeric());
        let name = words.collect::<Vec<_>>().join("-");
        let (shards, threads) = (self.shards, settings.threads.max(1));
        let mut text = format!(
            "#!/bin/sh\n#SBATCH --job-name={name}\n#SBATCH --array=1-{shards}\n#SBATCH --cpus-per-task={threads}\n"
        );
        if settings.device != DeviceChoice::Cpu {
            text += "#SBATCH --gres=gpu:1\n";
        }
        // No --signal: a task that ends by itself while it is given time to is a failed one to Slurm, and is not started again.
        text += "#SBATCH --requeue\n#SBATCH --open-mode=append\n";
        let merge = format!("cd {folder} && {program} merge {out}");
        let array = match self.script {
            Some(script) => format!("$(sbatch --parsable {})", quoted(script)),
            None => "JOB".to_owned(),
        };
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "# Add what your cluster asks for, such as --time, --mem, --partition and --account.\n\
             #\n\
             # {} trials in {shards} shards, one a task. Each trial is kept as it ends: a task that Slurm preempts and starts again\n\
             # goes on where it was, and so do all when this script is submitted once more, whatever ended them.\n\
             # When all tasks are done, one command makes the files of the run:\n\
             #   {merge}\n\
             # Slurm can submit it behind the array:\n\
             #   sbatch --dependency=afterok:{array} --wrap {}\n\
             \n\
             cd {folder} || exit\n\
             exec {program}",
            self.trials,
            quoted(&merge)
        );
        for word in &settings.command {
            let _ = write!(text, " {}", quoted(word));
        }
        let _ = write!(text, " --out {out}");
        if settings.device != DeviceChoice::Cpu {
            let _ = write!(text, " --device {}", settings.device);
        }
        let _ = writeln!(
            text,
            " \\\n    --threads \"${{SLURM_CPUS_PER_TASK:-{threads}}}\" --shard \"$SLURM_ARRAY_TASK_ID/{shards}\""
        );
        text
    }
}

/// A path or an argument as it stands in a script, on one line.
fn text_of(path: &Path) -> Result<&str, Failure> {
    let text = path.to_str();
    let line = text.filter(|text| !text.chars().any(char::is_control));
    line.ok_or_else(|| {
        let text = path.to_string_lossy();
        Failure::Input(format!(
            "a path or an argument is {text:?}, allowed text in UTF-8 on one line for --slurm"
        ))
    })
}

/// A word for a shell that is this text, whatever is in it.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=+@%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(out: &str, settings: &Settings) -> String {
        let parts = Parts {
            label: "memory sweep",
            trials: 80,
            shards: 7,
            settings,
            program: "/opt/my programs/slotless",
            folder: "/home/o'neil/work",
            out,
            script: Some("grid.sh"),
        };
        parts.text()
    }

    fn settings() -> Settings {
        Settings {
            shards: None,
            command: [
                "memory",
                "sweep",
                "--k",
                "10,20",
                "--name",
                "it's \"$HOME\" `x`; #",
            ]
            .map(str::to_owned)
            .to_vec(),
            threads: 4,
            device: DeviceChoice::Cpu,
        }
    }

    #[test]
    fn a_script_is_short() {
        let text = script("grid", &settings());
        let expected = r#"#!/bin/sh
#SBATCH --job-name=slotless-memory-sweep
#SBATCH --array=1-7
#SBATCH --cpus-per-task=4
#SBATCH --requeue
#SBATCH --open-mode=append
# Add what your cluster asks for, such as --time, --mem, --partition and --account.
#
# 80 trials in 7 shards, one a task. Each trial is kept as it ends: a task that Slurm preempts and starts again
# goes on where it was, and so do all when this script is submitted once more, whatever ended them.
# When all tasks are done, one command makes the files of the run:
#   cd '/home/o'\''neil/work' && '/opt/my programs/slotless' merge grid
# Slurm can submit it behind the array:
#   sbatch --dependency=afterok:$(sbatch --parsable grid.sh) --wrap 'cd '\''/home/o'\''\'\'''\''neil/work'\'' && '\''/opt/my programs/slotless'\'' merge grid'

cd '/home/o'\''neil/work' || exit
exec '/opt/my programs/slotless' memory sweep --k 10,20 --name 'it'\''s "$HOME" `x`; #' --out grid \
    --threads "${SLURM_CPUS_PER_TASK:-4}" --shard "$SLURM_ARRAY_TASK_ID/7"
"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn a_gpu_is_asked_for_where_trials_are_computed_on_one() {
        let settings = Settings {
            device: DeviceChoice::Cuda(None),
            threads: 0,
            ..settings()
        };
        let text = script("a b", &settings);
        for line in [
            "\n#SBATCH --gres=gpu:1\n",
            "\n#SBATCH --cpus-per-task=1\n",
            " --out 'a b' --device cuda \\\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }

    #[test]
    fn what_breaks_a_line_is_refused() {
        for text in ["a\nb", "a\rb", "\u{7}"] {
            assert!(text_of(Path::new(text)).is_err(), "{text:?}");
        }
        assert_eq!(text_of(Path::new("a b'\"$")).unwrap(), "a b'\"$");
    }

    /// The shell itself gives back what was quoted.
    #[cfg(unix)]
    #[test]
    fn a_shell_reads_what_was_quoted() {
        let texts = [
            "",
            "plain",
            "a b",
            "it's",
            "'",
            "''",
            "\"",
            "$HOME",
            "`id`",
            "a\\",
            "\\'",
            "*",
            "~",
            "#x",
            "a;b",
            "a&b|c",
            "(x)",
            "{1,2}",
            "!",
            "\u{e9}\u{4e2d}",
            "-n",
            "a=b",
            "x > y",
        ];
        let words: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        let line = format!("printf '%s\\n' {}", words.join(" "));
        let nested = format!("sh -c {}", quoted(&line));
        for line in [line, nested] {
            let ran = std::process::Command::new("sh")
                .args(["-c", &line])
                .output();
            let printed = String::from_utf8(ran.unwrap().stdout).unwrap();
            assert_eq!(printed, texts.map(|text| format!("{text}\n")).concat());
        }
    }
}
