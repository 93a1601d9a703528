//! Builds the library image: the packaged `Lib`, mended by `edits/`, under the
//! project's own `Lib/`, with the generated modules, compiled and packed.
//!
//! The result is three files in `OUT_DIR`: `strings.txt` (every name and path),
//! `image.bin` (code, sources, data; empty without the `embed` feature) and
//! `index.rs` (where in the two each file is).  What is wrong fails the build.

#[cfg(feature = "embed")]
mod compile;
mod edits;
#[cfg(feature = "embed")]
mod embedded;
mod generate;
mod lists;
#[cfg(not(feature = "embed"))]
mod on_disk;
mod overlay;
mod pack;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<()> {
    let crate_dir = PathBuf::from(var("CARGO_MANIFEST_DIR")?);
    let out_dir = PathBuf::from(var("OUT_DIR")?);
    let edits_dir = crate_dir.join("edits");
    let own_lib = crate_dir.join("../../Lib");
    for watched in [&crate_dir.join("build"), &edits_dir, &own_lib] {
        println!("cargo:rerun-if-changed={}", watched.display());
    }

    let mut files = overlay::packaged(rustpython_pylib::LIB_PATH.as_ref())?;
    edits::apply_all(&edits_dir, &mut files)?;
    for (path, text) in generate::modules()? {
        files.insert(path, overlay::Contents::Made(text.into_bytes()));
    }
    overlay::lay_over(&own_lib, &mut files)?;

    #[cfg(feature = "embed")]
    let packed = embedded::entries(&files)?;
    #[cfg(not(feature = "embed"))]
    let packed = on_disk::entries(&files, &out_dir.join("lib"))?;
    fs::write(out_dir.join("strings.txt"), &packed.strings)?;
    fs::write(out_dir.join("image.bin"), &packed.image)?;
    fs::write(out_dir.join("index.rs"), &packed.index)?;
    Ok(())
}

/// An environment variable that cargo promises to a build script.
pub fn var(name: &str) -> Result<String> {
    env::var(name).map_err(|error| format!("{name}: {error}").into())
}
