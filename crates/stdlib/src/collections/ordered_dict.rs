//! `OrderedDict`: a dict whose order can be rearranged; the dict's own table keeps it.
//!
//! `state` changes with every change of the order, so that iterators notice.

use super::ordered_views::{Kind, PyOdictItems, PyOdictIter, PyOdictKeys, PyOdictValues};
use std::cell::Cell;
use vm::builtins::dict::hash_key;
use vm::builtins::sequences::{collect, equal};
use vm::prelude::*;
use vm::protocol::comparison::rich_compare;

/// A dict whose order can be changed, and counts when two are compared.
#[pyclass(
    name = "OrderedDict",
    module = "collections",
    base = PyDict,
    static = ORDERED_DICT,
    flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT),
    text = ""
)]
#[repr(C)]
pub struct PyOrderedDict {
    dict: PyDict,
    pub(crate) state: Cell<usize>,
}

impl Traverse for PyOrderedDict {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.dict.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.dict.clear(out);
    }
}

pub(crate) fn as_dict(zelf: &Py<PyOrderedDict>) -> &Py<PyDict> {
    zelf.as_object().expect_payload::<PyDict>()
}

fn is_exact(vm: &VirtualMachine, zelf: &Py<PyOrderedDict>) -> bool {
    zelf.class().is(vm.type_of::<PyOrderedDict>())
}

impl PyOrderedDict {
    fn touch(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    /// A comparison of keys, or a subclass's method, may have changed the order.
    fn check_unchanged(&self, vm: &VirtualMachine, state: usize) -> PyResult<()> {
        if self.state.get() == state {
            return Ok(());
        }
        Err(vm.runtime_error("OrderedDict mutated during iteration"))
    }

    pub(crate) fn dict(&self) -> &PyDict {
        &self.dict
    }

    /// Sets an item of the table itself.
    fn put(&self, vm: &VirtualMachine, key: PyObject<'_>, value: PyObjectRef) -> PyResult<()> {
        let before = self.dict.len();
        self.dict.set(vm, key, value)?;
        if self.dict.len() != before {
            self.touch();
        }
        Ok(())
    }

    fn take(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
        let old = self.dict.remove(vm, key)?;
        if old.is_some() {
            self.touch();
        }
        Ok(old)
    }
}

/// `update` as `MutableMapping` defines it: through `__setitem__`.
fn update(
    vm: &VirtualMachine,
    zelf: &Py<PyOrderedDict>,
    args: Args<'_>,
    too_many: &dyn Fn(usize) -> String,
) -> PyResult<()> {
    if args.len() > 1 {
        return Err(vm.type_error(too_many(args.len())));
    }
    let exact = is_exact(vm, zelf);
    let set = |k: PyObject<'_>, v: PyObjectRef| -> PyResult<()> {
        if exact { zelf.put(vm, k, v) } else { vm.set_item(zelf.as_object(), k, v.as_object()) }
    };
    if let Some(source) = args.get(0) {
        let pairs = if source.is_type(&vm.types().dict) {
            let items: Vec<_> = source.downcast::<PyDict>().map_or(Vec::new(), |d| d.items());
            for (k, v) in items {
                set(k.as_object(), v)?;
            }
            None
        } else if let Some(keys) = vm.get_attr_opt(source, &vm.names().keys)? {
            let keys = vm.call_positional(keys.as_object(), &[])?;
            vm.for_each(keys.as_object(), |k| {
                let v = vm.get_item(source, k.as_object())?;
                set(k.as_object(), v)
            })?;
            None
        } else if let Some(items) = vm.get_attr_opt(source, &vm.names().items)? {
            Some(vm.call_positional(items.as_object(), &[])?)
        } else {
            Some(source.to_owned())
        };
        if let Some(pairs) = pairs {
            vm.for_each(pairs.as_object(), |pair| {
                let both = collect(vm, pair.as_object())?;
                match &both[..] {
                    [k, v] => set(k.as_object(), v.clone()),
                    [] | [_] => Err(vm.value_error(format!(
                        "need more than {} value{} to unpack",
                        both.len(),
                        if both.len() == 1 { "" } else { "s" }
                    ))),
                    _ => Err(vm.value_error("too many values to unpack (expected 2)")),
                }
            })?;
        }
    }
    for (k, v) in args.keywords() {
        set(k.as_object(), v.to_owned())?;
    }
    Ok(())
}

#[pymethods]
impl PyOrderedDict {
    #[slot(name = "new", text = "")]
    fn py_new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyOrderedDict> {
        vm.alloc(cls, PyOrderedDict { dict: PyDict::new(), state: Cell::new(0) })
    }

