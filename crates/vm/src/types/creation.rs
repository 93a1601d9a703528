//! Making type objects: the first ones, those of static specs, and (in `type.__new__`)
//! those of class statements; their layout, and the inheritance of slots and flags.

use super::slots::{Group, SLOT_ROWS, SlotId, TypeSlots};
use super::{PyType, TypeFlags, TypeSpec, mro, subclasses::Subclasses, wrappers};
use crate::builtins::dict::PyDict;
use crate::builtins::object::PyBaseObject;
use crate::builtins::str::PyStr;
use crate::builtins::tuple::PyTuple;
use crate::cell::PyCell;
use crate::object::alloc::{EXT_PREFIX, GC_PREFIX};
use crate::object::inline_values::inline_bytes;
use crate::object::{Header, Layout, Py, PyPayload, PyRef};
use crate::vm::VirtualMachine;
use std::cell::{Cell, OnceCell};

/// Flags that a subtype takes over from its base.
pub(super) const INHERITED: TypeFlags = TypeFlags::HAVE_GC
    .union(TypeFlags::EXT)
    .union(TypeFlags::HAS_DICT)
    .union(TypeFlags::MANAGED_DICT)
    .union(TypeFlags::MANAGED_WEAKREF)
    .union(TypeFlags::HAS_FINALIZER)
    .union(TypeFlags::VAR_SIZED)
    .union(TypeFlags::SEQUENCE)
    .union(TypeFlags::MAPPING)
    .union(TypeFlags::MATCH_SELF)
    .union(TypeFlags::METHOD_DESCRIPTOR)
    .union(TypeFlags::LONG_SUBCLASS)
    .union(TypeFlags::LIST_SUBCLASS)
    .union(TypeFlags::TUPLE_SUBCLASS)
    .union(TypeFlags::BYTES_SUBCLASS)
    .union(TypeFlags::UNICODE_SUBCLASS)
    .union(TypeFlags::DICT_SUBCLASS)
    .union(TypeFlags::BASE_EXC_SUBCLASS)
    .union(TypeFlags::TYPE_SUBCLASS)
    .union(TypeFlags::ITEMS_AT_END);

/// How instances lie in memory, from the payload, the number of members, and the room for
/// inline attribute values.
pub fn layout_of(spec: &TypeSpec, flags: TypeFlags, members: u16, inline_capacity: u8) -> Layout {
    let prefix = if flags.contains(TypeFlags::EXT) {
        GC_PREFIX + EXT_PREFIX
    } else if flags.contains(TypeFlags::HAVE_GC) {
        GC_PREFIX
    } else {
        0
    };
    let members_at = size_of::<Header>() + spec.payload.size;
    let inline_at = members_at + 8 * members as usize;
    Layout {
        prefix: prefix as u32,
        members_at: members_at as u32,
        inline_at: inline_at as u32,
        inline_capacity,
        size: (inline_at + inline_bytes(inline_capacity)) as u32,
    }
}

/// What a new type object starts from.
pub struct NewType {
    pub spec: &'static TypeSpec,
    pub own_spec: Option<&'static TypeSpec>,
    pub flags: TypeFlags,
    pub members: u16,
    pub inline_capacity: u8,
}

impl NewType {
    /// The payload, still without names, bases and dict.
    pub fn build(self) -> PyType {
        let mut flags = self.flags;
        if flags.contains(TypeFlags::EXT) {
            flags |= TypeFlags::HAVE_GC;
        }
        if self.inline_capacity > 0 {
            flags |= TypeFlags::INLINE_VALUES;
        }
        let slots = match self.own_spec {
            Some(s) => TypeSlots::from(&s.slots),
            None => TypeSlots::from(&super::Slots::EMPTY),
        };
        PyType {
            spec: self.spec,
            own_spec: self.own_spec,
            slots,
            flags: Cell::new(flags),
            version: Cell::new(0),
            former_version: Cell::new(0),
            layout: layout_of(self.spec, flags, self.members, self.inline_capacity),
            dealloc: self.spec.payload.dealloc(self.own_spec.is_some(), flags),
            name: PyCell::new(None),
            qualname: PyCell::new(None),
            base: PyCell::new(None),
            bases: PyCell::new(None),
            mro: PyCell::new(None),
            dict: OnceCell::new(),
            subclasses: Subclasses::default(),
            shared_keys: PyCell::new(Vec::new()),
            cached_init: Cell::new(0),
            member_slots: self.members,
            slot_names: PyCell::new(Vec::new()),
        }
    }
}

