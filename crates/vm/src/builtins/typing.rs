//! Type parameters, type aliases, unions: what `typing` takes from `_typing`.  The rules of
//! substitution are `typing`'s own: the methods here ask that module.

pub mod alias;
pub mod evaluator;
pub mod generic;
pub mod param_spec;
pub mod type_var;
pub mod type_var_tuple;
pub mod union;

pub use alias::PyTypeAliasType;
pub use generic::{GENERIC, PyNoDefault};
pub use param_spec::{PyParamSpec, PyParamSpecArgs, PyParamSpecKwargs};
pub use type_var::PyTypeVar;
pub use type_var_tuple::PyTypeVarTuple;
pub use union::PyUnion;

use crate::prelude::*;
use bytecode::oparg::{Intrinsic1, Intrinsic2};
use evaluator::Lazy;

/// Calls a function of `typing`.
pub(crate) fn call_typing(vm: &VirtualMachine, name: &str, args: &[PyObject<'_>]) -> PyResult {
    let typing = crate::import::import_module(vm, &vm.intern("typing"))?;
    let f = vm.get_attr(typing.as_object(), &vm.intern(name))?;
    vm.call_positional(f.as_object(), args)
}

/// `None` as a type is its class; other values that are no classes are judged by `typing`.
pub(crate) fn type_check(vm: &VirtualMachine, o: PyObject<'_>, msg: &str) -> PyResult {
    if o.is_none() {
        return Ok(vm.types().none.clone().into());
    }
    if o.downcast::<PyType>().is_some() {
        return Ok(o.to_owned());
    }
    let msg = vm.new_str(msg);
    call_typing(vm, "_type_check", &[o, msg.as_object()])
}

/// The name of the module whose code is calling.
fn calling_module(vm: &VirtualMachine) -> PyObjectRef {
    let f = vm.current_frame().and_then(|f| f.function());
    f.map_or_else(PyObjectRef::none, |f| f.module.get())
}

/// Sets `__module__` of a new type parameter that the program made by a call.
fn set_module(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<()> {
    let module = calling_module(vm);
    vm.set_attr(o, &vm.names().__module__, Some(module.as_object()))
}

/// `~T`, `+T`, `-T`, or the bare name.
fn shown(name: &Py<PyStr>, infer: bool, covariant: bool, contravariant: bool) -> Vec<u8> {
    let sign: &[u8] = match (infer, covariant, contravariant) {
        (true, ..) => b"",
        (_, true, _) => b"+",
        (_, _, true) => b"-",
        _ => b"~",
    };
    [sign, name.as_bytes()].concat()
}

fn check_variance(
    vm: &VirtualMachine,
    infer: bool,
    covariant: bool,
    contravariant: bool,
) -> PyResult<()> {
    if covariant && contravariant {
        return Err(vm.value_error("Bivariant types are not supported."));
    }
    if infer && (covariant || contravariant) {
        return Err(vm.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(())
}

/// `left | right` where a type variable is one of them: the other need not be a type yet.
fn make_union(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
    union::from_items(vm, &[a.to_owned(), b.to_owned()])
}

/// `typing.Unpack[o]`.
fn unpack(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult {
    let typing = crate::import::import_module(vm, &vm.intern("typing"))?;
    let unpack = vm.get_attr(typing.as_object(), &vm.intern("Unpack"))?;
    vm.get_item(unpack.as_object(), o)
}

/// Parameters with type variable tuples unpacked.
pub(crate) fn unpack_variadics(
    vm: &VirtualMachine,
    params: &Py<PyTuple>,
) -> PyResult<PyRef<PyTuple>> {
    let variadic = |p: &PyObjectRef| p.as_object().downcast::<PyTypeVarTuple>().is_some();
    if !params.as_slice().iter().any(variadic) {
        return Ok(params.to_ref());
    }
    let mut out = Vec::with_capacity(params.len());
    for p in params.as_slice() {
        out.push(if variadic(p) { unpack(vm, p.as_object())? } else { p.clone() });
    }
    Ok(vm.new_tuple(out))
}

/// The default of any type parameter.
fn default_of(o: PyObject<'_>) -> Option<&Lazy> {
    if let Some(t) = o.downcast::<PyTypeVar>() {
        return Some(&t.payload_ref().default);
    }
    if let Some(t) = o.downcast::<PyParamSpec>() {
        return Some(&t.payload_ref().default);
    }
    Some(&o.downcast::<PyTypeVarTuple>()?.payload_ref().default)
}

fn name_argument(vm: &VirtualMachine, v: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
    match v.downcast::<PyStr>() {
        Some(s) => Ok(s.to_ref()),
        None => Err(vm.system_error("the name of a type parameter is a string")),
    }
}

pub fn intrinsic_1(vm: &VirtualMachine, which: Intrinsic1, v: PyObject<'_>) -> PyResult {
    match which {
        Intrinsic1::Typevar => Ok(PyTypeVar::inferred(vm, name_argument(vm, v)?).into()),
        Intrinsic1::Paramspec => Ok(PyParamSpec::inferred(vm, name_argument(vm, v)?).into()),
        Intrinsic1::Typevartuple => Ok(PyTypeVarTuple::plain(vm, name_argument(vm, v)?).into()),
        Intrinsic1::SubscriptGeneric => {
            let Some(params) = v.downcast::<PyTuple>() else {
                return Err(vm.system_error("type parameters come as a tuple"));
            };
            let params = unpack_variadics(vm, params)?;
            let generic = vm.type_for(&GENERIC);
            call_typing(vm, "_GenericAlias", &[generic.as_object(), params.as_object()])
        }
        Intrinsic1::Typealias => alias::from_statement(vm, v),
        _ => Err(vm.system_error("invalid intrinsic")),
    }
}

pub fn intrinsic_2(
    vm: &VirtualMachine,
    which: Intrinsic2,
    a: PyObject<'_>,
    b: PyObject<'_>,
) -> PyResult {
    match which {
        Intrinsic2::TypevarWithBound => {
            let t = PyTypeVar::inferred(vm, name_argument(vm, a)?);
            t.bound.set_evaluator(b.to_owned());
            Ok(t.into())
        }
        Intrinsic2::TypevarWithConstraints => {
            let t = PyTypeVar::inferred(vm, name_argument(vm, a)?);
            t.constraints.set_evaluator(b.to_owned());
            Ok(t.into())
        }
        Intrinsic2::SetTypeparamDefault => {
            if let Some(d) = default_of(a) {
                d.set_evaluator(b.to_owned());
            }
            Ok(a.to_owned())
        }
        _ => Err(vm.system_error("invalid intrinsic")),
    }
}
