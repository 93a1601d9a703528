//! What a native type declares, as a static table that a person could have typed.

use super::slots::Slots;
use crate::call::NativeFn;
use crate::object::alloc::PayloadFns;
use crate::object::{PyObject, PyObjectRef, PyPayload};
use crate::vm::{PyResult, VirtualMachine};
use std::sync::atomic::AtomicU32;

bitflags::bitflags! {
    /// Facts about a type that code branches on; the bits CPython shows in `__flags__`
    /// have CPython's numbers.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct TypeFlags: u64 {
        const MANAGED_WEAKREF = 1 << 3;
        const MANAGED_DICT = 1 << 4;
        const SEQUENCE = 1 << 5;
        const MAPPING = 1 << 6;
        const DISALLOW_INSTANTIATION = 1 << 7;
        const IMMUTABLE = 1 << 8;
        const HEAP = 1 << 9;
        const BASETYPE = 1 << 10;
        const HAVE_VECTORCALL = 1 << 11;
        const READY = 1 << 12;
        const HAVE_GC = 1 << 14;
        const METHOD_DESCRIPTOR = 1 << 17;
        const VALID_VERSION = 1 << 19;
        const IS_ABSTRACT = 1 << 20;
        const MATCH_SELF = 1 << 22;
        const ITEMS_AT_END = 1 << 23;
        const LONG_SUBCLASS = 1 << 24;
        const LIST_SUBCLASS = 1 << 25;
        const TUPLE_SUBCLASS = 1 << 26;
        const BYTES_SUBCLASS = 1 << 27;
        const UNICODE_SUBCLASS = 1 << 28;
        const DICT_SUBCLASS = 1 << 29;
        const BASE_EXC_SUBCLASS = 1 << 30;
        const TYPE_SUBCLASS = 1 << 31;
        // Ours, above CPython's word.
        /// The prefix has the dict and weakref words.
        const EXT = 1 << 40;
        /// Instances run code when they die (`__del__`, generators, files).
        const HAS_FINALIZER = 1 << 41;
        /// The dict holds the static definitions.
        const DICT_FILLED = 1 << 42;
        /// Instances carry inline attribute values.
        const INLINE_VALUES = 1 << 43;
        /// The payload is followed by a variable number of words or bytes.
        const VAR_SIZED = 1 << 44;
        /// Instances have a `__dict__` (in the EXT prefix or in the payload).
        const HAS_DICT = 1 << 45;
        /// `__getattribute__` is `object.__getattribute__` (generic lookup applies).
        const GENERIC_GETATTR = 1 << 46;
        const GENERIC_SETATTR = 1 << 47;
        /// Some instances were laid out for another class (`__class__` was assigned): caches
        /// may not rely on the layout, so the type gets no version any more.
        const NO_VERSION = 1 << 60;
        /// A metaclass's `mro()` has put in types that are no bases: no version either, and so
        /// for all subclasses.
        const ODD_MRO = 1 << 61;
        /// Its buffers are counted: `__release_buffer__` shows.
        const RELEASES_BUFFER = 1 << 48;
        /// A native type whose instances are plain objects, as those of its subclasses.
        const PLAIN = 1 << 49;
        /// A type that the reference makes at run time, whose instances `object.__new__` makes:
        /// it shows the HEAP bit and no `__new__` of its own, and so `copyreg` lets `object`
        /// rebuild the instances of its subclasses.
        const OBJECTS_NEW = 1 << 50;
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MethodKind {
    Instance,
    Class,
    Static,
    /// A function of a module.
    Module,
}

/// One native function or method.
pub struct MethodDef {
    pub name: &'static str,
    pub func: NativeFn,
    pub kind: MethodKind,
    /// `($self, x, /)`, CPython's `__text_signature__`.
    pub text_signature: Option<&'static str>,
    pub doc: Option<&'static str>,
}

pub type Getter = fn(&VirtualMachine, PyObject<'_>) -> PyResult;
pub type Setter = fn(&VirtualMachine, PyObject<'_>, Option<PyObject<'_>>) -> PyResult<()>;

/// One native attribute with code behind it.
pub struct GetSetDef {
    pub name: &'static str,
    pub get: Option<Getter>,
    pub set: Option<Setter>,
    pub doc: Option<&'static str>,
    /// Shows as `member_descriptor` instead of `getset_descriptor`.
    pub member: bool,
}

/// One class or module attribute made when the dict is filled.
pub struct ConstDef {
    pub name: &'static str,
    pub value: fn(&VirtualMachine) -> PyResult,
}

/// The static core of a native type.
pub struct TypeSpec {
    pub name: &'static str,
    pub module: &'static str,
    pub doc: Option<&'static str>,
    /// `(iterable=(), /)`: the constructor's `__text_signature__`.
    pub text_signature: Option<&'static str>,
    /// None only for `object`.
    pub base: Option<&'static TypeSpec>,
    /// None: `type`.
    pub metaclass: Option<&'static TypeSpec>,
    pub flags: TypeFlags,
    pub payload: PayloadFns,
    pub slots: Slots,
    pub methods: &'static [&'static [MethodDef]],
    pub getset: &'static [&'static [GetSetDef]],
    pub consts: &'static [&'static [ConstDef]],
    /// Where an interpreter keeps its type object; 0 until the first use in this process.
    pub index: AtomicU32,
}

impl TypeSpec {
    /// The start of every spec: `TypeSpec { doc: .., slots: .., ..TypeSpec::of::<T>("m", "n") }`.
    pub const fn of<T: PyPayload>(module: &'static str, name: &'static str) -> TypeSpec {
        TypeSpec {
            name,
            module,
            doc: None,
            text_signature: None,
            base: None,
            metaclass: None,
            flags: TypeFlags::empty(),
            payload: PayloadFns::of::<T>(),
            slots: Slots::EMPTY,
            methods: &[],
            getset: &[],
            consts: &[],
            index: AtomicU32::new(0),
        }
    }

    /// True when instances described by `self` start with the payload of `other`.
    pub fn derives_from(&self, other: &TypeSpec) -> bool {
        let mut spec = Some(self);
        while let Some(s) = spec {
            if std::ptr::eq(s, other) {
                return true;
            }
            spec = s.base;
        }
        false
    }

    /// `list`, `collections.OrderedDict`: the name in CPython's messages.
    pub fn tp_name(&self) -> String {
        if self.module == "builtins" {
            self.name.to_owned()
        } else {
            format!("{}.{}", self.module, self.name)
        }
    }
}

/// For tables that need a value later.
pub type LazyValue = fn(&VirtualMachine) -> PyObjectRef;
