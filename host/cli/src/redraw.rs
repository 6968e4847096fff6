//! What `slotless plot` does where it is asked for no view of its own: the pictures of a run, drawn again of what it left.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::execute::conditions_of;
use super::{Failure, say};
use slotless::figures::output::write_pictures;
use slotless::figures::{Asked, Drawn, FigureError, Look, Named, Reproduce, Setting, Size};
use slotless::images::recall::{Prepared, Spec};
use slotless::images::{Source, figures::strip};
use slotless::paraphrase;
use slotless::paraphrase::figures::Planned;
use slotless::run::RunError;
use slotless::run::family::{AnySetup, Computed};
use slotless::run::manifest::{self, Manifest};
use slotless::run::records;
use slotless::transformer;
use slotless::transformer::figures::training::{add_swept, learning};
use slotless::transformer::spec::FINAL_WINDOW;
use slotless_files::{FileEntry, Folder};

/// Pictures in a strip where nothing says how many.
const SHOWN: usize = 10;

/// Lets a picture of this name overwrite none of the run's files.
pub(super) fn check_name(manifest: &Manifest, look: &Look, name: &str) -> Result<(), Failure> {
    let written = look.files(name);
    let table = format!("{name}.csv");
    let is_written = |file: &&FileEntry| written.contains(&file.name) || file.name == table;
    match manifest.files.iter().find(is_written) {
        None => Ok(()),
        Some(file) => Err(Failure::Input(format!(
            "--name is {name}, allowed names that overwrite no file of the run ({})",
            file.name
        ))),
    }
}

/// A run whose pictures are drawn again.
pub(super) struct Redrawn<'a> {
    pub folder: &'a Path,
    pub manifest: &'a Manifest,
    pub look: Look,
    /// Name of the files, in place of `plot_FIGURE`.
    pub name: Option<&'a str>,
}

