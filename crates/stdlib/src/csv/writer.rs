//! `writer` objects: fields to lines, quoted where they must be.

use super::dialect::{PyDialect, from_call};
use super::{Quoting, error};
use text::utf8;
use vm::prelude::*;

/// Writes rows as lines of text in CSV format.
///
/// Writers are made by writer().
#[pyclass(name = "writer", module = "_csv", flags(HAVE_GC, BASETYPE, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyWriter {
    write: PyObjectRef,
    dialect: PyRef<PyDialect>,
}

/// One or two positional arguments.
pub fn check_count(vm: &VirtualMachine, function: &str, args: Args<'_>) -> PyResult<()> {
    match args.len() {
        1 | 2 => Ok(()),
        0 => Err(vm.type_error(format!("{function} expected at least 1 argument, got 0"))),
        n => Err(vm.type_error(format!("{function} expected at most 2 arguments, got {n}"))),
    }
}

pub fn create(vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyWriter>> {
    check_count(vm, "writer", args)?;
    let write = vm.get_attr_opt(args.at(0), &vm.intern("write"))?;
    match write.filter(|w| w.class(vm).slots.call.get().is_some()) {
        Some(write) => Ok(vm.new_object(PyWriter { write, dialect: from_call(vm, args)? })),
        None => Err(vm.type_error("argument 1 must have a \"write\" method")),
    }
}

/// A line that is being written.
struct Line<'a> {
    vm: &'a VirtualMachine,
    dialect: &'a PyDialect,
    out: Vec<u8>,
    fields: usize,
}

impl Line<'_> {
    /// Adds a field; `None` is one without text of its own.
    fn add(&mut self, field: Option<&[u8]>, quoted: bool) -> PyResult<()> {
        let d = self.dialect;
        let text = field.unwrap_or_default();
        let mut quoted = quoted;
        if text.is_empty() && d.delimiter == u32::from(b' ') && d.skipinitialspace {
            if self.must_stay_bare(field) {
                return Err(error(
                    self.vm,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is \
                     true",
                ));
            }
            quoted = true;
        }
        let mut body = Vec::with_capacity(text.len());
        for c in utf8::code_points(text) {
            let is_quote = Some(c) == d.quotechar;
            let is_escape = Some(c) == d.escapechar;
            let special = c == d.delimiter
                || is_escape
                || is_quote
                || c == u32::from(b'\n')
                || c == u32::from(b'\r')
                || utf8::code_points(d.lineterminator.as_bytes()).any(|e| e == c);
            if special {
                let mut escaped = d.quoting == Quoting::None || is_escape;
                if d.quoting != Quoting::None {
                    if is_quote && d.doublequote {
                        utf8::push(&mut body, c);
                    } else if is_quote {
                        escaped = true;
                    }
                    quoted |= !escaped;
                }
                if escaped {
                    let Some(escape) = d.escapechar else {
                        return Err(error(self.vm, "need to escape, but no escapechar set"));
                    };
                    utf8::push(&mut body, escape);
                }
            }
            utf8::push(&mut body, c);
        }
        if self.fields > 0 {
            utf8::push(&mut self.out, d.delimiter);
        }
        let quote = d.quotechar.filter(|_| quoted);
        if let Some(q) = quote {
            utf8::push(&mut self.out, q);
        }
        self.out.extend_from_slice(&body);
        if let Some(q) = quote {
            utf8::push(&mut self.out, q);
        }
        self.fields += 1;
        Ok(())
    }

    /// Whether an empty field cannot be put in quotes: it would be read as something else.
    fn must_stay_bare(&self, field: Option<&[u8]>) -> bool {
        match self.dialect.quoting {
            Quoting::None => true,
            Quoting::Strings | Quoting::NotNull => field.is_none(),
            _ => false,
        }
    }
}

#[pymethods]
impl PyWriter {
    /// Writes one row: the fields that an iterable gives.
    ///
    /// What is no string is converted by str().
    #[method(sig = "(self, row, /)")]
    fn writerow(&self, vm: &VirtualMachine, row: PyObject<'_>) -> PyResult {
        let it = vm.get_iter(row).map_err(|e| {
            if !vm.is_error(&e, &vm.exc().type_error) {
                return e;
            }
            error(vm, format!("iterable expected, not {}", row.class(vm).display_name()))
        })?;
        let mut line = Line { vm, dialect: &self.dialect, out: Vec::new(), fields: 0 };
        let mut last_is_none = false;
        while let Some(field) = vm.iter_next(it.as_object())? {
            let o = field.as_object();
            let is_str = o.downcast::<PyStr>().is_some();
            let quoted = match self.dialect.quoting {
                Quoting::NonNumeric => !is_number(vm, o),
                Quoting::All => true,
                Quoting::Strings => is_str,
                Quoting::NotNull => !o.is_none(),
                Quoting::Minimal | Quoting::None => false,
            };
            last_is_none = o.is_none();
            if o.is_none() {
                line.add(None, quoted)?;
            } else {
                let text = vm.str(o)?;
                line.add(Some(text.as_bytes()), quoted)?;
            }
        }
        if line.fields > 0 && line.out.is_empty() {
            // A lone empty field would be read as a row without fields.
            if line.must_stay_bare(if last_is_none { None } else { Some(b"") }) {
                return Err(error(vm, "single empty field record must be quoted"));
            }
            line.fields -= 1;
            line.add(None, true)?;
        }
        line.out.extend_from_slice(self.dialect.lineterminator.as_bytes());
        let text = vm.new_str_bytes(&line.out);
        vm.call_positional(self.write.as_object(), &[text.as_object()])
    }

    /// Writes the rows that an iterable gives.
    #[method(sig = "(self, rows, /)")]
    fn writerows(&self, vm: &VirtualMachine, rows: PyObject<'_>) -> PyResult<()> {
        let it = vm.get_iter(rows)?;
        while let Some(row) = vm.iter_next(it.as_object())? {
            self.writerow(vm, row.as_object())?;
        }
        Ok(())
    }

    #[member]
    fn dialect(&self) -> PyRef<PyDialect> {
        self.dialect.clone()
    }
}

/// `PyNumber_Check`.
fn is_number(vm: &VirtualMachine, o: PyObject<'_>) -> bool {
    let typ = o.class(vm);
    o.int_view().is_some()
        || o.float_view().is_some()
        || o.downcast::<vm::builtins::complex::PyComplex>().is_some()
        || ["__index__", "__int__", "__float__"]
            .iter()
            .any(|name| typ.lookup(vm, &vm.intern(name)).is_some())
}
