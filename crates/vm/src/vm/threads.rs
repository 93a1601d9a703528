//! Starting threads of an interpreter: each gets a `VirtualMachine` of its own, and runs
//! only while it holds the interpreter's lock.

#![allow(unsafe_code)]

use super::{Shared, VirtualMachine, gil};
use crate::builtins::frame::PyFrame;
use crate::interpreter::Interpreter;
use crate::object::PyRef;
use crate::vm::{PyErr, PyResult};
use host::locks::{Condition, Patience};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Native stack that error handling keeps for itself.
const RESERVE: usize = 256 << 10;

/// What a new thread takes with it.
struct Luggage<T> {
    interp: &'static Interpreter,
    shared: &'static Shared,
    word: gil::Word,
    body: T,
}

// SAFETY: what is inside is touched only by the holder of the interpreter's lock: first by
// the starting thread, which gives it away whole, then by the new one after it has taken
// the lock; it is dropped before the new thread lets go of the lock for good.
unsafe impl<T> Send for Luggage<T> {}

/// Tells the starting thread who the new one is.
struct Birth {
    ident: AtomicU64,
    told: Condition,
}

impl VirtualMachine {
    /// Runs `body` in a new thread of this interpreter; answers the thread's identifier.
    pub(crate) fn start_thread(
        &self,
        stack_size: usize,
        body: impl FnOnce(&VirtualMachine) + 'static,
    ) -> PyResult<u64> {
        let birth = Arc::new(Birth { ident: AtomicU64::new(0), told: Condition::new() });
        let word = self.shared.gil.new_word();
        let luggage = Luggage { interp: self.interp, shared: self.shared, word, body };
        let here = birth.clone();
        let started = host::threads::spawn(stack_size, move || {
            here.ident.store(host::threads::current().as_u64(), Ordering::SeqCst);
            here.told.notify_all();
            drop(here);
            run(luggage);
        });
        if started.is_err() {
            self.shared.gil.recycle_word(word);
            return Err(self.runtime_error("can't start new thread"));
        }
        Ok(self.allow_threads(|| {
            loop {
                let epoch = birth.told.epoch();
                match birth.ident.load(Ordering::SeqCst) {
                    0 => {
                        let _ = birth.told.wait(epoch, Patience::FOREVER);
                    }
                    ident => return ident,
                }
            }
        }))
    }
}

/// What a thread is doing.
pub(crate) struct ThreadState {
    pub ident: u64,
    pub frame: Option<PyRef<PyFrame>>,
    pub handled: Option<PyErr>,
}

impl VirtualMachine {
    /// What all threads of the interpreter are doing; all but this one stand still.
    pub(crate) fn thread_states(&self) -> Vec<ThreadState> {
        let state = |vm: &VirtualMachine, ident| ThreadState {
            ident,
            frame: vm.current_frame().map(|f| PyFrame::of(self, f)),
            handled: vm.handled(),
        };
        let all = self.shared.threads.get().into_iter();
        all.filter_map(|(_, hooks)| {
            let ident = hooks.ident.get();
            if std::rc::Rc::ptr_eq(&hooks, &self.hooks) {
                return Some(state(self, ident));
            }
            // SAFETY: we hold the lock, so the other thread waits for it, in a call that has
            // its state borrowed; threads leave the list before their state goes.
            unsafe { hooks.parked.get().as_ref() }.map(|vm| state(vm, ident))
        })
        .collect()
    }
}

fn run<T: FnOnce(&VirtualMachine)>(luggage: Luggage<T>) {
    let Luggage { interp, shared, word, body } = luggage;
    shared.gil.acquire(word);
    let vm = VirtualMachine::for_thread(interp, shared, word);
    {
        let _entered = crate::object::alloc::enter(&vm);
        if let Ok(limits) = host::stack::limits() {
            let reserve = RESERVE.min((limits.high - limits.low) / 4);
            vm.set_stack_limit(limits.low + reserve);
        }
        body(&vm);
        vm.run_pending_finalizers();
        vm.forget_threads(|h| !std::rc::Rc::ptr_eq(h, &vm.hooks));
    }
    drop(vm);
    host::blocks::trim();
    shared.gil.recycle_word(word);
    shared.gil.release();
}
