//! Kernels: their source, how they are compiled, and the PTX that the program carries.

use cudarc::nvrtc::{CompileError, CompileOptions, compile_ptx_with_opts};

use super::error::CudaError;

/// Architecture of the PTX that the program carries: what every device from [`LEAST_CAPABILITY`](super::LEAST_CAPABILITY) on
/// runs.
pub const SHIPPED: &str = "compute_75";
/// Its `.version`: what drivers from CUDA 10.0 on take, in place of that of the compiler.
const PTX_VERSION: &str = ".version 6.3";

/// Kernels that are compiled together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name, which its PTX has, too.
    pub name: &'static str,
    /// Files in the order of compilation.
    source: &'static [&'static str],
    options: &'static [&'static str],
    ptx: &'static str,
    /// Its place among [`Program::ALL`].
    number: usize,
}

const RNG: &str = include_str!("kernels/rng.cu");
const SELECT: &str = include_str!("kernels/select.cu");
const KWINNER: &str = include_str!("kernels/kwinner.cu");
const REAL: &str = include_str!("kernels/real.cu");
const TEAMS: &str = include_str!("kernels/teams.cu");
const MODERN: &str = include_str!("kernels/modern.cu");
const ATTRACTOR: &str = include_str!("kernels/attractor.cu");
const TRIAL: &str = include_str!("kernels/trial.cu");
const MODULE: &str = include_str!("kernels/module.cu");
const TRANSFORMER: &str = include_str!("kernels/transformer.cu");

impl Program {
    /// K-winner memories with weights of up to 8 bits.
    pub const NARROW: Self = Self {
        name: "kwinner_narrow",
        source: &[RNG, SELECT, KWINNER],
        options: &[],
        ptx: include_str!("ptx/kwinner_narrow.ptx"),
        number: 0,
    };
    /// K-winner memories with weights of 16 bits.
    pub const WIDE: Self = Self {
        name: "kwinner_wide",
        source: &[RNG, SELECT, KWINNER],
        options: &["-DWIDE"],
        ptx: include_str!("ptx/kwinner_wide.ptx"),
        number: 1,
    };
    /// Modern Hopfield networks.
    pub const MODERN: Self = Self {
        name: "modern",
        source: &[RNG, REAL, MODERN],
        options: &[],
        ptx: include_str!("ptx/modern.ptx"),
        number: 2,
    };
    /// Attractor memories over sparse codes.
    pub const ATTRACTOR: Self = Self {
        name: "attractor",
        source: &[RNG, SELECT, ATTRACTOR],
        options: &[],
        ptx: include_str!("ptx/attractor.ptx"),
        number: 3,
    };
    /// Transformers in training.
    pub const TRANSFORMER: Self = Self {
        name: "transformer",
        source: &[RNG, REAL, TEAMS, TRIAL, MODULE, TRANSFORMER],
        options: &[],
        ptx: include_str!("ptx/transformer.ptx"),
        number: 4,
    };
    /// All there are.
    pub const ALL: [Self; 5] = [
        Self::NARROW,
        Self::WIDE,
        Self::MODERN,
        Self::ATTRACTOR,
        Self::TRANSFORMER,
    ];

    pub(super) fn number(self) -> usize {
        self.number
    }

    /// The PTX that the program carries: of [`SHIPPED`].
    #[must_use]
    pub fn shipped(self) -> &'static str {
        self.ptx
    }

    /// Compiles for an architecture such as `compute_75`. No multiplication is fused with an addition, and division is that
    /// of IEEE 754.
    ///
    /// # Errors
    /// [`CudaError::NoCompiler`], [`CudaError::Compile`].
    pub fn compile(self, architecture: &str) -> Result<String, CudaError> {
        if !has_nvrtc() {
            return Err(CudaError::NoCompiler);
        }
        let mut options = vec![
            format!("--gpu-architecture={architecture}"),
            "--std=c++14".to_owned(),
        ];
        options.extend(self.options.iter().map(|&option| option.to_owned()));
        let options = CompileOptions {
            fmad: Some(false),
            options,
            name: Some(format!("{}.cu", self.name)),
            ..CompileOptions::default()
        };
        let compiled = compile_ptx_with_opts(self.source.concat(), options);
        let ptx = compiled.map_err(|error| CudaError::Compile {
            kernels: self.name,
            why: match error {
                CompileError::CompileError { log, .. } => {
                    let log = log.to_string_lossy();
                    log.lines().next().unwrap_or_default().to_owned()
                }
                other => format!("{other:?}"),
            },
        })?;
        Ok(ptx.to_src())
    }

    /// What is to be shipped: PTX for [`SHIPPED`] of a version that older drivers take, without the compiler's own comments.
    ///
    /// # Errors
    /// As [`compile`](Self::compile).
    pub fn to_ship(self) -> Result<String, CudaError> {
        let ptx = self.compile(SHIPPED)?;
        let lines = ptx.lines().filter(|line| !line.starts_with("//"));
        let lines = lines.map(|line| {
            if line.starts_with(".version ") {
                PTX_VERSION
            } else {
                line
            }
        });
        let mut text = lines
            .skip_while(|line| line.is_empty())
            .collect::<Vec<_>>()
            .join("\n");
        text.truncate(text.trim_end().len());
        text.push('\n');
        Ok(text)
    }

    /// Compiled for a device of this compute capability; `None` without NVRTC.
    pub(super) fn for_device(
        self,
        (major, minor): (i32, i32),
    ) -> Option<Result<String, CudaError>> {
        has_nvrtc().then(|| self.compile(&format!("compute_{major}{minor}")))
    }
}

/// Whether NVRTC is installed, which compiles the kernels for the device at hand; without it, the driver does from PTX that
/// comes with the program.
#[must_use]
pub fn has_nvrtc() -> bool {
    // SAFETY: it opens the library and closes it again.
    unsafe { cudarc::nvrtc::sys::is_culib_present() }
}
