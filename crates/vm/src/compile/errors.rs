//! What goes wrong while compiling, as Python exceptions and warnings.

use super::Compile;
use crate::builtins::exception::syntax_error::PySyntaxError;
use crate::prelude::*;
use compiler::ErrorKind as CompileErrorKind;
use compiler::error::ErrorData;
use parser::ast::Range;
use parser::errors::{ErrorKind, SyntaxError, Warning, WarningCategory};

/// Line, first column, end line, end column, as SyntaxError shows them.
type Place = [i64; 4];

impl Compile {
    pub(super) fn parse_error(&self, vm: &VirtualMachine, source: &[u8], e: SyntaxError) -> PyErr {
        if let Err(raised) = self.issue_parser_warnings(vm, source, &e.warnings) {
            return raised;
        }
        let exc = vm.exc();
        let typ = match e.kind {
            ErrorKind::Syntax => &exc.syntax_error,
            ErrorKind::Indentation => &exc.indentation_error,
            ErrorKind::Tab => &exc.tab_error,
            ErrorKind::Incomplete => &exc.incomplete_input_error,
            ErrorKind::Memory => return vm.memory_error_msg(e.msg.as_bytes()),
            ErrorKind::Value => return vm.value_error(e.msg.as_bytes()),
        };
        let place = e.lineno.map(|line| {
            [
                i64::from(line),
                i64::from(e.offset.unwrap_or(0)),
                e.end_lineno.map_or(-1, i64::from),
                i64::from(e.end_offset.unwrap_or(-1)),
            ]
        });
        match place {
            None => vm.new_exception_msg(typ, e.msg.as_bytes()),
            Some(p) => {
                let filename = (!e.nameless).then_some(&self.filename);
                let made = self.syntax_error(vm, typ, &e.msg, filename, p, e.text.as_deref());
                if e.nameless {
                    // Told afterwards, past the arguments.
                    let name = Some(self.filename.as_object());
                    let _ = vm.set_attr(made.as_object(), &vm.intern("filename"), name);
                }
                if let Some((line, column)) = e.last_statement
                    && let Some(exc) = made.as_object().downcast::<PySyntaxError>()
                {
                    let (line, column) = (vm.new_int(line.into()), vm.new_int(column.into()));
                    let source = vm.new_str(String::from_utf8_lossy(source));
                    exc.set_metadata(vm.new_tuple(vec![line, column, source.into()]).into());
                }
                made
            }
        }
    }

    /// The source could not be decoded: `SyntaxError` with the codec's message.
    pub(super) fn decoder_error(&self, vm: &VirtualMachine, e: PyErr) -> PyErr {
        let exc = vm.exc();
        let ours = [&exc.lookup_error, &exc.syntax_error, &exc.value_error];
        if !ours.iter().any(|t| vm.is_error(&e, t)) {
            return e;
        }
        let text = match vm.str(e.as_object()) {
            Ok(s) => s.to_string_lossy().into_owned(),
            Err(e) => return e,
        };
        let place = vm.new_tuple(vec![
            self.filename.clone().into(),
            vm.new_int(0),
            vm.new_int(-1),
            vm.none(),
        ]);
        make(vm, &exc.syntax_error, vec![vm.new_str(text).into(), place.into()])
    }

    pub(super) fn compile_error(&self, vm: &VirtualMachine, e: ErrorData) -> PyErr {
        let msg = &*e.msg;
        match e.kind {
            CompileErrorKind::Syntax => {}
            CompileErrorKind::Recursion => return vm.stack_used_up(" during compilation"),
            CompileErrorKind::System => return vm.system_error(msg),
            CompileErrorKind::Runtime => return vm.runtime_error(msg),
            CompileErrorKind::Overflow => return vm.overflow_error(msg),
            CompileErrorKind::Memory => return vm.memory_error(),
            CompileErrorKind::Type => return vm.type_error(msg),
            CompileErrorKind::Value => return vm.value_error(msg),
        }
        match e.range {
            None => vm.new_exception_msg(&vm.exc().syntax_error, msg),
            Some(range) if e.place_in_args => self.error_in_tree(vm, msg, range),
            Some(range) => self.error_in_symbols(vm, msg, range),
        }
    }

    /// A `SyntaxError` whose only argument is its message: the place comes in attributes.
    fn error_in_symbols(&self, vm: &VirtualMachine, msg: &str, range: Range) -> PyErr {
        let made = make(vm, &vm.exc().syntax_error, vec![vm.new_str(msg).into()]);
        let text = line_of_file(vm, self.filename.as_bytes(), range.lineno);
        let [line, offset, end_line, end_offset] = place_of(range);
        let attributes = [
            ("filename", self.filename.clone().into()),
            ("lineno", vm.new_int(line)),
            ("offset", vm.new_int(offset)),
            ("end_lineno", vm.new_int(end_line)),
            ("end_offset", vm.new_int(end_offset)),
            ("text", text.map_or_else(|| vm.none(), |t| vm.new_str(t).into())),
        ];
        for (name, value) in attributes {
            if let Err(e) = vm.set_attr(made.as_object(), &vm.intern(name), Some(value.as_object()))
            {
                return e;
            }
        }
        made
    }

