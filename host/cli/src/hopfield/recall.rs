//! `slotless hopfield recall`: pictures in, and what a network recalls of them out.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::choice::choice;
use crate::parameters::positive_single;
use clap::{Args, ValueEnum};
use slotless_core::kwinner::Assignment;
use slotless_files::npy::npz::NpzWriter;

use super::super::drawing::DrawingArgs;
use super::super::{Failure, say, signals, weigh};
use crate::progress::{Counted, Meter, Size, Stop};
use slotless::choice::Choice;
use slotless::figures::output::{write_pictures, write_table};
use slotless::figures::{FigureError, Rendered, Table};
use slotless::images::figures::strip;
use slotless::images::recall::files::{ARRAYS, CUES, ENERGIES, ORIGINALS, PATH, RECALLED, STATES};
use slotless::images::recall::{self, Network, Order, Outcome, Retrieval, Scale, Spec};
use slotless::images::{Corruption, Erased, Pictures, Source, Threshold};
use slotless::memory::spec::Sweep;
use slotless::run::manifest::Manifest;
use slotless::run::parameter::Sweeps;
use slotless::run::records::{check_folder, check_others};
use slotless_files::{FileError, Folder, keep_input};

pub(super) const EXAMPLES: &str = "\
Examples:
  slotless hopfield recall                       ten handwritten digits, half of each erased
  slotless hopfield recall --network classical --memories 3 --corrupt noise:0.1
  slotless hopfield recall --network classical   ten are too many: mixtures
  slotless hopfield recall --network dense       a higher power keeps ten apart
  slotless hopfield recall --network kwinner     alike pictures share hidden units, and interfere
  slotless hopfield recall --network kwinner --assignment random-k --eps 1
  slotless hopfield recall --memories 1797 --corrupt noise:0.3
  slotless hopfield recall --images photos --corrupt mask:8,8,16,16 --memories 50
  slotless hopfield recall --images faces.npy --network classical --threshold 0.5

Leaves in DIR: strip.svg and .png (--format), a row per picture: as it was stored, the cue, states on the way, what
was recalled, the energy; recall.csv, a row per picture; recall.npz, all of them as arrays; manifest.json.

Pictures are grey: -1 is the darkest value of all, +1 the brightest. classical, dense and kwinner make
bits of them (--threshold); a mixture, an inverted or a spurious state is called by its name if it
differs from that in no more than --tolerance pixels.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum NetworkKind {
    /// Grey pictures; each step a mean of memories, weighted by how alike they are
    Modern,
    /// Bits; Hebbian weights, one unit updated at a time
    Classical,
    /// Bits; a power of the overlaps in place of weights, one unit updated at a time
    Dense,
    /// Bits; hidden units with plastic weights, of which K win
    #[value(name = "kwinner")]
    KWinner,
}

