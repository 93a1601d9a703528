//! The type object: what every native type declares ([`TypeSpec`]), what a type is at run
//! time ([`PyType`]), and its slots (`slots`).
//!
//! A [`TypeSpec`] is static, frozen and shared by all interpreters; the [`PyType`] made
//! from it belongs to one interpreter.  Invariants: a type's `spec` names the Rust payload
//! of its instances; its version is 0 whenever a cached fact about it could be stale.

pub mod attr_cache;
pub mod attributes;
pub mod bases;
pub mod creation;
pub mod heap;
pub mod instance_dict;
pub mod lookup;
pub mod mro;
pub mod slot_functions;
pub mod slot_update;
pub mod slots;
pub mod spec;
pub mod subclasses;
pub mod wrappers;

pub use slots::{Slots, TypeSlots};
pub use spec::{ConstDef, GetSetDef, MethodDef, MethodKind, TypeFlags, TypeSpec};

use crate::builtins::dict::PyDict;
use crate::builtins::str::PyStr;
use crate::builtins::tuple::PyTuple;
use crate::cell::PyCell;
use crate::object::{Dealloc, Layout, Py, PyObject, PyObjectRef, PyRef, Traverse, Visitor};
use crate::vm::VirtualMachine;
use derive::pyclass;
use std::cell::{Cell, OnceCell};

/// type(object): the class of an object.
/// type(name, bases, dict, **kwds): a new class.
#[pyclass(
    name = "type",
    static = TYPE,
    marker = TYPE_SUBCLASS,
    flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, TYPE_SUBCLASS),
    text = "",
    with(attributes)
)]
// In this order: what guards, allocation and death look at shares the first cache lines.
#[repr(C)]
pub struct PyType {
    /// The spec this very type was made from; none for classes made by `class` or `type()`.
    own_spec: Option<&'static TypeSpec>,
    pub flags: Cell<TypeFlags>,
    /// 0: not assigned, or stale.
    pub(crate) version: Cell<u32>,
    /// The version before the present one, which tells that a cache knew this same type.
    pub(crate) former_version: Cell<u32>,
    pub(crate) layout: Layout,
    /// Ends a dead instance.
    pub(crate) dealloc: Dealloc,
    spec: &'static TypeSpec,
    pub slots: TypeSlots,
    // The optional ones are empty only while the first types are made.
    pub(crate) name: PyCell<Option<PyRef<PyStr>>>,
    pub(crate) qualname: PyCell<Option<PyRef<PyStr>>>,
    /// The layout's parent (`__base__`).
    pub(crate) base: PyCell<Option<PyRef<PyType>>>,
    pub(crate) bases: PyCell<Option<PyRef<PyTuple>>>,
    pub(crate) mro: PyCell<Option<PyRef<PyTuple>>>,
    pub(crate) dict: OnceCell<PyRef<PyDict>>,
    pub(crate) subclasses: subclasses::Subclasses,
    /// Names of instance attributes in slot order (D5); at most `layout.inline_capacity`.
    pub(crate) shared_keys: PyCell<Vec<PyRef<PyStr>>>,
    /// The address of `__init__`, for call sites that know this type's version.
    pub(crate) cached_init: Cell<usize>,
    /// Names and offsets of `__slots__` members live in the dict as member descriptors.
    pub(crate) member_slots: u16,
    /// Names of this class's own `__slots__` members, mangled and sorted.
    pub(crate) slot_names: PyCell<Vec<PyRef<PyStr>>>,
}

