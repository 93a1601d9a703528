//! `weakref`: references that do not keep their object alive.
//!
//! The weakref word of an object's EXT prefix is 0 or a boxed list of the addresses of its
//! weak reference objects, which are not counted.  A weak reference object unregisters
//! itself when it dies, and is cleared when its object dies.

#![allow(unsafe_code)]

use crate::object::Header;
use crate::prelude::*;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// `weakref.ref`, and the proxies.
pub struct PyWeak {
    /// The object, uncounted; 0 once it is dead.
    referent: Cell<Option<NonNull<Header>>>,
    callback: PyCell<Option<PyObjectRef>>,
    /// The hash, once computed: 0 is "not yet".
    pub(crate) hash: Cell<Option<i64>>,
}

impl Traverse for PyWeak {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.callback.with(|c| c.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.callback.take());
    }
}

impl PyPayload for PyWeak {
    const SPEC: &'static TypeSpec = &WEAKREF;
}

pub static WEAKREF: TypeSpec = TypeSpec {
    flags: TypeFlags::BASETYPE.union(TypeFlags::HAVE_GC),
    ..TypeSpec::of::<PyWeak>("weakref", "ReferenceType")
};

type List = Vec<NonNull<Py<PyWeak>>>;

/// The weak references to one object.
#[derive(Clone, Copy)]
pub struct WeakList<'a> {
    word: *mut *mut List,
    owner: PhantomData<&'a Header>,
}

impl<'a> WeakList<'a> {
    /// # Safety
    /// `word` is the weakref word of a live object's EXT prefix.
    pub(crate) unsafe fn at(word: *mut u64) -> WeakList<'a> {
        WeakList { word: word as *mut *mut List, owner: PhantomData }
    }

    fn list(self) -> Option<&'a mut List> {
        // SAFETY: the word is 0 or a box made by `register`; only methods of this type
        // look at it, one at a time.
        unsafe { (*self.word).as_mut() }
    }

    pub fn is_empty(self) -> bool {
        self.list().is_none_or(|l| l.is_empty())
    }

    /// Live weak reference objects, oldest first.
    pub fn all(self) -> Vec<PyRef<PyWeak>> {
        // SAFETY: a registered weak reference is alive: it unregisters when it dies.
        self.list()
            .map_or_else(Vec::new, |l| l.iter().map(|p| unsafe { p.as_ref() }.to_ref()).collect())
    }

    fn register(self, weak: &Py<PyWeak>) {
        // SAFETY: as in `list`.
        unsafe {
            if (*self.word).is_null() {
                *self.word = Box::into_raw(Box::default());
            }
            (**self.word).push(NonNull::from(weak));
        }
    }

    fn unregister(self, weak: *const PyWeak) {
        if let Some(l) = self.list() {
            // SAFETY: as in `all`; compared by the payload's address.
            l.retain(|p| !std::ptr::eq(&raw const *unsafe { p.as_ref() }.payload_ref(), weak));
        }
    }

    /// The object is gone: every reference to it is dead.
    pub(crate) fn clear_all(self) {
        // SAFETY: as in `list`; the box is freed once.
        unsafe {
            if (*self.word).is_null() {
                return;
            }
            for p in *Box::from_raw(std::mem::replace(&mut *self.word, std::ptr::null_mut())) {
                p.as_ref().referent.set(None);
            }
        }
    }

    /// Clears those without a callback; true if others remain.
    pub(crate) fn clear_without_callbacks(self) -> bool {
        let Some(l) = self.list() else { return false };
        l.retain(|p| {
            // SAFETY: as in `all`.
            let w = unsafe { p.as_ref() };
            let keep = w.callback.with(Option::is_some);
            if !keep {
                w.referent.set(None);
            }
            keep
        });
        !l.is_empty()
    }

    /// Clears all; those with a callback go to `out`, newest first.
    pub fn take_all(self, out: &mut Vec<PyRef<PyWeak>>) {
        let Some(l) = self.list() else { return };
        for p in std::mem::take(l).into_iter().rev() {
            // SAFETY: as in `all`.
            let w = unsafe { p.as_ref() };
            w.referent.set(None);
            if w.callback.with(Option::is_some) {
                out.push(w.to_ref());
            }
        }
    }
}

impl PyWeak {
    /// A new weak reference; `None` if the object's type does not allow them.
    pub fn create(
        vm: &VirtualMachine,
        typ: &Py<PyType>,
        referent: PyObject<'_>,
        callback: Option<PyObjectRef>,
    ) -> Option<PyRef<PyWeak>> {
        if !referent.class(vm).supports_weakrefs() {
            return None;
        }
        let list = referent.instance()?.weakrefs()?;
        let header = referent.header().map(NonNull::from);
        let weak = vm.alloc(
            typ,
            PyWeak {
                referent: Cell::new(header),
                callback: PyCell::new(callback),
                hash: Cell::new(None),
            },
        );
        list.register(&weak);
        Some(weak)
    }

    /// The object, if it is alive.
    pub fn upgrade(&self) -> Option<PyObjectRef> {
        let p = self.referent.get()?;
        // SAFETY: cleared before the object's memory goes; a count of 0 cannot be seen,
        // since dying objects clear their references first.
        let o = unsafe { PyObject::from_raw(p, PhantomData) };
        Some(o.to_owned())
    }

    pub fn is_dead(&self) -> bool {
        self.referent.get().is_none()
    }

    pub fn callback(&self) -> Option<PyObjectRef> {
        self.callback.get()
    }
}

impl Py<PyWeak> {
    /// Calls the callback once; its error goes to `sys.unraisablehook`.
    pub fn run_callback(&self, vm: &VirtualMachine) {
        if let Some(cb) = self.callback.take()
            && let Err(e) = vm.call_positional(cb.as_object(), &[self.as_object()])
        {
            vm.unraisable(
                e,
                Some("Exception ignored while calling weakref callback"),
                cb.as_object(),
            );
        }
    }
}

impl Drop for PyWeak {
    fn drop(&mut self) {
        if let Some(p) = self.referent.get() {
            // SAFETY: the object is alive while this is set.
            let o = unsafe { PyObject::from_raw(p, PhantomData) };
            if let Some(list) = o.instance().and_then(|i| i.weakrefs()) {
                list.unregister(self);
            }
        }
    }
}
