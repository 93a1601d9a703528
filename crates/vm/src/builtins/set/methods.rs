//! The methods and slots of `set` and `frozenset`: what both have comes from one macro.

use super::{PyFrozenSet, PySet, PySetIter, hash_item};
use crate::builtins::generic_alias::PyGenericAlias;
use crate::builtins::sequences::ordered;
use crate::call::check_arity;
use crate::prelude::*;

impl PySet {
    fn as_set(&self) -> &PySet {
        self
    }
}

impl PyFrozenSet {
    fn as_set(&self) -> &PySet {
        &self.set
    }
}

/// A set of the builtin type that `like` has or derives from.
fn make(vm: &VirtualMachine, like: PyObject<'_>, set: PySet) -> PyObjectRef {
    if like.downcast::<PyFrozenSet>().is_some() {
        vm.new_object(PyFrozenSet { set }).into()
    } else {
        vm.new_object(set).into()
    }
}

/// A copy; an exact frozenset is its own.
fn copy(vm: &VirtualMachine, o: PyObject<'_>, set: &PySet) -> PyResult {
    if o.is_type(vm.type_of::<PyFrozenSet>()) {
        return Ok(o.to_owned());
    }
    Ok(make(vm, o, set.copy(vm)?))
}

/// Runs a lookup; an unhashable set is looked for as a frozenset.
fn with_set_as_key<R>(
    vm: &VirtualMachine,
    item: PyObject<'_>,
    f: impl FnOnce(PyObject<'_>, i64) -> PyResult<R>,
) -> PyResult<R> {
    match hash_item(vm, item) {
        Ok(hash) => f(item, hash),
        Err(e) => {
            let Some(s) =
                item.downcast::<PySet>().filter(|_| vm.is_error(&e, &vm.exc().type_error))
            else {
                return Err(e);
            };
            let frozen = vm.new_object(PyFrozenSet { set: s.copy(vm)? });
            let hash = frozen_hash(&frozen.set);
            f(frozen.as_object(), hash)
        }
    }
}

/// The hash of a frozenset: it depends on no order.
fn frozen_hash(set: &PySet) -> i64 {
    if let Some(h) = set.hash.get() {
        return h;
    }
    let shuffle = |h: u64| ((h ^ 89869747) ^ (h << 16)).wrapping_mul(3644798167);
    let mut hash: u64 = 0;
    set.table.for_each_hash(|h| hash ^= shuffle(h as u64));
    hash ^= (set.len() as u64 + 1).wrapping_mul(1927868237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69069).wrapping_add(907133923);
    let h = if hash == u64::MAX { 590923713 } else { hash as i64 };
    set.hash.set(Some(h));
    h
}

macro_rules! shared_methods {
    ($ty:ident) => {
        #[pymethods(name = shared)]
        impl $ty {
            #[slot]
            fn repr(zelf: &Py<$ty>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
                repr(vm, zelf.as_object(), zelf.as_set())
            }

            #[slot]
            fn iter(zelf: &Py<$ty>, vm: &VirtualMachine) -> PyRef<PySetIter> {
                vm.new_object(PySetIter::new(zelf.as_object().to_owned(), zelf.as_set()))
            }

            #[slot]
            fn mp_length(zelf: &Py<$ty>) -> usize {
                zelf.as_set().len()
            }

            #[slot(name = "contains")]
            fn has(zelf: &Py<$ty>, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
                with_set_as_key(vm, item, |item, hash| {
                    Ok(zelf.as_set().find(vm, item, hash)?.is_some())
                })
            }

            /// Whether the object is in the set.
            #[method(name = "__contains__", sig = "(self, object, /)")]
            fn dunder_contains(
                zelf: &Py<$ty>,
                vm: &VirtualMachine,
                object: PyObject<'_>,
            ) -> PyResult<bool> {
                <$ty>::has(zelf, vm, object)
            }

            #[slot]
            fn richcompare(
                zelf: &Py<$ty>,
                vm: &VirtualMachine,
                other: PyObject<'_>,
                op: Comparison,
            ) -> PyResult {
                compare(vm, zelf.as_set(), other, op)
            }

            #[slot(name = "or")]
            fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
                let (Some(x), Some(_)) = (a.any_set(), b.any_set()) else {
                    return Ok(PyObjectRef::not_implemented());
                };
                let result = x.copy(vm)?;
                result.update(vm, b)?;
                Ok(make(vm, a, result))
            }

            #[slot(name = "and")]
            fn bit_and(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
                let (Some(x), Some(_)) = (a.any_set(), b.any_set()) else {
                    return Ok(PyObjectRef::not_implemented());
                };
                Ok(make(vm, a, x.intersection(vm, b)?))
            }

            #[slot(name = "subtract")]
            fn minus(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
                let (Some(x), Some(_)) = (a.any_set(), b.any_set()) else {
                    return Ok(PyObjectRef::not_implemented());
                };
                Ok(make(vm, a, x.difference(vm, b)?))
            }

            #[slot(name = "xor")]
            fn bit_xor(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
                let (Some(_), Some(y)) = (a.any_set(), b.any_set()) else {
                    return Ok(PyObjectRef::not_implemented());
                };
                let result = y.copy(vm)?;
                result.symmetric_difference_update(vm, a)?;
                Ok(make(vm, a, result))
            }

            /// A set with the same elements.
            #[method(name = "copy", sig = "(self, /)")]
            fn py_copy(zelf: &Py<$ty>, vm: &VirtualMachine) -> PyResult {
                copy(vm, zelf.as_object(), zelf.as_set())
            }

            /// The elements that are in none of the others.
            #[method(name = "difference", sig = "(self, *others)")]
            fn py_difference(zelf: &Py<$ty>, vm: &VirtualMachine, others: Rest<'_>) -> PyResult {
                let mut others = others.iter();
                let result = match others.next() {
                    Some(first) => zelf.as_set().difference(vm, first)?,
                    None => zelf.as_set().copy(vm)?,
                };
                for o in others {
                    result.difference_update(vm, o)?;
                }
                Ok(make(vm, zelf.as_object(), result))
            }

            /// The elements that are in all the others too.
            #[method(name = "intersection", sig = "(self, *others)")]
            fn py_intersection(zelf: &Py<$ty>, vm: &VirtualMachine, others: Rest<'_>) -> PyResult {
                Ok(make(vm, zelf.as_object(), intersect_all(vm, zelf.as_set(), others)?))
            }

            /// Whether the two have no element in common.
            #[method(sig = "(self, other, /)")]
            fn isdisjoint(
                zelf: &Py<$ty>,
                vm: &VirtualMachine,
                other: PyObject<'_>,
            ) -> PyResult<bool> {
                zelf.as_set().is_disjoint(vm, other)
            }

            /// Whether all elements are in other.
            #[method(sig = "(self, other, /)")]
            fn issubset(
                zelf: &Py<$ty>,
                vm: &VirtualMachine,
                other: PyObject<'_>,
            ) -> PyResult<bool> {
                match other.any_set() {
                    Some(s) => zelf.as_set().is_subset(vm, s),
                    None => zelf.as_set().is_subset(vm, &PySet::from_iterable(vm, other)?),
                }
            }

            /// Whether all elements of other are here.
            #[method(sig = "(self, other, /)")]
            fn issuperset(
                zelf: &Py<$ty>,
                vm: &VirtualMachine,
                other: PyObject<'_>,
            ) -> PyResult<bool> {
                let set = zelf.as_set();
                if let Some(s) = other.any_set() {
                    return s.is_subset(vm, set);
                }
                let it = vm.get_iter(other)?;
                while let Some(item) = vm.iter_next(it.as_object())? {
                    if !set.contains(vm, item.as_object())? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }

            /// How to rebuild the iterator.
            #[method(name = "__reduce__", sig = "(self, /)")]
            fn reduce(zelf: &Py<$ty>, vm: &VirtualMachine) -> PyResult {
                let state = vm.call_method(zelf.as_object(), &vm.names().__getstate__, &[])?;
                let items = vm.new_list(zelf.as_set().items());
                (zelf.class(), (items,), state).into_py_result(vm)
            }

            /// Bytes of memory that the set takes.
            #[method(name = "__sizeof__", sig = "(self, /)")]
            fn size_of(zelf: &Py<$ty>) -> usize {
                let slots = zelf.as_set().table.slot_count();
                200 + if slots > 8 { slots * 16 } else { 0 }
            }

            /// The elements that are in one of the two, but not in both.
            #[method(sig = "(self, other, /)")]
            fn symmetric_difference(
                zelf: &Py<$ty>,
                vm: &VirtualMachine,
                other: PyObject<'_>,
            ) -> PyResult {
                let result = PySet::from_iterable(vm, other)?;
                result.symmetric_difference_update(vm, zelf.as_object())?;
                Ok(make(vm, zelf.as_object(), result))
            }

            /// The elements of the set and all the others.
            #[method(sig = "(self, *others)")]
            fn union(zelf: &Py<$ty>, vm: &VirtualMachine, others: Rest<'_>) -> PyResult {
                let result = zelf.as_set().copy(vm)?;
                for o in others.iter() {
                    result.update(vm, o)?;
                }
                Ok(make(vm, zelf.as_object(), result))
            }
        }
    };
}

shared_methods!(PySet);
shared_methods!(PyFrozenSet);

fn repr(vm: &VirtualMachine, o: PyObject<'_>, set: &PySet) -> PyResult<PyRef<PyStr>> {
    let name = o.class(vm).name();
    if set.is_empty() {
        return Ok(PyStr::from_parts(vm, &[name.as_bytes(), b"()"]));
    }
    let Some(_guard) = vm.repr_enter(o) else {
        return Ok(PyStr::from_parts(vm, &[name.as_bytes(), b"(...)"]));
    };
    let items = set.items();
    let exact = o.is_type(vm.type_of::<PySet>());
    let text = crate::builtins::sequences::repr_items(vm, "{", "}", |i| items.get(i).cloned())?;
    if exact {
        return Ok(text);
    }
    Ok(PyStr::from_parts(vm, &[name.as_bytes(), b"(", text.as_bytes(), b")"]))
}

fn compare(vm: &VirtualMachine, a: &PySet, b: PyObject<'_>, op: Comparison) -> PyResult {
    let Some(b) = b.any_set() else { return Ok(PyObjectRef::not_implemented()) };
    let sizes = a.len().cmp(&b.len());
    let holds = match op {
        Comparison::Eq | Comparison::Ne => {
            let hashes_differ =
                matches!((a.hash.get(), b.hash.get()), (Some(x), Some(y)) if x != y);
            let eq = sizes.is_eq() && !hashes_differ && a.is_subset(vm, b)?;
            eq == (op == Comparison::Eq)
        }
        Comparison::Lt | Comparison::Le => ordered(sizes, op) && a.is_subset(vm, b)?,
        Comparison::Gt | Comparison::Ge => ordered(sizes, op) && b.is_subset(vm, a)?,
    };
    Ok(vm.new_bool(holds))
}

fn intersect_all(vm: &VirtualMachine, set: &PySet, others: Rest<'_>) -> PyResult<PySet> {
    let mut result: Option<PySet> = None;
    for o in others.iter() {
        result = Some(result.as_ref().unwrap_or(set).intersection(vm, o)?);
    }
    match result {
        Some(result) => Ok(result),
        None => set.copy(vm),
    }
}

#[pymethods]
impl PySet {
    #[slot(name = "new", text = "")]
    fn py_new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PySet> {
        vm.alloc(cls, PySet::new())
    }

    #[slot(sig = "(iterable=(), /)")]
    fn init(zelf: &Py<PySet>, vm: &VirtualMachine, iterable: Option<PyObject<'_>>) -> PyResult<()> {
        drop(zelf.table.take_all());
        match iterable {
            Some(o) => zelf.update(vm, o),
            None => Ok(()),
        }
    }

    #[slot(name = "inplace_or")]
    fn or_in_place(zelf: &Py<PySet>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        if other.any_set().is_none() {
            return Ok(PyObjectRef::not_implemented());
        }
        zelf.update(vm, other)?;
        Ok(zelf.to_ref().into())
    }

    #[slot(name = "inplace_and")]
    fn and_in_place(zelf: &Py<PySet>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        if other.any_set().is_none() {
            return Ok(PyObjectRef::not_implemented());
        }
        zelf.table.swap(&zelf.intersection(vm, other)?.table);
        Ok(zelf.to_ref().into())
    }

    #[slot(name = "inplace_subtract")]
    fn minus_in_place(zelf: &Py<PySet>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        if other.any_set().is_none() {
            return Ok(PyObjectRef::not_implemented());
        }
        zelf.difference_update(vm, other)?;
        Ok(zelf.to_ref().into())
    }

    #[slot(name = "inplace_xor")]
    fn xor_in_place(zelf: &Py<PySet>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        if other.any_set().is_none() {
            return Ok(PyObjectRef::not_implemented());
        }
        zelf.symmetric_difference_update(vm, other)?;
        Ok(zelf.to_ref().into())
    }

    /// Takes in an element, if it is not there yet.
    #[method(name = "add", sig = "(self, object, /)")]
    fn py_add(zelf: &Py<PySet>, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<()> {
        zelf.add(vm, object).map(drop)
    }

    /// Empties the set.
    #[method(name = "clear", sig = "(self, /)")]
    fn py_clear(zelf: &Py<PySet>) {
        drop(zelf.table.take_all());
    }

    /// Takes out an element, if it is there.
    #[method(sig = "(self, object, /)")]
    fn discard(zelf: &Py<PySet>, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<()> {
        with_set_as_key(vm, object, |item, hash| zelf.discard_hashed(vm, item, hash).map(drop))
    }

    /// Takes out an element; KeyError if it is not there.
    #[method(name = "remove", sig = "(self, object, /)")]
    fn py_remove(zelf: &Py<PySet>, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<()> {
        let there = with_set_as_key(vm, object, |item, hash| zelf.discard_hashed(vm, item, hash))?;
        if there { Ok(()) } else { Err(vm.key_error(object)) }
    }

    /// Takes out and returns some element; KeyError if there is none.
    #[method(sig = "(self, /)")]
    fn pop(zelf: &Py<PySet>, vm: &VirtualMachine) -> PyResult {
        match zelf.table.pop() {
            Some(item) => Ok(item),
            None => Err(vm.key_error(vm.new_str("pop from an empty set").as_object())),
        }
    }

    /// Takes out all elements of the others.
    #[method(name = "difference_update", sig = "(self, *others)")]
    fn py_difference_update(
        zelf: &Py<PySet>,
        vm: &VirtualMachine,
        others: Rest<'_>,
    ) -> PyResult<()> {
        others.iter().try_for_each(|o| zelf.difference_update(vm, o))
    }

    /// Takes out the elements that are not in all the others.
    #[method(sig = "(self, *others)")]
    fn intersection_update(
        zelf: &Py<PySet>,
        vm: &VirtualMachine,
        others: Rest<'_>,
    ) -> PyResult<()> {
        zelf.table.swap(&intersect_all(vm, zelf, others)?.table);
        Ok(())
    }

    /// Takes out the elements that are in other, and in those of other that were not here.
    #[method(name = "symmetric_difference_update", sig = "(self, other, /)")]
    fn py_symmetric_difference_update(
        zelf: &Py<PySet>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
    ) -> PyResult<()> {
        zelf.symmetric_difference_update(vm, other)
    }

    /// Takes in the elements of the others.
    #[method(name = "update", sig = "(self, *others)")]
    fn py_update(zelf: &Py<PySet>, vm: &VirtualMachine, others: Rest<'_>) -> PyResult<()> {
        others.iter().try_for_each(|o| zelf.update(vm, o))
    }

    /// set takes the type of its elements in brackets, for annotations.
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }
}

#[pymethods]
impl PyFrozenSet {
    #[slot(name = "new", text = "(iterable=(), /)")]
    fn py_new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let exact = cls.is(vm.type_of::<PyFrozenSet>());
        let init = |t: &Py<PyType>| t.slots.init.get().map(|f| f as usize);
        if exact || init(cls) == init(vm.type_of::<PyFrozenSet>()) {
            args.no_keywords(vm, "frozenset")?;
            check_arity(vm, "frozenset", args.len(), 0, 1)?;
        }
        let set = match args.get(0) {
            Some(o) if exact && o.is_type(cls) => return Ok(o.to_owned()),
            Some(o) => PySet::from_iterable(vm, o)?,
            None => PySet::new(),
        };
        Ok(vm.alloc(cls, PyFrozenSet { set }).into())
    }

    #[slot]
    fn hash(&self) -> i64 {
        frozen_hash(&self.set)
    }

    /// frozenset takes the type of its elements in brackets, for annotations.
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }
}
