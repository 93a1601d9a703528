//! The pure-Python standard library, compiled at build time and embedded.
//!
//! The build script (`build/`) takes CPython's `Lib` as a package ships it, mends
//! it with `edits/`, lays the project's `Lib/` over it and packs the outcome.
//! Here is only the reading side: finding a module, a file or a folder allocates
//! nothing, and nothing is touched before it is asked for.
//!
//! Paths are relative to the prefix and start with `lib/python3.14`.  Without the
//! `embed` feature nothing is in the binary: sources and data come from where the
//! build found them, and there is no code, so that the interpreter compiles.

use std::borrow::Cow;
use std::fmt;

/// The folder of the library, relative to the prefix.
pub const ROOT: &str = "lib/python3.14";

/// Whether code, sources and data are in the binary.
pub const EMBEDDED: bool = cfg!(feature = "embed");

static STRINGS: &str = include_str!(concat!(env!("OUT_DIR"), "/strings.txt"));
static IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/image.bin"));

include!(concat!(env!("OUT_DIR"), "/index.rs"));

struct Text {
    at: u32,
    len: u16,
}

/// A piece of the image; compressed when `raw_len` differs from `len`.
struct Blob {
    at: u32,
    len: u32,
    raw_len: u32,
}

/// A row of the index.  `FILES` is sorted by path; `BY_NAME` lists the rows that
/// are modules, sorted by module name.
struct File {
    path: Text,
    name: Text,
    disk: Text,
    source: Blob,
    code: Blob,
    is_package: bool,
    frozen: bool,
}

impl Text {
    fn get(&self) -> &'static str {
        &STRINGS[self.at as usize..][..self.len as usize]
    }
}

impl Blob {
    fn get(&self) -> Cow<'static, [u8]> {
        let bytes = &IMAGE[self.at as usize..][..self.len as usize];
        if self.len == self.raw_len {
            return Cow::Borrowed(bytes);
        }
        let raw = lz4_flex::block::decompress(bytes, self.raw_len as usize);
        Cow::Owned(raw.expect("the build script compressed it"))
    }
}

impl File {
    fn contents(&self) -> Cow<'static, [u8]> {
        if EMBEDDED {
            return self.source.get();
        }
        let path = self.disk.get();
        match std::fs::read(path) {
            Ok(bytes) => Cow::Owned(bytes),
            // Only a developer's build gets here: its build folder is gone.
            Err(error) => panic!("{path}: {error}"),
        }
    }
}

/// A module of the library.
#[derive(Clone, Copy)]
pub struct Module(&'static File);

impl Module {
    /// The dotted name.
    pub fn name(&self) -> &'static str {
        self.0.name.get()
    }

    pub fn is_package(&self) -> bool {
        self.0.is_package
    }

    /// Whether CPython freezes this module, so that its code says `<frozen name>`
    /// where others name their file.
    pub fn is_frozen(&self) -> bool {
        self.0.frozen
    }

    /// Its source's path relative to the prefix: `lib/python3.14/os.py`.
    pub fn path(&self) -> &'static str {
        self.0.path.get()
    }

    /// Its code at optimisation level 0 as marshal data without a header, made by
    /// this build's compiler.  Its file name is `<frozen name>` or [`Module::path`].
    /// `None` when the library is not embedded.
    pub fn code(&self) -> Option<Cow<'static, [u8]>> {
        (self.0.code.raw_len != 0).then(|| self.0.code.get())
    }

    pub fn source(&self) -> Cow<'static, [u8]> {
        self.0.contents()
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Module({:?})", self.name())
    }
}

/// The module of this dotted name.
pub fn find(name: &str) -> Option<Module> {
    let row = BY_NAME.binary_search_by(|&row| FILES[row as usize].name.get().cmp(name)).ok()?;
    Some(Module(&FILES[BY_NAME[row] as usize]))
}

/// Every module, sorted by name.
pub fn modules() -> impl ExactSizeIterator<Item = Module> {
    BY_NAME.iter().map(|&row| Module(&FILES[row as usize]))
}

/// The contents of any file, sources included.
pub fn data(path: &str) -> Option<Cow<'static, [u8]>> {
    let row = FILES.binary_search_by(|file| file.path.get().cmp(path)).ok()?;
    Some(FILES[row].contents())
}

/// What a path of the library is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
}

/// Whether there is a file or a folder of this path.
pub fn kind(path: &str) -> Option<Kind> {
    let path = path.trim_end_matches('/');
    if FILES.binary_search_by(|file| file.path.get().cmp(path)).is_ok() {
        return Some(Kind::File);
    }
    list_dir(path).map(|_| Kind::Folder)
}

/// The entries of a folder, sorted by name within files' paths; `None` when there
/// is no such folder.
pub fn list_dir(path: &str) -> Option<Vec<(&'static str, Kind)>> {
    let path = path.trim_end_matches('/');
    let inside = |file: &File| -> Option<&'static str> {
        file.path.get().strip_prefix(path)?.strip_prefix('/')
    };
    // Every path inside sorts after `path/`, in one run.
    let first = FILES.partition_point(|file| {
        let file = file.path.get().as_bytes();
        file.iter().copied().lt(path.bytes().chain([b'/']))
    });
    let mut entries: Vec<(&'static str, Kind)> = Vec::new();
    for rest in FILES[first..].iter().map_while(inside) {
        let entry = match rest.split_once('/') {
            Some((folder, _)) => (folder, Kind::Folder),
            None => (rest, Kind::File),
        };
        if entries.last() != Some(&entry) {
            entries.push(entry);
        }
    }
    (!entries.is_empty()).then_some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_by_name() {
        let os = find("os").expect("os");
        assert_eq!(
            (os.path(), os.is_package(), os.is_frozen()),
            ("lib/python3.14/os.py", false, true)
        );
        assert!(os.source().starts_with(b"r\"\"\"OS routines"));
        let json = find("json").expect("json");
        assert_eq!((json.path(), json.is_package()), ("lib/python3.14/json/__init__.py", true));
        assert!(
            find("nonesuch").is_none() && find("").is_none() && find("pydoc_data._pydoc").is_none()
        );
        for module in modules() {
            assert_eq!(find(module.name()).map(|m| m.path()), Some(module.path()));
            assert_eq!(module.code().is_some(), EMBEDDED);
        }
    }

    #[test]
    fn edited_modules_name_no_other_interpreter() {
        for name in
            ["io", "json.decoder", "site", "sysconfig", "platform", "_compat_pickle", "unittest"]
        {
            let source = find(name).expect(name).source();
            assert!(!String::from_utf8_lossy(&source).contains("RUSTPYTHON"), "{name}");
        }
    }

    #[test]
    fn folders_list_files_and_folders() {
        let root = list_dir(ROOT).expect("the root");
        assert!(root.contains(&("json", Kind::Folder)) && root.contains(&("os.py", Kind::File)));
        assert!(!root.iter().any(|(name, _)| *name == "tkinter"));
        let data = list_dir("lib/python3.14/pydoc_data/").expect("pydoc_data");
        assert!(data.contains(&("_pydoc.css", Kind::File)));
        assert_eq!(kind("lib"), Some(Kind::Folder));
        assert_eq!(kind("lib/python3.14/os.py"), Some(Kind::File));
        assert_eq!((kind("lib/python3.14/o"), kind("")), (None, None));
        assert!(
            super::data("lib/python3.14/pydoc_data/_pydoc.css").is_some_and(|css| !css.is_empty())
        );
    }
}
