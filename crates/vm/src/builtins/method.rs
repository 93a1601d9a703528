//! `method`: a function bound to its first argument.

use crate::prelude::*;
use crate::protocol::attributes::generic_get_attr;
use crate::protocol::{comparison, hash};

/// Create a bound instance method object.
#[pyclass(name = "method", static = METHOD, flags(HAVE_GC, EXT))]
#[derive(Traverse)]
pub struct PyMethod {
    pub(crate) function: PyObjectRef,
    pub(crate) receiver: PyObjectRef,
}

impl PyMethod {
    pub fn create(
        vm: &VirtualMachine,
        function: PyObjectRef,
        receiver: PyObjectRef,
    ) -> PyRef<PyMethod> {
        vm.new_object(PyMethod { function, receiver })
    }
}

/// `function.__get__`.
pub(super) fn bind(
    vm: &VirtualMachine,
    f: PyObject<'_>,
    obj: Option<PyObject<'_>>,
    _typ: Option<PyObject<'_>>,
) -> PyResult {
    match obj {
        Some(o) if !o.is_none() => Ok(PyMethod::create(vm, f.to_owned(), o.to_owned()).into()),
        _ => Ok(f.to_owned()),
    }
}

#[pymethods]
impl PyMethod {
    #[slot(sig = "(function, instance, /)")]
    fn new(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        function: PyObject<'_>,
        instance: PyObject<'_>,
    ) -> PyResult<PyRef<PyMethod>> {
        if function.class(vm).slots.call.get().is_none() {
            return Err(vm.type_error("first argument must be callable"));
        }
        if instance.is_none() {
            return Err(vm.type_error("instance must not be None"));
        }
        Ok(PyMethod::create(vm, function.to_owned(), instance.to_owned()))
    }

    #[slot]
    fn call(zelf: &Py<PyMethod>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        // The call may outlive the last other reference to the method.
        let (f, receiver) = (zelf.function.clone(), zelf.receiver.clone());
        vm.call_prepended(f.as_object(), receiver.as_object(), args)
    }

    #[slot]
    fn descr_get(
        zelf: &Py<PyMethod>,
        _obj: Option<PyObject<'_>>,
        _typ: Option<PyObject<'_>>,
    ) -> PyRef<PyMethod> {
        zelf.to_ref()
    }

    /// Attributes that a method does not have are the function's.
    #[slot]
    fn getattro(zelf: PyObject<'_>, vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        if zelf.class(vm).lookup(vm, name).is_some() {
            return generic_get_attr(vm, zelf, name);
        }
        let function = zelf.expect_payload::<PyMethod>().function.clone();
        vm.get_attr(function.as_object(), name)
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyMethod>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyMethod>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        let wanted = match op {
            Comparison::Eq => true,
            Comparison::Ne => false,
            _ => return Ok(PyObjectRef::not_implemented()),
        };
        let equal = zelf.receiver.is(&other.receiver)
            && comparison::equal(vm, zelf.function.as_object(), other.function.as_object())?;
        Ok(PyObjectRef::from_bool(equal == wanted))
    }

    #[slot]
    fn hash(&self, vm: &VirtualMachine) -> PyResult<i64> {
        let h = hash::identity_hash(self.receiver.as_object())
            ^ hash::hash(vm, self.function.as_object())?;
        Ok(if h == -1 { -2 } else { h })
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let n = vm.names();
        let mut name = None;
        for attribute in [&n.__qualname__, &n.__name__] {
            name = vm.get_attr_opt(self.function.as_object(), attribute)?;
            if name.is_some() {
                break;
            }
        }
        let name = name.and_then(|n| n.downcast::<PyStr>().ok()).unwrap_or_else(|| vm.new_str("?"));
        let receiver = vm.repr(self.receiver.as_object())?;
        let parts: [&[u8]; 5] =
            [b"<bound method ", name.as_bytes(), b" of ", receiver.as_bytes(), b">"];
        Ok(PyStr::from_parts(vm, &parts))
    }

    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let name = vm.get_attr(self.function.as_object(), &vm.names().__name__)?;
        (vm.builtin("getattr")?, (self.receiver.clone(), name)).into_py_result(vm)
    }

    /// the function that is called
    #[member]
    fn __func__(&self) -> PyObjectRef {
        self.function.clone()
    }

    /// what it is called with first
    #[member]
    fn __self__(&self) -> PyObjectRef {
        self.receiver.clone()
    }

    #[getter]
    fn __doc__(&self, vm: &VirtualMachine) -> PyResult {
        vm.get_attr(self.function.as_object(), &vm.names().__doc__)
    }
}
