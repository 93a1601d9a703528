//! The attributes that every type object has: names, bases, documentation, annotations.

use crate::builtins::mappingproxy::PyMappingProxy;
use crate::prelude::*;
use crate::types::attributes::store;
use crate::types::{bases, heap, slot_update};

/// The special attributes of native types never change; `None` deletes, which the others
/// do not allow either.
fn check_settable<'a>(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    name: &str,
    value: Option<PyObject<'a>>,
) -> PyResult<PyObject<'a>> {
    if typ.has_flags(TypeFlags::IMMUTABLE) {
        return Err(cannot(vm, "set", name, typ));
    }
    value.ok_or_else(|| cannot(vm, "delete", name, typ))
}

#[cold]
fn cannot(vm: &VirtualMachine, what: &str, name: &str, typ: &Py<PyType>) -> PyErr {
    vm.type_error(format!(
        "cannot {what} '{name}' attribute of immutable type '{}'",
        typ.display_name()
    ))
}

/// `typ` bound through the value's `__get__`, as for a lookup on the class.
fn bound(vm: &VirtualMachine, typ: &Py<PyType>, value: PyObjectRef) -> PyResult {
    match value.class(vm).slots.descr_get.get() {
        Some(get) => get(vm, value.as_object(), None, Some(typ.as_object())),
        None => Ok(value),
    }
}

#[pymethods(name = attributes)]
impl PyType {
    #[getter]
    fn __name__(zelf: &Py<PyType>) -> PyRef<PyStr> {
        zelf.name()
    }

