//! `select.epoll`.

use super::{Deadline, seconds};
use host::files::{self, EpollEvent};
use std::cell::Cell;
use vm::modules::path::Fd;
use vm::prelude::*;

const CLOEXEC: i32 = 0o2000000;
const ADD: i32 = 1;
const DELETE: i32 = 2;
const MODIFY: i32 = 3;
/// Events that are waited for unless others are named: in, out, urgent.
const USUAL: u32 = 1 | 4 | 2;

/// An object that waits for events on descriptors.
///
/// sizehint must be positive, or -1 for the default; nothing depends on it.
#[pyclass(name = "epoll", module = "select", text = "", no_refs)]
pub struct PyEpoll {
    /// Negative: closed.
    fd: Cell<i32>,
}

impl Drop for PyEpoll {
    fn drop(&mut self) {
        if self.fd.get() >= 0 {
            // There is nobody to tell.
            let _ = files::epoll_close(self.fd.get());
        }
    }
}

/// A set of `EPOLL*` bits: the low 32 of an int.
struct Events(u32);

impl<'a> FromArg<'a> for Events {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        let n = vm.index(obj)?;
        Ok(Events(n.as_object().bigint().map_or(0, |n| n.low_u64() as u32)))
    }
}

impl PyEpoll {
    fn open(&self, vm: &VirtualMachine) -> PyResult<i32> {
        match self.fd.get() {
            fd if fd >= 0 => Ok(fd),
            _ => Err(vm.value_error("I/O operation on closed epoll object")),
        }
    }

    fn control(&self, vm: &VirtualMachine, operation: i32, fd: i32, events: u32) -> PyResult<()> {
        let epoll = self.open(vm)?;
        let event = EpollEvent { events, data: fd as u64 };
        vm.retry_os(move || files::epoll_control(epoll, operation, fd, event))
    }
}

#[pymethods]
impl PyEpoll {
    #[slot(sig = "(sizehint=-1, flags=0)", text = "")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        sizehint: i32,
        flags: i32,
    ) -> PyResult<PyRef<PyEpoll>> {
        if sizehint != -1 && sizehint <= 0 {
            return Err(vm.value_error("negative sizehint"));
        }
        if flags != 0 && flags != CLOEXEC {
            return Err(vm.os_error_message("invalid flags"));
        }
        let fd = files::epoll_create(CLOEXEC).map_err(|e| vm.errno_error(e))?;
        Ok(vm.alloc(cls, PyEpoll { fd: Cell::new(fd) }))
    }

    /// An epoll object for a descriptor that epoll_create gave.
    #[classmethod(sig = "(cls, fd, /)")]
    fn fromfd(cls: &Py<PyType>, vm: &VirtualMachine, fd: i32) -> PyRef<PyEpoll> {
        vm.alloc(cls, PyEpoll { fd: Cell::new(fd) })
    }

    /// Closes the descriptor of the epoll object, which is of no use then.
    #[method(sig = "(self, /)")]
    fn close(&self, vm: &VirtualMachine) -> PyResult<()> {
        match self.fd.replace(-1) {
            fd if fd >= 0 => files::epoll_close(fd).map_err(|e| vm.errno_error(e)),
            _ => Ok(()),
        }
    }

    /// The descriptor of the epoll object.
    #[method(sig = "(self, /)")]
    fn fileno(&self, vm: &VirtualMachine) -> PyResult<i32> {
        self.open(vm)
    }

    /// Changes the events of a descriptor that has been registered.
    #[method(sig = "(self, /, fd, eventmask)")]
    fn modify(&self, vm: &VirtualMachine, fd: Fd, eventmask: Events) -> PyResult<()> {
        self.control(vm, MODIFY, fd.0, eventmask.0)
    }

    /// Registers a descriptor; one that is registered already is an error.
    #[method(
        sig = "(self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)"
    )]
    fn register(&self, vm: &VirtualMachine, fd: Fd, eventmask: Option<Events>) -> PyResult<()> {
        self.control(vm, ADD, fd.0, eventmask.map_or(USUAL, |e| e.0))
    }

    /// Forgets a registered descriptor.
    #[method(sig = "(self, /, fd)")]
    fn unregister(&self, vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        self.control(vm, DELETE, fd.0, 0)
    }

    /// Waits for events.
    ///
    ///   timeout
    ///     at most that many seconds; without end if None or negative
    ///   maxevents
    ///     at most that many events; -1: as many as there are
    ///
    /// The answer is a list of pairs of descriptors and the bits of their events.
    #[method(sig = "(self, /, timeout=None, maxevents=-1)")]
    fn poll(&self, vm: &VirtualMachine, timeout: PyObject<'_>, maxevents: i32) -> PyResult {
        let epoll = self.open(vm)?;
        let timeout = seconds(vm, Some(timeout), "timeout must be an integer or None")?;
        let timeout = timeout.filter(|t| *t >= 0);
        if timeout.is_some_and(|t| t > i64::from(i32::MAX) * 1_000_000) {
            return Err(vm.overflow_error("timeout is too large"));
        }
        let limit = match maxevents {
            -1 => 1023,
            n if n > 0 => n as usize,
            n => {
                return Err(vm.value_error(format!("maxevents must be greater than 0, got {n}")));
            }
        };
        let deadline = Deadline::after(timeout);
        let events = vm.retry_os(move || files::epoll_wait(epoll, limit, deadline.left()))?;
        let pairs: Vec<(i32, u32)> = events.iter().map(|e| (e.data as i32, e.events)).collect();
        pairs.into_py_result(vm)
    }

    #[method(sig = "(self, /)")]
    fn __enter__(zelf: &Py<PyEpoll>, vm: &VirtualMachine) -> PyResult<PyRef<PyEpoll>> {
        zelf.open(vm)?;
        Ok(zelf.to_ref())
    }

    #[method(sig = "(self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        &self,
        vm: &VirtualMachine,
        _exc_type: PyObject<'_>,
        _exc_value: PyObject<'_>,
        _exc_tb: PyObject<'_>,
    ) -> PyResult<()> {
        self.close(vm)
    }

    /// True if the epoll object is closed.
    #[getter]
    fn closed(&self) -> bool {
        self.fd.get() < 0
    }
}
