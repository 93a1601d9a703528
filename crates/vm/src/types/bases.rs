//! Which bases go together: the best base, the winning metaclass, layouts that may be
//! exchanged, and the MRO of a class whose metaclass may have a say in it.

use super::{PyType, TypeFlags, mro};
use crate::prelude::*;

impl Py<PyType> {
    /// True when instances lie in memory unlike those of `base`.
    fn adds_to(&self, base: &Py<PyType>) -> bool {
        if self.member_slots != base.member_slots {
            return true;
        }
        let (own, theirs) = (self.spec(), base.spec());
        if std::ptr::eq(own, theirs) {
            return false;
        }
        // A native type that brings a dict counts, even if its payload is empty (streams).
        let brings_dict = |s: &TypeSpec| s.flags.contains(TypeFlags::HAS_DICT);
        // Exceptions share one payload, but number their fields by class.
        own.payload.size != theirs.payload.size
            || (brings_dict(own) && !brings_dict(theirs))
            || (self.has_flags(TypeFlags::BASE_EXC_SUBCLASS)
                && own.getset.iter().any(|g| !g.is_empty()))
    }

    /// The nearest type along the bases that adds to the layout.
    pub fn solid_base(&self) -> PyRef<PyType> {
        let mut t = self.to_ref();
        while let Some(b) = t.base() {
            if t.adds_to(&b) {
                break;
            }
            t = b;
        }
        t
    }

    /// Whether `other` is this type or along its chain of best bases.
    pub fn has_base(&self, other: &Py<PyType>) -> bool {
        let mut t = Some(self.to_ref());
        while let Some(c) = t {
            if c.is(other) {
                return true;
            }
            t = c.base();
        }
        false
    }

    /// CPython's `tp_itemsize != 0`: nothing can be laid behind the payload.
    pub fn has_items(&self) -> bool {
        self.flags.get().intersects(
            TypeFlags::LONG_SUBCLASS
                .union(TypeFlags::TUPLE_SUBCLASS)
                .union(TypeFlags::BYTES_SUBCLASS)
                .union(TypeFlags::TYPE_SUBCLASS),
        )
    }

    /// Instances can be weakly referenced.
    pub fn supports_weakrefs(&self) -> bool {
        if self.has_flags(TypeFlags::MANAGED_WEAKREF) {
            return true;
        }
        if !self.has_flags(TypeFlags::EXT) || self.has_flags(TypeFlags::BASE_EXC_SUBCLASS) {
            return false;
        }
        if !self.has_flags(TypeFlags::HEAP) {
            return true;
        }
        self.base().is_some_and(|b| b.supports_weakrefs())
    }

    /// Names of all `__slots__` members, those of the bases first.
    fn all_slot_names(&self) -> Vec<PyRef<PyStr>> {
        let mut out = Vec::new();
        let mut t = Some(self.to_ref());
        while let Some(c) = t {
            out.extend(c.slot_names.get().into_iter().rev());
            t = c.base();
        }
        out.reverse();
        out
    }

    /// True when instances of both look the same to `__slots__`, `__dict__` and weak
    /// references; inline attribute values do not matter.
    fn same_shape(&self, other: &Py<PyType>) -> bool {
        let (a, b) = (self.all_slot_names(), other.all_slot_names());
        std::ptr::eq(self.spec(), other.spec())
            && self.layout.prefix == other.layout.prefix
            && self.member_slots == other.member_slots
            && self.has_flags(TypeFlags::HAS_DICT) == other.has_flags(TypeFlags::HAS_DICT)
            && self.has_flags(TypeFlags::MANAGED_DICT) == other.has_flags(TypeFlags::MANAGED_DICT)
            && self.supports_weakrefs() == other.supports_weakrefs()
            && a.len() == b.len()
            && a.iter().zip(&b).all(|(x, y)| x.as_bytes() == y.as_bytes())
    }
}

