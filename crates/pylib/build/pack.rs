//! Lays the files out in the image and writes the index.
//!
//! Offsets, not pointers: the tables of some hundred entries then need no
//! relocation when the program starts.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::overlay::{Contents, Files};
use crate::{Result, lists};

pub struct Packed {
    pub strings: String,
    pub image: Vec<u8>,
    pub index: String,
}

/// Deep enough for the nesting of any source in the library.
const STACK: usize = 64 << 20;

#[derive(Clone, Default)]
struct Blob {
    bytes: Vec<u8>,
    raw_len: usize,
}

#[derive(Clone, Default)]
struct Entry {
    source: Blob,
    code: Blob,
    disk: String,
}

/// Everything in the image.
pub fn embedded(files: &Files) -> Result<Packed> {
    let work: Vec<_> = files.iter().collect();
    let next = AtomicUsize::new(0);
    let entries = Mutex::new(vec![Entry::default(); work.len()]);
    let worker = || -> Result<()> {
        while let Some((path, contents)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
            let entry = entry(path, contents).map_err(|error| format!("{path}: {error}"))?;
            let place = work.iter().position(|(p, _)| p == path).ok_or("lost its place")?;
            entries.lock().map_err(|_| "another thread failed")?[place] = entry;
        }
        Ok(())
    };
    let threads = thread::available_parallelism().map_or(1, |n| n.get()).min(2);
    thread::scope(|scope| -> Result<()> {
        let mut running = Vec::new();
        for _ in 0..threads {
            running.push(thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker)?);
        }
        running.into_iter().try_for_each(|thread| match thread.join() {
            Ok(result) => result,
            Err(_) => Err("compiling the library panicked".into()),
        })
    })?;
    let entries = entries.into_inner().map_err(|_| "a thread failed")?;
    Writer::default().finish(files.keys().zip(entries))
}

fn entry(path: &str, contents: &Contents) -> Result<Entry> {
    let bytes = contents.read()?;
    let Some((name, _)) = module_name(path) else {
        return Ok(Entry { source: compressed(&bytes), ..Entry::default() });
    };
    let _ = name;
    Ok(Entry { source: compressed(&bytes), ..Entry::default() })
}

/// Compressed, unless that gains too little to be worth the decoding (a wheel).
fn compressed(bytes: &[u8]) -> Blob {
    let packed = lz4_flex::block::compress(bytes);
    if packed.len() < bytes.len() - bytes.len() / 8 {
        Blob { bytes: packed, raw_len: bytes.len() }
    } else {
        plain(bytes.to_vec())
    }
}

fn plain(bytes: Vec<u8>) -> Blob {
    Blob { raw_len: bytes.len(), bytes }
}

/// Nothing in the image: the index names the files on disk, and the edited and
/// generated ones are written to `made`.
pub fn on_disk(files: Files, made: &Path) -> Result<Packed> {
    let mut entries = Vec::new();
    for (path, contents) in &files {
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
    Writer::default().finish(files.keys().zip(entries))
}

/// The module that a file defines, and whether it is a package.
fn module_name(path: &str) -> Option<(String, bool)> {
    let stem = path.strip_suffix(".py")?;
    let (stem, is_package) = match stem.strip_suffix("/__init__") {
        Some(package) => (package, true),
        None => (stem, false),
    };
    Some((stem.replace('/', "."), is_package))
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
            let path = self.string(&format!("lib/python3.14/{path}"));
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
