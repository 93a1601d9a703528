//! `weakref`: references that do not keep their object alive.
//!
//! The weakref word of an object's EXT prefix is 0 or a boxed list of the addresses of its
//! weak reference objects, which are not counted.  A weak reference object unregisters
//! itself when it dies, and is cleared when its object dies.

#![allow(unsafe_code)]

mod proxy;

pub(crate) use proxy::new_proxy;
pub use proxy::{PyWeakCallableProxy, PyWeakProxy};

use crate::builtins::generic_alias::PyGenericAlias;
use crate::call::check_arity;
use crate::object::Header;
use crate::prelude::*;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// `weakref.ref`, and what the proxies hold.
#[pyclass(name = "ReferenceType", module = "weakref", flags(BASETYPE, HAVE_GC), doc = None, static = WEAKREF)]
#[repr(C)]
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

    /// Live weak reference objects: the shared reference, the shared proxy, then the others,
    /// newest first.
    pub fn all(self, vm: &VirtualMachine) -> Vec<PyRef<PyWeak>> {
        let Some(list) = self.list() else { return Vec::new() };
        let mut all: Vec<_> = list.iter().rev().filter_map(|p| alive(*p)).map(Py::to_ref).collect();
        all.sort_by_key(|w| {
            let plain = w.callback.with(Option::is_none);
            match w.as_object() {
                o if plain && o.is_type(vm.type_of::<PyWeak>()) => 0,
                o if plain && o.downcast::<PyWeakProxy>().is_some() => 1,
                o if plain && o.downcast::<PyWeakCallableProxy>().is_some() => 1,
                _ => 2,
            }
        });
        all
    }

    /// A reference of exactly this type that has no callback, to be shared.
    fn plain(self, typ: &Py<PyType>) -> Option<PyRef<PyWeak>> {
        self.list()?.iter().find_map(|p| {
            let w = alive(*p)?;
            (w.as_object().is_type(typ) && w.callback.with(Option::is_none)).then(|| w.to_ref())
        })
    }

    /// Registers a new proxy, whose payload begins with a reference, for `referent`.
    fn attach<T: PyPayload>(
        self,
        proxy: PyRef<T>,
        referent: PyObject<'_>,
        weak: fn(&T) -> &PyWeak,
    ) -> PyObjectRef {
        let w = weak(proxy.payload_ref());
        w.referent.set(referent.header().map(NonNull::from));
        self.register(w.as_py());
        proxy.into()
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
            // SAFETY: as in `alive`; compared by the payload's address.
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

    /// Clears all; those with a callback go to `out`, newest first.
    pub fn take_all(self, out: &mut Vec<PyRef<PyWeak>>) {
        let Some(l) = self.list() else { return };
        for p in std::mem::take(l).into_iter().rev() {
            // SAFETY: as in `alive`.
            unsafe { p.as_ref() }.referent.set(None);
            if let Some(w) = alive(p)
                && w.callback.with(Option::is_some)
            {
                out.push(w.to_ref());
            }
        }
    }
}

/// A registered reference, unless it is dying: the last reference to an object may be an
/// attribute of a weak reference to it, which goes before the weak reference unregisters.
fn alive<'a>(weak: NonNull<Py<PyWeak>>) -> Option<&'a Py<PyWeak>> {
    // SAFETY: a registered weak reference's memory is there: it unregisters before that goes.
    let weak = unsafe { weak.as_ref() };
    (weak.header().count() > 0).then_some(weak)
}

impl PyWeak {
    /// The object whose payload this is.
    fn as_py(&self) -> &Py<PyWeak> {
        let at = (&raw const *self).addr() - std::mem::offset_of!(Py<PyWeak>, payload);
        // SAFETY: payloads live only inside their objects, header first; a proxy's payload
        // is transparent over this one.
        unsafe { &*std::ptr::with_exposed_provenance::<Py<PyWeak>>(at) }
    }

