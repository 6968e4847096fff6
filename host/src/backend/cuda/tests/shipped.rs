use super::super::program::Program;

/// What is shipped is what NVRTC makes of the kernels. `scripts/bless-ptx.sh` sets SLOTLESS_PTX to have it written there.
#[test]
#[ignore = "needs NVRTC, of the version that scripts/cuda-tools.sh installs"]
fn ptx_is_that_of_the_kernels() {
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