    #[slot(text = "")]
    fn init(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        update(vm, zelf, args, &|n| format!("expected at most 1 argument, got {n}"))
    }

    #[slot]
    fn repr(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let name = zelf.class().name();
        if zelf.dict.is_empty() {
            return Ok(PyStr::from_parts(vm, &[name.as_bytes(), b"()"]));
        }
        let Some(_guard) = vm.repr_enter(zelf.as_object()) else {
            return Ok(vm.new_str("..."));
        };
        let copy = vm.new_dict();
        if is_exact(vm, zelf) {
            for (k, v) in zelf.dict.items() {
                copy.set(vm, k.as_object(), v)?;
            }
        } else {
            let items = vm.call_method(zelf.as_object(), &vm.names().items, &[])?;
            copy.update_arg(vm, items.as_object())?;
        }
        let inner = vm.repr(copy.as_object())?;
        Ok(PyStr::from_parts(vm, &[name.as_bytes(), b"(", inner.as_bytes(), b")"]))
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyOrderedDict>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let eq = match op {
            Comparison::Eq => true,
            Comparison::Ne => false,
            _ => return Ok(PyObjectRef::not_implemented()),
        };
        let Some(d) = other.downcast::<PyDict>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        let Some(compare) = vm.types().dict.slots.richcompare.get() else {
            return rich_compare(vm, zelf.as_object(), other, op);
        };
        let same = compare(vm, zelf.as_object(), other, Comparison::Eq)?;
        let mut same = vm.is_true(same.as_object())?;
        if same && let Some(o) = other.downcast::<PyOrderedDict>() {
            // Equal as dicts: now the order of the keys decides.
            let states = (zelf.state.get(), o.state.get());
            let (a, b) = (zelf.dict.keys(), d.keys());
            for (x, y) in a.iter().zip(&b) {
                if !same {
                    break;
                }
                same = equal(vm, x.as_object(), y.as_object())?;
                zelf.check_unchanged(vm, states.0)?;
                o.check_unchanged(vm, states.1)?;
            }
            // The comparison as dicts may have changed one of them.
            same &= a.len() == b.len();
        }
        Ok(vm.new_bool(same == eq))
    }

    #[slot]
    fn iter(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine) -> PyRef<PyOdictIter> {
        vm.new_object(PyOdictIter::new(zelf, Kind::Keys, false))
    }

    #[slot]
    fn ass_subscript(
        zelf: &Py<PyOrderedDict>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        match value {
            Some(v) => zelf.put(vm, key, v.to_owned()),
            None => match zelf.take(vm, key)? {
                Some(_) => Ok(()),
                None => Err(vm.key_error(key)),
            },
        }
    }

