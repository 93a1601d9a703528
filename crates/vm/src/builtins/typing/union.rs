//! `typing.Union`: `int | None`.

use super::{PyTypeAliasType, type_check};
use crate::builtins::generic_alias::{PyGenericAlias, parameters};
use crate::prelude::*;
use crate::protocol::attributes::generic_get_attr;
use crate::protocol::comparison::equal;

/// One type or another, such as int | str
#[pyclass(name = "Union", module = "typing", flags(EXT), with(methods))]
#[derive(Traverse)]
pub struct PyUnion {
    args: PyRef<PyTuple>,
    /// The members among `args` that have no hash.
    unhashable: Vec<PyObjectRef>,
    parameters: PyCell<Option<PyRef<PyTuple>>>,
}

/// Collects members, each once.
struct Builder<'v> {
    vm: &'v VirtualMachine,
    args: Vec<PyObjectRef>,
    hashed: PyRef<PyDict>,
    unhashable: Vec<PyObjectRef>,
    /// Members come from a program's subscript: they are checked to be types.
    checked: bool,
}

impl Builder<'_> {
    fn add(&mut self, o: PyObject<'_>) -> PyResult<()> {
        let vm = self.vm;
        if let Some(u) = o.downcast::<PyUnion>() {
            for a in u.args.as_slice() {
                self.add_one(a.clone())?;
            }
            return Ok(());
        }
        if o.is_none() {
            return self.add_one(vm.types().none.clone().into());
        }
        if self.checked {
            let t = type_check(vm, o, "Union[arg, ...]: each arg must be a type.")?;
            return self.add_one(t);
        }
        self.add_one(o.to_owned())
    }

    fn add_one(&mut self, o: PyObjectRef) -> PyResult<()> {
        let vm = self.vm;
        match crate::protocol::hash::hash(vm, o.as_object()) {
            Ok(h) => {
                if self.hashed.find(vm, o.as_object(), h)?.is_some() {
                    return Ok(());
                }
                self.hashed.set_with_hash(vm, o.as_object(), h, vm.none())?;
            }
            Err(e) if vm.is_error(&e, &vm.exc().type_error) => {
                for u in &self.unhashable {
                    if equal(vm, u.as_object(), o.as_object())? {
                        return Ok(());
                    }
                }
                self.unhashable.push(o.clone());
            }
            Err(e) => return Err(e),
        }
        self.args.push(o);
        Ok(())
    }

    fn finish(mut self) -> PyResult {
        let vm = self.vm;
        match self.args.len() {
            0 => Err(vm.type_error("Cannot take a Union of no types.")),
            1 => Ok(self.args.remove(0)),
            _ => Ok(vm
                .new_object(PyUnion {
                    args: vm.new_tuple(self.args),
                    unhashable: self.unhashable,
                    parameters: PyCell::new(None),
                })
                .into()),
        }
    }
}

fn builder(vm: &VirtualMachine, checked: bool) -> Builder<'_> {
    Builder { vm, args: Vec::new(), hashed: vm.new_dict(), unhashable: Vec::new(), checked }
}

/// `Union[items]`.
pub(crate) fn from_items(vm: &VirtualMachine, items: &[PyObjectRef]) -> PyResult {
    let mut b = builder(vm, true);
    for i in items {
        b.add(i.as_object())?;
    }
    b.finish()
}

fn can_unite(o: PyObject<'_>) -> bool {
    o.is_none()
        || o.downcast::<PyType>().is_some()
        || o.downcast::<PyGenericAlias>().is_some()
        || o.downcast::<PyUnion>().is_some()
        || o.downcast::<PyTypeAliasType>().is_some()
}

/// `a | b` of types; NotImplemented for anything else.
pub(crate) fn or(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
    if !can_unite(a) || !can_unite(b) {
        return Ok(PyObjectRef::not_implemented());
    }
    let mut all = builder(vm, false);
    all.add(a)?;
    all.add(b)?;
    all.finish()
}

