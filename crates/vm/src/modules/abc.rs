//! `_abc`: registries and caches of abstract base classes.
//!
//! Every abstract class has a data object with three sets of classes, held weakly.  A
//! negative cache is good only as long as no class has been registered anywhere since.

use crate::builtins::set::PySet;
use crate::builtins::weakref::PyWeak;
use crate::prelude::*;
use std::cell::Cell;
use std::collections::HashMap;

pub use self::abc::MODULE;

/// Classes held weakly, by address.
#[derive(Default)]
struct WeakSet(PyCell<HashMap<u64, PyRef<PyWeak>, ahash::RandomState>>);

impl WeakSet {
    fn contains(&self, cls: &Py<PyType>) -> bool {
        let found = self.0.with(|m| m.get(&cls.as_object().bits()).cloned());
        // An address may have been used again.
        found.and_then(|w| w.upgrade()).is_some_and(|t| t.is(cls))
    }

    fn add(&self, vm: &VirtualMachine, cls: &Py<PyType>) {
        let Some(weak) = PyWeak::create(vm, vm.type_of::<PyWeak>(), cls.as_object(), None) else {
            return;
        };
        let gone: Vec<_> = self.0.with_mut(|m| {
            let before = m.insert(cls.as_object().bits(), weak);
            // Now and then the dead go.
            let dead: Vec<u64> = if m.len().is_power_of_two() {
                m.iter().filter(|(_, w)| w.is_dead()).map(|(k, _)| *k).collect()
            } else {
                Vec::new()
            };
            dead.iter().filter_map(|k| m.remove(k)).chain(before).collect()
        });
        drop(gone);
    }

    fn clear(&self) {
        drop(self.0.take());
    }

    fn all(&self) -> Vec<PyRef<PyWeak>> {
        self.0.with(|m| m.values().filter(|w| !w.is_dead()).cloned().collect())
    }

    fn to_set(&self, vm: &VirtualMachine) -> PyResult {
        let set = vm.new_object(PySet::new());
        for w in self.all() {
            set.add(vm, w.as_object())?;
        }
        Ok(set.into())
    }
}

impl Traverse for WeakSet {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.0.with(|m| m.values().for_each(|w| w.traverse(visit)));
    }
}

/// Internal state held by ABC machinery.
#[pyclass(name = "_abc_data", module = "_abc", flags(HAVE_GC))]
#[derive(Traverse)]
pub struct PyAbcData {
    registry: WeakSet,
    cache: WeakSet,
    negative: WeakSet,
    negative_version: Cell<u64>,
}

#[pymethods]
impl PyAbcData {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyAbcData> {
        let version = vm.interp.abc_version.get();
        vm.alloc(
            cls,
            PyAbcData {
                registry: WeakSet::default(),
                cache: WeakSet::default(),
                negative: WeakSet::default(),
                negative_version: Cell::new(version),
            },
        )
    }
}

fn data_of(vm: &VirtualMachine, cls: PyObject<'_>) -> PyResult<PyRef<PyAbcData>> {
    let data = vm.get_attr(cls, &vm.names()._abc_impl)?;
    data.downcast().map_err(|_| vm.type_error("_abc_impl is set to a wrong type"))
}

