//! Functions on numbers and characters.

use crate::builtins::bytearray::PyByteArray;
use crate::builtins::bytes::PyBytes;
use crate::builtins::complex::PyComplex;
use crate::builtins::int::IntView;
use crate::prelude::*;
use crate::protocol::buffer::BytesLike;
use bytecode::oparg::BinaryOp;

#[pymodule_part(name = "builtins")]
pub mod part {
    use super::*;

    /// The absolute value of a number.
    #[function(sig = "(number, /)")]
    fn abs(vm: &VirtualMachine, number: PyObject<'_>) -> PyResult {
        vm.absolute(number)
    }

    /// The pair (x // y, x % y).
    #[function(sig = "(x, y, /)")]
    fn divmod(vm: &VirtualMachine, x: PyObject<'_>, y: PyObject<'_>) -> PyResult {
        vm.divmod(x, y)
    }

    /// base ** exp, or base ** exp % mod, which ints compute faster in one step.
    #[function(sig = "(base, exp, mod=None)")]
    fn pow(
        vm: &VirtualMachine,
        base: PyObject<'_>,
        exp: PyObject<'_>,
        modulus: NoneOr<PyObject<'_>>,
    ) -> PyResult {
        vm.power(base, exp, modulus.0.unwrap_or(PyObject::none()))
    }

    /// A number rounded to ndigits decimals, which may be negative.
    ///
    /// Without ndigits, an integer.
    #[function(sig = "(number, ndigits=None)")]
    fn round(vm: &VirtualMachine, number: PyObject<'_>, ndigits: NoneOr<PyObject<'_>>) -> PyResult {
        let Some(method) = vm.look_up_special(number, &vm.names().__round__)? else {
            return Err(vm.type_error(format!(
                "type {} doesn't define __round__ method",
                number.class(vm).display_name()
            )));
        };
        match ndigits.0 {
            None => vm.call_positional(method.as_object(), &[]),
            Some(n) => vm.call_positional(method.as_object(), &[n]),
        }
    }

    /// An integer in binary digits, such as '0b1010'.
    #[function(sig = "(number, /)")]
    fn bin(vm: &VirtualMachine, number: PyObject<'_>) -> PyResult {
        in_base(vm, number, 2, "0b")
    }

    /// An integer in octal digits, such as '0o17'.
    #[function(sig = "(number, /)")]
    fn oct(vm: &VirtualMachine, number: PyObject<'_>) -> PyResult {
        in_base(vm, number, 8, "0o")
    }

    /// An integer in hexadecimal digits, such as '0xff'.
    #[function(sig = "(number, /)")]
    fn hex(vm: &VirtualMachine, number: PyObject<'_>) -> PyResult {
        in_base(vm, number, 16, "0x")
    }

    /// The character of a code point from 0 to 0x10ffff.
    #[function(sig = "(i, /)")]
    fn chr(vm: &VirtualMachine, i: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        let i = vm.index_clamped(i)?;
        match u32::try_from(i).ok().filter(|c| *c <= 0x10FFFF) {
            Some(c) => {
                let mut bytes = Vec::new();
                text::utf8::push(&mut bytes, c);
                Ok(vm.new_str_bytes(&bytes))
            }
            None => Err(vm.value_error("chr() arg not in range(0x110000)")),
        }
    }

    /// The code point of a character, or the value of a single byte.
    #[function(sig = "(character, /)")]
    fn ord(vm: &VirtualMachine, character: PyObject<'_>) -> PyResult<u32> {
        let size = if let Some(s) = character.downcast::<PyStr>() {
            if s.char_len() == 1 {
                return Ok(text::utf8::decode_at(s.as_bytes(), 0).map_or(0, |(c, _)| c));
            }
            s.char_len()
        } else if character.downcast::<PyBytes>().is_some()
            || character.downcast::<PyByteArray>().is_some()
        {
            let bytes = BytesLike::get(vm, character)?.to_cow();
            if let [one] = bytes[..] {
                return Ok(u32::from(one));
            }
            bytes.len()
        } else {
            return Err(vm.type_error(format!(
                "ord() expected string of length 1, but {} found",
                character.class(vm).display_name()
            )));
        };
        Err(vm.type_error(format!("ord() expected a character, but string of length {size} found")))
    }

    /// start plus all items of an iterable.
    ///
    /// For numbers; text is refused.
    #[function(sig = "(iterable, /, start=0)")]
    fn sum(vm: &VirtualMachine, iterable: PyObject<'_>, start: Option<PyObject<'_>>) -> PyResult {
        let it = vm.get_iter(iterable)?;
        let total = match start {
            None => vm.new_int(0),
            Some(s) => {
                let refused = if s.downcast::<PyStr>().is_some() {
                    Some("strings [use ''.join(seq) instead]")
                } else if s.downcast::<crate::builtins::bytes::PyBytes>().is_some() {
                    Some("bytes [use b''.join(seq) instead]")
                } else if s.class(vm).name().as_bytes() == b"bytearray" {
                    Some("bytearray [use b''.join(seq) instead]")
                } else {
                    None
                };
                if let Some(what) = refused {
                    return Err(vm.type_error(format!("sum() can't sum {what}")));
                }
                s.to_owned()
            }
        };
        let mut sum = Sum::of(vm, total);
        vm.iterate(it.as_object(), |item| sum.add(vm, item).map(|()| true))?;
        Ok(sum.total(vm))
    }
}

