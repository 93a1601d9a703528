//! The standard library in the binary, as this crate sees it: the binary brings one.

use std::borrow::Cow;

/// A module of the library.
#[derive(Clone, Copy, Debug)]
pub struct LibraryModule {
    pub name: &'static str,
    pub is_package: bool,
    /// CPython freezes this module: its code says `<frozen name>` for its file.
    pub is_frozen: bool,
    /// Relative to the prefix: `lib/python3.14/os.py`.
    pub path: &'static str,
}

/// What a path of the library is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    File,
    Folder,
}

/// Paths are relative to the prefix and start with `lib/python3.14`.
pub trait Library: Sync {
    fn find(&self, name: &str) -> Option<LibraryModule>;
    /// Marshal data, without a header, that the build's compiler made and verified.
    fn code(&self, name: &str) -> Option<Cow<'static, [u8]>>;
    fn source(&self, name: &str) -> Option<Cow<'static, [u8]>>;
    fn data(&self, path: &str) -> Option<Cow<'static, [u8]>>;
    fn kind(&self, path: &str) -> Option<PathKind>;
    fn list_dir(&self, path: &str) -> Option<Vec<&'static str>>;
    fn names(&self) -> Vec<&'static str>;
}
