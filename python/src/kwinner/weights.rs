//! The weights of a K-winner network as arrays.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::KWinner;
use crate::arrays;

impl KWinner {
    /// Visible and hidden units and fan-in.
    fn sizes(&self) -> [usize; 3] {
        let settings = &self.settings;
        [settings.visible, settings.hidden, settings.fan_in].map(|size| size as usize)
    }

    /// Raw weights in the narrowest type.
    fn narrowed<'py>(
        &self,
        py: Python<'py>,
        weights: Vec<u16>,
        shape: &[usize],
    ) -> PyResult<Bound<'py, PyAny>> {
        if self.settings.bits > 8 {
            return arrays::shaped(py, weights, shape, false);
        }
        let narrow: Vec<u8> = weights.iter().map(|&weight| weight as u8).collect();
        arrays::shaped(py, narrow, shape, false)
    }
}

/// An array of numpy, with 0 where there is no wire.
pub(super) fn dense<'py>(of: &KWinner, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
    let [visible, hidden, _] = of.sizes();
    arrays::room_for::<u16>("the array of weights", &[hidden, visible])?;
    let weights = of.apart(py, move |network| {
        let mut all = vec![0_u16; hidden * visible];
        network.connections(|unit, units, weights| {
            let row = &mut all[unit as usize * visible..][..visible];
            for (&unit, &weight) in units.iter().zip(weights) {
                row[unit as usize] = weight as u16;
            }
        });
        Ok(all)
    })?;
    of.narrowed(py, weights, &[hidden, visible])
}

/// A sparse array of scipy with all weights.
pub(super) fn csr<'py>(of: &KWinner, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
    let sparse = py.import("scipy.sparse")?;
    let [visible, hidden, fan_in] = of.sizes();
    arrays::room_for::<u64>("the array of weights", &[hidden, fan_in])?;
    let (indices, weights) = of.apart(py, |network| {
        let (mut all, mut raw) = (Vec::new(), Vec::new());
        network.connections(|_, units, weights| {
            all.extend(units.iter().map(|&unit| unit as i32));
            raw.extend(weights.iter().map(|&weight| weight as u16));
        });
        Ok((all, raw))
    })?;
    let count = indices.len();
    let raw = of.narrowed(py, weights, &[count])?;
    // scipy takes indices of 32 bits where their number is one of 32 bits, too.
    let starts: Vec<i64> = (0..=hidden).map(|unit| (unit * fan_in) as i64).collect();
    let starts = arrays::shaped(py, starts, &[hidden + 1], false)?;
    let indices = arrays::shaped(py, indices, &[count], false)?;
    let options = PyDict::new(py);
    options.set_item("shape", (hidden, visible))?;
    sparse.call_method("csr_array", ((raw, indices, starts),), Some(&options))
}
