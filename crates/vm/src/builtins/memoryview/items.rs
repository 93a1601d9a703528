//! Items of a memoryview as Python objects, by the single-character native formats.

use super::PyMemoryView;
use crate::builtins::int::IntView;
use crate::builtins::sequences::vec_with_room;
use crate::prelude::*;
use crate::protocol::buffer::View;

/// The format character, if the format is one native character (`@` in front or not).
pub fn native_char(format: &str) -> Option<u8> {
    match format.strip_prefix('@').unwrap_or(format).as_bytes() {
        [c] if size_of_native(*c).is_some() => Some(*c),
        _ => None,
    }
}

/// Size of a native item.
pub fn size_of_native(c: u8) -> Option<usize> {
    Some(match c {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        b'F' => 8,
        b'D' => 16,
        _ => return None,
    })
}

#[cold]
fn unsupported(vm: &VirtualMachine, format: &str) -> PyErr {
    vm.not_implemented_error(format!("memoryview: format {format} not supported"))
}

/// The value of one item's bytes.
pub fn unpack(vm: &VirtualMachine, format: &str, b: &[u8]) -> PyResult {
    let c = native_char(format).ok_or_else(|| unsupported(vm, format))?;
    fn array<const N: usize>(b: &[u8]) -> [u8; N] {
        b.first_chunk().copied().unwrap_or([0; N])
    }
    Ok(match c {
        b'B' => vm.new_int(i64::from(array::<1>(b)[0])),
        b'b' => vm.new_int(i64::from(array::<1>(b)[0] as i8)),
        b'c' => vm.new_bytes(&array::<1>(b)).into(),
        b'?' => vm.new_bool(array::<1>(b)[0] != 0),
        b'h' => vm.new_int(i64::from(i16::from_ne_bytes(array(b)))),
        b'H' => vm.new_int(i64::from(u16::from_ne_bytes(array(b)))),
        b'i' => vm.new_int(i64::from(i32::from_ne_bytes(array(b)))),
        b'I' => vm.new_int(i64::from(u32::from_ne_bytes(array(b)))),
        b'l' | b'q' | b'n' => vm.new_int(i64::from_ne_bytes(array(b))),
        b'L' | b'Q' | b'N' | b'P' => u64::from_ne_bytes(array(b)).into_py_result(vm)?,
        b'e' => vm.new_float(text::float::half_to_f64(u16::from_ne_bytes(array(b)))),
        b'f' => vm.new_float(f64::from(f32::from_ne_bytes(array(b)))),
        b'd' => vm.new_float(f64::from_ne_bytes(array(b))),
        _ => return Err(unsupported(vm, format)),
    })
}

/// The bytes of a value as one item.
pub fn pack(vm: &VirtualMachine, format: &str, v: PyObject<'_>) -> PyResult<Vec<u8>> {
    let c = native_char(format).ok_or_else(|| unsupported(vm, format))?;
    let invalid_type =
        || vm.type_error(format!("memoryview: invalid type for format '{}'", c as char));
    let invalid_value =
        || vm.value_error(format!("memoryview: invalid value for format '{}'", c as char));
    let typed = |e: PyErr| if vm.is_error(&e, &vm.exc().type_error) { invalid_type() } else { e };
    match c {
        b'e' | b'f' | b'd' => {
            let f = vm.to_f64(v).map_err(typed)?;
            return Ok(match c {
                b'd' => f.to_ne_bytes().to_vec(),
                b'f' => {
                    let narrow = f as f32;
                    if narrow.is_infinite() && f.is_finite() {
                        return Err(invalid_value());
                    }
                    narrow.to_ne_bytes().to_vec()
                }
                _ => {
                    let half = text::float::f64_to_half(f).ok_or_else(invalid_value)?;
                    half.to_ne_bytes().to_vec()
                }
            });
        }
        b'?' => return Ok(vec![u8::from(vm.is_true(v)?)]),
        b'c' => {
            let Some(b) = v.downcast::<crate::builtins::bytes::PyBytes>() else {
                return Err(invalid_type());
            };
            return match b.as_bytes() {
                [b] => Ok(vec![*b]),
                _ => Err(invalid_value()),
            };
        }
        _ => {}
    }
    let n = vm.index(v).map_err(typed)?;
    let size = size_of_native(c).unwrap_or(1);
    let unsigned = c.is_ascii_uppercase();
    let wide: i128 = match n.as_object().int_view() {
        Some(IntView::Small(v)) => i128::from(v),
        Some(IntView::Big(b)) => b.to_i128().ok_or_else(invalid_value)?,
        None => return Err(invalid_type()),
    };
    let bits = 8 * size as u32;
    let fits = if unsigned {
        wide >= 0 && wide < 1 << bits
    } else {
        wide >= -(1 << (bits - 1)) && wide < 1 << (bits - 1)
    };
    if !fits {
        return Err(invalid_value());
    }
    Ok(wide.to_ne_bytes()[..size].to_vec())
}

impl PyMemoryView {
    /// The item whose bytes start at an offset of the memory.
    pub(super) fn item_at(&self, vm: &VirtualMachine, at: isize) -> PyResult {
        let at = at.max(0) as usize;
        let size = self.view().item_size;
        if self.view().format == "B" {
            let b = self.with_memory(|m| m.get(at).copied().unwrap_or_default());
            return Ok(vm.new_int(i64::from(b)));
        }
        let bytes: Vec<u8> =
            self.with_memory(|m| m.get(at..at + size).unwrap_or_default().to_vec());
        unpack(vm, &self.view().format, &bytes)
    }

    pub(super) fn set_item_at(
        &self,
        vm: &VirtualMachine,
        at: isize,
        v: PyObject<'_>,
    ) -> PyResult<()> {
        let bytes = pack(vm, &self.view().format, v)?;
        // Packing may have run code that released the view.
        self.check(vm)?;
        let at = at.max(0) as usize;
        self.with_memory_mut(|m| {
            if let Some(slot) = m.get_mut(at..at + bytes.len()) {
                slot.copy_from_slice(&bytes);
            }
        });
        Ok(())
    }
}

/// The items of a view as nested lists.
pub fn to_list(
    vm: &VirtualMachine,
    view: &View,
    format: &str,
    packed: &[u8],
    dim: usize,
    at: &mut usize,
) -> PyResult {
    let Some(len) = view.shape().get(dim) else {
        let bytes = packed.get(*at..*at + view.item_size).unwrap_or_default();
        *at += view.item_size;
        return unpack(vm, format, bytes);
    };
    let mut out = vec_with_room(vm, *len)?;
    for _ in 0..*len {
        out.push(to_list(vm, view, format, packed, dim + 1, at)?);
    }
    Ok(vm.new_list(out).into())
}
