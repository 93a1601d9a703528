//! `lock` and `RLock`, over words that survive a fork.

use super::ident;
use crate::modules::time::{Round, duration};
use crate::prelude::*;
use host::locks::{Lock, Patience, Wait};
use std::cell::Cell;

/// A lock object is a synchronization primitive.  To create a lock,
/// call threading.Lock().
#[pyclass(name = "lock", module = "_thread", flags(EXT), no_refs, static = LOCK)]
pub struct PyLock {
    lock: Lock,
}

/// A reentrant lock: the thread that holds it may take it again.
#[pyclass(name = "RLock", module = "_thread", doc = None, flags(BASETYPE, EXT), no_refs, static = R_LOCK)]
pub struct PyRLock {
    lock: Lock,
    owner: Cell<u64>,
    count: Cell<usize>,
}

/// Nanoseconds to wait, `None` for ever; 0 tries once.
fn patience(
    vm: &VirtualMachine,
    blocking: bool,
    timeout: Option<PyObject<'_>>,
) -> PyResult<Option<i64>> {
    let time = match timeout {
        None => -1_000_000_000,
        Some(t) => duration(vm, t, Round::Up)?,
    };
    if !blocking && time != -1_000_000_000 {
        return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
    }
    if time < 0 && time != -1_000_000_000 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if time > 9_223_372_036_000_000_000 {
        return Err(vm.overflow_error("timeout value is too large"));
    }
    Ok(match (blocking, time) {
        (false, _) => Some(0),
        (true, t) if t < 0 => None,
        (true, t) => Some(t),
    })
}

/// Takes the lock, handling signals meanwhile.
fn acquire(vm: &VirtualMachine, lock: &Lock, time: Option<i64>) -> PyResult<bool> {
    if lock.try_acquire() {
        return Ok(true);
    }
    let patience = match time {
        Some(0) => return Ok(false),
        Some(t) => Patience::for_nanoseconds(t),
        None => Patience::FOREVER,
    }
    .interruptible();
    loop {
        match vm.allow_threads(|| lock.acquire(patience)) {
            Wait::Acquired => return Ok(true),
            Wait::TimedOut => return Ok(false),
            Wait::Interrupted => vm.check_signals()?,
        }
    }
}

impl PyLock {
    pub fn create() -> PyLock {
        PyLock { lock: Lock::new() }
    }

    fn let_go(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.lock.release() { Ok(()) } else { Err(vm.runtime_error("release unlocked lock")) }
    }
}

#[pymethods]
impl PyLock {
    #[slot(sig = "()")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine) -> PyRef<PyLock> {
        vm.alloc(cls, PyLock::create())
    }

    #[slot]
    fn repr(zelf: &Py<PyLock>, vm: &VirtualMachine) -> String {
        let state = if zelf.lock.is_held() { "locked" } else { "unlocked" };
        let class = vm.qualified_type_name(zelf.class());
        let at = zelf.as_object().bits();
        format!("<{state} {} object at {at:#x}>", String::from_utf8_lossy(&class))
    }

    /// Takes the lock.  Returns whether it did.
    ///
    /// Waits until the lock is free, at most timeout seconds if that is not negative, or
    /// not at all if blocking is false.
    #[method(sig = "(self, blocking=True, timeout=-1)")]
    fn acquire(
        &self,
        vm: &VirtualMachine,
        blocking: bool,
        timeout: Option<PyObject<'_>>,
    ) -> PyResult<bool> {
        acquire(vm, &self.lock, patience(vm, blocking, timeout)?)
    }

    /// The old name of acquire().
    #[method(sig = "(self, blocking=True, timeout=-1)")]
    fn acquire_lock(
        &self,
        vm: &VirtualMachine,
        blocking: bool,
        timeout: Option<PyObject<'_>>,
    ) -> PyResult<bool> {
        acquire(vm, &self.lock, patience(vm, blocking, timeout)?)
    }

    /// Gives the lock back, for any thread to take.  RuntimeError if nobody has it.
    #[method(sig = "(self, /)")]
    fn release(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.let_go(vm)
    }

    /// The old name of release().
    #[method(sig = "(self, /)")]
    fn release_lock(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.let_go(vm)
    }

    /// Whether somebody has the lock.
    #[method(sig = "(self, /)")]
    fn locked(&self) -> bool {
        self.lock.is_held()
    }

    /// The old name of locked().
    #[method(sig = "(self, /)")]
    fn locked_lock(&self) -> bool {
        self.lock.is_held()
    }

    /// Lock the lock.
    #[method(sig = "(self, /)")]
    fn __enter__(&self, vm: &VirtualMachine) -> PyResult<bool> {
        acquire(vm, &self.lock, None)
    }

    /// Release the lock.
    #[method]
    fn __exit__(&self, vm: &VirtualMachine, _args: Args<'_>) -> PyResult<()> {
        self.let_go(vm)
    }

    #[method(name = "_at_fork_reinit", sig = "(self, /)")]
    fn at_fork_reinit(&self) {
        self.lock.reset();
    }
}

