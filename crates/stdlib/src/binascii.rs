//! `binascii`: bytes as text in base 64, hexadecimal, uuencoding and quoted-printable, and
//! checksums.

mod base64;
mod quoted;
mod uu;

use vm::builtins::bytes::PyBytes;
use vm::builtins::bytes_like;
use vm::builtins::exception::PyBaseException;
use vm::exceptions::{EXCEPTION, VALUE_ERROR};
use vm::prelude::*;
use vm::protocol::buffer::{AsciiOrBytes, BytesLike};

const EXCEPTION_FLAGS: TypeFlags = TypeFlags::BASETYPE
    .union(TypeFlags::HAVE_GC)
    .union(TypeFlags::EXT)
    .union(TypeFlags::HAS_DICT)
    .union(TypeFlags::BASE_EXC_SUBCLASS);

/// `binascii.Error`.
pub static ERROR: TypeSpec = TypeSpec {
    base: Some(&VALUE_ERROR),
    flags: EXCEPTION_FLAGS,
    ..TypeSpec::of::<PyBaseException>("binascii", "Error")
};

/// `binascii.Incomplete`.
pub static INCOMPLETE: TypeSpec = TypeSpec {
    base: Some(&EXCEPTION),
    flags: EXCEPTION_FLAGS,
    ..TypeSpec::of::<PyBaseException>("binascii", "Incomplete")
};

#[cold]
fn error(vm: &VirtualMachine, message: impl AsRef<str>) -> PyErr {
    vm.new_exception_msg(vm.type_for(&ERROR), message.as_ref())
}

/// The table of a reflected 32-bit CRC, eight bytes at a time.
static CRC32: [[u32; 256]; 8] = crc32_tables();

const fn crc32_tables() -> [[u32; 256]; 8] {
    let mut t = [[0; 256]; 8];
    let mut i = 0;
    while i < 256 {
        let mut c = i as u32;
        let mut k = 0;
        while k < 8 {
            c = if c & 1 == 1 { c >> 1 ^ 0xedb8_8320 } else { c >> 1 };
            k += 1;
        }
        t[0][i] = c;
        i += 1;
    }
    let mut n = 1;
    while n < 8 {
        let mut i = 0;
        while i < 256 {
            let c = t[n - 1][i];
            t[n][i] = c >> 8 ^ t[0][(c & 255) as usize];
            i += 1;
        }
        n += 1;
    }
    t
}

/// CRC-32 of the data, going on from a value.
pub fn crc32(data: &[u8], start: u32) -> u32 {
    let mut c = !start;
    let (blocks, rest) = data.as_chunks::<8>();
    for b in blocks {
        let low = u32::from_le_bytes([b[0], b[1], b[2], b[3]]) ^ c;
        c = CRC32[7][(low & 255) as usize]
            ^ CRC32[6][(low >> 8 & 255) as usize]
            ^ CRC32[5][(low >> 16 & 255) as usize]
            ^ CRC32[4][(low >> 24) as usize]
            ^ CRC32[3][b[4] as usize]
            ^ CRC32[2][b[5] as usize]
            ^ CRC32[1][b[6] as usize]
            ^ CRC32[0][b[7] as usize];
    }
    for b in rest {
        c = c >> 8 ^ CRC32[0][(c as u8 ^ b) as usize];
    }
    !c
}

fn unhex(vm: &VirtualMachine, text: &[u8]) -> PyResult<PyRef<PyBytes>> {
    if !text.len().is_multiple_of(2) {
        return Err(error(vm, "Odd-length string"));
    }
    let digit = |b: u8| {
        (b as char)
            .to_digit(16)
            .map(|d| d as u8)
            .ok_or_else(|| error(vm, "Non-hexadecimal digit found"))
    };
    let out: PyResult<Vec<u8>> =
        text.chunks_exact(2).map(|p| Ok(digit(p[0])? << 4 | digit(p[1])?)).collect();
    Ok(vm.new_bytes(&out?))
}

fn hex(
    vm: &VirtualMachine,
    data: &BytesLike<'_>,
    sep: Option<PyObject<'_>>,
    group: i32,
) -> PyResult<PyRef<PyBytes>> {
    let text = bytes_like::to_hex(vm, &data.to_cow(), sep, group)?;
    Ok(vm.new_bytes(text.as_bytes()))
}

/// An int argument, cut to its low 32 bits.
struct Low32(u32);

