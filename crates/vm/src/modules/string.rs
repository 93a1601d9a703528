//! `_string`: the parsers of `str.format` templates, for `string.Formatter`.

use crate::prelude::*;
use std::cell::Cell;
use text::format::{FieldName, Part, Template};

/// The pieces of a template, made in advance.
#[pyclass(name = "formatteriterator", flags(HAVE_GC, DISALLOW_INSTANTIATION), doc = None)]
#[derive(Traverse)]
pub struct PyFormatterIterator {
    pieces: PyCell<Vec<PyObjectRef>>,
    next: Cell<usize>,
    /// What comes after the last piece.
    error: PyCell<Option<PyObjectRef>>,
}

#[pymethods]
impl PyFormatterIterator {
    #[slot]
    fn iter(zelf: &Py<PyFormatterIterator>) -> PyRef<PyFormatterIterator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(zelf: &Py<PyFormatterIterator>) -> PyResult<Option<PyObjectRef>> {
        let i = zelf.next.get();
        if let Some(p) = zelf.pieces.with(|p| p.get(i).cloned()) {
            zelf.next.set(i + 1);
            return Ok(Some(p));
        }
        match zelf.error.take().map(PyObjectRef::downcast) {
            Some(Ok(e)) => Err(e),
            _ => Ok(None),
        }
    }
}

/// The attributes and items of a field name.
#[pyclass(name = "fieldnameiterator", flags(HAVE_GC, DISALLOW_INSTANTIATION), doc = None)]
#[derive(Traverse)]
pub struct PyFieldNameIterator {
    parts: PyCell<Vec<PyObjectRef>>,
    next: Cell<usize>,
    error: PyCell<Option<PyObjectRef>>,
}

#[pymethods]
impl PyFieldNameIterator {
    #[slot]
    fn iter(zelf: &Py<PyFieldNameIterator>) -> PyRef<PyFieldNameIterator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(zelf: &Py<PyFieldNameIterator>) -> PyResult<Option<PyObjectRef>> {
        let i = zelf.next.get();
        if let Some(p) = zelf.parts.with(|p| p.get(i).cloned()) {
            zelf.next.set(i + 1);
            return Ok(Some(p));
        }
        match zelf.error.take().map(PyObjectRef::downcast) {
            Some(Ok(e)) => Err(e),
            _ => Ok(None),
        }
    }
}

fn expect<'a>(vm: &VirtualMachine, o: PyObject<'a>) -> PyResult<&'a Py<PyStr>> {
    vm.expect_str(o, "expected str, got")
        .map_err(|_| vm.type_error(format!("expected str, got {}", o.class(vm).display_name())))
}

/// Parsing of format strings.
#[pymodule(name = "_string")]
pub mod string {
    use super::*;

    /// Takes a template apart into (literal, field name, spec, conversion).
    #[function(sig = "(object, /)")]
    fn formatter_parser(
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyResult<PyRef<PyFormatterIterator>> {
        let s = expect(vm, object)?;
        let mut pieces = Vec::new();
        let mut error = None;
        for piece in Template::new(s.as_bytes()) {
            let piece = match piece {
                Ok(p) => p,
                Err(e) => {
                    error = Some(vm.format_error(e).into());
                    break;
                }
            };
            let text = |b: &[u8]| PyObjectRef::from(vm.new_str_bytes(b));
            let none = PyObjectRef::none;
            let (name, spec, conversion) = match piece.field {
                Some(f) => (
                    text(f.name),
                    text(f.spec),
                    f.conversion.map_or_else(none, |c| vm.new_char(c).into()),
                ),
                None => (none(), none(), none()),
            };
            pieces.push(vm.new_tuple(vec![text(piece.literal), name, spec, conversion]).into());
        }
        Ok(vm.new_object(PyFormatterIterator {
            pieces: PyCell::new(pieces),
            next: Cell::new(0),
            error: PyCell::new(error),
        }))
    }

    /// Splits a field name into its first part and an iterator of the rest.
    #[function(sig = "(object, /)")]
    fn formatter_field_name_split(vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        let s = expect(vm, object)?;
        let name = FieldName::parse(s.as_bytes()).map_err(|e| vm.format_error(e))?;
        let first = match name.first_number {
            Some(n) => vm.new_usize(n),
            None => vm.new_str_bytes(name.first).into(),
        };
        let mut parts = Vec::new();
        let mut error = None;
        for part in name.rest {
            let (is_attribute, value) = match part {
                Ok(Part::Attribute(a)) => (true, vm.new_str_bytes(a).into()),
                Ok(Part::Index(i)) => (false, vm.new_usize(i)),
                Ok(Part::Key(k)) => (false, vm.new_str_bytes(k).into()),
                Err(e) => {
                    error = Some(vm.format_error(e).into());
                    break;
                }
            };
            parts.push(vm.new_tuple(vec![vm.new_bool(is_attribute), value]).into());
        }
        let rest = vm.new_object(PyFieldNameIterator {
            parts: PyCell::new(parts),
            next: Cell::new(0),
            error: PyCell::new(error),
        });
        (first, rest).into_py_result(vm)
    }
}
pub use string::MODULE;
