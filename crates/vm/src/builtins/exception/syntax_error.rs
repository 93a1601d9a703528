//! `SyntaxError` and its family: the place in the source, and the source line itself.

use super::attributes::join;
use super::families::{base_of, exception_payload};
use super::{PyBaseException, init_args};
use crate::builtins::int::IntView;
use crate::prelude::*;

exception_payload! {
    /// `SyntaxError`, `IndentationError`, `TabError`.
    PySyntaxError = crate::exceptions::SYNTAX_ERROR {
        msg: "what is wrong",
        filename: "the source file",
        lineno: "the line, from 1",
        offset: "the column, from 1",
        text: "the source line",
        end_lineno: "the line of the end",
        end_offset: "the column of the end",
        print_file_and_line: "whether tracebacks show the place",
        metadata as "_metadata": "the source around the place, for suggestions",
    }
}

impl PySyntaxError {
    /// Where the last whole statement is, and the source.
    pub(crate) fn set_metadata(&self, metadata: PyObjectRef) {
        drop(self.metadata.replace(Some(metadata)));
    }
}

#[pymethods]
impl PySyntaxError {
    #[slot(name = "init")]
    fn initialize(zelf: &Py<PySyntaxError>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        args.no_class_keywords(vm, zelf.class())?;
        init_args(vm, base_of(zelf), args);
        if let Some(msg) = args.get(0) {
            drop(zelf.msg.replace(Some(msg.to_owned())));
        }
        if args.len() != 2 {
            return Ok(());
        }
        let place = vm.collect(args.at(1))?;
        let n = place.len();
        if !(4..=7).contains(&n) {
            let (bound, limit) = if n < 4 { ("least", 4) } else { ("most", 7) };
            return Err(
                vm.type_error(format!("function takes at {bound} {limit} arguments ({n} given)"))
            );
        }
        let cells = [
            &zelf.filename,
            &zelf.lineno,
            &zelf.offset,
            &zelf.text,
            &zelf.end_lineno,
            &zelf.end_offset,
            &zelf.metadata,
        ];
        let mut place = place.into_iter();
        for cell in cells {
            drop(cell.replace(place.next()));
        }
        if n == 5 {
            return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
        }
        Ok(())
    }

    #[slot(name = "str")]
    fn text_of(zelf: &Py<PySyntaxError>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let msg = vm.str(zelf.msg.get().unwrap_or_else(PyObjectRef::none).as_object())?;
        let filename = zelf.filename.get();
        let name = filename.as_ref().and_then(|f| f.as_object().downcast::<PyStr>());
        let base = name.map(|f| {
            let bytes = f.as_bytes();
            &bytes[bytes.iter().rposition(|b| *b == b'/').map_or(0, |i| i + 1)..]
        });
        let line = zelf.line(vm);
        let place = match (base, line) {
            (None, None) => return Ok(msg),
            (Some(f), Some(l)) => {
                PyStr::from_parts(vm, &[b" (", f, format!(", line {l})").as_bytes()])
            }
            (Some(f), None) => PyStr::from_parts(vm, &[b" (", f, b")"]),
            (None, Some(l)) => vm.new_str(format!(" (line {l})")),
        };
        Ok(join(vm, &[&msg, &place]))
    }
}

impl PySyntaxError {
    /// `lineno`, if it is an int.
    fn line(&self, vm: &VirtualMachine) -> Option<i64> {
        let line = self.lineno.get()?;
        if !line.class(vm).is(&vm.types().int) {
            return None;
        }
        match line.as_object().int_view()? {
            IntView::Small(v) => Some(v),
            IntView::Big(_) => None,
        }
    }
}

/// Where a syntax error is: lines and columns from 1, columns in characters.
pub struct Place<'a> {
    pub filename: PyObject<'a>,
    pub line: i64,
    pub column: i64,
    pub end_line: i64,
    pub end_column: i64,
    /// The source line, if it is known.
    pub text: Option<PyObject<'a>>,
}

impl VirtualMachine {
    /// A `SyntaxError` (or one of its subclasses) with its place.
    #[cold]
    pub fn syntax_error(&self, typ: &Py<PyType>, msg: &str, place: &Place<'_>) -> PyErr {
        let details = vec![
            place.filename.to_owned(),
            self.new_int(place.line),
            self.new_int(place.column),
            place.text.map_or_else(PyObjectRef::none, PyObject::to_owned),
            self.new_int(place.end_line),
            self.new_int(place.end_column),
        ];
        let args = vec![self.new_str(msg).into(), self.new_tuple(details).into()];
        PyBaseException::create(self, typ, args)
    }
}
