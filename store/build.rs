//! The store for blocking flash is that for async flash without its `async` and `await`: made of its text, so that there is one.

use std::path::Path;
use std::{env, fs, io};

const SOURCE: &str = "src/asynchronous.rs";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={SOURCE}");
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let text = fs::read_to_string(SOURCE)?
        .replace("async fn ", "fn ")
        .replace(".await", "")
        .replace("embedded_storage_async", "embedded_storage");
    fs::write(Path::new(&out).join("blocking.rs"), text)
}
