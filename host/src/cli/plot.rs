//! `slotless plot`.
use super::Failure;
use clap::Args;
#[derive(Debug, Args)]
pub(super) struct PlotArgs {}
pub(super) fn plot(_: &PlotArgs) -> Result<(), Failure> {
    Ok(())
}