fn is_abstract(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<bool> {
    match vm.get_attr_opt(o, &vm.names().__isabstractmethod__)? {
        Some(v) => vm.is_true(v.as_object()),
        None => Ok(false),
    }
}

/// Sets `__abstractmethods__`: what the class's own body and its bases leave open.
fn compute_abstract_methods(vm: &VirtualMachine, cls: PyObject<'_>) -> PyResult<()> {
    let names = vm.names();
    let open = PySet::new();
    let ns = vm.get_attr(cls, &names.__dict__)?;
    let items = match cls.downcast::<PyType>() {
        Some(t) => t.dict(vm).items(),
        None => {
            let mut out = Vec::new();
            for k in vm.collect(ns.as_object())? {
                let v = vm.get_item(ns.as_object(), k.as_object())?;
                out.push((k, v));
            }
            out
        }
    };
    for (k, v) in items {
        if is_abstract(vm, v.as_object())? {
            open.add(vm, k.as_object())?;
        }
    }
    let bases = vm.get_attr(cls, &names.__bases__)?;
    let Some(bases) = bases.as_object().downcast::<PyTuple>() else {
        return Err(vm.type_error("__bases__ is not tuple"));
    };
    for base in bases.as_slice() {
        let Some(inherited) = vm.get_attr_opt(base.as_object(), &names.__abstractmethods__)? else {
            continue;
        };
        for k in vm.collect(inherited.as_object())? {
            let Some(name) = k.as_object().downcast::<PyStr>() else { continue };
            if let Some(v) = vm.get_attr_opt(cls, name)?
                && is_abstract(vm, v.as_object())?
            {
                open.add(vm, k.as_object())?;
            }
        }
    }
    let frozen = vm.builtin("frozenset")?;
    let set = vm.new_object(open);
    let frozen = vm.call_positional(frozen.as_object(), &[set.as_object()])?;
    vm.set_attr(cls, &names.__abstractmethods__, Some(frozen.as_object()))
}

const COLLECTION_FLAGS: TypeFlags = TypeFlags::SEQUENCE.union(TypeFlags::MAPPING);

/// A class that says it is a sequence or a mapping is one for `match`.
fn take_collection_flags(vm: &VirtualMachine, cls: &Py<PyType>) -> PyResult<()> {
    let name = vm.intern("__abc_tpflags__");
    let Some(flags) = cls.dict(vm).get_str(vm, &name)? else { return Ok(()) };
    let Some(bits) = flags.as_object().small_int() else { return Ok(()) };
    let bits = TypeFlags::from_bits_truncate(bits as u64) & COLLECTION_FLAGS;
    if bits == COLLECTION_FLAGS {
        return Err(vm.type_error(
            "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING",
        ));
    }
    cls.flags.set(cls.flags.get() | bits);
    vm.set_attr(cls.as_object(), &name, None)
}

fn set_collection_flag(cls: &Py<PyType>, flag: TypeFlags) {
    if cls.has_flags(TypeFlags::IMMUTABLE) || cls.flags.get() & COLLECTION_FLAGS == flag {
        return;
    }
    cls.flags.set((cls.flags.get() - COLLECTION_FLAGS) | flag);
    cls.subclasses.all().iter().for_each(|c| set_collection_flag(c, flag));
}

fn subclass_check(vm: &VirtualMachine, cls: PyObject<'_>, subclass: &Py<PyType>) -> PyResult<bool> {
    let data = data_of(vm, cls)?;
    if data.cache.contains(subclass) {
        return Ok(true);
    }
    let version = vm.interp.abc_version.get();
    if data.negative_version.get() < version {
        data.negative.clear();
        data.negative_version.set(version);
    } else if data.negative.contains(subclass) {
        return Ok(false);
    }
    let yes = || {
        data.cache.add(vm, subclass);
        Ok(true)
    };
    let hook = vm.call_method(cls, &vm.names().__subclasshook__, &[subclass.as_object()])?;
    match hook.as_object().as_bool() {
        Some(true) => return yes(),
        Some(false) => {
            data.negative.add(vm, subclass);
            return Ok(false);
        }
        None if hook.is_not_implemented() => {}
        None => {
            return Err(vm.assertion_error(
                "__subclasshook__ must return either False, True, or NotImplemented",
            ));
        }
    }
    if cls.downcast::<PyType>().is_some_and(|c| subclass.is_subtype(c)) {
        return yes();
    }
    for weak in data.registry.all() {
        if let Some(c) = weak.upgrade()
            && vm.is_subclass(subclass.as_object(), c.as_object())?
        {
            return yes();
        }
    }
    let subclasses = vm.call_method(cls, &vm.names().__subclasses__, &[])?;
    let Some(subclasses) = subclasses.as_object().downcast::<PyList>() else {
        return Err(vm.type_error("__subclasses__() must return a list"));
    };
    for c in subclasses.items().to_vec() {
        if vm.is_subclass(subclass.as_object(), c.as_object())? {
            return yes();
        }
    }
    data.negative.add(vm, subclass);
    Ok(false)
}

/// The native half of abc: registries and caches behind abstract base classes.
#[pymodule(name = "_abc")]
pub mod abc {
    use super::*;

    /// A token that is equal to an earlier one as long as no register() came between.
    #[function(sig = "()")]
    fn get_cache_token(vm: &VirtualMachine) -> u64 {
        vm.interp.abc_version.get()
    }

    /// Prepares a new abstract class: what is abstract in it, and its registry.
    #[function(sig = "(self, /)")]
    fn _abc_init(vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult<()> {
        compute_abstract_methods(vm, zelf)?;
        let data = vm.call_positional(vm.type_of::<PyAbcData>().as_object(), &[])?;
        vm.set_attr(zelf, &vm.names()._abc_impl, Some(data.as_object()))?;
        match zelf.downcast::<PyType>() {
            Some(t) => take_collection_flags(vm, t),
            None => Ok(()),
        }
    }

    /// Makes a class a virtual subclass of an abstract one.
    #[function(sig = "(self, subclass, /)")]
    fn _abc_register(vm: &VirtualMachine, zelf: PyObject<'_>, subclass: PyObject<'_>) -> PyResult {
        let Some(c) = subclass.downcast::<PyType>() else {
            return Err(vm.type_error("Can only register classes"));
        };
        if vm.is_subclass(subclass, zelf)? {
            return Ok(subclass.to_owned());
        }
        // Cycles are looked for only now: "already a subclass" is no cycle.
        if vm.is_subclass(zelf, subclass)? {
            return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
        }
        data_of(vm, zelf)?.registry.add(vm, c);
        vm.interp.abc_version.set(vm.interp.abc_version.get() + 1);
        if let Some(t) = zelf.downcast::<PyType>() {
            let flag = t.flags.get() & COLLECTION_FLAGS;
            if !flag.is_empty() {
                set_collection_flag(c, flag);
            }
        }
        Ok(subclass.to_owned())
    }

    /// Answers isinstance() for an abstract class.
    #[function(sig = "(self, instance, /)")]
    fn _abc_instancecheck(
        vm: &VirtualMachine,
        zelf: PyObject<'_>,
        instance: PyObject<'_>,
    ) -> PyResult {
        let data = data_of(vm, zelf)?;
        let real = instance.class(vm).to_ref();
        let claimed = vm.get_attr_opt(instance, &vm.names().__class__)?;
        let claimed = claimed.unwrap_or_else(|| real.clone().into());
        let Some(cls) = claimed.as_object().downcast::<PyType>() else {
            return vm.call_method(zelf, &vm.names().__subclasscheck__, &[claimed.as_object()]);
        };
        if data.cache.contains(cls) {
            return Ok(vm.new_bool(true));
        }
        let check = |c: PyObject<'_>| vm.call_method(zelf, &vm.names().__subclasscheck__, &[c]);
        if real.is(cls) {
            if data.negative_version.get() == vm.interp.abc_version.get()
                && data.negative.contains(cls)
            {
                return Ok(vm.new_bool(false));
            }
            return check(cls.as_object());
        }
        let r = check(cls.as_object())?;
        if vm.is_true(r.as_object())? {
            return Ok(r);
        }
        check(real.as_object())
    }

    /// Answers issubclass() for an abstract class.
    #[function(sig = "(self, subclass, /)")]
    fn _abc_subclasscheck(
        vm: &VirtualMachine,
        zelf: PyObject<'_>,
        subclass: PyObject<'_>,
    ) -> PyResult<bool> {
        let Some(c) = subclass.downcast::<PyType>() else {
            return Err(vm.type_error("issubclass() arg 1 must be a class"));
        };
        let _guard = vm.enter_native(" in __subclasscheck__")?;
        subclass_check(vm, zelf, c)
    }

    /// Copies of the registry and both caches of an abstract class, and the version of the
    /// second.
    ///
    /// For abc's own debugging output.
    #[function(sig = "(self, /)")]
    fn _get_dump(
        vm: &VirtualMachine,
        zelf: PyObject<'_>,
    ) -> PyResult<(PyObjectRef, PyObjectRef, PyObjectRef, u64)> {
        let d = data_of(vm, zelf)?;
        let sets = (d.registry.to_set(vm)?, d.cache.to_set(vm)?, d.negative.to_set(vm)?);
        Ok((sets.0, sets.1, sets.2, d.negative_version.get()))
    }

    /// Forgets the virtual subclasses of an abstract class.
    #[function(sig = "(self, /)")]
    fn _reset_registry(vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult<()> {
        data_of(vm, zelf)?.registry.clear();
        Ok(())
    }

    /// Forgets what both caches of an abstract class know.
    #[function(sig = "(self, /)")]
    fn _reset_caches(vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult<()> {
        let d = data_of(vm, zelf)?;
        d.cache.clear();
        d.negative.clear();
        Ok(())
    }
}