impl PyRLock {
    fn take(&self, vm: &VirtualMachine, time: Option<i64>) -> PyResult<bool> {
        if self.owner.get() == ident() {
            let n = self.count.get().checked_add(1);
            self.count.set(n.ok_or_else(|| vm.overflow_error("Internal lock count overflowed"))?);
            return Ok(true);
        }
        let got = acquire(vm, &self.lock, time)?;
        if got {
            self.owner.set(ident());
            self.count.set(1);
        }
        Ok(got)
    }

    fn let_go(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.count.get() == 0 || self.owner.get() != ident() {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.owner.set(0);
            self.lock.release();
        }
        Ok(())
    }
}

#[pymethods]
impl PyRLock {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyRLock> {
        vm.alloc(cls, PyRLock { lock: Lock::new(), owner: Cell::new(0), count: Cell::new(0) })
    }

    #[slot]
    fn repr(zelf: &Py<PyRLock>, vm: &VirtualMachine) -> String {
        let state = if zelf.count.get() > 0 { "locked" } else { "unlocked" };
        let class = vm.qualified_type_name(zelf.class());
        format!(
            "<{state} {} object owner={} count={} at {:#x}>",
            String::from_utf8_lossy(&class),
            zelf.owner.get(),
            zelf.count.get(),
            zelf.as_object().bits()
        )
    }

    /// Takes the lock, again if this thread has it already.  Returns whether it did.
    ///
    /// Waits as a plain lock does, unless blocking is false or timeout has passed.
    #[method(sig = "(self, blocking=True, timeout=-1)")]
    fn acquire(
        &self,
        vm: &VirtualMachine,
        blocking: bool,
        timeout: Option<PyObject<'_>>,
    ) -> PyResult<bool> {
        self.take(vm, patience(vm, blocking, timeout)?)
    }

    /// Gives the lock back once; it is free when it was given back as often as taken.
    ///
    /// RuntimeError if this thread does not have it.
    #[method(sig = "(self, /)")]
    fn release(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.let_go(vm)
    }

    /// Whether some thread has the lock.
    #[method(sig = "(self, /)")]
    fn locked(&self) -> bool {
        self.count.get() > 0
    }

    /// Takes the lock as often as a _release_save() says; for threading.Condition.
    #[method(name = "_is_owned", sig = "(self, /)")]
    fn is_owned(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == ident()
    }

    /// How often this thread has taken the lock.
    #[method(name = "_recursion_count", sig = "(self, /)")]
    fn recursion_count(&self) -> usize {
        if self.owner.get() == ident() { self.count.get() } else { 0 }
    }

    /// Takes the lock as often as a _release_save() says; for threading.Condition.
    #[method(name = "_acquire_restore", sig = "(self, state, /)")]
    fn acquire_restore(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        let wrong = || vm.type_error("_acquire_restore() argument 1 must be a tuple");
        let t = state.downcast::<PyTuple>().ok_or_else(wrong)?;
        let [count, owner] = t.as_slice() else { return Err(wrong()) };
        let count = vm.to_usize(count.as_object())?;
        let owner = vm.to_i64(owner.as_object())? as u64;
        acquire(vm, &self.lock, None)?;
        self.owner.set(owner);
        self.count.set(count);
        Ok(())
    }

    /// Takes the lock as often as a _release_save() says; for threading.Condition.
    #[method(name = "_release_save", sig = "(self, /)")]
    fn release_save(&self, vm: &VirtualMachine) -> PyResult<(usize, u64)> {
        if self.count.get() == 0 {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        let state = (self.count.replace(0), self.owner.replace(0));
        self.lock.release();
        Ok(state)
    }

    /// Lock the lock.
    #[method(sig = "(self, /)")]
    fn __enter__(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.take(vm, None)
    }

    /// Release the lock.
    #[method]
    fn __exit__(&self, vm: &VirtualMachine, _args: Args<'_>) -> PyResult<()> {
        self.let_go(vm)
    }

    #[method(name = "_at_fork_reinit", sig = "(self, /)")]
    fn at_fork_reinit(&self) {
        self.lock.reset();
        self.owner.set(0);
        self.count.set(0);
    }
}