#[derive(Debug, Args)]
pub(super) struct RecallArgs {
    /// A folder of PNGs, a .npy or .npz array (K x height x width, or K x N for squares), or digits: the 1,797 handwritten digits of
    /// 8 x 8 pixels that come with the program
    #[arg(
        long,
        value_name = "DIR|FILE.npy|digits",
        default_value = "digits",
        help_heading = "Pictures"
    )]
    images: String,
    /// How many of them are stored, the first; each is then corrupted and recalled [default: 10, or all if there are fewer]
    #[arg(long, value_name = "N", help_heading = "Pictures")]
    memories: Option<usize>,
    /// half erases the lower half (half:upper, half:left, half:right the others), mask:X,Y,WIDTH,HEIGHT a rectangle; noise:P
    /// corrupts each pixel with probability P: it flips bits, and replaces grey values by random ones
    #[arg(
        long,
        value_name = "HOW",
        default_value = "half",
        help_heading = "Pictures"
    )]
    corrupt: Corruption,
    /// From grey to bits: mean (of each picture), a level from 0 to 1 between darkest and brightest of all, or ones:N, the N
    /// brightest pixels of each picture [default: mean; kwinner ones:N with the N that mean gives on average]
    #[arg(
        long,
        value_name = "RULE",
        allow_hyphen_values = true,
        help_heading = "Pictures"
    )]
    threshold: Option<Threshold>,
    /// Network that stores and recalls
    #[arg(long, value_enum, default_value = "modern", help_heading = "Network")]
    network: NetworkKind,
    /// Inverse temperature: large takes the nearest memory, small the mean of all (modern) [default: 256; with --scale pixels
    /// divided by the number of pixels]
    #[arg(long, value_name = "BETA", value_parser = positive_single, help_heading = "Network")]
    beta: Option<f32>,
    /// How grey pictures are scaled (modern) [default: unit]
    #[arg(long, value_parser = choice::<Scale>(), help_heading = "Network")]
    scale: Option<Scale>,
    /// What stands in erased pixels: black, or grey, half-way between darkest and brightest (modern; in bits they are 0)
    /// [default: grey]
    #[arg(long, value_parser = choice::<Erased>(), help_heading = "Network")]
    erased: Option<Erased>,
    /// Power of the overlaps (dense) [default: 10, or the largest whose energies fit 125 bits]
    #[arg(long, value_name = "N", help_heading = "Network")]
    degree: Option<u32>,
    /// In which order units are updated (classical, dense) [default: sweeps]
    #[arg(long, value_parser = choice::<Order>(), help_heading = "Network")]
    order: Option<Order>,
    /// Maximum number of steps (modern); sweeps of N updates (classical, dense); recalls, each from what the last gave (kwinner)
    /// [default: modern 1000; sweeps to a fixed point, 10 in random order; kwinner 1]
    #[arg(long, value_name = "N", help_heading = "Network")]
    steps: Option<u32>,
    /// Pixels in which a state may differ from a memory and still be called by its name (not modern) [default: a twentieth]
    #[arg(long, value_name = "N", help_heading = "Network")]
    tolerance: Option<u32>,
    #[arg(long, help = of_memories("n_h", N_H), value_name = "N", help_heading = "Network")]
    n_h: Option<u32>,
    #[arg(long, help = of_memories("f", F), value_name = "X", help_heading = "Network")]
    f: Option<f64>,
    #[arg(long, help = of_memories("k", K), value_name = "N", help_heading = "Network")]
    k: Option<u32>,
    #[arg(long, help = of_memories("eps", EPS), value_name = "X", help_heading = "Network")]
    eps: Option<f64>,
    #[arg(
        long,
        help = of_memories("assignment", ASSIGNMENT.word()),
        value_name = "NAME",
        value_parser = choice::<Assignment>(),
        help_heading = "Network"
    )]
    assignment: Option<Assignment>,
    /// Pictures in the strip, the first
    #[arg(long, value_name = "N", default_value_t = 10, help_heading = "Run")]
    show: usize,
    /// Seed of noise, order and the K-winner network
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Run")]
    seed: u64,
    /// Threads; 0 for one per core. Results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Run")]
    threads: usize,
    /// Folder to write to
    #[arg(
        long,
        value_name = "DIR",
        default_value = "slotless-out/hopfield-recall",
        help_heading = "Run"
    )]
    out: PathBuf,
    #[command(flatten)]
    drawing: DrawingArgs,
}

/// What the help says of a parameter of memories, with the pixels as visible units.
fn of_memories(name: &str, default: impl std::fmt::Display) -> String {
    let parameter = Sweep::PARAMETERS.iter().find(|one| one.name == name);
    parameter.map_or_else(String::new, |one| {
        let default = default.to_string();
        crate::parameters::help_with(one, " (kwinner)", &default)
    })
}

/// Inverse temperature of similarities that are cosines: memories whose cosines with the cue differ by 0.02 have shares that
/// differ by a factor of 170.
const BETA: f32 = 256.0;
/// Degree of the dense associative memory.
const DEGREE: u32 = 10;
/// Hidden units of the K-winner network.
const N_H: u32 = 4000;
/// Share of the pixels that a hidden unit sees.
const F: f64 = 1.0;
/// Hidden units that learn a picture.
const K: u32 = 20;
/// Learning rate.
const EPS: f64 = 0.3;
/// Who learns.
const ASSIGNMENT: Assignment = Assignment::Competitive;

/// The degree, or the largest of which the core can tell energies: `K N^n` must be below 2^125.
fn degree_for(pictures: &Pictures) -> u32 {
    let (count, units) = (
        pictures.len() as i128,
        i128::from(pictures.shape().pixels()),
    );
    let fits = |degree: &u32| {
        let power = units.checked_pow(*degree);
        let most = power.and_then(|power| power.checked_mul(count));
        most.is_some_and(|most| most < 1 << 125)
    };
    (1..=DEGREE).rev().find(fits).unwrap_or(1)
}

/// Name in the manifest.
pub(in super::super) const NAME: &str = "hopfield-recall";

/// The most pictures that a strip has room for.
const MAX_SHOWN: usize = 24;

impl RecallArgs {
    /// The first pictures of the source, as many as are to be stored.
    fn pictures(&self) -> Result<Pictures, Failure> {
        let source = Source::from(self.images.as_str());
        let pictures = source.read()?;
        let there = pictures.len();
        let count = self.memories.unwrap_or(there.min(10));
        if !(1..=there).contains(&count) {
            let line = format!("memories is {count}, allowed 1 to {there} (pictures of {source})");
            return Err(Failure::Input(line));
        }
        Ok(pictures.first(count))
    }

