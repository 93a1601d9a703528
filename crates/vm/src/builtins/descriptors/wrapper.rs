//! `wrapper_descriptor`: a slot of a native type as a method; `method-wrapper`: the same,
//! bound.

use super::{check, qualified, reduce};
use crate::prelude::*;
use crate::types::slots::SlotDef;

#[pyclass(
    name = "wrapper_descriptor",
    flags(HAVE_GC, METHOD_DESCRIPTOR, HAVE_VECTORCALL, DISALLOW_INSTANTIATION)
)]
#[derive(Traverse)]
pub struct PyWrapperDescriptor {
    #[pytraverse(skip)]
    pub def: &'static SlotDef,
    pub objclass: PyRef<PyType>,
}

impl PyWrapperDescriptor {
    /// Calls the slot with `args[0]` as its object, which is known to fit.
    #[inline]
    pub fn call_checked(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        (self.def.wrap)(vm, self.def, &self.objclass, args)
    }
}

#[pymethods]
impl PyWrapperDescriptor {
    #[slot]
    fn call(zelf: &Py<PyWrapperDescriptor>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let Some(obj) = args.get(0) else {
            return Err(vm.type_error(format!(
                "descriptor '{}' of '{}' object needs an argument",
                zelf.def.name,
                zelf.objclass.display_name()
            )));
        };
        if !obj.is_type(&zelf.objclass) && !obj.is_instance_of(vm, &zelf.objclass) {
            return Err(vm.type_error(format!(
                "descriptor '{}' requires a '{}' object but received a '{}'",
                zelf.def.name,
                zelf.objclass.display_name(),
                obj.class(vm).display_name()
            )));
        }
        zelf.call_checked(vm, args)
    }

    #[slot]
    fn descr_get(
        zelf: &Py<PyWrapperDescriptor>,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        _typ: Option<PyObject<'_>>,
    ) -> PyResult {
        let Some(obj) = obj else { return Ok(zelf.to_ref().into()) };
        check(vm, &zelf.objclass, zelf.def.name, obj)?;
        let wrapper = PyMethodWrapper { descriptor: zelf.to_ref(), zelf: obj.to_owned() };
        Ok(vm.new_object(wrapper).into())
    }

    #[slot]
    fn repr(&self) -> String {
        format!("<slot wrapper '{}' of '{}' objects>", self.def.name, self.objclass.display_name())
    }

    #[member]
    fn __objclass__(&self) -> PyRef<PyType> {
        self.objclass.clone()
    }

    #[member]
    fn __name__(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.intern(self.def.name)
    }

    #[getter]
    fn __doc__(&self) -> &'static str {
        self.def.doc
    }

    #[getter]
    fn __qualname__(&self) -> String {
        qualified(&self.objclass, self.def.name)
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        self.def.signature
    }

    #[method(sig = "(self, /)", text = "")]
    fn __reduce__(&self, vm: &VirtualMachine) -> PyResult {
        reduce(vm, self.objclass.as_object(), self.def.name)
    }
}

#[pyclass(name = "method-wrapper", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyMethodWrapper {
    pub descriptor: PyRef<PyWrapperDescriptor>,
    pub zelf: PyObjectRef,
}

#[pymethods]
impl PyMethodWrapper {
    #[slot]
    fn call(zelf: &Py<PyMethodWrapper>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        args.prepended(zelf.zelf.as_object(), |args| zelf.descriptor.call_checked(vm, args))
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> String {
        format!(
            "<method-wrapper '{}' of {} object at {:#x}>",
            self.descriptor.def.name,
            self.zelf.class(vm).display_name(),
            self.zelf.bits()
        )
    }

    #[slot]
    fn hash(&self) -> i64 {
        let h = (self.zelf.bits() >> 4) ^ (self.descriptor.as_object().bits() >> 4);
        if h as i64 == -1 { -2 } else { h as i64 }
    }

    #[slot]
    fn richcompare(&self, vm: &VirtualMachine, other: PyObject<'_>, op: Comparison) -> PyObjectRef {
        let (Some(other), true) =
            (other.downcast::<PyMethodWrapper>(), matches!(op, Comparison::Eq | Comparison::Ne))
        else {
            return PyObjectRef::not_implemented();
        };
        let equal = self.zelf.is(&other.zelf) && self.descriptor.is(&other.descriptor);
        vm.new_bool(equal == (op == Comparison::Eq))
    }

    #[member]
    fn __self__(&self) -> PyObjectRef {
        self.zelf.clone()
    }

    #[getter]
    fn __objclass__(&self) -> PyRef<PyType> {
        self.descriptor.objclass.clone()
    }

    #[getter]
    fn __name__(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.intern(self.descriptor.def.name)
    }

    #[getter]
    fn __qualname__(&self) -> String {
        qualified(&self.descriptor.objclass, self.descriptor.def.name)
    }

    #[getter]
    fn __doc__(&self) -> &'static str {
        self.descriptor.def.doc
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        self.descriptor.def.signature
    }

    #[method(sig = "(self, /)", text = "")]
    fn __reduce__(&self, vm: &VirtualMachine) -> PyResult {
        reduce(vm, self.zelf.as_object(), self.descriptor.def.name)
    }
}
