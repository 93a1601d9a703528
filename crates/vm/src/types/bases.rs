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

    /// Instances carry the same around their payload, inline attribute values aside.
    fn same_extras(&self, other: &Py<PyType>) -> bool {
        std::ptr::eq(self.spec(), other.spec())
            && self.layout.prefix == other.layout.prefix
            && self.member_slots == other.member_slots
            && self.has_flags(TypeFlags::HAS_DICT) == other.has_flags(TypeFlags::HAS_DICT)
            && self.has_flags(TypeFlags::MANAGED_DICT) == other.has_flags(TypeFlags::MANAGED_DICT)
            && self.supports_weakrefs() == other.supports_weakrefs()
    }

    /// The nearest type along the bases that adds anything to its base's instances.
    fn last_layer(&self) -> PyRef<PyType> {
        let mut t = self.to_ref();
        while let Some(b) = t.base() {
            if !t.same_extras(&b) || !t.slot_names.with(Vec::is_empty) {
                break;
            }
            t = b;
        }
        t
    }

    /// True when instances of both look the same: only what was added last may have been added
    /// by two classes, which then agree on their base and on `__slots__`.
    fn same_shape(&self, other: &Py<PyType>) -> bool {
        if !self.same_extras(other) {
            return false;
        }
        let (a, b) = (self.last_layer(), other.last_layer());
        let same_base = || match (a.base(), b.base()) {
            (Some(x), Some(y)) => x.is(&y),
            (x, y) => x.is_none() && y.is_none(),
        };
        let names = |t: &Py<PyType>| t.slot_names.get();
        let same_names = || {
            let (x, y) = (names(&a), names(&b));
            x.len() == y.len() && x.iter().zip(&y).all(|(x, y)| x.as_bytes() == y.as_bytes())
        };
        a.is(&b) || (same_base() && same_names())
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
    if bases.iter().any(|b| b.has_flags(TypeFlags::ODD_MRO)) {
        note_odd_mro(typ);
    }
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
        // Changes of a type tell those below it, which a type that `mro()` added is not above.
        let told = t.is(typ) || bases.iter().any(|b| b.mro().as_slice().iter().any(|m| m.is(&t)));
        if !told {
            note_odd_mro(typ);
        }
        out.push(t);
    }
    Ok(out)
}

/// The type's MRO has types that do not know of it: no cache may rely on what is found there.
fn note_odd_mro(typ: &Py<PyType>) {
    typ.modified();
    typ.flags.set(typ.flags.get() | TypeFlags::ODD_MRO | TypeFlags::NO_VERSION);
}

/// The items of a tuple of types.
pub fn types_in(items: &[PyObjectRef]) -> Vec<PyRef<PyType>> {
    items.iter().filter_map(|o| o.clone().downcast::<PyType>().ok()).collect()
}
