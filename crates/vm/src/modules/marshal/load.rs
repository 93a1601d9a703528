//! Reading: the builder that makes objects of what the reader finds.

use crate::builtins::bytes::PyBytes;
use crate::builtins::code::{CodeObjectParts, PyCode};
use crate::builtins::set::PySet;
use crate::builtins::slice::PySlice;
use crate::prelude::*;
use bytecode::marshal::{self, Build, CodeParts, ReadError, Singleton, SliceSource, Source};
use bytecode::{CodeFlags, LocalKind};

/// Where marshal data comes from: our own binary, or anywhere else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    Trusted,
    Foreign,
    /// As foreign, from a file object: reading it runs Python code.
    File,
}

struct Builder<'a> {
    vm: &'a VirtualMachine,
    reading: Reading,
}

/// Reads one value.
pub fn load<S: Source<PyErr>>(
    vm: &VirtualMachine,
    source: &mut S,
    allow_code: bool,
    reading: Reading,
) -> PyResult {
    // The reader's own bound on nesting fits any stack with this much room.
    if vm.native_stack_left() < 1 << 20 {
        return Err(vm.recursion_error("maximum recursion depth exceeded"));
    }
    let mut builder = Builder { vm, reading };
    marshal::read(source, &mut builder, allow_code).map_err(|e| to_exception(vm, e))
}

/// Code embedded in the binary.
pub fn load_trusted_code(vm: &VirtualMachine, data: &[u8]) -> PyResult<PyRef<PyCode>> {
    let value = load(vm, &mut SliceSource::new(data), true, Reading::Trusted)?;
    value.downcast().map_err(|_| vm.system_error("embedded code is no code object"))
}

fn to_exception(vm: &VirtualMachine, e: ReadError<PyErr>) -> PyErr {
    match e {
        ReadError::Eof(m) => vm.eof_error(m),
        ReadError::Value(m) => vm.value_error(m),
        ReadError::Type(m) => vm.type_error(m),
        ReadError::FloatText(t) => vm.value_error(format!(
            "could not convert string to float: '{}'",
            String::from_utf8_lossy(&t)
        )),
        ReadError::Unicode(u) => {
            let args = vec![
                vm.new_str("utf-8").into(),
                vm.new_bytes(&u.bytes).into(),
                vm.new_usize(u.start),
                vm.new_usize(u.end),
                vm.new_str(u.reason).into(),
            ];
            vm.new_exception(&vm.exc().unicode_decode_error, args)
        }
        ReadError::Other(e) => e,
    }
}

type Made = PyResult<PyObjectRef>;

