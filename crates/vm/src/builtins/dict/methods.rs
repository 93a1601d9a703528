//! The methods and slots of `dict`.

use super::{
    PyDictItems, PyDictKeyIter, PyDictKeys, PyDictReverseKeyIter, PyDictValues, hash_key,
    plain_dict,
};
use crate::builtins::generic_alias::PyGenericAlias;
use crate::call::check_arity;
use crate::prelude::*;
use crate::protocol::comparison;

#[pymethods]
impl PyDict {
    #[slot(name = "new", text = "")]
    fn py_new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyDict> {
        vm.alloc(cls, PyDict::new())
    }

    #[slot(text = "")]
    fn init(zelf: &Py<PyDict>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        zelf.update_with(vm, args, "dict")
    }

    #[slot]
    fn repr(zelf: &Py<PyDict>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        dict_repr(vm, zelf)
    }

    #[slot]
    fn iter(zelf: &Py<PyDict>, vm: &VirtualMachine) -> PyRef<PyDictKeyIter> {
        vm.new_object(PyDictKeyIter::new(zelf))
    }

    #[slot]
    fn mp_length(zelf: &Py<PyDict>) -> usize {
        zelf.len()
    }

    #[slot]
    fn contains(zelf: &Py<PyDict>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<bool> {
        let h = hash_key(vm, key)?;
        Ok(zelf.find(vm, key, h)?.is_some())
    }

    #[slot]
    fn subscript(zelf: &Py<PyDict>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        match zelf.get(vm, key)? {
            Some(v) => Ok(v),
            None => zelf.missing(vm, key),
        }
    }

    /// Whether the key is in the dict.
    #[method(name = "__contains__", sig = "(self, key, /)")]
    fn dunder_contains(
        zelf: &Py<PyDict>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
    ) -> PyResult<bool> {
        PyDict::contains(zelf, vm, key)
    }

    /// The key's value, or what __missing__ makes of the key.
    #[method(name = "__getitem__", sig = "(self, key, /)")]
    fn dunder_getitem(zelf: &Py<PyDict>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        PyDict::subscript(zelf, vm, key)
    }

    #[slot]
    fn ass_subscript(
        zelf: &Py<PyDict>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        match value {
            Some(v) => zelf.set(vm, key, v.to_owned()),
            None => match zelf.remove(vm, key)? {
                Some(_) => Ok(()),
                None => Err(vm.key_error(key)),
            },
        }
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyDict>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyDict>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        match op {
            Comparison::Eq => Ok(vm.new_bool(dict_equal(vm, zelf, other)?)),
            Comparison::Ne => Ok(vm.new_bool(!dict_equal(vm, zelf, other)?)),
            _ => Ok(PyObjectRef::not_implemented()),
        }
    }

    #[slot(name = "or")]
    fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        let (Some(x), Some(_)) = (a.downcast::<PyDict>(), b.downcast::<PyDict>()) else {
            return Ok(PyObjectRef::not_implemented());
        };
        let result = vm.new_object(PyDict::from_table(x.table.copy()));
        result.update_from(vm, b)?;
        Ok(result.into())
    }

    #[slot(name = "inplace_or")]
    fn or_in_place(zelf: &Py<PyDict>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        zelf.update_arg(vm, other)?;
        Ok(zelf.to_ref().into())
    }

