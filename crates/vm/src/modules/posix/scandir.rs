//! Listing directories: `listdir`, `scandir` and `DirEntry`.

use super::status::stat_result;
use crate::modules::path::{FsPath, PathArg};
use crate::prelude::*;
use host::Errno;
use host::files::{self, Directory, EntryKind, Stat};
use std::cell::Cell;
use std::ffi::CString;

/// An entry of a directory.
#[pyclass(name = "DirEntry", module = "posix", doc = None, flags(HAVE_GC))]
#[derive(Traverse)]
pub struct PyDirEntry {
    name: PyObjectRef,
    path: PyObjectRef,
    #[pytraverse(skip)]
    kind: EntryKind,
    #[pytraverse(skip)]
    inode: u64,
    /// The directory's descriptor, when it was listed by one.
    #[pytraverse(skip)]
    dir_fd: i32,
    #[pytraverse(skip)]
    file: CString,
    stat: PyCell<Option<PyObjectRef>>,
    lstat: PyCell<Option<PyObjectRef>>,
    #[pytraverse(skip)]
    mode: Cell<Option<u32>>,
    #[pytraverse(skip)]
    lmode: Cell<Option<u32>>,
}

impl PyDirEntry {
    fn fetch(&self, vm: &VirtualMachine, follow: bool) -> host::Result<Stat> {
        let (dir, name) = (self.dir_fd, &self.file);
        vm.allow_threads(|| files::stat(dir, name, follow))
    }

    fn status(&self, vm: &VirtualMachine, follow: bool) -> PyResult {
        let follow = follow && self.is_link(vm)?;
        let (cell, mode) =
            if follow { (&self.stat, &self.mode) } else { (&self.lstat, &self.lmode) };
        if let Some(s) = cell.get() {
            return Ok(s);
        }
        let s = self.fetch(vm, follow).map_err(|e| vm.os_error_on(e, self.path.as_object()))?;
        let r = stat_result(vm, &s);
        mode.set(Some(s.mode));
        drop(cell.replace(Some(r.clone())));
        Ok(r)
    }

    fn is_link(&self, vm: &VirtualMachine) -> PyResult<bool> {
        match self.kind {
            EntryKind::Unknown => self.test_mode(vm, 0o120_000, false),
            kind => Ok(kind == EntryKind::Symlink),
        }
    }

    fn test_mode(&self, vm: &VirtualMachine, kind: u32, follow: bool) -> PyResult<bool> {
        let mode = if follow { &self.mode } else { &self.lmode };
        if mode.get().is_none() {
            match self.fetch(vm, follow) {
                Ok(s) => mode.set(Some(s.mode)),
                // Gone since it was listed.
                Err(Errno::ENOENT) => return Ok(false),
                Err(e) => return Err(vm.os_error_on(e, self.path.as_object())),
            }
        }
        Ok(mode.get().is_some_and(|m| m & 0o170_000 == kind))
    }

    fn is(&self, vm: &VirtualMachine, kind: EntryKind, mode: u32, follow: bool) -> PyResult<bool> {
        match self.kind {
            EntryKind::Unknown => self.test_mode(vm, mode, follow),
            EntryKind::Symlink if follow => self.test_mode(vm, mode, true),
            k => Ok(k == kind),
        }
    }
}

#[pymethods]
impl PyDirEntry {
    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult {
        let name = vm.repr(self.name.as_object())?;
        Ok(PyStr::from_parts(vm, &[b"<DirEntry ", name.as_bytes(), b">"]).into())
    }

    /// Whether this is a directory.
    #[method(sig = "(self, *, follow_symlinks=True)")]
    fn is_dir(&self, vm: &VirtualMachine, follow_symlinks: bool) -> PyResult<bool> {
        self.is(vm, EntryKind::Directory, 0o040_000, follow_symlinks)
    }

    /// Whether this is a regular file.
    #[method(sig = "(self, *, follow_symlinks=True)")]
    fn is_file(&self, vm: &VirtualMachine, follow_symlinks: bool) -> PyResult<bool> {
        self.is(vm, EntryKind::File, 0o100_000, follow_symlinks)
    }

    /// Whether this is a symbolic link.
    #[method(sig = "(self, /)")]
    fn is_symlink(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.is_link(vm)
    }

    /// Whether this is a junction; there are none here.
    #[method(sig = "(self, /)")]
    fn is_junction(&self) -> bool {
        false
    }

    /// What stat() says about the entry; asked once.
    #[method(sig = "(self, *, follow_symlinks=True)")]
    fn stat(&self, vm: &VirtualMachine, follow_symlinks: bool) -> PyResult {
        self.status(vm, follow_symlinks)
    }

    /// The number of its inode, known from the listing.
    #[method(sig = "(self, /)")]
    fn inode(&self) -> u64 {
        self.inode
    }

    /// The path of the entry.
    #[method(sig = "(self, /)")]
    fn __fspath__(&self) -> PyObjectRef {
        self.path.clone()
    }

