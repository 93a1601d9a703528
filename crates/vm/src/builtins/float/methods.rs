//! `float(...)` and the methods of `float`.

use super::PyFloat;
use crate::builtins::int::construct::text_of;
use crate::prelude::*;
use num::BigInt;
use text::float;
use text::format::{self, NumberLocale, Spec};

impl VirtualMachine {
    /// `int(v)`: truncated towards zero.
    pub fn float_to_int(&self, v: f64) -> PyResult {
        const EXACT: f64 = 9.0e18;
        if v.abs() < EXACT {
            return Ok(self.new_int(v as i64));
        }
        match BigInt::from_f64(v) {
            Some(b) => Ok(self.new_bigint(b)),
            None if v.is_nan() => Err(self.value_error("cannot convert float NaN to integer")),
            None => Err(self.overflow_error("cannot convert float infinity to integer")),
        }
    }

    /// A float of the class: an immediate, or an instance of a subclass.
    pub fn float_of_class(&self, cls: &Py<PyType>, v: f64) -> PyObjectRef {
        if cls.is(&*self.types().float) {
            self.new_float(v)
        } else {
            self.alloc(cls, PyFloat::new(v)).into()
        }
    }

    /// `float(text)`.
    fn float_from_text(&self, x: PyObject<'_>) -> PyResult<f64> {
        let Some(number) = text_of(self, x, true)? else {
            return Err(self.type_error(format!(
                "float() argument must be a string or a real number, not '{}'",
                x.class(self).display_name()
            )));
        };
        match float::parse(trim(&number.ascii)) {
            Some(v) => Ok(v),
            None => {
                let mut message = b"could not convert string to float: ".to_vec();
                message.extend_from_slice(self.repr(x)?.as_bytes());
                let message = self.new_str_bytes(&message).into();
                Err(self.new_exception(&self.exc().value_error, vec![message]))
            }
        }
    }
}