    /// Bytes of memory that the dict takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn size_of(&self) -> usize {
        48 + self.table.memory()
    }

    /// The value of key, or default if it is not there.
    #[method(name = "get", sig = "(self, key, default=None, /)")]
    fn py_get(
        zelf: &Py<PyDict>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        default: Option<PyObject<'_>>,
    ) -> PyResult<Option<PyObjectRef>> {
        Ok(zelf.get(vm, key)?.or_else(|| default.map(PyObject::to_owned)))
    }

    /// The value of key, which becomes default first if key is not there.
    #[method(sig = "(self, key, default=None, /)")]
    fn setdefault(
        zelf: &Py<PyDict>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        default: Option<PyObject<'_>>,
    ) -> PyResult {
        let value = default.map_or_else(PyObjectRef::none, PyObject::to_owned);
        zelf.set_default(vm, key, value)
    }

    /// Takes a key out and returns its value, or default, if given, when it is not there.
    #[method(sig = "(self, key, default=<unrepresentable>, /)")]
    fn pop(
        zelf: &Py<PyDict>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        default: Option<PyObject<'_>>,
    ) -> PyResult {
        if let Some(v) = zelf.remove(vm, key)? {
            return Ok(v);
        }
        default.map(PyObject::to_owned).ok_or_else(|| vm.key_error(key))
    }

    /// Takes out the newest item, as a (key, value) pair.  KeyError if there is none.
    #[method(sig = "(self, /)")]
    fn popitem(zelf: &Py<PyDict>, vm: &VirtualMachine) -> PyResult {
        let mut pos = zelf.table.entry_count();
        if zelf.table.previous_entry(&mut pos).is_none() {
            let message = vm.new_str("popitem(): dictionary is empty");
            return Err(vm.key_error(message.as_object()));
        }
        let (k, v) = zelf.table.remove_last(pos);
        (k, v).into_py_result(vm)
    }

    /// A view of the keys; it works like a set.
    #[method(name = "keys", sig = "(self, /)")]
    fn py_keys(zelf: &Py<PyDict>, vm: &VirtualMachine) -> PyRef<PyDictKeys> {
        vm.new_object(PyDictKeys::new(zelf))
    }

    /// A view of the (key, value) pairs; it works like a set.
    #[method(name = "items", sig = "(self, /)")]
    fn py_items(zelf: &Py<PyDict>, vm: &VirtualMachine) -> PyRef<PyDictItems> {
        vm.new_object(PyDictItems::new(zelf))
    }

    /// A view of the values.
    #[method(name = "values", sig = "(self, /)")]
    fn py_values(zelf: &Py<PyDict>, vm: &VirtualMachine) -> PyRef<PyDictValues> {
        vm.new_object(PyDictValues::new(zelf))
    }

    /// Takes in the items of a mapping or of an iterable of pairs, then those given by keyword.
    ///
    /// What has a keys() method counts as a mapping.
    #[method(name = "update", text = "")]
    fn py_update(zelf: &Py<PyDict>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        zelf.update_with(vm, args, "update")
    }

    /// A dict whose keys come from iterable, all with the same value.
    #[classmethod(sig = "(cls, iterable, value=None, /)")]
    fn fromkeys(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult {
        let value = value.map_or_else(PyObjectRef::none, PyObject::to_owned);
        let made = vm.call_positional(cls.as_object(), &[])?;
        if let Some(d) = made.as_object().downcast_exact::<PyDict>(&vm.types().dict) {
            // Hashes that are known are not asked for again.
            if let Some(s) = crate::builtins::set::exact_set(vm, iterable) {
                let mut pos = 0;
                while let Some((hash, k)) = s.next_item(&mut pos) {
                    d.set_with_hash(vm, k.as_object(), hash, value.clone())?;
                }
                return Ok(made);
            }
            if let Some(other) = iterable.downcast_exact::<PyDict>(&vm.types().dict) {
                let mut pos = 0;
                while let Some((hash, k)) = other.table.next_key(&mut pos) {
                    d.set_with_hash(vm, k.as_object(), hash, value.clone())?;
                }
                return Ok(made);
            }
            vm.for_each(iterable, |k| d.set(vm, k.as_object(), value.clone()))?;
        } else {
            vm.for_each(iterable, |k| {
                vm.set_item(made.as_object(), k.as_object(), value.as_object())
            })?;
        }
        Ok(made)
    }

    /// Empties the dict.
    #[method(name = "clear", sig = "(self, /)")]
    fn py_clear(zelf: &Py<PyDict>) {
        drop(zelf.table.take_all());
    }

    /// A new dict with the same items.
    #[method(name = "copy", sig = "(self, /)")]
    fn py_copy(zelf: &Py<PyDict>, vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
        let copy = vm.new_dict();
        copy.update_from(vm, zelf.as_object())?;
        Ok(copy)
    }

    /// An iterator over the keys, last one first.
    #[method(name = "__reversed__", sig = "(self, /)")]
    fn reversed(zelf: &Py<PyDict>, vm: &VirtualMachine) -> PyRef<PyDictReverseKeyIter> {
        vm.new_object(PyDictReverseKeyIter::new(zelf))
    }

    /// dict takes the types of keys and values in brackets, for annotations.
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }
}