    /// See PEP 585
    #[classmethod(sig = "(cls, object, /)")]
    fn __class_getitem__(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyObjectRef {
        crate::builtins::generic_alias::PyGenericAlias::create(vm, cls.as_object(), object)
    }

    /// the name in its directory
    #[member]
    fn name(&self) -> PyObjectRef {
        self.name.clone()
    }

    /// the name with the directory's path in front
    #[member]
    fn path(&self) -> PyObjectRef {
        self.path.clone()
    }
}

/// What `scandir` gives.
#[pyclass(name = "ScandirIterator", module = "posix", doc = None, flags(HAVE_GC), static = SCANDIR_ITERATOR)]
#[derive(Traverse)]
pub struct PyScandirIterator {
    #[pytraverse(skip)]
    directory: PyCell<Option<Directory>>,
    path: PyObjectRef,
    #[pytraverse(skip)]
    prefix: Vec<u8>,
    #[pytraverse(skip)]
    is_bytes: bool,
    #[pytraverse(skip)]
    fd: Option<i32>,
}

#[pymethods]
impl PyScandirIterator {
    #[slot]
    fn iter(zelf: &Py<PyScandirIterator>) -> PyRef<PyScandirIterator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(
        zelf: &Py<PyScandirIterator>,
        vm: &VirtualMachine,
    ) -> PyResult<Option<PyObjectRef>> {
        let Some(mut directory) = zelf.directory.take() else { return Ok(None) };
        let r = vm.allow_threads(|| directory.next_entry());
        let entry = match r {
            Ok(Some(entry)) => entry,
            Ok(None) => return Ok(None),
            Err(e) => return Err(vm.os_error_on(e, zelf.path.as_object())),
        };
        zelf.directory.set(Some(directory));
        let make = |b: &[u8]| -> PyObjectRef {
            if zelf.is_bytes {
                vm.new_bytes(b).into()
            } else {
                crate::modules::path::fs_decode(vm, b).into()
            }
        };
        let mut full = zelf.prefix.clone();
        full.extend_from_slice(&entry.name);
        let name = make(&entry.name);
        let (dir_fd, file) = match zelf.fd {
            Some(fd) => (fd, &entry.name),
            None => (host::CURRENT_DIRECTORY, &full),
        };
        let file = host::c_string(file).map_err(|_| vm.value_error("embedded null byte"))?;
        let path = if zelf.fd.is_some() { name.clone() } else { make(&full) };
        let entry = PyDirEntry {
            name,
            path,
            kind: entry.kind,
            inode: entry.inode,
            dir_fd,
            file,
            stat: PyCell::new(None),
            lstat: PyCell::new(None),
            mode: Cell::new(None),
            lmode: Cell::new(None),
        };
        Ok(Some(vm.new_object(entry).into()))
    }

    #[slot]
    fn del(zelf: &Py<PyScandirIterator>, vm: &VirtualMachine) -> PyResult<()> {
        if zelf.directory.with(Option::is_some) {
            let text = vm.repr(zelf.as_object())?;
            let text = PyStr::from_parts(vm, &[b"unclosed scandir iterator ", text.as_bytes()]);
            let category = vm.exc().resource_warning.as_object();
            let warned = crate::modules::support::warn_about(vm, category, &text, zelf.as_object());
            if let Err(e) = warned
                && vm.is_error(&e, &vm.exc().warning)
            {
                vm.unraisable_while(e, "while finalizing scandir iterator", zelf.as_object());
            }
            drop(zelf.directory.take());
        }
        Ok(())
    }

    #[method(sig = "(self, /)")]
    fn close(&self) {
        drop(self.directory.take());
    }

    #[method(sig = "(self, /)")]
    fn __enter__(zelf: &Py<PyScandirIterator>) -> PyRef<PyScandirIterator> {
        zelf.to_ref()
    }

    #[method]
    fn __exit__(&self, _args: Args<'_>) {
        drop(self.directory.take());
    }
}

fn open(vm: &VirtualMachine, path: &FsPath) -> PyResult<Directory> {
    let name = path.c_str();
    let r = match path.fd {
        Some(fd) => vm.retry(|| Directory::open_fd(fd))?,
        None => vm.retry(|| Directory::open(name))?,
    };
    r.map_err(|e| path.error(vm, e))
}

fn given(
    vm: &VirtualMachine,
    path: Option<PathArg<true, true>>,
    function: &str,
) -> PyResult<FsPath> {
    match path {
        Some(p) => Ok(p.0),
        None => FsPath::convert(vm, PyObject::none(), function, "path", true, true),
    }
}

#[pymodule_part(name = "posix")]
pub mod part {
    use super::*;

    /// The names in a directory, by default the current one.
    ///
    /// They are bytes if the path is.
    #[function(sig = "(path=None)")]
    fn listdir(vm: &VirtualMachine, path: Option<PathArg<true, true>>) -> PyResult {
        let path = given(vm, path, "listdir")?;
        let mut directory = open(vm, &path)?;
        let names = vm.allow_threads(|| {
            let mut names = Vec::new();
            while let Some(e) = directory.next_entry()? {
                names.push(e.name);
            }
            Ok::<_, Errno>(names)
        });
        let names = names.map_err(|e| path.error(vm, e))?;
        Ok(vm.new_list(names.iter().map(|n| path.name_object(vm, n)).collect()).into())
    }

    /// The entries of a directory, by default the current one, as DirEntry objects.
    ///
    /// Their names are bytes if the path is.
    #[function(sig = "(path=None)")]
    fn scandir(vm: &VirtualMachine, path: Option<PathArg<true, true>>) -> PyResult {
        let path = given(vm, path, "scandir")?;
        let directory = open(vm, &path)?;
        let mut prefix = path.name.as_bytes().to_vec();
        if prefix.last() != Some(&b'/') {
            prefix.push(b'/');
        }
        let it = PyScandirIterator {
            directory: PyCell::new(Some(directory)),
            path: path.object.clone(),
            prefix,
            is_bytes: path.is_bytes,
            fd: path.fd,
        };
        Ok(vm.new_object(it).into())
    }
}
