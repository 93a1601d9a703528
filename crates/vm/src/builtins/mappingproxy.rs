//! `mappingproxy`: a mapping seen through a window that does not open.

use crate::prelude::*;

/// A read-only view of a mapping.
#[pyclass(name = "mappingproxy", flags(HAVE_GC, MAPPING), static = MAPPING_PROXY, with(views))]
#[derive(Traverse)]
pub struct PyMappingProxy {
    mapping: PyObjectRef,
}

impl PyMappingProxy {
    pub fn create(vm: &VirtualMachine, mapping: PyObjectRef) -> PyObjectRef {
        vm.new_object(PyMappingProxy { mapping }).into()
    }

    /// What is seen through it.
    pub fn mapping(&self) -> PyObject<'_> {
        self.mapping.as_object()
    }

    fn ask(&self, vm: &VirtualMachine, name: &str, args: &[PyObject<'_>]) -> PyResult {
        vm.call_method(self.mapping(), &vm.intern(name), args)
    }
}

/// The mapping behind a proxy; itself otherwise.
fn seen_through(o: PyObject<'_>) -> PyObject<'_> {
    match o.downcast::<PyMappingProxy>() {
        Some(p) => p.payload_ref().mapping(),
        None => o,
    }
}

#[pymethods]
impl PyMappingProxy {
    #[slot(sig = "(mapping)")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, mapping: PyObject<'_>) -> PyResult {
        let slots = &mapping.class(vm).slots;
        let lists =
            mapping.downcast::<PyList>().is_some() || mapping.downcast::<PyTuple>().is_some();
        if slots.subscript.get().is_none() || lists {
            return Err(vm.type_error(format!(
                "mappingproxy() argument must be a mapping, not {}",
                mapping.class(vm).display_name()
            )));
        }
        Ok(vm.alloc(cls, PyMappingProxy { mapping: mapping.to_owned() }).into())
    }

    #[slot]
    fn mp_length(&self, vm: &VirtualMachine) -> PyResult<usize> {
        vm.length(self.mapping())
    }

    #[slot]
    fn subscript(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        vm.get_item(self.mapping(), key)
    }

    #[slot]
    fn contains(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<bool> {
        vm.contains(self.mapping(), key)
    }

    #[slot]
    fn iter(&self, vm: &VirtualMachine) -> PyResult {
        vm.get_iter(self.mapping())
    }

    #[slot]
    fn hash(&self, vm: &VirtualMachine) -> PyResult<i64> {
        crate::protocol::hash::hash(vm, self.mapping())
    }

    #[slot]
    fn richcompare(&self, vm: &VirtualMachine, other: PyObject<'_>, op: Comparison) -> PyResult {
        crate::protocol::comparison::rich_compare(vm, self.mapping(), seen_through(other), op)
    }

    #[slot(name = "or")]
    fn union(left: PyObject<'_>, vm: &VirtualMachine, right: PyObject<'_>) -> PyResult {
        let (left, right) = (seen_through(left), seen_through(right));
        vm.binary_op(bytecode::oparg::BinaryOp::Or, left, right)
    }

    #[slot]
    fn inplace_or(&self, vm: &VirtualMachine, _other: PyObject<'_>) -> PyResult {
        Err(vm.type_error("'|=' is not supported by mappingproxy; use '|' instead"))
    }

    #[slot]
    fn str(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        vm.str(self.mapping())
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let inner = vm.repr(self.mapping())?;
        Ok(PyStr::from_parts(vm, &[b"mappingproxy(", inner.as_bytes(), b")"]))
    }
}

#[pymethods(name = views)]
impl PyMappingProxy {
    /// The value of a key, or the default.
    #[method(sig = "(self, key, default=None, /)")]
    fn get(&self, vm: &VirtualMachine, key: PyObject<'_>, default: PyObject<'_>) -> PyResult {
        self.ask(vm, "get", &[key, default])
    }

    /// A view of the keys.
    #[method(sig = "(self, /)")]
    fn keys(&self, vm: &VirtualMachine) -> PyResult {
        self.ask(vm, "keys", &[])
    }

    /// A view of the values.
    #[method(sig = "(self, /)")]
    fn values(&self, vm: &VirtualMachine) -> PyResult {
        self.ask(vm, "values", &[])
    }

    /// A view of the pairs of keys and values.
    #[method(sig = "(self, /)")]
    fn items(&self, vm: &VirtualMachine) -> PyResult {
        self.ask(vm, "items", &[])
    }

    /// A shallow copy of the mapping.
    #[method(sig = "(self, /)")]
    fn copy(&self, vm: &VirtualMachine) -> PyResult {
        self.ask(vm, "copy", &[])
    }

    /// An iterator over the keys in reverse order.
    #[method(sig = "(self, /)")]
    fn __reversed__(&self, vm: &VirtualMachine) -> PyResult {
        self.ask(vm, "__reversed__", &[])
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
