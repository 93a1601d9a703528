//! Lays the files out in the image and writes the index.
//!
//! Offsets, not pointers: the tables of some hundred entries then need no
//! relocation when the program starts.

use std::collections::HashMap;
use std::fmt::Write;

use crate::{Result, lists};

pub struct Packed {
    pub strings: String,
    pub image: Vec<u8>,
    pub index: String,
}

/// Bytes of the image; compressed when `raw_len` differs from their number.
#[derive(Clone, Default)]
pub struct Blob {
    pub bytes: Vec<u8>,
    pub raw_len: usize,
}

/// What a library file becomes: pieces of the image, or a place on disk.
#[derive(Clone, Default)]
pub struct Entry {
    pub source: Blob,
    pub code: Blob,
    pub disk: String,
}

/// The module that a file defines, and whether it is a package.
pub fn module_name(path: &str) -> Option<(String, bool)> {
    let stem = path.strip_suffix(".py")?;
    let (stem, is_package) = match stem.strip_suffix("/__init__") {
        Some(package) => (package, true),
        None => (stem, false),
    };
    Some((stem.replace('/', "."), is_package))
}

/// Packs the files with what they became.
pub fn pack<'p>(files: impl Iterator<Item = (&'p String, Entry)>) -> Result<Packed> {
    Writer::default().finish(files)
}

#[derive(Default)]
struct Writer {
    strings: String,
    known: HashMap<String, usize>,
    image: Vec<u8>,
}

impl Writer {
    fn finish<'p>(mut self, files: impl Iterator<Item = (&'p String, Entry)>) -> Result<Packed> {
        let mut rows = String::new();
        let mut by_name = Vec::new();
        for (row, (path, entry)) in files.enumerate() {
            let module = module_name(path);
            let (name, is_package) = module.clone().unwrap_or_default();
            let frozen = lists::FROZEN.contains(&name.as_str());
            let path = self.string(&format!("{}/{path}", lists::ROOT));
            let name_at = self.string(&name);
            let disk = self.string(&entry.disk);
            let source = self.blob(entry.source);
            let code = self.blob(entry.code);
            writeln!(
                rows,
                "    File {{ path: {path}, name: {name_at}, disk: {disk}, \
                 source: {source}, code: {code}, is_package: {is_package}, frozen: {frozen} }},"
            )?;
            if module.is_some() {
                by_name.push((name, row));
            }
        }
        by_name.sort();
        let index = format!(
            "static FILES: &[File] = &[\n{rows}];\nstatic BY_NAME: &[u16] = &{:?};\n",
            by_name.iter().map(|(_, row)| *row).collect::<Vec<_>>()
        );
        Ok(Packed { strings: self.strings, image: self.image, index })
    }

    fn string(&mut self, text: &str) -> String {
        let at = *self.known.entry(text.to_owned()).or_insert_with(|| {
            self.strings.push_str(text);
            self.strings.len() - text.len()
        });
        format!("Text {{ at: {at}, len: {} }}", text.len())
    }

    fn blob(&mut self, blob: Blob) -> String {
        let at = self.image.len();
        self.image.extend_from_slice(&blob.bytes);
        format!("Blob {{ at: {at}, len: {}, raw_len: {} }}", blob.bytes.len(), blob.raw_len)
    }
}