/// Checks that instances of `old` may become instances of `new`; `attribute` is what was
/// assigned to.
pub fn check_exchange(
    vm: &VirtualMachine,
    old: &Py<PyType>,
    new: &Py<PyType>,
    attribute: &str,
) -> PyResult<()> {
    if old.same_shape(new) {
        return Ok(());
    }
    let what = if old.has_flags(TypeFlags::HEAP) == new.has_flags(TypeFlags::HEAP) {
        "object layout"
    } else {
        "deallocator"
    };
    Err(vm.type_error(format!(
        "{attribute} assignment: '{}' {what} differs from '{}'",
        new.display_name(),
        old.display_name()
    )))
}

/// As `check_exchange` for the base of `typ`: only what the subclass inherits counts.
pub fn check_new_base(vm: &VirtualMachine, typ: &Py<PyType>, new: &Py<PyType>) -> PyResult<()> {
    let old = typ.base().unwrap_or_else(|| vm.types().object.clone());
    if old.is(new) {
        return Ok(());
    }
    check_exchange(vm, &old, new, "__bases__")
}

/// The base whose layout the instances of a class with these bases extend.
pub fn best_base(vm: &VirtualMachine, bases: &[PyRef<PyType>]) -> PyResult<PyRef<PyType>> {
    let mut best: Option<(PyRef<PyType>, PyRef<PyType>)> = None;
    for b in bases {
        if !b.has_flags(TypeFlags::BASETYPE) {
            return Err(vm.type_error(format!(
                "type '{}' is not an acceptable base type",
                b.display_name()
            )));
        }
        let solid = b.solid_base();
        match &best {
            None => best = Some((b.clone(), solid)),
            Some((_, winner)) if winner.is_subtype(&solid) => {}
            Some((_, winner)) if solid.is_subtype(winner) => best = Some((b.clone(), solid)),
            Some(_) => {
                return Err(vm.type_error("multiple bases have instance lay-out conflict"));
            }
        }
    }
    Ok(best.map_or_else(|| vm.types().object.clone(), |(b, _)| b))
}

/// The most derived of `metatype` and the types of the bases.
pub fn calculate_metaclass(
    vm: &VirtualMachine,
    metatype: &Py<PyType>,
    bases: &[PyObjectRef],
) -> PyResult<PyRef<PyType>> {
    let mut winner = metatype.to_ref();
    for b in bases {
        let t = b.class(vm);
        if winner.is_subtype(t) {
            continue;
        }
        if !t.is_subtype(&winner) {
            return Err(vm.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
            ));
        }
        winner = t.to_ref();
    }
    Ok(winner)
}

/// The MRO of `typ`: C3 over its bases, unless its metaclass has an `mro()` of its own.
pub fn compute_mro(vm: &VirtualMachine, typ: &Py<PyType>) -> PyResult<Vec<PyRef<PyType>>> {
    let bases = types_in(typ.bases().as_slice());
    let meta = typ.class();
    let own = meta.lookup_mro(vm, &vm.names().mro);
    let custom = own.is_some_and(|(_, owner)| !owner.is(&vm.types().type_));
    if !custom {
        return mro::linearize(vm, typ, &bases);
    }
    let given = vm
        .call_special_required(&vm.names().mro, &[typ.as_object()])
        .and_then(|r| vm.collect(r.as_object()))?;
    let solid = typ.solid_base();
    let mut out = Vec::with_capacity(given.len());
    for item in given {
        let t = item.downcast::<PyType>().map_err(|o| {
            let what = o.class(vm).display_name();
            vm.type_error(format!("mro() returned a non-class ('{what}')"))
        })?;
        if !solid.is_subtype(&t.solid_base()) && !t.is(typ) {
            return Err(vm.type_error(format!(
                "mro() returned base with unsuitable layout ('{}')",
                t.display_name()
            )));
        }
        out.push(t);
    }
    Ok(out)
}

/// The items of a tuple of types.
pub fn types_in(items: &[PyObjectRef]) -> Vec<PyRef<PyType>> {
    items.iter().filter_map(|o| o.clone().downcast::<PyType>().ok()).collect()
}
