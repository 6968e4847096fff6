//! What is private of it; the kernels against the core are in `tests/all/cuda`.

use super::program::{Program, has_nvrtc};
use super::{CudaError, Device};

/// What is shipped is what NVRTC makes of the kernels. `scripts/bless-ptx.sh` sets SLOTLESS_PTX to have it written there.
#[test]
#[ignore = "needs NVRTC, of the version that scripts/cuda-tools.sh installs"]
fn ptx_is_what_nvrtc_makes() {
    let folder = std::env::var_os("SLOTLESS_PTX").map(std::path::PathBuf::from);
    for program in Program::ALL {
        let ptx = program.to_ship().unwrap_or_else(|error| panic!("{error}"));
        match &folder {
            Some(folder) => {
                std::fs::write(folder.join(format!("{}.ptx", program.name)), ptx).expect("written")
            }
            None => assert!(
                ptx == program.shipped(),
                "{}.ptx: run scripts/bless-ptx.sh",
                program.name
            ),
        }
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn refused_ptx_is_one_line() {
    // For an architecture that there is not yet.
    let refused = Device::open(0)
        .unwrap_or_else(|error| panic!("{error}"))
        .load_ptx("none", ".version 6.3\n.target sm_999\n.address_size 64\n");
    let error = refused.expect_err("no PTX");
    assert!(matches!(error, CudaError::Refused { .. }), "{error:?}");
    let line = error.to_string();
    assert!(
        line.starts_with("the CUDA driver refuses the kernels none: ") && !line.contains('\n'),
        "{line}"
    );
}

/// An architecture that no compiler has.
#[test]
#[ignore = "needs a CUDA driver"]
fn a_failing_compiler_is_one_line() {
    let error = Program::NARROW
        .compile("compute_1")
        .expect_err("no architecture");
    let line = error.to_string();
    if has_nvrtc() {
        assert!(
            line.starts_with("NVRTC: kwinner_narrow cannot be compiled: "),
            "{line}"
        );
    } else {
        assert_eq!(error, CudaError::NoCompiler);
    }
    assert!(!line.contains('\n'), "{line}");
}
