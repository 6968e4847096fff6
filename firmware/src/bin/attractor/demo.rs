//! The demo, told to whoever takes its lines: the log of a device, a string in a test on the host.

use core::fmt::{self, Write};

use slotless_core::attractor::{AttractorError, Matrix, Params, Sparse, code};
use slotless_core::bits;
use slotless_core::memory::Memory;
use slotless_core::rng::{self, Key, Purpose};
use slotless_core::weight::U2;

const NAMES: [&str; 8] = [
    "coffee", "smoke", "bread", "paint", "soap", "mint", "rain", "tea",
];
/// Readings in a row of a table, of each smell.
const READINGS: u32 = 20;

/// Channels of the sensor, and those that a unit sums.
const CHANNELS: usize = 32;
const TAPS: u32 = 4;
const UNITS: u32 = 128;
const ACTIVE: usize = 8;
type Reading = [i16; CHANNELS];
type Code = [u32; ACTIVE];
type Pattern = [u32; bits::words_for(UNITS)];

const PARAMS: Params = match Params::builder(UNITS, ACTIVE as u32).seed(1).build() {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

/// Words of a matrix, of which there are two.
pub const WORDS: usize = Matrix::<U2, ()>::words(PARAMS);
/// Words of scratch: of a matrix, and for a pattern as bits and as a list.
pub const SCRATCH_WORDS: usize =
    Matrix::<U2, ()>::scratch_for(PARAMS) + UNITS as usize + bits::words_for(UNITS);

/// A share of the weights from the cue to what it settles in, in 1/65536; below it nothing matches.
const LEAST: u32 = 30_000;

const SMELLS: Purpose = Purpose(256);
const NOISE: Purpose = Purpose(257);
const TARGETS: Purpose = Purpose(258);

/// What went wrong, which nothing does here.
#[derive(Debug)]
pub enum Error {
    /// In a memory.
    Memory(AttractorError),
    /// A line was not taken.
    Line(fmt::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(error) => error.fmt(f),
            Self::Line(_) => f.write_str("a line is too long"),
        }
    }
}

impl From<AttractorError> for Error {
    fn from(error: AttractorError) -> Self {
        Self::Memory(error)
    }
}

impl From<fmt::Error> for Error {
    fn from(error: fmt::Error) -> Self {
        Self::Line(error)
    }
}

/// What a reading was called.
#[derive(Default)]
struct Answers {
    right: u32,
    wrong: u32,
    nothing: u32,
}

struct Device<'a> {
    projection: Sparse,
    /// From codes to themselves: what a reading settles in.
    settling: Matrix<U2, &'a mut [u32]>,
    /// From codes to those of names.
    naming: Matrix<U2, &'a mut [u32]>,
    scratch: &'a mut [u32],
}

/// Runs the demo; returns how many of its claims did not hold.
pub fn run(
    out: &mut impl Write,
    words: [&mut [u32]; 2],
    scratch: &mut [u32],
) -> Result<u32, Error> {
    let [settling, naming] = words;
    let mut device = Device {
        projection: Sparse::new(CHANNELS as u32, TAPS, PARAMS)?,
        settling: Matrix::new(PARAMS, settling)?,
        naming: Matrix::new(PARAMS, naming)?,
        scratch,
    };
    for smell in 0..NAMES.len() as u32 {
        device.teach(smell)?;
    }
    writeln!(out, "{} smells taught, one reading each", NAMES.len())?;
    device.saturation(out)?;
    writeln!(out)?;
    for smell in [0, 5] {
        let noisy = reading(smell, smell, 4);
        let found = device.name(&noisy)?;
        let name = NAMES.get(smell as usize).unwrap_or(&"");
        writeln!(out, "a noisy reading of {name}: {}", called(found))?;
    }
    let strange = device.name(&reading(1000, 0, 0))?;
    writeln!(out, "a smell never met: {}\n", called(strange))?;

    writeln!(out, "noise,right,wrong,nothing matches")?;
    let mut wrong = 0;
    for noise in [0, 2, 4, 8, 12, 16] {
        let answers = device.ask(noise)?;
        let Answers { right, nothing, .. } = answers;
        writeln!(out, "{noise}/16,{right},{},{nothing}", answers.wrong)?;
        // Of quiet readings nearly all are named.
        wrong += u32::from(noise <= 4 && right * 10 < READINGS * NAMES.len() as u32 * 9);
    }
    let mut strange = 0;
    for number in 0..100 {
        strange += u32::from(device.name(&reading(2000 + number, 0, 0))?.is_none());
    }
    writeln!(out, "\nof 100 smells never met {strange} match nothing")?;
    wrong += u32::from(strange < 90);

    writeln!(out, "\ntaught five times more")?;
    for _ in 0..5 {
        for smell in 0..NAMES.len() as u32 {
            device.teach(smell)?;
        }
    }
    device.saturation(out)?;
    let right = device.ask(2)?.right;
    writeln!(out, "at noise 2/16 {right} are right")?;
    wrong += u32::from(device.settling.lost() == 0);

    writeln!(out, "\nothers,right,wrong,nothing matches,full weights")?;
    for others in 1..=6 {
        for number in 0..128 {
            device.teach(3000 + 128 * others + number)?;
        }
        let answers = device.ask(2)?;
        let full = device.settling.full();
        let Answers { right, nothing, .. } = answers;
        writeln!(
            out,
            "{},{right},{},{nothing},{full}",
            128 * others,
            answers.wrong
        )?;
    }
    writeln!(out)?;
    match wrong {
        0 => writeln!(out, "all as it should be")?,
        wrong => writeln!(out, "{wrong} things are not as they should be")?,
    }
    Ok(wrong)
}

