//! `property`: an attribute with functions behind it.

use crate::builtins::function::PyFunction;
use crate::prelude::*;

/// Property attribute.
///
///   fget
///     function to be used for getting an attribute value
///   fset
///     function to be used for setting an attribute value
///   fdel
///     function to be used for del'ing an attribute
///   doc
///     docstring
///
/// Typical use is to define a managed attribute x:
///
/// class C(object):
///     def getx(self): return self._x
///     def setx(self, value): self._x = value
///     def delx(self): del self._x
///     x = property(getx, setx, delx, "I'm the 'x' property.")
///
/// Decorators make defining new properties or modifying existing ones easy:
///
/// class C(object):
///     @property
///     def x(self):
///         "I am the 'x' property."
///         return self._x
///     @x.setter
///     def x(self, value):
///         self._x = value
///     @x.deleter
///     def x(self):
///         del self._x
#[pyclass(name = "property", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyProperty {
    getter: PyCell<Option<PyObjectRef>>,
    setter: PyCell<Option<PyObjectRef>>,
    deleter: PyCell<Option<PyObjectRef>>,
    doc: PyCell<Option<PyObjectRef>>,
    name: PyCell<Option<PyObjectRef>>,
    /// The docstring is the getter's, and changes with it.
    #[pytraverse(skip)]
    doc_of_getter: std::cell::Cell<bool>,
}

impl PyProperty {
    /// The function behind reading, if it is written in Python: its frame can be pushed.
    pub(crate) fn getter_function(zelf: &Py<PyProperty>) -> Option<PyRef<PyFunction>> {
        zelf.getter.get()?.downcast().ok()
    }

    /// The name it was given by the class body, or its getter's.
    fn own_name(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        if let Some(name) = self.name.get() {
            return Ok(Some(name));
        }
        match self.getter.get() {
            Some(getter) => vm.get_attr_opt(getter.as_object(), &vm.names().__name__),
            None => Ok(None),
        }
    }

    #[cold]
    fn lacks(&self, vm: &VirtualMachine, obj: PyObject<'_>, what: &str) -> PyErr {
        let text = || -> PyResult<String> {
            let qualname = vm.repr(obj.class(vm).qualname().as_object())?;
            let qualname = qualname.to_string_lossy();
            Ok(match self.own_name(vm)? {
                Some(name) => {
                    let name = vm.repr(name.as_object())?;
                    format!(
                        "property {} of {qualname} object has no {what}",
                        name.to_string_lossy()
                    )
                }
                None => format!("property of {qualname} object has no {what}"),
            })
        };
        match text() {
            Ok(text) => vm.attribute_error_msg(text),
            Err(e) => e,
        }
    }
}

/// A property like `zelf` with some of its functions replaced.
fn copy(
    zelf: &Py<PyProperty>,
    vm: &VirtualMachine,
    getter: Option<PyObjectRef>,
    setter: Option<PyObjectRef>,
    deleter: Option<PyObjectRef>,
) -> PyResult {
    let given = |o: Option<PyObjectRef>, old: &PyCell<Option<PyObjectRef>>| {
        o.filter(|o| !o.is_none()).or_else(|| old.get()).unwrap_or_else(PyObjectRef::none)
    };
    let parts = [
        given(getter, &zelf.getter),
        given(setter, &zelf.setter),
        given(deleter, &zelf.deleter),
        if zelf.doc_of_getter.get() && zelf.getter.with(Option::is_some) {
            vm.none()
        } else {
            zelf.doc.get().unwrap_or_else(PyObjectRef::none)
        },
    ];
    let words = parts.each_ref().map(|p| p.as_object());
    let made = vm.call_positional(zelf.class().as_object(), &words)?;
    if let Some(p) = made.as_object().downcast::<PyProperty>() {
        drop(p.name.replace(zelf.name.get()));
    }
    Ok(made)
}

