//! `bool`: two immediates.

use super::int::PyInt;
use crate::prelude::*;

/// The truth of an object: True or False.
///
/// They are the only two instances of the class, which cannot be subclassed.
#[pyclass(name = "bool", base = PyInt, flags(LONG_SUBCLASS), no_refs)]
pub enum PyBool {}

/// The operator on two bools; on anything else it is int's.
fn logical(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    b: PyObject<'_>,
    on_bools: impl Fn(bool, bool) -> bool,
    on_ints: Option<crate::types::slots::BinaryFn>,
) -> PyResult {
    match (a.as_bool(), b.as_bool()) {
        (Some(x), Some(y)) => Ok(vm.new_bool(on_bools(x, y))),
        _ => match on_ints {
            Some(f) => f(vm, a, b),
            None => Ok(PyObjectRef::not_implemented()),
        },
    }
}

#[pymethods]
impl PyBool {
    #[slot(sig = "(object=False, /)")]
    fn new(_cls: &Py<PyType>, vm: &VirtualMachine, object: Option<PyObject<'_>>) -> PyResult<bool> {
        object.map_or(Ok(false), |o| vm.is_true(o))
    }

    #[slot]
    fn repr(o: PyObject<'_>, vm: &VirtualMachine) -> PyRef<PyStr> {
        let names = vm.names();
        if o.as_bool() == Some(true) { names.true_repr.clone() } else { names.false_repr.clone() }
    }

    #[slot(name = "and")]
    fn bit_and(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        logical(vm, a, b, |x, y| x & y, PyInt::SPEC.slots.and)
    }

    #[slot(name = "or")]
    fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        logical(vm, a, b, |x, y| x | y, PyInt::SPEC.slots.or)
    }

    #[slot(name = "xor")]
    fn bit_xor(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        logical(vm, a, b, |x, y| x ^ y, PyInt::SPEC.slots.xor)
    }

    #[slot]
    fn invert(o: PyObject<'_>, vm: &VirtualMachine) -> PyResult<i64> {
        vm.warn(
            &vm.exc().deprecation_warning,
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. \
             This returns the bitwise inversion of the underlying int object and is usually \
             not what you expect from the negation of a bool. Use the 'not' operator for \
             boolean negation or ~int(x) for the bitwise inversion of the underlying int.",
            1,
        )?;
        Ok(!i64::from(o.as_bool() == Some(true)))
    }
}
