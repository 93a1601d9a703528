//! `module`: a name space with the attributes that import fills in; and native modules
//! made from their tables.

pub mod attributes;

use crate::builtins::native_function::PyNativeFunction;
use crate::native::ModuleDef;
use crate::prelude::*;
use std::cell::Cell;

/// A name space: the names it defines are its attributes.
#[pyclass(name = "module", flags(BASETYPE, HAVE_GC, EXT, HAS_DICT), with(attributes))]
#[derive(Traverse)]
pub struct PyModule {
    pub(crate) dict: PyRef<PyDict>,
    /// The table of a native module.
    def: Cell<Option<&'static ModuleDef>>,
}

impl PyModule {
    /// An empty module with the five attributes that every module starts with.
    pub fn create(vm: &VirtualMachine, name: PyObjectRef, doc: PyObjectRef) -> PyRef<PyModule> {
        let module = vm.new_object(PyModule { dict: vm.new_dict(), def: Cell::new(None) });
        // String keys in a new dict: nothing can fail.
        module.fill(vm, name, doc).expect("a new dict takes any name");
        module
    }

    fn fill(&self, vm: &VirtualMachine, name: PyObjectRef, doc: PyObjectRef) -> PyResult<()> {
        let n = vm.names();
        self.dict.set_str(vm, &n.__name__, name)?;
        self.dict.set_str(vm, &n.__doc__, doc)?;
        self.dict.set_str(vm, &n.__package__, vm.none())?;
        self.dict.set_str(vm, &n.__loader__, vm.none())?;
        self.dict.set_str(vm, &n.__spec__, vm.none())
    }

    #[inline(always)]
    pub fn dict(&self) -> &PyRef<PyDict> {
        &self.dict
    }

    pub fn def(&self) -> Option<&'static ModuleDef> {
        self.def.get()
    }

    pub fn get(&self, vm: &VirtualMachine, name: &str) -> PyResult<Option<PyObjectRef>> {
        self.dict.get_str(vm, &vm.intern(name))
    }

    pub fn set(
        &self,
        vm: &VirtualMachine,
        name: &str,
        value: impl Into<PyObjectRef>,
    ) -> PyResult<()> {
        self.dict.set_str(vm, &vm.intern(name), value.into())
    }
}

impl VirtualMachine {
    /// A native module with its functions, attributes and types; `exec_native_module` does
    /// the rest.
    pub fn new_native_module(&self, def: &'static ModuleDef) -> PyResult<PyRef<PyModule>> {
        let name = self.intern(def.name);
        let doc = def.doc.map_or_else(|| self.none(), |d| self.new_str(d).into());
        let module = PyModule::create(self, name.clone().into(), doc);
        module.def.set(Some(def));
        self.add_to_module(&module, def)?;
        Ok(module)
    }

    /// What the table says, put into the module: also for a module made twice.
    fn add_to_module(&self, module: &Py<PyModule>, def: &'static ModuleDef) -> PyResult<()> {
        let name: PyObjectRef = self.intern(def.name).into();
        for part in def.parts {
            for f in part.functions {
                let zelf = module.to_ref().into();
                let function = PyNativeFunction::of_module(self, f, zelf, name.clone());
                module.set(self, f.name, function)?;
            }
            for a in part.attributes {
                module.set(self, a.name, (a.value)(self)?)?;
            }
            for spec in part.types {
                module.set(self, spec.name, self.type_for(spec).to_ref())?;
            }
        }
        Ok(())
    }

    /// Runs a native module's `#[init]` (`_imp.exec_builtin`).
    pub fn exec_native_module(&self, module: &Py<PyModule>) -> PyResult<()> {
        match module.def().and_then(|d| d.exec) {
            Some(f) => f(self, module),
            None => Ok(()),
        }
    }
}

#[pymethods]
impl PyModule {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyModule> {
        vm.alloc(cls, PyModule { dict: vm.new_dict(), def: Cell::new(None) })
    }

    #[slot(sig = "(name, doc=None)")]
    fn init(&self, vm: &VirtualMachine, name: &Py<PyStr>, doc: PyObject<'_>) -> PyResult<()> {
        self.fill(vm, name.to_ref().into(), doc.to_owned())
    }