impl Build for Builder<'_> {
    type Value = PyObjectRef;
    type Error = PyErr;

    fn singleton(&mut self, which: Singleton) -> PyObjectRef {
        match which {
            Singleton::None => PyObjectRef::none(),
            Singleton::True => PyObjectRef::from_bool(true),
            Singleton::False => PyObjectRef::from_bool(false),
            Singleton::Ellipsis => PyObjectRef::ellipsis(),
            Singleton::StopIteration => self.vm.exc().stop_iteration.clone().into(),
        }
    }

    fn int(&mut self, value: i64) -> Made {
        Ok(self.vm.new_int(value))
    }

    fn big_int(&mut self, negative: bool, magnitude: &[u8]) -> Made {
        let words: Vec<u64> = magnitude
            .chunks(8)
            .map(|chunk| {
                let mut word = [0; 8];
                word[..chunk.len()].copy_from_slice(chunk);
                u64::from_le_bytes(word)
            })
            .collect();
        Ok(self.vm.new_bigint(num::BigInt::from_words(negative, &words)))
    }

    fn float(&mut self, value: f64) -> Made {
        Ok(self.vm.new_float(value))
    }

    fn complex(&mut self, real: f64, imaginary: f64) -> Made {
        Ok(self.vm.new_complex(real, imaginary))
    }

    fn string(&mut self, text: &[u8], interned: bool) -> Made {
        Ok(if interned {
            self.vm.interp.intern_bytes(self.vm, text).into()
        } else {
            self.vm.new_str_bytes(text).into()
        })
    }

    fn bytes(&mut self, bytes: &[u8]) -> Made {
        Ok(self.vm.new_bytes(bytes).into())
    }

    fn tuple(&mut self, items: Vec<PyObjectRef>) -> Made {
        Ok(self.vm.new_tuple(items).into())
    }

    fn tuple_start(&mut self, len: usize) -> PyResult<Option<PyObjectRef>> {
        // Python code must not see a tuple before it is whole.
        if self.reading == Reading::File {
            return Ok(None);
        }
        self.vm.check_room(len.saturating_mul(8))?;
        Ok(Some(PyTuple::open(self.vm, len).into()))
    }

    fn tuple_fill(&mut self, tuple: &PyObjectRef, items: Vec<PyObjectRef>) -> PyResult<()> {
        tuple.as_object().expect_payload::<PyTuple>().complete(items);
        Ok(())
    }

    fn list(&mut self, capacity: usize) -> Made {
        Ok(self.vm.new_list(Vec::with_capacity(capacity)).into())
    }

    fn list_push(&mut self, list: &PyObjectRef, item: PyObjectRef) -> PyResult<()> {
        list.as_object().expect_payload::<PyList>().items().push(item);
        Ok(())
    }

    fn dict(&mut self) -> Made {
        Ok(self.vm.new_dict().into())
    }

    fn dict_insert(
        &mut self,
        dict: &PyObjectRef,
        key: PyObjectRef,
        value: PyObjectRef,
    ) -> PyResult<()> {
        dict.as_object().expect_payload::<PyDict>().set(self.vm, key.as_object(), value)
    }

    fn set(&mut self) -> Made {
        Ok(self.vm.new_object(PySet::new()).into())
    }

    fn set_add(&mut self, set: &PyObjectRef, item: PyObjectRef) -> PyResult<()> {
        set.as_object().expect_payload::<PySet>().add(self.vm, item.as_object()).map(drop)
    }

    fn frozenset(&mut self, items: Vec<PyObjectRef>) -> Made {
        let list = self.vm.new_list(items);
        let typ = self.vm.type_of::<crate::builtins::set::PyFrozenSet>();
        self.vm.call_positional(typ.as_object(), &[list.as_object()])
    }

    fn slice(&mut self, parts: [PyObjectRef; 3]) -> Made {
        Ok(PySlice::create(self.vm, parts).into())
    }

    fn code(&mut self, parts: CodeParts<PyObjectRef>) -> Made {
        let parts = self.object_parts(parts)?;
        Ok(match self.reading {
            Reading::Trusted => parts.into_trusted_code(self.vm).into(),
            Reading::Foreign | Reading::File => parts.into_code(self.vm)?.into(),
        })
    }
}