impl PyUnion {
    fn hashable(&self) -> Vec<PyObjectRef> {
        let odd = |a: &PyObjectRef| self.unhashable.iter().any(|u| u.is(a));
        self.args.as_slice().iter().filter(|a| !odd(a)).cloned().collect()
    }

    fn parameters(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        if let Some(p) = self.parameters.get() {
            return Ok(p);
        }
        let p = parameters::collect(vm, &self.args)?;
        drop(self.parameters.replace(Some(p.clone())));
        Ok(p)
    }
}

#[pymethods]
impl PyUnion {
    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult {
        let _guard = vm.enter_native(" while getting the repr of an object")?;
        let mut out = Vec::new();
        for (i, a) in self.args.as_slice().iter().enumerate() {
            if i > 0 {
                out.extend(b" | ");
            }
            if a.is(&vm.types().none) {
                out.extend(b"None");
            } else {
                out.extend(parameters::type_repr(vm, a.as_object())?);
            }
        }
        Ok(vm.new_str_bytes(&out).into())
    }

    #[slot]
    fn hash(&self, vm: &VirtualMachine) -> PyResult<i64> {
        // The error of a member without a hash is the union's.
        for u in &self.unhashable {
            crate::protocol::hash::hash(vm, u.as_object())?;
        }
        let frozenset = vm.builtin("frozenset")?;
        let set = vm.call_positional(frozenset.as_object(), &[self.args.as_object()])?;
        crate::protocol::hash::hash(vm, set.as_object())
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyUnion>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let other = match other.downcast::<PyUnion>() {
            Some(o) if matches!(op, Comparison::Eq | Comparison::Ne) => o,
            _ => return Ok(PyObjectRef::not_implemented()),
        };
        let contains = |items: &[PyObjectRef], x: &PyObjectRef| -> PyResult<bool> {
            for i in items {
                if equal(vm, i.as_object(), x.as_object())? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let mut same =
            zelf.args.len() == other.args.len() && zelf.unhashable.len() == other.unhashable.len();
        if same {
            let theirs = other.hashable();
            for a in zelf.hashable() {
                same = same && contains(&theirs, &a)?;
            }
            for a in &zelf.unhashable {
                same = same && contains(&other.unhashable, a)?;
            }
        }
        Ok(vm.new_bool(same == (op == Comparison::Eq)))
    }

    /// The class's module is the union's, too.
    #[slot]
    fn getattro(zelf: &Py<PyUnion>, vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        if name.as_bytes() == b"__module__" {
            return vm.get_attr(zelf.class().as_object(), name);
        }
        generic_get_attr(vm, zelf.as_object(), name)
    }

    #[slot(name = "or")]
    fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        from_items(vm, &[a.to_owned(), b.to_owned()])
    }

    #[slot]
    fn subscript(zelf: &Py<PyUnion>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        let p = zelf.parameters(vm)?;
        let args = parameters::substitute(vm, zelf.as_object(), &zelf.args, &p, key)?;
        from_items(vm, args.as_slice())
    }
}

#[pymethods(name = methods)]
impl PyUnion {
    #[method(sig = "(self, object, /)")]
    fn __mro_entries__(zelf: &Py<PyUnion>, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        let _ = object;
        let shown = vm.repr(zelf.as_object())?;
        Err(vm.type_error(format!("Cannot subclass {}", shown.to_string_lossy())))
    }

    #[classmethod(sig = "(cls, object, /)")]
    fn __class_getitem__(_cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        match object.downcast::<PyTuple>() {
            Some(t) => from_items(vm, t.as_slice()),
            None => from_items(vm, &[object.to_owned()]),
        }
    }

    #[member]
    fn __args__(&self) -> PyRef<PyTuple> {
        self.args.clone()
    }

    /// Name of the type
    #[getter]
    fn __name__(&self) -> &'static str {
        "Union"
    }

    /// The name of the class, as its module has it
    #[getter]
    fn __qualname__(&self) -> &'static str {
        "Union"
    }

    /// Union itself
    #[getter]
    fn __origin__(&self, vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PyUnion>().to_ref()
    }

    /// The type variables among the members.
    #[getter]
    fn __parameters__(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        self.parameters(vm)
    }
}
