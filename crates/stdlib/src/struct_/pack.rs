//! Values to bytes and back.

use super::error;
use super::format::Format;
use text::float::{f64_to_half, half_to_f64};
use vm::builtins::bytearray::PyByteArray;
use vm::builtins::bytes::PyBytes;
use vm::builtins::int::IntView;
use vm::prelude::*;
use vm::protocol::buffer::{self, BytesLike};

/// Puts a number's little-endian bytes in order.
fn put(out: &mut [u8], big: bool, bytes: &[u8]) {
    out.copy_from_slice(&bytes[..out.len()]);
    if big {
        out.reverse();
    }
}

fn is_unsigned(code: u8) -> bool {
    code.is_ascii_uppercase()
}

fn out_of_range(vm: &VirtualMachine, code: u8, size: usize) -> PyErr {
    let bits = 8 * size as u32;
    let (low, high) = if is_unsigned(code) {
        (0, (1i128 << bits) - 1)
    } else {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    };
    error(vm, format!("'{}' format requires {low} <= number <= {high}", code as char))
}

#[cold]
fn int_too_large(vm: &VirtualMachine) -> PyErr {
    error(vm, "int too large to convert")
}

fn pack_int(
    vm: &VirtualMachine,
    code: u8,
    big: bool,
    v: PyObject<'_>,
    out: &mut [u8],
) -> PyResult<()> {
    let size = out.len();
    let mut owned = None;
    let o = match v.int_view() {
        Some(_) => v,
        None => {
            if !vm.is_index(v) {
                return Err(error(vm, "required argument is not an integer"));
            }
            owned.insert(vm.index(v)?).as_object()
        }
    };
    let bits = 8 * size as u32;
    let wide = match o.int_view() {
        Some(IntView::Small(v)) => i128::from(v),
        Some(IntView::Big(b)) => match b.to_i128() {
            Some(v) => v,
            None if code == b'P' => return Err(int_too_large(vm)),
            None => return Err(out_of_range(vm, code, size)),
        },
        None => return Err(error(vm, "required argument is not an integer")),
    };
    let fits = if code == b'P' {
        wide >= i128::from(i64::MIN) && wide <= i128::from(u64::MAX)
    } else if is_unsigned(code) {
        wide >= 0 && wide < 1 << bits
    } else {
        wide >= -(1 << (bits - 1)) && wide < 1 << (bits - 1)
    };
    if !fits && code == b'P' {
        return Err(int_too_large(vm));
    }
    if !fits {
        return Err(out_of_range(vm, code, size));
    }
    put(out, big, &wide.to_le_bytes());
    Ok(())
}

fn pack_float(vm: &VirtualMachine, code: u8, big: bool, v: f64, out: &mut [u8]) -> PyResult<()> {
    let too_large =
        || vm.overflow_error(format!("float too large to pack with {} format", code as char));
    match out.len() {
        2 => put(out, big, &f64_to_half(v).ok_or_else(too_large)?.to_le_bytes()),
        4 => {
            let narrow = v as f32;
            if narrow.is_infinite() && v.is_finite() {
                return Err(too_large());
            }
            put(out, big, &narrow.to_le_bytes());
        }
        _ => put(out, big, &v.to_le_bytes()),
    }
    Ok(())
}

fn complex_value(vm: &VirtualMachine, v: PyObject<'_>) -> PyResult<(f64, f64)> {
    vm.to_complex(v).map_err(|_| error(vm, "required argument is not a complex"))
}

fn pack_text(vm: &VirtualMachine, code: u8, v: PyObject<'_>, out: &mut [u8]) -> PyResult<()> {
    let data = if let Some(b) = v.downcast::<PyBytes>() {
        b.as_bytes().to_vec()
    } else if let Some(b) = v.downcast::<PyByteArray>() {
        b.to_vec()
    } else {
        return Err(error(vm, format!("argument for '{}' must be a bytes object", code as char)));
    };
    if code == b's' {
        let n = data.len().min(out.len());
        out[..n].copy_from_slice(&data[..n]);
        return Ok(());
    }
    let Some((length, room)) = out.split_first_mut() else { return Ok(()) };
    let n = data.len().min(room.len());
    room[..n].copy_from_slice(&data[..n]);
    *length = n.min(255) as u8;
    Ok(())
}

