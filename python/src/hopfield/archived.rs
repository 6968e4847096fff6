//! The network as a file.

use pyo3::prelude::*;

use super::{FIELD, Hopfield, State, UNITS};
use crate::archive::{self, Archive};
use crate::calls::Shared;
use crate::descent::whole_patterns;

impl Hopfield {
    pub(super) fn archive(&self, py: Python<'_>) -> PyResult<Archive> {
        self.with(py, |state| {
            Ok(Archive {
                settings: vec![self.units.into(), self.seed],
                words: state.patterns.clone(),
                thresholds: state.thresholds.clone(),
                ..Archive::default()
            })
        })
    }

    pub(super) fn of_archive(archive: Archive) -> PyResult<Self> {
        let Archive {
            settings,
            words: patterns,
            thresholds,
            ..
        } = archive;
        let [units, seed] = settings[..] else {
            return Err(archive::damaged("it has other settings"));
        };
        if !(1..=u64::from(UNITS)).contains(&units) {
            return Err(archive::damaged("it has other units"));
        }
        let units = units as u32;
        let count = whole_patterns(&patterns, units)?;
        let allowed = -(FIELD as i32)..=FIELD as i32;
        if count > (FIELD / units) as usize
            || ![0, units as usize].contains(&thresholds.len())
            || !thresholds.iter().all(|one| allowed.contains(one))
        {
            return Err(archive::damaged("fields would not fit"));
        }
        let state = State {
            patterns,
            thresholds,
            network: None,
        };
        Ok(Self {
            units,
            seed,
            state: Shared::new(state),
        })
    }
}