/// Without the blanks that numbers may have around them.
pub fn trim(text: &[u8]) -> &[u8] {
    let blank = |b: &u8| matches!(b, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|b| !blank(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !blank(b)).map_or(start, |last| last + 1);
    &text[start..end]
}

#[pymethods(name = methods)]
impl PyFloat {
    #[slot(name = "new", sig = "(x=0, /)")]
    fn py_new(cls: &Py<PyType>, vm: &VirtualMachine, x: Option<PyObject<'_>>) -> PyResult {
        let value = match x {
            None => 0.0,
            Some(x) if x.downcast::<PyStr>().is_some_and(|s| s.is_exact()) => {
                vm.float_from_text(x)?
            }
            Some(x) => match vm.number_try_float(x)? {
                Some(v) => {
                    if cls.is(&*vm.types().float) && x.is_type(cls) {
                        return Ok(x.to_owned());
                    }
                    v
                }
                None => vm.float_from_text(x)?,
            },
        };
        Ok(vm.float_of_class(cls, value))
    }

    /// A float from a number: unlike float(), no text is taken.
    #[classmethod(sig = "(cls, number, /)")]
    fn from_number(cls: &Py<PyType>, vm: &VirtualMachine, number: PyObject<'_>) -> PyResult {
        let value = vm.to_f64(number)?;
        if cls.is(&*vm.types().float) {
            return Ok(vm.new_float(value));
        }
        vm.call_positional(cls.as_object(), &[vm.new_float(value).as_object()])
    }

    /// The float that a hexadecimal string like '0x1.8p+1' names.
    #[classmethod(sig = "(cls, string, /)")]
    fn fromhex(cls: &Py<PyType>, vm: &VirtualMachine, string: PyObject<'_>) -> PyResult {
        let Some(s) = string.downcast::<PyStr>() else {
            return Err(vm.type_error("bad argument type for built-in operation"));
        };
        let value = float::from_hex(s.payload_ref().as_bytes()).map_err(|e| match e {
            float::HexError::TooLarge => vm.overflow_error(e.message()),
            _ => vm.value_error(e.message()),
        })?;
        if cls.is(&*vm.types().float) {
            return Ok(vm.new_float(value));
        }
        vm.call_positional(cls.as_object(), &[vm.new_float(value).as_object()])
    }

    /// The hexadecimal form of the number.
    #[method(sig = "(self, /)")]
    fn hex(zelf: PyObject<'_>) -> String {
        float::to_hex(zelf.expect_float())
    }

    /// Whether the number has no fraction.
    #[method(sig = "(self, /)")]
    fn is_integer(zelf: PyObject<'_>) -> bool {
        let v = zelf.expect_float();
        v.is_finite() && v == v.floor()
    }

    /// The number itself, for the sake of the numeric tower.
    #[method(sig = "(self, /)")]
    fn conjugate(zelf: PyObject<'_>) -> f64 {
        zelf.expect_float()
    }

    /// A pair of integers whose ratio is exactly the number, in lowest terms and with a
    /// positive denominator.
    #[method(sig = "(self, /)")]
    fn as_integer_ratio(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<(BigInt, BigInt)> {
        let v = zelf.expect_float();
        match num::f64_ratio(v) {
            Some(ratio) => Ok(ratio),
            None if v.is_nan() => Err(vm.value_error("cannot convert NaN to integer ratio")),
            None => Err(vm.overflow_error("cannot convert Infinity to integer ratio")),
        }
    }

    /// The number without its fraction, as an int.
    #[method(name = "__trunc__", sig = "(self, /)")]
    fn trunc(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        vm.float_to_int(zelf.expect_float())
    }

    /// The largest int that is not greater.
    #[method(name = "__floor__", sig = "(self, /)")]
    fn floor(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        vm.float_to_int(zelf.expect_float().floor())
    }

    /// The smallest int that is not less.
    #[method(name = "__ceil__", sig = "(self, /)")]
    fn ceil(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        vm.float_to_int(zelf.expect_float().ceil())
    }

    /// The nearest int, ties to even; or the nearest float of ndigits decimals.
    #[method(name = "__round__", sig = "(self, ndigits=None, /)")]
    fn round(zelf: PyObject<'_>, vm: &VirtualMachine, ndigits: NoneOr<PyObject<'_>>) -> PyResult {
        let v = zelf.expect_float();
        let Some(ndigits) = ndigits.0 else { return vm.float_to_int(v.round_ties_even()) };
        let digits = vm.index_clamped(ndigits)?;
        match float::round_to(v, digits) {
            Some(r) => Ok(vm.new_float(r)),
            None => Err(vm.overflow_error("rounded value too large to represent")),
        }
    }

    #[method(name = "__getnewargs__", sig = "(self, /)")]
    fn getnewargs(zelf: PyObject<'_>) -> (f64,) {
        (zelf.expect_float(),)
    }

    /// How 'double' or 'float' numbers are stored on this machine; for testing Python.
    #[classmethod(name = "__getformat__", sig = "(cls, typestr, /)")]
    fn getformat(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        typestr: &Py<PyStr>,
    ) -> PyResult<&'static str> {
        match typestr.payload_ref().as_bytes() {
            b"double" | b"float" if cfg!(target_endian = "little") => Ok("IEEE, little-endian"),
            b"double" | b"float" => Ok("IEEE, big-endian"),
            _ => Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
        }
    }

    /// Text by a format spec: type codes e E f F g G n %.
    #[method(name = "__format__", sig = "(self, format_spec, /)")]
    fn format(
        zelf: PyObject<'_>,
        vm: &VirtualMachine,
        format_spec: &Py<PyStr>,
    ) -> PyResult<PyRef<PyStr>> {
        let spec = format_spec.payload_ref().as_bytes();
        if spec.is_empty() {
            return vm.str(zelf);
        }
        let name = zelf.class(vm).display_name();
        let mut out = Vec::new();
        Spec::parse_for_float(spec, &name)
            .and_then(|spec| {
                let v = zelf.expect_float();
                format::format_float(&mut out, &spec, v, &name, NumberLocale::default())
            })
            .map_err(|e| vm.format_spec_error(e))?;
        Ok(vm.new_str_bytes(&out))
    }

    /// the part without j
    #[getter]
    fn real(zelf: PyObject<'_>) -> f64 {
        zelf.expect_float()
    }

    /// the number in front of j
    #[getter]
    fn imag(_zelf: PyObject<'_>) -> f64 {
        0.0
    }
}
