//! Attribute access: `getattr`, `setattr`, the generic lookup of `object`, and instance
//! dicts.

use crate::containers::dict_table::DictTable;
use crate::object::inline_values::Instance;
use crate::prelude::*;

impl VirtualMachine {
    /// `getattr(obj, name)`.
    #[inline]
    pub fn get_attr(&self, obj: PyObject<'_>, name: &Py<PyStr>) -> PyResult {
        match obj.class(self).slots.getattro.get() {
            Some(f) => f(self, obj, name),
            None => Err(self.no_attribute(obj, name)),
        }
    }

    /// `getattr(obj, name, None)`, with absence told from None.
    pub fn get_attr_opt(
        &self,
        obj: PyObject<'_>,
        name: &Py<PyStr>,
    ) -> PyResult<Option<PyObjectRef>> {
        if obj.class(self).has_flags(TypeFlags::GENERIC_GETATTR) {
            // The common case makes no exception to throw away.
            return self.absent_if_attribute_error(generic_lookup(self, obj, name));
        }
        self.absent_if_attribute_error(self.get_attr(obj, name).map(Some))
    }

    fn absent_if_attribute_error(
        &self,
        r: PyResult<Option<PyObjectRef>>,
    ) -> PyResult<Option<PyObjectRef>> {
        match r {
            Err(e) if self.is_error(&e, &self.exc().attribute_error) => Ok(None),
            r => r,
        }
    }

    /// `obj.name` that is about to be called: with `true`, an unbound function that takes
    /// `obj` as its first argument, which spares making the bound method.
    pub fn get_method(&self, obj: PyObject<'_>, name: &Py<PyStr>) -> PyResult<(PyObjectRef, bool)> {
        let typ = obj.class(self);
        if !typ.has_flags(TypeFlags::GENERIC_GETATTR) {
            return self.get_attr(obj, name).map(|f| (f, false));
        }
        if let Some(f) = typ.lookup(self, name)
            && f.class(self).has_flags(TypeFlags::METHOD_DESCRIPTOR)
        {
            if typ.has_flags(TypeFlags::HAS_DICT)
                && let Some(own) = instance_get(self, obj, name)?
            {
                return Ok((own, false));
            }
            return Ok((f, true));
        }
        self.get_attr(obj, name).map(|f| (f, false))
    }

    /// `dir(obj)`: what `__dir__` gives, as a sorted list.
    pub fn dir(&self, obj: PyObject<'_>) -> PyResult<PyRef<PyList>> {
        let Some(names) = self.call_special(&self.names().__dir__, &[obj])? else {
            return Err(self.type_error("object does not provide __dir__"));
        };
        let mut names = self.collect(names.as_object())?;
        let exact = |o: &PyObjectRef| o.as_object().is_type(&self.types().str);
        if names.iter().all(exact) {
            // Generalised UTF-8 sorts as code points do.
            names.sort_by(|a, b| str_bytes(a).cmp(str_bytes(b)));
            return Ok(self.new_list(names));
        }
        let list = self.new_list(names);
        self.call_method(list.as_object(), &self.names().sort, &[])?;
        Ok(list)
    }

    /// `setattr(obj, name, value)`, or `delattr` for `None`.
    pub fn set_attr(
        &self,
        obj: PyObject<'_>,
        name: &Py<PyStr>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let typ = obj.class(self);
        match typ.slots.setattro.get() {
            Some(f) => f(self, obj, name, value),
            None => Err(self.type_error(format!(
                "'{}' object has {} attributes ({} .{})",
                typ.display_name(),
                if typ.slots.getattro.get().is_some() { "only read-only" } else { "no" },
                if value.is_some() { "assign to" } else { "del" },
                name.to_string_lossy()
            ))),
        }
    }
}

fn str_bytes(o: &PyObjectRef) -> &[u8] {
    o.as_object().downcast::<PyStr>().map_or(&[], |s| s.payload_ref().as_bytes())
}

/// `object.__getattribute__`.
pub fn generic_get_attr(vm: &VirtualMachine, obj: PyObject<'_>, name: &Py<PyStr>) -> PyResult {
    match generic_lookup(vm, obj, name)? {
        Some(v) => Ok(v),
        None => Err(vm.no_attribute(obj, name)),
    }
}

/// Data descriptors of the type, then the instance, then the rest of the type.
pub fn generic_lookup(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    name: &Py<PyStr>,
) -> PyResult<Option<PyObjectRef>> {
    let typ = obj.class(vm);
    let on_type = typ.lookup(vm, name);
    let mut get = None;
    if let Some(d) = &on_type {
        let dtype = d.class(vm);
        get = dtype.slots.descr_get.get();
        if let Some(g) = get
            && dtype.slots.descr_set.get().is_some()
        {
            return g(vm, d.as_object(), Some(obj), Some(typ.as_object())).map(Some);
        }
    }
    if typ.has_flags(TypeFlags::HAS_DICT)
        && let Some(v) = instance_get(vm, obj, name)?
    {
        return Ok(Some(v));
    }
    match (on_type, get) {
        (Some(d), Some(g)) => g(vm, d.as_object(), Some(obj), Some(typ.as_object())).map(Some),
        (d, _) => Ok(d),
    }
}