    /// Lets no output take a picture's place, or lie among pictures, where it would be one the next time.
    fn keep_images(&self) -> Result<(), Failure> {
        let images = Path::new(&self.images);
        let same =
            |one: &Path, other: &Path| Some(one.canonicalize().ok()? == other.canonicalize().ok()?);
        if images.is_dir() && same(images, &self.out) == Some(true) {
            let line = format!(
                "out is {}, where the pictures are, expected another folder",
                self.out.display()
            );
            return Err(Failure::Input(line));
        }
        keep_input(images);
        Ok(())
    }

    fn spec(&self, pictures: &Pictures) -> Result<Spec, Failure> {
        self.refuse_flags_of_others()?;
        let tolerance = self.tolerance.unwrap_or(pictures.shape().pixels() / 20);
        let network = match self.network {
            NetworkKind::Classical => Network::Classical {
                threshold: self.threshold.unwrap_or(Threshold::Mean),
                order: self.order.unwrap_or_default(),
                steps: self.steps,
                tolerance,
            },
            NetworkKind::Dense => Network::Dense {
                threshold: self.threshold.unwrap_or(Threshold::Mean),
                degree: self.degree.unwrap_or_else(|| degree_for(pictures)),
                order: self.order.unwrap_or_default(),
                steps: self.steps,
                tolerance,
            },
            NetworkKind::Modern => {
                let scale = self.scale.unwrap_or_default();
                let beta = match scale {
                    Scale::Unit => BETA,
                    Scale::Pixels => BETA / pictures.shape().pixels() as f32,
                };
                Network::Modern {
                    beta: self.beta.unwrap_or(beta),
                    scale,
                    erased: self.erased.unwrap_or(Erased::Grey),
                    steps: self.steps.unwrap_or(1000),
                }
            }
            NetworkKind::KWinner => Network::KWinner {
                threshold: self.threshold.unwrap_or(Threshold::ones_for(pictures)),
                n_h: self.n_h.unwrap_or(N_H),
                f: self.f.unwrap_or(F),
                k: self.k.unwrap_or(K),
                eps: self.eps.unwrap_or(EPS),
                assignment: self.assignment.unwrap_or(ASSIGNMENT),
                steps: self.steps.unwrap_or(1),
                tolerance,
            },
        };
        Ok(Spec {
            images: self.images.clone(),
            memories: pictures.len(),
            corrupt: self.corrupt,
            network,
            seed: self.seed,
        })
    }

    /// A flag that the network has no use for is a mistake.
    fn refuse_flags_of_others(&self) -> Result<(), Failure> {
        use NetworkKind::{Classical, Dense, KWinner, Modern};
        let bits = [Classical, Dense, KWinner];
        let rules: [(&str, bool, &[NetworkKind]); 12] = [
            ("--beta", self.beta.is_some(), &[Modern]),
            ("--scale", self.scale.is_some(), &[Modern]),
            ("--erased", self.erased.is_some(), &[Modern]),
            ("--degree", self.degree.is_some(), &[Dense]),
            ("--threshold", self.threshold.is_some(), &bits),
            ("--order", self.order.is_some(), &[Classical, Dense]),
            ("--tolerance", self.tolerance.is_some(), &bits),
            ("--n-h", self.n_h.is_some(), &[KWinner]),
            ("--f", self.f.is_some(), &[KWinner]),
            ("--k", self.k.is_some(), &[KWinner]),
            ("--eps", self.eps.is_some(), &[KWinner]),
            ("--assignment", self.assignment.is_some(), &[KWinner]),
        ];
        let name = |kind: &NetworkKind| {
            let value = kind.to_possible_value();
            value.map_or(String::new(), |value| value.get_name().to_owned())
        };
        for (flag, given, kinds) in rules {
            if given && !kinds.contains(&self.network) {
                let kinds: Vec<String> = kinds.iter().map(name).collect();
                let line = format!(
                    "{flag} is for --network {}, not {}",
                    kinds.join(", "),
                    name(&self.network)
                );
                return Err(Failure::Input(line));
            }
        }
        Ok(())
    }
}

