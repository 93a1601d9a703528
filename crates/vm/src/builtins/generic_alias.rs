//! `types.GenericAlias`: `list[int]`.

mod methods;
pub(crate) mod parameters;

use crate::prelude::*;

/// A class with types in brackets, such as list[int].
///
/// __origin__ is the class and __args__ the types.
#[pyclass(name = "GenericAlias", module = "types", flags(BASETYPE, HAVE_GC, EXT), with(methods))]
#[derive(Traverse)]
pub struct PyGenericAlias {
    origin: PyObjectRef,
    args: PyRef<PyTuple>,
    /// The type variables of `args`, once asked for.
    parameters: PyCell<Option<PyRef<PyTuple>>>,
    /// `*tuple[int]`.
    starred: bool,
}

impl PyGenericAlias {
    /// `origin[params]`; a tuple is several parameters.
    pub fn create(vm: &VirtualMachine, origin: PyObject<'_>, params: PyObject<'_>) -> PyObjectRef {
        vm.new_object(PyGenericAlias::payload(vm, origin, params)).into()
    }

    fn payload(vm: &VirtualMachine, origin: PyObject<'_>, params: PyObject<'_>) -> PyGenericAlias {
        let args = match params.downcast::<PyTuple>() {
            Some(t) => t.to_ref(),
            None => vm.new_tuple(vec![params.to_owned()]),
        };
        PyGenericAlias {
            origin: origin.to_owned(),
            args,
            parameters: PyCell::new(None),
            starred: false,
        }
    }

    pub fn origin(&self) -> PyObject<'_> {
        self.origin.as_object()
    }

    pub fn args(&self) -> &PyRef<PyTuple> {
        &self.args
    }

    /// `__parameters__`.
    pub fn parameters(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        if let Some(p) = self.parameters.get() {
            return Ok(p);
        }
        let p = parameters::collect(vm, &self.args)?;
        drop(self.parameters.replace(Some(p.clone())));
        Ok(p)
    }
}

/// Iterates once, to unpack an alias: `*tuple[int]`.
#[pyclass(name = "generic_alias_iterator", module = "types", flags(HAVE_GC), doc = None)]
#[derive(Traverse)]
pub struct PyGenericAliasIterator {
    alias: PyCell<Option<PyRef<PyGenericAlias>>>,
}

#[pymethods]
impl PyGenericAliasIterator {
    #[slot]
    fn iter(zelf: &Py<PyGenericAliasIterator>) -> PyRef<PyGenericAliasIterator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(a) = self.alias.take() else { return Ok(None) };
        let starred = PyGenericAlias {
            origin: a.origin.clone(),
            args: a.args.clone(),
            parameters: PyCell::new(None),
            starred: true,
        };
        Ok(Some(vm.alloc(a.class(), starred).into()))
    }

    #[method(sig = "(self, /)")]
    fn __reduce__(&self, vm: &VirtualMachine) -> PyResult {
        let iter = crate::builtins::sequences::builtin(vm, "iter")?;
        let arg = match self.alias.get() {
            Some(a) => a.into(),
            None => vm.new_tuple(Vec::new()).into(),
        };
        let args: PyObjectRef = vm.new_tuple(vec![arg]).into();
        Ok(vm.new_tuple(vec![iter, args]).into())
    }
}

impl Py<PyGenericAlias> {
    fn unpacking(&self, vm: &VirtualMachine) -> PyRef<PyGenericAliasIterator> {
        vm.new_object(PyGenericAliasIterator { alias: PyCell::new(Some(self.to_ref())) })
    }
}