impl PyType {
    /// The native payload of this type's instances.
    #[inline(always)]
    pub fn spec(&self) -> &'static TypeSpec {
        self.spec
    }

    #[inline(always)]
    pub fn own_spec(&self) -> Option<&'static TypeSpec> {
        self.own_spec
    }

    #[inline(always)]
    pub fn has_flags(&self, f: TypeFlags) -> bool {
        self.flags.get().contains(f)
    }

    /// `__name__`.
    pub fn name(&self) -> PyRef<PyStr> {
        self.name.get().expect("a type has a name")
    }

    pub fn qualname(&self) -> PyRef<PyStr> {
        self.qualname.get().expect("a type has a name")
    }

    /// The name for messages: CPython's `tp_name`, which for native types outside
    /// `builtins` carries the module.
    pub fn display_name(&self) -> String {
        match self.own_spec {
            Some(s) => s.tp_name(),
            None => self.name().to_string_lossy().into_owned(),
        }
    }

    /// The qualified name behind the module's, unless that is `builtins` or `__main__`.
    pub fn full_name(&self, vm: &VirtualMachine) -> String {
        if let Some(spec) = self.own_spec {
            return spec.tp_name();
        }
        let qualname = self.qualname().to_string_lossy().into_owned();
        let module = self.raw_dict().get_str(vm, &vm.names().__module__);
        match module.ok().flatten().and_then(|m| m.downcast::<PyStr>().ok()) {
            Some(m) if !matches!(m.as_bytes(), b"builtins" | b"__main__") => {
                format!("{}.{qualname}", m.to_string_lossy())
            }
            _ => qualname,
        }
    }

    pub fn base(&self) -> Option<PyRef<PyType>> {
        self.base.get()
    }

    pub fn bases(&self) -> PyRef<PyTuple> {
        self.bases.get().expect("a type has bases")
    }

    pub fn mro(&self) -> PyRef<PyTuple> {
        self.mro.get().expect("a type has an mro")
    }

    /// The attribute dict as it is: a native type's may still wait to be filled
    /// (see `Py<PyType>::dict`).
    pub(crate) fn raw_dict(&self) -> &PyRef<PyDict> {
        self.dict.get().expect("a type has a dict")
    }
}

impl Traverse for PyType {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.base.with(|b| b.traverse(visit));
        self.bases.with(|b| b.traverse(visit));
        self.mro.with(|b| b.traverse(visit));
        visit.object(self.raw_dict().as_object());
        self.name.with(|b| b.traverse(visit));
        self.qualname.with(|b| b.traverse(visit));
        self.shared_keys.with(|b| b.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        // The dict and the mro hold the cycles; base and names are needed by instances
        // that die after their class.
        self.version.set(0);
        self.raw_dict().clear_into(out);
        out.extend(self.shared_keys.take().into_iter().map(PyObjectRef::from));
        // The MRO holds the type itself; what outlives this sees the base's.
        if let Some(base) = self.base.get() {
            out.extend(self.mro.replace(base.mro.get()).map(PyObjectRef::from));
        }
    }
}

impl Py<PyType> {
    /// True when `self` is `other` or derives from it, by the MRO.
    #[inline]
    pub fn is_subtype(&self, other: &Py<PyType>) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        self.mro.with(|m| m.as_ref().is_some_and(|m| m.as_slice().iter().any(|t| t.is(other))))
    }
}

impl PyObject<'_> {
    /// True when the object's type is `typ` or derives from it (no `__class__` tricks).
    #[inline]
    pub fn is_instance_of(self, vm: &crate::vm::VirtualMachine, typ: &Py<PyType>) -> bool {
        self.class(vm).is_subtype(typ)
    }
}

/// `C(...)` is `object.__new__` and then `__init__`, and instances have `object`'s payload.
pub(crate) fn makes_plain_instances(vm: &crate::vm::VirtualMachine, cls: &Py<PyType>) -> bool {
    let same = |a: Option<slots::NewFn>, b: Option<slots::NewFn>| {
        a.map(|f| f as usize) == b.map(|f| f as usize)
    };
    let object = &vm.types().object;
    cls.has_flags(TypeFlags::HEAP)
        && !cls.has_flags(TypeFlags::IS_ABSTRACT)
        && std::ptr::eq(cls.spec(), object.spec())
        && same(cls.slots.new.get(), object.slots.new.get())
}
