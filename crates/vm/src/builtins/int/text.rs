//! Ints as text: `repr`, `format`, and the guard against text of quadratic cost.

use super::{IntView, PyInt};
use crate::prelude::*;
use num::BigInt;
use text::format::{self, ErrorKind, FormatError, IntStyle, NumberLocale, Spec};

impl VirtualMachine {
    /// The decimal text of an int, unless it has more digits than the limit allows.
    pub fn int_to_decimal(&self, value: &IntView<'_>) -> PyResult<String> {
        match value {
            IntView::Small(v) => Ok(num::i64_to_decimal(*v)),
            IntView::Big(b) => self.big_to_decimal(b),
        }
    }

    fn big_to_decimal(&self, value: &BigInt) -> PyResult<String> {
        let limit = self.interp.int_max_str_digits.get();
        if limit > 0 && value.exceeds_digits(limit) {
            return Err(self.value_error(format!(
                "Exceeds the limit ({limit} digits) for integer string conversion; \
                 use sys.set_int_max_str_digits() to increase the limit"
            )));
        }
        self.long_work(|poll| value.to_decimal(poll))
    }

    /// Digits of the magnitude in base 2, 8, 10 or 16, and whether the number is negative.
    pub fn int_magnitude_digits(&self, value: &IntView<'_>, base: u32) -> PyResult<(bool, String)> {
        let mut digits = match (base, value) {
            (10, v) => self.int_to_decimal(v)?,
            (2, IntView::Small(v)) => format!("{:b}", v.unsigned_abs()),
            (8, IntView::Small(v)) => format!("{:o}", v.unsigned_abs()),
            (16, IntView::Small(v)) => format!("{:x}", v.unsigned_abs()),
            (base, v) => self.long_work(|poll| v.to_big().to_string_radix(base, poll))?,
        };
        if digits.starts_with('-') {
            digits.remove(0);
        }
        Ok((value.is_negative(), digits))
    }

    /// The Python error for a value that a format spec does not fit.
    #[cold]
    pub fn format_spec_error(&self, e: FormatError) -> PyErr {
        let exc = self.exc();
        let typ = match e.kind {
            ErrorKind::Value => &exc.value_error,
            ErrorKind::Type => &exc.type_error,
            ErrorKind::Overflow => &exc.overflow_error,
            ErrorKind::Memory => return self.memory_error(),
        };
        self.new_exception(typ, vec![self.new_str_bytes(&e.message).into()])
    }
}

#[pymethods(name = text)]
impl PyInt {
    #[slot]
    fn repr(o: PyObject<'_>, vm: &VirtualMachine) -> PyResult<String> {
        vm.int_to_decimal(&o.expect_int())
    }

    /// Text by a format spec: type codes b c d o x X n, and those of float.
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
        let error = |e| vm.format_spec_error(e);
        let spec = Spec::parse_for_int(spec, &name).map_err(error)?;
        let value = zelf.expect_int();
        match spec.int_style(&name).map_err(error)? {
            IntStyle::Digits { base, upper } => {
                let (negative, mut digits) = vm.int_magnitude_digits(&value, base)?;
                if upper {
                    digits.make_ascii_uppercase();
                }
                format::format_int(
                    &mut out,
                    &spec,
                    negative,
                    digits.as_bytes(),
                    NumberLocale::default(),
                )
                .map_err(error)?;
            }
            IntStyle::Char => {
                let cp = match value {
                    IntView::Small(v) => u32::try_from(v).ok(),
                    IntView::Big(_) => {
                        return Err(vm.overflow_error("Python int too large to convert to C long"));
                    }
                };
                format::format_char(&mut out, &spec, cp).map_err(error)?;
            }
            IntStyle::Float => {
                let value = vm.to_f64(zelf)?;
                format::format_float(&mut out, &spec, value, &name, NumberLocale::default())
                    .map_err(error)?;
            }
        }
        Ok(vm.new_str_bytes(&out))
    }
}
