//! `slotless hopfield`: the Hopfield family at work.

mod recall;

use clap::{Args, Subcommand};

use super::Failure;
pub(super) use recall::NAME as RECALL;

const EXAMPLES: &str = "\
Examples:
  slotless hopfield recall
  slotless hopfield recall --network classical --memories 3 --corrupt noise:0.1

More with `slotless hopfield recall --help`.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct HopfieldArgs {
    #[command(subcommand)]
    command: HopfieldCommand,
}

#[derive(Debug, Subcommand)]
enum HopfieldCommand {
    /// Store pictures, corrupt them, and see what a network recalls
    #[command(after_help = recall::EXAMPLES, allow_negative_numbers = true)]
    Recall(Box<recall::RecallArgs>),
}

pub(super) fn hopfield(args: &HopfieldArgs) -> Result<(), Failure> {
    match &args.command {
        HopfieldCommand::Recall(args) => recall::recall(args),
    }
}
