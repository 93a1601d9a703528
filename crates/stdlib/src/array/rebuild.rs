//! Making an array from pickled bytes of any machine format.

use super::PyArray;
use super::items::Kind;
use num::{BigInt, ByteOrder};
use text::codecs::{self, ByteOrder as TextOrder};
use vm::builtins::bytes::PyBytes;
use vm::prelude::*;

/// A machine format: item size, signedness, byte order.
enum Machine {
    Int { size: usize, signed: bool, big: bool },
    Float { size: usize, big: bool },
    Text { size: usize, big: bool },
}

fn machine(code: i32) -> Option<Machine> {
    Some(match code {
        0 | 1 => Machine::Int { size: 1, signed: code == 1, big: false },
        2..=13 => {
            let i = code - 2;
            let size = [2, 4, 8][(i / 4) as usize];
            Machine::Int { size, signed: i % 4 >= 2, big: i % 2 == 1 }
        }
        14..=17 => Machine::Float { size: if code < 16 { 4 } else { 8 }, big: code % 2 == 1 },
        18 | 19 => Machine::Text { size: 2, big: code == 19 },
        20 | 21 => Machine::Text { size: 4, big: code == 21 },
        _ => return None,
    })
}

/// The machine format code of an array on this machine.
pub fn machine_code(kind: Kind) -> i32 {
    let big = i32::from(cfg!(target_endian = "big"));
    match kind.code() {
        b'B' => 0,
        b'b' => 1,
        b'u' | b'w' => 20 + big,
        b'f' => 14 + big,
        b'd' => 16 + big,
        code => {
            let size = match kind.size() {
                2 => 0,
                4 => 1,
                _ => 2,
            };
            2 + 4 * size + if code.is_ascii_lowercase() { 2 } else { 0 } + big
        }
    }
}

/// The int type of this machine with that shape.
fn int_kind(wanted: Kind, size: usize, signed: bool) -> Kind {
    if wanted.size() == size && wanted.code().is_ascii_lowercase() == signed && !wanted.is_text() {
        return wanted;
    }
    let code = match (size, signed) {
        (1, true) => b'b',
        (1, false) => b'B',
        (2, true) => b'h',
        (2, false) => b'H',
        (4, true) => b'i',
        (4, false) => b'I',
        (_, true) => b'q',
        (_, false) => b'Q',
    };
    Kind::of(u32::from(code)).unwrap_or(wanted)
}

pub fn rebuild(
    vm: &VirtualMachine,
    cls: &Py<PyType>,
    typecode: &Py<PyStr>,
    code: i32,
    items: PyObject<'_>,
) -> PyResult {
    if !cls.is_subtype(vm.type_of::<PyArray>()) {
        return Err(vm.type_error(format!(
            "{} is not a subtype of array.array",
            cls.name().to_string_lossy()
        )));
    }
    let Some(kind) = typecode.single().and_then(Kind::of) else {
        return Err(vm.value_error("second argument must be a valid type code"));
    };
    let Some(machine) = machine(code) else {
        return Err(vm.value_error("third argument must be a valid machine format code."));
    };
    let Some(bytes) = items.downcast::<PyBytes>() else {
        return Err(vm.type_error(format!(
            "fourth argument should be bytes, not {}",
            items.class(vm).display_name()
        )));
    };
    let data = bytes.as_bytes();
    let (unit, kind, values) = match machine {
        Machine::Int { size, signed, big } => {
            let order = if big { ByteOrder::Big } else { ByteOrder::Little };
            let value = move |b: &[u8]| vm.new_bigint(BigInt::from_bytes(b, order, signed));
            let values: Vec<PyObjectRef> = data.chunks_exact(size).map(value).collect();
            (size, int_kind(kind, size, signed), values)
        }
        Machine::Float { size, big } => {
            let value = |b: &[u8]| {
                let mut b = b.to_vec();
                if big != cfg!(target_endian = "big") {
                    b.reverse();
                }
                match <[u8; 8]>::try_from(b.as_slice()) {
                    Ok(b) => vm.new_float(f64::from_ne_bytes(b)),
                    Err(_) => {
                        let b = <[u8; 4]>::try_from(b.as_slice()).unwrap_or_default();
                        vm.new_float(f64::from(f32::from_ne_bytes(b)))
                    }
                }
            };
            (size, kind, data.chunks_exact(size).map(value).collect())
        }
        Machine::Text { size, big } => {
            let order = if big { TextOrder::Big } else { TextOrder::Little };
            let mut h = codecs::Builtin(codecs::Errors::SurrogatePass);
            let decoded = if size == 2 {
                codecs::utf16::decode(data, &mut h, order, true)
            } else {
                codecs::utf32::decode(data, &mut h, order, true)
            };
            let Ok((d, _)) = decoded else {
                return Err(vm.value_error("bytes are not text in that encoding"));
            };
            let chars = text::utf8::code_points(&d.text).map(|cp| vm.new_char(cp).into());
            (size, kind, chars.collect())
        }
    };
    if !data.len().is_multiple_of(unit) {
        return Err(vm.value_error("bytes length not a multiple of item size"));
    }
    let a = vm.alloc(cls, PyArray::of(kind, Vec::new()));
    for v in &values {
        a.push(vm, v.as_object())?;
    }
    Ok(a.into())
}
