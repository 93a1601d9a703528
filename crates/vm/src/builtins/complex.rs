//! `complex`.  Arithmetic is in `complex/arithmetic.rs`, construction in
//! `complex/construct.rs`.

pub mod arithmetic;
pub mod construct;

use crate::prelude::*;
use crate::protocol::hash::{float_hash, identity_hash};
use text::format::{self, NumberLocale, Spec};

/// A complex number of two floats.
///
/// complex(text) reads text; complex(real=0, imag=0) is real + imag*1j.
#[pyclass(name = "complex", flags(BASETYPE), with(arithmetic, construct), no_refs)]
pub struct PyComplex {
    pub re: f64,
    pub im: f64,
}

impl PyComplex {
    pub fn parts(&self) -> (f64, f64) {
        (self.re, self.im)
    }
}

impl VirtualMachine {
    pub fn new_complex(&self, re: f64, im: f64) -> PyObjectRef {
        self.new_object(PyComplex { re, im }).into()
    }

    /// The value of a number as CPython's `PyComplex_AsCComplex` finds it: complex,
    /// `__complex__`, or a real number.
    pub fn to_complex(&self, o: PyObject<'_>) -> PyResult<(f64, f64)> {
        if let Some(c) = o.downcast::<PyComplex>() {
            return Ok(c.parts());
        }
        match self.complex_by_method(o)? {
            Some(parts) => Ok(parts),
            None => Ok((self.to_f64(o)?, 0.0)),
        }
    }

    /// What `__complex__` gives, if the type has it.
    pub(crate) fn complex_by_method(&self, o: PyObject<'_>) -> PyResult<Option<(f64, f64)>> {
        if o.small_float().is_some() || o.small_int().is_some() {
            return Ok(None);
        }
        let Some(r) = self.call_special(&self.names().__complex__, &[o])? else {
            return Ok(None);
        };
        let Some(c) = r.as_object().downcast::<PyComplex>() else {
            return Err(self.type_error(format!(
                "{}.__complex__() must return a complex, not {}",
                o.class(self).display_name(),
                r.class(self).display_name()
            )));
        };
        if !r.as_object().is_type(self.type_of::<PyComplex>()) {
            self.warn(
                &self.exc().deprecation_warning,
                &format!(
                    "{}.__complex__() must return a complex, not {}.  The ability to return an \
                     instance of a strict subclass of complex is deprecated, and may not be \
                     supported in a future version of Python.",
                    o.class(self).display_name(),
                    r.class(self).display_name()
                ),
                1,
            )?;
        }
        Ok(Some(c.parts()))
    }
}

#[pymethods]
impl PyComplex {
    #[slot]
    fn repr(&self) -> String {
        text::float::complex_repr(self.re, self.im)
    }

    #[slot]
    fn hash(zelf: &Py<PyComplex>) -> i64 {
        let identity = identity_hash(zelf.as_object());
        let imaginary = float_hash(zelf.im, identity).wrapping_mul(1_000_003);
        match float_hash(zelf.re, identity).wrapping_add(imaginary) {
            -1 => -2,
            h => h,
        }
    }

    /// The number with the sign of its imaginary part changed.
    #[method(sig = "(self, /)")]
    fn conjugate(&self, vm: &VirtualMachine) -> PyObjectRef {
        vm.new_complex(self.re, -self.im)
    }

    /// The number as an exact complex.
    #[method(name = "__complex__", sig = "(self, /)")]
    fn complex(zelf: &Py<PyComplex>, vm: &VirtualMachine) -> PyObjectRef {
        if zelf.as_object().is_type(vm.type_of::<PyComplex>()) {
            return zelf.to_ref().into();
        }
        vm.new_complex(zelf.re, zelf.im)
    }

    #[method(name = "__getnewargs__", sig = "(self, /)")]
    fn getnewargs(&self) -> (f64, f64) {
        (self.re, self.im)
    }

    /// Text by a format spec: type codes e E f F g G n, for each part.
    #[method(name = "__format__", sig = "(self, format_spec, /)")]
    fn format(
        zelf: &Py<PyComplex>,
        vm: &VirtualMachine,
        format_spec: &Py<PyStr>,
    ) -> PyResult<PyRef<PyStr>> {
        let spec = format_spec.payload_ref().as_bytes();
        if spec.is_empty() {
            return vm.str(zelf.as_object());
        }
        let name = zelf.class().display_name();
        let mut out = Vec::new();
        let locale = NumberLocale::default();
        Spec::parse_for_float(spec, &name)
            .and_then(|s| format::format_complex(&mut out, &s, zelf.re, zelf.im, &name, locale))
            .map_err(|e| vm.format_spec_error(e))?;
        Ok(vm.new_str_bytes(&out))
    }

    /// the part without j
    #[member]
    fn real(&self) -> f64 {
        self.re
    }

    /// the number in front of j
    #[member]
    fn imag(&self) -> f64 {
        self.im
    }
}
