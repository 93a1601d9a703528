//! `typing.ParamSpec`, and its `args` and `kwargs`.

use super::evaluator::Lazy;
use super::generic::no_default;
use super::{call_typing, check_variance, make_union, set_module, shown};
use crate::prelude::*;
use crate::protocol::comparison::rich_compare;

/// Parameter specification variable.
///
/// Made by the type parameter syntax (`type F[**P] = Callable[P, int]`), or by a call:
/// P = ParamSpec('P'), D = ParamSpec('D', default=[int, str]).  It stands for the
/// parameters of a callable: in Concatenate, as the first argument of Callable, and as a
/// parameter of generics.
#[pyclass(name = "ParamSpec", module = "typing", flags(EXT, HAS_DICT), with(methods))]
pub struct PyParamSpec {
    name: PyRef<PyStr>,
    bound: Option<PyObjectRef>,
    pub(super) default: Lazy,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

impl Traverse for PyParamSpec {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.name.traverse(visit);
        self.bound.traverse(visit);
        self.default.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.default.clear(out);
    }
}

impl PyParamSpec {
    /// What the syntax makes.
    pub fn inferred(vm: &VirtualMachine, name: PyRef<PyStr>) -> PyRef<PyParamSpec> {
        vm.new_object(PyParamSpec {
            name,
            bound: None,
            default: Lazy::default(),
            covariant: false,
            contravariant: false,
            infer_variance: true,
        })
    }
}

#[pymethods]
impl PyParamSpec {
    #[slot(
        sig = "(name, *, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)",
        text = ""
    )]
    #[allow(clippy::too_many_arguments)]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        name: &Py<PyStr>,
        bound: NoneOr<PyObject<'_>>,
        default: Option<PyObject<'_>>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> PyResult<PyRef<PyParamSpec>> {
        check_variance(vm, infer_variance, covariant, contravariant)?;
        // Unlike a TypeVar's bound this one need not be a type.
        let bound = bound.0.map(PyObject::to_owned);
        let nothing = no_default(vm);
        let p = vm.alloc(
            cls,
            PyParamSpec {
                name: name.to_ref(),
                bound,
                default: Lazy::known(default.filter(|d| !d.is(&nothing)).map(PyObject::to_owned)),
                covariant,
                contravariant,
                infer_variance,
            },
        );
        set_module(vm, p.as_object())?;
        Ok(p)
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
impl PyParamSpec {
    #[method(sig = "(self, arg, /)")]
    fn __typing_subst__(
        zelf: &Py<PyParamSpec>,
        vm: &VirtualMachine,
        arg: PyObject<'_>,
    ) -> PyResult {
        call_typing(vm, "_paramspec_subst", &[zelf.as_object(), arg])
    }

    #[method(sig = "(self, alias, args, /)")]
    fn __typing_prepare_subst__(
        zelf: &Py<PyParamSpec>,
        vm: &VirtualMachine,
        alias: PyObject<'_>,
        args: PyObject<'_>,
    ) -> PyResult {
        call_typing(vm, "_paramspec_prepare_subst", &[zelf.as_object(), alias, args])
    }

    #[method(sig = "(self, /)")]
    fn has_default(&self) -> bool {
        self.default.is_set()
    }

    #[method(sig = "(self, /)")]
    fn __reduce__(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    #[method(sig = "(self, object, /)")]
    fn __mro_entries__(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        let _ = object;
        Err(vm.type_error("Cannot subclass an instance of ParamSpec"))
    }

    #[member]
    fn __name__(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    #[member]
    fn __bound__(&self) -> Option<PyObjectRef> {
        self.bound.clone()
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

    /// The types of the positional arguments.
    #[getter]
    fn args(zelf: &Py<PyParamSpec>, vm: &VirtualMachine) -> PyRef<PyParamSpecArgs> {
        vm.new_object(PyParamSpecArgs { origin: zelf.to_ref().into() })
    }

    /// The types of the keyword arguments.
    #[getter]
    fn kwargs(zelf: &Py<PyParamSpec>, vm: &VirtualMachine) -> PyRef<PyParamSpecKwargs> {
        vm.new_object(PyParamSpecKwargs { origin: zelf.to_ref().into() })
    }

    /// What stands in for the parameter when nothing is given.
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

/// `P.args` or `P.kwargs`, as text.
fn part_repr(vm: &VirtualMachine, origin: PyObject<'_>, part: &str) -> PyResult {
    let text = match origin.downcast::<PyParamSpec>() {
        Some(p) => p.name.clone(),
        None => vm.repr(origin)?,
    };
    Ok(vm.new_str_bytes(&[text.as_bytes(), b".", part.as_bytes()].concat()).into())
}

macro_rules! parts {
    ($($(#[$doc:meta])* $t:ident $name:literal $part:literal;)*) => { $(
        $(#[$doc])*
        #[pyclass(name = $name, module = "typing", flags(EXT))]
        #[derive(Traverse)]
        pub struct $t {
            origin: PyObjectRef,
        }

        #[pymethods]
        impl $t {
            #[slot(sig = "(origin)", text = "")]
            fn new(cls: &Py<PyType>, vm: &VirtualMachine, origin: PyObject<'_>) -> PyRef<$t> {
                vm.alloc(cls, $t { origin: origin.to_owned() })
            }

            #[slot]
            fn repr(&self, vm: &VirtualMachine) -> PyResult {
                part_repr(vm, self.origin.as_object(), $part)
            }

            #[slot]
            fn richcompare(
                zelf: &Py<$t>,
                vm: &VirtualMachine,
                other: PyObject<'_>,
                op: Comparison,
            ) -> PyResult {
                match other.downcast::<$t>() {
                    Some(o) if matches!(op, Comparison::Eq | Comparison::Ne) => {
                        rich_compare(vm, zelf.origin.as_object(), o.origin.as_object(), op)
                    }
                    _ => Ok(PyObjectRef::not_implemented()),
                }
            }

            #[method(sig = "(self, object, /)")]
            fn __mro_entries__(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
                let _ = object;
                Err(vm.type_error(concat!("Cannot subclass an instance of ", $name)))
            }

            #[member]
            fn __origin__(&self) -> PyObjectRef {
                self.origin.clone()
            }
        }
    )* };
}

parts! {
    /// The args for a ParamSpec object.
    ///
    /// P.args is one; its __origin__ is P.  It has no special meaning to type checkers.
    PyParamSpecArgs "ParamSpecArgs" "args";
    /// The kwargs for a ParamSpec object.
    ///
    /// P.kwargs is one; its __origin__ is P.  It has no special meaning to type checkers.
    PyParamSpecKwargs "ParamSpecKwargs" "kwargs";
}