/// An attribute stored on the instance itself.
pub fn instance_get(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    name: &Py<PyStr>,
) -> PyResult<Option<PyObjectRef>> {
    let Some(inst) = obj.instance() else { return Ok(None) };
    if inst.inline_valid()
        && let Some(i) = obj.class(vm).shared_key_index(name)
    {
        return Ok(inst.inline_get(i));
    }
    match instance_dict(vm, obj) {
        Some(d) => d.get_str(vm, name),
        None => Ok(None),
    }
}

/// The instance's dict, if it has been made.
pub fn instance_dict(vm: &VirtualMachine, obj: PyObject<'_>) -> Option<PyRef<PyDict>> {
    if let Some(d) = obj.instance().and_then(Instance::ext_dict) {
        return Some(d);
    }
    crate::builtins::payload_dict(vm, obj)
}

/// `obj.__dict__`: made now if need be, taking the inline values over.  `None` if the type
/// gives its instances no dict.
pub fn ensure_instance_dict(vm: &VirtualMachine, obj: PyObject<'_>) -> Option<PyRef<PyDict>> {
    if let Some(d) = instance_dict(vm, obj) {
        return Some(d);
    }
    let typ = obj.class(vm);
    if !typ.has_flags(TypeFlags::HAS_DICT.union(TypeFlags::EXT))
        || typ.has_flags(TypeFlags::TYPE_SUBCLASS)
    {
        return None;
    }
    let inst = obj.instance()?;
    let dict = vm.new_object(PyDict::from_table(DictTable::new()));
    if inst.inline_valid() {
        let names = typ.shared_keys.get();
        for (i, value) in inst.inline_take_all() {
            let name = &names[i as usize];
            dict.table.insert_new(name.hash(), name.clone().into(), value);
        }
    }
    inst.replace_ext_dict(Some(dict.clone()));
    Some(dict)
}

/// `object.__setattr__` and `object.__delattr__`.
pub fn generic_set_attr(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    name: &Py<PyStr>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    let typ = obj.class(vm);
    let on_type = typ.lookup(vm, name);
    if let Some(d) = &on_type
        && let Some(set) = d.class(vm).slots.descr_set.get()
    {
        return set(vm, d.as_object(), obj, value);
    }
    if typ.has_flags(TypeFlags::HAS_DICT) && instance_set(vm, obj, name, value)? {
        return Ok(());
    }
    let (before, after) = if typ.has_flags(TypeFlags::HAS_DICT) {
        ("has no attribute", "")
    } else if on_type.is_some() {
        ("attribute", " is read-only")
    } else if typ.has_flags(TypeFlags::GENERIC_SETATTR) {
        ("has no attribute", " and no __dict__ for setting new attributes")
    } else {
        ("has no attribute", "")
    };
    let head = format!("'{}' object {before} '", typ.display_name());
    let msg = [head.as_bytes(), name.as_bytes(), b"'", after.as_bytes()].concat();
    Err(vm.attribute_error(obj, name, msg))
}

/// Stores or deletes an attribute of the instance itself; false when a deleted one was not
/// there.
pub fn instance_set(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    name: &Py<PyStr>,
    value: Option<PyObject<'_>>,
) -> PyResult<bool> {
    let typ = obj.class(vm);
    if let Some(inst) = obj.instance()
        && inst.inline_valid()
    {
        match value {
            Some(v) => {
                if let Some(i) = typ.learn_shared_key(vm, name) {
                    drop(inst.inline_set(i, v.to_owned()));
                    return Ok(true);
                }
            }
            None => {
                let old = typ.shared_key_index(name).and_then(|i| inst.inline_delete(i));
                return Ok(old.is_some());
            }
        }
    }
    let Some(dict) = ensure_instance_dict(vm, obj) else { return Ok(false) };
    match value {
        Some(v) => dict.set_str(vm, name, v.to_owned()).map(|()| true),
        None => Ok(dict.remove(vm, name.as_object())?.is_some()),
    }
}

/// `obj.__class__ = new`, which has been checked: both classes have the same payload and
/// members.  Inline attribute values move to a dict, since the new class numbers names in
/// its own way.
pub fn change_class(vm: &VirtualMachine, obj: PyObject<'_>, new: &Py<PyType>) {
    let Some(header) = obj.header() else { return };
    let old = obj.class(vm);
    if obj.instance().is_some_and(Instance::inline_valid) {
        // Without any value there is no dict to make, but no inline value may follow.
        drop(ensure_instance_dict(vm, obj));
    }
    if old.layout != new.layout {
        new.modified();
        new.flags.set(new.flags.get() | TypeFlags::NO_VERSION);
    }
    crate::object::foreign_layout::assign_class(header, old, new);
}
