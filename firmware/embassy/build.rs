//! The firmware's build script has made the memory map; what it tells the linker holds for its own programs alone.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for argument in ["-Tlink.x", "-Tdefmt.x", "--nmagic"] {
        println!("cargo::rustc-link-arg={argument}");
    }
}
