//! `types.SimpleNamespace`: attributes by keyword.

use crate::call::check_arity;
use crate::prelude::*;
use crate::protocol::attributes::ensure_instance_dict;
use crate::protocol::comparison;

/// An object to put attributes on.
#[pyclass(
    name = "SimpleNamespace",
    module = "types",
    static = SIMPLE_NAMESPACE,
    flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT),
    text = "(mapping_or_iterable=(), /, **kwargs)",
    no_refs
)]
pub struct PyNamespace;

fn dict_of(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<PyRef<PyDict>> {
    ensure_instance_dict(vm, o).ok_or_else(|| vm.system_error("a namespace has a dict"))
}

#[pymethods]
impl PyNamespace {
    #[slot(text = "")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyNamespace> {
        vm.alloc(cls, PyNamespace)
    }

    #[slot(text = "")]
    fn init(zelf: &Py<PyNamespace>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        check_arity(vm, "SimpleNamespace", args.len(), 0, 1)?;
        let dict = dict_of(vm, zelf.as_object())?;
        if let Some(source) = args.get(0) {
            let given = vm.new_dict();
            given.update_arg(vm, source)?;
            if given.keys().iter().any(|k| k.as_object().downcast::<PyStr>().is_none()) {
                return Err(vm.type_error("keywords must be strings"));
            }
            dict.update_from(vm, given.as_object())?;
        }
        for (k, v) in args.keywords() {
            dict.set_str(vm, k, v.to_owned())?;
        }
        Ok(())
    }

    #[member]
    fn __dict__(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
        dict_of(vm, zelf)
    }

    #[slot]
    fn repr(zelf: &Py<PyNamespace>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let plain = zelf.as_object().is_type(vm.type_of::<PyNamespace>());
        let mut out =
            if plain { b"namespace".to_vec() } else { zelf.class().name().as_bytes().to_vec() };
        let Some(_guard) = vm.repr_enter(zelf.as_object()) else {
            out.extend_from_slice(b"(...)");
            return Ok(vm.new_str_bytes(&out));
        };
        out.push(b'(');
        let mut first = true;
        for (k, v) in dict_of(vm, zelf.as_object())?.items() {
            let Some(k) = k.as_object().downcast::<PyStr>().filter(|k| k.byte_len() > 0) else {
                continue;
            };
            if !first {
                out.extend_from_slice(b", ");
            }
            first = false;
            out.extend_from_slice(k.as_bytes());
            out.push(b'=');
            out.extend_from_slice(vm.repr(v.as_object())?.as_bytes());
        }
        out.push(b')');
        Ok(vm.new_str_bytes(&out))
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyNamespace>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        if other.downcast::<PyNamespace>().is_none() {
            return Ok(PyObjectRef::not_implemented());
        }
        let (a, b) = (dict_of(vm, zelf.as_object())?, dict_of(vm, other)?);
        comparison::rich_compare(vm, a.as_object(), b.as_object(), op)
    }

    /// How to rebuild the dictionary: its class, items and attributes.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyNamespace>, vm: &VirtualMachine) -> PyResult {
        let dict = dict_of(vm, zelf.as_object())?;
        (zelf.class(), PyTuple::empty(vm), dict).into_py_result(vm)
    }

    /// The same with other or more attributes.
    #[method(name = "__replace__", sig = "(self, **changes)")]
    fn replace(zelf: &Py<PyNamespace>, vm: &VirtualMachine, changes: Keywords<'_>) -> PyResult {
        let result = vm.call_positional(zelf.class().as_object(), &[])?;
        if result.as_object().downcast::<PyNamespace>().is_none() {
            return Err(vm.type_error(format!(
                "expect {} type, but {}() returned '{}' object",
                vm.type_of::<PyNamespace>().display_name(),
                zelf.class().display_name(),
                result.class(vm).display_name()
            )));
        }
        let dict = dict_of(vm, result.as_object())?;
        dict.update_from(vm, dict_of(vm, zelf.as_object())?.as_object())?;
        for (k, v) in changes.iter() {
            dict.set_str(vm, k, v.to_owned())?;
        }
        Ok(result)
    }
}
