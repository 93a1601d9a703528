//! `VirtualMachine`: the current thread's state, and the proof that its interpreter's lock
//! is held.  Constructors for the common values and errors live in `vm/`.

pub mod breaker;
pub mod errors;
pub mod gil;
pub mod hooks;
pub mod oserror;
pub mod recursion;
pub mod state;
pub mod threads;
pub mod values;
pub mod warn;

use crate::builtins::exception::PyBaseException;
use crate::builtins::str::PyStr;
use crate::builtins::weakref::PyWeak;
use crate::cell::PyCell;
use crate::datastack::DataStack;
use crate::frame::InterpreterFrame;
use crate::gc::Gc;
use crate::interpreter::{Interpreter, Settings, Types};
use crate::names::Names;
use crate::object::{PyObject, PyObjectRef, PyRef, StackRef};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::Ordering;

/// A raised exception.
pub type PyErr = PyRef<PyBaseException>;
pub type PyResult<T = PyObjectRef> = Result<T, PyErr>;

/// What waits to be run before the next instruction.
enum Pending {
    Finalize(PyObjectRef),
    Callback(PyRef<PyWeak>),
}

/// What the threads of one interpreter share beside its objects.
#[derive(Default)]
pub struct Shared {
    pub(crate) gil: gil::Gil,
    /// The threads' breaker words and hooks.
    pub(crate) threads: PyCell<Vec<(gil::Word, Rc<hooks::Hooks>)>>,
    pub(crate) monitoring: crate::interp::monitor::Monitoring,
    /// What native modules keep.
    pub(crate) native: crate::modules::state::NativeState,
}

pub struct VirtualMachine {
    pub interp: &'static Interpreter,
    pub shared: &'static Shared,
    /// Bits of `breaker`; shared with whoever may ask this thread for something.
    pub(crate) breaker: gil::Word,
    /// The interpreter's first thread, which handles signals.
    pub(crate) main_thread: Cell<bool>,
    /// Objects that died with something to say (D11), oldest first.
    pending: RefCell<VecDeque<Pending>>,
    /// Python frames that may still be pushed.
    pub(crate) py_depth_left: Cell<isize>,
    /// The running frame, entry frames included.
    pub(crate) frame: Cell<*mut InterpreterFrame>,
    pub(crate) datastack: DataStack,
    /// The exception on its way to a handler.
    pub(crate) raised: PyCell<Option<PyErr>>,
    /// What the loop's outermost frame returned.
    pub(crate) result: Cell<StackRef>,
    /// The exception the running frame's thread or generator handles.
    pub(crate) handled_now: PyCell<Option<PyErr>>,
    /// Strings of errors' messages (`VirtualMachine::message`).
    messages: [PyCell<Option<PyRef<PyStr>>>; errors::MESSAGES],
    /// One of the generators that run may have been resumed by a frame that was handling an
    /// exception.
    pub(crate) resumers_handle: Cell<bool>,
    /// Run by the match instead of tail calls.
    pub(crate) match_dispatch: Cell<bool>,
    /// The recursion limit that `py_depth_left` counts down from.
    recursion_limit: Cell<isize>,
    /// The lowest stack address native recursion may reach.
    pub(crate) stack_limit: Cell<usize>,
    /// Where that stack began, for what errors say.
    pub(crate) stack_top: Cell<usize>,
    /// Reprs in progress, against endless recursion (`[...]`).
    pub(crate) repr_guard: RefCell<Vec<u64>>,
    pub(crate) hooks: Rc<hooks::Hooks>,
    /// The values of context variables for what this thread runs; made when first asked for.
    pub context: PyCell<Option<PyObjectRef>>,
}

/// Only x86-64's calling convention has been checked to give jumps for tail calls.
const TAIL_CALLS_ARE_REAL_CALLS: bool = cfg!(not(target_arch = "x86_64"));

impl VirtualMachine {
    /// The first thread of a new interpreter.
    pub fn new(settings: Settings) -> VirtualMachine {
        host::blocks::on_exhaustion(crate::object::alloc::note_exhaustion);
        let interp: &'static Interpreter = Box::leak(Box::new(Interpreter::new(settings)));
        let shared: &'static Shared = Box::leak(Box::default());
        let word = shared.gil.new_word();
        let vm = VirtualMachine::for_thread(interp, shared, word);
        vm.become_main_thread();
        shared.gil.acquire(vm.breaker);
        interp.boot(&vm);
        vm
    }

    pub(crate) fn for_thread(
        interp: &'static Interpreter,
        shared: &'static Shared,
        breaker: gil::Word,
    ) -> VirtualMachine {
        let hooks: Rc<hooks::Hooks> = Rc::default();
        shared.threads.with_mut(|t| t.push((breaker, hooks.clone())));
        if shared.monitoring.is_on() {
            breaker.fetch_or(breaker::TRACING, Ordering::Relaxed);
        }
        VirtualMachine {
            interp,
            shared,
            breaker,
            main_thread: Cell::new(false),
            pending: RefCell::new(VecDeque::new()),
            py_depth_left: Cell::new(interp.recursion_limit.get()),
            frame: Cell::new(std::ptr::null_mut()),
            datastack: DataStack::new(interp.settings.stress.tiny_chunks),
            raised: PyCell::new(None),
            result: Cell::new(StackRef::NULL),
            resumers_handle: Cell::new(false),
            handled_now: PyCell::new(None),
            messages: std::array::from_fn(|_| PyCell::new(None)),
            match_dispatch: Cell::new(
                interp.settings.stress.match_dispatch || TAIL_CALLS_ARE_REAL_CALLS,
            ),
            recursion_limit: Cell::new(interp.recursion_limit.get()),
            stack_limit: Cell::new(0),
            stack_top: Cell::new(0),
            repr_guard: RefCell::new(Vec::new()),
            hooks,
            context: PyCell::new(None),
        }
    }