/// A running sum: ints while they fit a machine word, then floats, then complex numbers.  What
/// is none of these is added as operators do it, and the sum never goes back to an earlier kind.
enum Sum {
    Int(i64),
    Float(Compensated),
    Complex(Compensated, Compensated),
    Object(PyObjectRef),
}

impl Sum {
    fn of(vm: &VirtualMachine, total: PyObjectRef) -> Sum {
        match total.as_object().small_int() {
            Some(n) => Sum::Int(n),
            None => Sum::after_ints(vm, total),
        }
    }

    fn after_ints(vm: &VirtualMachine, total: PyObjectRef) -> Sum {
        match total.as_object().small_float() {
            Some(x) => Sum::Float(Compensated::new(x)),
            None => Sum::after_floats(vm, total),
        }
    }

    fn after_floats(vm: &VirtualMachine, total: PyObjectRef) -> Sum {
        match total.as_object().downcast_exact::<PyComplex>(vm.type_of::<PyComplex>()) {
            Some(z) => {
                let (re, im) = z.parts();
                Sum::Complex(Compensated::new(re), Compensated::new(im))
            }
            None => Sum::Object(total),
        }
    }

    fn total(&self, vm: &VirtualMachine) -> PyObjectRef {
        match self {
            Sum::Int(n) => vm.new_int(*n),
            Sum::Float(sum) => vm.new_float(sum.total()),
            Sum::Complex(re, im) => vm.new_complex(re.total(), im.total()),
            Sum::Object(o) => o.clone(),
        }
    }

    fn add(&mut self, vm: &VirtualMachine, item: PyObjectRef) -> PyResult<()> {
        let x = item.as_object();
        // Bools count as ints, and ints of subclasses too once the sum is no int any more.
        let real = |x: PyObject<'_>| match x.int_view() {
            Some(IntView::Small(n)) => Some(n as f64),
            _ => x.small_float(),
        };
        match self {
            Sum::Int(acc) => {
                let n = x.small_int().or_else(|| x.as_bool().map(i64::from));
                if let Some(n) = n.and_then(|n| acc.checked_add(n)) {
                    *acc = n;
                    return Ok(());
                }
            }
            Sum::Float(sum) => {
                if let Some(v) = real(x) {
                    sum.add(v);
                    return Ok(());
                }
            }
            Sum::Complex(re, im) => {
                if let Some(z) = x.downcast_exact::<PyComplex>(vm.type_of::<PyComplex>()) {
                    let (real, imaginary) = z.parts();
                    re.add(real);
                    im.add(imaginary);
                    return Ok(());
                }
                if let Some(v) = real(x) {
                    re.add(v);
                    return Ok(());
                }
            }
            Sum::Object(_) => {}
        }
        let total = vm.binary_op(BinaryOp::Add, self.total(vm).as_object(), x)?;
        *self = match self {
            Sum::Int(_) => Sum::after_ints(vm, total),
            Sum::Float(_) => Sum::after_floats(vm, total),
            Sum::Complex(..) | Sum::Object(_) => Sum::Object(total),
        };
        Ok(())
    }
}

/// A sum that carries what rounding lost (Neumaier's variant of Kahan's), as the
/// reference sums floats.
struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    fn new(start: f64) -> Compensated {
        Compensated { high: start, low: 0.0 }
    }

    fn add(&mut self, x: f64) {
        let t = self.high + x;
        if self.high.abs() >= x.abs() {
            self.low += (self.high - t) + x;
        } else {
            self.low += (x - t) + self.high;
        }
        self.high = t;
    }

    fn total(&self) -> f64 {
        // Infinities would turn a meaningless compensation into a NaN.
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

fn in_base(vm: &VirtualMachine, number: PyObject<'_>, base: u32, prefix: &str) -> PyResult {
    let n = vm.index(number)?;
    let text = match n.as_object().int_view() {
        Some(IntView::Small(v)) => {
            let sign = if v < 0 { "-" } else { "" };
            let m = v.unsigned_abs();
            match base {
                2 => format!("{sign}{prefix}{m:b}"),
                8 => format!("{sign}{prefix}{m:o}"),
                _ => format!("{sign}{prefix}{m:x}"),
            }
        }
        Some(IntView::Big(v)) => {
            let digits = v.to_string_radix(base, &mut num::never).map_err(|_| vm.memory_error())?;
            match digits.strip_prefix('-') {
                Some(magnitude) => format!("-{prefix}{magnitude}"),
                None => format!("{prefix}{digits}"),
            }
        }
        None => return Err(vm.system_error("__index__ gave no int")),
    };
    Ok(vm.new_str(text).into())
}