fn called(name: Option<usize>) -> &'static str {
    let name = name.and_then(|name| NAMES.get(name));
    name.unwrap_or(&"nothing matches")
}

impl Device<'_> {
    fn encode(&mut self, reading: &Reading) -> Result<Code, Error> {
        let mut code = Code::default();
        self.projection.encode(reading, self.scratch, &mut code)?;
        Ok(code)
    }

    /// One reading, in one step: its code to itself and to that of its name.
    fn teach(&mut self, smell: u32) -> Result<(), Error> {
        let cue = self.encode(&reading(smell, 0, 0))?;
        self.settling.learn(&cue, &cue)?;
        self.naming.learn(&cue, &target(smell))?;
        Ok(())
    }

    /// What a reading is called; none where nothing that is stored matches, or no name is clear.
    fn name(&mut self, reading: &Reading) -> Result<Option<usize>, Error> {
        let mut cue = Pattern::default();
        code::to_bits(&self.encode(reading)?, &mut cue);
        let settled = Memory::recall(&self.settling, &cue, self.scratch)?;
        if settled.share < LEAST {
            return Ok(None);
        }
        let mut units = Code::default();
        let active = code::from_bits(settled.pattern, &mut units);
        let units = units.get(..active).unwrap_or(&units);
        let recalled = self.naming.associate(units, self.scratch)?;
        Ok((0..NAMES.len())
            .find(|&name| code::overlap(recalled, &target(name as u32)) as usize > ACTIVE / 2))
    }

    /// Names readings of all smells.
    fn ask(&mut self, noise: i32) -> Result<Answers, Error> {
        let mut answers = Answers::default();
        for smell in 0..NAMES.len() as u32 {
            for number in 0..READINGS {
                match self.name(&reading(smell, number, noise))? {
                    Some(name) if name == smell as usize => answers.right += 1,
                    Some(_) => answers.wrong += 1,
                    None => answers.nothing += 1,
                }
            }
        }
        Ok(answers)
    }

    fn saturation(&self, out: &mut impl Write) -> fmt::Result {
        for (name, matrix) in [("settling", &self.settling), ("naming", &self.naming)] {
            let (full, lost) = (matrix.full(), matrix.lost());
            let (weights, pairs) = (UNITS * UNITS, matrix.learned());
            writeln!(
                out,
                "{name}: {pairs} pairs, {full} of {weights} weights full, {lost} increments lost"
            )?;
        }
        Ok(())
    }
}

/// A smell as the sensor reads it: a number a channel, and noise in sixteenths of their range.
fn reading(smell: u32, number: u32, noise: i32) -> Reading {
    let channels = Key::new(1, SMELLS).derive(smell);
    let draws = Key::new(1, NOISE).derive(smell).derive(number);
    core::array::from_fn(|channel| {
        let channel = channel as u32;
        let level = i32::from(channels.at(channel) as i16);
        let off = i32::from(draws.at(channel) as i16) * noise / 16;
        (level + off).clamp(i16::MIN.into(), i16::MAX.into()) as i16
    })
}

/// The code of a name.
fn target(smell: u32) -> Code {
    let (mut pattern, mut code) = (Pattern::default(), Code::default());
    let mut draws = rng::stream(1, TARGETS, 0, smell);
    // Lengths and counts are constants that fit.
    let _ = bits::sample(UNITS, ACTIVE as u32, &mut draws, &mut pattern);
    code::from_bits(&pattern, &mut code);
    code
}
