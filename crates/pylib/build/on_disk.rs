//! The library without an image: the index names files on disk.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::overlay::{Contents, Files};
use crate::pack::{Entry, Packed, pack};

/// Files stay where they are; the edited and generated ones are written to `made`.
pub fn entries(files: &Files, made: &Path) -> Result<Packed> {
    let mut entries = Vec::new();
    for (path, contents) in files {
        let disk = match contents {
            Contents::File(path) => path.clone(),
            Contents::Made(bytes) => {
                let target = made.join(path);
                fs::create_dir_all(target.parent().ok_or("no folder")?)?;
                fs::write(&target, bytes)?;
                target
            }
        };
        let disk = disk.to_str().ok_or("the build folder's path is not UTF-8")?.to_owned();
        entries.push(Entry { disk, ..Entry::default() });
    }
    pack(files.keys().zip(entries))
}