fn pack_value(
    vm: &VirtualMachine,
    code: u8,
    big: bool,
    v: PyObject<'_>,
    out: &mut [u8],
) -> PyResult<()> {
    match code {
        b'c' => match v.downcast::<PyBytes>().map(|b| b.as_bytes()) {
            Some([b]) => {
                out[0] = *b;
                Ok(())
            }
            _ => Err(error(vm, "char format requires a bytes object of length 1")),
        },
        b'?' => {
            out[0] = u8::from(vm.is_true(v)?);
            Ok(())
        }
        b's' | b'p' => pack_text(vm, code, v, out),
        b'e' | b'f' | b'd' => {
            let f = match v.small_float() {
                Some(f) => f,
                None => vm.to_f64(v).map_err(|_| error(vm, "required argument is not a float"))?,
            };
            pack_float(vm, code, big, f, out).map_err(|e| match v.int_view() {
                Some(_) => int_too_large(vm),
                None => e,
            })
        }
        b'F' | b'D' => {
            let (re, im) = complex_value(vm, v)?;
            let half = out.len() / 2;
            let (a, b) = out.split_at_mut(half);
            pack_float(vm, code, big, re, a)?;
            pack_float(vm, code, big, im, b)
        }
        _ => pack_int(vm, code, big, v, out),
    }
}

fn fill(vm: &VirtualMachine, format: &Format, values: Args<'_>, out: &mut [u8]) -> PyResult<()> {
    let mut i = 0;
    for item in &format.items {
        let mut at = item.offset;
        for _ in 0..item.repeat {
            pack_value(vm, item.code, format.big, values.at(i), &mut out[at..at + item.size])?;
            at += item.size;
            i += 1;
        }
    }
    Ok(())
}

fn packed(vm: &VirtualMachine, format: &Format, values: Args<'_>, name: &str) -> PyResult<Vec<u8>> {
    if values.len() != format.values {
        return Err(error(
            vm,
            format!("{name} expected {} items for packing (got {})", format.values, values.len()),
        ));
    }
    vm.check_room(format.size)?;
    let mut out = vec![0; format.size];
    fill(vm, format, values, &mut out)?;
    Ok(out)
}

pub fn pack(vm: &VirtualMachine, format: &Format, values: Args<'_>) -> PyResult<PyRef<PyBytes>> {
    if values.len() == format.values && format.size <= 64 {
        let mut small = [0; 64];
        fill(vm, format, values, &mut small[..format.size])?;
        return Ok(vm.new_bytes(&small[..format.size]));
    }
    Ok(vm.new_bytes(&packed(vm, format, values, "pack")?))
}

/// Where in a buffer of `len` bytes a structure starts; `what` is the function with its verb.
fn place(
    vm: &VirtualMachine,
    format: &Format,
    len: usize,
    offset: isize,
    (name, verb, no_room): (&str, &str, &str),
) -> PyResult<usize> {
    let size = format.size;
    let mut at = offset;
    if at < 0 {
        if at + size as isize > 0 {
            return Err(error(vm, format!("{no_room} {size} bytes at offset {offset}")));
        }
        if at + (len as isize) < 0 {
            return Err(error(vm, format!("offset {offset} out of range for {len}-byte buffer")));
        }
        at += len as isize;
    }
    let at = at as usize;
    if len.saturating_sub(at) < size || at > len {
        return Err(error(
            vm,
            format!(
                "{name} requires a buffer of at least {} bytes for {verb} {size} bytes at offset \
                 {at} (actual buffer size is {len})",
                at.saturating_add(size)
            ),
        ));
    }
    Ok(at)
}

pub fn pack_into(vm: &VirtualMachine, format: &Format, args: Args<'_>) -> PyResult<()> {
    let Some(target) = args.get(0) else {
        return Err(error(vm, "pack_into expected buffer argument"));
    };
    let Some(offset) = args.get(1) else {
        return Err(error(vm, "pack_into expected offset argument"));
    };
    let values = args.skip(2);
    if values.len() != format.values {
        return Err(error(
            vm,
            format!(
                "pack_into expected {} items for packing (got {})",
                format.values,
                values.len()
            ),
        ));
    }
    let target_buffer = buffer::get(vm, target, buffer::WRITABLE).map_err(|_| {
        vm.type_error(format!(
            "argument must be read-write bytes-like object, not {}",
            target.class(vm).display_name()
        ))
    })?;
    let offset = vm.to_isize(offset)?;
    let names = ("pack_into", "packing", "no space to pack");
    let at = place(vm, format, target_buffer.len(), offset, names)?;
    let data = packed(vm, format, values, "pack_into")?;
    target_buffer.with_bytes_mut(|m| {
        if let Some(slot) = m.get_mut(at..at + data.len()) {
            slot.copy_from_slice(&data);
        }
    });
    Ok(())
}

