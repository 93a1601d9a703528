//! The library in this binary, as the interpreter wants to see it.

use std::borrow::Cow;
use vm::import::library::{Library, LibraryModule, PathKind};

/// The pure-Python standard library.
pub struct Embedded;

pub static EMBEDDED: Embedded = Embedded;

fn module(m: pylib::Module) -> LibraryModule {
    LibraryModule {
        name: m.name(),
        is_package: m.is_package(),
        is_frozen: m.is_frozen(),
        path: m.path(),
    }
}

impl Library for Embedded {
    fn find(&self, name: &str) -> Option<LibraryModule> {
        pylib::find(name).map(module)
    }

    fn code(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        pylib::find(name)?.code()
    }

    fn source(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        Some(pylib::find(name)?.source())
    }

    fn data(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        pylib::data(path)
    }

    fn kind(&self, path: &str) -> Option<PathKind> {
        pylib::kind(path).map(|kind| match kind {
            pylib::Kind::File => PathKind::File,
            pylib::Kind::Folder => PathKind::Folder,
        })
    }

    fn list_dir(&self, path: &str) -> Option<Vec<&'static str>> {
        Some(pylib::list_dir(path)?.into_iter().map(|(name, _)| name).collect())
    }

    fn names(&self) -> Vec<&'static str> {
        pylib::modules().map(|m| m.name()).collect()
    }
}