/// The base a spec's type has: its own, or `object`.
fn base_spec(spec: &'static TypeSpec) -> Option<&'static TypeSpec> {
    spec.base.or_else(|| (!std::ptr::eq(spec, PyBaseObject::SPEC)).then_some(PyBaseObject::SPEC))
}

fn static_flags(spec: &'static TypeSpec) -> TypeFlags {
    let mut flags = spec.flags | TypeFlags::IMMUTABLE | TypeFlags::READY;
    let mut base = base_spec(spec);
    while let Some(b) = base {
        flags |= b.flags & INHERITED;
        base = base_spec(b);
    }
    flags
}

fn build_static(spec: &'static TypeSpec) -> PyType {
    let plain = spec.flags.contains(TypeFlags::PLAIN);
    NewType {
        spec: if plain { PyBaseObject::SPEC } else { spec },
        own_spec: Some(spec),
        flags: static_flags(spec),
        members: 0,
        inline_capacity: 0,
    }
    .build()
}

/// The five types that type objects themselves are made of.
pub(crate) fn boot_core(vm: &VirtualMachine) {
    let first: [&'static TypeSpec; 5] =
        [PyType::SPEC, PyBaseObject::SPEC, PyStr::SPEC, PyTuple::SPEC, PyDict::SPEC];
    let type_type = vm.alloc_first_type(None, build_static(first[0]));
    let mut made = vec![type_type.clone()];
    for spec in &first[1..] {
        made.push(vm.alloc_first_type(Some(&type_type), build_static(spec)));
    }
    for (spec, typ) in first.iter().zip(&made) {
        vm.interp.register_static_type(spec, typ.clone());
    }
    // `object` first: the others inherit from it.
    for i in [1, 0, 2, 3, 4] {
        complete_static(vm, &made[i], first[i]);
    }
}

/// Makes and registers the type object of a static spec, its base's first.
pub(crate) fn make_static_type(vm: &VirtualMachine, spec: &'static TypeSpec) {
    if let Some(b) = base_spec(spec) {
        vm.type_for(b);
    }
    let meta = vm.type_for(spec.metaclass.unwrap_or(PyType::SPEC));
    let typ = vm.alloc(meta, build_static(spec));
    vm.interp.register_static_type(spec, typ.clone());
    complete_static(vm, &typ, spec);
}

fn complete_static(vm: &VirtualMachine, typ: &Py<PyType>, spec: &'static TypeSpec) {
    let name = vm.intern(spec.name);
    typ.name.set(Some(name.clone()));
    typ.qualname.set(Some(name));
    let base = base_spec(spec).map(|b| vm.type_for(b).to_ref());
    let bases: Vec<PyRef<PyType>> = base.iter().cloned().collect();
    typ.bases.set(Some(vm.new_tuple(bases.iter().map(|b| b.clone().into()).collect())));
    let mro = mro::linearize(vm, typ, &bases).expect("a single base has an order");
    typ.mro.set(Some(vm.new_tuple(mro.into_iter().map(Into::into).collect())));
    let _ = typ.dict.set(vm.new_dict());
    if let Some(b) = &base {
        // A native type right below `object` has a constructor only if it says so.
        let barred = spec.slots.new.is_none()
            && base_spec(b.spec()).is_none()
            && !spec.flags.contains(TypeFlags::PLAIN);
        inherit_slots(typ, b);
        if barred || typ.has_flags(TypeFlags::DISALLOW_INSTANTIATION) {
            typ.slots.clear(SlotId::new);
            typ.flags.set(typ.flags.get() | TypeFlags::DISALLOW_INSTANTIATION);
        }
        b.subclasses.add(vm, typ);
    }
    typ.base.set(base);
    finish_flags(typ);
}

/// Takes over the slots that `typ` leaves empty.  A type that defines one of comparison and
/// hash inherits neither (CPython's rule); `__new__` is always inherited.
pub fn inherit_slots(typ: &Py<PyType>, base: &Py<PyType>) {
    let compares = typ.slots.is_set(SlotId::richcompare) || typ.slots.is_set(SlotId::hash);
    for (id, group, _) in SLOT_ROWS {
        if typ.slots.is_set(*id) || (*group == Group::Compare && compares) {
            continue;
        }
        typ.slots.copy_from(&base.slots, *id);
    }
}

/// Flags that follow from the slots.
pub fn finish_flags(typ: &Py<PyType>) {
    let object = &crate::builtins::object::OBJECT.slots;
    let mut flags = typ.flags.get();
    let address = |f: Option<super::slots::GetAttrFn>| f.map(|f| f as usize);
    let generic_get = address(typ.slots.getattro.get()) == address(object.getattro);
    let address = |f: Option<super::slots::SetAttrFn>| f.map(|f| f as usize);
    let generic_set = address(typ.slots.setattro.get()) == address(object.setattro);
    flags.set(TypeFlags::GENERIC_GETATTR, generic_get);
    flags.set(TypeFlags::GENERIC_SETATTR, generic_set);
    flags.set(TypeFlags::HAS_FINALIZER, typ.slots.del.get().is_some());
    typ.flags.set(flags);
}

/// Fills a native type's dict from its static definitions; done on the first look.
#[cold]
pub(crate) fn fill_dict(vm: &VirtualMachine, typ: &Py<PyType>) {
    typ.flags.set(typ.flags.get() | TypeFlags::DICT_FILLED);
    let Some(spec) = typ.own_spec() else { return };
    wrappers::fill(vm, typ, spec);
}
