//! `string.templatelib`: what a template string literal (PEP 750) makes.
//!
//! A template of n interpolations has n + 1 strings, which stand around them and may be empty.

mod interpolation;

use crate::builtins::generic_alias::PyGenericAlias;
use crate::prelude::*;
use std::cell::Cell;

pub use interpolation::{PyInterpolation, new_interpolation};

/// A template string: its texts and the values between them, not joined.
#[pyclass(name = "Template", module = "string.templatelib", flags(HAVE_GC))]
#[derive(Traverse)]
pub struct PyTemplate {
    strings: PyRef<PyTuple>,
    interpolations: PyRef<PyTuple>,
}

/// The template of a literal, from what BUILD_TEMPLATE finds on the stack.
pub fn new_template(
    vm: &VirtualMachine,
    strings: PyObject<'_>,
    interpolations: PyObject<'_>,
) -> PyResult {
    let (Some(strings), Some(interpolations)) =
        (strings.downcast::<PyTuple>(), interpolations.downcast::<PyTuple>())
    else {
        return Err(vm.system_error("a template is made of two tuples"));
    };
    let (strings, interpolations) = (strings.to_ref(), interpolations.to_ref());
    Ok(vm.new_object(PyTemplate { strings, interpolations }).into())
}

/// Two strings as one, whatever their classes think of `+`.
fn join(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
    match (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
        (Some(a), Some(b)) => Ok(PyStr::from_parts(vm, &[a.as_bytes(), b.as_bytes()]).into()),
        _ => Err(vm.system_error("the strings of a template are str")),
    }
}

#[pymethods]
impl PyTemplate {
    #[slot(text = "")]
    fn new(_cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        if args.keyword_count() > 0 {
            return Err(vm.type_error("Template.__new__ only accepts *args arguments"));
        }
        let empty = || PyObjectRef::from(vm.names().empty_str.clone());
        let (mut strings, mut interpolations) = (Vec::new(), Vec::new());
        // The text since the last interpolation.
        let mut text: Option<PyObjectRef> = None;
        for arg in args.positional() {
            if arg.downcast::<PyStr>().is_some() {
                text = Some(match text {
                    Some(text) => join(vm, text.as_object(), arg)?,
                    None => arg.to_owned(),
                });
            } else if arg.downcast::<PyInterpolation>().is_some() {
                strings.push(text.take().unwrap_or_else(empty));
                interpolations.push(arg.to_owned());
            } else {
                return Err(vm.type_error(format!(
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                    arg.class(vm).display_name()
                )));
            }
        }
        strings.push(text.unwrap_or_else(empty));
        let (strings, interpolations) = (vm.new_tuple(strings), vm.new_tuple(interpolations));
        Ok(vm.new_object(PyTemplate { strings, interpolations }).into())
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let strings = vm.repr(self.strings.as_object())?;
        let interpolations = vm.repr(self.interpolations.as_object())?;
        let parts = [
            b"Template(strings=",
            strings.as_bytes(),
            b", interpolations=",
            interpolations.as_bytes(),
            b")",
        ];
        Ok(PyStr::from_parts(vm, &parts))
    }

    #[slot]
    fn iter(zelf: &Py<PyTemplate>, vm: &VirtualMachine) -> PyRef<PyTemplateIterator> {
        vm.new_object(PyTemplateIterator { template: zelf.to_ref(), next: Cell::new(0) })
    }

    /// The last text of one and the first text of the other become one.
    #[slot]
    fn concat(zelf: &Py<PyTemplate>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        let Some(other) = other.downcast::<PyTemplate>() else {
            return Err(vm.type_error(format!(
                "can only concatenate string.templatelib.Template (not \"{}\") to \
                 string.templatelib.Template",
                other.class(vm).display_name()
            )));
        };
        let (left, right) = (zelf.strings.as_slice(), other.strings.as_slice());
        let (Some((last, before)), Some((first, after))) = (left.split_last(), right.split_first())
        else {
            return Err(vm.system_error("a template has at least one string"));
        };
        let mut strings = before.to_vec();
        strings.push(join(vm, last.as_object(), first.as_object())?);
        strings.extend_from_slice(after);
        let all = [zelf.interpolations.as_slice(), other.interpolations.as_slice()].concat();
        let (strings, interpolations) = (vm.new_tuple(strings), vm.new_tuple(all));
        Ok(vm.new_object(PyTemplate { strings, interpolations }).into())
    }

    #[method(sig = "(self, /)")]
    fn __reduce__(&self, vm: &VirtualMachine) -> PyResult {
        let library = crate::import::import_module(vm, &vm.intern("string.templatelib"))?;
        let make = vm.get_attr(library.as_object(), &vm.intern("_template_unpickle"))?;
        (make, (self.strings.clone(), self.interpolations.clone())).into_py_result(vm)
    }

    /// Templates take a type in brackets, for annotations.
    #[classmethod(sig = "(cls, object, /)")]
    fn __class_getitem__(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    /// The texts around the interpolations.
    #[member]
    fn strings(&self) -> PyRef<PyTuple> {
        self.strings.clone()
    }

    /// What stands between the strings.
    #[member]
    fn interpolations(&self) -> PyRef<PyTuple> {
        self.interpolations.clone()
    }

    /// The values of the interpolations.
    #[getter]
    fn values(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        let value = |i: &PyObjectRef| match i.as_object().downcast::<PyInterpolation>() {
            Some(i) => Ok(i.value.clone()),
            None => Err(vm.system_error("a template holds interpolations")),
        };
        let all: PyResult<Vec<_>> = self.interpolations.as_slice().iter().map(value).collect();
        Ok(vm.new_tuple(all?))
    }
}

/// Gives a template's strings and interpolations in their order, without empty strings.
#[pyclass(
    name = "TemplateIter",
    module = "string.templatelib",
    flags(HAVE_GC, DISALLOW_INSTANTIATION)
)]
#[derive(Traverse)]
pub struct PyTemplateIterator {
    template: PyRef<PyTemplate>,
    /// String `next / 2` or, when odd, the interpolation after it.
    next: Cell<usize>,
}

#[pymethods]
impl PyTemplateIterator {
    #[slot]
    fn iter(zelf: &Py<PyTemplateIterator>) -> PyRef<PyTemplateIterator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(&self) -> Option<PyObjectRef> {
        loop {
            let at = self.next.get();
            let items = if at.is_multiple_of(2) {
                &self.template.strings
            } else {
                &self.template.interpolations
            };
            let item = items.as_slice().get(at / 2)?.clone();
            self.next.set(at + 1);
            if item.as_object().downcast::<PyStr>().is_none_or(|s| s.byte_len() != 0) {
                return Some(item);
            }
        }
    }
}