impl Builder<'_> {
    fn object_parts(&self, p: CodeParts<PyObjectRef>) -> PyResult<CodeObjectParts> {
        Ok(CodeObjectParts {
            argcount: self.count(p.argcount)?,
            posonlyargcount: self.count(p.posonlyargcount)?,
            kwonlyargcount: self.count(p.kwonlyargcount)?,
            stacksize: self.count(p.stacksize)?,
            flags: CodeFlags::from_bits_retain(p.flags as u32),
            code: self.contents(&p.code)?,
            consts: self.items(&p.consts)?.into(),
            names: self.texts(&p.names)?,
            localsplusnames: self.texts(&p.localsplusnames)?,
            localspluskinds: self
                .contents(&p.localspluskinds)?
                .iter()
                .map(|k| LocalKind::from_bits_retain(*k))
                .collect(),
            filename: self.text(&p.filename)?,
            name: self.text(&p.name)?,
            qualname: self.text(&p.qualname)?,
            firstlineno: p.firstlineno,
            linetable: self.contents(&p.linetable)?,
            exceptiontable: self.contents(&p.exceptiontable)?,
        })
    }

    #[cold]
    fn bad(&self) -> PyErr {
        self.vm.type_error("bad argument type for built-in operation")
    }

    fn count(&self, n: i32) -> PyResult<u32> {
        u32::try_from(n).map_err(|_| self.vm.value_error("code: a count must not be negative"))
    }

    fn contents(&self, o: &PyObjectRef) -> PyResult<Box<[u8]>> {
        let bytes = o.as_object().downcast::<PyBytes>().ok_or_else(|| self.bad())?;
        Ok(bytes.as_bytes().into())
    }

    fn items<'o>(&self, o: &'o PyObjectRef) -> PyResult<&'o [PyObjectRef]> {
        let items = o.as_object().downcast::<PyTuple>().ok_or_else(|| self.bad())?;
        Ok(items.payload_ref().as_slice())
    }

    fn text(&self, o: &PyObjectRef) -> PyResult<PyRef<PyStr>> {
        o.as_object().downcast::<PyStr>().map(Py::to_ref).ok_or_else(|| self.bad())
    }

    fn texts(&self, o: &PyObjectRef) -> PyResult<Box<[PyRef<PyStr>]>> {
        self.items(o)?.iter().map(|n| self.text(n)).collect()
    }
}

/// Bytes that a file object's `readinto` gives.
pub struct FileSource<'a> {
    vm: &'a VirtualMachine,
    file: PyObject<'a>,
    held: Vec<u8>,
}

impl<'a> FileSource<'a> {
    pub fn new(vm: &'a VirtualMachine, file: PyObject<'a>) -> PyResult<FileSource<'a>> {
        // As the reference: what `read` gives is checked before anything is read.
        let zero = vm.new_int(0);
        let probe = vm.call_method(file, &vm.names().read, &[zero.as_object()])?;
        if probe.as_object().downcast::<PyBytes>().is_none() {
            return Err(vm.type_error(format!(
                "file.read() returned not bytes but {}",
                probe.class(vm).display_name()
            )));
        }
        Ok(FileSource { vm, file, held: Vec::new() })
    }

    /// Asks the file to read into memory of ours, once; how many bytes came.
    fn fill(&mut self, len: usize) -> PyResult<usize> {
        let vm = self.vm;
        vm.check_room(len)?;
        let memory = vm.new_bytearray(vec![0; len]);
        let view = vm.memoryview(memory.as_object())?;
        let got = vm.call_method(self.file, &vm.names().readinto, &[view.as_object()])?;
        let got = match vm.index_i64(got.as_object())? {
            Some(n) => n,
            None => {
                return Err(vm.value_error(format!(
                    "cannot fit '{}' into an index-sized integer",
                    got.class(vm).display_name()
                )));
            }
        };
        if got > len as i64 {
            return Err(vm.value_error(format!(
                "read() returned too much data: {len} bytes requested, {got} returned"
            )));
        }
        self.held = memory.to_vec();
        Ok(got.max(0) as usize)
    }
}

impl Source<PyErr> for FileSource<'_> {
    fn read(&mut self, len: usize) -> Result<&[u8], ReadError<PyErr>> {
        if len == 0 {
            return Ok(&[]);
        }
        if self.fill(len).map_err(ReadError::Other)? < len || self.held.len() != len {
            return Err(ReadError::Eof("EOF read where not expected"));
        }
        Ok(&self.held)
    }

    fn byte(&mut self) -> Result<Option<u8>, ReadError<PyErr>> {
        let got = self.fill(1).map_err(ReadError::Other)?;
        Ok(self.held.first().copied().filter(|_| got == 1))
    }

    fn at_most(&self) -> usize {
        0x7FFF_FFFF
    }
}
