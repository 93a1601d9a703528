//! `string.templatelib.Interpolation`: one `{...}` of a template string.

use crate::builtins::generic_alias::PyGenericAlias;
use crate::prelude::*;
use bytecode::oparg::Conversion;

/// One value of a template string, with the text it was written as and how to show it.
#[pyclass(name = "Interpolation", module = "string.templatelib", flags(HAVE_GC))]
#[derive(Traverse)]
pub struct PyInterpolation {
    pub(super) value: PyObjectRef,
    expression: PyObjectRef,
    /// `'s'`, `'r'`, `'a'` or None.
    conversion: PyObjectRef,
    format_spec: PyObjectRef,
}

/// The interpolation of a literal, from what BUILD_INTERPOLATION finds on the stack.
pub fn new_interpolation(
    vm: &VirtualMachine,
    value: PyObject<'_>,
    text: PyObject<'_>,
    conversion: Conversion,
    spec: Option<PyObject<'_>>,
) -> PyResult {
    let conversion = match conversion {
        Conversion::None => PyObjectRef::none(),
        Conversion::Str => vm.intern("s").into(),
        Conversion::Repr => vm.intern("r").into(),
        Conversion::Ascii => vm.intern("a").into(),
    };
    let format_spec = match spec {
        Some(spec) => spec.to_owned(),
        None => vm.names().empty_str.clone().into(),
    };
    let (value, expression) = (value.to_owned(), text.to_owned());
    Ok(vm.new_object(PyInterpolation { value, expression, conversion, format_spec }).into())
}

/// The argument `conversion`: one of three letters, or None.
struct Letter<'a>(PyObject<'a>);

impl<'a> FromArg<'a> for Letter<'a> {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        if obj.is_none() {
            return Ok(Letter(obj));
        }
        match obj.downcast::<PyStr>().map(|s| s.as_bytes()) {
            Some(b"s" | b"a" | b"r") => Ok(Letter(obj)),
            Some(_) => Err(vm.value_error(
                "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'",
            )),
            None => Err(context.wrong_type(vm, "str", obj)),
        }
    }
}

#[pymethods]
impl PyInterpolation {
    #[slot(sig = "(value, expression='', conversion=None, format_spec='')", text = "")]
    fn new(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        value: PyObject<'_>,
        expression: Option<&Py<PyStr>>,
        conversion: Option<Letter<'_>>,
        format_spec: Option<&Py<PyStr>>,
    ) -> PyRef<PyInterpolation> {
        let text = |s: Option<&Py<PyStr>>| match s {
            Some(s) => s.to_ref().into(),
            None => vm.names().empty_str.clone().into(),
        };
        vm.new_object(PyInterpolation {
            value: value.to_owned(),
            expression: text(expression),
            conversion: conversion.map_or_else(PyObjectRef::none, |c| c.0.to_owned()),
            format_spec: text(format_spec),
        })
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let mut out = b"Interpolation(".to_vec();
        let parts = [&self.value, &self.expression, &self.conversion, &self.format_spec];
        for (i, part) in parts.into_iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(vm.repr(part.as_object())?.as_bytes());
        }
        out.push(b')');
        Ok(vm.new_str_bytes(&out))
    }

    /// The class and the four arguments that make an equal interpolation.
    #[method(sig = "(self, /)")]
    fn __reduce__(zelf: &Py<PyInterpolation>, vm: &VirtualMachine) -> PyResult {
        let state = (
            zelf.value.clone(),
            zelf.expression.clone(),
            zelf.conversion.clone(),
            zelf.format_spec.clone(),
        );
        (zelf.class(), state).into_py_result(vm)
    }

    /// Interpolations take the type of their value in brackets, for annotations.
    #[classmethod(sig = "(cls, object, /)")]
    fn __class_getitem__(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    #[constant(name = "__match_args__")]
    fn match_args(vm: &VirtualMachine) -> PyRef<PyTuple> {
        let names = ["value", "expression", "conversion", "format_spec"];
        vm.new_tuple(names.into_iter().map(|n| vm.intern(n).into()).collect())
    }

    /// What the expression gave.
    #[member]
    fn value(&self) -> PyObjectRef {
        self.value.clone()
    }

    /// The text of the expression.
    #[member]
    fn expression(&self) -> PyObjectRef {
        self.expression.clone()
    }

    /// How to turn the value into text first: 'r', 's', 'a' or None.
    #[member]
    fn conversion(&self) -> PyObjectRef {
        self.conversion.clone()
    }

    /// How to format the value.
    #[member]
    fn format_spec(&self) -> PyObjectRef {
        self.format_spec.clone()
    }
}