impl Py<PyDict> {
    /// A subscript that is not there: `__missing__` of subclasses, or KeyError.
    #[cold]
    fn missing(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        if !self.as_object().is_type(&vm.types().dict)
            && let Some(f) = vm.look_up_special(self.as_object(), &vm.names().__missing__)?
        {
            return vm.call_positional(f.as_object(), &[key]);
        }
        Err(vm.key_error(key))
    }

    /// `update(source, **keywords)`.
    pub fn update_with(&self, vm: &VirtualMachine, args: Args<'_>, name: &str) -> PyResult<()> {
        check_arity(vm, name, args.len(), 0, 1)?;
        if let Some(source) = args.get(0) {
            self.update_arg(vm, source)?;
        }
        for (k, v) in args.keywords() {
            self.set_str(vm, k, v.to_owned())?;
        }
        Ok(())
    }

    /// Takes over the items of a mapping, or of an iterable of pairs.
    pub fn update_arg(&self, vm: &VirtualMachine, source: PyObject<'_>) -> PyResult<()> {
        if plain_dict(vm, source).is_some() || vm.get_attr_opt(source, &vm.names().keys)?.is_some()
        {
            return self.update_from(vm, source);
        }
        self.update_from_pairs(vm, source)
    }

    /// The value of the key, which is set to `value` if it is not there.
    pub fn set_default(
        &self,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        value: PyObjectRef,
    ) -> PyResult {
        let h = hash_key(vm, key)?;
        if let Some(v) = self.find(vm, key, h)?.and_then(|i| self.table.value_at(i)) {
            return Ok(v);
        }
        self.table.insert_new(h, key.to_owned(), value.clone());
        Ok(value)
    }

    fn update_from_pairs(&self, vm: &VirtualMachine, pairs: PyObject<'_>) -> PyResult<()> {
        let note = |i: usize| {
            format!("Cannot convert dictionary update sequence element #{i} to a sequence")
        };
        let mut i = 0;
        vm.for_each(pairs, |pair| {
            let pair = pair.as_object();
            let slots = &pair.class(vm).slots;
            if slots.iter.get().is_none() && slots.sq_item.get().is_none() {
                let e = vm.type_error("object is not iterable");
                let note = vm.new_str(note(i));
                vm.call_method(e.as_object(), &vm.intern("add_note"), &[note.as_object()])?;
                return Err(e);
            }
            let both = match crate::builtins::sequences::collect(vm, pair) {
                Err(e) if vm.is_error(&e, &vm.exc().type_error) => {
                    let note = vm.new_str(note(i));
                    vm.call_method(e.as_object(), &vm.intern("add_note"), &[note.as_object()])?;
                    return Err(e);
                }
                both => both?,
            };
            let [key, value] = &both[..] else {
                return Err(vm.value_error(format!(
                    "dictionary update sequence element #{i} has length {}; 2 is required",
                    both.len()
                )));
            };
            self.set(vm, key.as_object(), value.clone())?;
            i += 1;
            Ok(())
        })
    }
}

/// `{key: value, ...}`.
pub(crate) fn dict_repr(vm: &VirtualMachine, d: &Py<PyDict>) -> PyResult<PyRef<PyStr>> {
    if d.is_empty() {
        return Ok(vm.new_str("{}"));
    }
    let Some(_guard) = vm.repr_enter(d.as_object()) else {
        return Ok(vm.new_str("{...}"));
    };
    let mut out = b"{".to_vec();
    let mut pos = 0;
    while let Some((_, k, v)) = d.table.next_entry(&mut pos) {
        if out.len() > 1 {
            out.extend_from_slice(b", ");
        }
        out.extend_from_slice(vm.repr(k.as_object())?.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(vm.repr(v.as_object())?.as_bytes());
    }
    out.push(b'}');
    Ok(vm.new_str_bytes(&out))
}

/// The same keys with equal values.
pub(crate) fn dict_equal(vm: &VirtualMachine, a: &PyDict, b: &PyDict) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut pos = 0;
    while let Some((hash, key, value)) = a.table.next_entry(&mut pos) {
        let Some(other) = b.find(vm, key.as_object(), hash)?.and_then(|i| b.table.value_at(i))
        else {
            return Ok(false);
        };
        if !comparison::equal(vm, value.as_object(), other.as_object())? {
            return Ok(false);
        }
    }
    Ok(true)
}
