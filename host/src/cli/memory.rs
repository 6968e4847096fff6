//! `slotless memory`.
use super::Failure;
use clap::Args;
#[derive(Debug, Args)]
pub(super) struct MemoryArgs {}
pub(super) fn memory(_: &MemoryArgs) -> Result<(), Failure> {
    Ok(())
}