pub(super) fn recall(args: &RecallArgs) -> Result<(), Failure> {
    let started = Instant::now();
    if !(1..=MAX_SHOWN).contains(&args.show) {
        let line = format!("show is {}, allowed 1 to {MAX_SHOWN}", args.show);
        return Err(Failure::Input(line));
    }
    args.keep_images()?;
    let pictures = args.pictures()?;
    let spec = args.spec(&pictures)?;
    let threads = match args.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads.min(pictures.len()),
    };
    weigh::check_threads(threads)?;
    let work = recall::Prepared::work(&pictures, &spec);
    weigh::once(&work)?;
    signals::when_stopped(signals::STOPPED);
    let prepared = recall::Prepared::new(&pictures, &spec)?;
    // Of a run of something else neither files nor kept trials are there.
    check_others(&args.out, &[], spec.seed)?;
    check_folder(&args.out, NAME, &[], spec.seed)?;
    let folder = Folder::create(&args.out)?;
    let size = Size {
        pieces: pictures.len() as u64,
        steps: work.steps,
        counted: Counted::Steps,
        ..Size::default()
    };
    let meter = Meter::new("hopfield recall", "pictures", size);
    let watch = meter.watch(Stop::on_interrupt().flag());
    let outcome = prepared.recall_watched(args.show, threads, watch);
    meter.finish();
    let outcome = outcome?;
    let mut manifest = crate::manifest(NAME, spec.seed, 0);
    manifest.threads = threads;
    manifest.resolved.push(outcome.resolved.clone());
    manifest.report = report(&outcome);
    manifest.single(&spec);
    let picture = args
        .drawing
        .look()
        .render("strip", &strip(&outcome, &spec, args.show))
        .map_err(FigureError::from)?;
    write(folder, (&spec, &outcome), manifest, picture, started)?;
    Ok(())
}

/// What is said of all pictures, a line each.
fn report(outcome: &Outcome) -> Vec<String> {
    let mut lines = vec![outcome.summary()];
    let words = ["right", "wrong", "inverted", "mixture", "spurious"];
    let count = |word| {
        let retrievals = outcome.retrievals.iter();
        retrievals.filter(|one| one.verdict.word() == word).count()
    };
    let counts = words.map(|word| (word, count(word)));
    let counts: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    lines.push(format!("recalled: {}", counts.join(", ")));
    if let Some(likeness) = outcome.likeness {
        lines.push(format!(
            "mean overlap of two stored pictures {likeness:.3}; of random ones it is 0"
        ));
    }
    lines
}

fn write(
    mut folder: Folder,
    (spec, outcome): (&Spec, &Outcome),
    mut manifest: Manifest,
    picture: Rendered,
    started: Instant,
) -> Result<(), FigureError> {
    write_pictures(&mut folder, &[picture])?;
    write_table(&mut folder, &table(outcome, spec))?;
    write_arrays(&mut folder, outcome)?;
    manifest.wall_seconds = started.elapsed().as_secs_f64();
    manifest.save(&mut folder)?;
    say(&format!(
        "hopfield recall: seed {}, {:.1} s on {} threads",
        manifest.seed, manifest.wall_seconds, manifest.threads
    ));
    for line in manifest.resolved.iter().chain(&manifest.report) {
        say(&format!("  {line}"));
    }
    for file in &manifest.files {
        say(&format!("  {}", folder.path().join(&file.name).display()));
    }
    Ok(())
}

/// A row per picture.
fn table(outcome: &Outcome, spec: &Spec) -> Table {
    let row = |(number, one): (usize, &Retrieval)| {
        let energy = |at: usize| {
            let energies = one.energies.map(|energies| energies[at].to_string());
            energies.unwrap_or_default()
        };
        vec![
            number.to_string(),
            outcome.names[number].clone(),
            spec.network.word().to_owned(),
            one.before.to_string(),
            one.after.to_string(),
            one.nearest.to_string(),
            one.verdict.word().to_owned(),
            one.verdict.to_string(),
            one.steps.to_string(),
            one.ending.words().to_owned(),
            energy(0),
            energy(1),
        ]
    };
    let rows = outcome.retrievals.iter().enumerate().map(row);
    Table::new(RECALLED.name, &RECALLED, rows.collect())
}

/// `recall.npz`: [`ARRAYS`].
fn write_arrays(folder: &mut Folder, outcome: &Outcome) -> Result<(), FileError> {
    let sides = [
        outcome.retrievals.len(),
        outcome.shape.height as usize,
        outcome.shape.width as usize,
    ];
    let pictures = |of: fn(&Retrieval) -> &[f32]| {
        let values = outcome.retrievals.iter();
        values.flat_map(move |one| of(one).iter().copied())
    };
    folder.write_described(ARRAYS.name, |file| {
        let mut npz = NpzWriter::new(file);
        npz.add(ORIGINALS, &sides, pictures(|one| &one.original))?;
        npz.add(CUES, &sides, pictures(|one| &one.cue))?;
        npz.add(STATES, &sides, pictures(|one| &one.recalled))?;
        let energies = outcome.retrievals.iter().filter_map(|one| one.energies);
        let energies: Vec<[f64; 2]> = energies.collect();
        npz.add(
            ENERGIES,
            &[energies.len(), 2],
            energies.into_iter().flatten(),
        )?;
        for (number, one) in outcome.retrievals.iter().enumerate() {
            let path = one.path.iter().filter(|path| !path.energies.is_empty());
            for path in path {
                let points = path.energies.iter();
                let points = points.flat_map(|&(step, energy)| [step as f64, energy]);
                npz.add(PATH.of(&[&number]), &[path.energies.len(), 2], points)?;
            }
        }
        npz.finish()
    })
}
