//! `select`: waiting until descriptors are ready.

mod epoll;
mod poll;

pub use epoll::PyEpoll;
pub use poll::PyPoll;

use host::files::FdSet;
use vm::modules::path::as_descriptor;
use vm::modules::time::{Round, duration};
use vm::prelude::*;

/// When a wait ends: calls that signals interrupt start again with the time that is left.
#[derive(Clone, Copy)]
struct Deadline(Option<i64>);

impl Deadline {
    /// After that many nanoseconds.
    fn after(timeout: Option<i64>) -> Deadline {
        Deadline(timeout.map(|t| host::clock::monotonic().saturating_add(t)))
    }

    fn left(self) -> Option<i64> {
        self.0.map(|end| (end - host::clock::monotonic()).max(0))
    }
}

/// Nanoseconds of a time-out in seconds; `complaint` is for what is no number.
fn seconds(
    vm: &VirtualMachine,
    timeout: Option<PyObject<'_>>,
    complaint: &str,
) -> PyResult<Option<i64>> {
    let Some(timeout) = timeout.filter(|t| !t.is_none()) else { return Ok(None) };
    let time = duration(vm, timeout, Round::Up).map_err(|e| {
        if vm.is_error(&e, &vm.exc().type_error) { vm.type_error(complaint) } else { e }
    })?;
    Ok(Some(time))
}

/// A sequence of things to wait for, with their descriptors.
struct Waiting {
    things: Vec<(PyObjectRef, i32)>,
    set: FdSet,
}

impl Waiting {
    fn of(vm: &VirtualMachine, sequence: PyObject<'_>) -> PyResult<Waiting> {
        let items = match vm.collect(sequence) {
            Err(e) if vm.is_error(&e, &vm.exc().type_error) => {
                return Err(vm.type_error("arguments 1-3 must be sequences"));
            }
            items => items?,
        };
        let mut out = Waiting { things: Vec::with_capacity(items.len()), set: FdSet::new() };
        for thing in items {
            let fd = as_descriptor(vm, thing.as_object())?;
            if !out.set.insert(fd) {
                return Err(vm.value_error("filedescriptor out of range in select()"));
            }
            out.things.push((thing, fd));
        }
        Ok(out)
    }

    fn limit(&self) -> i32 {
        self.things.iter().map(|(_, fd)| fd + 1).max().unwrap_or(0)
    }

    fn ready(&self, vm: &VirtualMachine, set: &FdSet) -> PyRef<PyList> {
        let ready = self.things.iter().filter(|(_, fd)| set.contains(*fd));
        vm.new_list(ready.map(|(thing, _)| thing.clone()).collect())
    }
}

/// Waiting for input and output on several descriptors.
#[pymodule(name = "select", types(PyEpoll))]
pub mod module {
    use super::*;
    use vm::builtins::module::PyModule;

    /// Waits until one or more descriptors are ready.
    ///
    /// The first three arguments are iterables of descriptors, or of objects with a
    /// fileno() method: for reading, for writing, and for exceptional conditions. The
    /// answer is three lists of those that are ready, all of them empty if a timeout
    /// in seconds was given and has passed.
    #[function(sig = "(rlist, wlist, xlist, timeout=None, /)")]
    fn select(
        vm: &VirtualMachine,
        rlist: PyObject<'_>,
        wlist: PyObject<'_>,
        xlist: PyObject<'_>,
        timeout: PyObject<'_>,
    ) -> PyResult {
        let timeout = seconds(vm, Some(timeout), "timeout must be a float or None")?;
        if timeout.is_some_and(|t| t < 0) {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        let all = [Waiting::of(vm, rlist)?, Waiting::of(vm, wlist)?, Waiting::of(vm, xlist)?];
        let limit = all.iter().map(Waiting::limit).max().unwrap_or(0);
        let sets = [all[0].set, all[1].set, all[2].set];
        let deadline = Deadline::after(timeout);
        let [r, w, x] = vm.retry_os(move || {
            let [mut r, mut w, mut x] = sets;
            let ready = host::files::select(limit, &mut r, &mut w, &mut x, deadline.left())?;
            Ok(if ready == 0 { [FdSet::new(); 3] } else { [r, w, x] })
        })?;
        (all[0].ready(vm, &r), all[1].ready(vm, &w), all[2].ready(vm, &x)).into_py_result(vm)
    }

    /// A polling object, with which descriptors can be registered.
    #[function(sig = "($module, /)")]
    fn poll(vm: &VirtualMachine) -> PyRef<PyPoll> {
        vm.new_object(PyPoll::default())
    }

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        module.set(vm, "error", vm.exc().os_error.clone())?;
        for (name, value) in host::constants::SELECT {
            module.set(vm, name, vm.new_int(*value))?;
        }
        Ok(())
    }
}

pub use module::MODULE;
