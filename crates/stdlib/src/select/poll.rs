//! `select.poll()` objects.

use super::Deadline;
use host::files::PollFd;
use std::cell::Cell;
use vm::modules::path::Fd;
use vm::prelude::*;

/// Events that are waited for unless others are named: in, out, urgent.
const USUAL: u16 = 1 | 4 | 2;

#[pyclass(name = "poll", module = "select", doc = None, flags(DISALLOW_INSTANTIATION), no_refs)]
#[derive(Default)]
pub struct PyPoll {
    /// Descriptors with their events, in the order of registration.
    registered: PyCell<Vec<(i32, u16)>>,
    running: Cell<bool>,
}

/// A set of `POLL*` bits.
struct Events(u16);

impl<'a> FromArg<'a> for Events {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        u16::from_arg(vm, obj, context).map(Events)
    }
}

/// Nanoseconds of a time-out in milliseconds; negative ones have no end.
fn milliseconds(vm: &VirtualMachine, timeout: PyObject<'_>) -> PyResult<Option<i64>> {
    if timeout.is_none() {
        return Ok(None);
    }
    let out_of_range = || vm.overflow_error("timestamp out of range for C PyTime_t");
    let time = if vm.is_index(timeout) {
        let n = vm.index(timeout)?;
        let n = n.as_object().bigint().and_then(|n| n.to_i64()).ok_or_else(out_of_range)?;
        n.checked_mul(1_000_000).ok_or_else(out_of_range)?
    } else if let Some(f) = timeout.float_view() {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let n = f * 1e6;
        if !(-9.2e18..9.2e18).contains(&n) {
            return Err(out_of_range());
        }
        if n < 0.0 { n.floor() as i64 } else { n.ceil() as i64 }
    } else {
        return Err(vm.type_error("timeout must be an integer or None"));
    };
    if time > i64::from(i32::MAX) * 1_000_000 {
        return Err(vm.overflow_error("timeout is too large"));
    }
    Ok((time >= 0).then_some(time))
}

#[pymethods]
impl PyPoll {
    /// Registers a descriptor with the polling object.
    ///
    ///   fd
    ///     an int, or an object with a fileno() method
    ///   eventmask
    ///     the bits of the events to wait for
    #[method(
        sig = "(self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)"
    )]
    fn register(&self, fd: Fd, eventmask: Option<Events>) {
        let events = eventmask.map_or(USUAL, |e| e.0);
        self.registered.with_mut(|r| match r.iter_mut().find(|(known, _)| *known == fd.0) {
            Some(entry) => entry.1 = events,
            None => r.push((fd.0, events)),
        });
    }

    /// Changes the events of a descriptor that has been registered.
    #[method(sig = "(self, fd, eventmask, /)")]
    fn modify(&self, vm: &VirtualMachine, fd: Fd, eventmask: Events) -> PyResult<()> {
        let found = self.registered.with_mut(|r| {
            r.iter_mut().find(|(known, _)| *known == fd.0).map(|entry| entry.1 = eventmask.0)
        });
        found.ok_or_else(|| vm.errno_error(host::Errno::ENOENT))
    }

    /// Forgets a descriptor.
    #[method(sig = "(self, fd, /)")]
    fn unregister(&self, vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        let found = self.registered.with_mut(|r| {
            let at = r.iter().position(|(known, _)| *known == fd.0);
            at.map(|at| r.remove(at))
        });
        match found {
            Some(_) => Ok(()),
            None => Err(vm.key_error(vm.new_int(i64::from(fd.0)).as_object())),
        }
    }

    /// Waits for events on the registered descriptors.
    ///
    ///   timeout
    ///     at most that many milliseconds; without end if None or negative
    ///
    /// The answer is a list of pairs of descriptors and the bits of their events.
    #[method(sig = "(self, timeout=None, /)")]
    fn poll(&self, vm: &VirtualMachine, timeout: PyObject<'_>) -> PyResult {
        let timeout = milliseconds(vm, timeout)?;
        if self.running.replace(true) {
            return Err(vm.runtime_error("concurrent poll() invocation"));
        }
        let asked = self.registered.get();
        let deadline = Deadline::after(timeout);
        let waited = vm.retry_os(move || {
            let mut list: Vec<PollFd> =
                asked.iter().map(|(fd, events)| PollFd::new(*fd, *events as i16)).collect();
            host::files::poll(&mut list, deadline.left())?;
            Ok(list)
        });
        self.running.set(false);
        let answers = waited?.into_iter().filter(|p| p.answer() != 0);
        let pairs: Vec<(i32, i32)> =
            answers.map(|p| (p.fd(), i32::from(p.answer() as u16))).collect();
        pairs.into_py_result(vm)
    }
}