    #[inline(always)]
    pub fn gc(&self) -> &Gc {
        &self.interp.gc
    }

    #[inline(always)]
    pub fn names(&self) -> &'static Names {
        self.interp.names()
    }

    #[inline(always)]
    pub fn types(&self) -> &'static Types {
        self.interp.types()
    }

    #[inline(always)]
    pub fn exc(&self) -> &'static crate::exceptions::ExcTypes {
        self.interp.exc()
    }

    /// This thread handles signals from now on.
    pub(crate) fn become_main_thread(&self) {
        self.main_thread.set(true);
        gil::watch_signals(self.breaker);
    }

    pub fn is_main_thread(&self) -> bool {
        self.main_thread.get()
    }

    /// The thread is about to end, or (after a fork) the only one there is.
    pub(crate) fn forget_threads(&self, keep: impl Fn(&Rc<hooks::Hooks>) -> bool) {
        let all = self.shared.threads.take();
        let (kept, gone): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, h)| keep(h));
        self.shared.threads.set(kept);
        if gone
            .iter()
            .any(|(_, h)| h.trace.with(Option::is_some) || h.profile.with(Option::is_some))
        {
            gone.iter().for_each(|(_, h)| {
                drop(h.trace.take());
                drop(h.profile.take());
            });
            self.update_legacy_events();
        }
    }

    /// Asks this thread's eval loop for something (a bit of `breaker`).
    #[inline]
    pub fn request(&self, bit: u32) {
        self.breaker.fetch_or(bit, Ordering::Relaxed);
    }

    /// Queues an object that died with a finaliser.
    pub(crate) fn queue_pending(&self, o: PyObjectRef) {
        self.pending.borrow_mut().push_back(Pending::Finalize(o));
        self.request(breaker::PENDING);
    }

    /// Queues the callbacks of dead weak references.
    pub(crate) fn queue_callbacks(&self, refs: Vec<PyRef<PyWeak>>) {
        self.pending.borrow_mut().extend(refs.into_iter().map(Pending::Callback));
        self.request(breaker::PENDING);
    }

    /// Runs the finalisers and weak reference callbacks of objects that have died.
    pub fn run_pending_finalizers(&self) {
        loop {
            self.breaker.fetch_and(!breaker::PENDING, Ordering::Relaxed);
            // What dies while one of these runs is finalised by its own loop, before the
            // next of these gets its turn.
            let waiting = std::mem::take(&mut *self.pending.borrow_mut());
            if waiting.is_empty() {
                break;
            }
            for next in waiting {
                match next {
                    // Unless it was revived, the object dies at the end of this arm, and its
                    // weak references with it.
                    Pending::Finalize(o) => self.finalize_once(o.as_object()),
                    Pending::Callback(weak) => weak.run_callback(self),
                }
            }
        }
    }

    /// Runs `__del__` (or what the type has in its place) unless it has run before.
    pub(crate) fn finalize_once(&self, o: PyObject<'_>) {
        use crate::object::ObjFlags;
        let Some(h) = o.header() else { return };
        if h.has_flag(ObjFlags::FINALIZED) {
            return;
        }
        let typ = o.class(self);
        if let Some(del) = typ.slots.del.get() {
            h.set_flag(ObjFlags::FINALIZED, true);
            if let Err(e) = del(self, o) {
                let method = typ.lookup(self, &self.names().__del__);
                let method = method.unwrap_or_else(|| typ.to_ref().into());
                self.unraisable_while(e, "while calling deallocator", method.as_object());
            }
        }
    }

    /// Reports an error that nobody can catch (`sys.unraisablehook`).
    #[cold]
    pub fn unraisable(&self, e: PyErr, msg: Option<&str>, o: PyObject<'_>) {
        crate::exceptions::unraisable(self, e, msg, o);
    }

    /// Reports an error that nobody can catch: "Exception ignored *doing* *object*".
    #[cold]
    pub fn unraisable_while(&self, e: PyErr, doing: &str, o: PyObject<'_>) {
        // Without a repr there is nothing to say but the error itself.
        let message = self.repr(o).ok();
        let message = message.map(|r| format!("Exception ignored {doing} {}", r.to_string_lossy()));
        self.unraisable(e, message.as_deref(), PyObject::none());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[test]
    fn boots_and_keeps_dicts() {
        let vm = VirtualMachine::new(Settings::default());
        let _entered = crate::object::alloc::enter(&vm);
        let d = vm.new_dict();
        for i in 0..1000 {
            d.set(&vm, vm.new_int(i).as_object(), vm.new_str(format!("v{i}")).into()).expect("set");
        }
        for i in (0..1000).step_by(2) {
            assert!(d.remove(&vm, vm.new_int(i).as_object()).expect("remove").is_some());
        }
        assert_eq!(d.len(), 500);
        let v = d.get(&vm, vm.new_int(77).as_object()).expect("get").expect("there");
        assert_eq!(v.as_object().downcast::<PyStr>().expect("str").as_bytes(), b"v77");
        assert!(d.get(&vm, vm.new_int(78).as_object()).expect("get").is_none());
        d.set_str(&vm, &vm.intern("self"), d.clone().into()).expect("set");
        drop(d);
        assert!(crate::gc::collect(&vm, 2) >= 1);
        let mut deep = vm.new_list(vec![]);
        for _ in 0..1_000_000 {
            deep = vm.new_list(vec![deep.into()]);
        }
        drop(deep);
        let e = vm.type_error("x");
        assert!(vm.is_error(&e, &vm.exc().exception));
    }
}
