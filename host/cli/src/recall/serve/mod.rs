//! `slotless recall serve`: a memory for other programs, over standard input and output.

mod fields;
mod json_lines;
mod lines;
mod mcp;
mod served;
mod tools;

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::super::{Failure, signals};
use super::MemoryArgs;
use crate::print;
use lines::Lines;
use served::Served;

pub(super) const EXAMPLES: &str = "\
Examples:
  slotless recall serve -m notes --model DIR        for an assistant; makes the memory if there is none
  slotless recall serve -m notes                    with the encoder that the memory was made with
  slotless recall serve -m notes --words-only       without an encoder: words alone are compared
  slotless recall serve -m notes --read-only        recall and list, and no more
  slotless recall serve -m notes --protocol lines   an object a line, for programs without MCP

An assistant starts it by itself; its configuration has a block such as
  {\"mcpServers\": {\"memory\": {\"command\": \"slotless\",
    \"args\": [\"recall\", \"serve\", \"--memory\", \"/home/me/notes\", \"--model\", \"/home/me/model\"]}}}
The tools are remember, recall, forget, update and list. With --protocol lines a line such as
  {\"op\": \"remember\", \"target\": \"CI needs postgres\", \"cues\": [\"tests fail\"]}
  {\"op\": \"recall\", \"question\": \"the build is red\", \"top\": 3}
is answered by one with \"result\" or \"error\".

Any number of servers and of other commands may have one memory: what another adds is seen at the next
request, and the lock is held only while something is written. It ends with its input, exit code 0.";

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    /// Folder of the sentence encoder [default: the memory's own, else SLOTLESS_MODEL]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Compare words alone: the memory has no vectors, and needs no encoder
    #[arg(long, conflicts_with = "model")]
    words_only: bool,
    /// What is spoken over standard input and output
    #[arg(long, value_enum, default_value_t)]
    protocol: Protocol,
    /// How long a request waits for another process that writes
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=3600))]
    wait: u32,
    /// Offer nothing that changes the memory, and make none
    #[arg(long)]
    read_only: bool,
}

/// What is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Protocol {
    /// The Model Context Protocol, revisions 2024-11-05 to 2026-07-28
    #[default]
    Mcp,
    /// A request a line and an answer a line, in JSON
    Lines,
}

pub(super) fn serve(args: &ServeArgs) -> Result<(), Failure> {
    let mut served = Served::open(args)?;
    signals::when_stopped("stopped; what was answered as done is kept");
    let mut session = mcp::Session::default();
    for line in Lines::of(io::stdin().lock()) {
        let line = line.map_err(|error| Failure::Failed(format!("standard input: {error}")))?;
        let answer = match args.protocol {
            Protocol::Mcp => session.answer(line, &mut served),
            Protocol::Lines => Some(json_lines::answer(line, &mut served)),
        };
        match answer.map_or(Ok(()), |answer| print::answer(&answer)) {
            // Whoever asked has gone.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            written => {
                written.map_err(|error| Failure::Failed(format!("standard output: {error}")))?;
            }
        }
    }
    Ok(())
}
