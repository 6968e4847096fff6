//! What calls return.

use core::ffi::c_char;

use slotless_core::bits::BitsError;
use slotless_core::encode::{self, EncodeError};
use slotless_core::kwinner::{self, NetworkError, SettingsError};
use slotless_core::recency::{self, RecencyError};
use slotless_core::recogniser::{self, RecogniserError};
use slotless_core::ring::{self, RingError};
use slotless_core::snapshot::SnapshotError;

/// What every function returns: SLOTLESS_STATUS_OK, or why it did nothing. After any other code all memory is as it was before,
/// but for scratch, and for buffers of which the function says so.
#[repr(i32)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// All is well.
    Ok = 0,
    /// A pointer is NULL.
    Null = 1,
    /// An address is no multiple of what it has to be: of 4 for words, of 8 for memories, parameters and results.
    Alignment = 2,
    /// A buffer that is written to has bytes in common with another one.
    Overlap = 3,
    /// A buffer reaches beyond the address space.
    Address = 4,
    /// The memory was not made by one of the functions that make it.
    Handle = 5,
    /// The memory was opened to recall only, or its type is one that only recalls.
    ReadOnly = 6,
    /// The buffer of the state has too few words.
    State = 7,
    /// The scratch buffer has too few words.
    Scratch = 8,
    /// The output has another number of words, or too few.
    Output = 9,
    /// A pattern or cue has another number of words or bytes than its bits take.
    Length = 10,
    /// A pattern or cue has a one beyond its last bit.
    Beyond = 11,
    /// A pattern to learn has no ones.
    Empty = 12,
    /// A pattern has more ones than there is room for.
    TooManyOnes = 13,
    /// No number is left for another pattern.
    End = 14,
    /// There is no such class.
    Class = 15,
    /// A sample has another number of features.
    Sample = 16,
    /// There is no such label: allowed 0 to 15, or what is below labels.
    Label = 17,
    /// There is nothing in the memory yet, or no one in the pattern that was to be read.
    Nothing = 18,
    /// visible: none, or too many.
    Visible = 32,
    /// hidden: none.
    Hidden = 33,
    /// fan_in: allowed 1 to visible.
    FanIn = 34,
    /// winners: allowed 1 to hidden.
    Winners = 35,
    /// active: allowed 1 to visible.
    Active = 36,
    /// rate: allowed 1 to 65536.
    Rate = 37,
    /// fan_in or winners are so many that a sum of weights may exceed 32 bits.
    Sum = 38,
    /// The sizes exceed the address space.
    TooLarge = 39,
    /// Structured wiring does not take this number of hidden units; a neighbouring one, or a power of two, it does.
    Structured = 40,
    /// rounding: allowed 0 and 1.
    Rounding = 41,
    /// assignment: allowed 0 and 1.
    Assignment = 42,
    /// rows: none; or no row fits.
    Rows = 43,
    /// levels: allowed 1 to 255.
    Levels = 44,
    /// cap: allowed active to visible; 0 chooses it.
    Cap = 45,
    /// miss: allowed 1 to 1024; 0 is 96.
    Miss = 46,
    /// slots: none, or too many; or none fits.
    Slots = 47,
    /// classes: allowed 1 to 256.
    Classes = 48,
    /// replacement: allowed 0 to 3, of samples but for 1.
    Replacement = 49,
    /// features: allowed 1 to 1024.
    Features = 50,
    /// items: allowed 1 to 65535; or none fits.
    Items = 51,
    /// fading: allowed 0 to 15.
    Fading = 52,
    /// The range ends before it starts.
    Range = 53,
    /// period: allowed 1 to 2^31.
    Period = 54,
    /// units: too few, or too many.
    Units = 55,
    /// ones: none, or more than the units take.
    Ones = 56,
    /// steps: allowed 1 to 2^20.
    Steps = 57,
    /// frames: none, or more than a pattern has room for.
    Frames = 58,
    /// labels: allowed 1 to 16.
    Labels = 59,
    /// window: allowed 1 to 256.
    Window = 60,
    /// bits: allowed 0 to 16.
    Bits = 61,
    /// low, high: allowed 1 to 65535, low below high.
    Shares = 62,
    /// memory: allowed 64 to 2^20.
    Memory = 63,
    /// No snapshot starts here.
    Magic = 80,
    /// The snapshot has another version of the format.
    Version = 81,
    /// The snapshot is of another version of the results: what was learned would be recalled as something else.
    Results = 82,
    /// The snapshot is of another kind of memory, or of one that is not known.
    Kind = 83,
    /// The snapshot is cut off.
    Truncated = 84,
    /// The snapshot's header is damaged: what it says of itself does not fit together.
    Header = 85,
    /// The snapshot is damaged: its CRC is not that of its content.
    Crc = 86,
    /// The snapshot has weights of another width than the type.
    Width = 87,
    /// The snapshot is of a network of another wiring than the type.
    Wiring = 88,
    /// The snapshot is of a form that can be read in Rust only: a network of version 1 with masks where every hidden unit sees every
    /// visible one.
    Form = 89,
    /// What has no code of its own.
    Other = 127,
}

