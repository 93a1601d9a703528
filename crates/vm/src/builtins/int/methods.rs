//! The methods of `int`.

use super::{IntView, PyInt};
use crate::builtins::bytes::PyBytes;
use crate::prelude::*;
use num::{BigInt, ByteOrder, BytesError};

/// The byte order that an argument names; big-endian if it is left out.
fn byte_order(vm: &VirtualMachine, name: Option<&Py<PyStr>>) -> PyResult<ByteOrder> {
    match name.map(|s| s.payload_ref().as_bytes()) {
        None | Some(b"big") => Ok(ByteOrder::Big),
        Some(b"little") => Ok(ByteOrder::Little),
        Some(_) => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
    }
}

fn exact(vm: &VirtualMachine, zelf: PyObject<'_>) -> PyObjectRef {
    vm.exact_int(zelf).expect("a method is called with an instance of its type")
}

#[pymethods(name = methods)]
impl PyInt {
    /// The number itself, for the sake of the numeric tower.
    #[method(sig = "(self, /)")]
    fn conjugate(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyObjectRef {
        exact(vm, zelf)
    }

    /// How many bits the magnitude takes in binary, without sign and leading zeros.
    #[method(sig = "(self, /)")]
    fn bit_length(zelf: PyObject<'_>) -> u64 {
        match zelf.expect_int() {
            IntView::Small(v) => u64::from(64 - v.unsigned_abs().leading_zeros()),
            IntView::Big(b) => b.bit_length(),
        }
    }

    /// How many ones the magnitude has in binary.
    #[method(sig = "(self, /)")]
    fn bit_count(zelf: PyObject<'_>) -> u64 {
        match zelf.expect_int() {
            IntView::Small(v) => u64::from(v.unsigned_abs().count_ones()),
            IntView::Big(b) => b.bit_count(),
        }
    }

    /// The bytes that represent the number, in two's complement if signed.
    ///
    /// OverflowError is raised if they do not fit in length bytes.
    #[method(sig = "(self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(
        zelf: PyObject<'_>,
        vm: &VirtualMachine,
        length: Option<isize>,
        byteorder: Option<&Py<PyStr>>,
        signed: bool,
    ) -> PyResult<PyRef<PyBytes>> {
        let order = byte_order(vm, byteorder)?;
        let length = usize::try_from(length.unwrap_or(1))
            .map_err(|_| vm.value_error("length argument must be non-negative"))?;
        let bytes = zelf.expect_int().to_big().to_bytes(length, order, signed);
        let bytes = bytes.map_err(|e| match e {
            BytesError::Negative => vm.overflow_error("can't convert negative int to unsigned"),
            BytesError::TooBig => vm.overflow_error("int too big to convert"),
            BytesError::NoMemory => vm.memory_error(),
        })?;
        Ok(vm.new_bytes(&bytes))
    }

    /// The int that bytes represent.
    #[classmethod(sig = "(cls, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        bytes: PyObject<'_>,
        byteorder: Option<&Py<PyStr>>,
        signed: bool,
    ) -> PyResult {
        let order = byte_order(vm, byteorder)?;
        let value = match bytes.downcast::<PyBytes>() {
            Some(b) => BigInt::from_bytes(b.payload_ref().as_bytes(), order, signed),
            None => {
                let data = super::construct::bytes_of(vm, bytes)?;
                BigInt::from_bytes(&data, order, signed)
            }
        };
        let value = vm.new_bigint(value);
        if cls.is(&*vm.types().int) {
            return Ok(value);
        }
        vm.call_positional(cls.as_object(), &[value.as_object()])
    }

    /// A pair of integers whose ratio is the number, with a positive denominator.
    #[method(sig = "(self, /)")]
    fn as_integer_ratio(zelf: PyObject<'_>, vm: &VirtualMachine) -> (PyObjectRef, i64) {
        (exact(vm, zelf), 1)
    }

    /// True: for the sake of code that also gets floats.
    #[method(sig = "(self, /)")]
    fn is_integer(_zelf: PyObject<'_>) -> bool {
        true
    }

    /// The number itself.
    #[method(name = "__trunc__", sig = "(self, /)")]
    fn trunc(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyObjectRef {
        exact(vm, zelf)
    }

    /// The number itself.
    #[method(name = "__floor__", sig = "(self, /)")]
    fn floor(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyObjectRef {
        exact(vm, zelf)
    }

    /// The number itself.
    #[method(name = "__ceil__", sig = "(self, /)")]
    fn ceil(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyObjectRef {
        exact(vm, zelf)
    }

    /// The number itself; with a negative ndigits, the nearest multiple of a power of ten.
    #[method(name = "__round__", sig = "(self, ndigits=None, /)")]
    fn round(zelf: PyObject<'_>, vm: &VirtualMachine, ndigits: NoneOr<PyObject<'_>>) -> PyResult {
        let Some(ndigits) = ndigits.0 else { return Ok(exact(vm, zelf)) };
        let digits = vm.index_clamped(ndigits)?;
        if digits >= 0 {
            return Ok(exact(vm, zelf));
        }
        let value = zelf.expect_int().to_big();
        let rounded = vm.long_work(|poll| value.round_half_even(digits.unsigned_abs(), poll))?;
        Ok(vm.new_bigint(rounded))
    }

    #[method(name = "__getnewargs__", sig = "(self, /)")]
    fn getnewargs(zelf: PyObject<'_>, vm: &VirtualMachine) -> (PyObjectRef,) {
        (exact(vm, zelf),)
    }

    /// The size in memory, in bytes, as if of digits of 30 bits.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn sizeof(zelf: PyObject<'_>, vm: &VirtualMachine) -> u64 {
        let header = crate::builtins::type_::attributes::basic_size(vm, zelf.class(vm));
        u64::from(header) + 4 * Self::bit_length(zelf).div_ceil(30).max(1)
    }

    /// the part without j
    #[getter]
    fn real(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyObjectRef {
        exact(vm, zelf)
    }

    /// the number in front of j
    #[getter]
    fn imag(_zelf: PyObject<'_>) -> i64 {
        0
    }

    /// the number itself
    #[getter]
    fn numerator(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyObjectRef {
        exact(vm, zelf)
    }

    /// what the number is divided by: 1
    #[getter]
    fn denominator(_zelf: PyObject<'_>) -> i64 {
        1
    }
}
