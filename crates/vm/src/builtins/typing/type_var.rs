//! `typing.TypeVar`.

use super::evaluator::Lazy;
use super::generic::no_default;
use super::{call_typing, check_variance, make_union, set_module, shown, type_check};
use crate::prelude::*;

/// Type variable.
///
/// Made by the type parameters of functions, classes and aliases (`def f[T](x: T)`), or by
/// a call: T = TypeVar('T'), S = TypeVar('S', bound=str), A = TypeVar('A', str, bytes),
/// D = TypeVar('D', default=int).  Type checkers infer the variance of those that the
/// syntax makes, and of those made with infer_variance=True; a call may also say
/// covariant=True or contravariant=True.
#[pyclass(name = "TypeVar", module = "typing", flags(EXT, HAS_DICT), with(methods))]
pub struct PyTypeVar {
    name: PyRef<PyStr>,
    pub(super) bound: Lazy,
    pub(super) constraints: Lazy,
    pub(super) default: Lazy,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

impl Traverse for PyTypeVar {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.name.traverse(visit);
        self.bound.traverse(visit);
        self.constraints.traverse(visit);
        self.default.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.bound.clear(out);
        self.constraints.clear(out);
        self.default.clear(out);
    }
}

impl PyTypeVar {
    /// What the syntax makes.
    pub fn inferred(vm: &VirtualMachine, name: PyRef<PyStr>) -> PyRef<PyTypeVar> {
        vm.new_object(PyTypeVar {
            name,
            bound: Lazy::default(),
            constraints: Lazy::default(),
            default: Lazy::default(),
            covariant: false,
            contravariant: false,
            infer_variance: true,
        })
    }
}

#[pymethods]
impl PyTypeVar {
    #[slot(
        sig = "(name, *constraints, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)",
        text = ""
    )]
    #[allow(clippy::too_many_arguments)]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        name: &Py<PyStr>,
        constraints: Rest<'_>,
        bound: NoneOr<PyObject<'_>>,
        default: Option<PyObject<'_>>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> PyResult<PyRef<PyTypeVar>> {
        check_variance(vm, infer_variance, covariant, contravariant)?;
        let bound = match bound.0 {
            Some(b) => Some(type_check(vm, b, "Bound must be a type.")?),
            None => None,
        };
        let constraints = constraints.to_vec();
        if constraints.len() == 1 {
            return Err(vm.type_error("A single constraint is not allowed"));
        }
        if !constraints.is_empty() && bound.is_some() {
            return Err(vm.type_error("Constraints cannot be combined with bound=..."));
        }
        let constraints: Option<PyObjectRef> =
            (!constraints.is_empty()).then(|| vm.new_tuple(constraints).into());
        let nothing = no_default(vm);
        let t = vm.alloc(
            cls,
            PyTypeVar {
                name: name.to_ref(),
                bound: Lazy::known(bound),
                constraints: Lazy::known(constraints),
                default: Lazy::known(default.filter(|d| !d.is(&nothing)).map(PyObject::to_owned)),
                covariant,
                contravariant,
                infer_variance,
            },
        );
        set_module(vm, t.as_object())?;
        Ok(t)
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        let text = shown(&self.name, self.infer_variance, self.covariant, self.contravariant);
        vm.new_str_bytes(&text)
    }

    #[slot(name = "or")]
    fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        make_union(vm, a, b)
    }
}

#[pymethods(name = methods)]
impl PyTypeVar {
    #[method(sig = "(self, arg, /)")]
    fn __typing_subst__(zelf: &Py<PyTypeVar>, vm: &VirtualMachine, arg: PyObject<'_>) -> PyResult {
        call_typing(vm, "_typevar_subst", &[zelf.as_object(), arg])
    }

    #[method(sig = "(self, alias, args, /)")]
    fn __typing_prepare_subst__(
        zelf: &Py<PyTypeVar>,
        vm: &VirtualMachine,
        alias: PyObject<'_>,
        args: PyObject<'_>,
    ) -> PyResult {
        let params = vm.get_attr(alias, &vm.names().__parameters__)?;
        let params = vm.collect(params.as_object())?;
        let given = vm.collect(args)?;
        let Some(i) = params.iter().position(|p| p.is(zelf)) else {
            return Err(vm.type_error(format!(
                "Unable to find type parameter {} in the alias",
                zelf.name.to_string_lossy()
            )));
        };
        // Arguments that are missing at the end are filled from defaults.
        if i == given.len()
            && let Some(d) = zelf.default.get(vm)?
        {
            let mut all = given;
            all.push(d);
            return Ok(vm.new_tuple(all).into());
        }
        Ok(args.to_owned())
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
        Err(vm.type_error("Cannot subclass an instance of TypeVar"))
    }

    #[member]
    fn __name__(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    #[member]
    fn __covariant__(&self) -> bool {
        self.covariant
    }

    #[member]
    fn __contravariant__(&self) -> bool {
        self.contravariant
    }

    #[member]
    fn __infer_variance__(&self) -> bool {
        self.infer_variance
    }

    #[getter]
    fn __bound__(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        self.bound.get(vm)
    }

    #[getter]
    fn __constraints__(&self, vm: &VirtualMachine) -> PyResult {
        let c = self.constraints.get(vm)?;
        Ok(c.unwrap_or_else(|| vm.new_tuple(Vec::new()).into()))
    }

    #[getter]
    fn __default__(&self, vm: &VirtualMachine) -> PyResult {
        let d = self.default.get(vm)?;
        Ok(d.unwrap_or_else(|| no_default(vm)))
    }

    #[getter]
    fn evaluate_bound(&self, vm: &VirtualMachine) -> Option<PyObjectRef> {
        self.bound.evaluator(vm)
    }

    #[getter]
    fn evaluate_constraints(&self, vm: &VirtualMachine) -> Option<PyObjectRef> {
        self.constraints.evaluator(vm)
    }

    #[getter]
    fn evaluate_default(&self, vm: &VirtualMachine) -> Option<PyObjectRef> {
        self.default.evaluator(vm)
    }
}
