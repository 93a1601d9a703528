//! `dict_keys`, `dict_values` and `dict_items`: views on a dict.

use super::view_sets;
use super::{
    PyDictItemIter, PyDictKeyIter, PyDictReverseItemIter, PyDictReverseKeyIter,
    PyDictReverseValueIter, PyDictValueIter,
};
use crate::builtins::mappingproxy::PyMappingProxy;
use crate::builtins::sequences;
use crate::prelude::*;

#[pyclass(name = "dict_keys", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION), with(sets))]
#[derive(Traverse)]
pub struct PyDictKeys {
    pub(crate) dict: PyRef<PyDict>,
}

#[pyclass(name = "dict_values", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyDictValues {
    pub(crate) dict: PyRef<PyDict>,
}

#[pyclass(name = "dict_items", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION), with(sets))]
#[derive(Traverse)]
pub struct PyDictItems {
    pub(crate) dict: PyRef<PyDict>,
}

fn view_repr(vm: &VirtualMachine, view: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
    let name = view.class(vm).name();
    let Some(_guard) = vm.repr_enter(view) else { return Ok(vm.new_str("...")) };
    let items = vm.collect(view)?;
    let text = sequences::repr_items(vm, "([", "])", |i| items.get(i).cloned())?;
    Ok(PyStr::from_parts(vm, &[name.as_bytes(), text.as_bytes()]))
}

macro_rules! views {
    ($($ty:ident $iter:ident $reverse:ident $reverse_doc:literal;)*) => { $(
        impl $ty {
            pub fn new(dict: &Py<PyDict>) -> $ty {
                $ty { dict: dict.to_ref() }
            }

            pub fn dict(&self) -> &Py<PyDict> {
                &self.dict
            }
        }

        #[pymethods]
        impl $ty {
            #[slot]
            fn repr(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
                view_repr(vm, zelf)
            }

            #[slot]
            fn iter(zelf: &Py<$ty>, vm: &VirtualMachine) -> PyRef<$iter> {
                vm.new_object($iter::new(&zelf.dict))
            }

            #[slot]
            fn mp_length(zelf: &Py<$ty>) -> usize {
                zelf.dict.len()
            }

            #[doc = $reverse_doc]
            #[method(name = "__reversed__", sig = "(self, /)")]
            fn reversed(&self, vm: &VirtualMachine) -> PyRef<$reverse> {
                vm.new_object($reverse::new(&self.dict))
            }

            /// the dictionary behind the view
            #[getter]
            fn mapping(&self, vm: &VirtualMachine) -> PyResult {
                Ok(PyMappingProxy::create(vm, self.dict.clone().into()))
            }
        }
    )* };
}

views! {
    PyDictKeys PyDictKeyIter PyDictReverseKeyIter "An iterator over the keys, last one first.";
    PyDictValues PyDictValueIter PyDictReverseValueIter "An iterator over the values, last one first.";
    PyDictItems PyDictItemIter PyDictReverseItemIter "An iterator over the pairs, last one first.";
}

macro_rules! set_like {
    ($($ty:ident)*) => { $(
        #[pymethods(name = sets)]
        impl $ty {
            #[slot]
            fn contains(
                zelf: &Py<$ty>,
                vm: &VirtualMachine,
                item: PyObject<'_>,
            ) -> PyResult<bool> {
                view_sets::view_contains(vm, zelf.as_object(), item)
            }

            #[slot]
            fn richcompare(
                zelf: &Py<$ty>,
                vm: &VirtualMachine,
                other: PyObject<'_>,
                op: Comparison,
            ) -> PyResult {
                view_sets::compare(vm, zelf.as_object(), other, op)
            }

            #[slot(name = "and")]
            fn bit_and(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
                view_sets::intersection(vm, a, b)
            }

            #[slot(name = "or")]
            fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
                view_sets::union(vm, a, b)
            }

            #[slot(name = "subtract")]
            fn minus(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
                view_sets::difference(vm, a, b)
            }

            #[slot(name = "xor")]
            fn bit_xor(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
                view_sets::symmetric_difference(vm, a, b)
            }

            /// Whether view and iterable have nothing in common.
            #[method(sig = "(self, object, /)")]
            fn isdisjoint(
                zelf: &Py<$ty>,
                vm: &VirtualMachine,
                other: PyObject<'_>,
            ) -> PyResult<bool> {
                view_sets::is_disjoint(vm, zelf.as_object(), other)
            }
        }
    )* };
}

set_like! { PyDictKeys PyDictItems }
