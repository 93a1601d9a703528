//! The set of library files by relative path, and the folders it is read from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{borrow::Cow, fs, io};

use crate::{Result, lists};

/// Library files by path relative to `Lib`, with `/` between the parts.
pub type Files = BTreeMap<String, Contents>;

pub enum Contents {
    /// As it stands in a folder.
    File(PathBuf),
    /// Edited or generated.
    Made(Vec<u8>),
}

impl Contents {
    pub fn read(&self) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Contents::File(path) => fs::read(path).map(Cow::Owned),
            Contents::Made(bytes) => Ok(Cow::Borrowed(bytes)),
        }
    }
}

/// The packaged library without what `lists::LEFT_OUT` names.
pub fn packaged(lib: &Path) -> Result<Files> {
    let mut files = Files::new();
    add_folder(lib, "", &mut files).map_err(|e| format!("{}: {e}", lib.display()))?;
    files.retain(|path, _| {
        let top = path.split('/').next().unwrap_or(path);
        !lists::LEFT_OUT.contains(&top)
    });
    Ok(files)
}

/// Puts the project's own modules in place, over what is there.
pub fn lay_over(lib: &Path, files: &mut Files) -> Result<()> {
    if lib.is_dir() {
        add_folder(lib, "", files)?;
    }
    Ok(())
}

fn add_folder(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or("a library file's name is not UTF-8")?;
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            if name != "__pycache__" {
                add_folder(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if !name.ends_with(".pyc") {
            files.insert(path, Contents::File(entry.path()));
        }
    }
    Ok(())
}
