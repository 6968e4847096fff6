//! A folder of its own for each test, and the command run inside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ndarray::Array2;
use ndarray_npy::{NpzReader, ReadableElement};
use slotless::run::manifest::Manifest;
use tempfile::TempDir;

/// A small run: milliseconds of simulation, every kind of file.
pub const TINY: &str = "memory run --n-i 60 --n-h 80 --s 6 --f .2 --k 5 --burn-in 60 --learned 40 --trials 8 --out out";

/// Name of the only condition of [`TINY`] in its files.
pub const SLUG: &str = "k_winner_mhn_random";

/// What a command left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let err = String::from_utf8(output.stderr).unwrap();
        // How often a run says how far it is depends on how busy the machine is.
        let is_progress = |line: &&str| line.contains(", about ") && line.contains(" left");
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: err
                .split_inclusive('\n')
                .filter(|line| !is_progress(line))
                .collect(),
        }
    }
}

/// An empty folder in which commands are run; gone at the end of the test.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The command with these arguments, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_slotless"));
        command
            .args(arguments)
            .current_dir(self.0.path())
            // What a test means it says with --model.
            .env_remove("SLOTLESS_MODEL")
            .stdin(Stdio::null());
        command
    }

    /// Runs the command with arguments that hold spaces.
    pub fn run_with(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs the command with arguments between spaces.
    pub fn run(&self, arguments: &str) -> Ran {
        self.run_with(&arguments.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs the command, which must succeed.
    pub fn ok(&self, arguments: &str) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments}: {}", ran.err);
        ran
    }

    /// Runs a command that must be refused: exit code 2, one line that holds all of `needles`, nothing written.
    pub fn refused(&self, arguments: &str, needles: &[&str]) {
        self.refused_with(&arguments.split_whitespace().collect::<Vec<_>>(), needles);
    }

    /// [`Place::refused`] with arguments that hold spaces.
    pub fn refused_with(&self, arguments: &[&str], needles: &[&str]) {
        let before = self.everything();
        let ran = self.run_with(arguments);
        let seen = format!("{arguments:?}: {:?} {:?} {:?}", ran.code, ran.out, ran.err);
        assert_eq!(ran.code, Some(2), "{seen}");
        assert_eq!(ran.out, "", "{seen}");
        assert_eq!(ran.err.matches('\n').count(), 1, "{seen}");
        assert!(ran.err.starts_with("slotless: "), "{seen}");
        assert!(ran.err.ends_with('\n'), "{seen}");
        for needle in needles {
            assert!(ran.err.contains(needle), "{needle:?} not in {seen}");
        }
        assert!(before == self.everything(), "something was written: {seen}");
    }

    /// Every file below the folder with its bytes, and every folder with none.
    pub fn everything(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, Option<Vec<u8>>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    found.insert(path.clone(), None);
                    walk(&path, found);
                } else if !path.is_file() {
                    // A link to nothing; a fifo, which would wait.
                    found.insert(path, None);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    found.insert(path, Some(bytes));
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(self.0.path(), &mut found);
        found
    }

    /// Names of what lies in a folder, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The one file of kept trials below an output folder.
    pub fn record(&self, folder: &str) -> PathBuf {
        let trials = format!("{folder}/.trials");
        let names = self.names(&trials);
        assert_eq!(names.len(), 1, "{names:?}");
        self.path(&format!("{trials}/{}", names[0]))
    }

    /// The first line of that file, and each trial's bytes: they lie there in the order in which threads ended them.
    pub fn trials(&self, folder: &str) -> (Vec<u8>, Trials) {
        let bytes = fs::read(self.record(folder)).unwrap();
        let (head, trials, rest) = whole_trials(&bytes).unwrap();
        assert!(rest.is_empty(), "{} bytes behind the trials", rest.len());
        (head, trials)
    }

    /// The manifest of a folder, whose files are what it says of them.
    pub fn manifest(&self, folder: &str) -> Manifest {
        let manifest = Manifest::load(&self.path(folder)).unwrap();
        super::described::check(&self.path(folder), &manifest);
        manifest
    }

    pub fn npz(&self, name: &str) -> NpzReader<fs::File> {
        NpzReader::new(fs::File::open(self.path(name)).unwrap()).unwrap()
    }

    /// An array of an archive.
    pub fn array<T: ReadableElement>(&self, file: &str, name: &str) -> Array2<T> {
        self.npz(file)
            .by_name(name)
            .unwrap_or_else(|error| panic!("{file}, {name}: {error}"))
    }

    /// An array of one axis.
    pub fn vector<T: ReadableElement>(&self, file: &str, name: &str) -> Vec<T> {
        let array: Result<ndarray::Array1<T>, _> = self.npz(file).by_name(name);
        let array = array.unwrap_or_else(|error| panic!("{file}, {name}: {error}"));
        array.into_raw_vec_and_offset().0
    }

    /// The rows of a table, each by column name; docs/data.md has them all.
    pub fn table(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.path(name)).unwrap();
        let header = reader.headers().unwrap().iter().map(str::to_owned);
        let header: Vec<String> = header.collect();
        let (_, file) = name.rsplit_once('/').unwrap_or(("", name));
        super::described::on_page(file, &header);
        reader.deserialize().collect::<Result<_, _>>().unwrap()
    }
}

/// The bytes of each trial.
pub type Trials = BTreeMap<u32, Vec<u8>>;

/// The first line of a file of trials, the bytes of each that is there as a whole, and what is behind them.
pub fn whole_trials(bytes: &[u8]) -> Option<(Vec<u8>, Trials, &[u8])> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    let (head, mut rest) = bytes.split_at(end + 1);
    let mut trials = BTreeMap::new();
    while let [a, b, c, d, e, f, g, h, payload @ ..] = rest {
        let length = u32::from_le_bytes([*e, *f, *g, *h]) as usize;
        let Some((payload, after)) = payload.split_at_checked(length + 4) else {
            break;
        };
        let trial = u32::from_le_bytes([*a, *b, *c, *d]);
        let before = trials.insert(trial, payload.to_vec());
        assert!(before.is_none(), "trial {trial} is there twice");
        rest = after;
    }
    Some((head.to_vec(), trials, rest))
}

/// A stream of numbers for tests: splitmix64.
pub struct Draws(pub u64);

impl Draws {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    /// A row of `length` cells, `ones` of them 1.
    pub fn row(&mut self, length: usize, ones: usize) -> Vec<u8> {
        let mut row = vec![0; length];
        let mut left = ones;
        while left > 0 {
            let place = self.below(length);
            left -= usize::from(row[place] == 0);
            row[place] = 1;
        }
        row
    }
}

/// Rows as lines of CSV.
pub fn csv_of(rows: &[Vec<u8>]) -> String {
    rows.iter()
        .map(|row| {
            let cells: Vec<String> = row.iter().map(u8::to_string).collect();
            cells.join(",") + "\n"
        })
        .collect()
}
