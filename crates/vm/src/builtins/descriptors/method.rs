//! `method_descriptor` and `classmethod_descriptor`: native methods in a type's dict.

use super::{check, qualified, reduce};
use crate::builtins::native_function::PyNativeFunction;
use crate::prelude::*;

#[pyclass(
    name = "method_descriptor",
    flags(HAVE_GC, METHOD_DESCRIPTOR, HAVE_VECTORCALL, DISALLOW_INSTANTIATION)
)]
#[derive(Traverse)]
pub struct PyMethodDescriptor {
    #[pytraverse(skip)]
    pub def: &'static MethodDef,
    pub objclass: PyRef<PyType>,
}

#[pymethods]
impl PyMethodDescriptor {
    #[slot]
    fn call(zelf: &Py<PyMethodDescriptor>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let Some(obj) = args.get(0) else {
            return Err(vm.type_error(format!(
                "unbound method {}() needs an argument",
                qualified(&zelf.objclass, zelf.def.name)
            )));
        };
        check(vm, &zelf.objclass, zelf.def.name, obj)?;
        (zelf.def.func)(vm, args)
    }

    #[slot]
    fn descr_get(
        zelf: &Py<PyMethodDescriptor>,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        _typ: Option<PyObject<'_>>,
    ) -> PyResult {
        let Some(obj) = obj else { return Ok(zelf.to_ref().into()) };
        check(vm, &zelf.objclass, zelf.def.name, obj)?;
        Ok(PyNativeFunction::bound(vm, zelf.def, obj.to_owned()).into())
    }

    #[slot]
    fn repr(&self) -> String {
        format!("<method '{}' of '{}' objects>", self.def.name, self.objclass.display_name())
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
    fn __doc__(&self) -> Option<&'static str> {
        self.def.doc
    }

    #[getter]
    fn __qualname__(&self) -> String {
        qualified(&self.objclass, self.def.name)
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        self.def.text_signature
    }

    #[method(sig = "(self, /)", text = "")]
    fn __reduce__(&self, vm: &VirtualMachine) -> PyResult {
        reduce(vm, self.objclass.as_object(), self.def.name)
    }
}

#[pyclass(name = "classmethod_descriptor", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyClassMethodDescriptor {
    #[pytraverse(skip)]
    pub def: &'static MethodDef,
    pub objclass: PyRef<PyType>,
}

impl PyClassMethodDescriptor {
    /// The class to bind to: `typ`, which must be a subtype of the method's own.
    fn class_for<'a>(&self, vm: &VirtualMachine, typ: PyObject<'a>) -> PyResult<&'a Py<PyType>> {
        let Some(cls) = typ.downcast::<PyType>() else {
            return Err(vm.type_error(format!(
                "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
                self.def.name,
                self.objclass.display_name(),
                typ.class(vm).display_name()
            )));
        };
        if !cls.is_subtype(&self.objclass) {
            return Err(vm.type_error(format!(
                "descriptor '{}' requires a subtype of '{}' but received '{}'",
                self.def.name,
                self.objclass.display_name(),
                cls.display_name()
            )));
        }
        Ok(cls)
    }
}

#[pymethods]
impl PyClassMethodDescriptor {
    #[slot]
    fn call(zelf: &Py<PyClassMethodDescriptor>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let Some(typ) = args.get(0) else {
            return Err(vm.type_error(format!(
                "descriptor '{}' of '{}' object needs an argument",
                zelf.def.name,
                zelf.objclass.display_name()
            )));
        };
        zelf.class_for(vm, typ)?;
        (zelf.def.func)(vm, args)
    }

    #[slot]
    fn descr_get(
        zelf: &Py<PyClassMethodDescriptor>,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        typ: Option<PyObject<'_>>,
    ) -> PyResult {
        let typ = match (typ, obj) {
            (Some(t), _) => t,
            (None, Some(o)) => o.class(vm).as_object(),
            (None, None) => {
                return Err(vm.type_error(format!(
                    "descriptor '{}' for type '{}' needs either an object or a type",
                    zelf.def.name,
                    zelf.objclass.display_name()
                )));
            }
        };
        let cls = zelf.class_for(vm, typ)?;
        Ok(PyNativeFunction::bound(vm, zelf.def, cls.to_ref().into()).into())
    }

    #[slot]
    fn repr(&self) -> String {
        format!("<method '{}' of '{}' objects>", self.def.name, self.objclass.display_name())
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
    fn __doc__(&self) -> Option<&'static str> {
        self.def.doc
    }

    #[getter]
    fn __qualname__(&self) -> String {
        qualified(&self.objclass, self.def.name)
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        self.def.text_signature
    }
}
