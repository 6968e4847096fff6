//! The network as a file.

use pyo3::prelude::*;
use slotless_core::hetero::{Allocation, Hetero, Params};

use super::{By, HeteroMHN, State};
use crate::archive::{self, Archive};
use crate::calls::Shared;
use crate::{errors, keywords};

impl HeteroMHN {
    pub(super) fn archive(&self, py: Python<'_>) -> PyResult<Archive> {
        let params = self.params;
        let (words, learned) = self.with(py, |state| {
            Ok((state.network.words().to_vec(), state.learned))
        })?;
        let sizes = [
            params.keys(),
            params.values(),
            params.items(),
            params.hidden(),
            params.winners(),
        ];
        let (by, units) = match self.by() {
            By::Key => (0, 0),
            By::Projected => (1, self.n_projected().unwrap_or(0)),
            By::Item => (2, 0),
        };
        let mut settings: Vec<u64> = sizes.map(u64::from).to_vec();
        settings.extend([by, units.into(), self.seed, learned]);
        Ok(Archive {
            settings,
            numbers: self.strength().into_iter().collect(),
            words,
            ..Archive::default()
        })
    }

    pub(super) fn of_archive(archive: Archive) -> PyResult<Self> {
        let other = || archive::damaged("it has other settings");
        let [
            keys,
            values,
            items,
            hidden,
            winners,
            by,
            units,
            seed,
            learned,
        ] = archive.settings[..]
        else {
            return Err(other());
        };
        let small = |size: u64| u32::try_from(size).map_err(|_| other());
        let allocation = match (by, &archive.numbers[..]) {
            (0, []) => Allocation::Key,
            (1, &[strength]) => Allocation::Projected {
                units: small(units)?,
                strength,
            },
            (2, []) => Allocation::Item,
            _ => return Err(other()),
        };
        let params =
            Params::<f32>::builder(small(keys)?, small(values)?, small(items)?, small(hidden)?)
                .winners(small(winners)?)
                .allocation(allocation)
                .build()
                .map_err(keywords::hetero)?;
        let network = Hetero::open(params, archive.words).map_err(errors::value)?;
        Ok(Self {
            params,
            seed,
            state: Shared::new(State { network, learned }),
        })
    }
}
