//! `dict`: the insertion-ordered table with Python's hashing and equality on top.
//!
//! The table is never borrowed while Python code may run: a search that has to ask whether
//! two keys are equal starts again when the answer has moved the entries.

pub(crate) mod iter;
mod methods;
mod view_sets;
mod views;

pub use iter::{
    PyDictItemIter, PyDictKeyIter, PyDictReverseItemIter, PyDictReverseKeyIter,
    PyDictReverseValueIter, PyDictValueIter,
};
pub use views::{PyDictItems, PyDictKeys, PyDictValues};

use crate::builtins::set::explain_unhashable;
use crate::containers::dict_table::{Candidate, DictTable};
use crate::prelude::*;
use crate::protocol::{comparison, hash};

/// dict() -> new empty dictionary
/// dict(mapping) -> new dictionary
/// dict(iterable) -> new dictionary
/// dict(**kwargs) -> new dictionary
///
/// The items of a mapping or of an iterable of pairs, and those given by keyword.
#[pyclass(name = "dict", marker = DICT_SUBCLASS, flags(BASETYPE, HAVE_GC, DICT_SUBCLASS, MAPPING, MATCH_SELF), text = "")]
pub struct PyDict {
    pub(crate) table: DictTable,
}

/// The hash of a key; where it has none, the error says what it was for.
#[inline]
pub fn hash_key(vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<i64> {
    hash::hash(vm, key).map_err(|e| explain_unhashable(vm, key, e, "a dict key"))
}

impl Default for PyDict {
    fn default() -> PyDict {
        PyDict::new()
    }
}

impl PyDict {
    pub fn new() -> PyDict {
        PyDict { table: DictTable::new() }
    }

    pub fn from_table(table: DictTable) -> PyDict {
        PyDict { table }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn table(&self) -> &DictTable {
        &self.table
    }

    /// The entry number of a key; runs the keys' `__eq__` when it must.
    pub fn find(
        &self,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        hash: i64,
    ) -> PyResult<Option<usize>> {
        if let Some(s) = key.downcast::<PyStr>()
            && self.table.has_str_keys()
            && s.is_exact()
        {
            return Ok(self.table.find_str(hash, s));
        }
        if key.small_int().is_some()
            && let Ok(found) = self.table.find_small_int(hash, key)
        {
            return Ok(found);
        }
        'restart: loop {
            let mut probe = DictTable::probe(hash);
            loop {
                match self.table.next_candidate(&mut probe, key) {
                    Candidate::Same(i) => return Ok(Some(i)),
                    Candidate::Absent => return Ok(None),
                    Candidate::Compare(i, k) => {
                        let layout = self.table.layout_version();
                        let equal =
                            comparison::rich_compare_bool(vm, k.as_object(), key, Comparison::Eq)?;
                        // The comparison may have changed the dict under us.
                        if self.table.layout_version() != layout
                            || !self.table.key_is(i, k.as_object())
                        {
                            continue 'restart;
                        }
                        if equal {
                            return Ok(Some(i));
                        }
                    }
                }
            }
        }
    }

    pub fn get(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
        let h = hash_key(vm, key)?;
        Ok(self.find(vm, key, h)?.and_then(|i| self.table.value_at(i)))
    }

    /// By exact string.  Only keys that are not exact strings could make this fail, and
    /// they are compared.
    #[inline]
    pub fn get_str(&self, vm: &VirtualMachine, key: &Py<PyStr>) -> PyResult<Option<PyObjectRef>> {
        if self.table.has_str_keys() && key.is_exact() {
            return Ok(self.table.find_str(key.hash(), key).and_then(|i| self.table.value_at(i)));
        }
        self.get(vm, key.as_object())
    }

    /// By exact string, in a dict whose keys are all exact strings (types, modules); keys
    /// of other kinds are passed over.
    #[inline]
    pub fn get_name(&self, key: &Py<PyStr>) -> Option<PyObjectRef> {
        if self.table.has_str_keys() {
            return self.table.find_str(key.hash(), key).and_then(|i| self.table.value_at(i));
        }
        let mut probe = DictTable::probe(key.hash());
        loop {
            match self.table.next_candidate(&mut probe, key.as_object()) {
                Candidate::Same(i) => return self.table.value_at(i),
                Candidate::Absent => return None,
                Candidate::Compare(..) => {}
            }
        }
    }

    pub fn set(&self, vm: &VirtualMachine, key: PyObject<'_>, value: PyObjectRef) -> PyResult<()> {
        let h = hash_key(vm, key)?;
        self.set_with_hash(vm, key, h, value)
    }

    pub fn set_with_hash(
        &self,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        hash: i64,
        value: PyObjectRef,
    ) -> PyResult<()> {
        match self.find(vm, key, hash)? {
            Some(i) => drop(self.table.replace_value(i, value)),
            None => {
                vm.check_room(self.table.growth())?;
                self.table.insert_new(hash, key.to_owned(), value);
            }
        }
        Ok(())
    }

    /// Sets an exact string key.
    pub fn set_str(
        &self,
        vm: &VirtualMachine,
        key: &Py<PyStr>,
        value: PyObjectRef,
    ) -> PyResult<()> {
        self.set_with_hash(vm, key.as_object(), key.hash(), value)
    }

    /// Removes a key; its value comes back.
    pub fn remove(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
        let h = hash_key(vm, key)?;
        Ok(self.find(vm, key, h)?.map(|i| self.table.remove_at(i).1))
    }

    /// `self.update(source)` for a mapping: a dict, or anything with `keys`.
    pub fn update_from(&self, vm: &VirtualMachine, source: PyObject<'_>) -> PyResult<()> {
        if let Some(d) = plain_dict(vm, source) {
            if std::ptr::eq(self, d.payload_ref()) || d.is_empty() {
                return Ok(());
            }
            if self.is_empty() {
                drop(self.table.replace_all(d.table.copy()));
                return Ok(());
            }
        }
        self.merge(vm, source, &mut |_, _| Ok(()))
    }

    /// Merges `**source` into keyword arguments for `callee`: keys are new.  That they are
    /// strings the call itself checks.
    pub fn merge_keywords(
        &self,
        vm: &VirtualMachine,
        source: PyObject<'_>,
        callee: PyObject<'_>,
    ) -> PyResult<()> {
        let name = || crate::interp::ops::call::callee_text(vm, callee);
        let mut check = |key: PyObject<'_>, present: bool| {
            if present {
                return Err(vm.type_error(format!(
                    "{} got multiple values for keyword argument '{}'",
                    name()?,
                    vm.str(key)?.to_string_lossy()
                )));
            }
            Ok(())
        };
        match self.merge(vm, source, &mut check) {
            Err(e) if vm.is_error(&e, &vm.exc().attribute_error) => Err(vm.type_error(format!(
                "{} argument after ** must be a mapping, not {}",
                name()?,
                source.class(vm).display_name()
            ))),
            r => r,
        }
    }

    /// Copies all items of a mapping; `check` sees each key and whether it is here already.
    fn merge(
        &self,
        vm: &VirtualMachine,
        source: PyObject<'_>,
        check: &mut dyn FnMut(PyObject<'_>, bool) -> PyResult<()>,
    ) -> PyResult<()> {
        let mut put = |k: PyObject<'_>, h: i64, v: PyObjectRef| -> PyResult<()> {
            let found = self.find(vm, k, h)?;
            check(k, found.is_some())?;
            self.set_with_hash(vm, k, h, v)
        };
        if let Some(d) = plain_dict(vm, source) {
            let (mut pos, layout, n) = (0, d.table.layout_version(), d.len());
            while let Some((h, k, v)) = d.table.next_entry(&mut pos) {
                put(k.as_object(), h, v)?;
                if d.table.layout_version() != layout || d.len() != n {
                    return Err(vm.runtime_error("dict mutated during update"));
                }
            }
            return Ok(());
        }
        let keys = vm.call_method(source, &vm.names().keys, &[])?;
        let it = vm.get_iter(keys.as_object())?;
        while let Some(k) = vm.iter_next(it.as_object())? {
            let v = vm.get_item(source, k.as_object())?;
            let h = hash_key(vm, k.as_object())?;
            put(k.as_object(), h, v)?;
        }
        Ok(())
    }

    pub(crate) fn clear_into(&self, out: &mut Vec<PyObjectRef>) {
        for (k, v) in self.table.take_all() {
            out.push(k);
            out.push(v);
        }
    }

    /// Copies of the present keys.
    pub fn keys(&self) -> Vec<PyObjectRef> {
        self.table.keys()
    }

    /// Copies of the present items.
    pub fn items(&self) -> Vec<(PyObjectRef, PyObjectRef)> {
        let mut pos = 0;
        let mut out = Vec::with_capacity(self.len());
        while let Some((_, k, v)) = self.table.next_entry(&mut pos) {
            out.push((k, v));
        }
        out
    }
}

/// A dict whose iteration is the dict's own: its table may be read directly.
pub(crate) fn plain_dict<'a>(vm: &VirtualMachine, o: PyObject<'a>) -> Option<&'a Py<PyDict>> {
    let d = o.downcast::<PyDict>()?;
    let iter = |t: &Py<PyType>| t.slots.iter.get().map(|f| f as usize);
    let typ = o.class(vm);
    let dict = &vm.types().dict;
    (typ.is(dict) || iter(typ) == iter(dict)).then_some(d)
}

impl Traverse for PyDict {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.table.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.clear_into(out);
    }
}
