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
        let mut total = match start {
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
        let it = it.as_object();
        // Ints while they fit a machine word, then floats, then complex numbers; whoever meets
        // something else adds that and leaves the rest to the next.
        if let Some(acc) = total.as_object().small_int() {
            match sum_ints(vm, it, acc)? {
                Summed::All(v) => return Ok(v),
                Summed::Until(v) => total = v,
            }
        }
        if let Some(acc) = total.as_object().small_float() {
            match sum_floats(vm, it, acc)? {
                Summed::All(v) => return Ok(v),
                Summed::Until(v) => total = v,
            }
        }
        if let Some(acc) = total.as_object().downcast_exact::<PyComplex>(vm.type_of::<PyComplex>())
        {
            match sum_complex(vm, it, acc.parts())? {
                Summed::All(v) => return Ok(v),
                Summed::Until(v) => total = v,
            }
        }
        while let Some(item) = vm.iter_next(it)? {
            total = vm.binary_op(BinaryOp::Add, total.as_object(), item.as_object())?;
        }
        Ok(total)
    }
}

/// A sum as far as one kind of number went.
enum Summed {
    /// The iterator is exhausted.
    All(PyObjectRef),
    /// The first item of another kind is in it.
    Until(PyObjectRef),
}

fn add_other(vm: &VirtualMachine, total: PyObjectRef, item: PyObjectRef) -> PyResult<Summed> {
    vm.binary_op(BinaryOp::Add, total.as_object(), item.as_object()).map(Summed::Until)
}

fn sum_ints(vm: &VirtualMachine, it: PyObject<'_>, mut total: i64) -> PyResult<Summed> {
    loop {
        let Some(item) = vm.iter_next(it)? else { return Ok(Summed::All(vm.new_int(total))) };
        let number =
            item.as_object().small_int().or_else(|| item.as_object().as_bool().map(i64::from));
        match number.and_then(|v| total.checked_add(v)) {
            Some(v) => total = v,
            None => return add_other(vm, vm.new_int(total), item),
        }
    }
}

fn sum_floats(vm: &VirtualMachine, it: PyObject<'_>, start: f64) -> PyResult<Summed> {
    let mut sum = Compensated::new(start);
    loop {
        let Some(item) = vm.iter_next(it)? else {
            return Ok(Summed::All(vm.new_float(sum.total())));
        };
        if let Some(v) = item.as_object().small_float() {
            sum.add(v);
        } else if let Some(IntView::Small(v)) = item.as_object().int_view() {
            sum.add(v as f64);
        } else {
            return add_other(vm, vm.new_float(sum.total()), item);
        }
    }
}

fn sum_complex(vm: &VirtualMachine, it: PyObject<'_>, start: (f64, f64)) -> PyResult<Summed> {
    let (mut re, mut im) = (Compensated::new(start.0), Compensated::new(start.1));
    let total = |re: &Compensated, im: &Compensated| vm.new_complex(re.total(), im.total());
    loop {
        let Some(item) = vm.iter_next(it)? else { return Ok(Summed::All(total(&re, &im))) };
        if let Some(z) = item.as_object().downcast_exact::<PyComplex>(vm.type_of::<PyComplex>()) {
            let (real, imaginary) = z.parts();
            re.add(real);
            im.add(imaginary);
        } else if let Some(v) = item.as_object().small_float() {
            re.add(v);
        } else if let Some(IntView::Small(v)) = item.as_object().int_view() {
            re.add(v as f64);
        } else {
            return add_other(vm, total(&re, &im), item);
        }
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
