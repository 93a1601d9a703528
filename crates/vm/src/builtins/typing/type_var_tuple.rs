//! `typing.TypeVarTuple`.

use super::evaluator::Lazy;
use super::generic::no_default;
use super::{call_typing, set_module, unpack};
use crate::prelude::*;

/// Type variable tuple: a type variable for any number of types.
///
/// Made by the type parameter syntax (`class C[*Ts]: ...`), or by a call:
/// Ts = TypeVarTuple('Ts'), D = TypeVarTuple('D', default=(str, int)).  A class with one
/// takes any number of arguments: C[int], C[int, str], C[()].
#[pyclass(name = "TypeVarTuple", module = "typing", flags(EXT, HAS_DICT), with(methods))]
pub struct PyTypeVarTuple {
    name: PyRef<PyStr>,
    pub(super) default: Lazy,
}

impl Traverse for PyTypeVarTuple {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.name.traverse(visit);
        self.default.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.default.clear(out);
    }
}

impl PyTypeVarTuple {
    /// What the syntax makes.
    pub fn plain(vm: &VirtualMachine, name: PyRef<PyStr>) -> PyRef<PyTypeVarTuple> {
        vm.new_object(PyTypeVarTuple { name, default: Lazy::default() })
    }
}

#[pymethods]
impl PyTypeVarTuple {
    #[slot(sig = "(name, *, default=typing.NoDefault)", text = "")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        name: &Py<PyStr>,
        default: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyTypeVarTuple>> {
        let nothing = no_default(vm);
        let default = default.filter(|d| !d.is(&nothing)).map(PyObject::to_owned);
        let t =
            vm.alloc(cls, PyTypeVarTuple { name: name.to_ref(), default: Lazy::known(default) });
        set_module(vm, t.as_object())?;
        Ok(t)
    }

    #[slot]
    fn repr(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    #[slot]
    fn iter(zelf: &Py<PyTypeVarTuple>, vm: &VirtualMachine) -> PyResult {
        let one = vm.new_tuple(vec![unpack(vm, zelf.as_object())?]);
        vm.get_iter(one.as_object())
    }
}

#[pymethods(name = methods)]
impl PyTypeVarTuple {
    #[method(sig = "(self, arg, /)")]
    fn __typing_subst__(&self, vm: &VirtualMachine, arg: PyObject<'_>) -> PyResult {
        let _ = arg;
        Err(vm.type_error("Substitution of bare TypeVarTuple is not supported"))
    }

    #[method(sig = "(self, alias, args, /)")]
    fn __typing_prepare_subst__(
        zelf: &Py<PyTypeVarTuple>,
        vm: &VirtualMachine,
        alias: PyObject<'_>,
        args: PyObject<'_>,
    ) -> PyResult {
        call_typing(vm, "_typevartuple_prepare_subst", &[zelf.as_object(), alias, args])
    }

    #[method(sig = "(self, /)")]
    fn __reduce__(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    #[method(sig = "(self, /)")]
    fn has_default(&self) -> bool {
        self.default.is_set()
    }

    #[method(sig = "(self, object, /)")]
    fn __mro_entries__(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        let _ = object;
        Err(vm.type_error("Cannot subclass an instance of TypeVarTuple"))
    }

    #[member]
    fn __name__(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    /// What stands in for the parameters when nothing is given.
    #[getter]
    fn __default__(&self, vm: &VirtualMachine) -> PyResult {
        let d = self.default.get(vm)?;
        Ok(d.unwrap_or_else(|| no_default(vm)))
    }

    #[getter]
    fn evaluate_default(&self, vm: &VirtualMachine) -> Option<PyObjectRef> {
        self.default.evaluator(vm)
    }
}
