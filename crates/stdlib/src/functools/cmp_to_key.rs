//! `functools.KeyWrapper`: what `cmp_to_key` gives, and the keys that it makes.

use vm::prelude::*;
use vm::protocol::comparison::rich_compare;

#[pyclass(
    name = "KeyWrapper",
    module = "functools",
    doc = None,
    flags(HAVE_GC, DISALLOW_INSTANTIATION)
)]
#[derive(Traverse)]
pub struct PyKeyWrapper {
    compare: PyObjectRef,
    object: PyCell<Option<PyObjectRef>>,
}

impl PyKeyWrapper {
    pub fn new(compare: PyObjectRef, object: Option<PyObjectRef>) -> PyKeyWrapper {
        PyKeyWrapper { compare, object: PyCell::new(object) }
    }
}

#[pymethods]
impl PyKeyWrapper {
    #[slot(sig = "(obj)")]
    fn call(zelf: &Py<PyKeyWrapper>, vm: &VirtualMachine, obj: PyObjectRef) -> PyObjectRef {
        vm.new_object(PyKeyWrapper::new(zelf.compare.clone(), Some(obj))).into()
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyKeyWrapper>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyKeyWrapper>() else {
            return Err(vm.type_error("other argument must be K instance"));
        };
        let (Some(x), Some(y)) = (zelf.object.get(), other.object.get()) else {
            return Err(vm.attribute_error_msg("object"));
        };
        let r = vm.call_positional(zelf.compare.as_object(), &[x.as_object(), y.as_object()])?;
        rich_compare(vm, r.as_object(), vm.new_int(0).as_object(), op)
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        "(obj)"
    }

    /// Value wrapped by a key function.
    #[member]
    fn obj(&self) -> Option<PyObjectRef> {
        self.object.get()
    }

    #[setter]
    fn set_obj(&self, value: Option<PyObject<'_>>) {
        self.object.set(value.map(PyObject::to_owned));
    }
}
