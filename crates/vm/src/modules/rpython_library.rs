//! `_rpython_library`: the library in the binary, for the importer in
//! `Lib/_embedded_library.py`.

use crate::import::library::{Library, PathKind};
use crate::prelude::*;

/// The standard library that the interpreter carries.
#[pymodule(name = "_rpython_library")]
mod module {
    use super::*;

    /// The path of a module below the prefix, and whether it is a package; or None.
    #[function(sig = "(name, /)")]
    fn find(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        match library(vm)?.find(&name.to_string_lossy()) {
            Some(m) => (m.path, m.is_package).into_py_result(vm),
            None => Ok(vm.none()),
        }
    }

    /// The code object of a module.
    #[function(sig = "(name, /)")]
    fn code(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        let library = library(vm)?;
        match library.find(&name.to_string_lossy()) {
            Some(m) => Ok(crate::import::library_code(vm, library, &m)?.into()),
            None => Ok(vm.none()),
        }
    }

    /// The source of a module as bytes, or None.
    #[function(sig = "(name, /)")]
    fn source(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        let found = library(vm)?.source(&name.to_string_lossy());
        Ok(found.map_or_else(|| vm.none(), |b| vm.new_bytes(&b).into()))
    }

    /// The contents of a file, or None.
    #[function(sig = "(path, /)")]
    fn data(vm: &VirtualMachine, path: &Py<PyStr>) -> PyResult {
        let found = library(vm)?.data(&path.to_string_lossy());
        Ok(found.map_or_else(|| vm.none(), |b| vm.new_bytes(&b).into()))
    }

    /// "file", "folder", or None if there is nothing of this path.
    #[function(sig = "(path, /)")]
    fn kind(vm: &VirtualMachine, path: &Py<PyStr>) -> PyResult<Option<&'static str>> {
        Ok(library(vm)?.kind(&path.to_string_lossy()).map(|k| match k {
            PathKind::File => "file",
            PathKind::Folder => "folder",
        }))
    }

    /// The names in a folder.
    #[function(sig = "(path, /)")]
    fn listdir(vm: &VirtualMachine, path: &Py<PyStr>) -> PyResult<PyRef<PyList>> {
        let names = library(vm)?.list_dir(&path.to_string_lossy()).unwrap_or_default();
        Ok(vm.new_list(names.into_iter().map(|n| vm.new_str(n).into()).collect()))
    }
}

pub use module::MODULE;

fn library(vm: &VirtualMachine) -> PyResult<&'static dyn Library> {
    vm.interp.import.library.get().ok_or_else(|| vm.import_error_msg("there is no library inside"))
}
