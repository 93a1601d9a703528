//! Writing: what an object is to the format.

use crate::builtins::bytes::PyBytes;
use crate::builtins::code::PyCode;
use crate::builtins::complex::PyComplex;
use crate::builtins::int::IntView;
use crate::builtins::set::{PyFrozenSet, PySet};
use crate::builtins::slice::PySlice;
use crate::prelude::*;
use bytecode::marshal::{self, CodeParts, Dump, Singleton, View, WriteError};
use std::borrow::Cow;

struct Dumper<'a> {
    vm: &'a VirtualMachine,
}

/// The marshal form of a value.
pub fn dump(
    vm: &VirtualMachine,
    value: PyObject<'_>,
    version: i32,
    allow_code: bool,
) -> PyResult<Vec<u8>> {
    if vm.native_stack_left() < 1 << 20 {
        return Err(vm.recursion_error("maximum recursion depth exceeded"));
    }
    marshal::write(&Dumper { vm }, &value.to_owned(), version, allow_code).map_err(|e| match e {
        WriteError::Value(m) => vm.value_error(m),
        WriteError::Other(e) => e,
    })
}

impl Dump for Dumper<'_> {
    type Value = PyObjectRef;
    type Error = PyErr;

    fn view<'v>(&self, value: &'v PyObjectRef) -> PyResult<View<'v, PyObjectRef>>
    where
        Self: 'v,
    {
        let vm = self.vm;
        let o = value.as_object();
        if let Some(v) = o.small_int() {
            return Ok(View::Int(v));
        }
        if let Some(v) = o.small_float() {
            return Ok(View::Float(v));
        }
        if let Some(b) = o.as_bool() {
            return Ok(View::Singleton(if b { Singleton::True } else { Singleton::False }));
        }
        if o.is_none() {
            return Ok(View::Singleton(Singleton::None));
        }
        if o.is(&PyObjectRef::ellipsis()) {
            return Ok(View::Singleton(Singleton::Ellipsis));
        }
        if o.is(&vm.exc().stop_iteration) {
            return Ok(View::Singleton(Singleton::StopIteration));
        }
        let t = vm.types();
        if o.is_type(&t.int) {
            return Ok(match o.int_view() {
                Some(IntView::Small(v)) => View::Int(v),
                Some(IntView::Big(b)) => {
                    let (negative, words) = b.words();
                    let mut magnitude: Vec<u8> =
                        words.iter().flat_map(|w| w.to_le_bytes()).collect();
                    let len = magnitude.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1);
                    magnitude.truncate(len);
                    View::BigInt { negative, magnitude: magnitude.into() }
                }
                None => View::Other,
            });
        }
        if o.is_type(&t.float) {
            return Ok(View::Float(vm.to_f64(o)?));
        }
        if let Some(s) = o.downcast_exact::<PyStr>(&t.str) {
            let interned = s.is_interned();
            return Ok(View::Str { text: Cow::Borrowed(s.payload_ref().as_bytes()), interned });
        }
        if let Some(x) = o.downcast_exact::<PyTuple>(&t.tuple) {
            return Ok(View::Tuple(x.as_slice().to_vec()));
        }
        if let Some(x) = o.downcast_exact::<PyList>(&t.list) {
            return Ok(View::List(x.items().to_vec()));
        }
        if let Some(x) = o.downcast_exact::<PyDict>(&t.dict) {
            return Ok(View::Dict(x.items()));
        }
        if let Some(x) = o.downcast_exact::<PyBytes>(vm.type_of::<PyBytes>()) {
            return Ok(View::Bytes(Cow::Borrowed(x.payload_ref().as_bytes())));
        }
        if let Some(x) = o.downcast_exact::<PyComplex>(vm.type_of::<PyComplex>()) {
            return Ok(View::Complex(x.re, x.im));
        }
        let keys = |s: &PySet| s.items();
        if let Some(x) = o.downcast_exact::<PySet>(vm.type_of::<PySet>()) {
            return Ok(View::Set(keys(x)));
        }
        if let Some(x) = o.downcast_exact::<PyFrozenSet>(vm.type_of::<PyFrozenSet>()) {
            return Ok(View::FrozenSet(keys(&x.set)));
        }
        if let Some(x) = o.downcast::<PySlice>() {
            let parts = [x.start.clone(), x.stop.clone(), x.step.clone()];
            return Ok(View::Slice(Box::new(parts)));
        }
        if let Some(x) = o.downcast::<PyCode>() {
            return Ok(View::Code(Box::new(self.code(x))));
        }
        match vm.bytes_like(o) {
            Some(bytes) => Ok(View::Bytes(bytes.into())),
            None => Ok(View::Other),
        }
    }

    fn identity(&self, value: &PyObjectRef, held: bool) -> Option<usize> {
        let o = value.as_object();
        let header = o.header()?;
        let interned = o.downcast::<PyStr>().is_some_and(|s| s.is_interned());
        let owners = header.count() as usize + usize::from(held);
        (interned || owners > 2).then(|| o.bits() as usize)
    }

    fn check_set(&self, set: &PyObjectRef, len: usize) -> PyResult<()> {
        let now = set.as_object().downcast::<PySet>().map_or(len, |s| s.len());
        // Past its only item nobody sees that a set has shrunk.
        if now > len || (now < len && len > 1) {
            return Err(self.vm.runtime_error("set changed size during iteration"));
        }
        Ok(())
    }
}

impl Dumper<'_> {
    fn code(&self, c: &PyCode) -> CodeParts<PyObjectRef> {
        let vm = self.vm;
        let texts = |names: &[PyRef<PyStr>]| -> PyObjectRef {
            vm.new_tuple(names.iter().map(|n| n.clone().into()).collect()).into()
        };
        let bytes = |b: &[u8]| -> PyObjectRef { vm.new_bytes(b).into() };
        let kinds: Vec<u8> = c.localspluskinds().iter().map(|k| k.bits()).collect();
        CodeParts {
            argcount: c.argcount as i32,
            posonlyargcount: c.posonlyargcount as i32,
            kwonlyargcount: c.kwonlyargcount as i32,
            stacksize: c.stacksize() as i32,
            flags: c.flags().bits() as i32,
            code: bytes(&c.original),
            consts: vm.new_tuple(c.consts().to_vec()).into(),
            names: texts(c.names()),
            localsplusnames: texts(c.localsplusnames()),
            localspluskinds: bytes(&kinds),
            filename: c.filename().into(),
            name: c.name.clone().into(),
            qualname: c.qualname.clone().into(),
            firstlineno: c.firstlineno,
            linetable: bytes(&c.linetable),
            exceptiontable: bytes(&c.exceptiontable),
        }
    }
}