    /// importlib knows how to describe modules; before it is there, the name must do.
    #[slot]
    fn repr(zelf: &Py<PyModule>, vm: &VirtualMachine) -> PyResult {
        let importlib = vm.sys_modules().get_str(vm, &vm.intern("_frozen_importlib"))?;
        if let Some(importlib) = importlib {
            let name = vm.intern("_module_repr");
            return vm.call_method(importlib.as_object(), &name, &[zelf.as_object()]);
        }
        let name = match zelf.dict.get_str(vm, &vm.names().__name__)? {
            Some(n) => vm.repr(n.as_object())?.to_string_lossy().into_owned(),
            None => "'?'".to_owned(),
        };
        Ok(vm.new_str(format!("<module {name}>")).into())
    }

    /// The names that the module defines, or what its own `__dir__` gives.
    #[method(sig = "(self, /)")]
    fn __dir__(zelf: &Py<PyModule>, vm: &VirtualMachine) -> PyResult {
        let dict = vm.get_attr(zelf.as_object(), &vm.names().__dict__)?;
        let Some(dict) = dict.as_object().downcast::<PyDict>() else {
            return Err(vm.type_error(format!(
                "{}.__dict__ is not a dictionary",
                zelf.class().display_name()
            )));
        };
        match dict.get_str(vm, &vm.names().__dir__)? {
            Some(f) => vm.call_positional(f.as_object(), &[]),
            None => Ok(vm.new_list(dict.items().into_iter().map(|(k, _)| k).collect()).into()),
        }
    }

    #[member]
    fn __dict__(&self) -> PyRef<PyDict> {
        self.dict.clone()
    }

    /// The annotations of the module's names, computed when first asked for.
    #[getter]
    fn __annotations__(&self, vm: &VirtualMachine) -> PyResult {
        let n = vm.names();
        if let Some(found) = self.dict.get_str(vm, &n.__annotations__)? {
            return Ok(found);
        }
        let annotations = match self.dict.get_str(vm, &n.__annotate__)? {
            Some(f) if f.class(vm).slots.call.get().is_some() => {
                let r = vm.call_positional(f.as_object(), &[vm.new_int(1).as_object()])?;
                if r.as_object().downcast::<PyDict>().is_none() {
                    return Err(vm.type_error(format!(
                        "__annotate__ returned non-dict of type '{}'",
                        r.class(vm).display_name()
                    )));
                }
                r
            }
            _ => vm.new_dict().into(),
        };
        // A module that still runs may get more annotations: nothing is kept.
        let spec = self.dict.get_str(vm, &n.__spec__)?;
        let running = match &spec {
            Some(spec) => attributes::is_initializing(vm, spec.as_object())?,
            None => false,
        };
        if !running {
            self.dict.set_str(vm, &n.__annotations__, annotations.clone())?;
        }
        Ok(annotations)
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let n = vm.names();
        match value {
            Some(v) => self.dict.set_str(vm, &n.__annotations__, v.to_owned())?,
            None => {
                if self.dict.remove(vm, n.__annotations__.as_object())?.is_none() {
                    return Err(vm.attribute_error_msg("__annotations__"));
                }
            }
        }
        self.dict.remove(vm, n.__annotate__.as_object()).map(drop)
    }

    /// The function that computes the annotations, or None.
    #[getter]
    fn __annotate__(&self, vm: &VirtualMachine) -> PyResult {
        let name = &vm.names().__annotate__;
        match self.dict.get_str(vm, name)? {
            Some(f) => Ok(f),
            None => {
                self.dict.set_str(vm, name, vm.none())?;
                Ok(vm.none())
            }
        }
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error("cannot delete __annotate__ attribute"));
        };
        if !value.is_none() && value.class(vm).slots.call.get().is_none() {
            return Err(vm.type_error("__annotate__ must be callable or None"));
        }
        let n = vm.names();
        self.dict.set_str(vm, &n.__annotate__, value.to_owned())?;
        if !value.is_none() {
            self.dict.remove(vm, n.__annotations__.as_object())?;
        }
        Ok(())
    }
}