impl Redrawn<'_> {
    /// Of a figure with a name.
    pub(super) fn figure(&self, named: &Named) -> Result<(), Failure> {
        let Manifest { seed, trials, .. } = *self.manifest;
        let planned;
        let mut figure: &dyn Reproduce = named.figure;
        if named.name == paraphrase::figures::NAME {
            let conditions = conditions_of(self.folder, self.manifest)?;
            planned = Planned { conditions };
            figure = &planned;
        }
        let size = self.size(named, figure)?;
        let setups = figure.setups(size, seed)?;
        let computed = self.computed(setups)?;
        let never = AtomicBool::new(false);
        let asked = Asked {
            size,
            seed,
            trials,
            watch: (&never).into(),
        };
        let made = figure.make(asked, &computed).map_err(|error| match error {
            FigureError::Stopped => Failure::Interrupted("stopped".to_owned()),
            other => other.into(),
        })?;
        self.write(made.drawn)
    }

    /// At which size a figure was made: that whose conditions the manifest lists.
    fn size(&self, named: &Named, figure: &dyn Reproduce) -> Result<Size, Failure> {
        let seed = self.manifest.seed;
        let runs_trials = !figure.setups(Size::Quick, seed)?.is_empty();
        if !runs_trials {
            if figure.ignores().contains(&Setting::Quick) {
                return Ok(Size::Paper);
            }
            let line = format!(
                "{} keeps nothing to draw {} of, expected: slotless reproduce {} again, with the same flags",
                self.folder.display(),
                named.name,
                named.name
            );
            return Err(Failure::Input(line));
        }
        for size in [Size::Paper, Size::Quick] {
            if records::lists(self.manifest, &figure.setups(size, seed)?) {
                return Ok(size);
            }
        }
        let path = self.folder.join(manifest::NAME);
        let why = format!(
            "its conditions are not those of {} at either size",
            named.name
        );
        Err(RunError::damaged(path, why).into())
    }

    /// Of a run, or a grid, of transformers.
    pub(super) fn transformers(
        &self,
        conditions: Vec<transformer::Condition>,
    ) -> Result<(), Failure> {
        let setups =
            AnySetup::all::<transformer::Setup>(conditions.iter().cloned(), self.manifest.seed)?;
        let computed = self.computed(setups)?;
        // Trials may have been kept under another name.
        let trials = self.manifest.trials as usize;
        let of = |condition: &transformer::Condition| {
            let found = computed.find::<transformer::Setup>(condition);
            found.map(|results| results.narrowed(condition, trials))
        };
        let results: Vec<transformer::Results> = conditions.iter().filter_map(of).collect();
        let results: Vec<&transformer::Results> = results.iter().collect();
        let name = &self.manifest.figure;
        let mut drawn = learning(name, &results)?;
        if name == "sweep" {
            add_swept(&mut drawn, name, &results, FINAL_WINDOW as usize);
        }
        drawn.mark_small(self.manifest.trials, u32::MAX);
        self.write(drawn)
    }

    /// Of recalled pictures: they are recalled again, which takes no time.
    pub(super) fn strip(&self) -> Result<(), Failure> {
        let path = self.folder.join(manifest::NAME);
        let specs: Vec<Spec> = conditions_of(self.folder, self.manifest)?;
        let [spec] = specs.as_slice() else {
            let why = "what was recalled is not in it";
            return Err(RunError::damaged(path, why).into());
        };
        let pictures = Source::from(spec.images.as_str()).read()?;
        let prepared = Prepared::new(&pictures.first(spec.memories), spec)?;
        let never = AtomicBool::new(false);
        let outcome = prepared.recall_watched(SHOWN, 1, &never)?;
        self.write(Drawn {
            pictures: vec![("strip".to_owned(), strip(&outcome, spec, SHOWN))],
            ..Drawn::default()
        })
    }

    /// The kept trials, in the folder or, where it is one of several figures, beside it.
    fn computed(&self, setups: Vec<AnySetup>) -> Result<Computed, Failure> {
        if setups.is_empty() {
            return Ok(Computed::default());
        }
        let Manifest { seed, trials, .. } = *self.manifest;
        let mut places: Vec<PathBuf> = vec![self.folder.to_owned()];
        places.extend(self.folder.canonicalize().ok().and_then(|folder| {
            let above = folder.parent()?;
            Some(above.to_owned())
        }));
        let place = places
            .iter()
            .find(|place| place.join(records::FOLDER).is_dir());
        let Some(place) = place else {
            let line = format!(
                "{} has no kept trials ({}), which {} is drawn of, expected them in it or beside it",
                self.folder.display(),
                records::FOLDER,
                self.manifest.figure
            );
            return Err(Failure::Input(line));
        };
        Ok(records::kept(place, setups, trials, seed)?)
    }

    /// Writes the pictures under names of their own.
    fn write(&self, mut drawn: Drawn) -> Result<(), Failure> {
        drawn.look = self.look.clone();
        let figure = &self.manifest.figure;
        let first = drawn.pictures.first().map(|(name, _)| name.clone());
        let first = first.unwrap_or_else(|| figure.clone());
        for (name, _) in &mut drawn.pictures {
            *name = match (self.name, name.strip_prefix(first.as_str())) {
                (Some(own), Some(rest)) => format!("{own}{rest}"),
                (Some(own), None) => format!("{own}_{name}"),
                (None, _) => format!("plot_{name}"),
            };
            check_name(self.manifest, &self.look, name)?;
        }
        let pictures = drawn.render()?;
        let mut folder = Folder::create(self.folder)?;
        // The input was good.
        write_pictures(&mut folder, &pictures).map_err(FigureError::from)?;
        for line in pictures.iter().flat_map(|picture| &picture.left_out) {
            say(line);
        }
        for file in folder.entries() {
            say(&format!("{}", folder.path().join(&file.name).display()));
        }
        Ok(())
    }
}