    /// The payload of a reference that names nothing yet.
    fn unregistered(callback: Option<PyObjectRef>) -> PyWeak {
        PyWeak { referent: Cell::new(None), callback: PyCell::new(callback), hash: Cell::new(None) }
    }

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
        let weak = vm.alloc(typ, PyWeak::unregistered(callback));
        weak.referent.set(header);
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
            vm.unraisable_while(e, "while calling weakref callback", cb.as_object());
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

/// The weak references to an object; a TypeError if its type allows none.
pub(crate) fn list_of<'a>(vm: &VirtualMachine, o: PyObject<'a>) -> PyResult<WeakList<'a>> {
    let list = if o.class(vm).supports_weakrefs() {
        o.instance().and_then(|i| i.weakrefs())
    } else {
        None
    };
    list.ok_or_else(|| {
        vm.type_error(format!(
            "cannot create weak reference to '{}' object",
            o.class(vm).display_name()
        ))
    })
}

/// `repr` of a reference or proxy: what it refers to, or that it is dead.
fn describe(vm: &VirtualMachine, weak: &Py<PyWeak>, noun: &str) -> PyResult<String> {
    let at = weak.as_object().bits();
    let Some(o) = weak.upgrade() else { return Ok(format!("<{noun} at {at:#x}; dead>")) };
    // The type decides whether there is a name; `__getattr__` is not asked.
    let name = vm.look_up_special(o.as_object(), &vm.names().__name__)?;
    let name = name.as_ref().and_then(|n| n.as_object().downcast::<PyStr>());
    let typ = o.class(vm).display_name();
    let to = format!("<{noun} at {at:#x}; to '{typ}' at {:#x}", o.bits());
    Ok(match name {
        Some(n) if noun == "weakref" => format!("{to} ({})>", n.to_string_lossy()),
        _ => format!("{to}>"),
    })
}

#[pymethods]
impl PyWeak {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyWeak>> {
        let exact = std::ptr::eq(cls, vm.type_of::<PyWeak>());
        if exact {
            args.no_keywords(vm, "ref")?;
        }
        check_arity(vm, "__new__", args.len(), 1, 2)?;
        let referent = args.at(0);
        let callback = args.get(1).filter(|c| !c.is_none());
        let list = list_of(vm, referent)?;
        if exact
            && callback.is_none()
            && let Some(old) = list.plain(cls)
        {
            return Ok(old);
        }
        let weak = PyWeak::create(vm, cls, referent, callback.map(PyObject::to_owned));
        weak.ok_or_else(|| vm.system_error("weak references were just allowed"))
    }

    #[slot]
    fn init(_zelf: &Py<PyWeak>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(vm, "ref")?;
        check_arity(vm, "__init__", args.len(), 1, 2)
    }

    #[slot]
    fn call(
        zelf: &Py<PyWeak>,
        vm: &VirtualMachine,
        args: Args<'_>,
    ) -> PyResult<Option<PyObjectRef>> {
        args.no_keywords(vm, "weakref.__call__")?;
        if args.len() > 0 {
            return Err(vm.type_error(format!(
                "weakref.__call__() takes 0 positional arguments but {} {} given",
                args.len(),
                if args.len() == 1 { "was" } else { "were" }
            )));
        }
        Ok(zelf.upgrade())
    }

    #[slot]
    fn repr(zelf: &Py<PyWeak>, vm: &VirtualMachine) -> PyResult<String> {
        describe(vm, zelf, "weakref")
    }

    #[slot]
    fn hash(&self, vm: &VirtualMachine) -> PyResult<i64> {
        if let Some(h) = self.hash.get() {
            return Ok(h);
        }
        let Some(o) = self.upgrade() else {
            return Err(vm.type_error("weak object has gone away"));
        };
        let h = crate::protocol::hash::hash(vm, o.as_object())?;
        self.hash.set(Some(h));
        Ok(h)
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyWeak>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let other = match other.downcast::<PyWeak>() {
            Some(o) if matches!(op, Comparison::Eq | Comparison::Ne) => o,
            _ => return Ok(PyObjectRef::not_implemented()),
        };
        match (zelf.upgrade(), other.upgrade()) {
            (Some(a), Some(b)) => {
                crate::protocol::comparison::rich_compare(vm, a.as_object(), b.as_object(), op)
            }
            _ => Ok(vm.new_bool(zelf.is(other) == (op == Comparison::Eq))),
        }
    }

    /// See PEP 585
    #[classmethod(sig = "(cls, object, /)")]
    fn __class_getitem__(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    #[member]
    fn __callback__(&self) -> Option<PyObjectRef> {
        self.callback()
    }
}
