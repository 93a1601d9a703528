//! `staticmethod` and `classmethod`: what a function in a class binds to, changed.

use crate::prelude::*;
use crate::protocol::attributes::ensure_instance_dict;

/// Attributes that a wrapper takes over from its function.
fn take_over(vm: &VirtualMachine, wrapper: PyObject<'_>, function: PyObject<'_>) -> PyResult<()> {
    let n = vm.names();
    for name in [&n.__module__, &n.__name__, &n.__qualname__, &n.__doc__] {
        if let Some(v) = vm.get_attr_opt(function, name)? {
            vm.set_attr(wrapper, name, Some(v.as_object()))?;
        }
    }
    Ok(())
}

/// An attribute of the function that the wrapper shows, and keeps in its own dict.
fn forwarded(
    vm: &VirtualMachine,
    wrapper: PyObject<'_>,
    function: PyObjectRef,
    name: &Py<PyStr>,
) -> PyResult {
    let dict = ensure_instance_dict(vm, wrapper);
    if let Some(found) = dict.as_ref().map(|d| d.get_str(vm, name)).transpose()?.flatten() {
        return Ok(found);
    }
    let value = vm.get_attr(function.as_object(), name)?;
    if let Some(d) = dict {
        d.set_str(vm, name, value.clone())?;
    }
    Ok(value)
}

fn forward_set(
    vm: &VirtualMachine,
    wrapper: PyObject<'_>,
    name: &Py<PyStr>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    let Some(dict) = ensure_instance_dict(vm, wrapper) else { return Ok(()) };
    match value {
        Some(v) => dict.set_str(vm, name, v.to_owned()),
        None => match dict.remove(vm, name.as_object())? {
            Some(_) => Ok(()),
            None => Err(vm.attribute_error_msg(name.as_bytes())),
        },
    }
}

macro_rules! wrapper {
    ($rust:ident, $spec:ident, $name:literal, $doc:literal) => {
        #[pyclass(
                                            name = $name,
                                            static = $spec,
                                            doc = $doc,
                                            flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT),
                                            with(binding)
                                        )]
        #[derive(Traverse)]
        pub struct $rust {
            function: PyCell<Option<PyObjectRef>>,
        }

        impl $rust {
            pub fn new(function: PyObjectRef) -> $rust {
                $rust { function: PyCell::new(Some(function)) }
            }

            /// None until `__init__` has run.
            pub fn function(&self) -> PyObjectRef {
                self.function.get().unwrap_or_else(PyObjectRef::none)
            }
        }

        #[pymethods]
        impl $rust {
            #[slot(name = "new")]
            fn make(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<$rust> {
                vm.alloc(cls, $rust { function: PyCell::new(None) })
            }

            #[slot(sig = "(function, /)")]
            fn init(zelf: &Py<$rust>, vm: &VirtualMachine, function: PyObject<'_>) -> PyResult<()> {
                drop(zelf.function.replace(Some(function.to_owned())));
                take_over(vm, zelf.as_object(), function)
            }

            #[slot]
            fn repr(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
                let text = vm.repr(self.function().as_object())?;
                let parts: [&[u8]; 5] = [b"<", $name.as_bytes(), b"(", text.as_bytes(), b")>"];
                Ok(PyStr::from_parts(vm, &parts))
            }

            #[member]
            fn __func__(&self) -> PyObjectRef {
                self.function()
            }

            #[member]
            fn __wrapped__(&self) -> PyObjectRef {
                self.function()
            }

            #[getter]
            fn __isabstractmethod__(&self, vm: &VirtualMachine) -> PyResult<bool> {
                let name = &vm.names().__isabstractmethod__;
                match vm.get_attr_opt(self.function().as_object(), name)? {
                    Some(v) => vm.is_true(v.as_object()),
                    None => Ok(false),
                }
            }

            #[getter]
            fn __annotations__(zelf: &Py<$rust>, vm: &VirtualMachine) -> PyResult {
                forwarded(vm, zelf.as_object(), zelf.function(), &vm.names().__annotations__)
            }

            #[setter(name = "__annotations__")]
            fn set_annotations(
                zelf: &Py<$rust>,
                vm: &VirtualMachine,
                value: Option<PyObject<'_>>,
            ) -> PyResult<()> {
                forward_set(vm, zelf.as_object(), &vm.names().__annotations__, value)
            }

            #[getter]
            fn __annotate__(zelf: &Py<$rust>, vm: &VirtualMachine) -> PyResult {
                forwarded(vm, zelf.as_object(), zelf.function(), &vm.names().__annotate__)
            }

            #[setter(name = "__annotate__")]
            fn set_annotate(
                zelf: &Py<$rust>,
                vm: &VirtualMachine,
                value: Option<PyObject<'_>>,
            ) -> PyResult<()> {
                forward_set(vm, zelf.as_object(), &vm.names().__annotate__, value)
            }

            /// What a subscripted class is, for annotations.
            #[classmethod(sig = "(cls, object, /)")]
            fn __class_getitem__(
                cls: &Py<PyType>,
                vm: &VirtualMachine,
                object: PyObject<'_>,
            ) -> PyObjectRef {
                super::generic_alias::PyGenericAlias::create(vm, cls.as_object(), object)
            }
        }
    };
}

wrapper!(
    PyStaticMethod,
    STATIC_METHOD,
    "staticmethod",
    "Makes a function in a class take neither the class nor an instance.\n\nIt is called alike \
     on the class and on instances: C.f() and C().f()."
);

wrapper!(
    PyClassMethod,
    CLASS_METHOD,
    "classmethod",
    "Makes a function in a class take the class first.\n\nCalled on the class or on an \
     instance, it receives the class; on a subclass, the subclass."
);

#[pymethods(name = binding)]
impl PyStaticMethod {
    #[slot]
    fn descr_get(&self, _obj: Option<PyObject<'_>>, _typ: Option<PyObject<'_>>) -> PyObjectRef {
        self.function()
    }

    #[slot]
    fn call(zelf: &Py<PyStaticMethod>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        vm.call(zelf.function().as_object(), args)
    }
}

#[pymethods(name = binding)]
impl PyClassMethod {
    #[slot]
    fn descr_get(
        &self,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        typ: Option<PyObject<'_>>,
    ) -> PyResult {
        let cls = match (typ, obj) {
            (Some(t), _) => t,
            (None, Some(o)) => o.class(vm).as_object(),
            (None, None) => return Err(vm.type_error("__get__(None, None) is invalid")),
        };
        Ok(super::method::PyMethod::create(vm, self.function(), cls.to_owned()).into())
    }
}
