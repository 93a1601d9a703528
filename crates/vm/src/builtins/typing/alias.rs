//! `typing.TypeAliasType`: what `type X = ...` makes.

use super::evaluator::Lazy;
use super::{calling_module, default_of, unpack, unpack_variadics};
use crate::builtins::function::PyFunction;
use crate::builtins::generic_alias::PyGenericAlias;
use crate::prelude::*;

/// Type alias.
///
/// Made by the type statement (`type Alias = int`, `type ListOrSet[T] = list[T] | set[T]`).
/// Its value is computed when __value__ is first asked for; its parameters are in
/// __type_params__.
#[pyclass(name = "TypeAliasType", module = "typing", flags(HAVE_GC), with(methods))]
pub struct PyTypeAliasType {
    name: PyRef<PyStr>,
    params: Option<PyRef<PyTuple>>,
    value: Lazy,
    module: Option<PyObjectRef>,
}

impl Traverse for PyTypeAliasType {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.name.traverse(visit);
        self.params.traverse(visit);
        self.value.traverse(visit);
        self.module.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.value.clear(out);
    }
}

/// The type statement: (name, type parameters or None, function that computes the value).
pub(super) fn from_statement(vm: &VirtualMachine, v: PyObject<'_>) -> PyResult {
    let parts = v.downcast::<PyTuple>().map(|t| t.as_slice());
    let Some([name, params, compute]) = parts else {
        return Err(vm.system_error("a type alias is made of three parts"));
    };
    let value = Lazy::default();
    value.set_evaluator(compute.clone());
    Ok(vm
        .new_object(PyTypeAliasType {
            name: super::name_argument(vm, name.as_object())?,
            params: params.as_object().downcast::<PyTuple>().map(|t| t.to_ref()),
            value,
            module: compute.as_object().downcast::<PyFunction>().map(|f| f.module.get()),
        })
        .into())
}

/// Parameters with defaults come last.
fn check_params(vm: &VirtualMachine, params: &Py<PyTuple>) -> PyResult<()> {
    let mut seen_default = false;
    for p in params.as_slice() {
        let has = match default_of(p.as_object()) {
            Some(d) => d.is_set(),
            None => match vm.get_attr_opt(p.as_object(), &vm.intern("__default__"))? {
                Some(d) => !d.is(&super::generic::no_default(vm)),
                None => {
                    let shown = vm.repr(p.as_object())?;
                    return Err(vm.type_error(format!(
                        "Expected a type param, got {}",
                        shown.to_string_lossy()
                    )));
                }
            },
        };
        if seen_default && !has {
            let shown = vm.repr(p.as_object())?;
            return Err(vm.type_error(format!(
                "non-default type parameter '{}' follows default type parameter",
                shown.to_string_lossy()
            )));
        }
        seen_default |= has;
    }
    Ok(())
}

impl PyTypeAliasType {
    fn params(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        self.params.clone().unwrap_or_else(|| vm.new_tuple(Vec::new()))
    }
}

#[pymethods]
impl PyTypeAliasType {
    #[slot(sig = "(name, value, *, type_params=())", text = "")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        name: &Py<PyStr>,
        value: PyObject<'_>,
        type_params: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyTypeAliasType>> {
        let params = match type_params {
            None => None,
            Some(p) => match p.downcast::<PyTuple>() {
                Some(t) => {
                    check_params(vm, t)?;
                    (!t.is_empty()).then(|| t.to_ref())
                }
                None => return Err(vm.type_error("type_params must be a tuple")),
            },
        };
        let module = calling_module(vm);
        Ok(vm.alloc(
            cls,
            PyTypeAliasType {
                name: name.to_ref(),
                params,
                value: Lazy::known(Some(value.to_owned())),
                module: (!module.is_none()).then_some(module),
            },
        ))
    }

    #[slot]
    fn repr(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    #[slot]
    fn iter(zelf: &Py<PyTypeAliasType>, vm: &VirtualMachine) -> PyResult {
        let one = vm.new_tuple(vec![unpack(vm, zelf.as_object())?]);
        vm.get_iter(one.as_object())
    }

    #[slot(name = "or")]
    fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        super::union::or(vm, a, b)
    }

    #[slot]
    fn subscript(zelf: &Py<PyTypeAliasType>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        if zelf.params.is_none() {
            return Err(vm.type_error("Only generic type aliases are subscriptable"));
        }
        Ok(PyGenericAlias::create(vm, zelf.as_object(), key))
    }
}

#[pymethods(name = methods)]
impl PyTypeAliasType {
    #[method(sig = "(self, /)")]
    fn __reduce__(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    #[member]
    fn __name__(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    #[getter]
    fn __parameters__(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        unpack_variadics(vm, &self.params(vm))
    }

    #[getter]
    fn __type_params__(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        self.params(vm)
    }

    #[getter]
    fn __value__(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        self.value.get(vm)
    }

    #[getter]
    fn evaluate_value(&self, vm: &VirtualMachine) -> Option<PyObjectRef> {
        self.value.evaluator(vm)
    }

    #[getter]
    fn __module__(&self) -> Option<PyObjectRef> {
        self.module.clone()
    }
}