fn number<const N: usize>(b: &[u8], big: bool) -> [u8; N] {
    let mut out = [0; N];
    if b.len() == N {
        out.copy_from_slice(b);
    }
    if big {
        out.reverse();
    }
    out
}

fn unpack_float(code: u8, b: &[u8], big: bool) -> f64 {
    match code {
        b'e' => half_to_f64(u16::from_le_bytes(number(b, big))),
        b'f' | b'F' => f64::from(f32::from_le_bytes(number(b, big))),
        _ => f64::from_le_bytes(number(b, big)),
    }
}

fn unpack_value(vm: &VirtualMachine, code: u8, b: &[u8], big: bool) -> PyResult {
    Ok(match code {
        b'b' => vm.new_int(i64::from(b[0] as i8)),
        b'B' => vm.new_int(i64::from(b[0])),
        b'c' => vm.new_bytes(b).into(),
        b'?' => vm.new_bool(b[0] != 0),
        b's' => vm.new_bytes(b).into(),
        b'p' => {
            let n = b.first().map_or(0, |n| usize::from(*n)).min(b.len().saturating_sub(1));
            vm.new_bytes(b.get(1..1 + n).unwrap_or_default()).into()
        }
        b'e' | b'f' | b'd' => vm.new_float(unpack_float(code, b, big)),
        b'F' | b'D' => {
            let (re, im) = b.split_at(b.len() / 2);
            let (re, im) = (unpack_float(code, re, big), unpack_float(code, im, big));
            vm.new_complex(re, im)
        }
        _ => {
            let unsigned = is_unsigned(code);
            match b.len() {
                2 if unsigned => vm.new_int(i64::from(u16::from_le_bytes(number(b, big)))),
                2 => vm.new_int(i64::from(i16::from_le_bytes(number(b, big)))),
                4 if unsigned => vm.new_int(i64::from(u32::from_le_bytes(number(b, big)))),
                4 => vm.new_int(i64::from(i32::from_le_bytes(number(b, big)))),
                _ if unsigned => {
                    return u64::from_le_bytes(number(b, big)).into_py_result(vm);
                }
                _ => vm.new_int(i64::from_le_bytes(number(b, big))),
            }
        }
    })
}

/// The values in exactly `format.size` bytes.
pub fn values(vm: &VirtualMachine, format: &Format, data: &[u8]) -> PyResult<PyRef<PyTuple>> {
    let mut out = Vec::with_capacity(format.values);
    for item in &format.items {
        let mut at = item.offset;
        for _ in 0..item.repeat {
            out.push(unpack_value(vm, item.code, &data[at..at + item.size], format.big)?);
            at += item.size;
        }
    }
    Ok(vm.new_tuple(out))
}

pub fn unpack(
    vm: &VirtualMachine,
    format: &Format,
    data: &BytesLike<'_>,
) -> PyResult<PyRef<PyTuple>> {
    if data.len() != format.size {
        return Err(error(vm, format!("unpack requires a buffer of {} bytes", format.size)));
    }
    values(vm, format, &data.to_cow())
}

pub fn unpack_from(
    vm: &VirtualMachine,
    format: &Format,
    data: &BytesLike<'_>,
    offset: isize,
) -> PyResult<PyRef<PyTuple>> {
    let names = ("unpack_from", "unpacking", "not enough data to unpack");
    let at = place(vm, format, data.len(), offset, names)?;
    let size = format.size;
    if let BytesLike::Bytes(b) = data {
        return values(vm, format, &b.as_bytes()[at..at + size]);
    }
    // Only the part that matters is copied out of memory that may change.
    let part = data.with(|d| d.get(at..at + size).unwrap_or_default().to_vec());
    if part.len() != size {
        return Err(error(vm, format!("unpack_from requires a buffer of {size} bytes")));
    }
    values(vm, format, &part)
}
