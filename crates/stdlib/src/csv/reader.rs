//! `reader` objects: a state machine over the characters of lines.

use super::dialect::{Char, PyDialect, from_call};
use super::{Quoting, error, field_limit};
use std::cell::Cell;
use vm::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    StartRecord,
    StartField,
    EscapedChar,
    AfterEscapedNewline,
    InField,
    InQuotedField,
    EscapeInQuotedField,
    QuoteInQuotedField,
    EatNewline,
}
use State::*;

/// Reads rows out of lines of text in CSV format.
///
/// Readers are made by reader().
#[pyclass(name = "reader", module = "_csv", flags(HAVE_GC, BASETYPE, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyReader {
    lines: PyObjectRef,
    dialect: PyRef<PyDialect>,
    line_num: Cell<usize>,
    /// Records read so far: an iterator that reads from its own reader is found out by it.
    records: Cell<u64>,
}

/// A record that is being read.
struct Record<'a> {
    vm: &'a VirtualMachine,
    dialect: &'a PyDialect,
    limit: i64,
    state: State,
    /// The current field, its length in characters, and whether it began with a quote.
    field: Vec<u8>,
    len: i64,
    quoted: bool,
    fields: Vec<PyObjectRef>,
}

pub fn create(vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyReader>> {
    super::writer::check_count(vm, "reader", args)?;
    let lines = vm.get_iter(args.at(0))?;
    let dialect = from_call(vm, args)?;
    Ok(vm.new_object(PyReader { lines, dialect, line_num: Cell::new(0), records: Cell::new(0) }))
}

impl Record<'_> {
    fn add(&mut self, c: Char) -> PyResult<()> {
        if self.len >= self.limit {
            let message = format!("field larger than field limit ({})", self.limit);
            return Err(error(self.vm, message));
        }
        text::utf8::push(&mut self.field, c);
        self.len += 1;
        Ok(())
    }

    fn save(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let quoting = self.dialect.quoting;
        let empty_is_none = matches!(quoting, Quoting::NotNull | Quoting::Strings);
        let is_number = matches!(quoting, Quoting::NonNumeric | Quoting::Strings);
        let value = if !self.quoted && self.len == 0 && empty_is_none {
            vm.none()
        } else {
            let text: PyObjectRef = vm.new_str_bytes(&self.field).into();
            if !self.quoted && self.len > 0 && is_number {
                vm.call_positional(vm.types().float.as_object(), &[text.as_object()])?
            } else {
                text
            }
        };
        self.field.clear();
        self.len = 0;
        self.fields.push(value);
        Ok(())
    }

    /// A field ends with its record: `None` is the end of the line.
    fn end_field(&mut self, c: Option<Char>) -> PyResult<()> {
        self.save()?;
        self.state = if c.is_none() { StartRecord } else { EatNewline };
        Ok(())
    }

    /// One character, or the end of a line.
    fn process(&mut self, c: Option<Char>) -> PyResult<()> {
        let d = self.dialect;
        let newline = c.is_some_and(|c| c == u32::from(b'\n') || c == u32::from(b'\r'));
        let is_quote = c.is_some() && c == d.quotechar && d.quoting != Quoting::None;
        let is_escape = c.is_some() && c == d.escapechar;
        let is_delimiter = c == Some(d.delimiter);
        if self.state == StartRecord {
            match c {
                // An empty line is a record without fields.
                None => return Ok(()),
                Some(_) if newline => {
                    self.state = EatNewline;
                    return Ok(());
                }
                Some(_) => self.state = StartField,
            }
        }
        if self.state == AfterEscapedNewline {
            if c.is_none() {
                return Ok(());
            }
            self.state = InField;
        }
        match (self.state, c) {
            (StartField, _) => {
                self.quoted = false;
                match c {
                    Some(_) if is_quote => {
                        self.quoted = true;
                        self.state = InQuotedField;
                    }
                    Some(_) if is_escape => self.state = EscapedChar,
                    Some(c) if c == u32::from(b' ') && d.skipinitialspace => {}
                    Some(_) if is_delimiter => self.save()?,
                    Some(c) if !newline => {
                        self.add(c)?;
                        self.state = InField;
                    }
                    _ => self.end_field(c)?,
                }
            }
            (EscapedChar, Some(c)) if newline => {
                self.add(c)?;
                self.state = AfterEscapedNewline;
            }
            (EscapedChar, _) => {
                self.add(c.unwrap_or(u32::from(b'\n')))?;
                self.state = InField;
            }
            (InField, Some(_)) if is_escape => self.state = EscapedChar,
            (InField, Some(_)) if is_delimiter => {
                self.save()?;
                self.state = StartField;
            }
            (InField, Some(c)) if !newline => self.add(c)?,
            (InField, _) => self.end_field(c)?,
            (InQuotedField, None) => {}
            (InQuotedField, Some(_)) if is_escape => self.state = EscapeInQuotedField,
            (InQuotedField, Some(_)) if is_quote => {
                self.state = if d.doublequote { QuoteInQuotedField } else { InField };
            }
            (InQuotedField, Some(c)) => self.add(c)?,
            (EscapeInQuotedField, _) => {
                self.add(c.unwrap_or(u32::from(b'\n')))?;
                self.state = InQuotedField;
            }
            (QuoteInQuotedField, Some(c)) if is_quote => {
                self.add(c)?;
                self.state = InQuotedField;
            }
            (QuoteInQuotedField, Some(_)) if is_delimiter => {
                self.save()?;
                self.state = StartField;
            }
            (QuoteInQuotedField, Some(c)) if !newline => {
                if d.strict {
                    let shown = |c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
                    return Err(error(
                        self.vm,
                        format!(
                            "'{}' expected after '{}'",
                            shown(d.delimiter),
                            d.quotechar.map_or(' ', shown)
                        ),
                    ));
                }
                self.add(c)?;
                self.state = InField;
            }
            (QuoteInQuotedField, _) => self.end_field(c)?,
            (EatNewline, None) => self.state = StartRecord,
            (EatNewline, Some(_)) if newline => {}
            (EatNewline, Some(_)) => {
                return Err(error(
                    self.vm,
                    "new-line character seen in unquoted field - do you need to open the file \
                     with newline=''?",
                ));
            }
            (StartRecord | AfterEscapedNewline, _) => {}
        }
        Ok(())
    }
}

