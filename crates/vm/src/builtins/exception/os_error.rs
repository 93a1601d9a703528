//! `OSError`: an error number, its meaning, and the files concerned.
//!
//! `OSError(errno, ...)` makes an instance of the subclass for that number (`SUBCLASSES`).
//! A Python subclass that has an `__init__` but no `__new__` gets its attributes from
//! `__init__`, all others from `__new__`.

use super::args::ExceptionArgs;
use super::attributes::{base_str, own_dict, reduce_with};
use super::families::{base_of, exception_payload};
use super::{Family, PyBaseException};
use crate::exceptions::ExcTypes;
use crate::prelude::*;
use std::cell::Cell;

/// Not written to, or not known.
const NOT_SET: isize = -1;

exception_payload! {
    /// `OSError` and its subclasses.
    PyOSError = crate::exceptions::OS_ERROR {
        errno: "the system's error number",
        strerror: "its meaning",
        filename: "the file concerned",
        filename2: "the second file concerned",
    } and {
        written: Cell<isize> = Cell::new(NOT_SET),
    }
}

type TypeOf = fn(&ExcTypes) -> &PyRef<PyType>;

/// The class for each error number that has one.
const SUBCLASSES: &[(&str, TypeOf)] = &[
    ("EAGAIN", |t| &t.blocking_io_error),
    ("EALREADY", |t| &t.blocking_io_error),
    ("EINPROGRESS", |t| &t.blocking_io_error),
    ("EWOULDBLOCK", |t| &t.blocking_io_error),
    ("EPIPE", |t| &t.broken_pipe_error),
    ("ESHUTDOWN", |t| &t.broken_pipe_error),
    ("ECHILD", |t| &t.child_process_error),
    ("ECONNABORTED", |t| &t.connection_aborted_error),
    ("ECONNREFUSED", |t| &t.connection_refused_error),
    ("ECONNRESET", |t| &t.connection_reset_error),
    ("EEXIST", |t| &t.file_exists_error),
    ("ENOENT", |t| &t.file_not_found_error),
    ("EISDIR", |t| &t.is_a_directory_error),
    ("ENOTDIR", |t| &t.not_a_directory_error),
    ("EINTR", |t| &t.interrupted_error),
    ("EACCES", |t| &t.permission_error),
    ("EPERM", |t| &t.permission_error),
    ("ESRCH", |t| &t.process_lookup_error),
    ("ETIMEDOUT", |t| &t.timeout_error),
];

/// The class for an error number: `OSError` itself if it has none of its own.
pub fn class_for(vm: &VirtualMachine, errno: i32) -> &'static Py<PyType> {
    let exc = vm.exc();
    let name = host::errno::Errno(errno).name();
    match SUBCLASSES.iter().find(|(n, _)| Some(*n) == name) {
        Some((_, class)) => class(exc),
        None => &exc.os_error,
    }
}

/// Whether `__init__` sets the attributes: where `__new__` is not overridden but it is.
fn set_by_init(cls: &Py<PyType>) -> bool {
    let spec = &crate::exceptions::OS_ERROR.slots;
    let same = |a: Option<usize>, b: Option<usize>| a == b;
    !same(cls.slots.init.get().map(|f| f as usize), spec.init.map(|f| f as usize))
        && same(cls.slots.new.get().map(|f| f as usize), spec.new.map(|f| f as usize))
}

/// The parts among the arguments, by position; the fourth is another system's number.
fn part(args: Args<'_>, i: usize) -> Option<PyObjectRef> {
    if (2..=5).contains(&args.len()) { args.get(i).map(PyObject::to_owned) } else { None }
}

fn fill(vm: &VirtualMachine, e: &Py<PyOSError>, args: Args<'_>) -> PyResult<()> {
    let given = |o: Option<PyObjectRef>| o.filter(|o| !o.is_none());
    let mut kept = args.len();
    if let Some(filename) = given(part(args, 2)) {
        if e.as_object().is_type(&vm.exc().blocking_io_error) && vm.is_index(filename.as_object()) {
            e.written.set(vm.to_subscript_or_value_error(filename.as_object())?);
        } else {
            drop(e.filename.replace(Some(filename)));
            if let Some(second) = given(part(args, 4)) {
                drop(e.filename2.replace(Some(second)));
            }
            // The files are attributes only: `args` has always had two items.
            kept = 2;
        }
    }
    drop((e.errno.replace(part(args, 0)), e.strerror.replace(part(args, 1))));
    let args = args.positional().take(kept).map(PyObject::to_owned).collect();
    e.base.args.set(vm.new_tuple(args));
    Ok(())
}

#[pymethods]
impl PyOSError {
    #[slot(name = "new")]
    fn make(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        if set_by_init(cls) {
            return Ok(PyBaseException::allocate(vm, cls, ExceptionArgs::none()).into());
        }
        args.no_class_keywords(vm, cls)?;
        let mut cls = cls;
        if cls.is(&vm.exc().os_error)
            && let Some(errno) = part(args, 0).and_then(|n| n.as_object().small_int())
            && let Ok(errno) = i32::try_from(errno)
        {
            cls = class_for(vm, errno);
        }
        let e = PyBaseException::allocate(vm, cls, ExceptionArgs::none());
        fill(vm, e.as_object().expect_payload(), args)?;
        Ok(e.into())
    }

