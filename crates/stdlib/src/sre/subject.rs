//! What is searched: the characters of a `str` or the bytes of a buffer.

use crate::support::buffer_contents;
use text::utf8;
use vm::builtins::bytes::PyBytes;
use vm::prelude::*;

#[derive(Traverse)]
pub enum Subject {
    Str(PyRef<PyStr>),
    Bytes(PyRef<PyBytes>),
}

impl Subject {
    pub fn of(vm: &VirtualMachine, string: PyObject<'_>) -> PyResult<Subject> {
        if let Some(s) = string.downcast::<PyStr>() {
            return Ok(Subject::Str(s.to_ref()));
        }
        match buffer_contents(vm, string)? {
            Some(b) => Ok(Subject::Bytes(b)),
            None => Err(vm.type_error(format!(
                "expected string or bytes-like object, got '{}'",
                string.class(vm).display_name()
            ))),
        }
    }

    pub fn is_str(&self) -> bool {
        matches!(self, Subject::Str(_))
    }

    pub fn bytes(&self) -> &[u8] {
        match self {
            Subject::Str(s) => s.as_bytes(),
            Subject::Bytes(b) => b.as_bytes(),
        }
    }

    /// Whether characters are longer than a byte.
    pub fn is_wide(&self) -> bool {
        matches!(self, Subject::Str(s) if !s.is_ascii())
    }

    /// The byte offset of a character position, which may be out of range.
    pub fn to_byte(&self, position: isize) -> usize {
        let position = usize::try_from(position).unwrap_or(0);
        let bytes = self.bytes();
        if !self.is_wide() || position == 0 {
            return position.min(bytes.len());
        }
        match self {
            Subject::Str(s) if position >= s.char_len() => bytes.len(),
            _ => utf8::index::byte_offset(bytes, position),
        }
    }

    /// The character position of a byte offset.
    pub fn to_char(&self, offset: usize) -> usize {
        if self.is_wide() { utf8::validate::char_count(&self.bytes()[..offset]) } else { offset }
    }

    /// A part of the subject as an object; the whole of an exact one is itself.
    pub fn slice(&self, vm: &VirtualMachine, start: usize, end: usize) -> PyObjectRef {
        let whole = start == 0 && end == self.bytes().len();
        match self {
            Subject::Str(s) if whole && s.is_exact() => s.clone().into(),
            Subject::Str(s) => vm.new_str_bytes(&s.as_bytes()[start..end]).into(),
            Subject::Bytes(b) if whole && b.as_object().is_type(vm.type_of::<PyBytes>()) => {
                b.clone().into()
            }
            Subject::Bytes(b) => vm.new_bytes(&b.as_bytes()[start..end]).into(),
        }
    }

    pub fn empty(&self, vm: &VirtualMachine) -> PyObjectRef {
        self.make(vm, &[])
    }

    /// An object of the subject's kind.
    pub fn make(&self, vm: &VirtualMachine, bytes: &[u8]) -> PyObjectRef {
        match self {
            Subject::Str(_) => vm.new_str_bytes(bytes).into(),
            Subject::Bytes(_) => vm.new_bytes(bytes).into(),
        }
    }
}
