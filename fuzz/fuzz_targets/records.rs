//! Any bytes behind the first line of a file of kept trials, once as they are and once with right checksums: trials of the
//! condition, of which results can be made, or none; what is then kept is found again.

#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use slotless::run::family::{AnyRecord, AnySetup};
use slotless::run::records::{FOLDER, Others, Records};
use slotless::run::simulate::{Experiment, Keeper};
use slotless::{memory, transformer};

/// A folder of records of one condition, and what its file is empty.
struct Kept {
    folder: PathBuf,
    setup: AnySetup,
    file: PathBuf,
    line: Vec<u8>,
}

impl Kept {
    fn new(name: &str, setup: AnySetup) -> Self {
        let name = format!("slotless-fuzz-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).expect("a folder");
        drop(
            Records::open(&folder, std::slice::from_ref(&setup), 1, Others::Refused)
                .expect("a new file"),
        );
        let mut files = fs::read_dir(folder.join(FOLDER)).expect("the folder just made");
        let file = files.next().expect("a file").expect("its entry").path();
        let line = fs::read(&file).expect("the file");
        Self {
            folder,
            setup,
            file,
            line,
        }
    }

    fn open(&self) -> Vec<(u32, AnyRecord)> {
        let setups = std::slice::from_ref(&self.setup);
        let records = Records::open(&self.folder, setups, 1, Others::Refused).expect("an own file");
        let trials = (0..64).chain([u32::MAX]);
        let known = trials.filter_map(|trial| Some((trial, records.known(0, trial)?)));
        known.collect()
    }

    fn check<E: Experiment>(&self, bytes: &[u8], setup: &E)
    where
        E::Record: Clone + 'static,
    {
        write(&self.file, &[&self.line[..], bytes].concat());
        let known = self.open();
        let records = known.iter().map(|(_, record)| {
            let record = record.of::<E::Record>();
            record.expect("a record of the condition").clone()
        });
        drop(setup.results(records.collect()));
        let left = fs::read(&self.file).expect("the file");
        assert!(left.len() <= self.line.len() + bytes.len());
        assert_eq!(self.open().len(), known.len());
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("a file");
}

/// The same bytes, with the checksum of every record that is whole by its length.
fn with_checksums(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while let Some(length) = bytes.get(at + 4..at + 8) {
        let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
        let end = at + 8 + length;
        if bytes.len() < end + 4 {
            break;
        }
        let crc = crc32fast::hash(&bytes[at..end]).to_le_bytes();
        bytes[end..end + 4].copy_from_slice(&crc);
        at = end + 4;
    }
    bytes
}

fn memory_setup() -> memory::Setup {
    let condition = memory::Condition {
        network: memory::Network {
            n_i: 20,
            n_h: 9,
            s: 4,
            f: 0.5,
            k: 2,
            ..memory::Network::default()
        },
        data: memory::Data::Tree { b: 1, steps: None },
        protocol: memory::Protocol {
            burn_in: 0,
            learned: 2,
            cues: vec![1.0, 0.5],
            ..memory::Protocol::default()
        },
    };
    memory::Setup::new(condition, 1).expect("a condition in range")
}

fn transformer_setup() -> transformer::Setup {
    let text = "trials = 1\n[training]\nbatches = 3\n[[model]]\nletters = 2\ncontext = 2\nn = 2\n";
    let spec = transformer::spec::Spec::from_toml(text).expect("a spec");
    let condition = spec.conditions().expect("conditions").remove(0);
    transformer::Setup::new(condition, 1).expect("a condition in range")
}

fuzz_target!(|bytes: &[u8]| {
    static MEMORY: OnceLock<Kept> = OnceLock::new();
    static TRANSFORMER: OnceLock<Kept> = OnceLock::new();
    let Some((&first, bytes)) = bytes.split_first() else {
        return;
    };
    let both = [bytes.to_vec(), with_checksums(bytes)];
    for bytes in &both {
        if first % 2 == 0 {
            let kept = MEMORY.get_or_init(|| Kept::new("memory", AnySetup::new(memory_setup())));
            kept.check(bytes, kept.setup.of::<memory::Setup>().expect("its own"));
        } else {
            let kept = TRANSFORMER
                .get_or_init(|| Kept::new("transformer", AnySetup::new(transformer_setup())));
            kept.check(
                bytes,
                kept.setup.of::<transformer::Setup>().expect("its own"),
            );
        }
    }
});
