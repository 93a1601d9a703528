//! `_tuplegetter`: the attribute of a namedtuple.

use vm::prelude::*;

#[pyclass(name = "_tuplegetter", module = "collections", doc = None, static = TUPLE_GETTER, flags(HAVE_GC), text = "")]
#[derive(Traverse)]
pub struct PyTupleGetter {
    index: isize,
    doc: PyCell<Option<PyObjectRef>>,
}

#[pymethods]
impl PyTupleGetter {
    #[slot(sig = "(index, doc, /)", text = "")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        index: isize,
        doc: PyObjectRef,
    ) -> PyRef<PyTupleGetter> {
        vm.alloc(cls, PyTupleGetter { index, doc: PyCell::new(Some(doc)) })
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult<String> {
        let doc = self.doc.get().unwrap_or_else(PyObjectRef::none);
        let doc = vm.repr(doc.as_object())?;
        Ok(format!("_tuplegetter({}, {})", self.index, doc.to_string_lossy()))
    }

    #[slot]
    fn descr_get(
        zelf: &Py<PyTupleGetter>,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        _owner: Option<PyObject<'_>>,
    ) -> PyResult {
        let Some(obj) = obj.filter(|o| !o.is_none()) else { return Ok(zelf.to_ref().into()) };
        let Some(tuple) = obj.downcast::<PyTuple>() else {
            return Err(vm.type_error(format!(
                "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                zelf.index,
                obj.class(vm).display_name()
            )));
        };
        let item = usize::try_from(zelf.index).ok().and_then(|i| tuple.as_slice().get(i));
        item.cloned().ok_or_else(|| vm.index_error("tuple index out of range"))
    }

    #[slot]
    fn descr_set(
        _zelf: &Py<PyTupleGetter>,
        vm: &VirtualMachine,
        _obj: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        Err(vm.attribute_error_msg(if value.is_some() {
            "can't set attribute"
        } else {
            "can't delete attribute"
        }))
    }

    #[member(name = "__doc__")]
    fn doc(&self) -> Option<PyObjectRef> {
        self.doc.get()
    }

    #[setter(name = "__doc__")]
    fn set_doc(&self, value: Option<PyObject<'_>>) {
        self.doc.set(value.map(PyObject::to_owned));
    }

    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyTupleGetter>, vm: &VirtualMachine) -> PyResult {
        (zelf.class(), (zelf.index, zelf.doc.get())).into_py_result(vm)
    }
}
