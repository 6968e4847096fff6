//! Tells the program which compiler and target it was built with; both belong to an instruction count.

use std::env::var;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let version = Command::new(var("RUSTC").expect("cargo sets RUSTC"))
        .arg("--version")
        .output()
        .ok()
        .and_then(|out| String::from_utf8(out.stdout).ok())
        .unwrap_or_default();
    println!("cargo:rustc-env=BENCH_RUSTC={}", version.trim());
    println!(
        "cargo:rustc-env=BENCH_TARGET={}",
        var("TARGET").expect("cargo sets TARGET")
    );
}