/// What a function returns.
pub(crate) type Result<T> = core::result::Result<T, Status>;

/// Runs a call and gives its code.
#[inline(always)]
pub(crate) fn of(call: impl FnOnce() -> Result<()>) -> Status {
    match call() {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

impl From<BitsError> for Status {
    fn from(error: BitsError) -> Self {
        match error {
            BitsError::Length { .. } | BitsError::Bytes { .. } => Self::Length,
            BitsError::Beyond { .. } => Self::Beyond,
            BitsError::TooMany { .. } => Self::TooManyOnes,
            _ => Self::Other,
        }
    }
}

impl From<kwinner::ParamsError> for Status {
    fn from(error: kwinner::ParamsError) -> Self {
        use kwinner::ParamsError as E;
        match error {
            E::NoVisible => Self::Visible,
            E::NoHidden => Self::Hidden,
            E::FanIn { .. } => Self::FanIn,
            E::Winners { .. } => Self::Winners,
            E::Active { .. } => Self::Active,
            E::Rate { .. } => Self::Rate,
            E::Sum { .. } => Self::Sum,
            E::Structured { .. } => Self::Structured,
            E::TooLarge => Self::TooLarge,
            _ => Self::Other,
        }
    }
}

impl From<SettingsError> for Status {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Width { .. } => Self::Width,
            SettingsError::Wiring { .. } => Self::Wiring,
            SettingsError::Params(error) => error.into(),
            _ => Self::Other,
        }
    }
}

impl From<NetworkError> for Status {
    fn from(error: NetworkError) -> Self {
        match error {
            NetworkError::Buffer { .. } => Self::State,
            NetworkError::Scratch { .. } => Self::Scratch,
            NetworkError::Output { .. } => Self::Output,
            NetworkError::Cue(error) => error.into(),
            NetworkError::Empty => Self::Empty,
            _ => Self::Other,
        }
    }
}

impl From<recency::ParamsError> for Status {
    fn from(error: recency::ParamsError) -> Self {
        use recency::ParamsError as E;
        match error {
            E::Visible { .. } => Self::Visible,
            E::NoRows | E::Bytes { .. } => Self::Rows,
            E::Levels { .. } => Self::Levels,
            E::Active { .. } => Self::Active,
            E::Cap { .. } => Self::Cap,
            E::Miss { .. } => Self::Miss,
            _ => Self::TooLarge,
        }
    }
}

impl From<RecencyError> for Status {
    fn from(error: RecencyError) -> Self {
        match error {
            RecencyError::Buffer { .. } => Self::State,
            RecencyError::Scratch { .. } => Self::Scratch,
            RecencyError::Pattern(error) | RecencyError::Cue(error) => error.into(),
            RecencyError::Empty => Self::Empty,
            RecencyError::Ones { .. } => Self::TooManyOnes,
            RecencyError::End => Self::End,
            _ => Self::Other,
        }
    }
}