    #[slot(name = "or")]
    fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        let (Some(_), Some(_)) = (a.downcast::<PyDict>(), b.downcast::<PyDict>()) else {
            return Ok(PyObjectRef::not_implemented());
        };
        let Some(own) = a.downcast::<PyOrderedDict>().or_else(|| b.downcast::<PyOrderedDict>())
        else {
            return Ok(PyObjectRef::not_implemented());
        };
        let made = vm.call_positional(own.class().as_object(), &[a])?;
        vm.call_method(made.as_object(), &vm.intern("update"), &[b])?;
        Ok(made)
    }

    #[slot(name = "inplace_or")]
    fn or_in_place(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        let words = [other];
        update(vm, zelf, Args::positional_only(&words), &|_| String::new())?;
        Ok(zelf.to_ref().into())
    }

    /// A dictionary whose keys come from iterable, all with the same value.
    #[classmethod(sig = "(cls, /, iterable, value=None)")]
    fn fromkeys(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult {
        let made = vm.call_positional(cls.as_object(), &[])?;
        let value = value.unwrap_or(PyObject::none());
        vm.for_each(iterable, |k| vm.set_item(made.as_object(), k.as_object(), value))?;
        Ok(made)
    }

    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn size_of(&self) -> usize {
        size_of::<PyOrderedDict>() + 16 + self.dict.table().memory()
    }

    /// How to rebuild the dictionary: its class, items and attributes.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine) -> PyResult {
        let state = vm.call_method(zelf.as_object(), &vm.names().__getstate__, &[])?;
        let items = vm.call_method(zelf.as_object(), &vm.names().items, &[])?;
        let items = vm.get_iter(items.as_object())?;
        (zelf.class(), PyTuple::empty(vm), state, PyObjectRef::none(), items).into_py_result(vm)
    }

    /// The value of key, which becomes default first if key is not there.
    #[method(sig = "(self, /, key, default=None)")]
    fn setdefault(
        zelf: &Py<PyOrderedDict>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        default: Option<PyObject<'_>>,
    ) -> PyResult {
        let default = default.unwrap_or(PyObject::none());
        if is_exact(vm, zelf) {
            if let Some(v) = zelf.dict.get(vm, key)? {
                return Ok(v);
            }
            zelf.put(vm, key, default.to_owned())?;
            return Ok(default.to_owned());
        }
        if vm.contains(zelf.as_object(), key)? {
            return vm.get_item(zelf.as_object(), key);
        }
        vm.set_item(zelf.as_object(), key, default)?;
        Ok(default.to_owned())
    }

    /// Takes a key out and returns its value; default, if given, stands in for a missing key.
    #[method(sig = "(self, /, key, default=<unrepresentable>)")]
    fn pop(
        zelf: &Py<PyOrderedDict>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        default: Option<PyObject<'_>>,
    ) -> PyResult {
        // Subclasses' own access methods do not take part.
        if let Some(v) = zelf.take(vm, key)? {
            return Ok(v);
        }
        default.map(PyObject::to_owned).ok_or_else(|| vm.key_error(key))
    }

    /// Takes out the newest item, or the oldest when last is false, as a (key, value) pair.
    #[method(sig = "(self, /, last=True)")]
    fn popitem(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine, last: bool) -> PyResult {
        let table = zelf.dict.table();
        let mut pos = if last { table.entry_count() } else { 0 };
        let taken = if last {
            table.previous_entry(&mut pos).map(|_| table.remove_last(pos))
        } else {
            table.next_key(&mut pos).map(|_| table.remove_at(pos - 1))
        };
        let Some((k, v)) = taken else {
            return Err(vm.key_error(vm.new_str("dictionary is empty").as_object()));
        };
        zelf.touch();
        (k, v).into_py_result(vm)
    }

    #[method(sig = "(self, /)")]
    fn keys(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine) -> PyObjectRef {
        vm.new_object(PyOdictKeys::new(zelf)).into()
    }

    #[method(sig = "(self, /)")]
    fn values(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine) -> PyObjectRef {
        vm.new_object(PyOdictValues::new(zelf)).into()
    }

    #[method(sig = "(self, /)")]
    fn items(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine) -> PyObjectRef {
        vm.new_object(PyOdictItems::new(zelf)).into()
    }

    #[method(name = "update", text = "")]
    fn py_update(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        update(vm, zelf, args, &|n| {
            format!("update() takes at most 1 positional argument ({n} given)")
        })
    }

    /// Empties the dictionary.
    #[method(name = "clear", sig = "(self, /)")]
    fn py_clear(zelf: &Py<PyOrderedDict>) {
        drop(zelf.dict.table().take_all());
        zelf.touch();
    }

    /// A new dictionary with the same items in the same order.
    #[method(sig = "(self, /)")]
    fn copy(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine) -> PyResult {
        let made = vm.call_positional(zelf.class().as_object(), &[])?;
        let exact = is_exact(vm, zelf);
        let state = zelf.state.get();
        for (k, v) in zelf.dict.items() {
            let v = if exact { v } else { vm.get_item(zelf.as_object(), k.as_object())? };
            zelf.check_unchanged(vm, state)?;
            vm.set_item(made.as_object(), k.as_object(), v.as_object())?;
            zelf.check_unchanged(vm, state)?;
        }
        Ok(made)
    }

    /// An iterator over the keys, last one first.
    #[method(name = "__reversed__", sig = "(self, /)")]
    fn reversed(zelf: &Py<PyOrderedDict>, vm: &VirtualMachine) -> PyRef<PyOdictIter> {
        vm.new_object(PyOdictIter::new(zelf, Kind::Keys, true))
    }

    /// Moves a key that is there to the end, or to the start when last is false.
    #[method(sig = "(self, /, key, last=True)")]
    fn move_to_end(
        zelf: &Py<PyOrderedDict>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        last: bool,
    ) -> PyResult<()> {
        let h = hash_key(vm, key)?;
        let Some(i) = zelf.dict.find(vm, key, h)? else { return Err(vm.key_error(key)) };
        if last {
            zelf.dict.table().move_to_end(i);
        } else {
            zelf.dict.table().move_to_front(i);
        }
        zelf.touch();
        Ok(())
    }
}