impl<'a> FromArg<'a> for Low32 {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        use vm::builtins::int::IntView;
        let n = vm.index(obj)?;
        Ok(Low32(match n.as_object().int_view() {
            Some(IntView::Small(v)) => v as u32,
            Some(IntView::Big(b)) => {
                let low = b.low_u64() as u32;
                if b.is_negative() { low.wrapping_neg() } else { low }
            }
            None => 0,
        }))
    }
}

/// Conversions between bytes and their text forms.
#[pymodule(name = "binascii", specs(ERROR, INCOMPLETE))]
pub mod module {
    use super::*;

    /// The bytes of one uuencoded line.
    #[function(sig = "(data, /)")]
    fn a2b_uu(vm: &VirtualMachine, data: AsciiOrBytes<'_>) -> PyResult<PyRef<PyBytes>> {
        uu::decode(&data.0).map(|out| vm.new_bytes(&out)).map_err(|m| error(vm, m))
    }

    /// Uuencodes a line.
    #[function(sig = "(data, /, *, backtick=False)")]
    fn b2a_uu(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        backtick: bool,
    ) -> PyResult<PyRef<PyBytes>> {
        if data.len() > 45 {
            return Err(error(vm, "At most 45 bytes at once"));
        }
        Ok(vm.new_bytes(&uu::encode(&data.to_cow(), backtick)))
    }

    /// Decodes base 64.
    #[function(sig = "(data, /, *, strict_mode=False)")]
    fn a2b_base64(
        vm: &VirtualMachine,
        data: AsciiOrBytes<'_>,
        strict_mode: bool,
    ) -> PyResult<PyRef<PyBytes>> {
        let out = base64::decode(&data.0, strict_mode).map_err(|m| error(vm, m))?;
        vm.try_new_bytes(&out)
    }

    /// Encodes in base 64.
    #[function(sig = "(data, /, *, newline=True)")]
    fn b2a_base64(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        newline: bool,
    ) -> PyResult<PyRef<PyBytes>> {
        vm.check_room(data.len().saturating_mul(2))?;
        Ok(vm.new_bytes(&data.with(|d| base64::encode(d, newline))))
    }

    /// Hexadecimal digits of the data.
    #[function(sig = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        sep: Option<PyObject<'_>>,
        bytes_per_sep: i32,
    ) -> PyResult<PyRef<PyBytes>> {
        hex(vm, &data, sep, bytes_per_sep)
    }

    /// Hexadecimal digits of the data.
    #[function(sig = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        sep: Option<PyObject<'_>>,
        bytes_per_sep: i32,
    ) -> PyResult<PyRef<PyBytes>> {
        hex(vm, &data, sep, bytes_per_sep)
    }

    /// The data that hexadecimal digits spell.
    #[function(sig = "(hexstr, /)")]
    fn a2b_hex(vm: &VirtualMachine, hexstr: AsciiOrBytes<'_>) -> PyResult<PyRef<PyBytes>> {
        unhex(vm, &hexstr.0)
    }

    /// The data that hexadecimal digits spell.
    #[function(sig = "(hexstr, /)")]
    fn unhexlify(vm: &VirtualMachine, hexstr: AsciiOrBytes<'_>) -> PyResult<PyRef<PyBytes>> {
        unhex(vm, &hexstr.0)
    }

    /// CRC-32 of the data.
    #[function(name = "crc32", sig = "(data, crc=0, /)")]
    fn py_crc32(data: BytesLike<'_>, crc: Option<Low32>) -> u32 {
        data.with(|d| super::crc32(d, crc.map_or(0, |c| c.0)))
    }

    /// CRC-CCITT of the data, as BinHex has it.
    #[function(sig = "(data, crc, /)")]
    fn crc_hqx(data: BytesLike<'_>, crc: Low32) -> u32 {
        let mut c = crc.0 as u16;
        data.with(|d| {
            for b in d {
                c ^= u16::from(*b) << 8;
                for _ in 0..8 {
                    c = if c & 0x8000 != 0 { c << 1 ^ 0x1021 } else { c << 1 };
                }
            }
        });
        u32::from(c)
    }

    /// Decodes quoted-printable data.
    #[function(sig = "(data, header=False)")]
    fn a2b_qp(vm: &VirtualMachine, data: AsciiOrBytes<'_>, header: bool) -> PyRef<PyBytes> {
        vm.new_bytes(&quoted::decode(&data.0, header))
    }

    /// Encodes as quoted-printable.
    #[function(sig = "(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        quotetabs: bool,
        istext: bool,
        header: bool,
    ) -> PyRef<PyBytes> {
        vm.new_bytes(&data.with(|d| quoted::encode(d, quotetabs, istext, header)))
    }
}

pub use module::MODULE;