impl From<ring::ParamsError> for Status {
    fn from(error: ring::ParamsError) -> Self {
        use ring::ParamsError as E;
        match error {
            E::Visible { .. } => Self::Visible,
            E::Classes { .. } => Self::Classes,
            E::Slots { .. } => Self::Slots,
            E::Active { .. } => Self::Active,
            _ => Self::Other,
        }
    }
}

impl From<RingError> for Status {
    fn from(error: RingError) -> Self {
        match error {
            RingError::Buffer { .. } => Self::State,
            RingError::Scratch { .. } => Self::Scratch,
            RingError::Pattern(error) | RingError::Cue(error) => error.into(),
            RingError::Empty => Self::Empty,
            RingError::Class { .. } => Self::Class,
            RingError::End => Self::End,
            _ => Self::Other,
        }
    }
}

impl From<recogniser::ParamsError> for Status {
    fn from(error: recogniser::ParamsError) -> Self {
        use recogniser::ParamsError as E;
        match error {
            E::Features { .. } => Self::Features,
            E::Items { .. } | E::Words { .. } => Self::Items,
            E::Fading { .. } => Self::Fading,
            E::Labels { .. } => Self::Labels,
            E::Window { .. } => Self::Window,
            E::Bits { .. } => Self::Bits,
            _ => Self::Other,
        }
    }
}

impl From<RecogniserError> for Status {
    fn from(error: RecogniserError) -> Self {
        match error {
            RecogniserError::Buffer { .. } => Self::State,
            RecogniserError::Scratch { .. } => Self::Scratch,
            RecogniserError::Sample { .. } => Self::Sample,
            RecogniserError::Label { .. } => Self::Label,
            _ => Self::Other,
        }
    }
}

impl From<encode::ParamsError> for Status {
    fn from(error: encode::ParamsError) -> Self {
        use encode::ParamsError as E;
        match error {
            E::Range { .. } => Self::Range,
            E::Period { .. } => Self::Period,
            E::Units { .. } => Self::Units,
            E::Ones { .. } => Self::Ones,
            E::Steps { .. } => Self::Steps,
            E::Frames { .. } => Self::Frames,
            E::Shares { .. } => Self::Shares,
            E::Memory { .. } => Self::Memory,
            _ => Self::Other,
        }
    }
}

impl From<EncodeError> for Status {
    fn from(error: EncodeError) -> Self {
        match error {
            EncodeError::Pattern(error) => error.into(),
            EncodeError::Buffer { .. } => Self::State,
            _ => Self::Other,
        }
    }
}

impl From<SnapshotError> for Status {
    fn from(error: SnapshotError) -> Self {
        use SnapshotError as E;
        match error {
            E::Short { .. } | E::Length { .. } | E::Ragged { .. } => Self::Truncated,
            E::Magic { .. } | E::Swapped => Self::Magic,
            E::Version { .. } => Self::Version,
            E::Results { .. } => Self::Results,
            E::Kind { .. } | E::OtherKind { .. } => Self::Kind,
            E::Crc { .. } => Self::Crc,
            E::Width { .. } => Self::Width,
            E::OtherWiring { .. } => Self::Wiring,
            E::Buffer { .. } => Self::Output,
            E::TooLarge { .. } => Self::TooLarge,
            E::BigEndian => Self::Form,
            _ => Self::Header,
        }
    }
}

/// The name of a code as the header has it, such as "SLOTLESS_STATUS_EMPTY"; of any other number "SLOTLESS_STATUS_UNKNOWN". Never
/// NULL. The names take about 2 KB of flash where this is called.
#[unsafe(no_mangle)]
pub extern "C" fn slotless_status_name(code: i32) -> *const c_char {
    name(code).as_ptr()
}

macro_rules! names {
    ($($status:ident = $text:literal,)*) => {
        fn name(code: i32) -> &'static core::ffi::CStr {
            match code {
                $(code if code == Status::$status as i32 => $text,)*
                _ => c"SLOTLESS_STATUS_UNKNOWN",
            }
        }

        /// That no code has been left out.
        const _: fn(Status) = |status| match status {
            $(Status::$status => {})*
        };
    };
}

