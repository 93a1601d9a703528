//! `_ThreadHandle`: a thread that can be waited for.

use super::threads;
use crate::prelude::*;
use host::locks::{Condition, Patience, Wait};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

const NOT_STARTED: u32 = 0;
const STARTING: u32 = 1;
const RUNNING: u32 = 2;
const DONE: u32 = 3;

#[pyclass(name = "_ThreadHandle", module = "_thread", doc = None, no_refs)]
pub struct PyThreadHandle {
    state: AtomicU32,
    ident: AtomicU64,
    done: Condition,
    daemon: Cell<bool>,
}

impl PyThreadHandle {
    pub fn create() -> PyThreadHandle {
        PyThreadHandle {
            state: AtomicU32::new(NOT_STARTED),
            ident: AtomicU64::new(0),
            done: Condition::new(),
            daemon: Cell::new(true),
        }
    }

    /// The handle of a thread that somebody else started.
    pub fn running(ident: u64) -> PyThreadHandle {
        let handle = PyThreadHandle::create();
        handle.ident.store(ident, Ordering::SeqCst);
        handle.state.store(RUNNING, Ordering::SeqCst);
        handle
    }

    fn state(&self) -> u32 {
        self.state.load(Ordering::SeqCst)
    }

    pub(super) fn ident_value(&self) -> u64 {
        self.ident.load(Ordering::SeqCst)
    }

    pub(super) fn waits_at_end(&self) -> bool {
        !self.daemon.get() && matches!(self.state(), STARTING | RUNNING)
    }

    pub(super) fn prepare(&self, vm: &VirtualMachine, daemon: bool) -> PyResult<()> {
        if self.state() != NOT_STARTED {
            return Err(vm.runtime_error("thread already started"));
        }
        self.state.store(STARTING, Ordering::SeqCst);
        self.daemon.set(daemon);
        Ok(())
    }

    /// In the new thread, before its function.
    pub(super) fn begin(&self) {
        self.ident.store(super::ident(), Ordering::SeqCst);
        self.state.store(RUNNING, Ordering::SeqCst);
    }

    /// In the starting thread; the new one may have ended already.
    pub(super) fn started(&self, ident: u64) {
        self.ident.store(ident, Ordering::SeqCst);
        let _ = self.state.compare_exchange(STARTING, RUNNING, Ordering::SeqCst, Ordering::SeqCst);
    }

    pub(super) fn failed(&self, vm: &VirtualMachine) {
        self.state.store(NOT_STARTED, Ordering::SeqCst);
        self.forget(vm);
    }

    fn forget(&self, vm: &VirtualMachine) {
        let gone = threads(vm).handles.with_mut(|h| {
            let i = h.iter().position(|h| std::ptr::eq(h.payload_ref(), self));
            i.map(|i| h.swap_remove(i))
        });
        drop(gone);
    }

    pub(super) fn finish(&self, vm: &VirtualMachine) {
        self.mark_done();
        self.forget(vm);
    }

    fn mark_done(&self) {
        self.state.store(DONE, Ordering::SeqCst);
        self.done.notify_all();
    }

    /// Waits for the end of the thread; false after the time-out in nanoseconds.
    pub(super) fn wait(&self, vm: &VirtualMachine, timeout: Option<i64>) -> PyResult<bool> {
        if self.state() == NOT_STARTED {
            return Err(vm.runtime_error("thread not started"));
        }
        if self.state() != DONE && self.ident_value() == super::ident() {
            return Err(vm.runtime_error("Cannot join current thread"));
        }
        if self.state() != DONE {
            vm.check_not_finalizing("cannot join thread")?;
        }
        let patience = match timeout {
            None => Patience::FOREVER,
            Some(t) => Patience::for_nanoseconds(t),
        }
        .interruptible();
        loop {
            let epoch = self.done.epoch();
            if self.state() == DONE {
                return Ok(true);
            }
            let done = &self.done;
            match vm.allow_threads(|| done.wait(epoch, patience)) {
                Wait::Acquired => {}
                Wait::Interrupted => vm.check_signals()?,
                Wait::TimedOut => return Ok(self.state() == DONE),
            }
        }
    }
}

/// In the child of a fork: only this thread is left, and it is the main one.
pub fn after_fork(vm: &VirtualMachine) {
    let me = super::ident();
    let all = threads(vm);
    let handles = all.handles.take();
    for h in &handles {
        if h.ident_value() != me {
            h.mark_done();
        }
    }
    all.handles.set(handles.into_iter().filter(|h| h.ident_value() == me).collect());
    // The main thread was not started by anyone and is not counted.
    all.count.set(usize::from(all.main.get() != me));
    all.main.set(me);
    vm.become_main_thread();
}

#[pymethods]
impl PyThreadHandle {
    #[slot(sig = "()")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine) -> PyRef<PyThreadHandle> {
        vm.alloc(cls, PyThreadHandle::create())
    }

    #[slot]
    fn repr(zelf: &Py<PyThreadHandle>) -> String {
        format!("<_ThreadHandle object: ident={}>", zelf.ident_value())
    }

    #[method(sig = "(self, timeout=None, /)")]
    fn join(
        zelf: &Py<PyThreadHandle>,
        vm: &VirtualMachine,
        timeout: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        use crate::modules::time::{Round, duration};
        let timeout = match timeout.filter(|t| !t.is_none()) {
            None => None,
            // A negative time waits for ever.
            Some(t) => Some(duration(vm, t, Round::Up)?).filter(|t| *t >= 0),
        };
        let keep = zelf.to_ref();
        keep.wait(vm, timeout).map(drop)
    }

    #[method(name = "_set_done", sig = "(self, /)")]
    fn set_done(zelf: &Py<PyThreadHandle>, vm: &VirtualMachine) -> PyResult<()> {
        if zelf.state() == NOT_STARTED {
            return Err(vm.runtime_error("thread not started"));
        }
        zelf.finish(vm);
        Ok(())
    }

    #[method(sig = "(self, /)")]
    fn is_done(&self) -> bool {
        self.state() == DONE
    }

    #[getter]
    fn ident(&self) -> u64 {
        self.ident_value()
    }
}