#[pymethods]
impl PyProperty {
    #[slot(name = "new")]
    fn make(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyProperty> {
        vm.alloc(
            cls,
            PyProperty {
                getter: PyCell::new(None),
                setter: PyCell::new(None),
                deleter: PyCell::new(None),
                doc: PyCell::new(None),
                name: PyCell::new(None),
                doc_of_getter: std::cell::Cell::new(false),
            },
        )
    }

    #[slot(sig = "(fget=None, fset=None, fdel=None, doc=None)")]
    fn init(
        zelf: &Py<PyProperty>,
        vm: &VirtualMachine,
        fget: NoneOr<PyObject<'_>>,
        fset: NoneOr<PyObject<'_>>,
        fdel: NoneOr<PyObject<'_>>,
        doc: NoneOr<PyObject<'_>>,
    ) -> PyResult<()> {
        let own = |o: NoneOr<PyObject<'_>>| o.0.map(PyObject::to_owned);
        let (getter, mut doc) = (own(fget), own(doc));
        drop((zelf.getter.replace(getter.clone()), zelf.setter.replace(own(fset))));
        drop((zelf.deleter.replace(own(fdel)), zelf.name.take(), zelf.doc.take()));
        zelf.doc_of_getter.set(false);
        if doc.is_none()
            && let Some(getter) = getter
        {
            let found = vm.get_attr_opt(getter.as_object(), &vm.names().__doc__)?;
            doc = found.filter(|d| !d.is_none());
            zelf.doc_of_getter.set(doc.is_some());
        }
        if zelf.as_object().is_type(vm.type_of::<PyProperty>()) {
            drop(zelf.doc.replace(doc));
            return Ok(());
        }
        // A subclass has a `__doc__` of its own, which would hide the attribute here.
        let value = doc.unwrap_or_else(PyObjectRef::none);
        match vm.set_attr(zelf.as_object(), &vm.names().__doc__, Some(value.as_object())) {
            Err(e) if !zelf.doc_of_getter.get() && vm.is_error(&e, &vm.exc().attribute_error) => {
                Ok(())
            }
            r => r,
        }
    }

    #[slot]
    fn descr_get(
        zelf: &Py<PyProperty>,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        _typ: Option<PyObject<'_>>,
    ) -> PyResult {
        let Some(obj) = obj.filter(|o| !o.is_none()) else { return Ok(zelf.to_ref().into()) };
        match zelf.getter.get() {
            Some(getter) => vm.call_positional(getter.as_object(), &[obj]),
            None => Err(zelf.lacks(vm, obj, "getter")),
        }
    }

    #[slot]
    fn descr_set(
        zelf: &Py<PyProperty>,
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let (function, what) = match value {
            Some(_) => (zelf.setter.get(), "setter"),
            None => (zelf.deleter.get(), "deleter"),
        };
        let Some(function) = function else { return Err(zelf.lacks(vm, obj, what)) };
        match value {
            Some(value) => vm.call_positional(function.as_object(), &[obj, value]).map(drop),
            None => vm.call_positional(function.as_object(), &[obj]).map(drop),
        }
    }

    /// A copy of the property with this function to read.
    #[method(sig = "(self, object, /)")]
    fn getter(zelf: &Py<PyProperty>, vm: &VirtualMachine, object: PyObjectRef) -> PyResult {
        copy(zelf, vm, Some(object), None, None)
    }

    /// A copy of the property with this function to write.
    #[method(sig = "(self, object, /)")]
    fn setter(zelf: &Py<PyProperty>, vm: &VirtualMachine, object: PyObjectRef) -> PyResult {
        copy(zelf, vm, None, Some(object), None)
    }

    /// A copy of the property with this function to delete.
    #[method(sig = "(self, object, /)")]
    fn deleter(zelf: &Py<PyProperty>, vm: &VirtualMachine, object: PyObjectRef) -> PyResult {
        copy(zelf, vm, None, None, Some(object))
    }

    /// Learns the name under which a class body holds the property.
    #[method(name = "__set_name__", text = "($self, owner, name, /)")]
    fn learn_name(zelf: &Py<PyProperty>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        if args.len() != 2 {
            return Err(vm.type_error(format!(
                "__set_name__() takes 2 positional arguments but {} were given",
                args.len()
            )));
        }
        drop(zelf.name.replace(Some(args.at(1).to_owned())));
        Ok(())
    }

    #[member]
    fn fget(&self) -> Option<PyObjectRef> {
        self.getter.get()
    }

    #[member]
    fn fset(&self) -> Option<PyObjectRef> {
        self.setter.get()
    }

    #[member]
    fn fdel(&self) -> Option<PyObjectRef> {
        self.deleter.get()
    }

    #[member]
    fn __doc__(&self) -> Option<PyObjectRef> {
        self.doc.get()
    }

    #[setter(name = "__doc__")]
    fn set_doc(&self, value: Option<PyObject<'_>>) -> PyResult<()> {
        drop(self.doc.replace(value.map(PyObject::to_owned)));
        Ok(())
    }

    #[getter]
    fn __name__(zelf: &Py<PyProperty>, vm: &VirtualMachine) -> PyResult {
        match zelf.own_name(vm)? {
            Some(name) => Ok(name),
            None => Err(vm.attribute_error_msg("'property' object has no attribute '__name__'")),
        }
    }

    #[setter(name = "__name__")]
    fn set_name(&self, value: Option<PyObject<'_>>) -> PyResult<()> {
        drop(self.name.replace(value.map(PyObject::to_owned)));
        Ok(())
    }

    #[getter]
    fn __isabstractmethod__(&self, vm: &VirtualMachine) -> PyResult<bool> {
        let name = &vm.names().__isabstractmethod__;
        for part in [&self.getter, &self.setter, &self.deleter] {
            if let Some(f) = part.get()
                && let Some(v) = vm.get_attr_opt(f.as_object(), name)?
                && vm.is_true(v.as_object())?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
