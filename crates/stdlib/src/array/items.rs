//! The machine types an array can hold, and its items as Python objects.

use vm::builtins::int::IntView;
use vm::prelude::*;

/// All type codes.
pub const CODES: &str = "bBuwhHiIlLqQfd";

/// A machine type, by its code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kind(u8);

impl Kind {
    pub fn of(code: u32) -> Option<Kind> {
        let code = u8::try_from(code).ok()?;
        CODES.as_bytes().contains(&code).then_some(Kind(code))
    }

    pub fn code(self) -> u8 {
        self.0
    }

    pub fn is_text(self) -> bool {
        matches!(self.0, b'u' | b'w')
    }

    pub fn size(self) -> usize {
        match self.0 {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'u' | b'w' | b'i' | b'I' | b'f' => 4,
            _ => 8,
        }
    }

    /// The format of the buffer.
    pub fn format(self) -> &'static str {
        let i = CODES.bytes().position(|c| c == self.0).unwrap_or(0);
        // Wide characters show as such, whose format memoryview does not read either.
        &CODES[i..i + 1]
    }

    pub fn unpack(self, vm: &VirtualMachine, b: &[u8]) -> PyResult {
        fn array<const N: usize>(b: &[u8]) -> [u8; N] {
            b.first_chunk().copied().unwrap_or([0; N])
        }
        Ok(match self.0 {
            b'b' => vm.new_int(i64::from(array::<1>(b)[0] as i8)),
            b'B' => vm.new_int(i64::from(array::<1>(b)[0])),
            b'h' => vm.new_int(i64::from(i16::from_ne_bytes(array(b)))),
            b'H' => vm.new_int(i64::from(u16::from_ne_bytes(array(b)))),
            b'i' => vm.new_int(i64::from(i32::from_ne_bytes(array(b)))),
            b'I' => vm.new_int(i64::from(u32::from_ne_bytes(array(b)))),
            b'l' | b'q' => vm.new_int(i64::from_ne_bytes(array(b))),
            b'L' | b'Q' => return u64::from_ne_bytes(array(b)).into_py_result(vm),
            b'f' => vm.new_float(f64::from(f32::from_ne_bytes(array(b)))),
            b'd' => vm.new_float(f64::from_ne_bytes(array(b))),
            _ => {
                let cp = u32::from_ne_bytes(array(b));
                if cp > 0x10ffff {
                    return Err(vm.value_error(format!(
                        "character U+{cp:x} is not in range [U+0000; U+10ffff]"
                    )));
                }
                vm.new_char(cp).into()
            }
        })
    }

    /// The item's bytes, in the first `size()` of eight.
    pub fn pack(self, vm: &VirtualMachine, v: PyObject<'_>) -> PyResult<[u8; 8]> {
        let mut out = [0; 8];
        let size = self.size();
        match self.0 {
            b'f' => out[..4].copy_from_slice(&(vm.to_f64(v)? as f32).to_ne_bytes()),
            b'd' => out = vm.to_f64(v)?.to_ne_bytes(),
            b'u' | b'w' => {
                let Some(s) = v.downcast::<PyStr>() else {
                    return Err(vm.type_error(format!(
                        "array item must be a unicode character, not {}",
                        v.class(vm).display_name()
                    )));
                };
                let Some(cp) = s.single() else {
                    return Err(vm.type_error(format!(
                        "array item must be a unicode character, not a string of length {}",
                        s.char_len()
                    )));
                };
                out[..4].copy_from_slice(&cp.to_ne_bytes());
            }
            _ => {
                let n = vm.index(v)?;
                let wide = match n.as_object().int_view() {
                    Some(IntView::Small(v)) => i128::from(v),
                    Some(IntView::Big(b)) => {
                        b.to_i128().unwrap_or(if b.is_negative() { i128::MIN } else { i128::MAX })
                    }
                    None => return Err(vm.type_error("an integer is required")),
                };
                self.check(vm, wide)?;
                out[..size].copy_from_slice(&wide.to_ne_bytes()[..size]);
            }
        }
        Ok(out)
    }

    fn check(self, vm: &VirtualMachine, v: i128) -> PyResult<()> {
        let bits = 8 * self.size() as u32;
        let unsigned = self.0.is_ascii_uppercase();
        let (low, high) = if unsigned {
            (0, (1i128 << bits) - 1)
        } else {
            (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
        };
        if (low..=high).contains(&v) {
            return Ok(());
        }
        let side = if v < low { "less than minimum" } else { "greater than maximum" };
        let message = match self.0 {
            b'b' => format!("signed char is {side}"),
            b'B' => format!("unsigned byte integer is {side}"),
            b'h' => format!("signed short integer is {side}"),
            b'H' => format!("unsigned short is {side}"),
            b'i' => format!("signed integer is {side}"),
            b'I' | b'L' if v < 0 => "can't convert negative value to unsigned int".to_owned(),
            b'I' => "unsigned int is greater than maximum".to_owned(),
            b'l' => "Python int too large to convert to C long".to_owned(),
            b'L' => "Python int too large to convert to C unsigned long".to_owned(),
            b'Q' if v < 0 => "can't convert negative int to unsigned".to_owned(),
            _ => "int too big to convert".to_owned(),
        };
        Err(vm.overflow_error(message))
    }
}