    /// A `SyntaxError` found in a tree: its line comes from the file, if there is one.
    fn error_in_tree(&self, vm: &VirtualMachine, msg: &str, range: Range) -> PyErr {
        let text = line_of_file(vm, self.filename.as_bytes(), range.lineno);
        let typ = &vm.exc().syntax_error;
        self.syntax_error(vm, typ, msg, Some(&self.filename), place_of(range), text.as_deref())
    }

    fn syntax_error(
        &self,
        vm: &VirtualMachine,
        typ: &Py<PyType>,
        msg: &str,
        filename: Option<&PyRef<PyStr>>,
        [line, offset, end_line, end_offset]: Place,
        text: Option<&str>,
    ) -> PyErr {
        let details = vm.new_tuple(vec![
            filename.map_or_else(|| vm.none(), |f| f.clone().into()),
            vm.new_int(line),
            vm.new_int(offset),
            text.map_or_else(|| vm.none(), |t| vm.new_str(t).into()),
            vm.new_int(end_line),
            vm.new_int(end_offset),
        ]);
        make(vm, typ, vec![vm.new_str(msg).into(), details.into()])
    }

    /// Issues warnings; where a filter makes one an error, it becomes a `SyntaxError` there,
    /// which shows the line of the source.
    pub(super) fn issue_parser_warnings(
        &self,
        vm: &VirtualMachine,
        source: &[u8],
        warnings: &[Warning],
    ) -> PyResult<()> {
        for w in warnings {
            self.issue(vm, w, |_| self.parse_error(vm, source, w.as_error(source)))?;
        }
        Ok(())
    }

    pub(super) fn issue_compiler_warnings(
        &self,
        vm: &VirtualMachine,
        warnings: &[Warning],
    ) -> PyResult<()> {
        for w in warnings {
            self.issue(vm, w, |range| self.error_in_tree(vm, &w.msg, range))?;
        }
        Ok(())
    }

    fn issue(
        &self,
        vm: &VirtualMachine,
        w: &Warning,
        as_error: impl FnOnce(Range) -> PyErr,
    ) -> PyResult<()> {
        let category = match w.category {
            WarningCategory::Syntax => &vm.exc().syntax_warning,
            WarningCategory::Deprecation => &vm.exc().deprecation_warning,
        };
        let line = i64::from(w.range.lineno);
        match vm.warn_explicit(category, &w.msg, &self.filename, line) {
            Err(e) if vm.is_error(&e, category) => Err(as_error(w.range)),
            r => r,
        }
    }
}

fn place_of(range: Range) -> Place {
    [
        i64::from(range.lineno),
        i64::from(range.col_offset) + 1,
        i64::from(range.end_lineno),
        i64::from(range.end_col_offset) + 1,
    ]
}

/// An instance made as Python code would make it, so that the arguments become attributes.
fn make(vm: &VirtualMachine, typ: &Py<PyType>, args: Vec<PyObjectRef>) -> PyErr {
    if typ.slots.new.get().is_none() {
        return vm.new_exception(typ, args);
    }
    let words: Vec<PyObject<'_>> = args.iter().map(PyObjectRef::as_object).collect();
    match vm.call_positional(typ.as_object(), &words) {
        Ok(e) => match e.downcast() {
            Ok(e) => e,
            Err(_) => vm.new_exception(typ, args),
        },
        Err(e) => e,
    }
}

/// A line of the source, with its end.
fn nth_line(source: &[u8], number: u32) -> &[u8] {
    let skip = (number as usize).saturating_sub(1);
    source.split_inclusive(|b| *b == b'\n').nth(skip).unwrap_or(b"")
}

/// A line of a file on disk, if it can be read as text in the encoding that it names.
fn line_of_file(vm: &VirtualMachine, filename: &[u8], number: u32) -> Option<String> {
    if filename.is_empty() || filename.starts_with(b"<") {
        return None;
    }
    let source = crate::import::state::read_file(filename).ok()?;
    let decode = |name: &str, bytes: &[u8]| super::decode(vm, name, bytes);
    let decoded = parser::source::from_bytes(&source, false, decode);
    let line = match &decoded {
        Ok(source) => nth_line(&source.text, number),
        // In whatever encoding it is: ASCII looks the same in most.
        Err(_) => nth_line(&source, number),
    };
    (!line.is_empty()).then(|| String::from_utf8_lossy(line).into_owned())
}

impl VirtualMachine {
    /// `warnings.warn_explicit(msg, category, filename, lineno)`.
    pub fn warn_explicit(
        &self,
        category: &Py<PyType>,
        msg: &str,
        filename: &Py<PyStr>,
        line: i64,
    ) -> PyResult<()> {
        let Some(warnings) = self.import_native("_warnings")? else { return Ok(()) };
        let (msg, line) = (self.new_str(msg), self.new_int(line));
        let args = [msg.as_object(), category.as_object(), filename.as_object(), line.as_object()];
        let name = self.intern("warn_explicit");
        self.call_method(warnings.as_object(), &name, &args).map(drop)
    }
}