    #[slot(name = "init")]
    fn initialize(zelf: &Py<PyOSError>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        if !set_by_init(zelf.class()) {
            return Ok(());
        }
        args.no_class_keywords(vm, zelf.class())?;
        fill(vm, zelf, args)
    }

    #[slot(name = "str")]
    fn text(zelf: &Py<PyOSError>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let shown = |cell: &PyCell<Option<PyObjectRef>>| {
            vm.str(cell.get().unwrap_or_else(PyObjectRef::none).as_object())
        };
        let head = || -> PyResult<PyRef<PyStr>> {
            let (errno, strerror) = (shown(&zelf.errno)?, shown(&zelf.strerror)?);
            let parts: [&[u8]; 4] = [b"[Errno ", errno.as_bytes(), b"] ", strerror.as_bytes()];
            Ok(PyStr::from_parts(vm, &parts))
        };
        if let Some(filename) = zelf.filename.get() {
            let (head, first) = (head()?, vm.repr(filename.as_object())?);
            let mut parts: Vec<&[u8]> = vec![head.as_bytes(), b": ", first.as_bytes()];
            let second = zelf.filename2.get().map(|f| vm.repr(f.as_object())).transpose()?;
            if let Some(second) = &second {
                parts.extend([&b" -> "[..], second.as_bytes()]);
            }
            return Ok(PyStr::from_parts(vm, &parts));
        }
        if zelf.errno.with(Option::is_some) && zelf.strerror.with(Option::is_some) {
            return head();
        }
        base_str(vm, &zelf.base)
    }

    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyOSError>, vm: &VirtualMachine) -> PyResult {
        let mut args = zelf.base.args.get(vm);
        if args.len() == 2
            && let Some(filename) = zelf.filename.get()
        {
            let mut all = args.as_slice().to_vec();
            all.push(filename);
            if let Some(second) = zelf.filename2.get() {
                all.extend([vm.none(), second]);
            }
            args = vm.new_tuple(all);
        }
        let state = own_dict(vm, zelf.as_object()).map(Into::into);
        reduce_with(vm, base_of(zelf).as_object(), args.into(), state)
    }

    #[getter]
    fn characters_written(&self, vm: &VirtualMachine) -> PyResult<isize> {
        match self.written.get() {
            NOT_SET => Err(vm.attribute_error_msg("characters_written")),
            n => Ok(n),
        }
    }

    #[setter]
    fn set_characters_written(
        &self,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        match value {
            Some(value) => self.written.set(vm.to_subscript_or_value_error(value)?),
            None if self.written.get() == NOT_SET => {
                return Err(vm.attribute_error_msg("characters_written"));
            }
            None => self.written.set(NOT_SET),
        }
        Ok(())
    }
}

impl VirtualMachine {
    /// An index as a machine integer; `ValueError` when it is too large.
    fn to_subscript_or_value_error(&self, o: PyObject<'_>) -> PyResult<isize> {
        match self.index_i64(o)?.and_then(|v| isize::try_from(v).ok()) {
            Some(v) => Ok(v),
            None => Err(self.value_error(format!(
                "cannot fit '{}' into an index-sized integer",
                o.class(self).display_name()
            ))),
        }
    }

    /// The `OSError` of a failed system call, with the files it was about.
    #[cold]
    pub fn os_error_files(
        &self,
        errno: host::errno::Errno,
        filename: Option<PyObject<'_>>,
        filename2: Option<PyObject<'_>>,
    ) -> PyErr {
        self.os_error_text(errno.0, &errno.message(), filename, filename2)
    }

    /// As `os_error_files`, with a message that is not the system's.
    #[cold]
    pub fn os_error_text(
        &self,
        errno: i32,
        message: &str,
        filename: Option<PyObject<'_>>,
        filename2: Option<PyObject<'_>>,
    ) -> PyErr {
        let class = class_for(self, errno);
        let (number, text) =
            (self.new_int(i64::from(errno)), PyObjectRef::from(self.new_str(message)));
        let args = self.new_tuple(vec![number.clone(), text.clone()]);
        let made = PyOSError::fresh(PyBaseException::with_args(ExceptionArgs::all(args)));
        made.errno.set(Some(number));
        made.strerror.set(Some(text));
        made.filename.set(filename.filter(|f| !f.is_none()).map(PyObject::to_owned));
        made.filename2.set(filename2.filter(|f| !f.is_none()).map(PyObject::to_owned));
        base_of(&*self.alloc(class, made)).to_ref()
    }

    /// The `OSError` of a failed system call on a file.
    #[cold]
    pub fn os_error(&self, errno: host::errno::Errno, filename: Option<PyObject<'_>>) -> PyErr {
        self.os_error_files(errno, filename, None)
    }
}