names! {
    Ok = c"SLOTLESS_STATUS_OK",
    Null = c"SLOTLESS_STATUS_NULL",
    Alignment = c"SLOTLESS_STATUS_ALIGNMENT",
    Overlap = c"SLOTLESS_STATUS_OVERLAP",
    Address = c"SLOTLESS_STATUS_ADDRESS",
    Handle = c"SLOTLESS_STATUS_HANDLE",
    ReadOnly = c"SLOTLESS_STATUS_READ_ONLY",
    State = c"SLOTLESS_STATUS_STATE",
    Scratch = c"SLOTLESS_STATUS_SCRATCH",
    Output = c"SLOTLESS_STATUS_OUTPUT",
    Length = c"SLOTLESS_STATUS_LENGTH",
    Beyond = c"SLOTLESS_STATUS_BEYOND",
    Empty = c"SLOTLESS_STATUS_EMPTY",
    TooManyOnes = c"SLOTLESS_STATUS_TOO_MANY_ONES",
    End = c"SLOTLESS_STATUS_END",
    Class = c"SLOTLESS_STATUS_CLASS",
    Sample = c"SLOTLESS_STATUS_SAMPLE",
    Label = c"SLOTLESS_STATUS_LABEL",
    Nothing = c"SLOTLESS_STATUS_NOTHING",
    Visible = c"SLOTLESS_STATUS_VISIBLE",
    Hidden = c"SLOTLESS_STATUS_HIDDEN",
    FanIn = c"SLOTLESS_STATUS_FAN_IN",
    Winners = c"SLOTLESS_STATUS_WINNERS",
    Active = c"SLOTLESS_STATUS_ACTIVE",
    Rate = c"SLOTLESS_STATUS_RATE",
    Sum = c"SLOTLESS_STATUS_SUM",
    TooLarge = c"SLOTLESS_STATUS_TOO_LARGE",
    Structured = c"SLOTLESS_STATUS_STRUCTURED",
    Rounding = c"SLOTLESS_STATUS_ROUNDING",
    Assignment = c"SLOTLESS_STATUS_ASSIGNMENT",
    Rows = c"SLOTLESS_STATUS_ROWS",
    Levels = c"SLOTLESS_STATUS_LEVELS",
    Cap = c"SLOTLESS_STATUS_CAP",
    Miss = c"SLOTLESS_STATUS_MISS",
    Slots = c"SLOTLESS_STATUS_SLOTS",
    Classes = c"SLOTLESS_STATUS_CLASSES",
    Replacement = c"SLOTLESS_STATUS_REPLACEMENT",
    Features = c"SLOTLESS_STATUS_FEATURES",
    Items = c"SLOTLESS_STATUS_ITEMS",
    Fading = c"SLOTLESS_STATUS_FADING",
    Range = c"SLOTLESS_STATUS_RANGE",
    Period = c"SLOTLESS_STATUS_PERIOD",
    Units = c"SLOTLESS_STATUS_UNITS",
    Ones = c"SLOTLESS_STATUS_ONES",
    Steps = c"SLOTLESS_STATUS_STEPS",
    Frames = c"SLOTLESS_STATUS_FRAMES",
    Labels = c"SLOTLESS_STATUS_LABELS",
    Window = c"SLOTLESS_STATUS_WINDOW",
    Bits = c"SLOTLESS_STATUS_BITS",
    Shares = c"SLOTLESS_STATUS_SHARES",
    Memory = c"SLOTLESS_STATUS_MEMORY",
    Magic = c"SLOTLESS_STATUS_MAGIC",
    Version = c"SLOTLESS_STATUS_VERSION",
    Results = c"SLOTLESS_STATUS_RESULTS",
    Kind = c"SLOTLESS_STATUS_KIND",
    Truncated = c"SLOTLESS_STATUS_TRUNCATED",
    Header = c"SLOTLESS_STATUS_HEADER",
    Crc = c"SLOTLESS_STATUS_CRC",
    Width = c"SLOTLESS_STATUS_WIDTH",
    Wiring = c"SLOTLESS_STATUS_WIRING",
    Form = c"SLOTLESS_STATUS_FORM",
    Other = c"SLOTLESS_STATUS_OTHER",
}
