//! Where trials are computed: this machine's cores, or its GPUs.

use std::fmt;
use std::str::FromStr;

/// What a user asks for: `auto`, `cpu`, `cuda` or `cuda:N`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The GPUs where there are any that can be used, else the CPU.
    Auto,
    /// The CPU.
    #[default]
    Cpu,
    /// All GPUs, or the one of this number.
    Cuda(Option<usize>),
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(None) => f.write_str("cuda"),
            Self::Cuda(Some(number)) => write!(f, "cuda:{number}"),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let allowed =
            || "allowed auto, cpu, cuda, or cuda:N with the number of a device".to_owned();
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(None)),
            _ => {
                let number = text.strip_prefix("cuda:").ok_or_else(allowed)?;
                number
                    .parse()
                    .map(|number| Self::Cuda(Some(number)))
                    .map_err(|_| allowed())
            }
        }
    }
}