#[pymethods]
impl PyReader {
    #[slot]
    fn iter(zelf: &Py<PyReader>) -> PyRef<PyReader> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let mut record = Record {
            vm,
            dialect: &self.dialect,
            limit: field_limit(vm)?.limit.get(),
            state: StartRecord,
            field: Vec::new(),
            len: 0,
            quoted: false,
            fields: Vec::new(),
        };
        let before = self.records.get();
        loop {
            let line = vm.iter_next(self.lines.as_object())?;
            if self.records.get() != before {
                return Err(error(vm, "iterator has already advanced the reader"));
            }
            let Some(line) = line else {
                if record.len == 0 && record.state != InQuotedField {
                    return Ok(None);
                }
                if self.dialect.strict {
                    return Err(error(vm, "unexpected end of data"));
                }
                record.save()?;
                break;
            };
            let Some(text) = line.as_object().downcast::<PyStr>() else {
                return Err(error(
                    vm,
                    format!(
                        "iterator should return strings, not {} (the file should be opened in \
                         text mode)",
                        line.class(vm).display_name()
                    ),
                ));
            };
            self.line_num.set(self.line_num.get() + 1);
            for c in text::utf8::code_points(text.as_bytes()) {
                record.process(Some(c))?;
            }
            record.process(None)?;
            if record.state == StartRecord {
                break;
            }
        }
        self.records.set(before + 1);
        Ok(Some(vm.new_list(record.fields).into()))
    }

    #[member]
    fn dialect(&self) -> PyRef<PyDialect> {
        self.dialect.clone()
    }

    #[member]
    fn line_num(&self) -> usize {
        self.line_num.get()
    }
}