    #[setter(name = "__name__")]
    fn set_name(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let value = check_settable(vm, zelf, "__name__", value)?;
        let Some(name) = value.downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "can only assign string to {}.__name__, not '{}'",
                zelf.display_name(),
                value.class(vm).display_name()
            )));
        };
        heap::check_name(vm, name)?;
        zelf.modified();
        zelf.name.set(Some(name.to_ref()));
        Ok(())
    }

    #[getter]
    fn __qualname__(zelf: &Py<PyType>) -> PyRef<PyStr> {
        zelf.qualname()
    }

    #[setter(name = "__qualname__")]
    fn set_qualname(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let value = check_settable(vm, zelf, "__qualname__", value)?;
        let Some(name) = value.downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "can only assign string to {}.__qualname__, not '{}'",
                zelf.display_name(),
                value.class(vm).display_name()
            )));
        };
        zelf.qualname.set(Some(name.to_ref()));
        Ok(())
    }

    #[getter]
    fn __module__(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyResult {
        if let Some(spec) = zelf.own_spec() {
            return Ok(vm.intern(spec.module).into());
        }
        match zelf.raw_dict().get_str(vm, &vm.names().__module__)? {
            Some(m) => Ok(m),
            None => Err(vm.attribute_error_msg("__module__")),
        }
    }

    #[setter(name = "__module__")]
    fn set_module(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let value = check_settable(vm, zelf, "__module__", value)?;
        store(vm, zelf, &vm.names().__firstlineno__, None)?;
        store(vm, zelf, &vm.names().__module__, Some(value.to_owned())).map(drop)
    }

    #[getter]
    fn __bases__(zelf: &Py<PyType>) -> PyRef<PyTuple> {
        zelf.bases()
    }

    #[setter(name = "__bases__")]
    fn set_bases(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let value = check_settable(vm, zelf, "__bases__", value)?;
        set_bases(vm, zelf, value)
    }

    #[member]
    fn __base__(zelf: &Py<PyType>) -> Option<PyRef<PyType>> {
        zelf.base()
    }

    /// None while a metaclass's `mro()` has yet to give it.
    #[getter]
    fn __mro__(zelf: &Py<PyType>) -> Option<PyRef<PyTuple>> {
        Some(zelf.mro()).filter(|mro| !mro.is_empty())
    }

    #[getter]
    fn __dict__(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyResult {
        Ok(PyMappingProxy::create(vm, zelf.dict(vm).clone().into()))
    }

    #[getter]
    fn __doc__(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyResult {
        match zelf.dict(vm).get_str(vm, &vm.names().__doc__)? {
            Some(d) => bound(vm, zelf, d),
            None => Ok(vm.none()),
        }
    }

    #[setter(name = "__doc__")]
    fn set_doc(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let value = check_settable(vm, zelf, "__doc__", value)?;
        store(vm, zelf, &vm.names().__doc__, Some(value.to_owned())).map(drop)
    }

    #[getter]
    fn __text_signature__(zelf: &Py<PyType>) -> Option<&'static str> {
        zelf.own_spec().and_then(|s| s.text_signature)
    }

    #[getter]
    fn __abstractmethods__(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyResult {
        let name = &vm.names().__abstractmethods__;
        if !zelf.is(&vm.types().type_)
            && let Some(v) = zelf.dict(vm).get_str(vm, name)?
        {
            return Ok(v);
        }
        Err(vm.attribute_error_msg("__abstractmethods__"))
    }

    #[setter(name = "__abstractmethods__")]
    fn set_abstractmethods(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let abstract_ = match value {
            Some(v) => vm.is_true(v)?,
            None => false,
        };
        let new = value.map(PyObject::to_owned);
        if !store(vm, zelf, &vm.names().__abstractmethods__, new)? {
            return Err(vm.attribute_error_msg("__abstractmethods__"));
        }
        let mut flags = zelf.flags.get();
        flags.set(TypeFlags::IS_ABSTRACT, abstract_);
        zelf.flags.set(flags);
        Ok(())
    }

    #[getter]
    fn __type_params__(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyResult {
        let own = match zelf.own_spec() {
            Some(_) => None,
            None => zelf.raw_dict().get_str(vm, &vm.names().__type_params__)?,
        };
        Ok(own.unwrap_or_else(|| vm.new_tuple(Vec::new()).into()))
    }

    #[setter(name = "__type_params__")]
    fn set_type_params(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let value = check_settable(vm, zelf, "__type_params__", value)?;
        store(vm, zelf, &vm.names().__type_params__, Some(value.to_owned())).map(drop)
    }

    #[getter]
    fn __annotate__(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyResult {
        if zelf.own_spec().is_some() {
            return Err(vm.no_attribute(zelf.as_object(), &vm.names().__annotate__));
        }
        let dict = zelf.raw_dict();
        // What a class body defines by this name counts more than what the compiler made.
        if let Some(f) = dict.get_str(vm, &vm.names().__annotate__)? {
            return bound(vm, zelf, f);
        }
        if let Some(f) = dict.get_str(vm, &vm.names().__annotate_func__)? {
            return bound(vm, zelf, f);
        }
        store(vm, zelf, &vm.names().__annotate_func__, Some(vm.none()))?;
        Ok(vm.none())
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error("cannot delete __annotate__ attribute"));
        };
        check_settable(vm, zelf, "__annotate__", Some(value))?;
        if !value.is_none() && value.class(vm).slots.call.get().is_none() {
            return Err(vm.type_error("__annotate__ must be callable or None"));
        }
        store(vm, zelf, &vm.names().__annotate_func__, Some(value.to_owned()))?;
        if !value.is_none() {
            store(vm, zelf, &vm.names().__annotations_cache__, None)?;
        }
        Ok(())
    }

    #[getter]
    fn __annotations__(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyResult {
        let n = vm.names();
        if zelf.own_spec().is_some() {
            return Err(vm.no_attribute(zelf.as_object(), &n.__annotations__));
        }
        for name in [&n.__annotations__, &n.__annotations_cache__] {
            if let Some(v) = zelf.raw_dict().get_str(vm, name)? {
                return bound(vm, zelf, v);
            }
        }
        let annotate = vm.get_attr(zelf.as_object(), &n.__annotate__)?;
        let annotations = if annotate.class(vm).slots.call.get().is_some() {
            let format = vm.new_int(1);
            let r = vm.call_positional(annotate.as_object(), &[format.as_object()])?;
            if r.as_object().downcast::<PyDict>().is_none() {
                return Err(vm.type_error(format!(
                    "__annotate__ returned non-dict of type '{}'",
                    r.class(vm).display_name()
                )));
            }
            r
        } else {
            vm.new_dict().into()
        };
        store(vm, zelf, &n.__annotations_cache__, Some(annotations.clone()))?;
        Ok(annotations)
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let n = vm.names();
        if zelf.has_flags(TypeFlags::IMMUTABLE) {
            return Err(cannot(vm, "set", "__annotations__", zelf));
        }
        let plain = zelf.raw_dict().get_str(vm, &n.__annotations__)?.is_some();
        let name = if plain { &n.__annotations__ } else { &n.__annotations_cache__ };
        let deletes = value.is_none();
        if !store(vm, zelf, name, value.map(PyObject::to_owned))? && deletes {
            return Err(vm.attribute_error_msg("__annotations__"));
        }
        store(vm, zelf, &n.__annotate_func__, None)?;
        store(vm, zelf, &n.__annotate__, None).map(drop)
    }

    #[member]
    fn __flags__(zelf: &Py<PyType>) -> u64 {
        let mut shown = zelf.flags.get().bits() & u64::from(u32::MAX);
        if zelf.own_spec().is_some_and(|s| s.flags.contains(TypeFlags::OBJECTS_NEW)) {
            shown |= TypeFlags::HEAP.bits();
        }
        let version = TypeFlags::VALID_VERSION.bits();
        if zelf.version.get() == 0 { shown } else { shown | version }
    }

    #[member]
    fn __basicsize__(zelf: &Py<PyType>, vm: &VirtualMachine) -> u32 {
        basic_size(vm, zelf)
    }

    #[member]
    fn __itemsize__(zelf: &Py<PyType>) -> u32 {
        let f = zelf.flags.get();
        if f.contains(TypeFlags::LONG_SUBCLASS) {
            4
        } else if f.contains(TypeFlags::TUPLE_SUBCLASS) {
            8
        } else if f.contains(TypeFlags::BYTES_SUBCLASS) {
            1
        } else if f.contains(TypeFlags::TYPE_SUBCLASS) {
            40
        } else {
            0
        }
    }

    #[member]
    fn __dictoffset__(zelf: &Py<PyType>) -> i32 {
        // Where it lies is nobody's business; that it exists is.
        if zelf.has_flags(TypeFlags::HAS_DICT) { -1 } else { 0 }
    }

    #[member]
    fn __weakrefoffset__(zelf: &Py<PyType>) -> i32 {
        if zelf.supports_weakrefs() { -32 } else { 0 }
    }
}

/// `cls.__bases__ = value`.
/// What an instance takes before its items: ints are counted as if digits of 30 bits lay behind
/// CPython's header, so that programs find the sizes they know.
pub(crate) fn basic_size(vm: &VirtualMachine, typ: &Py<PyType>) -> u32 {
    const INT_HEADER: u32 = 24;
    if typ.has_flags(TypeFlags::LONG_SUBCLASS) {
        typ.layout.size.saturating_sub(vm.types().int.layout.size) + INT_HEADER
    } else {
        typ.layout.size
    }
}

fn set_bases(vm: &VirtualMachine, typ: &Py<PyType>, value: PyObject<'_>) -> PyResult<()> {
    let name = typ.display_name();
    let Some(tuple) = value.downcast::<PyTuple>() else {
        return Err(vm.type_error(format!(
            "can only assign tuple to {name}.__bases__, not {}",
            value.class(vm).display_name()
        )));
    };
    if tuple.is_empty() {
        return Err(
            vm.type_error(format!("can only assign non-empty tuple to {name}.__bases__, not ()"))
        );
    }
    for item in tuple.as_slice() {
        let Some(b) = item.as_object().downcast::<PyType>() else {
            return Err(vm.type_error(format!(
                "{name}.__bases__ must be tuple of classes, not '{}'",
                item.class(vm).display_name()
            )));
        };
        // A custom `mro()` may come back here before the MRO says what the base chain does.
        if b.is_subtype(typ) || b.has_base(typ) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_bases = bases::types_in(tuple.as_slice());
    let base = bases::best_base(vm, &new_bases)?;
    bases::check_new_base(vm, typ, &base)?;
    let old_bases = typ.bases.replace(Some(tuple.to_ref()));
    let old_base = typ.base.replace(Some(base));
    // Whether a custom `mro()` has come here and set other bases in the meantime.
    let replaced = || !typ.bases.with(|b| b.as_ref().is_some_and(|b| b.is(tuple)));
    let mut done = Vec::new();
    if let Err(e) = remake_mros(vm, typ, &mut done) {
        for Remade { typ, new, old } in done.into_iter().rev() {
            if typ.mro.with(|m| m.as_ref().is_some_and(|m| m.is(&new))) {
                typ.modified();
                typ.mro.set(Some(old));
            }
        }
        if !replaced() {
            typ.bases.set(old_bases);
            typ.base.set(old_base);
        }
        return Err(e);
    }
    if replaced() {
        return Ok(());
    }
    for b in old_bases.iter().flat_map(|t| bases::types_in(t.as_slice())) {
        b.subclasses.remove(typ);
    }
    for b in &new_bases {
        b.subclasses.add(vm, typ);
    }
    slot_update::refill_tree(vm, typ);
    Ok(())
}

/// A type whose MRO has been computed anew.
struct Remade {
    typ: PyRef<PyType>,
    new: PyRef<PyTuple>,
    old: PyRef<PyTuple>,
}

/// Computes the MRO of a type and of all below it anew; what was there goes to `done`.
fn remake_mros(vm: &VirtualMachine, typ: &Py<PyType>, done: &mut Vec<Remade>) -> PyResult<()> {
    let before = typ.mro.with(|m| m.clone());
    let order = bases::compute_mro(vm, typ)?;
    // A custom `mro()` may have set the bases, and with them this type's MRO.
    let unchanged = typ.mro.with(|m| match (m, &before) {
        (Some(now), Some(before)) => now.is(before),
        (now, before) => now.is_none() && before.is_none(),
    });
    if unchanged {
        let new = vm.new_tuple(order.into_iter().map(Into::into).collect());
        typ.modified();
        if let Some(old) = typ.mro.replace(Some(new.clone())) {
            done.push(Remade { typ: typ.to_ref(), new, old });
        }
        for t in typ.subclasses.all() {
            remake_mros(vm, &t, done)?;
        }
    }
    Ok(())
}
